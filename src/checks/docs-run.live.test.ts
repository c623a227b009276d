import { test } from 'node:test';
import '../live/ground.ts';
import { blocksOf, readPages } from './docs-page.ts';
import { PageRun } from './docs-run.ts';

// The examples that are marked `run`, as a reader would run them. Those marked `run nightly` are in
// docs-run.night.ts, which `npm run test:docs` runs too.

for (const page of readPages()) {
  const blocks = blocksOf(page).filter(({ words }) => !words.has('not-run') && !words.has('nightly'));
  if (!blocks.some(({ words }) => words.has('run'))) continue;
  test(`what ${page.path} shows runs as it is shown`, async () => {
    await using run = new PageRun();
    for (const block of blocks) if (block.words.has('run') || block.words.has('file')) await run.run(block);
  });
}
