import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beInSofia } from '../../live/zone.ts';
import type { LockStatus } from '../../lock/lock-status.ts';
import { painted } from '../lines.ts';
import { exitCodeOf, linesOf } from './lock.ts';

beInSofia();

const status = (state: LockStatus['state'], rest: Partial<LockStatus> = {}): LockStatus => ({
  imei: '356938035643809',
  state,
  at: '2026-11-30T08:02:00.000Z',
  source: 'xiaomi',
  ...rest,
});

test('the exit code is 0 only where every lock is known to be off', () => {
  const [on, off, unknown] = [status('on'), status('off'), status('unknown')];
  assert.equal(exitCodeOf([off, off]), 0);
  assert.equal(exitCodeOf([off, unknown]), 3);
  assert.equal(exitCodeOf([off, on]), 1);
  assert.equal(exitCodeOf([unknown, on]), 1);
});

test('the table shows the state, what is said of a loss, the local time, and why a state is unknown', () => {
  const lines = linesOf(
    [
      status('on', { lost: true }),
      status('off', { lost: false }),
      status('unknown', { why: 'the server asks for a captcha' }),
    ],
    undefined,
  ).map((line) => painted(line, false).trimEnd());
  assert.deepEqual(lines, [
    'IMEI             LOCK     LOST               ASKED                   WHY UNKNOWN',
    '356938035643809  on       reported lost      2026-11-30 10:02 UTC+2',
    '356938035643809  off      not reported lost  2026-11-30 10:02 UTC+2',
    '356938035643809  unknown                     2026-11-30 10:02 UTC+2  the server asks for a captcha',
  ]);
});
