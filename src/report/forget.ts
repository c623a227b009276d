import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from '../private-files.ts';
import { entryOf, foldersOf, numbersOf, seal, sha256 } from './chain.ts';
import {
  mendRecords,
  place,
  readRecord,
  type PhoneRecord,
  type Shelf,
  type WrittenRecord,
} from './record.ts';

/** Who removes what, and from where. */
export interface Forgetting {
  /** Ids of the jobs. */
  jobs: readonly string[];
  reference: string;
  operator: string;
  station: string;
  tool: string;
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
  const named = new Set(entriesOf(records).flatMap(({ forgets = [] }) => forgets.map(({ seq }) => seq)));
  const fresh = concerned.filter(({ written }) => !named.has(written.link.seq));
  const entry =
    fresh.length > 0
      ? sealEntry(
          shelf,
          about,
          fresh.map(({ written }) => written),
        )
      : undefined;
  for (const { folder } of concerned) await rm(join(records, folder), { recursive: true, force: true });
  for (const run of runs) await rm(run, { recursive: true, force: true });
  return { ...(entry && { entry }), records: concerned.length, runs: runs.length };
}

function sealEntry(
  { folder: records, signer }: Shelf,
  about: Forgetting,
  forgotten: readonly WrittenRecord[],
): WrittenRecord {
  const at = new Date().toISOString();
  const folder = `${at.slice(0, 10)}-${at.slice(11, 23).replace(/[:.]/g, '')}-forgotten-${about.jobs[0] ?? ''}`;
  privateFolder(join(records, folder, 'evidence'));
  const empty: Omit<PhoneRecord, 'seq' | 'previous' | 'signedBy'> = {
    format: 'mi-unbind record 2',
    page: '',
    job: about.jobs[0] ?? '',
    batch: '',
    attempt: 0,
    reference: about.reference,
    phone: { serial: '', imei: '', model: '', release: '', region: '', language: '' },
    account: { listed: '', onPhone: '' },
    data: 'keep',
    ifForgotten: 'stop',
    ownerConsent: '',
    operator: about.operator,
    station: about.station,
    tool: about.tool,
    startedAt: at,
    endedAt: at,
    durationMs: 0,
    outcome: 'forgotten',
    reason: '',
    retryFrom: '',
    message: '',
    hint: '',
    state: 'done',
    verifiedAt: '',
    passwordSubmitted: false,
    dataAnswer: '',
    facts: [{ name: 'Removed', value: forgotten.map(({ link }) => `record ${link.seq}`).join(', ') }],
    acts: [],
    steps: [],
    drift: [],
    forgets: forgotten.map(({ link }) => ({ seq: link.seq, sha256: link.sha256 })),
    evidence: [],
    erasure: { method: '', standard: '', tool: '', verification: '', erasedBy: '', erasedAt: '' },
  };
  const write = place((there) => ({ ...empty, ...there, signedBy: signer?.id ?? '' }));
  const { record, link } = seal(records, folder, write, signer);
  return { file: join(records, folder, 'record.html'), record, link };
}

/** Entries that say what was forgotten. */
function entriesOf(records: string): PhoneRecord[] {
  return numbersOf(records).flatMap((seq) => {
    const record = readRecord(records, entryOf(records, seq)?.folder ?? '')?.record;
    return record?.forgets ? [record] : [];
  });
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
