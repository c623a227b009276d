import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ACCOUNT, trial, type Case } from './trial.ts';

/** How many times as long as the fastest program a flow may take. */
const MOST = 1.25;
const LOOKS_A_PAGE = 2;

/** With many questions and, where the waits are most of the time, with none. */
const ACCOUNTS = [
  { ...ACCOUNT, syncedData: ['contacts' as const], unsyncedItems: 2, miPayCards: 1 },
  ACCOUNT,
];

describe('a sign-out', () => {
  for (const [what, spec] of [
    ['a phone with 0.5 s a page source', { costs: { source: 500 } }],
    ['a phone with 1 s a page source', { costs: { source: 1000 } }],
    ['a bad phone', { pace: 'slow' }],
  ] as const satisfies [string, Case['phone']][]) {
    it(`on ${what} takes at most ${LOOKS_A_PAGE} looks a page and ${MOST} times the phone's own time`, async () => {
      for (const via of ['intent', 'settings'] as const)
        for (const [at, account] of [...ACCOUNTS, ...ACCOUNTS].entries()) {
          const seed = at + 1;
          const one: Case = {
            phone: { seed, account, ...spec },
            order: { data: 'delete', password: 'right', via },
          };
          const { outcome, ms, sim } = await trial(one);
          assert.equal(outcome?.kind, 'signed-out');
          const { sources, pages } = sim.looks;
          assert.ok(sources / pages <= LOOKS_A_PAGE, `${sources} looks at ${pages} pages (${via}, ${seed})`);
          assert.ok(ms / sim.ownTime <= MOST, `${ms} ms of ${sim.ownTime} (${via}, ${seed})`);
        }
    });
  }

  it('on a phone as phones were measured keeps within the same, whatever its answers take', async () => {
    const ratios: number[] = [];
    for (const seed of Array.from({ length: 10 }, (_, at) => at + 1)) {
      const one: Case = {
        phone: { seed, account: ACCOUNTS[0] },
        order: { data: 'keep', password: 'right', via: 'settings' },
      };
      const { ms, sim } = await trial(one);
      ratios.push(ms / sim.ownTime);
    }
    const mean = ratios.reduce((sum, one) => sum + one, 0) / ratios.length;
    assert.ok(mean <= MOST, ratios.map((one) => one.toFixed(2)).join(' '));
  });
});
