import { chmodSync } from 'node:fs';
import type { AccountCheck } from '../account/match.ts';
import { systemClock } from '../clock.ts';
import type { Baseline, CodeSource } from '../codes/source.ts';
import type { Settings } from '../config/config.ts';
import { CancelledError, MiUnbindError } from '../errors.ts';
import type { RecoveryResult, RunEvent } from '../events.ts';
import { AccountGuard } from '../flows/account-guard.ts';
import type { Evidence } from '../flows/evidence.ts';
import type { RecoveryInput, RecoveryOutcome, RecoveryTools } from '../flows/recovery.ts';
import type { PhoneFacts } from '../phone/facts.ts';
import type { Left } from './phone-leave.ts';
import { conclude, factsIn, phoneOf, type Shared } from './phone-run.ts';
import type { Secret } from '../secret.ts';
import { askedFrom, type Ledger } from '../store/ledger.ts';
import type { Store } from '../store/store.ts';
import { lockNames } from '../store/advisory-lock.ts';
import { fileVault, StoreVault, type PasswordState, type Vault } from '../store/vault.ts';
import { openCodeSource, type Surroundings } from './code-sources.ts';
import { watchedLedger, type StillOurs } from './still-ours.ts';
import { recoveryFault } from './recovery-fault.ts';
import { factsOf, faultOf } from './result.ts';
import { lazyStore, learn, ledgerIn } from './store.ts';
import { say, style } from '../cli/terminal.ts';
import { personHere } from '../cli/terminal-person.ts';

