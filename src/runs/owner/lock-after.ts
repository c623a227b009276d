import { systemClock, type Clock } from '../../clock.ts';
import type { Fact, LockSeen, OnRunEvent } from '../../events.ts';
import { LockRequests } from '../../store/lock-requests.ts';
import { LockWatches } from '../../store/lock-watches.ts';
import type { LockCheck } from '../../lock/lock-check.ts';
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

interface Asked<O> {
  outcome: O | undefined;
  lock: LockBefore | undefined;
  isJob: boolean;
  signal: AbortSignal;
  /** Gets what is waited for. */
  onEvent: OnRunEvent;
}

/** Stand-ins for tests. */
interface Tools {
  clock?: Clock;
  check?: LockCheck | undefined;
}

/**
 * Of a command of its own whose phone is signed out: with `requireLockOff` the lock is asked for up to two minutes. A
 * job's lock is asked in the background, so that the next phone does not wait. Never rejects: the phone is signed out,
 * and a wait that is ended or a store that is gone takes nothing from that.
 */
export async function lockAfter<O extends { kind: string }>(
  station: Station,
  { outcome, lock, isJob, signal, onEvent }: Asked<O>,
  tools: Tools = {},
): Promise<LockAfter<O>> {
  const isConfirmed = outcome?.kind === 'already-signed-out' && lock?.seen?.state === 'off';
  if (!lock || isJob || !isOut(outcome?.kind) || isConfirmed) return { outcome, facts: [], warnings: [] };
  const { imeis = [] } = lock;
  const fault = await outdated(station, imeis, tools.clock ?? systemClock);
  if (!station.settings.requireLockOff) {
    const warning = `lock not confirmed: it was not asked again${fault === undefined ? '' : ` (${fault})`} → ${LATER}`;
    return { outcome, facts: [], warnings: [warning] };
  }
  const after = await firstAnswers(station, imeis, { signal, onEvent }, tools);
  const facts = [{ name: LOCK_NAME, value: beforeAndAfter(lock.seen, after) }];
  if (after.state === 'off') return { outcome, facts, warnings: [] };
  return { outcome: LOCK_STILL_ON, facts, warnings: [`lock not confirmed: ${after.state} → ${LATER}`] };
}

/** What the server said before the sign-out counts no more. Gives why that could not be written. */
async function outdated(
  station: Station,
  imeis: readonly string[],
  clock: Clock,
): Promise<string | undefined> {
  try {
    await new LockRequests(await station.store(), clock).outdate(imeis);
    return undefined;
  } catch (fault) {
    return (fault as Error).message;
  }
}

/** Until all are off, the last of the first times has come, or the wait is ended. */
async function firstAnswers(
  station: Station,
  imeis: readonly string[],
  { signal, onEvent }: Pick<Asked<never>, 'signal' | 'onEvent'>,
  { clock = systemClock, check }: Tools,
): Promise<LockSeen> {
  const none = (why: string): LockSeen => ({
    state: 'unknown',
    at: new Date(clock.now()).toISOString(),
    why,
  });
  if (imeis.length === 0) return together([], new Date(clock.now()).toISOString());
  const began = clock.elapsed();
  let said: LockSeen | undefined;
  try {
    const asked = check ?? (await openLockCheck(station));
    for (const at of FIRST_ASKED) {
      const left = Math.max(0, began + at - clock.elapsed());
      const what = `wait ${Math.round(left / 1000)} s, then ask Xiaomi's server whether its lock is off${said ? `; it was ${said.state}` : ''}`;
      onEvent({ at: new Date(clock.now()).toISOString(), kind: 'step', what });
      await clock.sleep(left, "Xiaomi's server to take the lock off", signal);
      const found = [];
      for (const imei of imeis) if (asked) found.push(await asked.check(imei, { fresh: true, signal }));
      said = together(found, new Date(clock.now()).toISOString());
      if (said.state === 'off') break;
    }
  } catch (fault) {
    said ??= none(signal.aborted ? 'the wait for it was ended on request' : (fault as Error).message);
  }
  return said ?? none('it was not asked');
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
    await watches.begin(
      { job: job.id, kind: 'after', station: job.station, since },
      nextAsked('after', now, now) ?? now,
    );
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
