import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertOutcome } from './outcome.ts';

const ended = (outcome: Parameters<typeof assertOutcome>[1]) => ({ outcome, evidence: '/runs/latest/1' });

test('a failure says in one sentence how the phone ended, what was expected, and where it shows', () => {
  const refused = ended({ kind: 'refused', reason: 'find-device-locked', retryFrom: '2026-12-03' });
  assert.throws(
    () => assertOutcome(refused, { kind: 'signed-out' }),
    ({ message, stack }: Error) =>
      message ===
        'The phone ended as refused (find-device-locked, not before 2026-12-03), and signed-out was expected. What it showed: /runs/latest/1/index.html' &&
      stack === message,
  );
});

test('what is not named is not compared, and what is named has to be so', () => {
  const refused = ended({ kind: 'refused', reason: 'wrong-password' });
  assertOutcome(refused, { kind: 'refused' });
  assertOutcome(refused, { kind: 'refused', reason: 'wrong-password' });
  assert.throws(() => assertOutcome(refused, { kind: 'refused', reason: 'network' }), /network/);
});
