import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { argumentsFor, type AdbAddress } from '../../adb-address.ts';
import { systemClock } from '../../clock.ts';
import { childEnvironment } from '../../config/config.ts';
import type { Phone } from '../../phone/adb.ts';
import type { Finding } from '../../phone/doctor/finding.ts';
import { confirmInstall } from '../../phone/install-dialog.ts';

const execute = promisify(execFile);
// An install over a slow cable with a person at the phone, ms.
const INSTALL_LIMIT = 120_000;
const LOOK_EVERY = 300;

export interface AdbProgram {
  path: string;
  /** Of its server. */
  address: AdbAddress;
}

/**
 * What a check's finding may be mended with: the safe things, none of which touches an account or a switch of
 * the developer options.
 */
const FIXES: Record<string, (phone: Phone, adb: AdbProgram) => Promise<string>> = {
  // KEYCODE_WAKEUP: nothing on a screen that is on.
  screen: async (phone) => (await phone.shell('input keyevent 224'), 'the screen was woken up'),
  // A lock with nothing to enter; where there is something, the phone asks for it.
  lock: async (phone) => (
    await phone.shell('input keyevent 224; wm dismiss-keyguard'),
    'the lock screen was dismissed'
  ),
  'stay awake': async (phone) => (
    await phone.shell('svc power stayon true'),
    'the screen stays on while the phone charges'
  ),
  'helper apps': async (phone, adb) => {
    for (const apk of helperApks()) await install(phone, adb, apk);
    return "Appium's helper apps were installed";
  },
};

export const isMendable = (findings: readonly Finding[]): boolean =>
  findings.some(({ check, verdict }) => verdict !== 'ok' && check in FIXES);

/** Mends what can be mended, and gives what was done and what could not be. */
export async function fix(phone: Phone, adb: AdbProgram, findings: readonly Finding[]): Promise<string[]> {
  const done: string[] = [];
  for (const finding of findings) {
    const mend = FIXES[finding.check];
    if (finding.verdict === 'ok' || !mend) continue;
    try {
      done.push(await mend(phone, adb));
    } catch (error) {
      done.push(`${finding.check} could not be mended: ${(error as Error).message.trim()}`);
    }
  }
  return done;
}

/** The helper apps as the driver brings them, in the order it installs them. */
function helperApks(): string[] {
  const driver = createRequire(
    createRequire(import.meta.url).resolve('appium-uiautomator2-driver/package.json'),
  );
  return ['io.appium.settings', 'appium-uiautomator2-server'].flatMap((name) => {
    const folder = join(dirname(driver.resolve(`${name}/package.json`)), 'apks');
    return readdirSync(folder)
      .filter((file) => file.endsWith('.apk'))
      .map((file) => join(folder, file));
  });
}

/** `adb install`, with the phone's own question answered while it lasts. */
async function install(phone: Phone, { path, address }: AdbProgram, apk: string): Promise<void> {
  const done = new AbortController();
  const installing = execute(
    path,
    [...argumentsFor(address), '-s', phone.serial, 'install', '-r', '-g', apk],
    {
      timeout: INSTALL_LIMIT,
      env: childEnvironment(),
    },
  ).finally(() => done.abort());
  const answering = (async () => {
    while (!done.signal.aborted) {
      await systemClock.sleep(LOOK_EVERY, 'install dialog', done.signal);
      await confirmInstall(phone, done.signal);
    }
  })().catch(() => undefined);
  try {
    await installing;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const why = /INSTALL_\w+[^\]\n]*/.exec(stdout + stderr)?.[0] ?? (error as Error).message.split('\n')[0];
    throw new Error(`the phone refused an app of Appium: ${why}`, { cause: error });
  } finally {
    await answering;
  }
}
