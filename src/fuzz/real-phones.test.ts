import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
  });
});
