import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockStatus } from './lock-status.ts';
import { isConfirmable, nextAsked, together } from './watch.ts';

const SINCE = Date.UTC(2026, 10, 30, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = '2026-11-30T12:00:00.000Z';
const SEEN = '2026-11-30T11:00:00.000Z';
const [one, other] = ['867320001234563', '867320001234571'];
const status = (imei: string, state: LockStatus['state'], rest: Partial<LockStatus> = {}): LockStatus => ({
  ...{ imei, state, at: NOW, source: 'xiaomi' },
  ...rest,
});

test('after a sign-out the lock is asked at 15, 60 and 120 s, then each hour of a day, and no more', () => {
  const asked: number[] = [];
  for (let at = nextAsked('after', SINCE, SINCE); at !== undefined; at = nextAsked('after', SINCE, at))
    asked.push((at - SINCE) / 1000);
  assert.deepEqual(asked.slice(0, 5), [15, 60, 120, 3600, 7200]);
  assert.deepEqual([asked.length, asked.at(-1)], [27, 86_400]);
});

test('what was missed while no station ran is not made up for', () => {
  assert.equal(nextAsked('after', SINCE, SINCE + 5 * HOUR + MINUTE), SINCE + 6 * HOUR);
  assert.equal(nextAsked('after', SINCE, SINCE + 25 * HOUR), undefined);
});

test('a held phone is asked about four times a day, without an end', () =>
  assert.equal(nextAsked('held', SINCE, SINCE + 40 * 24 * HOUR), SINCE + (40 * 24 + 6) * HOUR));

test('a lock is called not confirmed from the third answer on', () => {
  assert.equal(isConfirmable(SINCE, SINCE + 60_000), false);
  assert.equal(isConfirmable(SINCE, SINCE + 120_000), true);
});

test('a phone is off only where each of its IMEIs is, and none is reported lost', () => {
  const of = (...found: LockStatus[]) => together(found, NOW).state;
  assert.equal(of(status(one, 'off'), status(other, 'off')), 'off');
  assert.equal(of(status(one, 'off'), status(other, 'on')), 'on');
  assert.equal(of(status(one, 'off'), status(other, 'unknown', { why: 'captcha' })), 'unknown');
  assert.equal(of(status(one, 'off', { lost: true })), 'unknown');
  assert.equal(of(status(one, 'off'), status(other, 'off', { lost: true })), 'unknown');
  assert.deepEqual(together([], NOW), {
    state: 'unknown',
    at: NOW,
    why: 'no IMEI of the phone is known',
  });
  assert.deepEqual(together([status(one, 'on', { lost: true }), status(other, 'off')], NOW), {
    ...{ state: 'on', lost: true, at: NOW },
  });
});

test('of several IMEIs the worst answer is said, with its time and its reason', () => {
  const later = '2026-11-30T13:00:00.000Z';
  const captcha = status(other, 'unknown', { why: 'a captcha', at: later });
  assert.deepEqual(together([status(one, 'off'), captcha], NOW), {
    ...{ state: 'unknown', at: later, why: 'a captcha' },
  });
  assert.deepEqual(together([captcha, status(one, 'on', { at: later })], NOW), { state: 'on', at: later });
  assert.deepEqual(together([status(one, 'off', { lost: false })], NOW), {
    state: 'off',
    lost: false,
    at: NOW,
  });
});

test('a phone that is off and reported lost at once is unknown, and lost', () =>
  assert.deepEqual(together([status(one, 'off'), status(other, 'off', { lost: true, at: SEEN })], NOW), {
    ...{ state: 'unknown', lost: true, at: SEEN, why: 'it is off and reported lost at once' },
  }));
