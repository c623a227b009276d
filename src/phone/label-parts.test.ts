import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchParts, type Conversion, type LabelPart } from './label-parts.ts';

const of = (conversion: Conversion): LabelPart => ({ conversion });
const words = (literal: string): LabelPart => ({ literal });
/** What the placeholders take of a text; undefined where it does not fit. */
const taken = (text: string, ...parts: LabelPart[]) =>
  matchParts(parts, text)?.map(([from, to]) => text.slice(from, to));

test('words alone fit themselves and nothing else', () => {
  assert.deepEqual(taken('Sign out', words('Sign out')), []);
  for (const other of ['Sign out!', '!Sign out', 'Sign', ''])
    assert.equal(taken(other, words('Sign out')), undefined);
  assert.deepEqual(taken(''), []);
  assert.equal(taken('a'), undefined);
});

test('any text is as little as it can be, also none', () => {
  assert.deepEqual(taken('a-b-c', of('any'), words('-'), of('any')), ['a', 'b-c']);
  assert.deepEqual(taken('-', of('any'), words('-'), of('any')), ['', '']);
  assert.deepEqual(taken('x', of('any'), words('x')), ['']);
});

test('a number has a digit at both ends, groups within it, a sign before it, and forty characters at most', () => {
  const number = (text: string) => taken(text, of('number'))?.[0];
  for (const text of [
    '7',
    '1.234,5',
    '1\u202f234',
    '-5',
    '−5',
    '٣٤٫٥',
    "1'000",
    '𝟞𝟟',
    '1'.repeat(40),
    `-${'1'.repeat(40)}`,
  ])
    assert.equal(number(text), text);
  for (const text of ['', '-', '.5', '5.', 'a', '1a', '--5', '1 2', '1'.repeat(41)])
    assert.equal(number(text), undefined, text);
  assert.deepEqual(taken('12', of('number'), of('number')), ['1', '2'], 'as much as the rest allows');
  assert.deepEqual(taken('1.2.', of('number'), words('.')), ['1.2']);
});

test('hexadecimal digits are as many as they can be, and one at least', () => {
  assert.deepEqual(taken('0xAf09g', words('0x'), of('hex'), words('g')), ['Af09']);
  assert.deepEqual(taken('ab', of('hex'), words('b')), ['a']);
  assert.equal(taken('', of('hex')), undefined);
  assert.equal(taken('g', of('hex')), undefined);
  assert.deepEqual(taken('a'.repeat(40), of('hex')), ['a'.repeat(40)]);
  assert.equal(taken('a'.repeat(41), of('hex')), undefined);
});

test('a character is one, whatever its size, and no end of a line', () => {
  for (const text of ['a', '1', '😀', ' ']) assert.deepEqual(taken(text, of('character')), [text]);
  for (const text of ['', 'ab', '\n', '\r', '😀😀']) assert.equal(taken(text, of('character')), undefined);
});

test('each comparison is counted, one that both ends already tell apart as one step', () => {
  const steps = (text: string, ...parts: LabelPart[]) => {
    let count = 0;
    matchParts(parts, text, (more) => (count += more));
    return count;
  };
  assert.equal(steps('x', words('a'), of('any')), 1);
  assert.equal(steps('x', of('any'), words('a')), 1);
  assert.equal(steps('a', words('a')), 2);
  assert.equal(steps('a'.repeat(128), words('a'.repeat(128))), 4);
});
