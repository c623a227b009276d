import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareMatrices } from './matrix-compare.ts';
import type { MatrixCell } from './matrix-page.ts';

const drift = {
  page: 'Mi Account page',
  locator: 'sign out',
  wanted: 'id logout_btn',
  found: 'label logout_account',
  advice: 'Put the new id first.',
};
const green: MatrixCell = {
  ...{ flow: 'Signed out, data kept', release: '14', region: 'global', language: 'bg' },
  ...{ result: { passed: true, ms: 1234 }, drift: [] },
};
const failed = { ...green, result: { passed: false, ms: 9, message: 'The phone ended as refused.\nmore' } };
const fellBack = { ...green, drift: [drift] };
const missing: MatrixCell = { ...green };
delete missing.result;

const PHONE = 'MIUI 14 · Global · Bulgarian, "Signed out, data kept"';
const WAY = 'Mi Account page, sign out: not by id logout_btn, but by label logout_account';

test('two matrices that ended alike have no difference, however long they took', () => {
  const slower = { ...green, result: { passed: true, ms: 99_999 } };
  assert.deepEqual(compareMatrices([green], [slower]), []);
  const both = [failed, { ...fellBack, language: 'ar' }];
  assert.deepEqual(compareMatrices(both, both), []);
});

for (const [what, before, after, worse, sentence] of [
  ['fails now', green, failed, true, 'green → failed: The phone ended as refused.'],
  ['is mended', failed, green, false, 'failed → green'],
  ['falls back now', green, fellBack, true, `green → fell back: ${WAY}`],
  ['no longer falls back', fellBack, green, false, 'fell back → green'],
  ['did not run', green, missing, true, 'green → did not run'],
  ['runs again, and fails', missing, failed, true, 'did not run → failed: The phone ended as refused.'],
] as const)
  test(`a cell that ${what} is said, and whether that is worse`, () => {
    assert.deepEqual(compareMatrices([before], [after]), [{ worse, sentence: `${PHONE}: ${sentence}` }]);
  });

test('a cell that fails in another way, and one that falls back in another way, are said', () => {
  const other = { ...failed, result: { ...failed.result, message: 'The phone stood still.' } };
  assert.deepEqual(compareMatrices([failed], [other]), [
    { worse: false, sentence: `${PHONE}: fails in another way: The phone stood still.` },
  ]);
  const moved = { ...green, drift: [{ ...drift, found: 'its place' }] };
  assert.deepEqual(compareMatrices([fellBack], [moved]), [
    { worse: true, sentence: `${PHONE}: ${WAY.replace('label logout_account', 'its place')}` },
  ]);
});

test('a cell that only one of them has is said: a missing one is worse, a new one if it fails', () => {
  const other = { ...green, language: 'ar' };
  const arabic = PHONE.replace('Bulgarian', 'Arabic');
  assert.deepEqual(compareMatrices([green, other], [green]), [
    { worse: true, sentence: `${arabic}: green in the first, and it is not in the second` },
  ]);
  assert.deepEqual(compareMatrices([green], [green, other]), [
    { worse: false, sentence: `${arabic}: it is new, and green` },
  ]);
  assert.deepEqual(compareMatrices([green], [green, { ...failed, language: 'ar' }]), [
    { worse: true, sentence: `${arabic}: it is new, and failed` },
  ]);
});

test('what is worse comes first', () => {
  const other = { ...green, language: 'ar' };
  const found = compareMatrices([{ ...failed, language: 'ar' }, green], [other, failed]);
  assert.deepEqual(
    found.map(({ worse }) => worse),
    [true, false],
  );
});
