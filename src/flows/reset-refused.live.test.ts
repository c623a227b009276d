import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { LiveWeb, owner, webMissing, type WebWish } from '../live/web.ts';
import type { RecoveryOutcome } from './recovery.ts';

let web: LiveWeb;
before(async () => {
  if (!webMissing) web = await LiveWeb.start();
});
after(() => web?.stop());

const refused = (reason: string): RecoveryOutcome => ({ kind: 'refused', reason }) as RecoveryOutcome;
const FORMER = 'Vorher-8Ab!alt';

/** What is refused, and what the site was asked to do until then. */
const CASES: readonly [
  name: string,
  wish: WebWish,
  reason: string,
  site: string,
  password?: 'rejected' | 'confirmed',
][] = [
  ['an account that does not exist', { account: 'nobody@example.com' }, 'unknown-account', 'next'],
  [
    'a contact the account does not have',
    { account: owner.id, spec: { email: 'other@example.org' } },
    'no-contact',
    'next',
  ],
  [
    'a contact that is not the only one',
    { account: owner.id, spec: { email: undefined } },
    'no-contact',
    'next',
  ],
  [
    'a wrong code, which is typed once',
    { code: (code) => code.replace(/./, (one) => String((Number(one) + 1) % 10)) },
    'wrong-code',
    'next choose send verify',
  ],
  [
    'a code that has expired, as it looks like a wrong one',
    { spec: { codeValidMinutes: 0.0001 } },
    'wrong-code',
    'next choose send verify',
  ],
  ['another code when the day’s are used up', { spec: { codeLimit: 0 } }, 'code-limit', 'next choose send'],
  [
    'a weak new password',
    { newPassword: 'abcdefgh' },
    'weak-password',
    'next choose send verify set-password',
    'rejected',
  ],
  [
    'a new password with the number in it',
    { by: 'phone', newPassword: 'x-888123456' },
    'risky-password',
    'next choose send verify set-password',
    'rejected',
  ],
  [
    'the password the account has',
    { newPassword: owner.password },
    'same-password',
    'next choose send verify set-password sign-in',
    'confirmed',
  ],
  [
    'a password the account once had',
    { newPassword: FORMER, spec: { formerPasswords: [FORMER] } },
    'risky-password',
    'next choose send verify set-password sign-in',
    'rejected',
  ],
  ['a request that is lost', { dropRequest: 'next' }, 'network', 'next'],
  ['a code whose answer is lost', { dropAnswer: 'send' }, 'network', 'next choose send'],
  [
    'a new password that is lost on its way',
    { dropRequest: 'set-password' },
    'network',
    'next choose send verify set-password sign-in',
    'rejected',
  ],
];

/** Nothing in the older shape makes a difference to these. */
const ALIKE = [
  'a contact the account does not have',
  'a new password that is lost on its way',
  'a contact that is not the only one',
  'a weak new password',
  'a new password with the number in it',
  'a password the account once had',
  'a code that has expired, as it looks like a wrong one',
];

for (const shape of ['react', 'form'] as const) {
  suite(`the site in the shape '${shape}' refuses`, { skip: webMissing }, () => {
    for (const [name, wish, reason, site, password] of shape === 'react'
      ? CASES
      : CASES.filter(([name]) => !ALIKE.includes(name))) {
      test(name, async () => {
        const run = await web.reset({ shape, ...wish });
        assert.deepEqual(run.outcome, refused(reason));
        assert.equal(run.site.join(' '), site);
        assert.equal(run.password, password);
        assert.deepEqual(run.leaks, []);
      });
    }

    test('two entries that differ, and nothing is changed', async () => {
      const run = await web.reset({ shape, slip: true });
      // Which of its faults a page means is known only where it marks the second entry.
      assert.equal(run.outcome.kind, 'refused');
      assert.equal(run.password, 'rejected');
      assert.ok(!run.service.includes('password-changed'));
    });

    test('nothing when the answer to a new password is lost: signing in finds out', async () => {
      const run = await web.reset({ shape, dropAnswer: 'set-password' });
      assert.deepEqual(run.outcome, { kind: 'changed', proof: 'sign-in' });
      assert.equal(run.service.filter((kind) => kind === 'password-changed').length, 1);
    });

    test('nothing when the sign-in cannot be judged: the page’s own word counts', async () => {
      const run = await web.reset({ shape, dropAnswer: 'sign-in' });
      assert.deepEqual(run.outcome, { kind: 'changed', proof: 'message' });
      assert.equal(run.password, 'unconfirmed');
    });
  });
}

test('a spent budget is reported before Send is pressed', { skip: webMissing }, async () => {
  const run = await web.reset({ spent: 'code-requested' });
  assert.deepEqual(run.outcome, {
    kind: 'refused',
    reason: 'code-budget',
    retryFrom: '2030-01-01T00:00:00.000Z',
  });
  assert.deepEqual(run.site, ['next', 'choose']);
});

test(
  'a lost answer that the sign-in cannot clear up is unclear, and both passwords are kept',
  { skip: webMissing },
  async () => {
    const run = await web.reset({ dropAnswer: 'set-password', spent: 'password-submitted' });
    assert.deepEqual(run.outcome, { kind: 'unclear' });
    assert.equal(run.password, 'unconfirmed');
  },
);
