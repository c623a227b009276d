import { openHostBrowser } from '../host/browser.ts';
import { systemClock } from '../clock.ts';
import type { RecoveryResult } from '../events.ts';
import { changePassword } from '../flows/change-password.ts';
import type { Evidence } from '../flows/evidence.ts';
import { keepLastPage } from '../flows/last-look.ts';
import { LOST } from '../flows/outcome.ts';
import type { RecoveryOutcome, RecoveryTools } from '../flows/recovery.ts';
import { resetPassword } from '../flows/reset-password.ts';
import type { PhoneSession } from '../flows/session.ts';
import { signOut } from '../flows/sign-out.ts';
import type { Store } from '../store/store.ts';
import { storedPasswords, StoreVault, type Whose } from '../store/vault.ts';
import { smsPhone } from './attached.ts';
import { byLedger } from './own-submission.ts';
import { runOnPhone } from './phone-run.ts';
import { proven } from './proof.ts';
import { signOutWithKept } from './recover-kept.ts';
import {
  openRecovery,
  report,
  toolsOf,
  type Recovery,
  type RecoveryRequest,
  type RecoveryRun,
} from './recovery.ts';
import { hasBrowser, hostBrowserOptions } from './reset-password.ts';
import type { RunContext, Station } from './station.ts';

export interface RecoverRequest extends RecoveryRequest {
  serial: string;
  data: 'keep' | 'delete';
  /** As the account's site knows it, where the phone shows it masked. */
  account?: string | undefined;
  /** By web too, where the phone offers no way. */
  web: boolean;
  /** Its browser is shown. */
  headed: boolean;
}

interface End {
  kind: RecoveryResult['outcome'];
  reason?: string;
  retryFrom?: string;
  proof?: string;
}

/**
 * Changes the password on the phone, else by web, and signs the phone out with it; with one that is kept from
 * before, where there is one.
 */
export async function runRecover(
  station: Station,
  request: RecoverRequest,
  context: RunContext,
): Promise<RecoveryRun> {
  const { serial, account: named } = request;
  const { job } = context;
  // A job has looked for one before.
  const before = job ? undefined : await signOutWithKept(station, request, context);
  if (before) return before;
  const phone = await smsPhone(station, request);
  await using recovery = await openRecovery(station, request, { ...context, serial, account: named, phone });
  const run = await runOnPhone<End>(station, {
    ...context,
    serial,
    evidence: request.evidence,
    hide: [request.newPassword],
    lost: LOST,
    known: ({ accounts }) =>
      recovery.guard.inList(accounts) ?? (accounts.length === 0 ? { kind: 'already-signed-out' } : undefined),
    flow: async (session, journal, { accounts: [account = ''] }, stillOurs) => {
      const tools = toolsOf(recovery, journal, stillOurs);
      const at = { session, account, request, recovery, tools, journal };
      const changed = await newPassword(at);
      const known = changed.kind === 'refused' && changed.reason === 'same-password';
      if (changed.kind !== 'changed' && changed.kind !== 'unclear' && !known) return changed;
      return signOutWith(at, changed);
    },
  });
  const submitted = run.evidence?.progress.passwordSubmitted === true;
  const { outcome, isOwn } = await byLedger(station, run.outcome, { serial, submitted, job });
  // In one round of a job no other password is submitted than the new one, and the sign-out has proved it.
  if (isOwn && job) await proveKept(await station.store(), { contact: request.contact, serial }, recovery);
  return await report(recovery, { ...run, outcome, isOwn, serial });
}

/** A recovery whose phone has its session. */
interface AtWork {
  session: PhoneSession;
  /** As the phone shows it. */
  account: string;
  request: RecoverRequest;
  recovery: Recovery;
  tools: RecoveryTools;
  journal: Evidence;
}

async function proveKept({ pool, seal }: Store, whose: Whose, { done }: Recovery): Promise<void> {
  const kept = await storedPasswords(pool, seal);
  const newest = kept.findLast(({ contact, serial }) => contact === whose.contact && serial === whose.serial);
  if (newest?.state !== 'unconfirmed') return;
  await new StoreVault(pool, seal, whose).mark(newest.id, 'confirmed');
  done.newPassword = 'confirmed';
}

/**
 * Whichever way works. The web is tried only where the phone led nowhere and no code was asked for yet, as
 * each one counts.
 */
async function newPassword(at: AtWork): Promise<RecoveryOutcome> {
  const { session, account, request, recovery, tools, journal } = at;
  const { settings } = recovery.station;
  const onPhone = await changePassword(session, { ...request, account }, tools);
  const isEnd = !request.web || !ledNowhere(onPhone) || recovery.done.codes > 0;
  if (isEnd || !hasBrowser(settings)) return onPhone;
  journal.step('reset the password by web, as the phone offers no way');
  const web = await openHostBrowser({ ...hostBrowserOptions(settings), headed: request.headed });
  try {
    const input = { ...request, account: request.account ?? request.contact };
    return await resetPassword(web.browser, input, tools, { site: settings.accountSite, language: 'en_US' });
  } finally {
    await web.close();
  }
}

/**
 * The phone offers no way to a new password. What was begun in an earlier attempt of the job has led
 * somewhere.
 */
export function ledNowhere(outcome: RecoveryOutcome): boolean {
  if (outcome.kind === 'refused') return outcome.reason === 'identity-check';
  return (
    outcome.kind === 'needs-person' &&
    !['done-before', 'second-code-budget', 'second-code-contact', 'third-code'].includes(outcome.reason)
  );
}

/**
 * A sign-out with it proves a password, as the phone asks Xiaomi for it. A phone whose Find device is off
 * signs out without asking for it: then the site is asked.
 */
async function signOutWith(at: AtWork, changed: RecoveryOutcome): Promise<End> {
  const { session, request, recovery, tools, journal } = at;
  const { guard, done, signal } = recovery;
  const input = { data: request.data, password: request.newPassword };
  const { kind, ...why } = await signOut(session, input, {
    via: 'intent',
    signal,
    clock: systemClock,
    journal,
    ledger: tools.ledger,
    guard,
    person: tools.person,
  });
  if (kind === 'signed-out')
    await keepLastPage(session, { journal, clock: systemClock, signal, seen: journal.shown });
  const reason = 'reason' in why ? why.reason : undefined;
  if (!journal.progress.passwordSubmitted) {
    const proof = kind === 'signed-out' && request.web ? await proven(changed, recovery, tools) : changed;
    return { kind, ...why, ...(proof.kind === 'changed' ? { proof: proof.proof } : {}) };
  }
  // A locked Find device is shown after the password was right.
  if (kind === 'signed-out' || reason === 'find-device-locked') await done.prove('confirmed');
  if (reason === 'wrong-password' && changed.kind === 'unclear') {
    await done.prove('rejected');
    return { kind: 'refused', reason: 'network' };
  }
  return { kind, ...why, ...(kind === 'signed-out' ? { proof: 'sign-out' } : {}) };
}
