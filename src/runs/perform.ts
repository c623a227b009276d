import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { adbOf } from '../config/config.ts';
import { personSource, type Asker } from '../codes/person.ts';
import { secretFault } from '../config/secret-text.ts';
import { formatError } from '../errors.ts';
import type { RecoveryResult, RunResult } from '../events.ts';
import { fileFault } from '../words/file-fault.ts';
import type { ClaimedJob, JobEnd, Perform } from '../jobs/job.ts';
import { next } from '../jobs/next.ts';
import type { Person } from '../flows/recovery.ts';
import { generatePassword } from '../account/new-password.ts';
import { AdbServer } from '../phone/adb.ts';
import { readImei } from '../phone/imei.ts';
import { readSecondImei } from '../phone/second-imei.ts';
import { printable } from '../words/printable.ts';
import { Secret, withoutSecrets } from '../secret.ts';
import { acceptedPassword, StoreVault } from '../store/vault.ts';
import { watchLock } from './owner/lock-after.ts';
import { leaveFreePhone } from './phone-leave.ts';
import { runRecover } from './recover.ts';
import { faultOf } from './result.ts';
import { runSignOut } from './sign-out.ts';
import type { JobContext, JobStation, RunContext } from './station.ts';

/** Who answers what only a person may answer about a phone with a job, and types codes for it. */
export interface PersonForPhone {
  person: Person;
  /** Missing: the station's. */
  asker?: Asker;
}
export type PersonOf = (job: Pick<ClaimedJob, 'id' | 'order'>, serial: string) => PersonForPhone;

/** Does jobs on the phones of this station. */
export function performerOf(shared: JobStation, personOf?: PersonOf): Perform {
  const ours = new AdbServer(adbOf(shared.settings));

  return async (job, serial, { signal, onEvent, stillOurs }) => {
    const station = personOf ? askingFor(shared, personOf(job, serial)) : shared;
    const { order } = job;
    const began = performance.now();
    const imei = await readImei(ours.phone(serial), signal).catch(() => undefined);
    const secrets: Secret[] = [];
    let result: Partial<RunResult | RecoveryResult>;
    let error: unknown;
    try {
      // Before the phone is touched: nothing is done on it where Appium cannot start.
      await station.appium(station.logs);
      const names = [order.account, ...(order.contact ? [order.contact] : [])];
      const context = { signal, onEvent, job: { id: job.id, round: job.round, names, stillOurs } };
      ({ result, error } = await attempt(station, { job, serial, secrets }, context));
    } catch (thrown) {
      error = thrown;
      result = { ...faultOf(error), durationMs: Math.round(performance.now() - began) };
    }
    if (result.reason === 'unexpected') result = { ...result, ...unforeseen(station, error, secrets) };
    const both = imei && (await readSecondImei(ours.phone(serial), signal).catch(() => undefined));
    const end = await watchLock(station, job, endOf(result, imei, both));
    // Kept for another attempt. One that was stopped is made again.
    if (end.model === '' || signal.aborted || next(end, job, new Date()).then === 'again') return end;
    const { facts } = await leaveFreePhone(ours.phone(serial), station);
    return { ...end, facts: [...(end.facts ?? []), ...facts] };
  };
}

/** The station, as it asks about one phone. */
const askingFor = (shared: JobStation, { person, asker }: PersonForPhone): JobStation => ({
  ...shared,
  person,
  codes: async (name, phone) =>
    name === 'person' && asker ? personSource({ ask: asker }) : shared.codes(name, phone),
});

interface Attempt {
  job: ClaimedJob;
  serial: string;
  /** Gets what it works with. */
  secrets: Secret[];
}

