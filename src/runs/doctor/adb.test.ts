import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadSettings } from '../../config/config.ts';
import { adbAndServer } from './adb.ts';

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
