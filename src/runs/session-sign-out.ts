import { systemClock } from '../clock.ts';
import type { Drift, RunResult } from '../events.ts';
import { AccountGuard, type AccountOrder } from '../flows/account-guard.ts';
import type { Via } from '../flows/entry.ts';
import { Evidence } from '../flows/evidence.ts';
import { exitCode, type Outcome } from '../flows/outcome.ts';
import { signOut, type SignOutInput } from '../flows/sign-out.ts';
import { phoneSession } from '../flows/start.ts';
import type { Phone } from '../phone/adb.ts';
import type { PhoneFacts } from '../phone/facts.ts';
import type { Browser } from 'webdriverio';
import type { Ledger } from '../store/ledger.ts';
import { conclude, phoneOf } from './phone-run.ts';

/** A sign-out in a session that someone else has opened and closes: a test's. */

/** @internal */
export interface SessionOrder extends SignOutInput {
  via: Via;
  /** Of this run; made where it is missing. */
  folder: string;
  account?: AccountOrder | undefined;
  signal: AbortSignal;
  ledger: Ledger;
  /** Remembers names that were found to be one account's. */
  learn?: ((names: readonly string[]) => Promise<void>) | undefined;
}

export interface SessionEnd {
  outcome: Outcome;
  /** What was done, in order. */
  steps: string[];
  /** The pages that came, in order. */
  pages: string[];
  drift: Drift[];
  passwordSubmitted: boolean;
  /** The folder with the pictures and page sources; `index.html` shows them. */
  evidence: string;
}

/**
 * Throws what broke the run; its evidence is on disk either way.
 * @internal
 */
export async function signOutInSession(
  { browser, phone, facts }: { browser: Browser; phone: Phone; facts: PhoneFacts },
  { data, password, via, folder, account, signal, ledger, learn }: SessionOrder,
): Promise<SessionEnd> {
  const journal = new Evidence(folder, systemClock);
  const guard = new AccountGuard(account);
  const began = performance.now();
  const ended = async (outcome: Outcome | undefined, error?: unknown) => {
    const { kind, ...why } = outcome ?? { kind: 'error' as const, message: String((error as Error).message) };
    const result: RunResult = {
      serial: phone.serial,
      ...phoneOf(facts),
      accountCheck: guard.check,
      outcome: kind,
      ...why,
      ...{ data, via, passwordSubmitted: journal.progress.passwordSubmitted },
      durationMs: Math.round(performance.now() - began),
      evidence: journal.folder,
      drift: journal.drifts,
      warnings: journal.warnings,
    };
    await conclude({ result, exit: outcome ? exitCode(outcome) : 1 }, journal);
  };
  let outcome: Outcome;
  try {
    const session = await phoneSession(phone, facts, browser);
    const input = { data, ...(password && { password }) };
    outcome = await signOut(session, input, { via, signal, clock: systemClock, journal, ledger, guard });
  } catch (error) {
    await ended(undefined, error);
    throw error;
  }
  await ended(outcome);
  await learn?.(guard.learnt);
  return {
    outcome,
    steps: journal.events.flatMap((event) => (event.kind === 'page' ? [] : [event.what])),
    pages: journal.events.flatMap((event) => (event.kind === 'page' ? [event.page] : [])),
    drift: journal.drifts,
    passwordSubmitted: journal.progress.passwordSubmitted,
    evidence: journal.folder,
  };
}
