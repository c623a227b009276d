import { lstatSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { recordsIn, sealRemoval, type Remover } from './entry.ts';
import {
  digest,
  isAttempt,
  mendRecords,
  type PhoneRecord,
  type Shelf,
  type WrittenRecord,
} from './record.ts';

export interface PrunePictures extends Remover {
  /** Of attempts that ended before, ms since the epoch. */
  before: number;
  /** Ids of jobs of which nothing is removed: they are not finished. */
  spared: ReadonlySet<string>;
  /** Nothing is removed, and no entry is written. */
  dryRun?: boolean | undefined;
}

export interface PrunedPictures {
  records: number;
  files: number;
  bytes: number;
  /** The chained entry; missing where there was nothing to remove. */
  entry?: WrittenRecord;
}

/** Pictures and page sources. What was done step by step stays. */
const PICTURE = /\.(?:png|xml)$/;

interface Old {
  link: WrittenRecord['link'];
  folder: string;
  /** Pictures that are there as they were written. */
  files: PhoneRecord['evidence'];
}

/**
 * Removes pictures and page sources of old records. Facts, steps, acts of the ledger and hashes stay. A new
 * entry of the chain names each file, so that it can be verified still, and comes first: what was removed
 * without one would look like a theft. What is missing or was changed by then is not named, and shows as
 * before. Called again after a crash, it removes what is left.
 */
export async function prunePictures(shelf: Shelf, wish: PrunePictures): Promise<PrunedPictures> {
  if (!wish.dryRun) mendRecords(shelf);
  const { folder: records } = shelf;
  const all = recordsIn(records);
  const old: Old[] = [];
  for (const { record, link, folder } of all) {
    const isOld = isAttempt(record) && Date.parse(record.endedAt) < wish.before;
    if (!isOld || wish.spared.has(record.job)) continue;
    const files = await asWritten(join(records, folder, 'evidence'), picturesOf(record));
    if (files.length > 0) old.push({ link, folder, files });
  }
  const files = old.flatMap((one) => one.files);
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
  const pruned = { records: old.length, files: files.length, bytes };
  if (wish.dryRun || old.length === 0) return pruned;
  const entry = entryFor(shelf, old, all, wish);
  for (const one of old)
    for (const { file } of one.files) await rm(join(records, one.folder, 'evidence', file), { force: true });
  return { ...pruned, ...(entry && { entry }) };
}

/** Those that are there as they were written. Read piece by piece, as the station goes on with its phones meanwhile. */
async function asWritten(evidence: string, files: PhoneRecord['evidence']): Promise<PhoneRecord['evidence']> {
  const found: PhoneRecord['evidence'] = [];
  for (const one of files) {
    const file = join(evidence, one.file);
    const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFile();
    if (isFile && (await digest(file)).sha256 === one.sha256) found.push(one);
  }
  return found;
}

/** Undefined where an entry before a crash names all of it. */
function entryFor(
  shelf: Shelf,
  old: readonly Old[],
  all: readonly WrittenRecord[],
  wish: PrunePictures,
): WrittenRecord | undefined {
  const named = new Set(
    all.flatMap(({ record: { prunes = [] } }) =>
      prunes.flatMap(({ sha256: hash, files }) => files.map((file) => `${hash} ${file}`)),
    ),
  );
  const prunes = old.flatMap(({ link: { seq, sha256: hash }, files }) => {
    const fresh = files.map(({ file }) => file).filter((file) => !named.has(`${hash} ${file}`));
    return fresh.length > 0 ? [{ seq, sha256: hash, files: fresh }] : [];
  });
  if (prunes.length === 0) return undefined;
  const before = new Date(wish.before).toISOString();
  const facts = [
    { name: 'Removed', value: 'pictures and page sources' },
    { name: 'Of', value: prunes.map(({ seq }) => `record ${seq}`).join(', ') },
    { name: 'Because they are older than', value: before },
  ];
  return sealRemoval(shelf, 'pruned', wish, { outcome: 'pruned', facts, prunes });
}

const picturesOf = ({ evidence, lab }: PhoneRecord) =>
  evidence.filter(({ file }) => PICTURE.test(file) && file !== lab?.logo);
