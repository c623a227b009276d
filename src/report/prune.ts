import { readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Folders of runs, and of what belongs to no single one of a station's, begin with their moment. */
const RUN = /^(station-)?(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:-|$)/;
/** What was written so lately may be at work, ms. */
const AT_WORK = 60 * 60_000;

export interface PruneRuns {
  /** So many of the newest stay. */
  keep?: number | undefined;
  /** Those that began since then stay, ms since the epoch. */
  before?: number | undefined;
  /** What the store says is still needed. */
  spared?: SparedRuns | undefined;
  /** Nothing is removed. */
  dryRun?: boolean | undefined;
  now: number;
}

interface SparedRuns {
  /** Folders of runs. */
  folders: readonly string[];
  /** Serials of phones that are worked on: the newest run on each stays. */
  serials: readonly string[];
  /** Stations at work: so many of the newest folders of stations stay. */
  stations: number;
}

export interface PrunedRuns {
  /** Names of their folders, the newest first. */
  removed: string[];
  bytes: number;
}

/** Removes the folders of old runs, and nothing else that lies there. */
export async function pruneRuns(folder: string, wish: PruneRuns): Promise<PrunedRuns> {
  const { keep = 0, before = Infinity, dryRun, now } = wish;
  const runs = runsIn(folder);
  const spared = sparedOf(folder, runs, wish.spared);
  const old = runs.slice(keep).filter((run) => run.began < before && !spared.has(run.name));
  const pruned: PrunedRuns = { removed: [], bytes: 0 };
  for (const { name } of old) {
    const { bytes, written } = contentOf(join(folder, name));
    if (now - written <= AT_WORK) continue;
    if (!dryRun) await rm(join(folder, name), { recursive: true, force: true });
    pruned.removed.push(name);
    pruned.bytes += bytes;
  }
  return pruned;
}

interface Run {
  name: string;
  /** ms since the epoch. */
  began: number;
  /** It belongs to a station, not to one run. */
  isStation: boolean;
}

/** The newest first. */
function runsIn(folder: string): Run[] {
  const runs = readdirSync(folder, { withFileTypes: true }).flatMap((one): Run[] => {
    const [, station, ...digits] = RUN.exec(one.name) ?? [];
    if (!one.isDirectory() || digits.length === 0) return [];
    const [year = 0, month = 1, ...rest] = digits.map(Number);
    const began = Date.UTC(year, month - 1, ...(rest as [number, number, number, number]));
    return [{ name: one.name, began, isStation: station !== undefined }];
  });
  return runs.sort((a, b) => b.began - a.began || b.name.localeCompare(a.name));
}

function sparedOf(folder: string, runs: readonly Run[], spared: SparedRuns | undefined): Set<string> {
  if (!spared) return new Set();
  const folders = new Set(spared.folders.map((name) => resolve(name)));
  const named = runs.filter(({ name }) => folders.has(resolve(folder, name)));
  const ends = spared.serials.map((serial) => `-${serial.replace(/[^\w.-]/g, '_')}`);
  const worked = ends.flatMap((end) => runs.find(({ name }) => name.endsWith(end)) ?? []);
  const stations = runs.filter(({ isStation }) => isStation).slice(0, spared.stations);
  return new Set([...named, ...worked, ...stations].map(({ name }) => name));
}

/** What a folder takes, and when something was last written in it, ms since the epoch. */
function contentOf(folder: string): { bytes: number; written: number } {
  const content = { bytes: 0, written: statSync(folder).mtimeMs };
  for (const one of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const found = statSync(join(one.parentPath, one.name), { throwIfNoEntry: false });
    content.written = Math.max(content.written, found?.mtimeMs ?? 0);
    if (one.isFile()) content.bytes += found?.size ?? 0;
  }
  return content;
}
