import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatError, MiUnbindError, StoreError } from '../../errors.ts';
import { webFault } from './fault.ts';

const running = new AbortController().signal;

test('a browser that failed is said with the last page, and with what became of the password', () => {
  const cause = new Error('invalid session id.\n  (Session info: chrome)');
  const before = webFault(cause, { passwordSubmitted: false, page: 'web code' }, running);
  assert.ok(before instanceof MiUnbindError);
  assert.deepEqual([before.code, before.exitCode, before.cause], ['browser', 1, cause]);
  assert.equal(before.message, 'The browser failed in the middle of the run: invalid session id.');
  assert.equal(
    before.hint,
    'run the same command again; if it fails the same way, look at the last screenshot. A code that was asked for counts',
  );
  assert.match(
    formatError(before),
    /The last page seen was 'web code'\. The new password had not been submitted\./,
  );

  const after = webFault('gone', { passwordSubmitted: true }, running);
  assert.ok(after instanceof MiUnbindError);
  assert.equal(after.message, 'The browser failed in the middle of the run: gone.');
  assert.equal(after.hint, 'sign in by hand with the new password to see whether the account has it');
  assert.match(
    formatError(after),
    /The last page seen was 'none'\. The new password had been submitted once, and is kept\./,
  );
});

test('of what a driver says its first 200 letters are quoted', () => {
  const fault = webFault(new Error('x'.repeat(300)), { passwordSubmitted: false }, running);
  assert.ok(fault instanceof MiUnbindError);
  assert.equal(fault.message, `The browser failed in the middle of the run: ${'x'.repeat(200)}.`);
});

test('an error that has its words, and the end of a run that is stopped, stay what they are', () => {
  const own = new StoreError('it was restarted', 'wait');
  assert.equal(webFault(own, { passwordSubmitted: false }, running), own);
  const stopped = new Error('stopped');
  assert.equal(webFault(stopped, { passwordSubmitted: false }, AbortSignal.abort(stopped)), stopped);
});