/** Signs the phone out with the job's password, or with one that is kept, else with a new one. */
async function attempt(
  station: JobStation,
  { job, serial, secrets }: Attempt,
  context: RunContext & { job: JobContext },
): Promise<{ result: RunResult | RecoveryResult; error?: unknown }> {
  const { order } = job;
  const { names } = context.job;
  const { pool, seal } = await station.store();
  // What an earlier recovery has given the account: one contact is bound to one account.
  const kept =
    job.password || order.ifForgotten === 'stop' ? undefined : await acceptedPassword(pool, seal, names);
  const password = job.password ?? kept?.password;
  if (password) secrets.push(password);
  const wish = {
    serial,
    account: order.account,
    another: order.anotherAccount,
    data: order.data,
    evidence: station.settings.evidenceDir,
  };
  if (password || order.ifForgotten === 'stop') {
    const request = { ...wish, via: 'intent' as const, ...(password ? { password } : {}) };
    const run = await runSignOut(station, request, context);
    if (run.result.reason === 'no-password') {
      const given = await passwordFrom(station, context);
      if (!given) return run;
      secrets.push(given);
      return runSignOut(station, { ...request, password: given }, context);
    }
    // It was changed since: the next attempt recovers the account anew.
    if (kept && run.result.reason === 'wrong-password')
      await new StoreVault(pool, seal, kept).mark(kept.id, 'rejected');
    return run;
  }
  const { codeSource = '', by = 'email', contact = '' } = order;
  const newPassword = generatePassword(names);
  secrets.push(newPassword);
  const how = { codeSource, by, contact, newPassword, unproved: false, web: true, headed: false };
  return runRecover(station, { ...wish, ...how }, context);
}

/** The phone asks for a password that the list does not give: a person may know it. */
async function passwordFrom(
  { person }: JobStation,
  { signal, onEvent }: RunContext,
): Promise<Secret | undefined> {
  onEvent({ at: new Date().toISOString(), kind: 'step', what: 'ask a person: password' });
  const given = await person.ask({ what: 'password', prompt: 'Type the password of the account' }, signal);
  return given !== undefined && secretFault(given) === undefined ? new Secret(given) : undefined;
}

/**
 * Kept in full for the person who mends it: what is thrown and was not foreseen may quote anything, so no
 * record gets its words.
 */
function unforeseen(
  { logs }: JobStation,
  error: unknown,
  secrets: readonly Secret[],
): Pick<RunResult, 'message' | 'hint'> {
  const file = join(logs, 'faults.log');
  const text = withoutSecrets(formatError(error), secrets);
  const message = 'A fault that was not foreseen ended it.';
  try {
    appendFileSync(file, `${new Date().toISOString()} ${printable(text)}\n`, { mode: 0o600 });
  } catch (fault) {
    return { message, hint: `${file} cannot be written: ${fileFault(fault)}` };
  }
  return { message, hint: `report what ${file} says` };
}

export function endOf(result: Partial<RunResult | RecoveryResult>, imei = '', imei2?: string): JobEnd {
  const { outcome = 'error', reason, retryFrom, message, hint } = result;
  const why = Object.entries({ reason, retryFrom, message, hint }).filter(([, value]) => value !== undefined);
  const isOut = outcome === 'signed-out' || outcome === 'already-signed-out';
  return {
    outcome,
    ...Object.fromEntries(why),
    ...(isOut ? { verifiedAt: new Date().toISOString() } : {}),
    model: result.model ?? '',
    release: result.release ?? '',
    region: result.region ?? '',
    language: result.language ?? '',
    imei,
    ...(imei2 && { imei2 }),
    account: result.account ?? '',
    ...(result.accountCheck ? { accountCheck: result.accountCheck } : {}),
    passwordSubmitted: result.passwordSubmitted ?? false,
    codeRequested: 'codeRequested' in result && result.codeRequested === true,
    durationMs: result.durationMs ?? 0,
    evidence: result.evidence ?? '',
    drift: result.drift ?? [],
    ...(result.dataAnswer && { dataAnswer: result.dataAnswer }),
    ...(result.facts && { facts: result.facts }),
    ...(result.lock && { lock: result.lock }),
  };
}
