import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersOf, sha256 } from './chain.ts';
import { recordsIn, sealRemoval, type Remover } from './entry.ts';
import { mendRecords, readRecord, type PhoneRecord, type Shelf, type WrittenRecord } from './record.ts';

/** Who removes what, and from where. */
export interface Forgetting extends Remover {
  /** Ids of the jobs. */
  jobs: readonly string[];
  reference: string;
  /** Folder with the folders of runs. */
  runs: string;
}

export interface ForgottenFiles {
  /** The chained entry; missing where there was nothing on record. */
  entry?: WrittenRecord;
  records: number;
  runs: number;
}

/**
 * Removes records and evidence of jobs: the pages, pictures and page sources in them are of a person. The
 * chain keeps each record's SHA-256, and a new entry names the records and the day, so that it can be
 * verified still. The entry comes first: what was removed without one would look like a theft. Called again
 * after a crash, it removes what is left.
 */
export async function forgetRecords(shelf: Shelf, about: Forgetting): Promise<ForgottenFiles> {
  mendRecords(shelf);
  const { folder: records } = shelf;
  const concerned = foldersOf(records).flatMap((folder) => {
    const written = readRecord(records, folder);
    return written && about.jobs.includes(written.record.job) && !written.record.forgets
      ? [{ folder, written }]
      : [];
  });
  const timelines = new Set(concerned.flatMap(({ written }) => timelineOf(written.record)));
  const runs = runsWith(about.runs, timelines);
  const named = new Set(
    recordsIn(records).flatMap(({ record: { forgets = [] } }) => forgets.map(({ seq }) => seq)),
  );
  const fresh = concerned.filter(({ written }) => !named.has(written.link.seq));
  const links = fresh.map(({ written }) => written.link);
  const entry =
    links.length > 0
      ? sealRemoval(shelf, `forgotten-${about.jobs[0] ?? ''}`, about, {
          ...{ job: about.jobs[0] ?? '', reference: about.reference, outcome: 'forgotten' },
          facts: [{ name: 'Removed', value: links.map(({ seq }) => `record ${seq}`).join(', ') }],
          forgets: links.map(({ seq, sha256 }) => ({ seq, sha256 })),
        })
      : undefined;
  for (const { folder } of concerned) await rm(join(records, folder), { recursive: true, force: true });
  for (const run of runs) await rm(run, { recursive: true, force: true });
  return { ...(entry && { entry }), records: concerned.length, runs: runs.length };
}

const timelineOf = ({ evidence }: PhoneRecord) =>
  evidence.filter(({ file }) => file === 'timeline.jsonl').map((one) => one.sha256);

/** Folders of runs that a record is a copy of, by what was written of them step by step. */
function runsWith(runs: string, timelines: ReadonlySet<string>): string[] {
  if (timelines.size === 0 || !existsSync(runs)) return [];
  return readdirSync(runs, { withFileTypes: true }).flatMap((one) => {
    const timeline = join(runs, one.name, 'timeline.jsonl');
    return one.isDirectory() && existsSync(timeline) && timelines.has(sha256(readFileSync(timeline)))
      ? [join(runs, one.name)]
      : [];
  });
}
