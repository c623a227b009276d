import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readPng } from '../formats/png.ts';
import '../live/ground.ts';
import { pictures } from './docs-drawing.ts';
import { blocksOf, readPages } from './docs-page.ts';
import { PageRun } from './docs-run.ts';

// The examples that are marked `run nightly`: the long ones, and those that live tests hold already.

for (const page of readPages()) {
  const blocks = blocksOf(page).filter(({ words }) => words.has('run') || words.has('file'));
  if (!blocks.some(({ words }) => words.has('nightly'))) continue;
  test(`what ${page.path} shows runs as it is shown`, async () => {
    await using run = new PageRun();
    for (const block of blocks) await run.run(block);
  });
}

test('the pictures are those that the simulated phones show today', async () => {
  for await (const [file, png] of pictures())
    assert.deepEqual(
      await readPng(readFileSync(file)),
      await readPng(png),
      `${file}: run 'npm run docs:pictures'`,
    );
});
