import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../secret.ts';
import { faultOf, faultOfPassword, isAccident, refusalAt } from './refusal.ts';

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

test('a status says what it stands for, and one that is fine says nothing', () => {
  for (const [status, fault] of [
    [0, 'network'],
    [401, 'access-denied'],
    [403, 'access-denied'],
    [429, 'access-denied'],
    [500, 'server'],
    [599, 'server'],
    [200, undefined],
    [302, undefined],
    [404, undefined],
    [499, undefined],
    [undefined, undefined],
  ] as const)
    assert.equal(faultOf(status), fault, String(status));
});

test('too many requests are the limit of codes where one was asked for, and no access elsewhere', () => {
  for (const [step, reason] of [
    ['send', 'code-limit'],
    ['method', 'code-limit'],
    ['code', 'access-denied'],
    ['again', 'access-denied'],
    ['account', 'access-denied'],
    ['password', 'access-denied'],
  ] as const)
    assert.equal(refusalAt(step, 429, []), reason, step);
});

test('a mark for programs has its meaning at the step it belongs to', () => {
  for (const [step, hint, reason] of [
    ['code', 'timeout', 'code-expired'],
    ['code', 'is_outdated', 'code-expired'],
    ['send', 'too_many', 'code-limit'],
    ['method', 'FREQUENT', 'code-limit'],
    ['code', 'send-limit', 'code-limit'],
    ['again', 'something', 'server'],
    ['account', 'too-many', 'access-denied'],
    ['account', 'frequency', 'access-denied'],
    ['account', 'limit', 'unknown-account'],
    ['password', 'unchanged', 'same-password'],
    ['password', 'too_short', 'weak-password'],
    ['password', 'bad-format', 'weak-password'],
    ['password', 'too simple', 'weak-password'],
    ['password', 'in_history', 'risky-password'],
    ['password', 'personal', 'risky-password'],
    ['password', 'easy to guess', 'risky-password'],
    ['password', 'reused', 'risky-password'],
    ['password', 'not-equal', 'mismatch'],
    ['password', 'inconsistent', 'mismatch'],
    ['password', 'expired', undefined],
  ] as const)
    assert.equal(refusalAt(step, 200, ['else', hint]), reason, `${step} ${hint}`);
});

test('after a lost answer or a fault of the server it is unknown what was done, and after nothing else', () => {
  assert.ok(isAccident('network') && isAccident('server'));
  for (const reason of ['access-denied', 'code-limit', 'wrong-code', undefined] as const)
    assert.equal(isAccident(reason), false, reason);
});

test('a password that holds five letters of the account or the contact is risky, whatever their case', () => {
  const of = (password: string, account: string, contact: string) =>
    faultOfPassword(new Secret(password), { account, by: 'phone', contact, newPassword: new Secret('') });
  assert.equal(of('9-ANNAB-x1', 'annab@example.com', '+359888123456'), 'risky-password');
  assert.equal(of('9-anna-x1q', 'anna@example.com', '+359888123456'), undefined);
  assert.equal(of('x88123456y', 'lab@example.com', '+359888123456'), 'risky-password');
  assert.equal(of('x8812345zy', 'lab@example.com', '+359888123456'), undefined);
});
