import assert from 'node:assert/strict';
import { test } from 'node:test';
import { personalSpans, withoutPersonal } from './personal.ts';

const spans = (text: string, numbers?: 'all' | 'hiding') =>
  personalSpans(text, numbers).map(({ from, to }) => text.slice(from, to));

test('a number is personal from seven digits on, or two where it hides some', () => {
  assert.deepEqual(spans('call 1234567 now'), ['1234567']);
  assert.deepEqual(spans('call 123456 now'), []);
  assert.deepEqual(spans('id 1**2'), ['1**2']);
  assert.deepEqual(spans('id 1***'), []);
  assert.deepEqual(spans('id 1*2'), [], 'one hidden digit is none');
  assert.deepEqual(spans('+359 (88) 123-45-67'), ['+359 (88) 123-45-67']);
  assert.deepEqual(spans('(088) 123 45 67'), ['(088) 123 45 67']);
  assert.deepEqual(spans('123    4567'), [], 'four blanks part two numbers');
  assert.deepEqual(spans('٠٨٨١٢٣٤٥٦٧'), ['٠٨٨١٢٣٤٥٦٧']);
});

test("a date is not masked as a person's number, with or without its hour", () => {
  for (const day of ['2026-11-30', '30.11.2026', '2026/11/30', '2026-11-30 12', '1.2.2026 7'])
    assert.deepEqual(spans(day), [], day);
  assert.deepEqual(spans('2026-11-301'), ['2026-11-301']);
  assert.deepEqual(spans('12026-11-30'), ['12026-11-30']);
});

test('of numbers only those that hide some digits are personal where that is asked for, and addresses always', () => {
  assert.deepEqual(spans('serial 12345678 of 6230***535', 'hiding'), ['6230***535']);
  assert.deepEqual(spans('rada@example.com 12345678', 'hiding'), ['rada@example.com']);
});

test('an address is one in all the forms it is written in', () => {
  for (const address of [
    'rada@example.com',
    'r***a@e***.com',
    'rada＠example.com',
    'rada @ example.com',
    "o'ne+x@a.b",
    'a@b',
  ])
    assert.deepEqual(spans(`to ${address} now`), [address]);
  assert.deepEqual(spans('at rada@ and @rada'), ['rada@ and'], 'a blank may stand behind the @');
  assert.deepEqual(spans('no address @'), []);
});

test('what is personal is masked once where it overlaps, and what lies between is left', () => {
  const none = { accounts: [], names: [] };
  assert.equal(withoutPersonal('a 1234567@example.com b 7654321', none), 'a ••• b •••');
  assert.equal(withoutPersonal('a b', none), 'a b');
});

test('names are masked as words, whatever their case and their characters', () => {
  const known = { accounts: [], names: ['Mira (lab)', 'a.b'] };
  assert.equal(withoutPersonal('by MIRA (LAB), and a.b', known), 'by •••, and •••');
  assert.equal(withoutPersonal('axb, a.bc, Miras', known), 'axb, a.bc, Miras');
});

test('an account is masked as one, alone or as a word of a sentence, however it is hidden', () => {
  const known = { accounts: ['mira.lab', '6230***535'], names: [] };
  assert.equal(withoutPersonal(' mira.lab\u200b ', known), '•account•');
  assert.equal(withoutPersonal('Signed in: mira.lab; bye', known), 'Signed in: •account•; bye');
  assert.equal(withoutPersonal('6230***535', known), '•account•');
  assert.equal(withoutPersonal('mira.laboratory', known), 'mira.laboratory');
});
