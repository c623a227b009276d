import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NONE_ON_PHONE, NOT_REACHED } from '../account-match.ts';
import { UsageError } from '../errors.ts';
import { factsOf, notBegun } from './sign-out-result.ts';

test('a run that did not begin claims nothing about the account on the phone', () => {
  const { serial, outcome, reason, accountCheck } = notBegun(new UsageError('It is wrong.', 'correct it'), {
    serial: 's1',
  });
  assert.deepEqual([serial, outcome, reason, accountCheck], ['s1', 'error', 'usage', NOT_REACHED]);
  assert.deepEqual(factsOf(NOT_REACHED, false, undefined), {});
  assert.deepEqual(factsOf(NONE_ON_PHONE, false, undefined).facts, [
    { name: 'Account compared', value: NONE_ON_PHONE.words },
  ]);
});
