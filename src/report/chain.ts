import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { privateFolder, writePrivate } from '../private-files.ts';
import { signatureOf, signedHead, type SignedHead, type Signer } from './signature.ts';

/**
 * The chain of a folder of records. Each record has the next number and the SHA-256 of the record before it,
 * and names the SHA-256 of its page and of every file of its evidence: the hash of the newest record proves
 * all of them. `chain/000017.sha256` says which folder holds record 17 and what is in it, in the form of
 * sha256sum: `sha256sum -c chain/*.sha256` checks it without this program. `chain/000017.sig` is the
 * station's signature of the record's hash.
 *
 * The first file comes into being with its content, at once and only once, so several processes write records
 * without waiting for each other: a process that finds the number taken takes the next. Until then the record
 * is a draft, `record.PID.json`, after the process that writes it; a draft whose process is gone is put into
 * the chain by the process that looks next.
 */

export const CHAIN = 'chain';
export const RECORD = 'record.json';
export const PAGE = 'record.html';
const DRAFT = /^record\.(\d+)\.json$/;
const NUMBER = /^(\d{6,12})\.(sha256|sig)$/;
const FOLDER = /^\d{4}-\d\d-\d\d-[\w.-]+$/;
/** Stands in a page where its record's SHA-256 goes, while the page itself is hashed. */
const BLANK = '0'.repeat(64);

/** A place of the chain. 0 and empty: before the first. */
export interface Link {
  seq: number;
  /** SHA-256 of the record, hex. */
  sha256: string;
}

/** What the chain says of one record. */
export interface ChainEntry extends Link {
  folder: string;
  /** SHA-256 of its page. */
  page: string;
}

/** A record for this place of the chain, and its page, as they are to be written. */
export type Write<R> = (place: { seq: number; previous: string }) => {
  record: R;
  page: (sha256: string) => string;
};

export const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

const numberOf = (seq: number) => String(seq).padStart(6, '0');
const fileOf = (records: string, seq: number, kind = 'sha256') =>
  join(records, CHAIN, `${numberOf(seq)}.${kind}`);

/** The number in a file's name of the chain, where it is written as the chain writes it. */
function numberIn(name: string, kind: string): number | undefined {
  const [, digits = '', end] = NUMBER.exec(name) ?? [];
  return end === kind && Number(digits) > 0 && digits === numberOf(Number(digits))
    ? Number(digits)
    : undefined;
}

/** The numbers in the chain, ascending. `kind`: of the records, or of the signatures. */
export function numbersOf(records: string, kind: 'sha256' | 'sig' = 'sha256'): number[] {
  return list(join(records, CHAIN))
    .flatMap((name) => numberIn(name, kind) ?? [])
    .sort((a, b) => a - b);
}

/**
 * What lies in the chain's folder and is no part of it. A process that writes has a file with a dot there.
 */
export function strangersOf(records: string): string[] {
  const isOurs = (name: string) =>
    /^\.\d+$/.test(name) || (numberIn(name, 'sha256') ?? numberIn(name, 'sig')) !== undefined;
  return list(join(records, CHAIN)).filter((name) => !isOurs(name));
}

/** Undefined where the file is not one of ours. */
export function entryOf(records: string, seq: number): ChainEntry | undefined {
  const lines = plainFile(fileOf(records, seq))?.toString().split('\n') ?? [];
  const [record, page] = lines.map((line) =>
    /^([0-9a-f]{64}) {2}([^/]+)\/(record\.(?:json|html))$/.exec(line),
  );
  if (record?.[3] !== RECORD || page?.[3] !== PAGE || record[2] !== page[2]) return undefined;
  if (!FOLDER.test(record[2] ?? '') || lines.length !== 3 || lines[2] !== '') return undefined;
  return { seq, sha256: record[1] ?? '', folder: record[2] ?? '', page: page[1] ?? '' };
}

/** The line of a signature; undefined where there is none. */
export function signatureLine(records: string, seq: number): string | undefined {
  return plainFile(fileOf(records, seq, 'sig'))?.toString();
}

/** What a file holds, that is no link; undefined for anything else. */
export function plainFile(file: string): Buffer | undefined {
  let content: Buffer | undefined;
  failsWith(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'], () => {
    content = lstatSync(file).isFile() ? readFileSync(file) : undefined;
  });
  return content;
}

/** The newest place. */
export function headOf(records: string): Link {
  const seq = numbersOf(records).at(-1) ?? 0;
  return { seq, sha256: (seq > 0 && entryOf(records, seq)?.sha256) || '' };
}

/** The newest place with its signature, to be noted elsewhere. */
export function newestOf(records: string): SignedHead {
  const head = headOf(records);
  return signedHead(head, head.seq > 0 ? signatureLine(records, head.seq) : undefined);
}

