import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../clock.ts';
import { costNames, Spending, type CostSpec } from './costs.ts';
import { generator, Pace } from './time.ts';

/** A clock that only notes how long is slept. */
function notingClock(): { clock: Clock; slept: number[] } {
  const slept: number[] = [];
  const clock: Clock = { now: () => 0, elapsed: () => 0, sleep: async (ms) => void slept.push(ms) };
  return { clock, slept };
}

function spending(spec: CostSpec, seed = 1) {
  const { clock, slept } = notingClock();
  const pace = new Pace(clock, spec.pace !== 'instant');
  return { spent: new Spending(() => pace, generator(seed), spec), slept };
}

test('a real phone takes as long for each answer as phones were measured to take, the same for the same seed', async () => {
  const runs = await Promise.all(
    [1, 1, 2].map(async (seed) => {
      const { spent, slept } = spending({ pace: 'real' }, seed);
      for (let times = 0; times < 50; times++) for (const what of costNames) await spent.pay(what);
      return slept;
    }),
  );
  assert.deepEqual(runs[0], runs[1]);
  assert.notDeepEqual(runs[0], runs[2]);
  const sources = (runs[0] ?? []).filter((_, at) => costNames[at % costNames.length] === 'source');
  assert.ok(Math.min(...sources) >= 200 && Math.max(...sources) <= 1000, String(sources));
});

test('a bad phone takes 1.5 s for each page source, 300 ms for a tap and 10 s until its server answers', async () => {
  const { spent, slept } = spending({ pace: 'slow' });
  for (const what of ['source', 'tap', 'instrument'] as const) await spent.pay(what);
  assert.deepEqual(slept, [1500, 300, 10_000]);
});

test('an instant phone and one without costs take no time, and one takes as long as it is said to', async () => {
  for (const spec of [{ pace: 'instant' }, { pace: 'real', costs: 'none' }] as const) {
    const { spent, slept } = spending(spec);
    await spent.pay('source', 'page');
    await spent.pay('picture');
    assert.deepEqual([slept, spent.own, spent.looks], [[], 0, { sources: 1, pages: 1, pictures: 1 }]);
  }
  const { spent, slept } = spending({ pace: 'real', costs: { source: 500, tap: 0 } });
  await spent.pay('source');
  await spent.pay('tap');
  assert.deepEqual(slept, [500]);
});

test("the phone's own time has one look a page and one call an act; looking again is the program's", async () => {
  const { spent } = spending({ pace: 'real', costs: { source: 500, tap: 50, find: 20, instrument: 2000 } });
  await spent.pay('instrument');
  for (const page of ['a', 'a', 'a', 'b', 'a']) await spent.pay('source', page);
  await spent.pay('find');
  await spent.pay('tap');
  assert.equal(spent.own, 2000 + 3 * 500 + 50);
  assert.deepEqual(spent.looks, { sources: 5, pages: 3, pictures: 0 });
});
