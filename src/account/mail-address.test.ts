import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailAddress, isSender } from './mail-address.ts';

test('one plain address is an address, in any script and with a domain of any depth', () => {
  for (const text of ['a@b.cd', 'lab+17@mail.example.com', 'мира@пример.бг', 'a_b-c.d@x-y.example'])
    assert.ok(isMailAddress(text), text);
});

test('what could be a second address, a header of its own or no address at all is none', () => {
  const hidden = 'a\u202E@b.cd';
  for (const text of [
    ...['', 'a', '@b.cd', 'a@b', 'a@b.c', 'a@.cd', 'a@-b.cd', 'a@b-.cd', 'a@@b.cd', 'a b@c.de', 'a@b .cd'],
    ...['a@b.cd, x@y.zz', 'a@b.cd; x@y.zz', 'Lab <a@b.cd>', 'a@b.cd\r\nBcc: x@y.zz', '"a"@b.cd', hidden],
  ])
    assert.ok(!isMailAddress(text), JSON.stringify(text));
});

test('an address has at most 64 characters before the @, and 254 in all', () => {
  const long = (length: number) => `a@${'b'.repeat(length - 5)}.cd`;
  assert.deepEqual(
    [254, 255].map((length) => isMailAddress(long(length))),
    [true, false],
  );
  assert.deepEqual(
    [64, 65].map((length) => isMailAddress(`${'a'.repeat(length)}@b.cd`)),
    [true, false],
  );
});

test('a sender is an address, or a name with one in angle brackets', () => {
  for (const text of [
    'lab@example.com',
    'Lab <lab@example.com>',
    '<lab@example.com>',
    'Сервиз 2 <lab@example.com>',
  ])
    assert.ok(isSender(text), text);
  for (const text of [
    '',
    'Lab',
    'Lab <lab>',
    'A, B <lab@example.com>',
    'Lab <a@b.cd> <x@y.zz>',
    'a@b.cd <x@y.zz>',
  ])
    assert.ok(!isSender(text), text);
  assert.deepEqual(
    [80, 81].map((length) => isSender(`${'a'.repeat(length)}<a@b.cd>`)),
    [true, false],
  );
});
