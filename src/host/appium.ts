import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { startAdbGate, type Guard } from './adb-gate.ts';
import { isHere, placeOf, type AdbAddress } from '../adb-address.ts';
import { makeAppiumHome, removeAppiumHome } from './appium-home.ts';
import { AppiumPortTakenError, AppiumStartError } from '../errors.ts';
import { openLog } from './log-file.ts';
import { ownProgram, programFolder } from '../own-files.ts';
import { freePort } from '../port.ts';
import { type Secret, withoutSecrets } from '../secret.ts';

export interface AppiumServer {
  protocol: string;
  hostname: string;
  port: number;
  /** Of its own endpoints. */
  path: string;
  /** Where its sessions find the adb server: a host, where it is not this computer, and a port. */
  adbHost?: string;
  adbPort: number;
  /** Whether a serial with blanks has to be given as `alias` writes it. */
  aliases: boolean;
  /**
   * Lets its sessions do nothing more to a phone, not even end in good order, and the next one again.
   * Missing: it has adb to itself.
   */
  shut?(serial: string): void;
  open?(serial: string, guard?: Guard): void;
  hasEnded(): boolean;
  /** What it holds in memory, as it has last said, MB. Missing, or undefined: that is not known. */
  memory?(): number | undefined;
  stop(): Promise<void>;
}

export interface AppiumOptions {
  /** 0 takes a free one. */
  port: number;
  /** Port of the adb server on this computer, or its place. */
  adbPort: AdbAddress;
  /** The environment of the child process, with ANDROID_HOME. */
  env: NodeJS.ProcessEnv;
  /** File that receives Appium's log, which may become known while it starts. */
  log: string | Promise<string>;
  level?: string;
  /** Never written to the log, whatever their source. */
  hide?: Iterable<Secret>;
  /** Ends one that is still starting. */
  signal?: AbortSignal;
  /** Called once its process runs, long before it answers. */
  onSpawn?: () => void;
}

// The slowest host seen took 6 s to load Appium and its driver.
const START_LIMIT = 60_000;
const MB = 1024 * 1024;

/**
 * One Appium server as a child process, for any number of phones. It gets no terminal signals: a session in
 * its hands is ended by us first. It ends with this process, even when that is killed. Resolves when the
 * server answers.
 */
