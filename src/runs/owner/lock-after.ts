import { systemClock, type Clock } from '../../clock.ts';
import type { Fact, LockSeen } from '../../events.ts';
import { LockRequests } from '../../store/lock-requests.ts';
import { LockWatches } from '../../store/lock-watches.ts';
import { FIRST_ASKED, nextAsked, together } from '../../lock/watch.ts';
import type { JobEnd } from '../../jobs/job.ts';
import { localTime, localTimeBeside } from '../../words/local-time.ts';
import type { LockBefore } from './lock-before.ts';
import { openLockCheck } from './lock-check.ts';
import type { Station } from '../station.ts';

const LOCK_STILL_ON = { kind: 'needs-person', reason: 'lock-still-on' } as const;
export const LOCK_NAME = 'Lock';

const LATER = "ask later: 'mi-unbind lock IMEI'; how long Xiaomi takes is not known";

/** As `before: on 10:02 · after: off 10:04`. */
export function beforeAndAfter(before: LockSeen | undefined, after: LockSeen): string {
  const said = ({ state, lost, why }: LockSeen) =>
    `${state}${lost ? ', reported lost' : ''}${why === undefined ? '' : ` (${why})`}`;
  const first = before ? `before: ${said(before)} ${localTime(before.at)} · ` : '';
  const time = before ? localTimeBeside(after.at, before.at) : localTime(after.at);
  return `${first}after: ${said(after)} ${time}`;
}

export interface LockAfter<O> {
  outcome: O | typeof LOCK_STILL_ON | undefined;
  facts: Fact[];
  warnings: string[];
}

const isOut = (kind: string | undefined) => kind === 'signed-out' || kind === 'already-signed-out';

/**
 * Of a command of its own whose phone is signed out: with `requireLockOff` the lock is asked for up to two minutes. A
 * job's lock is asked in the background, so that the next phone does not wait.
 */
export async function lockAfter<O extends { kind: string }>(
  station: Station,
  { outcome, lock, isJob, signal }: { outcome: O | undefined; lock: LockBefore | undefined; isJob: boolean; signal: AbortSignal },
  clock: Clock = systemClock,
): Promise<LockAfter<O>> {
  const isConfirmed = outcome?.kind === 'already-signed-out' && lock?.seen?.state === 'off';
  if (!lock || isJob || !isOut(outcome?.kind) || isConfirmed) return { outcome, facts: [], warnings: [] };
  const { imeis = [] } = lock;
  await new LockRequests(await station.store(), clock).outdate(imeis);
  if (!station.settings.requireLockOff)
    return { outcome, facts: [], warnings: [`lock not confirmed: it was not asked again → ${LATER}`] };
  const after = await firstAnswers(station, imeis, clock, signal);
  const facts = [{ name: LOCK_NAME, value: beforeAndAfter(lock.seen, after) }];
  if (after.state === 'off') return { outcome, facts, warnings: [] };
  return { outcome: LOCK_STILL_ON, facts, warnings: [`lock not confirmed: ${after.state} → ${LATER}`] };
}

/** Until all are off, or the last of the first times has come. */
async function firstAnswers(
  station: Station,
  imeis: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<LockSeen> {
  const check = await openLockCheck(station);
  const began = clock.elapsed();
  let said: LockSeen = together([], new Date(clock.now()).toISOString());
  for (const at of FIRST_ASKED) {
    await clock.sleep(Math.max(0, began + at - clock.elapsed()), "Xiaomi's server to take the lock off", signal);
    const found = [];
    for (const imei of imeis) if (check) found.push(await check.check(imei, { fresh: true, signal }));
    said = together(found, new Date(clock.now()).toISOString());
    if (said.state === 'off') break;
  }
  return said;
}

/**
 * Has the lock of a job's phone asked from now on, where it was signed out or its lock is not off. What the run has
 * done is worth more than that: a store that does not take it is said, and passed over.
 */
export async function watchLock(
  station: Pick<Station, 'store' | 'settings' | 'notice'>,
  job: { id: string; station: string },
  end: JobEnd,
  clock: Clock = systemClock,
): Promise<JobEnd> {
  const { lockCheck, requireLockOff, holdDays } = station.settings;
  const now = clock.now();
  if (end.reason === 'lost-mode') return { ...end, hold: { reason: 'lost', ...until(holdDays, now) } };
  const isConfirmed = end.outcome === 'already-signed-out' && end.lock?.state === 'off';
  if (lockCheck === 'none' || !isOut(end.outcome) || isConfirmed) return end;
  const since = new Date(now).toISOString();
  try {
    const watches = new LockWatches(await station.store());
    await watches.begin({ job: job.id, kind: 'after', station: job.station, since }, nextAsked('after', now, now) ?? now);
  } catch (fault) {
    station.notice('the lock', `it is not asked after job ${job.id}: ${(fault as Error).message}`);
    if (!requireLockOff) return end;
    return { ...end, ...{ outcome: LOCK_STILL_ON.kind, reason: LOCK_STILL_ON.reason } };
  }
  return requireLockOff ? { ...end, hold: { reason: 'lock-on' } } : end;
}

/** The end of a hold that begins now; none where HOLD_DAYS is 0. */
export function until(days: number, now: number): { until?: string } {
  return days === 0 ? {} : { until: new Date(now + days * 24 * 60 * 60_000).toISOString() };
}
