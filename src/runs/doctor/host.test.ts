import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createSite } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadSettings } from '../../config/config.ts';
import { paths } from '../../store/postmaster.ts';
import { openStation } from '../station.ts';
import { version } from './adb.ts';
import { PARALLEL } from '../parallel.ts';
import { openFilesNeeded } from '../../host/open-files.ts';
import { examineHost, fit, openFiles, spaceIn } from './host.ts';

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

test('what a limit of open files keeps from running is said: a list, or even one phone', () => {
  const all = openFilesNeeded(PARALLEL);
  const one = openFilesNeeded(1);
  const rows: [allowed: number | undefined, verdict: string, what: string][] = [
    [undefined, 'ok', 'no limit is known'],
    [all, 'ok', `${all} are allowed`],
    [all - 1, 'warn', `only ${all - 1} are allowed`],
    [one, 'warn', `only ${one} are allowed`],
    [one - 1, 'fail', `only ${one - 1} are allowed`],
  ];
  for (const [allowed, verdict, what] of rows) {
    const finding = openFiles(allowed);
    assert.deepEqual([finding.check, finding.verdict, finding.what], ['open files', verdict, what]);
    if (finding.verdict === 'ok') continue;
    assert.equal(
      finding.why,
      `a run on ${PARALLEL} phones at once, as of a list, is refused; one phone needs ${one}`,
    );
    assert.match(finding.todo, new RegExp(`^raise the limit to ${all} or more: 'ulimit -n ${all}'`));
  }
});

test('a disk is full below 100 MB, and nearly full below 1 GB', () => {
  const of = (free: number) => spaceIn('records', '/r', free, 'RECORDS_DIR');
  for (const [free, verdict, what] of [
    [1_000_000_000, 'ok', '/r, 1 GB free'],
    [12_400_000_000, 'ok', '/r, 12 GB free'],
    [999_999_999, 'warn', '/r, 1000 MB free'],
    [100_000_000, 'warn', '/r, 100 MB free'],
    [99_999_999, 'fail', '/r, 100 MB free'],
  ] as const)
    assert.deepEqual([of(free).verdict, of(free).what], [verdict, what]);
  const full = of(0);
  assert.ok(full.verdict === 'fail');
  assert.deepEqual(
    [full.check, full.why, full.todo],
    [
      'records',
      'each run leaves 1 to 3 MB; on a full disk what was done cannot be kept',
      'make room, or set RECORDS_DIR to another disk',
    ],
  );
});

test('of browser and chromedriver it is said which is missing, or that they do not fit', () => {
  const why = "'reset-password' and 'recover' need both, in one version, for the account's web site";
  for (const [driver, browser, what] of [
    [undefined, '156.0.1', 'no chromedriver'],
    ['156.0.1', undefined, 'no chromium'],
    [undefined, undefined, 'no chromedriver and no chromium'],
    ['150.0.1', '156.0.1', '156.0.1, and chromedriver is 150.0.1'],
  ] as const) {
    const finding = fit(driver, browser);
    assert.ok(finding.verdict === 'warn');
    assert.deepEqual([finding.what, finding.why], [what, why]);
    assert.match(
      finding.todo,
      driver && browser ? /^set CHROMEDRIVER to one that fits, or update both$/ : /^install chromium and its/,
    );
  }
  assert.equal(fit('156.0.1', '156.0.2').what, '156.0.2, chromedriver 156.0.1');
});

test(
  'the versions of browser and chromedriver are those that they say',
  { skip: process.platform === 'win32' },
  async (t) => {
    const path = folder(t);
    const program = (name: string, says: string) => {
      writeFileSync(join(path, name), `#!/bin/sh\necho '${says}'\n`);
      chmodSync(join(path, name), 0o755);
      return join(path, name);
    };
    program('chromium', 'Chromium 156.0.8078.108 built on Debian');
    const own = program('own-driver', 'ChromeDriver 156.0.8078.100 (abc)');
    program('chromedriver', 'no version');
    const found = await findings(t, { PATH: path });
    assert.equal(found.get('browser')?.what, 'no chromedriver');
    const named = await findings(t, { PATH: path, CHROMEDRIVER: own });
    assert.equal(named.get('browser')?.what, '156.0.8078.108, chromedriver 156.0.8078.100');
  },
);

test('of the database it is said whether it is made, starts or runs, and where its key is', async (t) => {
  const data = folder(t);
  const what = async (env: Record<string, string> = {}) =>
    (await findings(t, { DATA_DIR: data, ...env })).get('database')?.what;
  assert.equal(await what(), 'none yet; it is made when it is first needed');
  mkdirSync(join(data, 'postgres'));
  assert.equal(await what(), `its key is missing: ${join(data, 'key')}`);
  const key = Buffer.alloc(32, 1).toString('base64');
  assert.equal(await what({ STORE_KEY: key }), 'it starts when it is needed');
  assert.equal(await what({ STORE_KEY_FILE: '/nowhere/key' }), 'it starts when it is needed');
  writeFileSync(paths(data).password, 'x');
  writeFileSync(join(data, 'postgres', 'postmaster.pid'), `${process.pid}\n\n\n5432\n\n\n\nready\n`);
  assert.equal(await what({ STORE_KEY: key }), 'it runs');
});

test('a database of the operator that cannot be reached is a fault, and none is started in its place', async (t) => {
  const found = await findings(t, { DATABASE_URL: 'postgres://lab@127.0.0.1:1/lab' });
  const finding = found.get('database');
  assert.ok(finding?.verdict === 'fail');
  assert.match(finding.what, /cannot be reached/);
  assert.equal(finding.why, 'codes, passwords and what may not be done twice are kept in it');
  assert.match(finding.todo, /\w/);
});

test('an Appium that is given is asked whether it answers, as a session asks', async (t) => {
  const asked: string[] = [];
  const site = createSite((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ value: { ready: true, build: { version: '3.1.0' } } }));
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  t.after(() => site.close());
  const { port } = site.address() as AddressInfo;
  const found = await findings(t, { APPIUM_URL: `http://127.0.0.1:${port}`, APPIUM_PORT: '1' });
  assert.deepEqual(
    [found.get('Appium address')?.verdict, found.get('Appium address')?.what],
    ['ok', 'the one in APPIUM_URL answers'],
  );
  assert.ok(asked.includes('/status'), asked.join());
});

test('an Appium that is given and does not answer is a fault, with what may stand between', async (t) => {
  const found = await findings(t, { APPIUM_URL: 'http://127.0.0.1:1' });
  const finding = found.get('Appium address');
  assert.ok(finding?.verdict === 'fail');
  assert.equal(finding.what, 'the one in APPIUM_URL does not answer');
  assert.match(finding.why, /^no session can be opened: [^\n]*http:\/\/127\.0\.0\.1:1/);
  assert.ok(finding.why.length <= 'no session can be opened: '.length + 200);
  assert.equal(
    finding.todo,
    'start it, or correct APPIUM_URL; a proxy (HTTP_PROXY, NO_PROXY) may stand between',
  );
});
