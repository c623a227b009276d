import type { Ask } from './ask.ts';
import { Uia2Error } from './errors.ts';
import { findByPredicate } from './match.ts';
import { centre, tap } from './touch.ts';
import type { AxNode } from './tree.ts';

/** An alert is known by ids of its title and buttons: AlertHelpers. All windows are searched. */
const KINDS = [
  { name: 'regular', title: /^.+:id\/(alertTitle|custom)$/, button: /^android:id\/button\d+$/ },
  { name: 'permission', title: /^.+:id\/permission_message$/, button: /^.+:id\/permission_\w+_button$/ },
] as const;
type Alert = (typeof KINDS)[number];
const ALLOW = /^(.*[^a-z])allow([^a-z].*)$/i;
const DENY = /^(.*[^a-z])deny([^a-z].*)$/i;

export async function alertText(ask: Ask): Promise<string> {
  const { button } = await openAlert(ask);
  const [content] = await withId(ask, /^android:id\/content$/);
  if (!content) throw new Uia2Error('no such alert');
  return findByPredicate([content], (ax) => /^.+:id\/.+$/.test(idOf(ax)) && !button.test(idOf(ax)))
    .map(({ text }) => text ?? '')
    .filter((text) => text.trim() !== '')
    .join('\n');
}

export const acceptAlert = (ask: Ask): Promise<null> => answer(ask, true);
export const dismissAlert = (ask: Ask): Promise<null> => answer(ask, false);

async function answer(ask: Ask, accept: boolean): Promise<null> {
  const alert = await openAlert(ask);
  const buttons = await withId(ask, alert.button);
  const label = ask.optional('buttonLabel', 'string');
  const chosen =
    label !== undefined ? buttons.find(({ text }) => (text ?? '') === label) : choose(alert, buttons, accept);
  if (!chosen?.node)
    throw new Uia2Error('invalid element state', 'The expected button cannot be detected on the alert');
  await tap(ask, centre(chosen.node.bounds));
  return null;
}

/** Of regular buttons the first number accepts and the next one dismisses, wherever they lie. */
function choose({ name }: Alert, buttons: readonly AxNode[], accept: boolean): AxNode | undefined {
  if (name === 'permission') {
    const wanted = accept ? ALLOW : DENY;
    return (
      buttons.find((button) => wanted.test(idOf(button))) ?? buttons[accept && buttons.length > 1 ? 1 : 0]
    );
  }
  const first = Math.min(...buttons.map(numberOf));
  const number = accept || buttons.length < 2 ? first : first + 1;
  return buttons.find((button) => numberOf(button) === number);
}

async function openAlert(ask: Ask): Promise<Alert> {
  await ask.idle();
  for (const kind of KINDS) if ((await withId(ask, kind.title)).length > 0) return kind;
  throw new Uia2Error('no such alert');
}

const idOf = (ax: AxNode): string => ax.node?.view.id ?? '';
const numberOf = (button: AxNode): number => Number(/\d+$/.exec(idOf(button))?.[0]);
const withId = async (ask: Ask, id: RegExp): Promise<AxNode[]> =>
  findByPredicate((await ask.look()).everyRoot(), (ax) => id.test(idOf(ax)));
