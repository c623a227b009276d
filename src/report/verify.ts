import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { draftsOf, entryOf, foldersOf, headOf, numbersOf, PAGE, RECORD, sha256, type Entry, type Link } from './chain.ts';
import { evidenceOf, type PhoneRecord } from './record.ts';

/** Something about a folder of records that is not as it was written. */
export interface Problem {
  /** Number of the record; missing where it has none. */
  seq?: number;
  /** Its folder; empty where it is not known. */
  folder: string;
  what: string;
}

export interface Verified {
  count: number;
  head: Link;
  problems: Problem[];
  /** Folders whose record a process was writing when it ended, or writes now: no harm, the next bench that begins finishes them. */
  unfinished: string[];
}

/**
 * Reads every record and every file of its evidence. Who cuts off the end of the chain with its folders, or writes all of it anew, is
 * found out by nothing that lies in the same folder: `known` is the SHA-256 of a record that somebody noted elsewhere.
 */
export async function verifyRecords(records: string, known?: string): Promise<Verified> {
  const numbers = numbersOf(records);
  const head = headOf(records);
  const present = new Set(numbers);
  const problems: Problem[] = [];
  const entries = new Map<number, Entry>();
  for (let seq = 1; seq <= head.seq; seq++) {
    const entry = present.has(seq) ? entryOf(records, seq) : undefined;
    if (entry) entries.set(seq, entry);
    else if (present.has(seq)) problems.push({ seq, folder: '', what: `what the chain says of record ${seq} was changed` });
    else problems.push({ seq, folder: '', what: `record ${seq} was taken out of the chain` });
  }
  for (const entry of entries.values()) {
    const found = await problemsOf(records, entry, entries.get(entry.seq - 1));
    problems.push(...found.map((what) => ({ seq: entry.seq, folder: entry.folder, what })));
  }
  const chained = new Set([...entries.values()].map(({ folder }) => folder));
  const unfinished: string[] = [];
  for (const folder of foldersOf(records).filter((name) => !chained.has(name))) {
    if (existsSync(join(records, folder, RECORD))) problems.push(outside(records, folder, head));
    else if (draftsOf(records, folder).length > 0) unfinished.push(folder);
    else problems.push({ folder, what: 'the folder holds no record: it was removed, or its writing was cut short early' });
  }
  if (known && ![...entries.values()].some((entry) => entry.sha256 === known))
    problems.push({ folder: '', what: `no record has the SHA-256 ${known}: it was cut off the end, or the chain was written anew` });
  return { count: numbers.length, head, problems: problems.sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity)), unfinished };
}

async function problemsOf(records: string, entry: Entry, before: Entry | undefined): Promise<string[]> {
  const folder = join(records, entry.folder);
  if (!existsSync(folder)) return ['the folder of this record is missing'];
  const text = read(join(folder, RECORD));
  const page = read(join(folder, PAGE));
  // Whoever wrote it may be between its place in the chain and its name.
  const draft = draftsOf(records, entry.folder).some(([name]) => sha256(read(join(folder, name)) ?? '') === entry.sha256);
  if (!text && draft) return [];
  const pageProblem = page === undefined ? [`${PAGE} is missing`] : sha256(page) === entry.page ? [] : [`${PAGE} was changed`];
  if (text === undefined) return [`${RECORD} is missing`, ...pageProblem];
  if (sha256(text) !== entry.sha256) return [`${RECORD} was changed`, ...pageProblem];
  const record = JSON.parse(text.toString()) as PhoneRecord;
  return [
    ...(record.seq === entry.seq ? [] : [`in its place stands record ${record.seq}`]),
    ...(record.previous === (before?.sha256 ?? '') || (!before && entry.seq > 1) ? [] : [`it does not follow record ${entry.seq - 1}`]),
    ...pageProblem,
    ...(await evidenceProblems(join(folder, 'evidence'), record.evidence)),
  ];
}

async function evidenceProblems(folder: string, listed: PhoneRecord['evidence']): Promise<string[]> {
  const found = new Map((existsSync(folder) ? await evidenceOf(folder) : []).map(({ file, sha256: sum }) => [file, sum]));
  const names = new Set(listed.map(({ file }) => file));
  return [
    ...listed.flatMap(({ file, sha256: sum }) => {
      if (!found.has(file)) return [`evidence/${file} is missing`];
      return found.get(file) === sum ? [] : [`evidence/${file} was changed`];
    }),
    ...[...found.keys()].filter((file) => !names.has(file)).map((file) => `evidence/${file} was added`),
  ];
}

function outside(records: string, folder: string, head: Link): Problem {
  const seq = Number(/"seq": (\d+)/.exec(readFileSync(join(records, folder, RECORD), 'utf8'))?.[1]);
  if (!seq) return { folder, what: `${RECORD} is in no place of the chain, and is no record` };
  const what = seq > head.seq ? `record ${seq} was cut off the end of the chain` : `the chain names another folder as record ${seq}`;
  return { seq, folder, what };
}

function read(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}
