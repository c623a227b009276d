import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from './virtual-clock.ts';

test('time passes only while everything waits, in the order of what is waited for', async () => {
  const clock = new VirtualClock(1000);
  const seen: string[] = [];
  const wait = async (ms: number, what: string) => {
    await clock.sleep(ms, what);
    seen.push(`${what} at ${clock.now()}`);
  };
  await Promise.all([
    wait(60_000, 'late'),
    wait(20, 'early'),
    wait(20, 'second').then(() => wait(5, 'third')),
  ]);
  assert.deepEqual(seen, ['early at 1020', 'second at 1020', 'third at 1025', 'late at 61000']);
  assert.equal(clock.elapsed(), 60_000);
});

test('a wait that is given up ends at once, and time does not pass for it', async () => {
  const clock = new VirtualClock(0);
  const ending = new AbortController();
  const waiting = clock.sleep(60_000, 'what does not come', ending.signal);
  ending.abort(new Error('given up'));
  await assert.rejects(waiting, /given up/);
  await assert.rejects(clock.sleep(10, 'nothing', ending.signal), /given up/);
  await clock.sleep(10, 'something');
  assert.equal(clock.elapsed(), 10);
});
