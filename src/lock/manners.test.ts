import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, nextRequest, type PastRequest } from './manners.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const manners = { intervalMs: 2 * SECOND, budget: 4 };
const next = (past: PastRequest[], jitter = 0) => nextRequest(past, manners, NOW, jitter);
const ago = (ms: number, refusal?: PastRequest['refusal']): PastRequest => ({ at: NOW - ms, refusal });

test('the first request is made at once', () => assert.equal(next([]), NOW));

test('two requests have the interval between them, and up to half of it more', () => {
  assert.equal(next([ago(500)]), NOW + 1500);
  assert.equal(next([ago(500)], 1), NOW + 2500);
  assert.equal(next([ago(3 * SECOND)]), NOW);
});

test('each refusal in a row doubles the pause; an answer ends that', () => {
  assert.equal(next([ago(0, 'refused')]), NOW + 4 * SECOND);
  assert.equal(next([ago(0, 'refused'), ago(9 * SECOND, 'refused')]), NOW + 8 * SECOND);
  assert.equal(next([ago(0, 'refused'), ago(9 * SECOND), ago(MINUTE, 'refused')]), NOW + 4 * SECOND);
  assert.equal(next([ago(0), ago(9 * SECOND, 'refused')]), NOW + 2 * SECOND);
});

test('after five refusals in a row nothing is asked for an hour, then once', () => {
  const five = (newest: number) =>
    Array.from({ length: 5 }, (_, at) => ago(newest + at * 10 * MINUTE, 'refused'));
  const wide = { intervalMs: 2 * SECOND, budget: 100 };
  assert.deepEqual(nextRequest(five(MINUTE), wide, NOW, 0), {
    until: NOW + 59 * MINUTE,
    why: 'it refused 5 requests one after the other',
  });
  assert.equal(nextRequest(five(60 * MINUTE), wide, NOW, 0), NOW);
  assert.equal(nextRequest(five(0).slice(1), wide, NOW + 10 * MINUTE, 0), NOW + 10 * MINUTE);
  const four = Array.from({ length: 4 }, () => ago(0, 'refused'));
  assert.equal(nextRequest(four, wide, NOW, 0), NOW + 32 * SECOND);
});

test('a pause is never longer than 15 minutes, or than the interval', () => {
  const refused = [ago(0, 'refused'), ago(MINUTE, 'refused')];
  assert.equal(nextRequest(refused, { intervalMs: 10 * MINUTE, budget: 9 }, NOW, 0), NOW + 15 * MINUTE);
  assert.equal(nextRequest(refused, { intervalMs: 20 * MINUTE, budget: 9 }, NOW, 0), NOW + 20 * MINUTE);
});

test('a captcha ends the requests for a day, whatever came after', () => {
  assert.deepEqual(next([ago(MINUTE), ago(60 * MINUTE, 'captcha')]), {
    until: NOW - 60 * MINUTE + DAY,
    why: 'it asked for a captcha, so it is left alone for a day',
  });
  assert.equal(next([ago(DAY + SECOND, 'captcha')]), NOW);
});

test('the budget counts the last 24 hours', () => {
  const used = [1, 2, 3, 4].map((hours) => ago(hours * 60 * MINUTE));
  assert.deepEqual(next(used), {
    until: NOW - 4 * 60 * MINUTE + DAY,
    why: 'the 4 requests of 24 hours are used up (LOCK_CHECK_BUDGET)',
  });
  assert.equal(next([...used.slice(0, 3), ago(DAY + 1)]), NOW);
  assert.equal(next([...used.slice(0, 3), ago(DAY)]), NOW);
  assert.deepEqual(DAY, 86_400_000);
});
