import { existsSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { Settings } from '../config/config.ts';
import { neededNow, type Needed } from '../jobs/retention.ts';
import { pruneRuns, type PrunedRuns } from '../report/prune.ts';
import { prunePictures, type PrunedPictures } from '../report/prune-pictures.ts';
import { StoreClock } from '../store/store-clock.ts';
import type { Store } from '../store/store.ts';
import { aboutOf, shelfOf } from './shelf.ts';
import { hasStore } from './store.ts';
import type { Station } from './station.ts';

export const DAY = 24 * 60 * 60_000;
// After one that failed, ms.
const AGAIN = 60 * 60_000;

const NOTHING: Needed = { jobs: new Set(), folders: [], serials: [], stations: 0 };

/** What the store says is still needed. Where there is none yet, nothing is. */
export const neededBy = async (station: Pick<Station, 'settings' | 'store'>): Promise<Needed> =>
  hasStore(station.settings) ? neededNow(await station.store()) : NOTHING;

/** Removes pictures and page sources of records that ended before. */
export function pruneRecords(
  settings: Settings,
  needed: Needed,
  wish: { before: number; dryRun?: boolean | undefined },
): Promise<PrunedPictures> {
  return prunePictures(shelfOf(settings), { ...aboutOf(settings), ...wish, spared: needed.jobs });
}

interface Daily {
  settings: Settings;
  store: Pick<Store, 'pool'>;
  /** The station's own folder, which stays. */
  logs: string;
  clock: Clock;
  /** `what` is for people. */
  onPruned: (what: string) => void;
}

/**
 * Does what KEEP_EVIDENCE_DAYS asks, once a day of those on which it is called; nothing where it is not set. One that
 * fails is tried again after an hour.
 */
export function dailyPruning({ settings, store, logs, clock, onPruned }: Daily): () => Promise<void> {
  const { keepEvidenceDays: days, evidenceDir: folder } = settings;
  let due = -Infinity;
  return async () => {
    if (days === undefined || clock.elapsed() < due) return;
    due = clock.elapsed() + AGAIN;
    const byDatabase = new StoreClock(clock);
    await byDatabase.set(store);
    // Deleted is deleted: of two clocks the earlier one counts.
    const now = Math.min(clock.now(), byDatabase.now());
    const before = now - days * DAY;
    const needed = await neededNow(store);
    const spared = { ...needed, folders: [...needed.folders, logs] };
    const runs = existsSync(folder) ? await pruneRuns(folder, { before, spared, now }) : NO_RUNS;
    const pictures = await pruneRecords(settings, needed, { before });
    due = clock.elapsed() + DAY;
    if (runs.removed.length + pictures.records > 0)
      onPruned(`${prunedInWords(runs, pictures)}: they are older than ${days} days`);
  };
}

const NO_RUNS: PrunedRuns = { removed: [], bytes: 0 };

function prunedInWords(runs: PrunedRuns, pictures: PrunedPictures): string {
  return `KEEP_EVIDENCE_DAYS: deleted ${runsInWords(runs)} and ${picturesInWords(pictures)}`;
}

export const runsInWords = ({ removed, bytes }: PrunedRuns): string =>
  `${counted(removed.length, 'folder')} of runs (${megabytes(bytes)})`;

export const picturesInWords = ({ records, files, bytes }: PrunedPictures): string =>
  `${counted(files, 'file')} of ${counted(records, 'record')} (pictures, page sources; ${megabytes(bytes)})`;

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
