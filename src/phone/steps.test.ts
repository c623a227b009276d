import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Steps } from './steps.ts';

test('as much work as allowed is done in one turn, more is a bad answer, and the next turn has its own', async () => {
  const steps = new Steps(10, { asked: 'the words', came: 'too many' });
  steps.take(4);
  steps.take(6);
  assert.throws(() => steps.take(1), {
    name: 'BadAnswerError',
    answer: { asked: 'the words', came: 'too many' },
  });
  assert.throws(() => steps.take(0), { name: 'BadAnswerError' });
  await setImmediate();
  steps.take(10);
  assert.throws(() => steps.take(1), { name: 'BadAnswerError' });
});
