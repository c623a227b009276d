import type { Job } from '../jobs/job.ts';
import type { AttachedPhone } from '../phone/adb-list.ts';
import { localTime } from '../words/local-time.ts';
import { obstacle } from '../phone/adb-state.ts';
import { phoneOf } from './jobs.ts';

// Phones that are named before the rest is only counted.
const NAMED = 10;

export const phones = (count: number): string => (count === 1 ? '1 phone' : `${count} phones`);

/** What of a list was not begun, and why. */
export function leftInWords(
  absent: readonly Job[],
  later: readonly Job[],
  attached: readonly AttachedPhone[],
): string[] {
  const more = (count: number) => (count > NAMED ? [`  and ${count - NAMED} more`] : []);
  const missing = [
    `${phones(absent.length)} of the list ${absent.length === 1 ? 'is' : 'are'} not attached:`,
    ...absent.slice(0, NAMED).map((job) => absentInWords(job, attached)),
    ...more(absent.length),
    "→ plug them in and run the same command again, with --wait to have it wait for them, or leave 'mi-unbind station' running",
  ];
  const waiting = [
    ...later
      .slice(0, NAMED)
      .map(
        (job) => `  ${phoneOf(job)}  ${job.order.reference}  goes on at ${localTime(job.notBefore ?? '')}`,
      ),
    ...more(later.length),
    "→ run the same command again then, or leave 'mi-unbind station' running",
  ];
  return [...(absent.length > 0 ? missing : []), ...(later.length > 0 ? waiting : [])];
}

/** What `--wait` still waits for, and until when. */
export function waitInWords(absent: readonly Job[], later: readonly Job[]): string[] {
  const named = absent.slice(0, NAMED).map(({ order: { phone, reference } }) => {
    const name = 'serial' in phone ? phone.serial : `IMEI ${phone.imei}`;
    return reference ? `${name} (${reference})` : name;
  });
  const more = absent.length > NAMED ? ` and ${absent.length - NAMED} more` : '';
  const times = later.flatMap(({ notBefore }) => notBefore ?? []).toSorted();
  return [
    ...(absent.length > 0 ? [`  waits for ${phones(absent.length)}: ${named.join(', ')}${more}`] : []),
    ...(later.length > 0
      ? [
          `  ${phones(later.length)} of the list ${later.length === 1 ? 'goes' : 'go'} on later, the last at ${localTime(times.at(-1) ?? '')}`,
        ]
      : []),
    ...(absent.length + later.length > 0
      ? ['  waits until each of them has ended, or until Ctrl-C; the same command goes on later']
      : []),
  ];
}

/** One that adb lists, and that cannot be worked on, is absent too. */
function absentInWords({ order: { phone, reference } }: Job, attached: readonly AttachedPhone[]): string {
  const name = 'serial' in phone ? phone.serial : `IMEI ${phone.imei}`;
  const listed = 'serial' in phone ? attached.find(({ serial }) => serial === name) : undefined;
  const trouble = listed && obstacle(listed, attached);
  return `  ${name}  ${reference}${trouble ? `  ${trouble.what}: see 'mi-unbind doctor'` : ''}`;
}

/** What to do about what a list has left. */
export function adviceOf(totals: Partial<Record<Job['state'], number>>, list: string): string[] {
  const them = totals.unrecorded === 1 ? 'it' : 'them';
  return [
    ...(totals.unrecorded
      ? [
          `→ not on record yet: what became of ${them} is kept in the store; free space for RECORDS_DIR, then run the same command again: it writes the records, and touches no phone for it`,
        ]
      : []),
    ...(totals['needs-person']
      ? ["→ for a person: 'mi-unbind jobs attend' goes through them, one by one"]
      : []),
    ...(totals.parked
      ? [
          `→ parked: 'mi-unbind jobs list --state parked' says why; mend it, also in the list where that is wrong, then 'mi-unbind bulk ${list} --again'`,
        ]
      : []),
    ...(totals.held
      ? ["→ held: 'mi-unbind jobs list --state held' says why; 'mi-unbind jobs retry ID' lets one go on"]
      : []),
  ];
}
