import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contactFor, contactsIn, firstWay } from './contact.ts';

test('where both contacts are there and --by is not given, a code is sent by e-mail', () => {
  const both = contactsIn('+359 888 123 456; owner@example.com');
  assert.deepEqual(both, ['+359 888 123 456', 'owner@example.com']);
  assert.equal(firstWay(both), 'email');
  assert.equal(contactFor('email', both), 'owner@example.com');
  assert.equal(contactFor('phone', both), '+359 888 123 456');
});

test('one contact says itself how', () => {
  assert.deepEqual(
    [firstWay(['+359888123456']), firstWay(['a@b.c']), firstWay([])],
    ['phone', 'email', undefined],
  );
  assert.equal(contactFor('email', ['+359888123456']), '+359888123456', 'what is wrong with it is said');
});
