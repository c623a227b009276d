import { chmodSync } from 'node:fs';
import type { AccountCheck } from '../account/match.ts';
import { systemClock } from '../clock.ts';
import type { Baseline, CodeSource } from '../codes/source.ts';
import { CancelledError, MiUnbindError } from '../errors.ts';
import type { RecoveryResult } from '../events.ts';
import { AccountGuard } from '../flows/account-guard.ts';
import type { Evidence } from '../flows/evidence.ts';
import type { RecoveryInput, RecoveryOutcome, RecoveryTools } from '../flows/recovery.ts';
import type { Phone } from '../phone/adb.ts';
import type { PhoneFacts } from '../phone/facts.ts';
import type { Left } from './phone-leave.ts';
import { accountsLeft } from './accounts-left.ts';
import { checklist } from './owner/checklist.ts';
import { lockAfter } from './owner/lock-after.ts';
import type { LockBefore } from './owner/lock-before.ts';
import { conclude, factsIn, phoneOf } from './phone-run.ts';
import type { Secret } from '../secret.ts';
import { askedFrom, type Ledger } from '../store/ledger.ts';
import { lockNames } from '../store/advisory-lock.ts';
import { fileVault, StoreVault, type PasswordState, type Vault } from '../store/vault.ts';
import { Openings } from './openings.ts';
import { watchedLedger, type StillOurs } from './still-ours.ts';
import { recoveryFault } from './recovery-fault.ts';
import { factsOf, faultOf } from './result.ts';
import type { RunContext, Station } from './station.ts';
import { learn, ledgerIn } from './store.ts';

export interface RecoveryRequest {
  codeSource: string;
  by: RecoveryInput['by'];
  /** Where the code is sent. */
  contact: string;
  /** See RecoveryInput. */
  others?: readonly string[] | undefined;
  newPassword: Secret;
  /** A message of the page is enough. */
  unproved: boolean;
  /** File for the new password; missing: the store keeps it. */
  saveTo?: string;
  evidence: string;
  /** See LedgerOptions. */
  another?: boolean | undefined;
}

/** What every way of recovery works with, and what it has done so far. */
export interface Recovery extends RunContext, AsyncDisposable {
  station: Station;
  request: RecoveryRequest;
  codes: CodeSource;
  ledger: Ledger;
  vault: Vault;
  guard: AccountGuard;
  done: Done;
  /** Names of one account, as the command or its list has them. */
  names: readonly string[];
  /** See RecoveryTools. */
  left: Baseline | undefined;
}

/** What must be said of a run however it ends. */
interface Done {
  /** How many codes were asked for. */
  codes: number;
  /** What is known of the new password; missing: it was not submitted. */
  newPassword?: PasswordState;
  /** Marks the new password as what it proved to be. */
  prove: (state: Exclude<PasswordState, 'unconfirmed'>) => Promise<void>;
}

/** For how long a code of an earlier run is worth typing: Xiaomi's are valid for longer, ms. */
const CODE_IS_GOOD = 10 * 60_000;

interface Whom extends RunContext {
  /** Empty where no phone is worked on. */
  serial: string;
  /** Whose SMS the code source reads. */
  phone?: Phone | undefined;
  /** As the account's site knows it, where it is known. */
  account?: string | undefined;
}

/**
 * Opens the code source, and keeps other runs from the account and the phone until it is closed. Throws
 * CancelledError where the run is stopped meanwhile.
 */
export async function openRecovery(
  station: Station,
  request: RecoveryRequest,
  whom: Whom,
): Promise<Recovery> {
  const open = new Openings((what, fault) =>
    station.notice(what, `it could not be closed: ${(fault as Error).message}`),
  );
  try {
    const recovery = await prepared(station, request, { ...whom, open });
    return { ...recovery, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() };
  } catch (error) {
    await open[Symbol.asyncDispose]();
    throw whom.signal.aborted && !(error instanceof MiUnbindError)
      ? new CancelledError({ passwordSubmitted: false })
      : error;
  }
}

async function prepared(
  station: Station,
  request: RecoveryRequest,
  { serial, phone, account, signal, onEvent, job, open }: Whom & { open: Openings },
): Promise<Omit<Recovery, typeof Symbol.asyncDispose>> {
  const { settings } = station;
  const whose = { contact: request.contact, serial };
  const names = [request.contact, ...(account ? [account] : [])];
  const file = request.saveTo === undefined ? undefined : fileVault(request.saveTo, whose);
  const store = await station.store();
  // Two would ask for two codes, of which the second spoils the first. Of jobs the queue sees to it that a
  // phone is worked on by one.
  const locked = serial ? [...names, serial] : names;
  if (!job) await open.add('the lock', lockNames(store.pool, store.seal, locked), async (unlock) => unlock());
  const done: Done = { codes: 0, prove: () => Promise.resolve() };
  // One way of recovery knows the account by its id, another by its address, and they share their budget.
  const ledger = ledgerIn(store, settings, {
    job,
    names: [...names, ...(job?.names ?? [])],
    another: request.another,
  });
  const { codeSource } = request;
  const codes = await open.add(`code source ${codeSource}`, station.codes(codeSource, phone), (one) =>
    one.close(),
  );
  // Before anything is done on a phone: a source that cannot be read is no use there.
  await codes.baseline(signal);
  const left = serial
    ? await askedFrom(store.pool, store.seal, { account: request.contact, serial, ms: CODE_IS_GOOD })
    : undefined;
  const guard = new AccountGuard({
    named: account,
    by: job ? 'the list has' : '--account is',
    strict: settings.strictAccount,
  });
  return {
    ...{ station, request, signal, onEvent, job, names, codes, guard, done },
    left: isFrom(codes, left) ? left : undefined,
    ledger: noting(ledger, done),
    vault: following(file ?? new StoreVault(store.pool, store.seal, whose), done),
  };
}

