import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drift } from '../events.ts';
import { matrixInWords, renderMatrixPage, stateOf, type MatrixCell } from './matrix-page.ts';

const drift: Drift = {
  page: 'Mi Account page',
  locator: 'sign out',
  wanted: 'id logout_btn',
  found: 'label logout_account',
  advice: 'Put the new id first.',
};

function cell(more: Partial<MatrixCell> = {}): MatrixCell {
  const place = { flow: 'Signed out', release: '14', region: 'global', language: 'bg' };
  return { ...place, result: { passed: true, ms: 1234 }, drift: [], page: '14%20bg/index.html', ...more };
}

const missing: MatrixCell = {
  flow: 'Signed out',
  release: 'hyperos1',
  region: 'global',
  language: 'bg',
  drift: [],
};
const failed = cell({ language: 'ar', result: { passed: false, ms: 10, message: 'expected <signed-out>' } });

test('a cell is green, fell back, failed, or did not run', () => {
  assert.equal(stateOf(cell()), 'green');
  assert.equal(stateOf(cell({ drift: [drift] })), 'fell-back');
  assert.equal(stateOf({ ...failed, drift: [drift] }), 'failed');
  assert.equal(stateOf(missing), 'missing');
});

test('a cell leads to its own evidence by a path that moves with the page', () => {
  const page = renderMatrixPage([cell()]);
  assert.match(
    page,
    /<a href="14%20bg\/index\.html" aria-label="MIUI 14 · Global · Bulgarian: green, 1\.2 s">/,
  );
  assert.doesNotMatch(page, /(href|src)="(\/|file:|https?:)/);
});

test('a failed cell says why, and a missing one that it did not run', () => {
  const page = renderMatrixPage([cell(), failed, missing]);
  assert.match(page, /<h1>1 of 3 failed, 1 of 3 did not run<\/h1>/);
  assert.match(page, /<pre>expected &#60;signed-out&#62;<\/pre>/);
  assert.match(page, /HyperOS 1 · Global · Bulgarian: did not run/);
  assert.equal(matrixInWords([cell(), failed, missing]), '1 green, 1 failed, 1 did not run');
});

test('what fell back stands there once, with what to change and where', () => {
  const page = renderMatrixPage([cell({ drift: [drift] }), cell({ drift: [drift], release: 'hyperos3' })]);
  assert.equal(page.split('Put the new id first.').length, 2);
  assert.match(page, /MIUI 14, HyperOS 3; 2 cells/);
  assert.match(page, /<h1>All 2 did what they should<\/h1>/);
});

test('releases are columns, languages are rows of their ROM, and orders of screens rows of their own', () => {
  const order = cell({ language: 'pseudo', order: 'miui6' });
  const page = renderMatrixPage([
    cell({ release: '12.5' }),
    cell(),
    missing,
    cell({ region: 'china', language: 'zh-CN' }),
    order,
  ]);
  assert.match(page, /<th colspan="2">MIUI<\/th><th colspan="1">HyperOS<\/th>/);
  const rows = [...page.matchAll(/<tr><th[^>]*>(.*?)<\/th>/g)].map(([, words]) => words);
  assert.deepEqual(rows, [
    'Global',
    'Bulgarian',
    'China',
    'Chinese (China)',
    'Another order of screens, Pseudo',
    'As MIUI 6',
  ]);
});

test('a matrix of nothing is no success', () => {
  assert.match(renderMatrixPage([]), /<header class="bad"><h1>Nothing was to run<\/h1>/);
});
