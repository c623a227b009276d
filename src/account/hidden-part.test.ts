import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsMask } from './hidden-part.ts';

const SOME = { least: 1, kind: /[^]/ } as const;
const DIGITS = { least: 1, kind: /\d/ } as const;
const IN_PART = { least: 0, kind: /[^@]/ } as const;

test('a mask fits what it shows in part, and an asterisk hides any number of characters', () => {
  assert.equal(fitsMask('mi***a@example.com', 'mia.ivanova@example.com', SOME), true);
  assert.equal(fitsMask('mi***a@example.com', 'mi@example.com', SOME), false);
  assert.equal(fitsMask('62*5', '6215', DIGITS), true);
  assert.equal(fitsMask('62*5', '625', DIGITS), false);
  assert.equal(fitsMask('62*5', '62a5', DIGITS), false);
  assert.equal(fitsMask('a*@b*', 'a@b', IN_PART), true);
  assert.equal(fitsMask('a*c', 'ab@c', IN_PART), false);
  assert.equal(fitsMask('1*1*2', '11112', SOME), true);
  assert.equal(fitsMask('abc', 'abc', SOME), true);
  assert.equal(fitsMask('abc', 'abcd', SOME), false);
  assert.equal(fitsMask('*', '', SOME), false);
});

test('what stands between the asterisks is taken letter for letter', () => {
  assert.equal(fitsMask('(+.*[x', '(+.abc[x', SOME), true);
  assert.equal(fitsMask('a.*', 'abcd', SOME), false);
});

test('a mask of hundreds of asterisks ends', () => {
  assert.equal(fitsMask('1*'.repeat(150) + 'x', '1'.repeat(400), SOME), false);
  assert.equal(fitsMask('*'.repeat(100_000), '1', SOME), false);
});

test('nothing that is longer than 400 characters fits', () => {
  const [most, more] = [400, 401].map((length) => 'a'.repeat(length)) as [string, string];
  assert.deepEqual([fitsMask('*', most, SOME), fitsMask(most, most, SOME)], [true, true]);
  assert.deepEqual([fitsMask('*', more, SOME), fitsMask(more, more, SOME)], [false, false]);
});
