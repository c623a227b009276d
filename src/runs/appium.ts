import { adbOf, childEnvironment, type Settings } from '../config/config.ts';
import { runningAppium, startAppium, type AppiumOptions, type AppiumServer } from '../host/appium.ts';
import { ensureHostTools, findAdb } from '../host/tools.ts';
import type { Secret } from '../secret.ts';

/** One Appium, on this computer unless APPIUM_URL names one that runs already. */
export async function openAppium(
  settings: Settings,
  {
    log,
    hide,
    signal,
    onSpawn,
  }: Pick<AppiumOptions, 'log' | 'signal' | 'onSpawn'> & { hide: Iterable<Secret> },
): Promise<AppiumServer> {
  const { appiumUrl, appiumPort: port } = settings;
  if (appiumUrl !== undefined) return runningAppium(appiumUrl, adbOf(settings));
  const { adb } = await ensureHostTools(['adb'], settings);
  const level = settings.logLevel === 'debug' ? 'debug' : 'info';
  const env = childEnvironment({ ANDROID_HOME: adb.androidHome });
  const early = { ...(signal && { signal }), ...(onSpawn && { onSpawn }) };
  return startAppium({ port, adbPort: adbOf(settings), env, log, level, hide, ...early });
}

/** An Appium that starts before it is known whether one is needed, and where its log is to lie. */
export class EarlyAppium {
  readonly #settled: Promise<AppiumServer>;
  readonly #log = Promise.withResolvers<string>();
  readonly #dropped = new AbortController();
  /** Settles once its process runs beside this one, or cannot be started. */
  readonly spawned: Promise<void>;

  constructor(open: typeof openAppium, settings: Settings, hide: Iterable<Secret>) {
    const { promise, resolve: onSpawn } = Promise.withResolvers<void>();
    this.spawned = promise;
    this.#settled = open(settings, { log: this.#log.promise, hide, signal: this.#dropped.signal, onSpawn });
    // Its fault is said to who takes it.
    void this.#settled.catch(() => undefined).then(() => onSpawn());
  }

  /**
   * False where that may disturb: a port that is wanted is looked at first, an adb that is missing is installed, and
   * another program's Appium is not started here.
   */
  static isPossible(settings: Settings): boolean {
    return settings.appiumUrl === undefined && settings.appiumPort === 0 && findAdb(settings) !== undefined;
  }

  take(log: string): Promise<AppiumServer> {
    this.#log.resolve(log);
    return this.#settled;
  }

  /** Ends it, whether it has started or not. */
  async drop(): Promise<void> {
    this.#dropped.abort(new Error('no phone needs it'));
    await this.#settled.then(
      (server) => server.stop(),
      () => undefined,
    );
  }
}

interface DriversOptions {
  settings: Settings;
  /** `folder` gets the log, where the station has none for it. */
  start: (settings: Settings, folder: string) => Promise<AppiumServer>;
  notice: (what: string) => void;
}

/**
 * The Appium of a station: one for all phones, until it has grown too large. Then phones that are begun get another
 * one, and it ends when the last of its own is done: no session is cut off, and no phone waits for others.
 */
export class Drivers {
  readonly #options: DriversOptions;
  #driving: Promise<AppiumServer> | undefined;
  /** How many phones each one has in hand. */
  readonly #runs = new Map<AppiumServer, number>();
  /** Those that get no more. */
  readonly #grown = new Set<AppiumServer>();
  readonly #stopping = new Map<AppiumServer, Promise<void>>();

  constructor(options: DriversOptions) {
    this.#options = options;
  }

  /** The second caller waits for what the first one finds or starts, so that there is never another. */
  async take(folder: string, until?: Promise<unknown>): Promise<AppiumServer> {
    const server = await (this.#driving = this.#alive(this.#driving, folder));
    if (until) this.#keep(server, until);
    return server;
  }

  /** False where it has ended or did not start, until it is needed again. */
  async isWell(): Promise<boolean> {
    const server = await this.#driving?.catch(() => undefined);
    return this.#driving === undefined || server?.hasEnded() === false;
  }

  /** Once, however often it is called. */
  stop(server: AppiumServer): Promise<void> {
    const stopping = this.#stopping.get(server) ?? server.stop();
    this.#stopping.set(server, stopping);
    return stopping;
  }

  async #alive(before: Promise<AppiumServer> | undefined, folder: string): Promise<AppiumServer> {
    const { settings, start, notice } = this.#options;
    const server = await before?.catch(() => undefined);
    if (!server || server.hasEnded()) return start(settings, folder);
    const memory = Math.round(server.memory?.() ?? 0);
    if (memory <= settings.appiumMemory) return server;
    notice(
      `it holds ${memory} MB, more than APPIUM_MEMORY_MB (${settings.appiumMemory}): phones that are begun now get a new one`,
    );
    this.#grown.add(server);
    await this.#endIfIdle(server);
    // While the old one has the port that was named, the new one takes another.
    return start(
      server.hasEnded() || !this.#runs.has(server) ? settings : { ...settings, appiumPort: 0 },
      folder,
    );
  }

  #keep(server: AppiumServer, until: Promise<unknown>): void {
    this.#runs.set(server, (this.#runs.get(server) ?? 0) + 1);
    const done = () => {
      const left = (this.#runs.get(server) ?? 1) - 1;
      if (left > 0) this.#runs.set(server, left);
      else this.#runs.delete(server);
      void this.#endIfIdle(server);
    };
    void until.then(done, done);
  }

  async #endIfIdle(server: AppiumServer): Promise<void> {
    if (!this.#grown.has(server) || this.#runs.has(server)) return;
    await this.stop(server).catch((fault: unknown) =>
      this.#options.notice(`it could not be ended: ${(fault as Error).message}`),
    );
  }
}
