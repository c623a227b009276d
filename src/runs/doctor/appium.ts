import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../config/config.ts';
import { MiUnbindError } from '../../errors.ts';
import type { Adb } from '../../host/tools.ts';
import { fail, found, thrown, type Finding } from '../../phone/doctor/finding.ts';
import { freePort } from '../../port.ts';
import { assertAnswers } from '../../host/session.ts';
import { openAppium } from '../appium.ts';

const ADDRESS = 'Appium address';
const WHY = 'no session can be opened';

/**
 * Appium as a run finds it: the installed one is started, and asked by the client that opens sessions.
 * Without adb it is not started.
 */
export async function examineAppium(settings: Settings, adb: Adb | undefined): Promise<Finding[]> {
  const installed = versions();
  if (installed.verdict === 'fail' && settings.appiumUrl === undefined) return [installed];
  return [installed, (await taken(settings)) ?? (await answer(settings, adb))];
}

function versions(): Finding {
  try {
    const require = createRequire(import.meta.url);
    const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
    return found('Appium', {
      verdict: 'ok',
      what: `${version('appium')}, driver ${version('appium-uiautomator2-driver')}`,
    });
  } catch {
    return found('Appium', fail('not installed', 'it drives the phones', "run 'npm ci'"));
  }
}

async function taken({ appiumPort, appiumUrl }: Settings): Promise<Finding | undefined> {
  if (appiumUrl !== undefined || appiumPort === 0) return undefined;
  const free = await freePort(appiumPort).catch(() => undefined);
  return free === undefined
    ? found(
        ADDRESS,
        fail(`port ${appiumPort} is taken`, WHY, 'stop what listens there, or set APPIUM_PORT to 0'),
      )
    : undefined;
}

async function answer(settings: Settings, adb: Adb | undefined): Promise<Finding> {
  const given = settings.appiumUrl !== undefined;
  const place = settings.appiumPort === 0 ? 'a free port' : `port ${settings.appiumPort}`;
  if (!adb && !given)
    return found(ADDRESS, { verdict: 'ok', what: `${place}; without adb it was not started` });
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-doctor-'));
  try {
    const appium = await openAppium(settings, { log: join(folder, 'appium.log'), hide: [] });
    try {
      await assertAnswers(appium);
    } finally {
      await appium.stop();
    }
    return found(ADDRESS, {
      verdict: 'ok',
      what: given ? 'the one in APPIUM_URL answers' : `${place}; it starts and answers`,
    });
  } catch (cause) {
    if (cause instanceof MiUnbindError) return thrown(ADDRESS, cause, WHY);
    const why = `${WHY}: ${(cause as Error).message.split('\n')[0]?.slice(0, 200)}`;
    return given
      ? found(
          ADDRESS,
          fail(
            'the one in APPIUM_URL does not answer',
            why,
            'start it, or correct APPIUM_URL; a proxy (HTTP_PROXY, NO_PROXY) may stand between',
          ),
        )
      : found(
          ADDRESS,
          fail(
            'it starts and cannot be reached',
            why,
            'see what keeps programs of this computer from 127.0.0.1: a firewall, or a proxy',
          ),
        );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
