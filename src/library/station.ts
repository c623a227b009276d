import './node-version.ts';
import './masked-logs.ts';
import type { Asker } from '../codes/person.ts';
import { settingsWith } from '../config/config.ts';
import { CodeSourceError } from '../errors.ts';
import { openStation as openOwn, type Station } from '../runs/station.ts';

/** What only a person can answer. `code`: a verification code, with the source `person`. */
export interface StationQuestion {
  what: 'captcha' | 'second-factor' | 'agreement' | 'password' | 'code';
  /** One line: what to do. */
  prompt: string;
  /** Path of a picture to look at. */
  picture?: string;
}

export interface StationChoices {
  /**
   * Settings by their names in the environment, e.g. `{ DATA_DIR: '/srv/lab' }`. They win over the environment and
   * over `.env` in the working directory.
   */
  settings?: Readonly<Record<string, string>>;
  /**
   * Asked for what only a person can answer: a captcha, a second factor, a code of the source `person`. Undefined is
   * no answer. Missing: such a run ends with the outcome `needs-person`.
   */
  ask?: (question: StationQuestion, signal: AbortSignal) => Promise<string | undefined>;
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
    ...(ask && { person: { ask }, asker: askerOf(ask) }),
    ...(onNotice && { onNotice: (source, what) => onNotice(`${source}: ${what}`) }),
  });
  const close = async () => station[Symbol.asyncDispose]();
  const handle = { evidenceDir: station.settings.evidenceDir, close, [Symbol.asyncDispose]: close };
  opened.set(handle, station);
  return handle;
}

/** Codes of the source `person` are asked in the same way. */
function askerOf(ask: NonNullable<StationChoices['ask']>): Asker {
  return {
    terminal: true,
    async question(prompt, signal) {
      const answer = await ask({ what: 'code', prompt }, signal);
      if (answer !== undefined) return answer;
      throw new CodeSourceError('person', 'no code was given', 'run it again, and answer with the code');
    },
  };
}

/**
 * What is behind a handle.
 * @internal
 */
export function stationOf(handle: StationHandle): Station {
  const station = opened.get(handle);
  if (!station) throw new TypeError('That is no station: take what openStation() returned.');
  return station;
}
