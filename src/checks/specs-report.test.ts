import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Cell } from '../../specs/matrix.ts';
import { annotation, noteResult, readResults, writeMatrix, writeRunPages } from './specs-report.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-specs-report-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const keep: Cell = { release: '14', region: 'global', language: 'bg', flow: 'keep' };

test('the matrix holds every planned cell, also when nothing is known of it', (t) => {
  const folder = folderOf(t);
  const evidence = join(folder, 'matrix', '14 global bg keep');
  mkdirSync(evidence, { recursive: true });
  writeFileSync(
    join(evidence, 'timeline.jsonl'),
    `${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', kind: 'step', what: 'tap' })}\n`,
  );
  const ended = {
    serial: 'abc',
    outcome: 'signed-out',
    data: 'keep',
    via: 'intent',
    passwordSubmitted: true,
    durationMs: 5,
    drift: [],
  };
  writeFileSync(join(evidence, 'result.json'), JSON.stringify(ended));
  noteResult(folder, { title: '14 global bg keep', of: 'the matrix', passed: true, ms: 7 });
  writeRunPages(folder);
  const { page, cells } = writeMatrix(folder, [keep, { ...keep, flow: 'delete' }]);
  assert.deepEqual(
    cells.map(({ result, page }) => [result?.passed, page]),
    [
      [true, '14%20global%20bg%20keep/index.html'],
      [undefined, undefined],
    ],
  );
  assert.match(readFileSync(join(evidence, 'index.html'), 'utf8'), /Signed out/);
  assert.match(readFileSync(page, 'utf8'), /1 of 2 did not run/);
});

test('a look at a survey that is played back has its page in the matrix, and what was found in another way', (t) => {
  const folder = folderOf(t);
  const look: Cell = { ...keep, flow: 'look' };
  const seen = join(folder, 'matrix', '14 global bg look');
  mkdirSync(seen, { recursive: true });
  const survey = readFileSync(
    join(import.meta.dirname, '../../recorded/simulated-hyperos-3/survey.json'),
    'utf8',
  );
  const finding = {
    page: 'password dialog',
    locator: 'confirm',
    found: 'label',
    by: 'label x',
    expected: false,
  };
  writeFileSync(
    join(seen, 'survey.json'),
    JSON.stringify({
      ...(JSON.parse(survey) as object),
      locators: [finding, { ...finding, found: 'missing' }],
    }),
  );
  noteResult(folder, { title: '14 global bg look', of: 'the matrix', passed: true, ms: 7 });
  writeRunPages(folder);
  const { cells } = writeMatrix(folder, [look]);
  assert.deepEqual(
    cells.map(({ page, drift }) => [page, drift.map(({ locator, found }) => `${locator}: ${found}`)]),
    [['14%20global%20bg%20look/index.html', ['confirm: label x']]],
  );
});

test('the matrix is written where no worker got as far as a cell', (t) => {
  const { page } = writeMatrix(folderOf(t), [keep]);
  assert.match(readFileSync(page, 'utf8'), /1 of 1 did not run/);
});

test('a message is kept without the colours of the terminal', (t) => {
  const folder = folderOf(t);
  noteResult(folder, { title: 'a', of: 'b', passed: false, ms: 1, message: '\u001b[31mred\u001b[39m' });
  assert.deepEqual(readResults(folder), [{ title: 'a', of: 'b', passed: false, ms: 1, message: 'red' }]);
});

test('an annotation is one line in which nothing of the message counts as a command', () => {
  assert.equal(
    annotation('sign out: keeps, 100%', 'one\r\ntwo: 50%'),
    '::error title=sign out%3A keeps%2C 100%25::one%0D%0Atwo: 50%25',
  );
});
