import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimPerson } from '../person.ts';
import { SimPhone } from '../phone/phone.ts';
import type { Node, View } from '../screen/view.ts';
import { surpriseNames, type PhoneSpec } from '../spec.ts';

/** What can be pressed on the lowest screens: in view, or in something that scrolls. */

const pkg = 'com.xiaomi.account:id/';
const ACCOUNT = { id: '6230001535', password: 'Right-pass1', nickname: 'Ivan' };
const SMALL = { width: 720, height: 1280, density: 320 };
const SYNCED = ['contacts', 'messages', 'gallery', 'notes', 'wifi'] as const;

const below = (view: View): View[] => [view, ...(view.children ?? []).flatMap(below)];
const nodesIn = (node: Node): Node[] => [node, ...node.children.flatMap(nodesIn)];

/** Does what a tap on it does, wherever it is. */
async function presses({ phone }: SimPerson, id: string): Promise<void> {
  const view = below(phone.windows().at(-1)!.root).find((one) => one.id === pkg + id);
  assert.ok(view?.onTap, id);
  view.onTap();
  await phone.quiet();
}
const opens = (person: SimPerson) => person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
const begins = async (person: SimPerson) => (await opens(person), presses(person, 'logout_btn'));
async function submits(person: SimPerson, button: string): Promise<void> {
  await opens(person);
  await presses(person, button);
  const field = below(person.phone.windows().at(-1)!.root).find(({ id }) => id === `${pkg}input_pwd_view`);
  field?.onText?.(ACCOUNT.password);
  await presses(person, 'passport_confirm');
}
async function unlocks({ phone }: SimPerson): Promise<void> {
  phone.dismissKeyguard();
  await phone.quiet();
}

const PAGES: Record<string, readonly [PhoneSpec, (person: SimPerson) => Promise<void>]> = {
  'account page': [{}, opens],
  'account page with a title bar': [{ accountPage: 'title-bar' }, opens],
  'dialog about cards': [{ account: { ...ACCOUNT, miPayCards: 2 } }, begins],
  'Keep or Remove page': [{ account: { ...ACCOUNT, syncedData: [...SYNCED] } }, begins],
  'question of MIUI 6': [{ order: 'miui6' }, (person) => submits(person, 'btn_delete_account')],
  'password dialog': [{}, begins],
  'password dialog with a captcha': [{ faults: ['captcha-at-once'] }, begins],
  'prompt of the passport SDK': [{ passwordPrompt: 'sdk' }, begins],
  'the same with a captcha': [{ passwordPrompt: 'sdk', faults: ['captcha-at-once'] }, begins],
  'second factor': [{ faults: ['second-factor'] }, (person) => submits(person, 'logout_btn')],
  'page for an SMS code': [{ faults: ['second-factor-page'] }, (person) => submits(person, 'logout_btn')],
  'sign-in page': [{}, (person) => person.opens('com.xiaomi.account/.ui.LoginActivity')],
  'lock screen': [{ screen: 'locked' }, unlocks],
  'lock screen of a tablet': [{ screen: 'locked', tablet: true }, unlocks],
  ...Object.fromEntries(
    surpriseNames
      .filter((dialog) => !['screen-off', 'screen-locked', 'notification'].includes(dialog))
      .map((dialog) => [dialog, [{ surprises: [{ dialog, before: 'account' }] }, opens]]),
  ),
};

/** Of what can be pressed, what a finger does not reach: not half of it is in view, and nothing scrolls to it. */
function outOfReach(root: Node): string[] {
  const placed = new Map(nodesIn(root).map((node) => [node.view, node]));
  const lost = (view: View, scrolls: boolean): View[] => {
    const node = placed.get(view);
    const inView = (node?.bounds.height ?? 0) * 2 >= (node?.frame?.height ?? 1);
    const own = view.onTap && !scrolls && !inView ? [view] : [];
    return [...own, ...(view.children ?? []).flatMap((child) => lost(child, scrolls || !!view.scroll))];
  };
  // The pencil beside the nickname goes with the head of the page, which gives way.
  const far = lost(root.view, false).map(({ id, text, cls }) => id ?? text ?? cls);
  return far.filter((one) => one !== `${pkg}edit_view`);
}

