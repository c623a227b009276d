import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SecondSpaceError } from '../errors.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { ACCOUNT, trial, type Case, type Trial } from './trial.ts';

/** What newer phones show, met by the flows in this process and in virtual time. */

const signOut = (phone: PhoneSpec, order: Partial<Case['order']> = {}): Promise<Trial> =>
  trial({
    phone: { account: ACCOUNT, ...phone },
    order: { data: 'keep', password: 'right', via: 'intent', ...order },
  });
const submissions = ({ sim }: Trial): number =>
  sim.events.filter(({ kind }) => kind === 'password-submitted').length;
const isOut = ({ outcome, sim }: Trial): boolean =>
  outcome?.kind === 'signed-out' && sim.account === undefined;

describe('flows on pages of newer phones', () => {
  it('type the password into the prompt of the passport SDK of December 2025, once', async () => {
    const run = await signOut({ release: 'hyperos3', passwordPrompt: 'sdk' });
    assert.ok(isOut(run), JSON.stringify(run.outcome));
    assert.equal(submissions(run), 1);
    assert.ok(run.pages.includes('password dialog'));
  });

  it('hear a refusal of that prompt, which is a toast, and leave the phone on its account page', async () => {
    const run = await signOut({ release: 'hyperos3', passwordPrompt: 'sdk' }, { password: 'wrong' });
    assert.deepEqual(run.outcome, { kind: 'refused', reason: 'wrong-password' });
    assert.equal(submissions(run), 1);
    assert.equal(run.sim.windows().at(-1)?.activity, 'com.xiaomi.account.ui.AccountSettingsActivity');
  });

  it('leave a captcha in that prompt to a person, and cancel the prompt without a password', async () => {
    const captcha = await signOut({ passwordPrompt: 'sdk', faults: ['captcha-at-once'] });
    assert.deepEqual(captcha.outcome, { kind: 'needs-person', reason: 'captcha' });
    const none = await signOut({ passwordPrompt: 'sdk' }, { password: 'none' });
    assert.deepEqual(none.outcome, { kind: 'cancelled', reason: 'no-password' });
    assert.deepEqual([submissions(captcha), submissions(none)], [0, 0]);
    const web = await signOut({ passwordPrompt: 'sdk', faults: ['captcha-web'] });
    assert.deepEqual(web.outcome, { kind: 'needs-person', reason: 'captcha' });
    assert.equal(web.pages.at(-1), 'captcha in a web page');
  });

  it('type no password into the page that sets one, where the account has none', async () => {
    for (const release of ['14', 'hyperos3'] as const) {
      const account = { ...ACCOUNT, hasPassword: false };
      const run = await signOut({ release, account, passwordPrompt: 'sdk' });
      assert.deepEqual(run.outcome, { kind: 'needs-person', reason: 'password-not-set' });
      assert.equal(run.pages.at(-1), 'new password web page');
      assert.deepEqual(run.sim.events.filter(({ kind }) => /submitted|typed/.test(kind)), []); // prettier-ignore
    }
  });

  it('answer Not now where the account app offers a new version of itself', async () => {
    for (const before of ['account', 'password'] as const) {
      const run = await signOut({ surprises: [{ dialog: 'account-update', before }] });
      assert.ok(isOut(run), JSON.stringify(run.outcome));
      const answers = run.sim.events.filter(({ kind }) => kind === 'surprise-answered');
      assert.deepEqual(
        answers.map(({ detail }) => detail?.['choice']),
        ['no'],
        before,
      );
    }
  });

  it('go on after Keep where photos are on the phone in lower quality, and meet no such question after Remove', async () => {
    const account = { ...ACCOUNT, syncedData: ['gallery' as const] };
    const kept = await signOut({ account, photoQuality: true });
    assert.ok(isOut(kept) && kept.pages.includes('dialog about the quality of photos'));
    const removed = await signOut({ account, photoQuality: true }, { data: 'delete' });
    assert.ok(isOut(removed) && !removed.pages.includes('dialog about the quality of photos'));
    assert.deepEqual(
      [kept, removed].map(({ sim }) => sim.service.log.at(-1)?.data),
      ['kept', 'removed'],
    );
  });

  it('sign a tablet out through Settings in two panes, in words of its own, upright and across', async () => {
    for (const [orientation, region] of [
      ['portrait', 'global'],
      ['landscape', 'china'],
    ] as const) {
      const account = { ...ACCOUNT, syncedData: ['notes' as const] };
      const tablet = {
        tablet: true,
        release: 'hyperos2',
        language: 'pseudo',
        region,
        orientation,
        account,
      } as const;
      const run = await signOut(tablet, { via: 'settings' });
      assert.ok(isOut(run), JSON.stringify([run.outcome, run.error, run.pages]));
      assert.equal(run.sim.service.log.at(-1)?.data, 'kept');
    }
  });

  it('find the row of the account where it says that the number may belong to another person', async () => {
    for (const region of ['global', 'china'] as const) {
      const run = await signOut({ region, phoneRecycled: true, language: 'pseudo' }, { via: 'settings' });
      assert.ok(isOut(run), region);
      assert.ok(run.pages.includes('Settings'));
    }
  });

  it('do not begin where a second space, of whatever number, or the maintenance mode is in front', async () => {
    for (const user of [10, 11, 110] as const) {
      const run = await signOut({ user }, { via: 'settings' });
      assert.ok(run.error instanceof SecondSpaceError, String(run.error));
      assert.deepEqual([run.steps, submissions(run)], [[], 0]);
    }
  });

  it('leave a Google account beside the Mi Account where it is', async () => {
    const run = await signOut({ otherAccounts: [{ name: 'a@example.com', type: 'com.google' }] });
    assert.ok(isOut(run));
    assert.match(run.sim.dumpsys('account', []) ?? '', /Accounts: 1\n.*type=com\.google}/);
  });

  it('reach the account where the icon of the panel leads to the settings of notifications', async () => {
    for (const release of ['14', 'hyperos3'] as const) {
      const run = await signOut({ release, panel: 'notifications' }, { via: 'settings' });
      assert.ok(isOut(run), JSON.stringify([run.outcome, run.steps]));
      assert.ok(run.steps.includes('tap the row of the Mi Account'), run.steps.join('\n'));
    }
  });

  it('reach the account through the control centre of HyperOS 3 in the language nobody speaks', async () => {
    const run = await signOut({ release: 'hyperos3', language: 'pseudo' }, { via: 'settings' });
    assert.ok(isOut(run), JSON.stringify([run.outcome, run.pages]));
    assert.ok(run.pages.includes('quick panel'));
  });
});