export async function startAppium({
  port,
  adbPort,
  env,
  log,
  level = 'info',
  hide = [],
  signal,
  onSpawn,
}: AppiumOptions): Promise<AppiumServer> {
  const listening = await appiumPort(port);
  const main = createRequire(import.meta.url).resolve('appium/index.js');
  const gate = await startAdbGate(adbPort);
  const { home, config } = makeAppiumHome();
  const preload = ownProgram('host/end-with-parent');
  preload.searchParams.set('folder', home);
  const args = [
    '--import',
    preload.href,
    '--import',
    ownProgram('host/appium-adb').href,
    main,
    'server',
    '--address',
    '127.0.0.1',
    '--port',
    String(listening),
    '--log-level',
    level,
    '--config',
    config,
    '--log-no-colors',
    '--log-timestamp',
  ];
  const output = openLog(log);
  const child = spawn(process.execPath, args, {
    cwd: programFolder,
    // It asks for the user's home folder as it loads, which a user without a name need not have.
    env: { ...env, HOME: env.HOME || home, APPIUM_HOME: home, ...atTheGate(gate.port) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  onSpawn?.();
  const { stdout, stderr } = child as ChildProcess & { stdout: Readable; stderr: Readable };
  for (const stream of [stdout, stderr]) {
    createInterface({ input: stream }).on('line', (line) =>
      output.line(withoutPages(withoutSecrets(line, [...hide]))),
    );
  }
  let memory: number | undefined;
  child.on('message', (said: { rss?: number }) => void (memory = (said.rss ?? 0) / MB));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const gone = () => {
    kill(child);
    removeAppiumHome(home);
  };
  process.once('exit', gone);

  const stop = async () => {
    process.removeListener('exit', gone);
    // Asked politely, Appium waits for clients to hang up. Sessions are closed by now, so there is nothing to
    // wait for.
    kill(child);
    await exited;
    removeAppiumHome(home);
    await gate.close();
    await output.close();
  };
  const started = Promise.withResolvers<true>();
  // Where its log lies may be known only later, and may never be where nothing needs it any more.
  const failed = (why: string) =>
    void Promise.resolve(log).then(
      (file) => started.reject(new AppiumStartError(`${why}, see ${file}`)),
      () => undefined,
    );
  const timer = setTimeout(() => failed(`no answer within ${START_LIMIT / 1000} s`), START_LIMIT);
  const dropped = () => started.reject(signal?.reason);
  signal?.addEventListener('abort', dropped);
  const ready = (chunk: Buffer) => {
    if (chunk.includes('listener started on')) started.resolve(true);
  };
  stdout.on('data', ready);
  void exited.then((code) => failed(`it ended at once with exit code ${code}`));
  try {
    signal?.throwIfAborted();
    await started.promise;
    // Loaded and compiled by now: it keeps that for the next start.
    child.send('ready', () => undefined);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', dropped);
    stdout.off('data', ready);
  }
  const at = { protocol: 'http', hostname: '127.0.0.1', port: listening, path: '/' };
  const { port: adb, shut, open } = gate;
  return { ...at, adbPort: adb, aliases: true, shut, open, hasEnded, memory: () => memory, stop };
}

/**
 * At `debug` Appium logs how each page source begins, where the owner's account and name may stand: they are
 * in the evidence, masked.
 */
export const withoutPages = (line: string): string =>
  line.replace(/<\?xml .*|<hierarchy .*/s, '[page source]');

/** What adb reads of the environment where it is not reported by its arguments. */
function atTheGate(port: number): NodeJS.ProcessEnv {
  return {
    ANDROID_ADB_SERVER_PORT: String(port),
    ANDROID_ADB_SERVER_ADDRESS: undefined,
    ADB_SERVER_SOCKET: undefined,
  };
}

/**
 * One that another program has started, or a Grid that knows one for each phone by `appium:udid`. `adbPort`:
 * of the adb server on its host.
 */
export function runningAppium(address: string, adb: AdbAddress): AppiumServer {
  const { protocol, hostname, port, pathname } = new URL(address);
  const usual = protocol === 'https:' ? 443 : 80;
  const stop = () => Promise.resolve();
  const { host, port: adbPort } = placeOf(adb);
  const reached = { ...(isHere(adb) ? {} : { adbHost: host }), adbPort, aliases: false };
  return {
    protocol: protocol.slice(0, -1),
    hostname,
    port: Number(port) || usual,
    path: pathname,
    ...reached,
    hasEnded: () => false,
    stop,
  };
}

/** Ends Appium and the adb commands it runs: a process of its own group, where the system knows groups. */
function kill(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch (error) {
    // Nothing is left of it; macOS says EPERM then.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/**
 * Whether the helper apps that the installed driver brings are on the phone as they are. `installed` holds
 * their versions by package; the test package carries none, it only has to be there.
 */
export function helpersAreCurrent(installed: Readonly<Record<string, string>>): boolean {
  const driver = createRequire(
    createRequire(import.meta.url).resolve('appium-uiautomator2-driver/package.json'),
  );
  const version = (name: string) => (driver(`${name}/package.json`) as { version: string }).version;
  return (
    installed['io.appium.settings'] === version('io.appium.settings') &&
    installed['io.appium.uiautomator2.server'] === version('appium-uiautomator2-server') &&
    installed['io.appium.uiautomator2.server.test'] !== undefined
  );
}

/** The port if it is free, or a free one for 0. Throws where another program has it. */
export function appiumPort(port: number): Promise<number> {
  return freePort(port).catch(() => {
    throw new AppiumPortTakenError(port);
  });
}
