import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { childEnvironment } from '../config/config.ts';
import { programFolder } from '../own-files.ts';
import { paths } from '../store/postmaster.ts';
import { openStore } from '../store/store.ts';
import { userId } from '../user.ts';
import { storeEnds } from './store-ends.ts';

/**
 * For tests whose subject is not how a database is made: one that is made once is copied, which takes a tenth
 * of the time. The store has made it itself, and makes another one when its sources or PostgreSQL change.
 */

const CACHE = join(programFolder, 'node_modules/.cache/mi-unbind');

/** By what it depends on. */
function template(): string {
  const sources = globSync('src/store/*.ts', { cwd: programFolder }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  const read = (file: string) => readFileSync(join(programFolder, file));
  const hash = createHash('sha256').update(String(userId()));
  for (const file of ['package-lock.json', ...sources.toSorted()]) hash.update(file).update(read(file));
  return join(CACHE, `database-${hash.digest('hex').slice(0, 16)}`);
}

/** Makes the one that is copied, unless it is there. */
export async function makeDatabase(): Promise<void> {
  const made = template();
  if (existsSync(made)) return;
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, 'draft-'));
  try {
    const store = await openStore({ dataDir: draft, env: childEnvironment(), keepSeconds: 1 });
    // Each copy gets a key of its own.
    await store.pool.query('delete from mi_unbind.seal');
    await store.close();
    await storeEnds(draft);
    const { key, log, port } = paths(draft);
    for (const file of [key, log, port]) rmSync(file, { force: true });
    for (const name of readdirSync(CACHE).filter((one) => one.startsWith('database-')))
      rmSync(join(CACHE, name), { recursive: true });
    // Another run may have made it meanwhile.
    if (!existsSync(made)) renameSync(draft, made);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The data folder, with a database in it where one is there to be copied; else the store makes it. */
export function withDatabase(folder: string): string {
  const from = template();
  const { data, password } = paths(folder);
  if (existsSync(data) || !existsSync(from)) return folder;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (spawnSync('cp', ['-a', `${from}/.`, folder]).status === 0) return folder;
  // As on Windows, which has no such program.
  for (const left of [data, password]) rmSync(left, { recursive: true, force: true });
  return folder;
}
