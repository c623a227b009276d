import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { startFakeAdb } from '../host/adb-server-fake.ts';
import {
  OfflinePhoneError,
  UnauthorizedPhoneError,
  UnknownPhoneError,
  UnreadyPhoneError,
} from '../errors.ts';
import { AdbServer } from '../phone/adb.ts';
import { attached } from '../runs/attached.ts';

const line = (serial: string, state: string, id: number) =>
  `${serial.padEnd(22)} ${state} usb:1-${id} transport_id:${id}\n`;
const TWICE = 'adb-77aa88bb-QwErTy (2)._adb-tls-connect._tcp';
const LIST = [
  line(
    'a1b2c3d4',
    'no permissions (missing udev rules?); see [http://developer.android.com/tools/device.html]',
    1,
  ),
  line('00ff00ff', 'bootloader', 2),
  line('(no serial number)', 'device', 3),
  line('0123456789ABCDEF', 'device', 4),
  line('0123456789ABCDEF', 'device', 5),
  line(TWICE, 'unauthorized', 6),
  line('10.0.7.21:5555', 'offline', 7),
].join('');

/** `mi-unbind ARGS` with an adb that only says its version. */
async function program(t: TestContext, args: readonly string[], env: Record<string, string>) {
  const sdk = mkdtempSync(join(tmpdir(), 'mi-unbind-sdk-'));
  t.after(() => rmSync(sdk, { recursive: true }));
  const adb = join(sdk, 'platform-tools', 'adb');
  mkdirSync(join(sdk, 'platform-tools'));
  writeFileSync(
    adb,
    '#!/bin/sh\necho "$@" >> "$ANDROID_HOME/calls"\necho \'Android Debug Bridge version 1.0.41\'\n',
  );
  chmodSync(adb, 0o755);
  const main = join(import.meta.dirname, 'mi-unbind.ts');
  const whole = { PATH: sdk, HOME: sdk, ANDROID_HOME: sdk, ...env };
  return promisify(execFile)(process.execPath, [main, ...args], { cwd: sdk, env: whole }).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
}

const refused = { skip: process.platform === 'win32' ? 'a script stands for adb' : false };

test(
  'cases d1, d2, d3, d6: `phones` lists all that the server of ADB_SERVER_SOCKET has, with what to do for each',
  refused,
  async (t) => {
    const { port } = await startFakeAdb(t, LIST);
    // Not the one that counts where the other is given, as adb has it.
    const env = { ADB_SERVER_SOCKET: `tcp:localhost:${port}`, ANDROID_ADB_SERVER_PORT: '1' };
    const { stdout, stderr } = await program(t, ['phones'], env);
    assert.deepEqual(
      stdout
        .split('\n')
        .slice(1, -1)
        .map((row) => row.replace(/ {2,}.*/, '')),
      [
        'a1b2c3d4',
        '00ff00ff',
        '(no serial number)',
        '0123456789ABCDEF',
        '0123456789ABCDEF',
        TWICE,
        '10.0.7.21:5555',
      ],
    );
    assert.match(stdout, /^a1b2c3d4 +no permissions$/m);
    assert.match(stderr, /^a1b2c3d4: this user may not open it on USB\n→ .*udev/m);
    assert.match(stderr, /^00ff00ff: it is in fastboot mode\n→ restart it/m);
    assert.match(stderr, /^\(no serial number\): it gives adb no serial number/m);
    assert.equal(
      stderr.match(/2 attached phones have the serial '0123456789ABCDEF' \(usb:1-4, usb:1-5\)/g)?.length,
      1,
    );
  },
);

test(
  'case d6: ANDROID_ADB_SERVER_ADDRESS counts, and a server elsewhere that is not there is named and none started here',
  refused,
  async (t) => {
    const { port } = await startFakeAdb(t, line('00ff00ff', 'rescue', 1));
    const here = await program(t, ['phones'], {
      ANDROID_ADB_SERVER_ADDRESS: '127.0.0.1',
      ANDROID_ADB_SERVER_PORT: String(port),
    });
    assert.match(here.stdout, /^00ff00ff +rescue$/m);
    // A host of this computer's own loopback that adb does not take for it.
    const { stderr } = await program(t, ['phones'], { ADB_SERVER_SOCKET: 'tcp:127.0.0.9:1' });
    assert.match(
      stderr,
      /^The adb server at 127\.0\.0\.9:1 cannot be used: none answers there\.\n→ start one on that computer/,
    );
  },
);

test('case d6: a socket of another kind is refused, with what is taken', refused, async (t) => {
  const { stderr } = await program(t, ['phones'], { ADB_SERVER_SOCKET: 'localfilesystem:/run/adb.sock' });
  assert.match(stderr, /ADB_SERVER_SOCKET is 'localfilesystem:\/run\/adb\.sock', and it takes tcp:HOST:PORT/);
});

const now = { now: () => 0, elapsed: () => 0, sleep: () => Promise.resolve() };

test('cases d1, d3: a phone that cannot be used is refused by its state, with the way out', async (t) => {
  const { port } = await startFakeAdb(t, LIST);
  const server = new AdbServer(port);
  const refusal = (serial: string, kind: new (...args: never[]) => Error, message: RegExp) =>
    assert.rejects(
      attached(server, serial, now),
      (error: Error) => error instanceof kind && message.test(error.message),
    );
  await refusal('a1b2c3d4', UnreadyPhoneError, /may not open it on USB/);
  await refusal('00ff00ff', UnreadyPhoneError, /fastboot/);
  await refusal('0123456789ABCDEF', UnreadyPhoneError, /2 attached phones/);
  await refusal(TWICE, UnauthorizedPhoneError, /\(2\)/);
  await refusal('10.0.7.21:5555', OfflinePhoneError, /offline/);
  await refusal('deadbeef', UnknownPhoneError, /deadbeef/);
});

test('a phone that is offline is reconnected once, and used when it is back', async (t) => {
  const back = {
    reconnected: (server: { change: (list: string) => void }) => server.change(line('a1b2c3d4', 'device', 2)),
  };
  const { port, asked } = await startFakeAdb(t, line('a1b2c3d4', 'offline', 1), back);
  assert.equal((await attached(new AdbServer(port), 'a1b2c3d4', now)).serial, 'a1b2c3d4');
  assert.deepEqual(
    asked.filter((request) => request.endsWith(':reconnect')),
    ['host-serial:a1b2c3d4:reconnect'],
  );
});

test('one that stays offline is given up on', async (t) => {
  const { port, asked } = await startFakeAdb(t, line('a1b2c3d4', 'offline', 1));
  await assert.rejects(attached(new AdbServer(port), 'a1b2c3d4', now), OfflinePhoneError);
  assert.equal(asked.filter((request) => request.endsWith(':reconnect')).length, 1);
  assert.ok(asked.length < 30, String(asked.length));
});
