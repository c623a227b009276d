import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chaos } from '../../bench/chaos-trial.ts';

test('a station that is killed again and again ends every job once and truthfully', async (t) => {
  const onLine = (line: string) => t.diagnostic(line);
  const { breakdowns, ends, violations } = await chaos({
    seed: 3,
    jobs: 8,
    phones: 4,
    kills: 2,
    forgotten: false,
    minutes: 4,
    onLine,
  });
  t.diagnostic(JSON.stringify({ breakdowns, ends }));
  assert.deepEqual(violations, []);
});
