import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { chmod, cp, lstat, readdir, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DataAnswer, Drift, Fact, RunEvent } from '../events.ts';
import type { Job, JobEnd, JobState, Order } from '../jobs/job.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER, privateFolder, writePrivate } from '../private-files.ts';
import {
  draftsOf,
  isAlive,
  mend,
  PAGE,
  plainFile,
  RECORD,
  seal,
  sha256,
  type Link,
  type Write,
} from './chain.ts';
import { renderRecord } from './record-page.ts';
import { filmOf } from './run-page.ts';
import type { Signer } from './signature.ts';

/**
 * What is written down for good of one ended job, as `record.json` holds it. No secrets; what is not known is
 * empty.
 */
export interface PhoneRecord {
  /** 1: without the fields that are marked `2`. */
  format: 'mi-unbind record 1' | 'mi-unbind record 2';
  /** Its place in the chain of its folder, from 1. */
  seq: number;
  /** SHA-256 of the record before it; empty in the first. */
  previous: string;
  /** 2: SHA-256 of its page, without the SHA-256 of this record, which the page shows. */
  page: string;
  /** 2: the key that signs its SHA-256; empty where none does. */
  signedBy: string;
  job: string;
  batch: string;
  attempt: number;
  reference: string;
  phone: { serial: string; imei: string; model: string; release: string; region: string; language: string };
  /** Masked: as the list names it, and as the phone shows it. */
  account: { listed: string; onPhone: string };
  data: Order['data'];
  ifForgotten: Order['ifForgotten'];
  ownerConsent: string;
  operator: string;
  station: string;
  /** What has written it, with its version. */
  tool: string;
  /** ISO times. */
  startedAt: string;
  endedAt: string;
  durationMs: number;
  outcome: string;
  reason: string;
  retryFrom: string;
  /** 2: of an error, what happened and what to do. */
  message: string;
  hint: string;
  /** What became of the job with this end; `waiting`: it is tried again. */
  state: JobState;
  /**
   * ISO time at which the phone's own account list said that it is signed out; empty when it was not asked or
   * said otherwise.
   */
  verifiedAt: string;
  passwordSubmitted: boolean;
  /** 2: what the phone was answered about the synced data; empty where it did not ask. */
  dataAnswer: DataAnswer | '';
  /** 2: what else is known; one with `todo` is a box to tick on the page. */
  facts: Fact[];
  /** What counts for the account and is never done twice by mistake. */
  acts: { at: string; act: string }[];
  /** 2: what operators did with the job on a page, oldest first. Missing in older records. */
  byOperators?: { at: string; operator: string; act: string }[];
  /** 2: who does the work; missing where it was not said. `logo` is a file of the evidence. */
  lab?: { name: string; address: string; logo: string };
  steps: { at: string; page: string; screenshot: string; done: string[] }[];
  drift: Drift[];
  /** Of an entry that says what was forgotten: the records, by their places. Missing in any other. */
  forgets?: { seq: number; sha256: string }[];
  /** Of an entry that says which pictures and page sources were removed because of their age. Missing in any other. */
  prunes?: { seq: number; sha256: string; files: string[] }[];
  /**
   * Of an entry that says what became known later: the record it belongs to, where it is here. Missing in any
   * other.
   */
  supplements?: { seq: number; sha256: string }[];
  /** Every file of it, below `evidence/`. */
  evidence: { file: string; bytes: number; sha256: string }[];
  /** Left for the person who erases the phone: a sign-out is no data sanitisation. */
  erasure: { method: ''; standard: ''; tool: ''; verification: ''; erasedBy: ''; erasedAt: '' };
}

/** An attempt that has ended, with what its job does not know. */
export interface EndedAttempt {
  job: Job;
  end: JobEnd;
  /** What becomes of the job. */
  state: JobState;
  /** The account as the list names it, masked. */
  account: string;
  /** What the ledger says was done for the job, oldest first. */
  ledger: readonly { act: string; at: string }[];
  /** What operators did with the job on a page, oldest first. */
  byOperators?: readonly { at: string; operator: string; act: string }[];
  lab?: { name: string; address: string; logo?: { kind: string; content: Buffer } | undefined };
  operator: string;
  station: string;
  tool: string;
}

export interface WrittenRecord {
  /** Its page. */
  file: string;
  record: PhoneRecord;
  link: Link;
}

/** Where records are, and what signs them. */
export interface Shelf {
  folder: string;
  signer?: Signer | undefined;
}

