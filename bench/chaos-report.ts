import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryOf, numbersOf, RECORD } from '../src/report/chain.ts';
import type { PhoneRecord } from '../src/report/record.ts';
import { verifyRecords } from '../src/report/verify.ts';
import type { ChaosOrder } from './chaos-orders.ts';
import type { Reported } from './chaos-verdict.ts';

export interface ChaosReport {
  seed: number;
  seconds: number;
  /** Kills of the station by what was under way, and other breakdowns by their name. */
  breakdowns: Record<string, number>;
  /** Jobs by state and outcome. */
  ends: Record<string, number>;
  /** Empty when everything held. */
  violations: string[];
}

export const count = (counts: Record<string, number>, name: string) =>
  void (counts[name] = (counts[name] ?? 0) + 1);

/** Jobs by state and outcome. */
export function endsOf(jobs: readonly Reported[]): Record<string, number> {
  const ends: Record<string, number> = {};
  for (const { state, outcome, reason } of jobs)
    count(ends, [state, outcome, reason].filter(Boolean).join(' · '));
  return ends;
}

/** Orders that were not judged in time: `at` is the first of a place that was not. */
export function notEnded(
  places: readonly { orders: readonly ChaosOrder[]; at: number }[],
  minutes: number,
): string[] {
  return places.flatMap(({ orders, at }) =>
    orders.slice(at).map(({ reference }) => `${reference} has not ended within ${minutes} minutes`),
  );
}

/** The records of a station, and what does not hold of their chain. */
export async function recordsIn(folder: string): Promise<{ violations: string[]; records: PhoneRecord[] }> {
  const { problems, unfinished } = await verifyRecords(folder);
  const read = (seq: number) =>
    readFileSync(join(folder, entryOf(folder, seq)?.folder ?? '', RECORD), 'utf8');
  return {
    violations: [
      ...problems.map(({ seq, folder, what }) => `record ${seq ?? ''} ${folder}: ${what}`),
      ...unfinished.map((folder) => `the record in ${folder} is unfinished`),
    ],
    records: numbersOf(folder).map((seq) => JSON.parse(read(seq)) as PhoneRecord),
  };
}
