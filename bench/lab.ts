import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startAppium, type AppiumServer } from '../src/host/appium.ts';
import { adbOf, childEnvironment, type Settings } from '../src/config/config.ts';
import { ensureHostTools } from '../src/host/tools.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';
import { timeOfTree } from './processes.ts';

/** What the simulated phone saw: the witness of every measurement. */
export interface LabWitness {
  account: object | null;
  events: { kind: string }[];
  /** ms in which the phone itself let one wait: animations and Xiaomi's servers. */
  waited: number;
  /** ms that the fastest program would have needed too: that, one look a page and one call an act. */
  ownTime: number;
  /** Page sources, and those that showed something else than the one before. */
  looks: { sources: number; pages: number; pictures: number };
  /** ADB services opened and HTTP requests to the UiAutomator2 server so far. */
  traffic: { streams: number; requests: number };
  unknown: { where: string; asked: string }[];
}

/**
 * A simulated phone in a process of its own, as a real one would take no time from ours, and one Appium
 * server.
 */
export interface Lab {
  readonly serial: string;
  readonly appium: AppiumServer;
  /** Where Appium's log and the runs' evidence lie. */
  readonly folder: string;
  /** Puts the phone into the state it is measured from. */
  reset(): Promise<void>;
  witness(): Promise<LabWitness>;
  /** The account's web site, where it was asked for, and how long it let one wait so far, ms. */
  readonly site: string;
  siteWaited(): Promise<number>;
  /** Seconds of processor time of this process and its Appium so far, without the phone's; NaN beside Linux. */
  cpu(): number;
  close(): Promise<void>;
}

/** `args`: further ones of `mi-unbind sim`. */
export async function startLab(
  spec: PhoneSpec,
  folder: string,
  settings: Settings,
  args: readonly string[] = [],
): Promise<Lab> {
  const { adb } = await ensureHostTools(['adb'], settings);
  const sims = await startSims([spec], folder, args);
  const [serial = ''] = sims.serials;
  const appium = await startAppium({
    port: settings.appiumPort,
    adbPort: adbOf(settings),
    env: childEnvironment({ ANDROID_HOME: adb.androidHome }),
    log: join(folder, 'appium.log'),
  }).catch(async (error: unknown) => {
    await sims.stop();
    throw error;
  });
  return {
    serial,
    appium,
    folder,
    reset: () => sims.reset(serial, spec),
    witness: () => sims.witness(serial),
    site: sims.site,
    siteWaited: () => sims.siteWaited(),
    cpu: () => (existsSync('/proc/self/stat') ? timeOfTree(process.pid) - timeOfTree(sims.pid) : NaN),
    async close() {
      await appium.stop();
      await sims.stop();
    },
  };
}

/** Simulated phones in one process beside ours. */
export interface Sims {
  readonly serials: readonly string[];
  /** Of their process. */
  readonly pid: number;
  /** Address of the account's web site; empty where it was not asked for. */
  readonly site: string;
  /** Puts a phone into another state, as if it had just been attached. */
  reset(serial: string, spec: PhoneSpec): Promise<void>;
  witness(serial: string): Promise<LabWitness>;
  siteWaited(): Promise<number>;
  stop(): Promise<void>;
}

/** `args`: further ones of `mi-unbind sim`. */
export async function startSims(
  specs: readonly PhoneSpec[],
  folder: string,
  args: readonly string[] = [],
): Promise<Sims> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'phones.json');
  writeFileSync(file, JSON.stringify(specs));
  const main = join(import.meta.dirname, '../src/cli/mi-unbind.ts');
  // They end with this process, also when that is killed.
  const preload = new URL('../src/host/end-with-parent.ts', import.meta.url).href;
  const child = spawn(
    process.execPath,
    ['--import', preload, main, 'sim', '--json', '--spec', file, ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const exited = once(child, 'exit');
  const gone = () => void child.kill();
  process.once('exit', gone);
  const [line] = (await Promise.race([once(createInterface(child.stdout!), 'line'), exited])) as [
    string | number | null,
  ];
  if (typeof line !== 'string')
    throw new Error(`'mi-unbind sim' ended with exit code ${line} before its phones were attached.`);
  const {
    phones: serials,
    control,
    site = '',
  } = JSON.parse(line) as { phones: string[]; control: string; site?: string };
  const ask = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(new URL(path, control), init);
    if (!response.ok) throw new Error(`The simulator says ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const about = (serial: string) => `/phones/${encodeURIComponent(serial)}`;
  return {
    serials,
    pid: child.pid ?? 0,
    site,
    reset: async (serial, spec) =>
      void (await ask(about(serial), { method: 'PUT', body: JSON.stringify(spec) })),
    witness: async (serial) => (await ask(about(serial))) as LabWitness,
    siteWaited: async () => ((await ask('/site')) as { waited: number }).waited,
    async stop() {
      process.removeListener('exit', gone);
      child.kill();
      await exited;
    },
  };
}