/**
 * Writes `record.json`, its page and a copy of the evidence into a folder of their own on the shelf, and the
 * record into the chain. Called again for the same end, it gives the record that is there. Throws what the
 * file system says: the job has ended all the same.
 */
export async function writeRecord(ended: EndedAttempt, shelf: Shelf): Promise<WrittenRecord> {
  const { folder: records, signer } = shelf;
  const folder = folderOf(ended.job);
  mendRecords(shelf, [folder]);
  const there = readRecord(records, folder);
  if (there) return there;
  const copy = join(records, `.${process.pid}-${folder}`);
  try {
    const { files, timeline } = await copyEvidence(ended, copy);
    // What is cut short before this leaves no folder without a record.
    await rm(join(records, folder), { recursive: true, force: true });
    renameSync(copy, join(records, folder));
    const write = place((at) => recordOf(ended, { ...at, signedBy: signer?.id ?? '' }, files, timeline));
    const { record, link } = seal(records, folder, write, signer);
    return { file: join(records, folder, PAGE), record, link };
  } catch (error) {
    // On a full disk the copy takes the room that is missing.
    await rm(copy, { recursive: true, force: true });
    if (draftsOf(records, folder).length === 0)
      await rm(join(records, folder), { recursive: true, force: true });
    throw error;
  }
}

/**
 * Copies the evidence below a new folder, and tells what is there. A link is not followed: what it leads to
 * is no evidence.
 */
async function copyEvidence(
  { end: { evidence: from }, lab }: EndedAttempt,
  to: string,
): Promise<{ files: Files; timeline: RunEvent[] }> {
  const evidence = join(to, 'evidence');
  await rm(to, { recursive: true, force: true });
  privateFolder(evidence);
  const isOwn = async (source: string) => {
    const found = await lstat(source);
    return found.isFile() || found.isDirectory();
  };
  if (existsSync(from)) await cp(from, evidence, { recursive: true, filter: isOwn });
  if (lab?.logo) writePrivate(join(evidence, logoFile(lab.logo)), lab.logo.content);
  for (const one of await readdir(evidence, { recursive: true, withFileTypes: true }))
    await chmod(join(one.parentPath, one.name), one.isDirectory() ? PRIVATE_FOLDER : PRIVATE_FILE);
  return { files: await evidenceOf(evidence), timeline: timelineOf(evidence) };
}

const logoFile = ({ kind }: { kind: string }) => `lab-logo.${kind}`;

/** Finishes records whose writing was cut short; to be called when a station begins. Gives their folders. */
export function mendRecords({ folder: records, signer }: Shelf, folders?: readonly string[]): string[] {
  if (!folders)
    for (const copy of abandonedCopies(records))
      rmSync(join(records, copy), { recursive: true, force: true });
  const again = (draft: PhoneRecord) => place((at) => ({ ...draft, ...at, signedBy: signer?.id ?? '' }));
  return mend(records, again, { folders, signer });
}

/** Copies of evidence that a process was making when it ended. */
function abandonedCopies(records: string): string[] {
  const names = existsSync(records) ? readdirSync(records) : [];
  return names.filter((name) => {
    const pid = Number(/^\.(\d+)-/.exec(name)?.[1]);
    // In a container each run has the same number: one that is ours is of a run before, as none is made yet.
    return pid > 0 && (pid === process.pid || !isAlive(pid));
  });
}

/** The record of a folder, or undefined. */
export function readRecord(records: string, folder: string): WrittenRecord | undefined {
  const text = plainFile(join(records, folder, RECORD))?.toString();
  const record = text === undefined ? undefined : recordIn(text);
  if (text === undefined || record === undefined) return undefined;
  return { file: join(records, folder, PAGE), record, link: { seq: record.seq, sha256: sha256(text) } };
}

/** A record by its text; undefined where it is none. What a record of before lacks is empty. */
export function recordIn(text: string): PhoneRecord | undefined {
  // Records said bench before.
  const { bench: station = '', ...record } = parsed<PhoneRecord & { bench?: string }>(text);
  const isOne = /^mi-unbind record [12]$/.test(String(record.format)) && Number.isSafeInteger(record.seq);
  if (!isOne || !record.phone || !Array.isArray(record.evidence)) return undefined;
  if (
    !record.evidence.every((one) => /^[^/].*$/.test(one?.file ?? '') && !one.file.split('/').includes('..'))
  )
    return undefined;
  return {
    page: '',
    signedBy: '',
    message: '',
    hint: '',
    dataAnswer: '',
    facts: [],
    station,
    ...record,
  } as PhoneRecord;
}