export interface RecoveryRequest {
  codeSource: string;
  by: RecoveryInput['by'];
  /** Where the code is sent. */
  contact: string;
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
export interface Bench {
  request: RecoveryRequest;
  settings: Settings;
  signal: AbortSignal;
  told: (event: RunEvent) => void;
  shared: Shared | undefined;
  store: () => Promise<Store>;
  codes: CodeSource;
  ledger: Ledger;
  vault: Vault;
  guard: AccountGuard;
  done: Done;
  /** See RecoveryTools. */
  left: Baseline | undefined;
}

/** What must be said of a run however it ends. */
interface Done {
  codeRequested: boolean;
  /** What is known of the new password; missing: it was not submitted. */
  newPassword?: PasswordState;
  /** Marks the new password as what it proved to be. */
  prove: (state: Exclude<PasswordState, 'unconfirmed'>) => Promise<void>;
}

/** For how long a code of an earlier run is worth typing: Xiaomi's are valid for longer, ms. */
const CODE_IS_GOOD = 10 * 60_000;

interface Around extends Pick<Bench, 'settings' | 'signal' | 'told'>, Pick<Surroundings, 'phone'> {
  serial: string;
  shared?: Shared | undefined;
  /** As the account's site knows it, where that was told. */
  account?: string | undefined;
}

/** Opens the store and the code source, lets `work` be done with them, and closes them. */
export async function withBench<T>(
  request: RecoveryRequest,
  { settings, signal, told, phone, serial, shared, account }: Around,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const own = lazyStore(settings);
  const open = shared?.store ?? own.store;
  let codes: CodeSource | undefined;
  let leave: (() => void) | undefined;
  try {
    const whose = { contact: request.contact, serial };
    const names = [request.contact, ...(account ? [account] : [])];
    const kept = request.saveTo === undefined ? undefined : fileVault(request.saveTo, whose);
    const store = await open();
    // Two would ask for two codes, of which the second spoils the first. Of jobs the queue sees to it that a
    // phone is worked on by one.
    if (!shared) leave = await lockNames(store.pool, store.seal, serial ? [...names, serial] : names);
    const done: Done = { codeRequested: false, prove: () => Promise.resolve() };
    // One way of recovery knows the account by its id, another by its address, and they share their budget.
    const ledger = ledgerIn(store, settings, {
      job: shared?.job,
      names: [...names, ...(shared?.names ?? [])],
      another: request.another,
    });
    const noise = ({ what }: { what: string }) => say(style('dim', `${request.codeSource}: ${what}`));
    const openCodes =
      shared?.codes ??
      ((name, of) =>
        openCodeSource(name, { settings, store: open, onEvent: noise, ...(of ? { phone: of } : {}) }));
    codes = await openCodes(request.codeSource, phone);
    // Before anything is done on a phone: a source that cannot be read is no use there.
    await codes.baseline(signal);
    const left = serial
      ? await askedFrom(store.pool, store.seal, request.contact, serial, CODE_IS_GOOD)
      : undefined;
    const guard = new AccountGuard({
      named: account,
      by: shared ? 'the list has' : '--account is',
      strict: settings.strictAccount,
    });
    const vault = kept ?? new StoreVault(store.pool, store.seal, whose);
    const result = await work({
      request,
      settings,
      signal,
      told,
      shared,
      store: open,
      codes,
      guard,
      done,
      left: isFrom(codes, left) ? left : undefined,
      ledger: noting(ledger, done),
      vault: following(vault, done),
    });
    // A code that went to the contact has given the account its password: it is this account's.
    const bound = done.codeRequested && ['unconfirmed', 'confirmed'].includes(done.newPassword ?? '');
    await learn(open, bound ? [...names, ...guard.names] : guard.learnt);
    return result;
  } catch (error) {
    throw signal.aborted && !(error instanceof MiUnbindError)
      ? new CancelledError({ passwordSubmitted: false })
      : error;
  } finally {
    await codes?.close();
    leave?.();
    await own.close();
  }
}

function isFrom({ name }: CodeSource, baseline: object | undefined): baseline is Baseline {
  return baseline !== undefined && (baseline as Baseline).source === name;
}

/** The ledger, with what it was told noted down for the result. */
function noting(ledger: Ledger, done: Done): Ledger {
  return {
    async enter(entry) {
      const answer = await ledger.enter(entry);
      if (answer.kind === 'entered' && entry.act === 'code-requested') done.codeRequested = true;
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
export function toolsOf(
  { codes, ledger: plain, vault, guard, signal, shared, left }: Bench,
  journal: Evidence,
  stillOurs?: StillOurs,
): RecoveryTools {
  // Pictures of captchas lie in it.
  chmodSync(journal.folder, 0o700);
  const person = shared?.person ?? personHere();
  const ledger = stillOurs ? watchedLedger(plain, stillOurs) : plain;
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
  { request, done, guard }: Bench,
  end: {
    outcome?:
      { kind: RecoveryResult['outcome']; reason?: string; retryFrom?: string; proof?: string } | undefined;
    error?: unknown;
    facts?: PhoneFacts | undefined;
    evidence?: Evidence | undefined;
    left?: Left | undefined;
    serial: string;
    durationMs: number;
    /** Missing: as the phone has shown it. */
    accountCheck?: AccountCheck;
    /** An earlier attempt has submitted the password that signed the phone out. */
    isOwn?: boolean;
  },
): Promise<RecoveryRun> {
  const { outcome, facts, evidence, left, serial, durationMs, isOwn = false } = end;
  const accountCheck = end.accountCheck ?? guard.check;
  const { kind, ...why } = outcome ?? { kind: undefined };
  const { codeRequested, newPassword = 'not submitted' } = done;
  const error = recoveryFault(end.error, evidence?.progress, { codeRequested, newPassword });
  const result: RecoveryResult = {
    serial,
    ...phoneOf(facts),
    accountCheck,
    ...(kind ? { outcome: kind, ...why } : faultOf(error)),
    by: request.by,
    codeSource: request.codeSource,
    codeRequested,
    newPassword,
    savedTo: done.newPassword === undefined ? '' : (request.saveTo ?? 'store'),
    passwordSubmitted: isOwn || (evidence?.progress.passwordSubmitted ?? false),
    durationMs,
    evidence: evidence?.folder ?? '',
    drift: evidence?.drifts ?? [],
    ...factsIn(evidence),
    ...factsOf(accountCheck, isOwn, left),
    warnings: [...(evidence?.warnings ?? []), ...(left?.warnings ?? [])],
  };
  const unproved = kind === 'changed' && done.newPassword === 'unconfirmed' && !request.unproved;
  const exit = unproved ? 3 : kind ? exitOf(kind) : error instanceof MiUnbindError ? error.exitCode : 1;
  return conclude({ result, exit, error }, evidence);
}

function exitOf(kind: RecoveryResult['outcome'] | RecoveryOutcome['kind']): number {
  if (kind === 'needs-person' || kind === 'unclear') return 3;
  return ['changed', 'signed-out', 'already-signed-out'].includes(kind) ? 0 : 1;
}