function isFrom({ name }: CodeSource, baseline: object | undefined): baseline is Baseline {
  return baseline !== undefined && (baseline as Baseline).source === name;
}

/** The ledger; what is entered is noted down for the result. */
function noting(ledger: Ledger, done: Done): Ledger {
  return {
    async enter(entry) {
      const answer = await ledger.enter(entry);
      if (answer.kind === 'entered' && entry.act === 'code-requested') done.codes++;
      return answer;
    },
    count: (account, act) => ledger.count(account, act),
  };
}

/** The vault, with what became of the password noted down for the result. */
function following(vault: Vault, done: Done): Vault {
  const mark: Vault['mark'] = async (id, state) => {
    await vault.mark(id, state);
    done.newPassword = state;
  };
  return {
    async keep(account, password) {
      const id = await vault.keep(account, password);
      done.newPassword = 'unconfirmed';
      done.prove = (state) => mark(id, state);
      return id;
    },
    mark,
  };
}

/** `stillOurs`: see PhoneWork. Missing: nothing is done on a phone. */
export function toolsOf(recovery: Recovery, journal: Evidence, stillOurs?: StillOurs): RecoveryTools {
  const { station, codes, ledger: plain, vault, guard, signal, left } = recovery;
  // Pictures of captchas lie in it.
  chmodSync(journal.folder, 0o700);
  const ledger = stillOurs ? watchedLedger(plain, stillOurs) : plain;
  const { person } = station;
  return { codes, ledger, vault, guard, person, clock: systemClock, signal, journal, left };
}

export interface RecoveryRun {
  result: RecoveryResult;
  exit: number;
  error?: unknown;
}

/**
 * What is known at the end, as `--json` prints it and `result.json` holds it; the run's page is written with
 * it.
 */
export async function report(
  { station, request, done, guard, names, signal, onEvent, job }: Recovery,
  end: {
    outcome?:
      { kind: RecoveryResult['outcome']; reason?: string; retryFrom?: string; proof?: string } | undefined;
    error?: unknown;
    facts?: PhoneFacts | undefined;
    evidence?: Evidence | undefined;
    lock?: LockBefore | undefined;
    left?: Left | undefined;
    serial: string;
    durationMs: number;
    /** Missing: as the phone has shown it. */
    accountCheck?: AccountCheck;
    /** An earlier attempt has submitted the password that signed the phone out. */
    isOwn?: boolean;
  },
): Promise<RecoveryRun> {
  const { facts, evidence, lock, left, serial, durationMs, isOwn = false } = end;
  const { outcome: kept, ...others } = accountsLeft(end.outcome, facts, station.settings);
  const { outcome, ...after } = await lockAfter(station, {
    outcome: kept,
    lock,
    isJob: !!job,
    signal,
    onEvent,
  });
  // A code that went to the contact has given the account its password: it is this account's.
  const bound = done.codes > 0 && ['unconfirmed', 'confirmed'].includes(done.newPassword ?? '');
  await learn(station.store, bound ? [...names, ...guard.names] : guard.learnt);
  const accountCheck = end.accountCheck ?? guard.check;
  const { kind, ...why } = outcome ?? { kind: undefined };
  const { codes: codesRequested, newPassword = 'not submitted' } = done;
  const codeRequested = codesRequested > 0;
  const error = recoveryFault(end.error, evidence?.progress, { codesRequested, newPassword });
  const result: RecoveryResult = {
    serial,
    ...phoneOf(facts),
    accountCheck,
    ...(kind ? { outcome: kind, ...why } : faultOf(error)),
    by: request.by,
    codeSource: request.codeSource,
    codeRequested,
    codesRequested,
    newPassword,
    savedTo: done.newPassword === undefined ? '' : (request.saveTo ?? 'store'),
    passwordSubmitted: isOwn || (evidence?.progress.passwordSubmitted ?? false),
    durationMs,
    evidence: evidence?.folder ?? '',
    drift: evidence?.drifts ?? [],
    ...factsIn(evidence),
    ...factsOf(accountCheck, isOwn, left, [
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
      ...(left?.warnings ?? []),
    ],
  };
  const unproved = kind === 'changed' && done.newPassword === 'unconfirmed' && !request.unproved;
  const exit = unproved ? 3 : kind ? exitOf(kind) : error instanceof MiUnbindError ? error.exitCode : 1;
  return conclude({ result, exit, error }, evidence);
}

function exitOf(kind: RecoveryResult['outcome'] | RecoveryOutcome['kind']): number {
  if (kind === 'needs-person' || kind === 'unclear') return 3;
  return ['changed', 'signed-out', 'already-signed-out'].includes(kind) ? 0 : 1;
}
