import { systemClock } from '../clock.ts';
import { MiUnbindError } from '../errors.ts';
import type { RunResult } from '../events.ts';
import { AccountGuard } from '../flows/account-guard.ts';
import { openAccountPage, type Via } from '../flows/entry.ts';
import { keepLastPage } from '../flows/last-look.ts';
import { exitCode, LOST, type Outcome } from '../flows/outcome.ts';
import { signOut, type SignOutInput } from '../flows/sign-out.ts';
import type { Ledger } from '../store/ledger.ts';
import { accountsLeft } from './accounts-left.ts';
import { checklist } from './owner/checklist.ts';
import { lockAfter } from './owner/lock-after.ts';
import { byLedger } from './own-submission.ts';
import { watchedLedger } from './still-ours.ts';
import { conclude, factsIn, inputAfter, phoneOf, runOnPhone } from './phone-run.ts';
import { factsOf, faultOf } from './result.ts';
import type { RunContext, Station } from './station.ts';
import { learn, ledgerIn } from './store.ts';

export interface SignOutRequest extends SignOutInput {
  serial: string;
  /** The account that is to be signed out. Missing: whichever is on the phone. */
  account?: string | undefined;
  /** See LedgerOptions. */
  another?: boolean | undefined;
  via: Via;
  /** Folder that gets a folder for this run. */
  evidence: string;
}

export interface SignOutRun {
  result: RunResult;
  exit: number;
  error?: unknown;
}

/** Of a run that has no password, and so submits none. */
const SHUT: Ledger = {
  enter: () => Promise.reject(new Error('Nothing is submitted without a password.')),
  count: () => Promise.resolve(0),
};

/** Signs one attached phone out, and puts its evidence on disk. Never throws: an error is part of the run. */
export async function runSignOut(
  station: Station,
  request: SignOutRequest,
  { signal, onEvent, job }: RunContext,
): Promise<SignOutRun> {
  const { settings, store } = station;
  const { via, data, password, account: named } = request;
  const guard = new AccountGuard({
    named,
    by: job ? 'the list has' : '--account is',
    strict: settings.strictAccount,
  });
  const warnings: string[] = [];
  const {
    outcome: shown,
    error,
    facts,
    evidence,
    lock,
    left,
    durationMs,
  } = await runOnPhone<Outcome>(station, {
    ...request,
    ...{ signal, onEvent, job },
    hide: password ? [password] : [],
    lost: LOST,
    known: ({ accounts }) =>
      guard.inList(accounts) ?? (accounts.length === 0 ? { kind: 'already-signed-out' } : undefined),
    // The account page opens while the session does, and the flow finds it there; so does the store.
    opening: async (phone, journal) => {
      const opened = password && store();
      opened?.catch(() => undefined);
      if (via === 'intent') await openAccountPage(phone, journal);
    },
    flow: async (session, journal, facts, stillOurs) => {
      const plain = password
        ? ledgerIn(await store(), settings, {
            job,
            names: job?.names ?? (named ? [named] : []),
            another: request.another,
          })
        : SHUT;
      const ledger = watchedLedger(plain, stillOurs);
      const outcome = await signOut(session, request, {
        via,
        signal,
        clock: systemClock,
        journal,
        ledger,
        guard,
        person: station.person,
      });
      if (password) await learn(store, guard.learnt);
      if (outcome.kind === 'signed-out') {
        const input = inputAfter(session.phone, facts, signal);
        input.catch(() => undefined);
        await keepLastPage(session, {
          ...{ journal, clock: systemClock, signal },
          ...{ seen: journal.shown, pictured: journal.lastPicture },
        });
        warnings.push(...(await input));
      }
      return outcome;
    },
  });
  const submitted = evidence?.progress.passwordSubmitted === true;
  const { isOwn, ...ended } = await byLedger(station, shown, { serial: request.serial, submitted, job });
  const { outcome: kept, ...others } = accountsLeft<Outcome>(ended.outcome, facts, settings);
  const { outcome, ...after } = await lockAfter(station, {
    outcome: kept,
    lock,
    isJob: !!job,
    signal,
    onEvent,
  });
  const { kind, ...why } = outcome ?? { kind: undefined };
  const result: RunResult = {
    serial: request.serial,
    ...phoneOf(facts),
    accountCheck: guard.check,
    ...(kind ? { outcome: kind, ...why } : faultOf(error)),
    data,
    via,
    passwordSubmitted: isOwn || submitted,
    durationMs,
    evidence: evidence?.folder ?? '',
    drift: evidence?.drifts ?? [],
    ...factsIn(evidence),
    ...factsOf(guard.check, isOwn, left, [
      ...(lock?.facts ?? []),
      ...after.facts,
      ...others.facts,
      ...checklist(kept?.kind, facts, lock?.seen),
    ]),
    ...(lock?.seen && { lock: lock.seen }),
    warnings: [
      ...(lock?.warnings ?? []),
      ...after.warnings,
      ...others.warnings,
      ...(evidence?.warnings ?? []),
      ...warnings,
      ...(left?.warnings ?? []),
    ],
  };
  const exit = outcome ? exitCode(outcome) : error instanceof MiUnbindError ? error.exitCode : 1;
  return conclude({ result, exit, error }, evidence);
}
