import { readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders of runs, and of what belongs to no single one of a station's, begin with their moment. */
const RUN = /^(?:station-)?(\d{8}T\d{6}Z)(?:-|$)/;
/** What was written so lately may be at work, ms. */
const AT_WORK = 60 * 60_000;

/**
 * Removes the folders of all runs but the newest `keep`, and nothing else that lies there. Gives the names that were
 * removed.
 */
export async function pruneRuns(folder: string, keep: number, now: number): Promise<string[]> {
  const runs = readdirSync(folder, { withFileTypes: true })
    .filter((one) => one.isDirectory() && RUN.test(one.name))
    .map(({ name }) => ({ name, at: RUN.exec(name)?.[1] ?? '' }))
    .sort((a, b) => b.at.localeCompare(a.at) || b.name.localeCompare(a.name));
  const old = runs
    .slice(keep)
    .map(({ name }) => name)
    .filter((name) => now - newestIn(join(folder, name)) > AT_WORK);
  for (const name of old) await rm(join(folder, name), { recursive: true, force: true });
  return old;
}

/** When something was last written in it, ms since the epoch. */
function newestIn(folder: string): number {
  const times = readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs);
  return Math.max(statSync(folder).mtimeMs, ...times);
}
