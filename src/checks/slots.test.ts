import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Slots } from './slots.ts';

/** Works that end when the test says so, in the order in which they began. */
function works(slots: Slots) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (name: string, rank: number) =>
    slots.with(rank, () => {
      begun.push(name);
      return new Promise<string>((end) => ends.set(name, () => end(name)));
    });
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await new Promise((next) => setImmediate(next));
  };
  /** What has begun once so many have; a wait in vain ends with the test's own limit. */
  const first = async (count: number) => {
    while (begun.length < count) await turns(1);
    await turns(5);
    return begun;
  };
  return { first, ask, end: (name: string) => ends.get(name)?.() };
}

test('the lowest rank begins first, of one rank the first that asked, and no more at once than there are places', async () => {
  const { first, ask, end } = works(new Slots(2));
  const all = [ask('short', 3), ask('usual', 2), ask('usual too', 2), ask('long', 1)];
  assert.deepEqual(await first(2), ['long', 'usual']);
  all.push(ask('late and long', 1));
  end('long');
  assert.deepEqual((await first(3)).slice(2), ['late and long']);
  end('usual');
  await first(4);
  end('late and long');
  assert.deepEqual((await first(5)).slice(3), ['usual too', 'short']);
  end('usual too');
  end('short');
  assert.deepEqual(await Promise.all(all), ['short', 'usual', 'usual too', 'long', 'late and long']);
});

test('work that fails gives its place back', async () => {
  const slots = new Slots(1);
  await assert.rejects(
    slots.with(1, () => Promise.reject(new Error('it fails'))),
    /it fails/,
  );
  assert.equal(await slots.with(1, async () => 'next'), 'next');
});
