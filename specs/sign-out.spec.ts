import { expect } from '@wdio/globals';
import { account, ends, failOnUnknown, given, run, witness } from './arrange.ts';
import { CANARY } from './canary.ts';

failOnUnknown();

const signedOut = async () => (await witness()).account === null;
const submissions = async () =>
  (await witness()).events.filter(({ kind }) => kind === 'password-submitted').length;

describe('sign out', () => {
  it('keeps the synced data', async function () {
    const phone = await given({ account: account() });
    const { outcome, steps } = await run(this, phone, { data: 'keep', password: CANARY });
    ends(outcome, { kind: 'signed-out' });
    expect(steps).toContain('keep the synced data');
    expect(await signedOut()).toBe(true);
    expect(await submissions()).toBe(1);
    expect((await witness()).events).toContainEqual(
      expect.objectContaining({ kind: 'data-choice', detail: { choice: 'keep' } }),
    );
  });

  it('removes the synced data', async function () {
    const phone = await given({ account: account() });
    const { outcome } = await run(this, phone, { data: 'delete', password: CANARY });
    ends(outcome, { kind: 'signed-out' });
    expect((await witness()).events).toContainEqual(
      expect.objectContaining({ kind: 'data-choice', detail: { choice: 'remove' } }),
    );
  });

  it('is not asked about data when none is synced', async function () {
    const phone = await given({ account: account({ syncedData: [] }) });
    const { outcome, pages } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'signed-out' });
    expect(pages).not.toContain('Keep or Remove page');
  });

  it('needs no password when Find device is off', async function () {
    const phone = await given({ account: account({ findDevice: false }) });
    const { outcome } = await run(this, phone);
    ends(outcome, { kind: 'signed-out' });
    expect(await submissions()).toBe(0);
  });

  it('lets Mi Pay cards go', async function () {
    const phone = await given({ account: account({ miPayCards: 2 }) });
    const { outcome, pages } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'signed-out' });
    expect(pages).toContain('Mi Pay dialog');
  });

  it('goes on when items that are not in the cloud yet would be removed', async function () {
    const phone = await given({ account: account({ unsyncedItems: 3 }) });
    const { outcome, pages } = await run(this, phone, { data: 'delete', password: CANARY });
    ends(outcome, { kind: 'signed-out' });
    expect(pages).toContain('dialog about unsynced items');
  });

  it('does nothing to a phone that is signed out already', async function () {
    const phone = await given({});
    const { outcome, steps } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'already-signed-out' });
    expect(steps).toEqual([]);
  });

  it('follows a phone that asks for the password first', async function () {
    const phone = await given({ account: account(), order: 'password-first' });
    const { outcome, pages } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'signed-out' });
    expect(pages.indexOf('password dialog')).toBeLessThan(pages.indexOf('Keep or Remove page'));
  });

  it('starts from the middle of a sign-out that was left', async function () {
    const phone = await given({ account: account() });
    await run(this, phone, { via: 'intent' });
    const { outcome } = await run(this, phone, { password: CANARY });
    ends(outcome, { kind: 'signed-out' });
    expect(await submissions()).toBe(1);
  });
});
