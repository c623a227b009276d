import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatError } from '../errors.ts';
import { assertOpenFiles, openFilesAllowed, openFilesNeeded } from './open-files.ts';

test('what this system allows is known', { skip: process.platform === 'win32' }, () => {
  assert.ok(Number(openFilesAllowed()) > 0);
});

test('each phone more needs more open files', () => {
  assert.equal(openFilesNeeded(1), 96);
  assert.equal(openFilesNeeded(8), 320);
});

test('as many as needed, or a system that does not say, are enough', () => {
  assertOpenFiles(8, 320);
  assertOpenFiles(8, undefined);
});

const refusals: readonly [number, number, RegExp][] = [
  [
    1,
    95,
    /^A program may open 95 files on this computer, and one phone needs 96\.\n→ raise the limit to 96 or more: 'ulimit -n 96', [^-]*$/,
  ],
  [
    8,
    319,
    /may open 319 files on this computer, and 8 phones at once need 320\.\n→ .* 'ulimit -n 320', .*, or give --parallel 7$/,
  ],
  [8, 40, /, or give --parallel 1$/],
];
for (const [phones, allowed, said] of refusals) {
  test(`${phones} at once with ${allowed} open files are refused with the number needed`, () => {
    assert.throws(
      () => assertOpenFiles(phones, allowed),
      (error) => said.test(formatError(error)),
    );
  });
}
