import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOrTime, localTime, localTimeBeside } from './local-time.ts';

const at = '2026-11-26T22:55:19.123Z';

test('a time for people is local, with its distance from UTC', () => {
  const shown = (timeZone: string, time = at) => localTime(time, { timeZone });
  assert.equal(shown('UTC'), '2026-11-26 22:55 UTC');
  assert.equal(shown('Europe/Sofia'), '2026-11-27 00:55 UTC+2');
  assert.equal(shown('Europe/Sofia', '2026-07-01T00:00:00Z'), '2026-07-01 03:00 UTC+3');
  assert.equal(shown('Asia/Kolkata'), '2026-11-27 04:25 UTC+5:30');
  assert.equal(shown('America/New_York'), '2026-11-26 17:55 UTC-5');
  assert.equal(localTime(Date.parse(at), { timeZone: 'UTC', seconds: true }), '2026-11-26 22:55:19 UTC');
});

test('midnight is the first hour of its day', () => {
  assert.equal(localTime('2026-11-26T00:00:00Z', { timeZone: 'UTC' }), '2026-11-26 00:00 UTC');
});

test('no time stays empty', () => {
  assert.equal(localTime(''), '');
  assert.equal(localTime('never'), '');
});

test('beside another time of the same local day the day is left out', () => {
  const form = { timeZone: 'Europe/Sofia' };
  assert.equal(localTimeBeside(at, '2026-11-27T10:00:00Z', form), '00:55 UTC+2');
  assert.equal(localTimeBeside(at, '2026-11-26T10:00:00Z', form), '2026-11-27 00:55 UTC+2');
});

test('a day of a lock stays a day, a moment becomes local', () => {
  assert.equal(dayOrTime('2026-12-03'), '2026-12-03');
  assert.equal(dayOrTime(at), localTime(at));
});
