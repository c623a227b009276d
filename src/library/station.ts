import './masked-logs.ts';
import { settingsWith } from '../config/config.ts';
import type { Question } from '../flows/recovery.ts';
import { openStation as openOwn, type Station } from '../runs/station.ts';

export interface StationChoices {
  /**
   * Settings by their names in the environment, e.g. `{ DATA_DIR: '/srv/lab' }`. They win over the environment and
   * over `.env` in the working directory.
   */
  settings?: Readonly<Record<string, string>>;
  /**
   * Asked for what only a person can answer: a captcha, a second factor. Undefined is no answer. Missing: such a
   * run ends with the outcome `needs-person`.
   */
  ask?: (question: Question, signal: AbortSignal) => Promise<string | undefined>;
  /** What runs have trouble with and go on in spite of, a sentence each. */
  onNotice?: (what: string) => void;
}

/**
 * This computer with its phones. Runs of one station share its adb, its Appium, its database (with the ledger of
 * submissions) and its code sources; each is started by the first run that needs it.
 */
export interface StationHandle extends AsyncDisposable {
  /** Folder that gets a folder for each run. */
  readonly evidenceDir: string;
  /** Closes what was opened. `await using` does the same. */
  close(): Promise<void>;
}

const opened = new WeakMap<StationHandle, Station>();

/** Opens nothing yet. Throws a ConfigError where a setting is wrong. */
export function openStation({ settings = {}, ask, onNotice }: StationChoices = {}): StationHandle {
  const station = openOwn(settingsWith(settings), {
    ...(ask && { person: { ask } }),
    ...(onNotice && { onNotice: (source, what) => onNotice(`${source}: ${what}`) }),
  });
  const close = async () => station[Symbol.asyncDispose]();
  const handle = { evidenceDir: station.settings.evidenceDir, close, [Symbol.asyncDispose]: close };
  opened.set(handle, station);
  return handle;
}

/** What is behind a handle. */
export function stationOf(handle: StationHandle): Station {
  const station = opened.get(handle);
  if (!station) throw new TypeError('That is no station: take what openStation() returned.');
  return station;
}
