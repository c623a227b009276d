import { expect } from '@wdio/globals';
import { account, change, ends, failOnUnknown, given, run, witness } from './arrange.ts';
import { CANARY } from './canary.ts';

failOnUnknown();

const OLD = 'old-Password1';
const EMAIL = { by: 'email', contact: 'mira@example.com', newPassword: CANARY } as const;
const PHONE = { ...EMAIL, by: 'phone', contact: '+359881234567' } as const;
const owner = (more: object = {}) =>
  account({ password: OLD, email: EMAIL.contact, phone: PHONE.contact, lockDays: 0, ...more });
const checked = (more: object = {}) => owner({ identityCheckedMinutesAgo: 1, ...more });
let begun = 0;

/** What the account service saw of this phone's account; the phones' hardware numbers may be alike. */
const served = async () => (await witness()).service.filter((entry) => entry.account === account().id);
const since = async () => (await served()).slice(begun).map(({ kind }) => kind);
const count = async (kind: string) => (await since()).filter((one) => one === kind).length;
const changed = { kind: 'changed', proof: 'message' };

async function phoneOf(wish: Parameters<typeof given>[0]) {
  const phone = await given(wish);
  begun = (await served()).length;
  return phone;
}

for (const form of ['native', 'web'] as const) {
  describe(`change of the password, ${form} form`, () => {
    for (const way of [EMAIL, PHONE])
      it(`proves who the owner is by ${way.by}, and changes it`, async function () {
        const phone = await phoneOf({ account: owner(), passwordForm: form });
        const { outcome, acts, states, pages, leaks } = await change(this, phone, way);
        ends(outcome, changed);
        expect(acts).toEqual(['code-requested', 'password-set']);
        expect(states).toEqual(['unconfirmed']);
        expect(pages).toEqual(
          expect.arrayContaining([
            'Account security page',
            'choice of phone or e-mail',
            'verification code page',
          ]),
        );
        expect(leaks).toEqual([]);
        expect(await since()).toEqual(['code-sent', 'code-checked', 'password-changed']);
        expect((await served()).at(begun)).toEqual(expect.objectContaining({ by: way.by }));
      });

    it('is what the phone is then signed out with', async function () {
      const phone = await phoneOf({ account: checked(), passwordForm: form });
      ends((await change(this, phone, EMAIL)).outcome, changed);
      const { outcome } = await run(this, phone, { password: EMAIL.newPassword });
      ends(outcome, { kind: 'signed-out' });
    });

    it('asks for no code where the owner has just been checked', async function () {
      const phone = await phoneOf({ account: checked(), passwordForm: form });
      const { outcome, acts } = await change(this, phone, EMAIL);
      ends(outcome, changed);
      expect(acts).toEqual(['password-set']);
      expect(await since()).toEqual(['password-changed']);
    });

    it('refuses a weak password', async function () {
      const phone = await phoneOf({ account: checked(), passwordForm: form });
      const { outcome, states } = await change(this, phone, { ...EMAIL, newPassword: 'onlyletters' });
      ends(outcome, { kind: 'refused', reason: 'weak-password' });
      expect(states).toEqual(['unconfirmed', 'rejected']);
      expect(await count('password-changed')).toBe(0);
    });

    it('does not change it where the two entries differ', async function () {
      const phone = await phoneOf({ account: checked(), passwordForm: form });
      const { outcome, states } = await change(this, phone, { ...EMAIL, slip: true });
      // In a web page it is said in the server's words.
      ends(outcome, form === 'native' ? { kind: 'refused', reason: 'mismatch' } : { kind: 'unclear' });
      expect(states).toEqual(form === 'native' ? ['unconfirmed', 'rejected'] : ['unconfirmed']);
      expect(await count('password-changed')).toBe(0);
    });

    it('keeps the password of which nobody can say whether the account has it', async function () {
      for (const fault of ['drop-answer-set-password', 'drop-request-set-password']) {
        const phone = await phoneOf({ account: checked(), passwordForm: form, faults: [fault] });
        const { outcome, states, acts } = await change(this, phone, EMAIL);
        ends(outcome, { kind: 'unclear' });
        expect(states).toEqual(['unconfirmed']);
        expect(acts).toEqual(['password-set']);
        expect(await count('password-changed')).toBe(fault === 'drop-answer-set-password' ? 1 : 0);
      }
    });

    it('goes its way in a language that no person speaks', async function () {
      const phone = await phoneOf({ account: owner(), passwordForm: form, language: 'pseudo' });
      ends((await change(this, phone, PHONE)).outcome, changed);
    });

    it('goes on where a run without a code left the phone, and presses Send no second time', async function () {
      const phone = await phoneOf({ account: owner(), passwordForm: form });
      await expect(change(this, phone, { ...EMAIL, noCode: true })).rejects.toThrow('no code came');
      const { outcome, acts } = await change(this, phone, EMAIL);
      ends(outcome, changed);
      expect(acts).toEqual(['password-set']);
      expect(await count('code-sent')).toBe(1);
    });
  });
}

