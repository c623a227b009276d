import type { Job } from './job.ts';
import type { ReadyPhone } from './queue.ts';

// An attempt this far ahead is waited for, ms. A later one is for the next time.
const SOON = 15 * 60_000;
// A phone that has gone may come back for so long, ms: a cable slips.
const BACK = 2 * 60_000;

/** What becomes of the jobs that are open, as far as those attached now can tell. */
export interface RemainingJobs {
  /** At work, or about to begin. */
  going: Job[];
  /** Their phones are here, and their time comes later. */
  later: Job[];
  /** Their phones are not here. */
  absent: Job[];
}

/** `seen`: when each phone, by serial and by IMEI, was attached last, ms since the epoch. */
export function remainingJobs(
  open: readonly Job[],
  seen: ReadonlyMap<string, number>,
  now: number,
): RemainingJobs {
  const prospects: RemainingJobs = { going: [], later: [], absent: [] };
  for (const job of open) {
    const { phone } = job.order;
    const names = 'serial' in phone ? [phone.serial] : [phone.imei, phone.imei2 ?? phone.imei];
    const last = Math.max(...names.map((name) => seen.get(name) ?? 0));
    const at = job.notBefore === undefined ? now : Date.parse(job.notBefore);
    if (job.state === 'running') prospects.going.push(job);
    else if (now - last > BACK) prospects.absent.push(job);
    else if (at - now > SOON) prospects.later.push(job);
    else prospects.going.push(job);
  }
  return prospects;
}

/** Notes that these phones are attached now. */
export function note(seen: Map<string, number>, phones: readonly ReadyPhone[], now: number): void {
  for (const { serial, imei, imei2 } of phones)
    for (const name of [serial, imei, imei2]) if (name !== undefined) seen.set(name, now);
}
