import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { releaseNames } from '../sim/spec.ts';
import { simList, simListText, simPage } from './sim-list.ts';

test('the list names every release, and what is proven and what is not, in the width there is', () => {
  const list = simList();
  assert.deepEqual(
    list.releases.map(({ release }) => release),
    releaseNames,
  );
  for (const width of [80, 120]) {
    const text = simListText(list, width);
    for (const line of text.split('\n')) assert.ok(line.length <= width, line);
    for (const { name } of list.releases) assert.ok(text.includes(name));
    const said = text.replace(/\s+/g, ' ');
    for (const { fact, standing, source } of list.facts)
      assert.ok(said.includes(`${standing} ${fact} source: ${source}`), fact);
  }
});

test('docs/simulator-facts.md is what the tables say (npm run docs:simulator writes it)', () => {
  const page = readFileSync(new URL('../../docs/simulator-facts.md', import.meta.url), 'utf8');
  assert.equal(page, simPage(simList()));
});
