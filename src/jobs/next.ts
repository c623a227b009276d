import type { Job, JobEnd, Next } from './job.ts';

/**
 * What follows each end. `again`: minutes to wait before the second attempt, the third, and so on; `then` is
 * what follows the last. `when-free`: at the end's `retryFrom`, however often; without one it is parked.
 * `after-lock`: the same in another round, as there is something new to try. `at-once`: now, however often.
 * `soon`: in a minute, however often. `held-lost`: it is returned, and nothing else. `recover`: once more
 * without the password, where the list wants it recovered.
 */
type Row =
  | Given
  | 'when-free'
  | 'after-lock'
  | 'at-once'
  | 'soon'
  | 'recover'
  | 'hold-source'
  | 'held-lost'
  | { again: readonly number[]; then: Given };
type Given = 'done' | 'parked' | 'needs-person' | 'cancelled';

const MINUTE = 60_000;
const HOUR = 60;

/**
 * By reason, or by outcome where there is none. The reasons are those of `reasons.ts`, and the codes of
 * `errors.ts` for an `error`.
 */
const TABLE: Readonly<Record<string, Row>> = {
  'signed-out': 'done',
  'already-signed-out': 'done',
  'finished-by-hand': 'done',
  // As the server says of a phone that is held; nothing was done on it.
  'cleared-by-owner': 'done',
  'return-to-sender': 'needs-person',
  skipped: 'cancelled',
  // Stopped by the operator of the station: not the phone's doing, so it counts for nothing.
  interrupted: 'at-once',
  cancelled: 'at-once',

  // The password. A wrong one is never tried again by itself: a few of them lead to a captcha.
  'no-password': 'parked',
  'wrong-password': 'recover',
  // Told after the password was right, which is the list's or the one a recovery has kept. An attempt after
  // the lock submits that one.
  'find-device-locked': 'after-lock',
  'password-budget': 'when-free',
  // The account has a new password and the phone is still signed in, or it is not known which one it has.
  changed: 'parked',
  unclear: 'needs-person',
  // A made-up one is another one next time. Each attempt costs a code, so once.
  'weak-password': { again: [5], then: 'parked' },
  'risky-password': { again: [5], then: 'parked' },
  'same-password': 'parked',

  // Servers and network of the phone.
  network: { again: [1, 5], then: 'parked' },
  server: { again: [5, 30], then: 'parked' },
  'access-denied': 'parked',
  'sign-out-failed': 'parked',
  'identity-check': { again: [5], then: 'parked' },
  'no-contact': 'parked',
  'unknown-account': 'parked',

  // Codes. Xiaomi sends few a day: what may fail the same way again costs at most one more.
  'code-budget': 'when-free',
  'code-limit': { again: [24 * HOUR], then: 'parked' },
  'code-expired': { again: [10], then: 'parked' },
  'code-timeout': { again: [10], then: 'parked' },
  'wrong-code': 'parked',
  'set-aside': 'needs-person',
  'code-source': 'hold-source',
  // Its server says that it is for now: too many connections, a limit of an hour.
  'code-source-busy': { again: [2, 15, 60], then: 'parked' },

  // A person is to look at the phone or to answer something on it.
  captcha: 'needs-person',
  'second-factor': 'needs-person',
  'wrong-captcha': 'needs-person',
  'wrong-second-factor': 'needs-person',
  locked: 'needs-person',
  agreement: 'needs-person',
  'unknown-page': 'needs-person',
  'not-recorded': 'needs-person',
  'no-answer': 'needs-person',
  'done-before': 'needs-person',
  // Another try begins with the first code again.
  'second-code-budget': 'needs-person',
  'second-code-contact': 'needs-person',
  'third-code': 'needs-person',
  'other-account': 'needs-person',
  'account-not-proven': 'needs-person',
  'lost-mode': 'held-lost',
  'lock-still-on': 'needs-person',
  'google-account': 'needs-person',
  keyboard: 'needs-person',
  mismatch: 'needs-person',
  'account-row-not-found': 'needs-person',
  'password-not-set': 'needs-person',
  'unfit-phone': 'needs-person',
  'two-accounts': 'needs-person',
  'second-space': 'needs-person',

  // The phone and its cable. One that is unplugged waits to be plugged in, whatever the time.
  'phone-lost': { again: [0.5, 5], then: 'parked' },
  // It may have been a moment's; a phone that is damaged sends the same once more, and that is enough.
  'phone-answer': { again: [1], then: 'parked' },
  'unknown-phone': { again: [0.5, 5], then: 'parked' },
  'unauthorized-phone': { again: [1, 10], then: 'needs-person' },
  'offline-phone': { again: [1, 10], then: 'needs-person' },
  'unready-phone': { again: [1, 10], then: 'needs-person' },
  'account-list': { again: [1], then: 'needs-person' },
  session: { again: [1, 5], then: 'parked' },
  'unreadable-apk': { again: [1], then: 'parked' },
  // The phone lost its account between two looks: the next look says so.
  'no-account': { again: [0.5], then: 'parked' },
  // A command has the phone, or another station that reaches it by another way.
  busy: 'soon',
  'taken-over': { again: [1, 5], then: 'parked' },
  'not-xiaomi': 'parked',
  'managed-phone': 'parked',

  // The station. What may be mended by a restart is tried later, so that a hiccup does not park a whole list.
  'adb-server': { again: [1, 10], then: 'parked' },
  'appium-start': { again: [1, 10], then: 'parked' },
  'appium-port-taken': { again: [1, 10], then: 'parked' },
  store: { again: [1, 10], then: 'parked' },
  browser: { again: [1, 5], then: 'parked' },
  // A disk that is full is checked before each phone: this one filled up in the middle.
  folder: { again: [1, 10], then: 'parked' },
  'host-tool': 'parked',
  config: 'parked',
  usage: 'parked',
  // An unforeseen fault.
  unexpected: { again: [1], then: 'parked' },
};

