import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import { Secret } from '../secret.ts';
import { hasBrowser, hostBrowserOptions, runResetPassword, type ResetRequest } from './reset-password.ts';
import { openStation } from './station.ts';

const REQUEST: ResetRequest = {
  ...{
    account: '6230001535',
    browser: 'host',
    language: 'en_US',
    headed: false,
    codeSource: 'imap',
    by: 'email',
  },
  ...{
    contact: 'lab@example.com',
    newPassword: new Secret('Canary-77-new'),
    unproved: false,
    evidence: 'runs',
  },
};
const station = {
  ...openStation(loadSettings({})),
  adb: () => Promise.reject(new Error('adb is asked')),
  store: () => Promise.reject(new Error('the store is opened')),
};
const context = { signal: new AbortController().signal, onEvent: () => assert.fail('nothing is begun') };
const reset = (request: Partial<ResetRequest>) =>
  runResetPassword(station, { ...REQUEST, ...request }, context);

test('a browser is this computer’s, or that of a phone that is named', async () => {
  for (const browser of ['', 'chrome', 'phone', 'phone:', 'Host'])
    await assert.rejects(reset({ browser }), {
      ...{ code: 'usage', message: `'${browser}' names no browser.` },
      hint: 'give --browser host or --browser phone:SERIAL',
    });
  await assert.rejects(reset({ browser: 'phone:d1e2' }), /adb is asked/);
  await assert.rejects(reset({ browser: 'host' }), /the store is opened/);
});

test('the SMS of a phone are read where its browser is used', async () => {
  await assert.rejects(reset({ codeSource: 'phone-sms' }), {
    ...{ code: 'usage', message: "'phone-sms' reads the SMS of the phone the browser is on." },
    hint: 'give --browser phone:SERIAL, or another --code-source',
  });
  await assert.rejects(reset({ codeSource: 'phone-sms', browser: 'phone:d1e2' }), /adb is asked/);
});

test('this computer has a browser where its driver is named or on the PATH', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-reset-'));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.equal(hasBrowser(loadSettings({ PATH: folder })), false);
  assert.equal(hasBrowser({ ...loadSettings({ PATH: folder }), chromedriver: '/opt/chromedriver' }), true);
  const name = process.platform === 'win32' ? 'chromedriver.exe' : 'chromedriver';
  writeFileSync(join(folder, name), '', { mode: 0o755 });
  assert.equal(hasBrowser(loadSettings({ PATH: folder })), true);
});

test('a browser has a log where a run has a folder for it', () => {
  const settings = {
    ...loadSettings({ PATH: '/bin', LOG_LEVEL: 'warn' }),
    chromedriver: '/opt/chromedriver',
  };
  const { env, ...rest } = hostBrowserOptions(settings);
  assert.deepEqual(rest, { path: '/bin', chromedriver: '/opt/chromedriver' });
  assert.ok(!('MI_PASSWORD' in env));
  assert.deepEqual(hostBrowserOptions(settings, '/runs/1').log, { level: 'warn', folder: '/runs/1' });
});
