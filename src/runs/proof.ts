import { openHostBrowser } from '../host/browser.ts';
import type { RecoveryOutcome, RecoveryTools } from '../flows/recovery.ts';
import { proveBySignIn, type SignInProof } from '../flows/web/sign-in.ts';
import { hasBrowser, hostBrowserOptions } from './reset-password.ts';
import type { Recovery } from './recovery.ts';

/**
 * The outcome, with what the account's own site says of the new password: it is signed in with once, in a
 * browser of this computer. Where there is none, or what the site asks a person is not answered, the outcome
 * stays as it is and the password unconfirmed.
 */
export async function proven(
  outcome: RecoveryOutcome,
  recovery: Recovery,
  tools: RecoveryTools,
): Promise<RecoveryOutcome> {
  const { station, done, signal } = recovery;
  if (outcome.kind !== 'unclear' && (outcome.kind !== 'changed' || outcome.proof !== 'message'))
    return outcome;
  if (!hasBrowser(station.settings)) return outcome;
  tools.journal.step('sign in on the account site with the new password');
  const verdict = await signsIn(recovery, tools).catch((): SignInProof => {
    // The outcome is known, and worth more than its proof.
    signal.throwIfAborted();
    tools.journal.step('the sign-in on the account site failed, and proves nothing');
    return 'unknown';
  });
  if (verdict === 'unknown') return outcome;
  if (verdict === 'accepted') {
    await done.prove('confirmed');
    return { kind: 'changed', proof: 'sign-in' };
  }
  // Where no code went to the contact it is not certain that it is this account's: another one may
  // have refused.
  if (outcome.kind === 'changed' || done.codes === 0) return { kind: 'unclear' };
  await done.prove('rejected');
  return { kind: 'refused', reason: 'network' };
}

async function signsIn({ station, request }: Recovery, tools: RecoveryTools): Promise<SignInProof> {
  const { settings } = station;
  const web = await openHostBrowser(hostBrowserOptions(settings));
  try {
    // The contact is bound to the account, so its owner signs in with it; the phone may show the account's id
    // masked.
    const asOwner = { account: request.contact, password: request.newPassword };
    const place = { site: settings.accountSite, language: 'en_US' };
    return await proveBySignIn(web.browser, asOwner, tools, place);
  } finally {
    await web.close();
  }
}
