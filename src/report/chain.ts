import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The chain of a folder of records. Each record has the next number and the SHA-256 of the record before it. `chain/000017.sha256` says
 * which folder holds record 17 and what is in it, in the form of sha256sum: `sha256sum -c chain/*` checks it without this program.
 *
 * That file comes into being with its content, at once and only once, so several processes write records without waiting for each other:
 * who finds the number taken takes the next. Until then the record is a draft, `record.PID.json`, after the process that writes it; a draft
 * whose process is gone is put into the chain by whoever looks next.
 */

const CHAIN = 'chain';
export const RECORD = 'record.json';
export const PAGE = 'record.html';
const DRAFT = /^record\.(\d+)\.json$/;

/** A place of the chain. 0 and empty: before the first. */
export interface Link {
  seq: number;
  /** SHA-256 of the record, hex. */
  sha256: string;
}

/** What the chain says of one record. */
export interface Entry extends Link {
  folder: string;
  /** SHA-256 of its page. */
  page: string;
}

/** A record for this place of the chain, and its page, as they are to be written. */
export type Write<R> = (place: { seq: number; previous: string }) => { record: R; page: (sha256: string) => string };

export const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** The numbers in the chain, ascending. */
export function numbersOf(records: string): number[] {
  return list(join(records, CHAIN))
    .flatMap((name) => /^(\d{6,})\.sha256$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

const fileOf = (records: string, seq: number) => join(records, CHAIN, `${String(seq).padStart(6, '0')}.sha256`);

/** Undefined where the file is not one of ours. */
export function entryOf(records: string, seq: number): Entry | undefined {
  const lines = readFileSync(fileOf(records, seq), 'utf8').split('\n');
  const [record, page] = lines.map((line) => /^([0-9a-f]{64}) {2}([^/]+)\/(record\.(?:json|html))$/.exec(line));
  if (record?.[3] !== RECORD || page?.[3] !== PAGE || record[2] !== page[2]) return undefined;
  return { seq, sha256: record[1] ?? '', folder: record[2] ?? '', page: page[1] ?? '' };
}

/** The newest place. */
export function headOf(records: string): Link {
  const seq = numbersOf(records).at(-1) ?? 0;
  return { seq, sha256: (seq > 0 && entryOf(records, seq)?.sha256) || '' };
}

/** Writes the record of `folder` and gives it the next place. Synchronous: this process has one draft at a time. */
export function seal<R>(records: string, folder: string, write: Write<R>): { record: R; link: Link } {
  mkdirSync(join(records, CHAIN), { recursive: true });
  const draft = join(records, folder, `record.${process.pid}.json`);
  const entry = join(records, CHAIN, `.${process.pid}`);
  for (;;) {
    const head = headOf(records);
    const seq = head.seq + 1;
    const { record, page } = write({ seq, previous: head.sha256 });
    const text = `${JSON.stringify(record, null, 2)}\n`;
    const link = { seq, sha256: sha256(text) };
    const shown = page(link.sha256);
    writeFileSync(draft, text, { flush: true });
    writeFileSync(join(records, folder, PAGE), shown, { flush: true });
    writeFileSync(entry, `${link.sha256}  ${folder}/${RECORD}\n${sha256(shown)}  ${folder}/${PAGE}\n`, { flush: true });
    const taken = isTaken(() => linkSync(entry, fileOf(records, seq)));
    rmSync(entry);
    if (taken) continue;
    settle(join(records, CHAIN));
    renameSync(draft, join(records, folder, RECORD));
    return { record, link };
  }
}

/**
 * Finishes what a process that is gone had begun to write: in this folder, or in all. `again` makes the record anew for another place.
 * Gives the folders it has mended.
 */
export function mend<R>(records: string, again: (draft: R) => Write<R>, folders = foldersOf(records)): string[] {
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
      const place = parsed && numbersOf(records).includes(parsed.seq) ? entryOf(records, parsed.seq) : undefined;
      if (!parsed) rmSync(mine);
      else if (place?.folder === folder && place.sha256 === sha256(text)) renameSync(mine, join(records, folder, RECORD));
      else seal(records, folder, again(parsed));
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

function list(folder: string): string[] {
  let names: string[] = [];
  isGone(() => (names = readdirSync(folder)));
  return names.sort();
}

const isTaken = (attempt: () => unknown) => failsWith('EEXIST', attempt);
const isGone = (attempt: () => unknown) => failsWith('ENOENT', attempt);

function failsWith(code: string, attempt: () => unknown): boolean {
  try {
    attempt();
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return true;
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
