import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  flowInWords,
  flowNames,
  nameOf,
  playedCells,
  sampleOf,
  share,
  variants,
  wholeMatrix,
  type Range,
} from './matrix.ts';

const range: Range = {
  releases: ['10', '12.5', '14', 'hyperos1'],
  languages: ['en', 'bg', 'ru', 'zh-CN', 'pseudo'],
  orders: ['password-first', 'miui6'],
};

/** Ranges whose numbers share factors are where a walk gets stuck. */
const ranges: Range[] = [
  range,
  { releases: ['10'], languages: ['en'], orders: [] },
  {
    releases: ['10', '14'],
    languages: ['en', 'bg', 'ru', 'zh-CN', 'es', 'tr', 'ar', 'de', 'fr', 'it', 'pl', 'pt'],
    orders: ['miui6'],
  },
  { releases: ['8', '9', '10', '11', '12'], languages: ['en', 'bg', 'zh-CN'], orders: ['miui6'] },
];

test('the whole matrix has each flow on each release in each language once', () => {
  const cells = wholeMatrix(range);
  assert.equal(cells.length, 4 * (3 + 1 + 2 + 2) * flowNames.length);
  assert.equal(new Set(cells.map(nameOf)).size, cells.length);
});

test('zh-CN is on China ROMs alone, the language nobody speaks on both, and every order in it', () => {
  const on = (region: string) => variants(range).filter((variant) => variant.region === region);
  assert.deepEqual(
    on('china').map(({ language }) => language),
    ['zh-CN', 'pseudo'],
  );
  assert.deepEqual(
    on('global').map(({ language, order }) => [language, order].filter(Boolean).join(' ')),
    ['en', 'bg', 'ru', 'pseudo', 'pseudo password-first', 'pseudo miui6'],
  );
});

test('the sample has every release with every flow, and every variant', () => {
  for (const some of ranges) {
    const cells = sampleOf(some);
    const seen = (what: (cell: (typeof cells)[number]) => unknown) =>
      new Set(cells.map((cell) => JSON.stringify(what(cell)))).size;
    assert.equal(
      seen(({ release, flow }) => [release, flow]),
      some.releases.length * flowNames.length,
    );
    assert.equal(
      seen(({ region, language, order }) => [region, language, order]),
      variants(some).length,
    );
    assert.equal(cells.length, Math.max(some.releases.length * flowNames.length, variants(some).length));
    const names = new Set(wholeMatrix(some).map(nameOf));
    assert.ok(cells.every((cell) => names.has(nameOf(cell))));
  }
});

test('a variant of the sample meets more than one flow', () => {
  const cells = sampleOf({
    ...range,
    releases: ['1', '2', '3', '4', '5', '6', '7'],
    languages: [...range.languages, 'ar', 'es'],
  });
  assert.ok(new Set(cells.filter(({ language }) => language === 'bg').map(({ flow }) => flow)).size > 1);
});

test('the workers share all cells, nearly alike, and none twice', () => {
  const cells = wholeMatrix(range);
  for (const workers of [1, 2, 3, 7]) {
    const shares = Array.from({ length: workers }, (_, worker) => share(cells, worker, workers));
    assert.deepEqual(shares.flat(), cells);
    const sizes = shares.map(({ length }) => length);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, String(sizes));
  }
});

test('a survey that is played back has a cell for each flow, and one alone where no account is signed in', () => {
  const survey = { name: 'hyperos-4-global', signedIn: true, region: 'global', language: 'en-GB' };
  const cells = playedCells(survey);
  assert.deepEqual(cells.map(nameOf), [
    'hyperos-4-global global en-GB look',
    'hyperos-4-global global en-GB to-sign-out',
    'hyperos-4-global global en-GB settings-to-sign-out',
    'hyperos-4-global global en-GB to-change-password',
  ]);
  assert.deepEqual(
    playedCells({ ...survey, signedIn: false }).map(({ flow }) => flow),
    ['look'],
  );
  for (const { flow } of cells) assert.ok(flowInWords[flow]);
});
