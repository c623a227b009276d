import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadSettings } from '../../config/config.ts';
import { openStation } from '../station.ts';
import { version } from './adb.ts';
import { examineHost, fit, spaceIn } from './host.ts';

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'mi-unbind-doctor-'));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

/** What is found on a computer without adb and browser, with these settings. */
async function findings(t: TestContext, env: Record<string, string>) {
  const data = folder(t);
  const settings = loadSettings({ PATH: data, DATA_DIR: data, EVIDENCE_DIR: join(data, 'runs'), ...env });
  const { findings: found, adb } = await examineHost(openStation(settings), new AbortController().signal);
  assert.equal(adb, undefined);
  return new Map(found.map((one) => [one.check, one]));
}

test('what is missing on the computer is said with the command that brings it', async (t) => {
  const found = await findings(t, {});
  assert.match(JSON.stringify(found.get('adb')), /"fail","what":"not found".*install it: /);
  assert.match(JSON.stringify(found.get('browser')), /"warn","what":"no chromedriver and no chromium"/);
  for (const check of [
    'Node',
    'Appium',
    'Appium address',
    'evidence',
    'data folder',
    'database',
    'code sources',
  ])
    assert.equal(found.get(check)?.verdict, 'ok', check);
  assert.match(found.get('Appium address')?.what ?? '', /^a free port;/);
  const other = await findings(t, { APPIUM_PORT: '4799' });
  assert.match(other.get('Appium address')?.what ?? '', /^port 4799/);
});

test("a port of Appium's that is taken is a fault, as is a database without its key", async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const data = folder(t);
  mkdirSync(join(data, 'postgres'));
  const found = await findings(t, {
    APPIUM_PORT: String((other.address() as AddressInfo).port),
    DATA_DIR: data,
  });
  assert.match(JSON.stringify(found.get('Appium address')), /"fail".*is taken/);
  assert.match(JSON.stringify(found.get('database')), /"fail".*its key is missing.*bring the key back/);
  writeFileSync(join(data, 'key'), '');
  assert.equal((await findings(t, { DATA_DIR: data })).get('database')?.verdict, 'ok');
});

test('a code source that cannot be reached is a fault with its own way out', async (t) => {
  const found = await findings(t, { HTTP_INBOX_URL: 'http://127.0.0.1:1' });
  assert.match(JSON.stringify(found.get('codes: http-inbox')), /"fail".*"todo":"\w/);
});

test('a disk that is nearly full is a warning, and a full one a fault', () => {
  const verdicts = [5e9, 5e8, 5e7].map((free) => spaceIn('evidence', '/runs', free, 'EVIDENCE_DIR').verdict);
  assert.deepEqual(verdicts, ['ok', 'warn', 'fail']);
  const low = JSON.stringify(spaceIn('evidence', '/runs', 5e8, 'EVIDENCE_DIR'));
  assert.match(low, /500 MB free.*each run leaves 1 to 3 MB; on a full disk/);
});

test('chromedriver has to be of the version of the browser', () => {
  assert.equal(fit('156.0.8078.108', '156.0.1.2').verdict, 'ok');
  assert.match(JSON.stringify(fit('150.0.1.2', '156.0.8078.108')), /"warn".*chromedriver is 150/);
});

const adbs: readonly [number: string, verdict: string][] = [
  ['29.0.6-debian', 'ok'],
  ['34.0.5', 'ok'],
  ['35.0.0', 'warn'],
  ['35.0.2-android-tools', 'warn'],
  ['36.0.0', 'warn'],
  ['36.0.1', 'warn'],
  ['36.0.2', 'ok'],
  ['36.0.10', 'ok'],
  ['37.0.0', 'ok'],
];
for (const [number, verdict] of adbs) {
  test(`adb ${number} on Linux is ${verdict}`, () => {
    assert.equal(version(number, '/usr/bin/adb', 'linux').verdict, verdict);
    assert.equal(version(number, '/usr/bin/adb', 'darwin').verdict, 'ok');
  });
}
