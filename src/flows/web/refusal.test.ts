import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../secret.ts';
import { faultOfPassword, refusalAt } from './refusal.ts';

test('the HTTP status decides before the place', () => {
  assert.equal(refusalAt('account', 0, []), 'network');
  assert.equal(refusalAt('code', 502, []), 'server');
  assert.equal(refusalAt('account', 403, []), 'access-denied');
  assert.equal(refusalAt('send', 429, []), 'code-limit');
});

test('what an error says to programs decides before the place, and its class is no such thing', () => {
  assert.equal(refusalAt('code', 200, ['CODE_EXPIRED']), 'code-expired');
  assert.equal(refusalAt('code', 200, ['mi-form__error']), 'wrong-code');
  assert.equal(refusalAt('password', 200, ['same_pwd']), 'same-password');
  assert.equal(refusalAt('password', 200, ['mi-form__error']), undefined);
});

test('the place decides the rest', () => {
  const reasons = (['account', 'method', 'send', 'code'] as const).map((step) => refusalAt(step, 200, []));
  assert.deepEqual(reasons, ['unknown-account', 'no-contact', 'code-limit', 'wrong-code']);
});

test('a password’s own faults are known', () => {
  const input = {
    account: '6230001535',
    by: 'email',
    contact: 'petrov@example.com',
    newPassword: new Secret(''),
  } as const;
  for (const [password, fault] of [
    ['abcdefgh', 'weak-password'],
    ['abc1', 'weak-password'],
    ['abcdefgh123456789', 'weak-password'],
    ['x-Petrov-1', 'risky-password'],
    ['a30001535', 'risky-password'],
    ['abcdefg1', undefined],
  ] as const) {
    assert.equal(faultOfPassword(new Secret(password), input), fault, password);
  }
});
