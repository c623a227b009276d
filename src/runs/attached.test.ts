import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantClock } from '../clock.ts';
import type { AdbServer, AttachedPhone } from '../phone/adb.ts';
import { attached } from './attached.ts';

/** What adb lists, one list after the other and the last one for ever, and what it was asked to bring back. */
function server(...lists: [serial: string, state: AttachedPhone['state']][][]) {
  const back: string[] = [];
  const adb = {
    phones: async () =>
      ((lists.length > 1 ? lists.shift() : lists[0]) ?? []).map(([serial, state]) => ({ serial, state })),
    reconnect: async ({ serial }: { serial: string }) => void back.push(serial),
    phone: (serial: string) => ({ serial }),
  };
  return { adb: adb as unknown as AdbServer, back };
}

test('a phone on a cable that is offline is brought back, once, and is worked on when it is here again', async () => {
  const { adb, back } = server([['a1', 'offline']], [], [['a1', 'connecting']], [['a1', 'device']]);
  assert.equal((await attached(adb, 'a1', instantClock())).serial, 'a1');
  assert.deepEqual(back, ['a1']);
});

test('one that stays offline is said to be so; one on the network, or that is well, is left connected', async () => {
  const still = server([['a1', 'offline']]);
  await assert.rejects(attached(still.adb, 'a1', instantClock()), { code: 'offline-phone' });
  assert.deepEqual(still.back, ['a1']);
  const far = server([['10.0.0.7:5555', 'offline']]);
  await assert.rejects(attached(far.adb, '10.0.0.7:5555', instantClock()), { code: 'offline-phone' });
  const well = server([['a1', 'device']]);
  await attached(well.adb, 'a1', instantClock());
  assert.deepEqual([far.back, well.back], [[], []]);
});

test('a phone that cannot be talked to has its own error, and one that is not there the names of those that are', async () => {
  const { adb } = server([
    ['a1', 'unauthorized'],
    ['b2', 'recovery'],
    ['c3', 'device'],
    ['c3', 'device'],
  ]);
  const fault = (serial: string) => attached(adb, serial, instantClock());
  await assert.rejects(fault('a1'), { code: 'unauthorized-phone' });
  await assert.rejects(fault('b2'), { code: 'unready-phone' });
  await assert.rejects(fault('c3'), { code: 'unready-phone' });
  await assert.rejects(fault('d4'), { code: 'unknown-phone', hint: 'attached: a1, b2, c3, c3' });
});
