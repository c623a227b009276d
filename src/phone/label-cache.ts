import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../private-files.ts';

/** Strings of one package by their names; null where it has no such string. */
export type Strings = ReadonlyMap<string, string | null>;

/**
 * What a package's strings depend on: the package, its version, the phone's build and model, the language,
 * and the phone: what it says of the rest is its own word, and no phone decides what another one's pages say.
 */
export type Edition = readonly string[];

const SHELVED = z.object({ of: z.array(z.string()), strings: z.record(z.string(), z.string().nullable()) });

/**
 * What was read of this edition before. A file that is missing, broken or of another edition holds nothing.
 */
export async function recall(folder: string, edition: Edition): Promise<Strings> {
  try {
    const { of, strings } = SHELVED.parse(JSON.parse(await readFile(fileOf(folder, edition), 'utf8')));
    return new Map(JSON.stringify(of) === JSON.stringify(edition) ? Object.entries(strings) : []);
  } catch {
    return new Map();
  }
}

/**
 * Puts strings beside those that are there already. Where that cannot be written, they are read again next
 * time, and that is all.
 */
export async function keep(folder: string, edition: Edition, strings: Strings): Promise<void> {
  const file = fileOf(folder, edition);
  // Whole or not at all, also when two write at the same time.
  const draft = `${file}.${randomUUID()}`;
  try {
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const all = new Map([...(await recall(folder, edition)), ...strings]);
    await writeFile(
      draft,
      `${JSON.stringify({ of: edition, strings: Object.fromEntries(all) }, null, 1)}\n`,
      { mode: PRIVATE_FILE },
    );
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

function fileOf(folder: string, edition: Edition): string {
  const readable = edition
    .join('_')
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 120);
  return join(
    folder,
    `${readable}-${createHash('sha256').update(JSON.stringify(edition)).digest('hex').slice(0, 8)}.json`,
  );
}
