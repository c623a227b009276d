import { join } from 'node:path';
import { plainFile, RECORD, sha256 as hashOf, type ChainEntry, type Link } from './chain.ts';
import { recordIn } from './record.ts';

/** Of a record, that something of it was removed on purpose. */
export interface Removed {
  seq: number;
  /** ISO time. */
  at: string;
  by: string;
}

/** Files of a record that an entry names as removed. */
export interface Prune extends Removed {
  files: readonly string[];
}

/** What entries that are as they were written say was removed. An entry speaks of records before it. */
export function removedIn(
  records: string,
  entries: ReadonlyMap<number, ChainEntry>,
): { forgotten: Removed[]; prunes: Prune[] } {
  const forgotten: Removed[] = [];
  const prunes: Prune[] = [];
  for (const { folder, sha256, seq: own } of entries.values()) {
    const text = plainFile(join(records, folder, RECORD));
    const record = text && hashOf(text) === sha256 ? recordIn(text.toString()) : undefined;
    if (!record) continue;
    const isThere = (one: Link) => one.seq < own && entries.get(one.seq)?.sha256 === one.sha256;
    const about = { at: record.endedAt, by: record.operator };
    forgotten.push(...(record.forgets ?? []).filter(isThere).map(({ seq }) => ({ seq, ...about })));
    prunes.push(...(record.prunes ?? []).filter(isThere).map(({ seq, files }) => ({ seq, files, ...about })));
  }
  return { forgotten, prunes };
}

/** One line a record: by the entry that removed something last. */
export function summedUp(prunes: readonly Prune[]): Pruned[] {
  const found = new Map<number, Pruned>();
  for (const { seq, at, by, files } of prunes)
    found.set(seq, { seq, at, by, files: (found.get(seq)?.files ?? 0) + files.length });
  return [...found.values()].sort((a, b) => a.seq - b.seq);
}

type Pruned = Removed & { files: number };

/** Files of one record that were removed. */
export const prunedOf = (seq: number, prunes: readonly Prune[]) =>
  new Set(prunes.filter((one) => one.seq === seq).flatMap(({ files }) => files));
