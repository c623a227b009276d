import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { remote, type Browser } from 'webdriverio';
import { startAppium, type AppiumServer } from '../../host/appium.ts';
import '../../live/ground.ts';
import { childEnvironment, loadSettings } from '../../config/config.ts';
import { ensureHostTools } from '../../host/tools.ts';
import { freePort } from '../../port.ts';
import { capabilities, closeSession } from '../../host/session.ts';
import { startWorld, type World, type WorldPhone } from '../world.ts';
import { waitUntil } from '../../live/wait.ts';

const missing = ['chromium', 'chromedriver'].filter((program) => spawnSync(program, ['--version']).error);
const skip =
  missing.length > 0
    ? `not installed: ${missing.join(', ')} (apt-get install chromium chromium-driver)`
    : false;

const FORM = `<!doctype html><meta name="viewport" content="width=device-width"><title>Form</title>
<form method="post"><label>Account <input name="account"></label><button>Next</button></form>`;

let folder = '';
let site: Server;
let url = '';
let world: World;
let appium: AppiumServer;
let phone: WorldPhone;

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), 'sim-browser-'));
  site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.method === 'GET') return response.end(FORM);
    void text(request).then((body) =>
      response.end(
        `<title>Answer</title><p>${decodeURIComponent(body)} from ${request.headers['user-agent']}</p>`,
      ),
    );
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/pass/forgetPassword?_locale=bg_BG&again=1`;
  const settings = loadSettings();
  const { adb: tool } = await ensureHostTools(['adb'], settings);
  world = await startWorld({ phones: [{ pace: 'instant', helpers: 'current', language: 'bg' }] });
  phone = world.phones[0] as WorldPhone;
  await adb('connect', phone.serial);
  appium = await startAppium({
    port: 0,
    adbPort: settings.adbServerPort,
    env: childEnvironment({ ANDROID_HOME: tool.androidHome }),
    log: join(folder, 'appium.log'),
  });
});

after(async () => {
  if (skip) return;
  await appium?.stop();
  await adb('disconnect', phone.serial);
  await world?.close();
  site.close();
  site.closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function adb(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('adb', args);
  return stdout;
}
const shell = (line: string): Promise<string> => adb('-s', phone.serial, 'shell', line);
const socket = async (): Promise<boolean> =>
  (await shell('cat /proc/net/unix')).includes('@chrome_devtools_remote');
/** Chromiums this process started. */
const chromiums = (): number =>
  spawnSync('pgrep', ['-P', String(process.pid), '-f', 'user-data-dir'])
    .stdout.toString()
    .split('\n').length - 1;

async function session(more: Record<string, unknown> = {}): Promise<Browser> {
  const wanted = capabilities({ serial: phone.serial, appium, prepared: true }, await freePort());
  return remote({
    hostname: '127.0.0.1',
    port: appium.port,
    path: '/',
    logLevel: 'silent',
    connectionRetryCount: 0,
    capabilities: {
      ...wanted,
      'appium:chromedriverExecutable': spawnSync('which', ['chromedriver']).stdout.toString().trim(),
      ...more,
    },
  });
}

async function fillIn(browser: Browser): Promise<void> {
  assert.equal(await browser.getTitle(), 'Form');
  assert.equal(await browser.getUrl(), url);
  await browser.$('input[name=account]').setValue('user@example.com');
  await browser.$('button').click();
  const answer = await browser.$('p').getText();
  assert.match(answer, /^account=user@example\.com from Mozilla\/5\.0 \(Linux; Android 13; .*Mobile Safari/);
}

test(
  'a session of the phone goes over to its Chrome, fills in a form, and comes back',
  { skip },
  async () => {
    assert.equal(await socket(), false);
    const browser = await session();
    try {
      await shell(`am start -a android.intent.action.VIEW -d '${url}' com.android.chrome`);
      assert.equal(await socket(), true);
      assert.match(await shell('ps -A'), /com\.android\.chrome/);
      // Appium gives a browser that is still starting 2 s to answer and lists it only then.
      await waitUntil(browser, "the phone's Chrome", async () =>
        (await browser.getContexts()).some((one) => one === 'WEBVIEW_chrome'),
      );
      await browser.switchContext('WEBVIEW_chrome');
      await fillIn(browser);
      await browser.switchContext('NATIVE_APP');
      const bar = await browser.$('id=com.android.chrome:id/url_bar').getText();
      assert.match(bar, /^127\.0\.0\.1:\d+\/pass\/forgetPassword$/);
      assert.match(await shell('dumpsys package com.android.chrome'), /versionName=\d+\.\d+\.\d+\.\d+/);
    } finally {
      await closeSession(Promise.resolve(browser));
    }
    assert.deepEqual(phone.unknown, []);
  },
);

test('a session of its own takes over the page Chrome shows', { skip }, async () => {
  // With an older tab beside it, chromedriver may take that one.
  await shell('am force-stop com.android.chrome');
  await shell(`am start -n com.android.chrome/com.google.android.apps.chrome.Main -d '${url}'`);
  const running = { androidUseRunningApp: true };
  const browser = await session({ browserName: 'Chrome', 'appium:chromeOptions': running });
  try {
    await fillIn(browser);
  } finally {
    await closeSession(Promise.resolve(browser));
  }
  assert.deepEqual(phone.unknown, []);
});

test('stopping Chrome ends its Chromium', { skip }, async () => {
  await shell(`am start -a android.intent.action.VIEW -d '${url}'`);
  assert.ok(chromiums() > 0);
  await shell('am force-stop com.android.chrome');
  assert.equal(await socket(), false);
  await phone.phone.shutDown();
  assert.equal(chromiums(), 0);
});
