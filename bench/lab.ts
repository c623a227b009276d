import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startAppium, type AppiumServer } from '../src/appium.ts';
import { childEnvironment, type Settings } from '../src/config.ts';
import { ensureHostTools } from '../src/host.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';

/** What the simulated phone saw: the witness of every measurement. */
export interface Witness {
  account: object | null;
  events: { kind: string }[];
  /** ms in which the phone itself let one wait: animations and Xiaomi's servers. */
  waited: number;
  /** ADB services opened and HTTP requests to the UiAutomator2 server so far. */
  traffic: { streams: number; requests: number };
  unknown: { where: string; asked: string }[];
}

/** A simulated phone in a process of its own, as a real one would take no time from ours, and one Appium server. */
export interface Lab {
  readonly serial: string;
  readonly appium: AppiumServer;
  /** Where Appium's log and the runs' evidence lie. */
  readonly folder: string;
  /** Puts the phone into the state it is measured from. */
  reset(): Promise<void>;
  witness(): Promise<Witness>;
  /** The account's web site, where it was asked for, and how long it let one wait so far, ms. */
  readonly site: string;
  siteWaited(): Promise<number>;
  close(): Promise<void>;
}

/** `args`: further ones of `mi-unbind sim`. */
export async function startLab(spec: PhoneSpec, folder: string, settings: Settings, args: readonly string[] = []): Promise<Lab> {
  mkdirSync(folder, { recursive: true });
  const { adb } = await ensureHostTools(['adb'], settings);
  const sim = await startSim(spec, folder, args);
  const appium = await startAppium({
    port: settings.appiumPort,
    adbPort: settings.adbServerPort,
    env: childEnvironment({ ANDROID_HOME: adb.androidHome }),
    log: join(folder, 'appium.log'),
  }).catch(async (error: unknown) => {
    await sim.stop();
    throw error;
  });
  const phone = new URL(`/phones/${encodeURIComponent(sim.serial)}`, sim.control);
  const ask = async (init?: RequestInit, about = phone): Promise<unknown> => {
    const response = await fetch(about, init);
    if (!response.ok) throw new Error(`The simulator says ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    serial: sim.serial,
    appium,
    folder,
    reset: async () => void (await ask({ method: 'PUT', body: JSON.stringify(spec) })),
    witness: async () => (await ask()) as Witness,
    site: sim.site,
    siteWaited: async () => ((await ask({}, new URL('/site', sim.control))) as { waited: number }).waited,
    async close() {
      await appium.stop();
      await sim.stop();
    },
  };
}

async function startSim(spec: PhoneSpec, folder: string, args: readonly string[]) {
  const file = join(folder, 'phone.json');
  writeFileSync(file, JSON.stringify(spec));
  const main = join(import.meta.dirname, '../src/cli/mi-unbind.ts');
  const child = spawn(process.execPath, [main, 'sim', '--json', '--spec', file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const gone = () => void child.kill();
  process.once('exit', gone);
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), exited])) as [string | number | null];
  if (typeof line !== 'string') throw new Error(`'mi-unbind sim' ended with exit code ${line} before its phone was attached.`);
  const { phones, control, site = '' } = JSON.parse(line) as { phones: [string]; control: string; site?: string };
  return {
    serial: phones[0],
    control,
    site,
    async stop() {
      process.removeListener('exit', gone);
      child.kill();
      await exited;
    },
  };
}
