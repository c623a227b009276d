import { browser, expect } from '@wdio/globals';
import { MiAccountPage } from 'mi-unbind/pageobjects';
import { assertOutcome, Secret } from 'mi-unbind/wdio';

describe('a phone that is sold', () => {
  it('stays signed in as long as its password is not known', async () => {
    const run = await browser.signOutMiAccount({ data: 'keep' });
    assertOutcome(run, { kind: 'cancelled', reason: 'no-password' });
    const page = await MiAccountPage.on(browser);
    expect(page.seesSignOut).toBe(true);
  });

  it('is signed out, and keeps its data', async () => {
    const run = await browser.signOutMiAccount({ data: 'keep', password: new Secret('shop-Password1') });
    assertOutcome(run, { kind: 'signed-out' });
    expect(await browser.miAccount()).toEqual({ signedIn: false, account: '' });
  });
});
