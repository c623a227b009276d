import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadSettings } from '../../config/config.ts';
import { adbAndServer, ofServer, servesPort, version } from './adb.ts';

/** A computer with an adb of version 1.0.41, and what answers on the port of its server. */
async function computer(t: TestContext, answer: string) {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-doctor-adb-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const adb = join(folder, 'adb');
  writeFileSync(adb, "#!/bin/sh\necho 'Android Debug Bridge version 1.0.41'\necho 'Version 34.0.5-debian'\n");
  chmodSync(adb, 0o755);
  const server = createServer((socket) => socket.once('data', () => socket.end(answer))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const found = await adbAndServer(loadSettings({ PATH: folder, ANDROID_ADB_SERVER_PORT: String(port) }));
  return {
    adb,
    port,
    has: found.adb !== undefined,
    of: new Map(found.findings.map((one) => [one.check, one])),
  };
}

test('an adb server that can be used is in order, with the version of adb', async (t) => {
  const { adb, port, has, of } = await computer(t, 'OKAY00040029');
  assert.equal(has, true);
  assert.deepEqual([of.get('adb')?.verdict, of.get('adb')?.what], ['ok', `34.0.5-debian, ${adb}`]);
  assert.equal(of.get('adb server')?.verdict, 'ok');
  assert.match(of.get('adb server')?.what ?? '', new RegExp(`${port}`));
});

test('an adb server of another version is a fault, with why and what to do; no phone is looked for', async (t) => {
  const { adb, port, has, of } = await computer(t, 'OKAY00040028');
  assert.equal(has, false);
  const found = of.get('adb server');
  assert.ok(found?.verdict === 'fail');
  assert.match(
    found.what,
    new RegExp(`port ${port} cannot be used: it has version 40, and '${adb}' has version 41`),
  );
  assert.deepEqual(
    [found.why, found.todo],
    [
      'no phone can be reached',
      'set ANDROID_HOME to the SDK whose adb started it, or ANDROID_ADB_SERVER_PORT to a port of its own',
    ],
  );
});

test('another program on the port of the adb server is a fault', async (t) => {
  const { has, of } = await computer(t, 'HTTP/1.1 400 Bad Request\r\n\r\n');
  assert.equal(has, false);
  assert.equal(of.get('adb server')?.verdict, 'fail');
  assert.match(
    JSON.stringify(of.get('adb server')),
    /does not answer as an adb server.*"todo":"set ANDROID_ADB_SERVER_PORT/,
  );
});

test('the build tools of an SDK are found in any of its versions, else on the PATH, and missed with what for', async (t) => {
  const { of, adb } = await computer(t, 'OKAY00040029');
  const none = of.get('build tools');
  assert.ok(none?.verdict === 'warn');
  assert.equal(none.what, 'no aapt2');
  assert.match(none.why, /^the driver cannot read its own helper apps' versions/);
  assert.match(none.todo, new RegExp(`^install build-tools into ${join(adb, '..')} `));

  const sdk = mkdtempSync(join(tmpdir(), 'mi-unbind-doctor-sdk-'));
  t.after(() => rmSync(sdk, { recursive: true }));
  for (const [folder, name] of [
    ['platform-tools', 'adb'],
    ['build-tools/35.0.0', 'aapt2'],
    ['build-tools/34.0.0', 'other'],
    ['bin', 'aapt2'],
  ] as const) {
    mkdirSync(join(sdk, folder), { recursive: true });
    writeFileSync(join(sdk, folder, name), "#!/bin/sh\necho 'Android Debug Bridge version 1.0.41'\n");
    chmodSync(join(sdk, folder, name), 0o755);
  }
  const settings = (home: string) =>
    loadSettings({ ANDROID_HOME: home, PATH: join(sdk, 'bin'), ADB_SERVER_SOCKET: 'tcp:127.0.0.9:1' });
  const toolsOf = async (home: string) =>
    (await adbAndServer(settings(home))).findings.find(({ check }) => check === 'build tools')?.what;
  assert.equal(await toolsOf(sdk), join(sdk, 'build-tools/35.0.0/aapt2'));
  rmSync(join(sdk, 'build-tools'), { recursive: true });
  assert.equal(await toolsOf(sdk), join(sdk, 'bin/aapt2'));
});

test('an adb that does not say its version has none, and one that is missing is said how to be installed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-doctor-adb-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'adb'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(folder, 'adb'), 0o755);
  const elsewhere = { ADB_SERVER_SOCKET: 'tcp:127.0.0.9:1' };
  const mute = await adbAndServer(loadSettings({ PATH: folder, ...elsewhere }));
  assert.equal(mute.findings[0]?.what, `?, ${join(folder, 'adb')}`);
  assert.equal(mute.adb, undefined);
  const none = await adbAndServer(loadSettings({ PATH: join(folder, 'empty'), ...elsewhere }));
  const [finding] = none.findings;
  assert.ok(finding?.verdict === 'fail' && none.findings.length === 1);
  assert.deepEqual(
    [finding.what, finding.why],
    ['not found', 'everything that is done on a phone goes through it'],
  );
  assert.match(finding.todo, /^install it: .*\badb\b|^install it: .*platform-tools/);
});

test('an adb that loses phones on Linux is named with the version that does not', () => {
  const finding = version('35.0.2', '/usr/bin/adb', 'linux');
  assert.ok(finding.verdict === 'warn');
  assert.deepEqual(
    [finding.check, finding.what, finding.why],
    ['adb', '35.0.2, /usr/bin/adb', 'versions 35.0.0 to 36.0.1 lose USB phones on Linux, or do not see them'],
  );
  assert.match(finding.todo, /^install platform-tools 36\.0\.2 or newer; until then, .*ADB_LIBUSB=0/);
});

test('a process is the adb server of a port by its words', () => {
  const of = (line: string, port: number) => servesPort(line.split(' '), port);
  const server = '/usr/bin/adb -L tcp:5099 fork-server server --reply-fd 4';
  assert.equal(of(server, 5099), true);
  assert.equal(of(server, 5098), false);
  assert.equal(of(server, 5037), true, 'the usual port need not be named');
  assert.equal(of('adb fork-server server', 5037), true);
  assert.equal(of('adb -P :5099 devices', 5099), false);
  assert.equal(of('/opt/adbx -L tcp:5099 fork-server', 5099), false);
  assert.equal(servesPort([], 5037), false);
});

test('an adb server of another user is named, with what that means', () => {
  const other = ofServer('port 5037', 1001, 1000);
  assert.ok(other.verdict === 'warn');
  assert.deepEqual(
    [other.check, other.what, other.why, other.todo],
    [
      'adb server',
      'port 5037, run by another user (uid 1001)',
      'phones know that user by its key, and the server goes when that user ends it',
      'start it as the user who signs phones out, or give each an ANDROID_ADB_SERVER_PORT',
    ],
  );
  for (const owner of [1000, undefined])
    assert.deepEqual(ofServer('port 5037', owner, 1000), {
      check: 'adb server',
      verdict: 'ok',
      what: 'port 5037',
    });
});
