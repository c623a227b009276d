import type { WitnessEntry } from '../src/sim/service/account-witness.ts';
import type { JobState } from '../src/jobs/job.ts';
import type { PhoneRecord } from '../src/report/record.ts';
import { refusalsOf, type ChaosOrder } from './chaos-orders.ts';

/** What the simulation saw of one phone, at the moment its job had ended. */
export interface Seen {
  account: object | null;
  events: { at: number; kind: string; detail?: Record<string, unknown> }[];
  service: WitnessEntry[];
  unknown: { where: string; asked: string }[];
}

/** The job as the database has it. */
export interface Reported {
  id: string;
  /** Of its order. */
  reference: string;
  state: JobState;
  outcome: string;
  reason: string;
  /** From 1; in each a password is submitted once and a code asked for once. */
  round: number;
  /** That had it last; null before the first. */
  station: string | null;
}

/** Codes that may be asked for in a day. */
const CODES = 3;
export const FINAL: readonly JobState[] = ['done', 'parked', 'needs-person', 'cancelled', 'held'];

/** Where a job's end and what its phone saw do not go together. */
export function violationsOf({ kind, spec }: ChaosOrder, reported: Reported, seen: Seen): string[] {
  const { state, outcome, reason, round } = reported;
  const isOut = seen.account === null;
  const count = (event: string) => seen.events.filter((one) => one.kind === event).length;
  const service = (what: WitnessEntry['kind']) => seen.service.filter((one) => one.kind === what);
  const codes = service('code-sent').filter(({ purpose }) => purpose !== 'second-factor');
  const found: [wrong: boolean, what: string][] = [
    [!FINAL.includes(state), `it is still ${state}`],
    [state === 'held' || state === 'cancelled', `it is ${state}, and no person asked for that`],
    [state === 'done' && !isOut, 'it is done, and the account is on the phone'],
    [
      state === 'done' && !['signed-out', 'already-signed-out'].includes(outcome),
      `it is done with the outcome ${outcome}`,
    ],
    [
      isOut && state === 'parked' && outcome !== 'error',
      `the account is off the phone, and the job is parked as ${outcome}`,
    ],
    [
      isOut && service('signed-out').length !== 1,
      `the account service saw ${service('signed-out').length} sign-outs`,
    ],
    [service('signed-out').some(({ data }) => data !== 'kept'), 'the synced data was removed'],
    [
      outcome === 'refused' && !refusalsOf(kind).includes(reason),
      `a phone of the kind '${kind}' refused: ${reason}`,
    ],
    [refusalsOf(kind).length > 0 && isOut, `a phone of the kind '${kind}' was signed out`],
    [
      count('password-submitted') > round,
      `${count('password-submitted')} passwords were submitted in ${round} rounds`,
    ],
    [
      service('password').length > round,
      `the account service saw ${service('password').length} passwords in ${round} rounds`,
    ],
    [codes.length > Math.min(round, CODES), `${codes.length} codes were asked for in ${round} rounds`],
    [
      new Set(seen.service.map(({ account }) => account)).size > 1,
      'the account service saw several accounts on this phone',
    ],
    [
      seen.service.some(({ account }) => account !== spec.account.id),
      'the account service saw another account on this phone',
    ],
    [seen.unknown.length > 0, `it was asked what no phone knows: ${JSON.stringify(seen.unknown)}`],
  ];
  return found.flatMap(([wrong, what]) => (wrong ? [what] : []));
}

/** What AFTER_URL got, by key. */
export type Deliveries = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Where the records, the database and what AFTER_URL got do not go together. A station that is killed between
 * record and database leaves a record that counts for nothing: its job was begun again and has a later one.
 */
export function paperViolations(
  jobs: readonly Reported[],
  records: readonly PhoneRecord[],
  deliveries: Deliveries,
): string[] {
  const bodies = [...deliveries.values()].flatMap((texts) =>
    [...texts].map((text) => (JSON.parse(text) as { record: PhoneRecord }).record),
  );
  const delivered = new Set(bodies.map(({ seq }) => seq));
  const found: string[] = [];
  for (const [key, texts] of deliveries)
    if (texts.size > 1) found.push(`AFTER_URL got ${texts.size} records under the key ${key}`);
  if (delivered.size < bodies.length) found.push('AFTER_URL got a record under two keys');
  for (const { id, state, outcome } of jobs) {
    const own = records.filter(({ job }) => job === id);
    const last = own.at(-1);
    if (!last) found.push(`job ${id} has no record`);
    else if (last.state !== state || last.outcome !== outcome)
      found.push(
        `job ${id} is ${state} (${outcome}), and its last record says ${last.state} (${last.outcome})`,
      );
    for (const { seq } of own.filter((one) => !delivered.has(one.seq)))
      if (seq === last?.seq) found.push(`AFTER_URL did not get record ${seq}, the last of job ${id}`);
    const ends = bodies.filter((one) => one.job === id && FINAL.includes(one.state));
    if (ends.length !== 1) found.push(`AFTER_URL got ${ends.length} ends of job ${id}`);
  }
  return found;
}

/** Where the database and the records of several stations do not go together: each has them on its own disk. */
export function shelfViolations(
  jobs: readonly Reported[],
  shelves: ReadonlyMap<string, readonly PhoneRecord[]>,
): string[] {
  return jobs.flatMap(({ reference, id, state, outcome, station }) => {
    const last = shelves.get(station ?? '')?.findLast(({ job }) => job === id);
    if (!last) return [`${reference} has no record at ${station}, which had it last`];
    if (last.state === state && last.outcome === outcome) return [];
    return [
      `${reference} is ${state} (${outcome}), and its record at ${station} says ${last.state} (${last.outcome})`,
    ];
  });
}