describe('change of the password', () => {
  it('refuses the password the account has, where the phone says so in its own words', async function () {
    const phone = await phoneOf({
      account: checked({ password: EMAIL.newPassword }),
      passwordForm: 'native',
    });
    const { outcome, states } = await change(this, phone, EMAIL);
    ends(outcome, { kind: 'refused', reason: 'same-password' });
    expect(states).toEqual(['unconfirmed']);
  });

  it('refuses a password that holds something of the account', async function () {
    const phone = await phoneOf({ account: checked(), passwordForm: 'native' });
    const { outcome } = await change(this, phone, { ...EMAIL, newPassword: 'x881234567' });
    ends(outcome, { kind: 'refused', reason: 'risky-password' });
  });

  it('needs no choice where one contact is bound', async function () {
    const phone = await phoneOf({ account: account({ password: OLD, email: EMAIL.contact }) });
    const { outcome, pages } = await change(this, phone, EMAIL);
    ends(outcome, changed);
    expect(pages).not.toContain('choice of phone or e-mail');
  });

  it('asks for nothing where the contact is not the one wanted', async function () {
    for (const bound of [{ email: EMAIL.contact }, { email: EMAIL.contact, phone: '+447700900123' }]) {
      const phone = await phoneOf({ account: account({ password: OLD, ...bound }) });
      const { outcome, acts } = await change(this, phone, PHONE);
      ends(outcome, { kind: 'refused', reason: 'no-contact' });
      expect(acts).toEqual([]);
    }
  });

  it('types a wrong code once', async function () {
    const phone = await phoneOf({ account: owner() });
    const { outcome, acts } = await change(this, phone, { ...EMAIL, code: '000000' });
    ends(outcome, { kind: 'refused', reason: 'wrong-code' });
    expect(acts).toEqual(['code-requested']);
    expect(await since()).toEqual(['code-sent', 'code-checked']);
  });

  it('presses Send once where no more codes are sent today', async function () {
    const phone = await phoneOf({ account: owner({ codeLimit: 0 }) });
    const { outcome } = await change(this, phone, EMAIL);
    ends(outcome, { kind: 'refused', reason: 'code-limit' });
    expect(await since()).toEqual(['code-refused']);
    // What the page says is gone with it, so the next run hears it again.
    ends((await change(this, phone, EMAIL)).outcome, { kind: 'refused', reason: 'code-limit' });
  });

  it('says that the identity check cannot begin', async function () {
    const phone = await phoneOf({ account: owner(), faults: ['identity-url-failed'] });
    ends((await change(this, phone, EMAIL)).outcome, { kind: 'refused', reason: 'identity-check' });
  });

  it('says that the network is down', async function () {
    const phone = await phoneOf({ account: owner(), faults: ['network-down'] });
    const { outcome } = await change(this, phone, EMAIL);
    expect(outcome.kind === 'refused' && outcome.reason).toMatch(/^(network|identity-check)$/);
  });

  it('shows a captcha to a person, and does not press Send again when it was misread', async function () {
    const phone = await phoneOf({ account: owner(), faults: ['identity-captcha'] });
    const { outcome } = await change(this, phone, EMAIL, () => 'wrong');
    ends(outcome, { kind: 'needs-person', reason: 'captcha' });
    expect(await count('code-sent')).toBe(0);
  });

  it('is done although a dialog nobody announced lies over the identity check', async function () {
    const phone = await phoneOf({
      account: owner(),
      surprises: [{ dialog: 'system-update', before: 'identity' }],
    });
    ends((await change(this, phone, EMAIL)).outcome, changed);
    expect(await count('code-sent')).toBe(1);
  });
});
