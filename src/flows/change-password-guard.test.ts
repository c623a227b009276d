import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountGuard, type AccountOrder } from './account-guard.ts';
import {
  button,
  ChangeStory,
  field,
  id,
  line,
  said,
  says,
  web,
  type Screen,
} from './change-password-story.ts';

const other = { kind: 'needs-person', reason: 'other-account' } as const;
const EMAIL = 'lab17@gmail.com';

/**
 * Account security with the address that is bound, and what follows it; the last time is that of the change.
 */
function storyOf(
  order: AccountOrder,
  address: string,
  screensOf: (all: Record<'account' | 'security' | 'choice' | 'form', Screen>) => Screen[],
) {
  const one = new ChangeStory();
  const row = {
    class: 'android.widget.LinearLayout',
    clickable: 'true',
    inside: [line(said('account_user_email')), line(address)],
  };
  const security: Screen = {
    items: [
      line(said('account_security_info_pref_title')),
      row,
      line(said('change_password'), { clickable: 'true' }),
    ],
    taps: { [said('change_password')]: one.next, back: one.next },
  };
  const account: Screen = {
    items: [
      button('⎋', { 'resource-id': id('logout_btn') }),
      line(said('account_security'), { clickable: 'true' }),
    ],
    taps: { [said('account_security')]: one.next },
  };
  const form: Screen = {
    items: [web(says('…'), field({ password: 'true' }), field({ password: 'true' }), button('✓'))],
    taps: { '✓': one.next, back: one.next },
  };
  const choice: Screen = {
    items: [web(says('?'), says('→ mi***a@example.com'), button('≫'))],
    taps: { '≫': one.next, back: one.next },
  };
  one.guard = new AccountGuard(order);
  return one.show(...screensOf({ account, security, choice, form }));
}
const touched = (log: readonly string[]) =>
  log.filter((entry) => /^(type|ledger|keep)|tap (✓|≫|⟦change)/.test(entry));

test('a new password is set where Account security shows the address that was named, and not where it shows another', async () => {
  for (const [address, end] of [
    ['l***7@g***.com', { kind: 'changed', proof: 'message' }],
    ['l***8@g***.com', other],
  ] as const) {
    const one = storyOf({ named: EMAIL }, address, (all) => [
      all.account,
      all.security,
      all.form,
      all.security,
    ]);
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, end, address);
    if (end === other) assert.deepEqual(touched(log), []);
    assert.equal(one.guard?.check.verdict, end === other ? 'different' : 'same');
  }
});

test('a Mi id that the account list shows another one for ends it before a page is opened', async () => {
  const one = storyOf({ named: '6230001536' }, '', (all) => [all.account]);
  const { outcome, log } = await one.change();
  assert.deepEqual([outcome, log], [other, []]);
});

test('a step that an earlier run left open is gone through anew where the account is still to be compared', async () => {
  for (const left of ['form', 'choice'] as const) {
    const one = storyOf({ named: EMAIL }, 'l***8@g***.com', (all) => [all[left], all.security]);
    const { outcome, log } = await one.change();
    assert.deepEqual([outcome, log[0], touched(log)], [other, 'back', []], left);
  }
});

test('an account that took the place of another gets no new password, and none that cannot be proven where it has to be', async () => {
  const swapped = storyOf({}, '', (all) => [all.account, all.security, all.form]);
  const tap = swapped.screens[1]?.taps?.[said('change_password')];
  swapped.screens[1]!.taps![said('change_password')] = () => ((swapped.accountName = '6230***777'), tap?.());
  const { outcome, log } = await swapped.change();
  assert.deepEqual(outcome, other);
  assert.ok(!log.some((entry) => /^(ledger|keep)|tap ✓/.test(entry)), log.join());

  const unproven = storyOf({ named: EMAIL, strict: true }, '', (all) => [
    all.account,
    all.security,
    all.form,
  ]);
  const run = await unproven.change();
  assert.deepEqual(
    [run.outcome, touched(run.log)],
    [{ kind: 'needs-person', reason: 'account-not-proven' }, []],
  );
});
