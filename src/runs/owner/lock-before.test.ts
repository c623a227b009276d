import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beInSofia } from '../../live/zone.ts';
import type { LockStatus } from '../../lock/lock-status.ts';
import { summary } from './lock-before.ts';

beInSofia();

const status = (state: LockStatus['state'], rest: Partial<LockStatus> = {}): LockStatus => ({
  imei: '356938035643809',
  state,
  at: '2026-11-30T08:02:00.000Z',
  source: 'xiaomi',
  ...rest,
});
const valueOf = (...args: Parameters<typeof summary>) => summary(...args).facts[0]?.value;

test('the fact says the state and when it was asked', () => {
  assert.deepEqual(summary([status('on', { lost: false })], true), {
    isLost: false,
    seen: { state: 'on', lost: false, at: '2026-11-30T08:02:00.000Z' },
    facts: [{ name: 'Lock at Xiaomi, before', value: 'on, asked 2026-11-30 10:02 UTC+2' }],
    warnings: [],
  });
  assert.equal(valueOf([status('off')], false), 'off, asked 2026-11-30 10:02 UTC+2');
});

test('of two IMEIs the one that matters is said: on before unknown before off', () => {
  const captcha = status('unknown', { why: 'the server asks for a captcha' });
  assert.match(
    valueOf([status('off'), captcha], true) ?? '',
    /^unknown \(the server asks for a captcha\), asked/,
  );
  assert.match(valueOf([captcha, status('on')], true) ?? '', /^on, asked/);
});

test('a phone that is reported lost under either IMEI is lost, whatever its state', () => {
  const lost = summary([status('off'), status('unknown', { lost: true })], true);
  assert.equal(lost.isLost, true);
  assert.match(lost.facts[0]?.value ?? '', /reported lost/);
  assert.match(lost.facts[0]?.todo ?? '', /give the phone back .* write to no owner/);
});

test('a phone that was reported lost stays so where the server does not say otherwise now', () => {
  const captcha = status('unknown', { why: 'the server asks for a captcha' });
  const { isLost, seen } = summary([captcha], true, true);
  assert.deepEqual([isLost, seen?.state, seen?.lost], [true, 'unknown', true]);
});

test('a lock without an account on the phone is a warning with what its owner can do', () => {
  assert.match(summary([status('on')], false).warnings.join(), /no Mi Account is on it → its owner removes/);
  assert.deepEqual(summary([status('on')], true).warnings, []);
  assert.deepEqual(summary([status('unknown')], false).warnings, []);
});

test('of a phone that tells no IMEI nothing is known, and that is said', () =>
  assert.deepEqual(summary([], true), {
    isLost: false,
    facts: [{ name: 'Lock at Xiaomi, before', value: 'not asked: the phone tells no IMEI' }],
    warnings: [],
  }));
