import { expect } from '@wdio/globals';
import { account, ends, failOnUnknown, given, run } from './arrange.ts';
import { CANARY } from './canary.ts';

failOnUnknown();

describe('the way to the account page', () => {
  it('opens it directly', async function () {
    const phone = await given({ account: account() });
    const { outcome, steps } = await run(this, phone, { via: 'intent', password: CANARY });
    ends(outcome, { kind: 'signed-out' });
    expect(steps[0]).toBe('open the account page');
  });

  it('begins with waking a dark screen', async function () {
    const phone = await given({ account: account(), screen: 'off' });
    const { outcome } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'signed-out' });
  });

  // In every language: see the matrix.
  for (const [region, language] of [
    ['global', 'en'],
    ['china', 'zh-CN'],
  ] as const) {
    it(`goes through the quick panel and Settings on a ${region} phone in ${language}`, async function () {
      const phone = await given({ account: account(), region, language });
      const { outcome, pages, steps } = await run(this, phone, { via: 'settings', password: CANARY });
      ends(outcome, { kind: 'signed-out' });
      expect(pages).toEqual(expect.arrayContaining(['quick panel', 'Settings', 'Mi Account page']));
      expect(steps).toContain('tap the gear in the quick panel');
      expect(steps).toContain('tap the row of the Mi Account');
    });
  }
});
