import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRun, rangesOf, type Report } from './covered.ts';

/** A file that is run as a whole, with a function in it that is called, but for a part of it. */
const report = (file: string, part: number): Report => {
  const whole = { startOffset: 0, endOffset: 100, count: 1 };
  const called = { startOffset: 20, endOffset: 60, count: 3 };
  const branch = { startOffset: 40, endOffset: 50, count: part };
  const never = { startOffset: 60, endOffset: 80, count: 0 };
  const functions = [[whole], [called, branch], [never]].map((ranges) => ({ ranges }));
  return { result: [{ url: `file:///copy/${file}`, functions }] };
};

test('what a test has run of a file is decided by the smallest range around a place', () => {
  const ranges = rangesOf([report('src/a.ts', 0)], '/copy');
  const places = [10, 30, 45, 55, 70, 90].map((start) => isRun(ranges, 'src/a.ts', start));
  assert.deepEqual(places, [true, true, false, true, false, true]);
  assert.ok(!isRun(ranges, 'src/b.ts', 10), 'a file that nothing has loaded');
});

test('one process that has run a place is enough', () => {
  const ranges = rangesOf([report('src/a.ts', 0), report('src/a.ts', 2), report('src/a.ts', 0)], '/copy');
  assert.ok(isRun(ranges, 'src/a.ts', 45));
});

test('only files of the program are kept', () => {
  const reports = ['src/a.ts', 'src/a.test.ts', 'node_modules/a/b.ts'].map((file) => report(file, 1));
  assert.deepEqual(Object.keys(rangesOf([...reports, report('../other/c.ts', 1)], '/copy')), ['src/a.ts']);
});
