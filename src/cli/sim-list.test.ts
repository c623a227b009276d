import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releaseNames } from '../sim/spec.ts';
import { simList, simListText } from './sim-list.ts';

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
    for (const { fact, standing } of list.facts) assert.ok(said.includes(`${standing} ${fact}`), fact);
  }
});
