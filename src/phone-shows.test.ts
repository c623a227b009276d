import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError } from './errors.ts';
import { phoneShows } from './phone-shows.ts';

test('what is on the phone is said by its page, and by what stands typed there while that page is open', () => {
  const typed = { what: 'a password', on: 'password dialog' } as const;
  assert.equal(phoneShows({}), '');
  assert.equal(phoneShows({ page: 'Mi Account page', typed }), 'the phone shows its account page');
  assert.equal(phoneShows({ page: 'password dialog' }), 'the password dialog is open');
  assert.equal(
    phoneShows({ page: 'password dialog', typed }),
    'the password dialog is open, with a password typed in it',
  );
  assert.equal(phoneShows({ page: 'after the sign-out' }), 'the phone shows the page after the sign-out');
  assert.equal(phoneShows({ page: 'Keep or Remove page' }), 'the phone shows the Keep or Remove page');
  assert.equal(
    phoneShows({ page: 'page of com.android.updater' }),
    'the phone shows a page of com.android.updater',
  );
});

test('a run that broke off says that a password stands typed, until that has gone out', () => {
  const page = 'password dialog';
  const typed = { what: 'a password', on: page } as const;
  const said = (passwordSubmitted: boolean, what: typeof typed | undefined) =>
    new CancelledError({ page, passwordSubmitted, typed: what }).mayHaveRun;
  assert.equal(
    said(false, typed),
    "The last page seen was 'password dialog'. In it a password, or a part of it, may stand typed. The password had not been submitted.",
  );
  assert.equal(
    said(false, undefined),
    "The last page seen was 'password dialog'. The password had not been submitted.",
  );
  assert.equal(
    said(true, typed),
    "The last page seen was 'password dialog'. The password had been submitted once.",
  );
});
