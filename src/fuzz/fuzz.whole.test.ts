import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { tryPhones } from './chunk.ts';
import { judge, PROPERTIES } from './judge.ts';
import { trial, type Case } from './trial.ts';

/** As many as take a few seconds; `npm run fuzz` tries thousands. */
const PHONES = 40;

describe('a sign-out', () => {
  it(`keeps its promises on ${PHONES} random phones`, async () => {
    const { tried, ends, found } = await tryPhones(20260105, PHONES);
    assert.equal(
      found,
      undefined,
      `${found?.broken.map((name) => PROPERTIES[name][0]).join('; ')}\n${JSON.stringify(found?.case, null, 2)}`,
    );
    assert.equal(tried, PHONES);
    assert.ok((ends['signed-out'] ?? 0) > PHONES / 4, JSON.stringify(ends));
  });

  // Phones on which it once broke a promise.
  for (const file of globSync('found/*.json', { cwd: import.meta.dirname }).toSorted()) {
    it(`keeps its promises on the phone ${basename(file, '.json')}`, async () => {
      const one = JSON.parse(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')) as Case;
      const ended = await trial(one);
      assert.deepEqual(judge(one, ended), [], [...ended.steps, JSON.stringify(ended.outcome)].join('\n'));
    });
  }

  it('takes the same course each time on the same phone', async () => {
    const one: Case = {
      phone: {
        seed: 5,
        release: 'hyperos2',
        language: 'ar',
        faults: ['slow'],
        quirks: { late: { account: 1500 } },
      },
      order: { data: 'keep', password: 'wrong', via: 'settings' },
    };
    const [first, second] = [await trial(one), await trial(one)];
    assert.deepEqual([second.steps, second.ms, second.asked], [first.steps, first.ms, first.asked]);
  });
});