/**
 * The SHA-256 that a record names of its page: without the record's own hash, which the page shows. Empty: no
 * page as it is written.
 */
export function pageHash(page: string, recordHash: string): string {
  return page.includes(BLANK) ? '' : sha256(page.replaceAll(recordHash, BLANK));
}

/**
 * Writes the record of `folder` and gives it the next place. Synchronous: this process has one draft at a
 * time.
 */
export function seal<R extends { page: string }>(
  records: string,
  folder: string,
  write: Write<R>,
  signer?: Signer,
): { record: R; link: Link } {
  privateFolder(join(records, CHAIN));
  const draft = join(records, folder, `record.${process.pid}.json`);
  const entry = join(records, CHAIN, `.${process.pid}`);
  for (;;) {
    const head = headOf(records);
    const seq = head.seq + 1;
    const written = write({ seq, previous: head.sha256 });
    const blank = written.page(BLANK);
    const record = { ...written.record, page: sha256(blank) };
    const text = `${JSON.stringify(record, null, 2)}\n`;
    const link = { seq, sha256: sha256(text) };
    const page = blank.replaceAll(BLANK, link.sha256);
    const lines = `${link.sha256}  ${folder}/${RECORD}\n${sha256(page)}  ${folder}/${PAGE}\n`;
    try {
      writePrivate(draft, text, { flush: true });
      writePrivate(join(records, folder, PAGE), page, { flush: true });
      writePrivate(entry, lines, { flush: true });
      if (isTaken(() => linkSync(entry, fileOf(records, seq)))) continue;
    } catch (error) {
      // On a full disk half a draft is of no use, and takes room.
      rmSync(draft, { force: true });
      throw error;
    } finally {
      rmSync(entry, { force: true });
    }
    finish({ records, folder, draft, link, signer });
    return { record, link };
  }
}

interface Placed {
  records: string;
  folder: string;
  /** File of the record, as it is named until it has its place. */
  draft: string;
  link: Link;
  signer: Signer | undefined;
}

/** A record that has its place gets its signature, then its name. */
function finish({ records, folder, draft, link, signer }: Placed): void {
  if (signer && signatureLine(records, link.seq) === undefined)
    writePrivate(fileOf(records, link.seq, 'sig'), `${signatureOf(link, signer)}\n`, { flush: true });
  settle(join(records, CHAIN));
  renameSync(draft, join(records, folder, RECORD));
}

/**
 * Finishes what a process that is gone had begun to write: in this folder, or in all. `again` makes the
 * record anew for another place. Gives the folders it has mended.
 */
export function mend<R extends { page: string }>(
  records: string,
  again: (draft: R) => Write<R>,
  {
    folders = foldersOf(records),
    signer,
  }: { folders?: readonly string[] | undefined; signer?: Signer | undefined } = {},
): string[] {
  const mended: string[] = [];
  for (const folder of folders) {
    for (const [name, pid] of draftsOf(records, folder)) {
      if (pid !== process.pid && isAlive(pid)) continue;
      const draft = join(records, folder, name);
      // Only one process gets it.
      const mine = join(records, folder, `record.${process.pid}.json`);
      if (isGone(() => renameSync(draft, mine))) continue;
      const text = readFileSync(mine, 'utf8');
      const parsed = parse<R & { seq: number }>(text);
      const place =
        parsed && numbersOf(records).includes(parsed.seq) ? entryOf(records, parsed.seq) : undefined;
      if (!parsed) rmSync(mine);
      else if (place?.folder === folder && place.sha256 === sha256(text))
        finish({ records, folder, draft: mine, link: place, signer });
      else seal(records, folder, again(parsed), signer);
      if (parsed) mended.push(folder);
    }
  }
  return mended;
}

/** Folders of records, finished or not. */
export function foldersOf(records: string): string[] {
  return list(records).filter((name) => /^\d{4}-\d\d-\d\d-/.test(name));
}

/** Drafts in a folder, each with the process that wrote it. */
export function draftsOf(records: string, folder: string): [name: string, pid: number][] {
  return list(join(records, folder)).flatMap((name) => {
    const pid = DRAFT.exec(name)?.[1];
    return pid === undefined ? [] : [[name, Number(pid)]];
  });
}

/** Empty where there is no such folder. */
function list(folder: string): string[] {
  let names: string[] = [];
  failsWith(['ENOENT', 'ENOTDIR'], () => (names = readdirSync(folder)));
  return names.sort();
}

const isTaken = (attempt: () => unknown) => failsWith(['EEXIST'], attempt);
const isGone = (attempt: () => unknown) => failsWith(['ENOENT'], attempt);

function failsWith(codes: readonly string[], attempt: () => unknown): boolean {
  try {
    attempt();
    return false;
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return true;
    throw error;
  }
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Has the folder's new name on disk; Windows lets no folder be opened and needs none of it. */
function settle(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
