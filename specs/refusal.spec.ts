import { expect } from '@wdio/globals';
import { account, ends, failOnUnknown, given, run, witness } from './arrange.ts';
import { CANARY } from './canary.ts';

failOnUnknown();

const attempts = async () =>
  (await witness()).events.filter(({ kind }) => kind === 'password-submitted').length;
const signedIn = async () => (await witness()).account !== null;
const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60_000).toISOString().slice(0, 10);

describe('a phone that does not sign out', () => {
  it('keeps its account when no password is known', async function () {
    const phone = await given({ account: account() });
    const { outcome, pages } = await run(this, phone);
    ends(outcome, { kind: 'cancelled', reason: 'no-password' });
    expect(pages.at(-1)).toBe('Mi Account page');
    expect(await signedIn()).toBe(true);
    expect(await attempts()).toBe(0);
  });

  it('refuses a wrong password, which is tried once', async function () {
    const phone = await given({ account: account() });
    const { outcome } = await run(this, phone, { password: 'not-the-password-1' });
    ends(outcome, { kind: 'refused', reason: 'wrong-password' });
    expect(await attempts()).toBe(1);
    expect(await signedIn()).toBe(true);
  });

  it('names the day when Find device is locked after a password change', async function () {
    const phone = await given({ account: account({ passwordChangedDaysAgo: 0 }) });
    const { outcome } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'refused', reason: 'find-device-locked', retryFrom: inDays(3) });
    expect(await signedIn()).toBe(true);
  });

  it('says that the network is down', async function () {
    const phone = await given({ account: account(), faults: ['network-down'] });
    const { outcome } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'refused', reason: 'network' });
  });

  it('says that the servers fail', async function () {
    const phone = await given({ account: account(), faults: ['server-error'] });
    const { outcome } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'refused', reason: 'server' });
  });

  it('is handed to a person when a second factor is asked for', async function () {
    const phone = await given({ account: account(), faults: ['second-factor'] });
    const { outcome } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'needs-person', reason: 'second-factor' });
    expect(await attempts()).toBe(1);
  });

  it('is handed to a person when a captcha is asked for', async function () {
    const phone = await given({ account: account(), faults: ['captcha-after-wrong-password'] });
    await run(this, phone, { password: 'not-the-password-1' });
    const { outcome } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'needs-person', reason: 'captcha' });
    expect(await attempts()).toBe(2);
    expect(await signedIn()).toBe(true);
  });
});

describe('dialogs nobody announced', () => {
  for (const [dialog, before] of [
    ['system-update', 'account'],
    ['low-battery', 'keep-or-remove'],
    ['usb-mode', 'launcher'],
    ['phone-number-recycled', 'account'],
  ] as const) {
    it(`is signed out although '${dialog}' lies over the ${before} page`, async function () {
      const phone = await given({ account: account(), surprises: [{ dialog, before }] });
      const { outcome } = await run(this, phone, { password: CANARY });
      ends(outcome, { kind: 'signed-out' });
      expect(await attempts()).toBe(1);
    });
  }
});
