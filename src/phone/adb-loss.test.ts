import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeAdb } from '../host/adb-server-fake.ts';
import { AdbServer } from './adb.ts';
import { examinePhone } from './doctor/doctor.ts';

const SERIAL = 'a1b2c3d4';
const line = (state: string, id = 1) => `${SERIAL.padEnd(22)} ${state} usb:1-${id} transport_id:${id}\n`;

const LISTS: [list: string, loss: string][] = [
  ['', 'gone'],
  ['5d6e7f80               device usb:1-9 transport_id:9\n', 'gone'],
  [line('offline'), 'offline'],
  [line('connecting'), 'offline'],
  [line('unauthorized'), 'unauthorized'],
  [line('authorizing'), 'unauthorized'],
  [line('recovery'), 'elsewhere'],
  [line('detached'), 'elsewhere'],
  // It is listed, and refuses every command.
  [line('device'), 'silent'],
];
for (const [list, loss] of LISTS) {
  test(`a phone that is lost is asked for at adb: ${loss}, as the list has '${list.trim()}'`, async (t) => {
    const { port } = await startFakeAdb(t, list);
    assert.equal(await new AdbServer(port).phone(SERIAL).loss?.(), loss);
  });
}

test('an adb server that has ended is said as such', async () => {
  assert.equal(await new AdbServer(1).phone(SERIAL).loss?.(), 'no-server');
});

test('a phone that goes while the doctor looks at it is a phone that is gone', async (t) => {
  const { port } = await startFakeAdb(t, '');
  const [finding, ...more] = await examinePhone(new AdbServer(port).phone(SERIAL));
  assert.deepEqual(more, []);
  assert.equal(finding?.verdict, 'fail');
  assert.equal(finding?.what, 'is no longer attached: it was unplugged or switched off');
});
