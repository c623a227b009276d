import type { LockStatus } from './lock-status.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** After a sign-out: how long Xiaomi takes to take the lock off is not known. Then hourly, for a day. */
const FIRST = [15 * SECOND, 60 * SECOND, 120 * SECOND];
const HOURLY = Array.from({ length: 24 }, (_, hour) => (hour + 1) * HOUR);
const AFTER = [...FIRST, ...HOURLY];
/** A phone that is held: its owner may clear it on any day. */
const HELD = 6 * HOUR;

/** Seconds after a sign-out at which a command waits for the answer. */
export const FIRST_ASKED: readonly number[] = FIRST;

/**
 * When the lock is asked next, ms since the epoch; undefined: no more. What was missed while no station ran is not
 * made up for.
 */
export function nextAsked(kind: 'after' | 'held', since: number, now: number): number | undefined {
  if (kind === 'held') return now + HELD;
  const offset = AFTER.find((one) => since + one > now);
  return offset === undefined ? undefined : since + offset;
}

/** Whether the first answers are in, after which a lock that is not off is said to be so. */
export const isConfirmable = (since: number, now: number): boolean => now >= since + (FIRST.at(-1) ?? 0);

/** What all IMEIs of a phone say. */
export type Together = Pick<LockStatus, 'state' | 'lost' | 'at' | 'why'>;

/**
 * Off only where every IMEI is off. A phone that its owner has reported as lost is never off, whatever else is said.
 * `now`: ISO time, for a phone of which no IMEI is known.
 */
export function together(found: readonly LockStatus[], now: string): Together {
  const isLost = found.some(({ lost }) => lost === true);
  const worst =
    found.find(({ state }) => state === 'on') ??
    found.find(({ state }) => state === 'unknown') ??
    found.find(({ lost }) => lost === true) ??
    found[0];
  if (!worst) return { state: 'unknown', at: now, why: 'no IMEI of the phone is known' };
  const { state, at, why } = worst;
  const lost = isLost ? true : worst.lost;
  const contradicts = isLost && state === 'off';
  return {
    state: contradicts ? 'unknown' : state,
    ...(lost !== undefined && { lost }),
    at,
    ...(contradicts ? { why: 'it is off and reported lost at once' } : why !== undefined && { why }),
  };
}
