import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCode, person, refusal, spent, type Outcome } from './outcome.ts';

const now = Date.UTC(2026, 10, 23, 12);

test('a lock names the day from which another try makes sense', () => {
  assert.deepEqual(refusal('find-device-locked', 3, now), {
    kind: 'refused',
    reason: 'find-device-locked',
    retryFrom: '2026-11-26',
  });
  assert.deepEqual(refusal('find-device-locked', undefined, now), {
    kind: 'refused',
    reason: 'find-device-locked',
  });
});

test('a wrong captcha or second factor is for a person, every other trouble is a refusal', () => {
  assert.deepEqual(refusal('wrong-captcha', undefined, now), { kind: 'needs-person', reason: 'captcha' });
  assert.deepEqual(refusal('wrong-code', undefined, now), { kind: 'needs-person', reason: 'second-factor' });
  assert.deepEqual(refusal('wrong-password', 3, now), { kind: 'refused', reason: 'wrong-password' });
});

test('the exit code says to scripts which of the four it was', () => {
  const codes: [Outcome, number][] = [
    [{ kind: 'signed-out' }, 0],
    [{ kind: 'already-signed-out' }, 0],
    [{ kind: 'cancelled', reason: 'no-password' }, 1],
    [{ kind: 'refused', reason: 'network' }, 1],
    [{ kind: 'needs-person', reason: 'captcha' }, 3],
  ];
  for (const [outcome, code] of codes) assert.equal(exitCode(outcome), code, outcome.kind);
});

test('what a person has answered in vain is said as wrong, each for itself', () => {
  const reason = (trouble: 'wrong-captcha' | 'wrong-code', answered?: 'captcha' | 'second-factor') =>
    (refusal(trouble, undefined, now, answered) as { reason: string }).reason;
  assert.equal(reason('wrong-captcha', 'captcha'), 'wrong-captcha');
  assert.equal(reason('wrong-captcha', 'second-factor'), 'captcha');
  assert.equal(reason('wrong-code', 'second-factor'), 'wrong-second-factor');
  assert.equal(reason('wrong-code', 'captcha'), 'second-factor');
});

test('a budget that is spent says from when it is not, and what to do where other accounts may have spent it', () => {
  assert.deepEqual(spent({ kind: 'spent', freeFrom: '2026-11-24' }), {
    retryFrom: '2026-11-24',
  });
  const { retryFrom, hint } = spent({ kind: 'spent', freeFrom: '2026-11-24', alike: true });
  assert.equal(retryFrom, '2026-11-24');
  assert.match(hint ?? '', /hides a part of the account's name.*--another-account.*another_account = yes/);
});

test('what needs a person is said as that', async () => {
  assert.deepEqual(await person('locked'), { kind: 'needs-person', reason: 'locked' });
});
