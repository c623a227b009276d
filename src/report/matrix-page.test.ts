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

test('the header leads to what failed and what fell back, where there is some, and sums up the time', () => {
  const both = renderMatrixPage([cell(), failed, cell({ drift: [drift], release: 'hyperos3' })]);
  assert.match(both, /<a href="#failed"><i class="failed">✕<\/i><b>1<\/b> failed<\/a>/);
  assert.match(both, /<a href="#fell-back"><i class="fell-back">≈<\/i><b>1<\/b> fell back<\/a>/);
  assert.match(both, /<li title="did what it should"><i class="green">✓<\/i><b>1<\/b> green<\/li>/);
  assert.match(
    both,
    /<li title="no result: its worker ended before"><i class="missing">–<\/i><b>0<\/b> did not/,
  );
  assert.match(both, /<li class="time">2\.5 s on the phones<\/li>/);
  assert.match(both, /<header class="bad">/);
  assert.match(both, /<section class="list" id="failed"><h2>What failed<\/h2>/);
  const green = renderMatrixPage([cell()]);
  assert.doesNotMatch(green, /href="#|What failed|id="fell-back"/);
  assert.match(green, /<header class="good"><h1>All 1 did what they should<\/h1>/);
  assert.match(renderMatrixPage([cell({ drift: [drift] })]), /<header class="fair">/);
});

test('of one flow nothing is counted, of several each says how many did what they should', () => {
  assert.match(renderMatrixPage([cell()]), /<h2>Signed out<\/h2><p><\/p>/);
  const two = renderMatrixPage([
    cell(),
    cell({ drift: [drift], language: 'en' }),
    { ...failed, flow: 'Changed' },
  ]);
  assert.match(two, /<h2>Signed out<\/h2><p>2 of 2<\/p>/);
  assert.match(two, /<h2>Changed<\/h2><p>0 of 1<\/p>/);
});

test('a cell without a page is no link, one that was not to run is empty, and a failure without words says so', () => {
  const bare = cell();
  delete bare.page;
  const page = renderMatrixPage([bare, cell({ release: 'hyperos1', language: 'en' })]);
  assert.match(page, /<td title="MIUI 14 · Global · Bulgarian: green, 1\.2 s"><i class="green">✓<\/i><\/td>/);
  assert.match(page, /<td><\/td>/);
  const silent = renderMatrixPage([{ ...bare, result: { passed: false, ms: 1 } }]);
  assert.match(
    silent,
    /<li><div>Signed out<br><span>MIUI 14 · Global · Bulgarian<\/span><\/div><pre>it said nothing<\/pre>/,
  );
  assert.equal(matrixInWords([]), 'nothing was to run');
});