function parsed<T>(text: string): Partial<T> {
  try {
    return (JSON.parse(text) as Partial<T> | null) ?? {};
  } catch {
    return {};
  }
}

/**
 * Where the record of a job's last attempt is, below the folder of records. By its start to the ms: attempts
 * are not always counted.
 */
export function folderOf({ id, serial, startedAt, createdAt }: Job): string {
  const [day = '', time = ''] = (startedAt ?? createdAt).split('T');
  return `${day}-${time.slice(0, 12).replace(/[:.]/g, '')}-${id}-${(serial || 'no-phone').replace(/[^\w.-]/g, '_')}`;
}

/** Whether it is of an attempt, and no entry about other records. */
export const isAttempt = ({ forgets, prunes, supplements }: PhoneRecord): boolean =>
  !forgets && !prunes && !supplements;

export const place = (make: (at: { seq: number; previous: string }) => PhoneRecord): Write<PhoneRecord> => {
  return (at) => {
    const record = make(at);
    return { record, page: (sha256) => renderRecord(record, sha256) };
  };
};

type Files = PhoneRecord['evidence'];

type Place = Pick<PhoneRecord, 'seq' | 'previous' | 'signedBy'>;

function recordOf(ended: EndedAttempt, at: Place, evidence: Files, events: RunEvent[]): PhoneRecord {
  const { job, end, state, account, ledger, byOperators = [], lab, operator, station, tool } = ended;
  const { order } = job;
  return {
    format: 'mi-unbind record 2',
    ...at,
    page: '',
    job: job.id,
    batch: job.batch,
    attempt: job.attempts,
    reference: order.reference,
    phone: {
      serial: job.serial,
      imei: end.imei || ('imei' in order.phone ? order.phone.imei : ''),
      model: end.model,
      release: end.release,
      region: end.region,
      language: end.language,
    },
    account: { listed: account, onPhone: end.account },
    data: order.data,
    ifForgotten: order.ifForgotten,
    ownerConsent: order.ownerConsent,
    operator,
    station,
    tool,
    startedAt: job.startedAt ?? '',
    endedAt: job.endedAt ?? new Date().toISOString(),
    durationMs: end.durationMs,
    outcome: end.outcome,
    reason: end.reason ?? '',
    retryFrom: end.retryFrom ?? '',
    message: end.message ?? '',
    hint: end.hint ?? '',
    state,
    verifiedAt: end.verifiedAt ?? '',
    passwordSubmitted: end.passwordSubmitted,
    dataAnswer: end.dataAnswer ?? '',
    facts: end.facts ?? [],
    acts: ledger.map(({ at: time, act }) => ({ at: time, act })),
    byOperators: byOperators.map(({ at: time, operator: by, act }) => ({ at: time, operator: by, act })),
    ...(lab && { lab: { name: lab.name, address: lab.address, logo: lab.logo ? logoFile(lab.logo) : '' } }),
    steps: stepsOf(events),
    drift: end.drift,
    evidence,
    erasure: { method: '', standard: '', tool: '', verification: '', erasedBy: '', erasedAt: '' },
  };
}

function stepsOf(events: readonly RunEvent[]): PhoneRecord['steps'] {
  return filmOf(events).map(({ page, steps }) => ({
    at: page?.at ?? steps[0]?.at ?? '',
    page: page?.page ?? '',
    screenshot: page?.screenshot ?? '',
    done: steps.filter(({ kind }) => kind !== 'drift').map(({ what }) => what),
  }));
}

/** Empty when nothing was done on the phone. A line that was cut short is left out. */
export function timelineOf(evidence: string): RunEvent[] {
  const file = join(evidence, 'timeline.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  // On a full disk a line in the middle may be cut short.
  return lines
    .map((line) => parsed<RunEvent>(line))
    .filter((event): event is RunEvent => event.kind !== undefined);
}

/** Every file below a folder, with slashes, in an order that is the same everywhere. */
async function evidenceOf(folder: string): Promise<Files> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = found
    .filter((one) => one.isFile())
    .map((one) => relative(folder, join(one.parentPath, one.name)));
  const files: Files = [];
  for (const name of names.sort())
    files.push({ file: name.split(sep).join('/'), ...(await digest(join(folder, name))) });
  return files;
}

export async function digest(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  });
  return { bytes, sha256: hash.digest('hex') };
}
