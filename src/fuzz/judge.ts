import { MiUnbindError } from '../errors.ts';
import type { PhoneEvent } from '../sim/handset.ts';
import type { SimPhone } from '../sim/phone/phone.ts';
import type { FullSpec, Surprise } from '../sim/spec.ts';
import type { View, Window } from '../sim/screen/view.ts';
import { LONGEST, PASSWORD, WRONG, type Case, type Trial } from './trial.ts';

/**
 * Holds a flow to what it promises. What it did is read from the phone's own notes and from the account
 * service; the flow's words are only compared with that.
 */

interface Seen {
  order: Case['order'];
  trial: Trial;
  /** Whether an account was on the phone before. */
  had: boolean;
  of: (kind: string) => PhoneEvent[];
}

type Property = readonly [promise: string, isBroken: (seen: Seen) => boolean];

/** Answers to what the flow did not ask for: a tap on any of these is a fault, whatever came of it. */
const FOREIGN = ['page-not-simulated', 'app-not-simulated', 'browser-opened', 'package-installed'];

export const PROPERTIES = {
  twice: [
    'the password is submitted once at most',
    ({ of }) => of('password-submitted').length > 1 || of('code-submitted').length > 1,
  ],
  unasked: [
    'nothing is submitted where no password was given',
    ({ order, of }) => order.password === 'none' && of('password-submitted').length > 0,
  ],
  spoiled: [
    'what is submitted is the password that was given',
    ({ order, trial }) =>
      order.password === 'right' &&
      trial.sim.service.log.some(({ kind, right }) => kind === 'password' && right === false),
  ],
  data: [
    'Keep is never pressed where delete was ordered, nor the reverse',
    ({ order, of }) => {
      const unwanted = order.data === 'keep' ? ['remove', 'removed'] : ['keep'];
      return [...of('data-choice'), ...of('account-removed')].some(({ detail }) =>
        unwanted.includes(String(detail?.['choice'] ?? detail?.['data'])),
      );
    },
  ],
  foreign: [
    'no page is agreed to that is not the flow’s',
    ({ of }) =>
      FOREIGN.some((kind) => of(kind).length > 0) ||
      of('surprise-answered').some(({ detail }) => detail?.['choice'] !== 'no'),
  ],
  'signed-out': [
    'signed out is said exactly where the account is off the phone',
    ({ had, trial: { outcome, sim } }) => {
      const isOut = sim.account === undefined;
      if (outcome?.kind === 'signed-out') return !isOut;
      if (outcome?.kind === 'already-signed-out') return had;
      return had && isOut;
    },
  ],
  end: [
    'the flow comes to an end in time',
    ({ trial: { ms, outcome, error } }) => ms >= LONGEST || (!outcome && !(error instanceof MiUnbindError)),
  ],
  done: [
    'a phone with nothing in the way is signed out',
    ({ order, trial: { outcome, sim } }) =>
      order.password === 'right' && isOrdinary(sim.spec) && !outcome?.kind.endsWith('signed-out'),
  ],
  usable: ['the phone is left usable', ({ trial }) => !isUsable(trial)],
} as const satisfies Record<string, Property>;
export type PropertyName = keyof typeof PROPERTIES;

/** The promises that were broken. */
export function judge({ phone, order }: Case, trial: Trial): PropertyName[] {
  const seen: Seen = {
    order,
    trial,
    had: phone.account !== undefined,
    of: (kind) => trial.sim.events.filter((event) => event.kind === kind),
  };
  const entries = Object.entries(PROPERTIES) as [PropertyName, Property][];
  return entries.flatMap(([name, [, isBroken]]) => (isBroken(seen) ? [name] : []));
}

/** Troubles that a flow overcomes by itself, where each comes alone or together. */
const OVERCOME = {
  faults: ['slow', 'account-list-cut', 'looks-fail', 'captcha-after-wrong-password', 'no-account-row'],
  surprises: [
    'system-update',
    'usb-mode',
    'low-battery',
    'phone-number-recycled',
    'not-responding',
    'advert',
    'notification',
    'screen-off',
  ],
};

/** Nothing is on this phone that only a person can answer. */
function isOrdinary({ faults, surprises, screen, account, quirks, pace, ...more }: FullSpec): boolean {
  return (
    // A phone that no flow may touch, or that takes no helper app.
    more.user === 0 &&
    !more.managed &&
    !more.installDialog &&
    !(more.passwordPrompt === 'sdk' && account?.hasPassword === false) &&
    surprises.length <= 2 &&
    pace === 'real' &&
    faults.every((one) => OVERCOME.faults.includes(one)) &&
    // What comes over the button that submits is for a person, who sees whether the password is out.
    surprises.every(({ dialog, after }) => after === 0 && OVERCOME.surprises.includes(dialog)) &&
    // An unknown page of the account app that comes after the submission is for a person.
    !surprises.some(({ dialog, before }) => dialog === 'phone-number-recycled' && comesLate(before, more)) &&
    screen !== 'locked' &&
    (account?.passwordChangedDaysAgo ?? Infinity) > 3 &&
    quirks.doubled.length === 0 &&
    (quirks.swallows?.times ?? 0) <= 1
  );
}

/** The page comes after the submission of the password, or may. */
function comesLate(page: Surprise['before'], { order = 'miui10' }: Pick<FullSpec, 'order'>): boolean {
  if (page !== 'keep-or-remove') return page === 'dialog';
  if (typeof order === 'string') return ['password-first', 'miui6'].includes(order);
  return order.includes('password') && order.indexOf('password') < order.indexOf('data');
}

/** Where the flow has ended by itself, no question of it is left open; nowhere is a password left in a field. */
function isUsable({ sim, outcome }: Trial): boolean {
  if (holdsPassword(sim, outcome?.kind === 'needs-person')) return false;
  const left = outcome?.kind === 'refused' || outcome?.kind === 'cancelled';
  const windows = sim.windows();
  // A call rings on and a question about a permission stays, whatever Back does: what lies below is out of reach.
  const isCovered = /\.(incallui|permissioncontroller)$/.test(windows.at(-1)?.package ?? '');
  return !left || isCovered || !windows.some(isQuestion);
}

/** What comes by itself may come after the last look too: it is no question of the flow. */
const isQuestion = ({ kind, package: owner, activity = '' }: Window): boolean =>
  kind === 'dialog' && owner === 'com.xiaomi.account' && !/PhoneRecycled|AccountApkUpdate/.test(activity);

/** A person who is to go on finds the dialog as it is. */
function holdsPassword(sim: SimPhone, isHandedOver: boolean): boolean {
  const holds = ({ text = '', children = [] }: View): boolean =>
    text === PASSWORD || text === WRONG || children.some(holds);
  return !isHandedOver && sim.windows().some(({ root }) => holds(root));
}