describe('on the lowest screens, with large letters', () => {
  for (const [name, [spec, goes]] of Object.entries(PAGES))
    it(`all that can be pressed is in reach: ${name}`, async () => {
      for (const release of ['10', '12.5', 'hyperos3'] as const)
        for (const language of ['en', 'ar'])
          for (const display of spec.tablet ? [undefined] : [SMALL, undefined]) {
            const person = new SimPerson(
              new SimPhone({
                ...{ pace: 'instant', release, language, account: ACCOUNT, fontScale: 1.6 },
                ...{ orientation: 'landscape', ...(display ? { display } : {}), ...spec },
              }),
            );
            await goes(person);
            assert.deepEqual(outOfReach(person.phone.layOut()), [], `${release} ${language}`);
          }
    });

  it('what is out of sight comes into view once a finger moves, and stays there', async () => {
    const person = new SimPerson(
      new SimPhone({
        ...{ pace: 'instant', account: ACCOUNT, fontScale: 1.6, faults: ['captcha-at-once'] },
        ...{ orientation: 'landscape', display: SMALL },
      }),
    );
    await begins(person);
    assert.ok(!person.sees(`${pkg}passport_confirm`));
    const [x, high, low] = [640, 150, 500];
    for (let swipe = 0; swipe < 3; swipe++) await person.phone.swipe([{ x, y: low }, { x, y: high }], 250); // prettier-ignore
    assert.ok(person.sees(`${pkg}passport_confirm`) && person.sees(`${pkg}cancel`));
  });

  it('Sign out stays in reach where even the head of the page has no room', async () => {
    for (const accountPage of ['header', 'title-bar'] as const) {
      const display = { width: 480, height: 854, density: 240 };
      const person = new SimPerson(
        new SimPhone({
          ...{ pace: 'instant', release: 'hyperos3', account: ACCOUNT, fontScale: 2, accountPage },
          ...{ orientation: 'landscape', display },
        }),
      );
      await opens(person);
      assert.ok(person.sees(`${pkg}logout_btn`), accountPage);
    }
  });

  it('the keys of a lock screen give way, and what stands below them stays in reach', async () => {
    for (const release of ['10', 'hyperos3'] as const) {
      const display = { width: 480, height: 854, density: 240 };
      const person = new SimPerson(
        new SimPhone({ pace: 'instant', release, fontScale: 2, screen: 'locked', display }),
      );
      await unlocks(person);
      const lock = person.phone.layOut();
      assert.deepEqual(outOfReach(lock), [], release);
      const keys = nodesIn(lock).filter(({ view }) => /:id\/key\d$/.test(view.id ?? ''));
      assert.equal(keys.length, 10);
      for (const { bounds, frame } of keys) assert.ok(bounds.height >= 60 && bounds.height === frame?.height);
    }
  });

  it('an alert keeps its title and its buttons in view, and its message scrolls', async () => {
    for (const release of ['10', 'hyperos3'] as const) {
      const person = new SimPerson(
        new SimPhone({
          ...{ pace: 'instant', release, account: { ...ACCOUNT, miPayCards: 1 }, fontScale: 2 },
          ...{ orientation: 'landscape', display: { width: 600, height: 1100, density: 320 } },
        }),
      );
      await begins(person);
      const all = nodesIn(person.phone.layOut());
      assert.ok(all.some(({ view }) => view.cls === 'android.widget.ScrollView' && view.scroll!.max > 0));
      for (const id of ['button1', 'button2']) {
        const { bounds, frame } = person.find(`android:id/${id}`)!;
        assert.equal(bounds.height, frame?.height, `${release} ${id}`);
      }
    }
  });
});
