import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError, formatError, PhoneLostError, UnknownPhoneError } from '../errors.ts';
import { recoveryFault } from './recovery-fault.ts';

const said = (
  error: Error,
  ...[progress, done]: [Parameters<typeof recoveryFault>[1], Parameters<typeof recoveryFault>[2]]
) => formatError(recoveryFault(error, progress, done)).split('\n');
const before = { page: 'new password page', passwordSubmitted: false };

test('a run that is stopped after the new password went out says so, and what to do first', () => {
  assert.deepEqual(
    said(new CancelledError(before), before, { codesRequested: 1, newPassword: 'unconfirmed' }),
    [
      'The run was stopped on request.',
      "The last page seen was 'new password page'. A code was asked for, which counts against the account's daily limit." +
        ' The new password had been submitted once and is kept: the account has it, or the one before.',
      '→ sign in by hand with the new password, to see whether the account has it, before you run anything again',
    ],
  );
});

test('codes are counted as often as they were asked for', () => {
  const [, ran = ''] = said(new CancelledError(before), before, {
    codesRequested: 2,
    newPassword: 'not submitted',
  });
  assert.match(ran, /2 codes were asked for, which counts against the account's daily limit/);
});

test('a phone that is lost before keeps its own advice', () => {
  const [what, ran, hint] = said(new PhoneLostError('x', before), before, {
    codesRequested: 0,
    newPassword: 'not submitted',
  });
  assert.match(what ?? '', /^The phone 'x' stopped answering/);
  assert.match(ran ?? '', /No code was asked for\. The new password had not been submitted\.$/);
  assert.match(hint ?? '', /^→ attach the phone again/);
});

test('what the sign-out tells, and what is no break, stays as it is', () => {
  const done = { codesRequested: 1, newPassword: 'confirmed' } as const;
  const signOut = { page: 'password dialog', passwordSubmitted: true };
  for (const [error, progress] of [
    [new CancelledError(signOut), signOut],
    [new UnknownPhoneError('x', []), undefined],
  ] as const)
    assert.equal(recoveryFault(error, progress, done), error);
});
