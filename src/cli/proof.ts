import { openHostBrowser, programOn } from '../browser.ts';
import { HostToolError } from '../errors.ts';
import type { RecoveryOutcome, RecoveryTools } from '../flows/recovery.ts';
import { proveBySignIn } from '../flows/reset-password.ts';
import { hostBrowserOptions } from './reset-password-run.ts';
import type { Bench } from './recovery-run.ts';

/**
 * The outcome, with what the account's own site says of the new password: it is signed in with once, in a browser of this computer. Where
 * there is none, or the site asks for a person, the outcome stays as it is and the password unconfirmed.
 */
export async function proven(outcome: RecoveryOutcome, bench: Bench, tools: RecoveryTools): Promise<RecoveryOutcome> {
  const { settings, request, done } = bench;
  if (outcome.kind !== 'unclear' && (outcome.kind !== 'changed' || outcome.proof !== 'message')) return outcome;
  if (!settings.chromedriver && !programOn(settings.path, ['chromedriver'])) return outcome;
  tools.journal.step('sign in on the account site with the new password');
  const web = await openHostBrowser(hostBrowserOptions(settings)).catch((error: unknown) => {
    if (error instanceof HostToolError) return undefined;
    throw error;
  });
  if (!web) return outcome;
  try {
    // The contact is bound to the account, so its owner signs in with it; the phone may show the account's id masked.
    const account = request.contact;
    const verdict = await proveBySignIn(web.browser, account, request.newPassword, tools, {
      site: settings.accountSite,
      language: 'en_US',
    });
    if (verdict === 'unknown') return outcome;
    if (verdict === 'accepted') {
      await done.prove('confirmed');
      return { kind: 'changed', proof: 'sign-in' };
    }
    if (outcome.kind === 'changed') return { kind: 'unclear' };
    await done.prove('rejected');
    return { kind: 'refused', reason: 'network' };
  } finally {
    await web.close();
  }
}
