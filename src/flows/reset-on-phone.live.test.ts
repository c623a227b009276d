import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startAppium, type AppiumServer } from '../host/appium.ts';
import { openPhoneBrowser } from '../host/browser.ts';
import { programOn } from '../host/tools.ts';
import { leaksIn } from '../live/leaks.ts';
import '../live/ground.ts';
import { CANARY, LiveWeb, webMissing } from '../live/web.ts';
import { adbOf, childEnvironment, loadSettings } from '../config/config.ts';
import { ensureHostTools } from '../host/tools.ts';
import { Secret } from '../secret.ts';
import { startWorld, type World } from '../sim/world.ts';

let web: LiveWeb;
let world: World;
let appium: AppiumServer;
const settings = loadSettings();
const adb = (...args: string[]) => promisify(execFile)('adb', args);

before(async () => {
  if (webMissing) return;
  web = await LiveWeb.start();
  world = await startWorld({ phones: [{ pace: 'instant', helpers: 'current', language: 'bg' }] });
  await adb('connect', world.phones[0]?.serial ?? '');
  const tools = await ensureHostTools(['adb'], settings);
  appium = await startAppium({
    port: 0,
    adbPort: adbOf(settings),
    env: childEnvironment({ ANDROID_HOME: tools.adb.androidHome }),
    log: join(web.folder, 'appium.log'),
    level: 'debug',
  });
});

after(async () => {
  if (webMissing) return;
  await appium?.stop();
  await adb('disconnect', world.phones[0]?.serial ?? '');
  await world?.close();
  await web?.stop();
});

test(
  'the password is reset in the Chrome of a phone, and stands in no log',
  { skip: webMissing },
  async () => {
    const serial = world.phones[0]?.serial ?? '';
    web.site.set({ pace: 'instant' });
    await adb(
      '-s',
      serial,
      'shell',
      `am start -a android.intent.action.VIEW -d '${web.site.url}' com.android.chrome`,
    );
    const log = { level: 'debug', folder: web.folder } as const;
    const chromedriver = programOn(settings.path, ['chromedriver']) ?? '';
    const phone = await openPhoneBrowser({ appium, serial, prepared: true, chromedriver, log });
    let used: Secret[];
    try {
      const run = await web.reset({ browser: phone.browser });
      assert.deepEqual(run.outcome, { kind: 'changed', proof: 'sign-in' });
      assert.deepEqual(run.leaks, []);
      assert.deepEqual(await phone.browser.getCookies(), [], 'the phone is left signed in');
      used = run.used;
    } finally {
      await phone.close();
    }
    const logs = new Map(
      ['appium.log', 'wdio.log'].map((name) => [name, readFileSync(join(web.folder, name), 'utf8')]),
    );
    assert.match(logs.get('appium.log') ?? '', /element/);
    assert.equal(used.length, 1);
    for (const secret of [new Secret(CANARY), ...used]) assert.deepEqual(leaksIn(logs, secret), []);
  },
);
