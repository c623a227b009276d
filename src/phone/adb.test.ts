import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeAdb } from '../host/adb-server-fake.ts';
import { systemClock } from '../clock.ts';
import { AdbServer } from './adb.ts';

const line = (serial: string, state: string, id: number) =>
  `${serial.padEnd(22)} ${state} usb:1-${id} transport_id:${id}\n`;

test('cases d1, d2, d3: every phone is listed, whatever its state and its serial', async (t) => {
  const twice = 'adb-77aa88bb-QwErTy (2)._adb-tls-connect._tcp';
  const { port } = await startFakeAdb(
    t,
    line('a1b2c3d4', 'no permissions; see [http://…]', 1) + line(twice, 'device', 2) + line('ü', 'rescue', 3),
  );
  const phones = await new AdbServer(port).phones();
  assert.deepEqual(
    phones.map(({ serial, state }) => [serial, state]),
    [
      ['a1b2c3d4', 'no permissions'],
      [twice, 'device'],
      ['ü', 'rescue'],
    ],
  );
});

test('a change of any state is reported at once, and a server that is gone has no phones', async (t) => {
  const fake = await startFakeAdb(t, line('a1b2c3d4', 'device', 1));
  const end = new AbortController();
  const seen: string[] = [];
  let next = Promise.withResolvers<void>();
  const watching = new AdbServer(fake.port).watch(
    (phones) => {
      seen.push(phones.map(({ state }) => state).join());
      next.resolve();
    },
    { signal: end.signal, clock: systemClock, revive: () => Promise.resolve() },
  );
  for (const state of ['recovery', 'sideload', 'device']) {
    await next.promise;
    next = Promise.withResolvers();
    fake.change(line('a1b2c3d4', state, 1));
  }
  await next.promise;
  end.abort();
  await watching;
  assert.deepEqual(seen, ['device', 'recovery', 'sideload', 'device']);
});

test('a server that refuses to reconnect a phone is no fault', async (t) => {
  const { port, asked } = await startFakeAdb(t, '');
  await new AdbServer(port).reconnect({ serial: 'a b' });
  assert.deepEqual(asked, ['host-serial:a b:reconnect']);
});
