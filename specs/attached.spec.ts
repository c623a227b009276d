import { expect } from '@wdio/globals';
import { account, atHand, ends, failOnUnknown, given, owner, run, simulated } from './arrange.ts';
import { CANARY } from './canary.ts';

failOnUnknown();

/**
 * What fits any phone, so these also run on an attached one. A signed-in phone is signed out only with the
 * password its owner gave.
 */
describe('the phone at hand', () => {
  before(async () => {
    if (simulated()) await given({ account: account() });
  });

  it('is signed out, and its account list says so', async function () {
    const { phone, signedIn } = await atHand();
    const password = simulated() ? CANARY : owner.password;
    if (!signedIn || !password) {
      console.log(
        `skipped: ${signedIn ? 'PHONE_PASSWORD is not set, so the phone may not be signed out' : 'the phone is signed out already'}`,
      );
      return this.skip();
    }
    const { outcome } = await run(this, phone, { data: 'keep', password });
    ends(outcome, { kind: 'signed-out' });
    expect((await atHand()).signedIn).toBe(false);
  });

  it('is left alone once it is signed out', async function () {
    const { phone, signedIn } = await atHand();
    if (signedIn) {
      console.log('skipped: the phone is signed in');
      return this.skip();
    }
    const { outcome, steps } = await run(this, phone);
    ends(outcome, { kind: 'already-signed-out' });
    expect(steps).toEqual([]);
  });
});
