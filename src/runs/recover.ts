import { openHostBrowser } from '../host/browser.ts';
import { systemClock } from '../clock.ts';
import type { Settings } from '../config/config.ts';
import type { RecoveryResult, RunEvent } from '../events.ts';
import { changePassword } from '../flows/change-password.ts';
import type { Evidence } from '../flows/evidence.ts';
import { keepLastPage } from '../flows/last-look.ts';
import type { RecoveryOutcome, RecoveryTools } from '../flows/recovery.ts';
import { resetPassword } from '../flows/reset-password.ts';
import type { PhoneSession } from '../flows/session.ts';
import { signOut } from '../flows/sign-out.ts';
import { byLedger } from './own-submission.ts';
import { lazyStore } from './store.ts';
import type { Store } from '../store/store.ts';
import { storedPasswords, StoreVault, type Whose } from '../store/vault.ts';
import { signOutWithKept } from './recover-kept.ts';
import { findPhone, runOnPhone, type Shared } from './phone-run.ts';
import { proven } from './proof.ts';
import { hasBrowser, hostBrowserOptions } from './reset-password.ts';
import {
  report,
  toolsOf,
  withBench,
  type Bench,
  type RecoveryRequest,
  type RecoveryRun,
} from './recovery.ts';

interface Wish {
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
  serial: string,
  wish: Wish,
  request: RecoveryRequest,
  settings: Settings,
  signal: AbortSignal,
  told: (event: RunEvent) => void,
  shared?: Shared,
): Promise<RecoveryRun> {
  // A job has looked for one before.
  const before = shared ? undefined : await signOutWithKept(serial, wish, request, settings, signal, told);
  if (before) return before;
  const phone = request.codeSource === 'phone-sms' ? { phone: await findPhone(serial, settings) } : {};
  return withBench(
    request,
    { settings, signal, told, serial, shared, account: wish.account, ...phone },
    async (bench) => {
      const run = await runOnPhone<End>({
        ...bench,
        serial,
        evidence: request.evidence,
        hide: [request.newPassword],
        known: ({ accounts }) =>
          bench.guard.inList(accounts) ??
          (accounts.length === 0 ? { kind: 'already-signed-out' } : undefined),
        flow: async (session, journal, { accounts: [account = ''] }, stillOurs) => {
          const tools = toolsOf(bench, journal, stillOurs);
          const changed = await newPassword(session, account, wish, bench, tools, journal);
          const known = changed.kind === 'refused' && changed.reason === 'same-password';
          if (changed.kind !== 'changed' && changed.kind !== 'unclear' && !known) return changed;
          return signOutWith(session, account, wish, changed, bench, tools, journal);
        },
      });
      const own = lazyStore(settings);
      const store = shared?.store ?? own.store;
      const submitted = run.evidence?.progress.passwordSubmitted === true;
      const { outcome, isOwn } = await byLedger(run.outcome, submitted, {
        serial,
        settings,
        store,
        job: shared?.job,
      });
      // In one round of a job no other password is submitted than the new one, and the sign-out has proved
      // it.
      if (isOwn && shared) await proveKept(await store(), { contact: request.contact, serial }, bench);
      await own.close();
      return report(bench, { ...run, outcome, isOwn, serial });
    },
  );
}

async function proveKept({ pool, seal }: Store, whose: Whose, { done }: Bench): Promise<void> {
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
async function newPassword(
  session: PhoneSession,
  account: string,
  wish: Wish,
  bench: Bench,
  tools: RecoveryTools,
  journal: Evidence,
): Promise<RecoveryOutcome> {
  const { request, settings, done } = bench;
  const onPhone = await changePassword(session, { ...request, account }, tools);
  if (!wish.web || !ledNowhere(onPhone) || done.codeRequested || !hasBrowser(settings)) return onPhone;
  journal.step('reset the password by web, as the phone offers no way');
  const web = await openHostBrowser({ ...hostBrowserOptions(settings), headed: wish.headed });
  try {
    const input = { ...request, account: wish.account ?? request.contact };
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
  return outcome.kind === 'needs-person' && outcome.reason !== 'done-before';
}

/**
 * A sign-out with it proves a password, as the phone asks Xiaomi for it. A phone whose Find device is off
 * lets go of the account unasked: then the site is asked.
 */
async function signOutWith(
  session: PhoneSession,
  account: string,
  { data, web }: Wish,
  changed: RecoveryOutcome,
  bench: Bench,
  tools: RecoveryTools,
  journal: Evidence,
): Promise<End> {
  const { request, guard, done, signal } = bench;
  const input = { data, password: request.newPassword };
  const { kind, ...why } = await signOut(session, input, {
    via: 'intent',
    signal,
    clock: systemClock,
    journal,
    ledger: tools.ledger,
    guard,
    person: tools.person,
  });
  if (kind === 'signed-out') await keepLastPage(session, { journal, clock: systemClock, signal });
  const reason = 'reason' in why ? why.reason : undefined;
  if (!journal.progress.passwordSubmitted) {
    const proof = kind === 'signed-out' && web ? await proven(changed, bench, tools) : changed;
    return { kind, ...why, ...(proof.kind === 'changed' ? { proof: proof.proof } : {}) };
  }
  // A locked Find device is told after the password was right.
  if (kind === 'signed-out' || reason === 'find-device-locked') await done.prove('confirmed');
  if (reason === 'wrong-password' && changed.kind === 'unclear') {
    await done.prove('rejected');
    return { kind: 'refused', reason: 'network' };
  }
  return { kind, ...why, ...(kind === 'signed-out' ? { proof: 'sign-out' } : {}) };
}
