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

test('contacts are parted by commas, semicolons, line breaks and a slash with blanks around it', () => {
  assert.deepEqual(contactsIn(' a@b.c ,, +35988/1;\n x@y.z / 0888 \n'), [
    'a@b.c',
    '+35988/1',
    'x@y.z',
    '0888',
  ]);
  assert.deepEqual(contactsIn(' ; '), []);
  assert.equal(contactFor('phone', []), undefined);
});
