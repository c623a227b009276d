import { expect } from '@wdio/globals';
import {
  account,
  atHand,
  station,
  ends,
  failOnUnknown,
  given,
  isPlayed,
  isSignedIn,
  owner,
  run,
  simulated,
  surveyed,
} from './arrange.ts';
import { CANARY } from './canary.ts';

failOnUnknown();

const { refusal, maySignOut } = station();

const signedIn = simulated() || (await isSignedIn());
const SIGNED_OUT = !signedIn && 'the phone was signed out already';
const PLAYED =
  !simulated() &&
  (await isPlayed()) &&
  'the phone plays a survey back, which has no page behind Sign out (not-recorded)';
const NO_PASSWORD = !maySignOut && 'PHONE_PASSWORD is not set, so the phone may not be signed out';
const NO_REFUSAL = !refusal && 'PHONE_TRY_REFUSAL is not set, so no wrong password is tried';

/**
 * A test, or why there is none, in its title: each reporter shows that. What is skipped once it has begun is
 * counted twice by them.
 */
function itUnless(reason: string | false, title: string, body: Mocha.AsyncFunc): void {
  if (reason === false) it(title, body);
  else it.skip(`${title} (skipped: ${reason})`, body);
}

/**
 * What fits any phone, so these also run on an attached one. A signed-in phone is signed out only with the
 * password its owner gave.
 */
describe('the phone at hand', () => {
  before(async () => {
    if (simulated()) await given({ account: account() });
  });

  // The simulated phones of the other specs show the same.
  if (!simulated()) {
    itUnless(SIGNED_OUT, 'shows what the page objects look for, and a look changes nothing', async () => {
      const { missing, otherwise, unchanged, folder } = await surveyed('survey');
      for (const drift of otherwise) console.log(`drift: ${drift}`);
      expect(unchanged).toBe(true);
      if (missing.length > 0)
        throw new Error(
          `The phone does not show ${missing.join('; ')}. What it showed: ${folder}/index.html`,
        );
    });

    itUnless(
      SIGNED_OUT || PLAYED || NO_REFUSAL,
      'refuses a wrong password, which is tried once and counted',
      async function () {
        const { phone } = await atHand();
        const { outcome, counted, steps } = await run(this, phone, { password: 'not-the-password-1' });
        ends(outcome, { kind: 'refused', reason: 'wrong-password' });
        expect(steps.filter((step) => step === 'submit the password')).toHaveLength(1);
        expect(counted).toBe(1);
        expect(await isSignedIn()).toBe(true);
      },
    );
  }

  if (PLAYED !== false)
    itUnless(
      SIGNED_OUT,
      'plays a survey back: a sign-out ends behind Sign out, as not-recorded',
      async function () {
        const { phone } = await atHand();
        const { outcome, steps } = await run(this, phone);
        ends(outcome, { kind: 'needs-person', reason: 'not-recorded' });
        expect(steps).toContain('tap Sign out');
      },
    );

  itUnless(
    SIGNED_OUT || PLAYED || NO_PASSWORD,
    'is signed out, and its account list says so',
    async function () {
      const { phone } = await atHand();
      const password = simulated() ? CANARY : owner.password;
      const { outcome } = await run(this, phone, { data: 'keep', ...(password && { password }) });
      ends(outcome, { kind: 'signed-out' });
      expect(await isSignedIn()).toBe(false);
    },
  );

  itUnless(SIGNED_OUT || PLAYED || NO_PASSWORD, 'is left alone once it is signed out', async function () {
    const { phone } = await atHand();
    const { outcome, steps } = await run(this, phone);
    ends(outcome, { kind: 'already-signed-out' });
    expect(steps).toEqual([]);
  });
});