/** Ends that say more of the station than of the phone. */
const OF_THE_STATION = [
  'usage',
  'config',
  'host-tool',
  'adb-server',
  'appium-start',
  'appium-port-taken',
  'store',
  'code-source',
  'code-source-busy',
  'folder',
];

/** What follows an end. `attempts` counts the one that ended. */
export function next(end: JobEnd, job: Pick<Job, 'attempts' | 'order'>, now: Date): Next {
  const row = rowOf(end);
  if (end.hold) return { then: 'held', ...end.hold };
  if (row === 'held-lost') return { then: 'held', reason: 'lost' };
  if (row === 'at-once') return { then: 'again', at: now.toISOString() };
  if (row === 'soon') return { then: 'again', at: new Date(now.getTime() + MINUTE).toISOString() };
  if (row === 'recover') {
    // The code was for a new password: then it is that one which is wrong.
    const hope = job.order.ifForgotten === 'recover' && !end.codeRequested && job.attempts < 3;
    return hope ? { then: 'again', at: now.toISOString(), round: 'without-password' } : { then: 'parked' };
  }
  if (row === 'after-lock' && end.retryFrom !== undefined)
    return { then: 'again', at: free(end.retryFrom, now), round: 'same-password' };
  if (row === 'after-lock' || row === 'when-free')
    return end.retryFrom === undefined ? { then: 'parked' } : { then: 'again', at: free(end.retryFrom, now) };
  if (row === 'hold-source') {
    const { codeSource: source } = job.order;
    return source === undefined ? { then: 'parked' } : { then: 'hold-source', source };
  }
  if (typeof row === 'string') return { then: row };
  // The phone has refused what is done once: the same again would be the second time.
  if (end.outcome === 'refused' && (end.passwordSubmitted || end.codeRequested)) return { then: 'parked' };
  const minutes = row.again[job.attempts - 1];
  if (minutes === undefined) return { then: row.then };
  const soonest = new Date(now.getTime() + minutes * MINUTE).toISOString();
  const reported = end.retryFrom === undefined ? soonest : free(end.retryFrom, now);
  return { then: 'again', at: reported > soonest ? reported : soonest };
}

/**
 * Whether an attempt that ended so is one of those a job has. One that was stopped, or that found nothing
 * free yet, is not.
 */
export function counts(end: JobEnd): boolean {
  const row = rowOf(end);
  return (
    row !== 'at-once' &&
    row !== 'soon' &&
    row !== 'when-free' &&
    row !== 'after-lock' &&
    row !== 'hold-source'
  );
}

/** Whether this table decides about a reason, an outcome or an error's code. */
export function isDecided(key: string): boolean {
  return Object.hasOwn(TABLE, key);
}

/**
 * Of a batch: 0 all done · 1 some refused, parked or still to do · 2 the station or its settings · 3 needs a
 * person. The worst counts.
 */
export function exitCodeOf(jobs: readonly Pick<Job, 'state' | 'end'>[]): 0 | 1 | 2 | 3 {
  const codes = jobs.map(({ state, end }) => {
    if (state === 'done' || (state === 'cancelled' && end?.outcome === 'skipped')) return 0;
    // One that is reported lost is held, and a person returns it.
    if (state === 'needs-person' || (state === 'held' && end?.outcome === 'needs-person')) return 3;
    if (state === 'unrecorded') return 2;
    return end !== undefined && OF_THE_STATION.includes(end.reason ?? '') ? 2 : 1;
  });
  return ([3, 2, 1] as const).find((code) => codes.includes(code)) ?? 0;
}

function rowOf({ outcome, reason }: JobEnd): Row {
  const key = reason ?? outcome;
  const row = Object.hasOwn(TABLE, key) ? TABLE[key] : undefined;
  return row ?? (outcome === 'needs-person' ? 'needs-person' : 'parked');
}

/**
 * A day is a lock's last one, as the hour it began is not known: what is tried on the next is never too
 * early. Times are UTC.
 */
function free(retryFrom: string, now: Date): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(retryFrom);
  const at = Date.parse(retryFrom) + (isDay ? 24 * HOUR * MINUTE : 0);
  return new Date(Number.isNaN(at) ? now.getTime() + 24 * HOUR * MINUTE : at).toISOString();
}
