import { join } from 'node:path';
import type { AppiumServer } from '../host/appium.ts';
import type { Adb } from '../host/tools.ts';
import type { InboxEvent } from '../codes/inbox.ts';
import type { Asker } from '../codes/person.ts';
import type { SmsPhone } from '../codes/phone-sms.ts';
import type { CodeSource } from '../codes/source.ts';
import { childEnvironment, type Settings } from '../config/config.ts';
import type { OnRunEvent } from '../events.ts';
import type { Person } from '../flows/recovery.ts';
import type { Secret } from '../secret.ts';
import { openStore, type Store } from '../store/store.ts';
import type { OfJob } from '../store/submissions.ts';
import { runningAdb } from './adb.ts';
import { Drivers, EarlyAppium, openAppium } from './appium.ts';
import { openCodeSource } from './code-sources.ts';
import { Openings } from './openings.ts';
import type { StillOurs } from './still-ours.ts';

/**
 * One computer with its phones: what their runs share. Each part is opened when the first run needs it, once
 * for all runs, and closed with the station, the part that was opened last first. A single command is a
 * station with one phone.
 */
export interface Station extends AsyncDisposable {
  readonly settings: Settings;
  /** Answers what only a person may answer. */
  readonly person: Person;
  /** See JobStation. Missing: it works on one phone. */
  readonly logs?: string | undefined;
  /** Passes on what runs have trouble with and go on in spite of. */
  notice(source: string, what: string, kind?: NoticeKind): void;
  /** With its server running, which may have ended since the last time. It outlives the station. */
  adb(): Promise<Adb>;
  /**
   * One that has ended, or grown too large, is replaced; a large one ends when all that it was given to are done:
   * `until` settles then. `folder` gets its log where the station has no folder for logs and this call starts it.
   */
  appium(folder: string, until?: Promise<unknown>): Promise<AppiumServer>;
  /**
   * Begins to start Appium for the first run, which takes as long as all that is asked before: for a command that
   * most often needs it. Where no run does, it is ended with the station, and nothing is said of its faults. Resolves
   * once its process runs: what this one loads next does not hold it up then.
   */
  begin(): Promise<void>;
  store(): Promise<Store>;
  /**
   * One for all phones, which closing leaves open; of a phone's own SMS one each, which its run closes. A
   * source that could not be opened is tried again by the next run.
   */
  codes(name: string, phone?: SmsPhone): Promise<CodeSource>;
  /** False where its Appium has ended or did not start, until it is needed again. */
  drives(): Promise<boolean>;
  /** Keeps secrets out of Appium's log. */
  hide(secrets: readonly Secret[]): Disposable;
}

/** A station for any number of phones, and runs on them at the same time. */
export interface JobStation extends Station {
  /** Folder of Appium's log, and of faults that were not foreseen. */
  readonly logs: string;
}

type NoticeKind = InboxEvent['kind'] | 'fault';

export interface StationOptions {
  /** Missing: what only a person may answer has no answer, and a run ends for a person. */
  person?: Person;
  /** The terminal at which codes of the source `person` are typed. Missing: there is none. */
  asker?: Asker;
  onNotice?: (source: string, what: string, kind: NoticeKind) => void;
  logs?: string | undefined;
}

/** What a run gets beside its request. */
export interface RunContext {
  signal: AbortSignal;
  onEvent: OnRunEvent;
  /** Missing: it is a command of its own. */
  job?: JobContext | undefined;
}

/** The job that a run is done for. */
export interface JobContext extends OfJob {
  /** Names of the account, as the job's list has them. */
  names: readonly string[];
  /** Rejects where the job is no longer this station's. */
  stillOurs: StillOurs;
}

/** How each part is opened. Tests give others, to see when each one is opened and closed. */
export interface StationParts {
  adb: typeof runningAdb;
  appium: typeof openAppium;
  store: (settings: Settings) => Promise<Store>;
  codes: typeof openCodeSource;
}

const PARTS: StationParts = {
  adb: runningAdb,
  appium: openAppium,
  store: (settings) => openStore({ ...settings, env: childEnvironment() }),
  codes: openCodeSource,
};

const NO_PERSON: Person = { ask: () => Promise.resolve(undefined) };
/** Opens nothing yet. */
export function openStation(
  settings: Settings,
  options: StationOptions & { logs: string },
  parts?: StationParts,
): JobStation;
export function openStation(settings: Settings, options?: StationOptions, parts?: StationParts): Station;
export function openStation(
  settings: Settings,
  { person = NO_PERSON, asker, onNotice, logs }: StationOptions = {},
  parts: StationParts = PARTS,
): Station {
  const notice: Station['notice'] = (source, what, kind = 'fault') => onNotice?.(source, what, kind);
  const open = new Openings((what, fault) =>
    notice(what, `it could not be closed: ${(fault as Error).message}`),
  );
  const hidden = new Set<readonly Secret[]>();
  const sources = new Map<string, Promise<CodeSource>>();
  let storing: Promise<Store> | undefined;
  let early: EarlyAppium | undefined;

  const store = () =>
    (storing ??= open.add('the database', parts.store(settings), (opened) => opened.close()));

  const drivers: Drivers = new Drivers({
    start: (settings, folder) => {
      const log = join(logs ?? folder, 'appium.log');
      const opening = early?.take(log) ?? parts.appium(settings, { log, hide: allOf(hidden) });
      early = undefined;
      return open.add('Appium', opening, (started) => drivers.stop(started));
    },
    settings,
    notice: (what) => notice('Appium', what),
  });

  const source = (name: string, phone?: SmsPhone) =>
    parts.codes(name, {
      ...{ settings, store, ...(asker && { asker }), ...(phone && { phone }) },
      onEvent: ({ kind, what }) => notice(name, what, kind),
    });

  async function codes(name: string, phone?: SmsPhone): Promise<CodeSource> {
    if (phone) return source(name, phone);
    let shared = sources.get(name);
    if (!shared) {
      shared = open.add(`code source ${name}`, source(name), (opened) => opened.close());
      sources.set(name, shared);
      shared.catch(() => sources.delete(name));
    }
    return leftOpen(await shared);
  }

  return {
    ...{ settings, person, logs, notice, store, codes },
    appium: (folder, until) => drivers.take(folder, until),
    adb: () => parts.adb(settings),
    async begin() {
      if (EarlyAppium.isPossible(settings)) early ??= new EarlyAppium(parts.appium, settings, allOf(hidden));
      await early?.spawned;
    },
    drives: () => drivers.isWell(),
    hide(secrets) {
      hidden.add(secrets);
      // What a single command hides stays hidden until its Appium has written its last line.
      return { [Symbol.dispose]: () => void (logs !== undefined && hidden.delete(secrets)) };
    },
    async [Symbol.asyncDispose]() {
      const unused = early;
      early = undefined;
      await Promise.all([unused?.drop(), open[Symbol.asyncDispose]()]);
    },
  };
}

/** Whatever is in the set when it is asked for. */
const allOf = (hidden: ReadonlySet<readonly Secret[]>): Iterable<Secret> => ({
  *[Symbol.iterator]() {
    for (const some of hidden) yield* some;
  },
});

/** A source that other phones use too. */
const leftOpen = (source: CodeSource): CodeSource => ({
  name: source.name,
  baseline: (signal) => source.baseline(signal),
  waitForCode: (request) => source.waitForCode(request),
  close: () => Promise.resolve(),
});
