import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import type { Browser } from 'webdriverio';
import { abortable } from '../abortable.ts';
import { startAppium, helpersAreCurrent } from '../appium.ts';
import { systemClock } from '../clock.ts';
import { childEnvironment, loadSettings, takeSecret, type Settings } from '../config.ts';
import { CancelledError, MiUnbindError, OfflinePhoneError, UnauthorizedPhoneError, UnknownPhoneError, UsageError } from '../errors.ts';
import { Evidence, type Entry } from '../flows/evidence.ts';
import { flowFault } from '../flows/fault.ts';
import { exitCode, type Outcome } from '../flows/outcome.ts';
import { takeInHand } from '../flows/in-hand.ts';
import { signOut, type SignOutInput } from '../flows/sign-out.ts';
import { openAccountPage, type Via } from '../flows/entry.ts';
import { ensureAdbServer } from '../adb-server.ts';
import { ensureHostTools } from '../host.ts';
import { AdbServer, type Phone } from '../phone/adb.ts';
import { assertEligible, readFacts, type PhoneFacts } from '../phone/facts.ts';
import { writeRunPage } from '../report/run-page.ts';
import { Secret } from '../secret.ts';
import { closeSession, openSession } from '../session.ts';
import { faultOf, tellEnd, type SignOutResult } from './sign-out-result.ts';
import { interruption, narrator } from './terminal.ts';

// What is under way on the phone when somebody stops the run may end by itself for this long, ms.
const GRACE = 3000;

export interface SignOutRequest extends SignOutInput {
  serial: string;
  via: Via;
  /** Folder that gets a folder for this run. */
  evidence: string;
}

export interface SignOutRun {
  result: SignOutResult;
  exit: number;
  error?: unknown;
}

/** Signs one attached phone out, from looking for adb to the evidence on disk. Never throws: an error is part of the run. */
export async function runSignOut(
  request: SignOutRequest,
  settings: Settings,
  signal: AbortSignal,
  told: (entry: Entry) => void,
): Promise<SignOutRun> {
  const started = performance.now();
  let facts: PhoneFacts | undefined;
  let evidence: Evidence | undefined;
  const report = (end: Pick<SignOutResult, 'outcome' | 'reason' | 'retryFrom' | 'message' | 'hint'>): SignOutResult => ({
    serial: request.serial,
    release: facts?.release ?? '',
    region: facts?.region ?? '',
    language: facts?.language ?? '',
    ...end,
    data: request.data,
    via: request.via,
    passwordSubmitted: evidence?.progress.passwordSubmitted ?? false,
    durationMs: Math.round(performance.now() - started),
    evidence: evidence?.folder ?? '',
  });

  let run: SignOutRun;
  try {
    const { adb } = await ensureHostTools(['adb'], settings);
    await ensureAdbServer(adb.path, settings.adbServerPort);
    const phone = await attached(new AdbServer(settings.adbServerPort), request.serial);
    facts = await readFacts(phone, signal);
    assertEligible(request.serial, facts);
    let outcome: Outcome = { kind: 'already-signed-out' };
    if (facts.accounts.length > 0) {
      const folder = resolve(
        request.evidence,
        `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}-${request.serial.replace(/[^\w.-]/g, '_')}`,
      );
      evidence = new Evidence(folder, systemClock, told);
      outcome = await drive(phone, facts, evidence, adb.androidHome);
    }
    const { kind, ...rest } = outcome;
    run = { result: report({ outcome: kind, ...rest }), exit: exitCode(outcome) };
  } catch (cause) {
    const error = signal.aborted ? new CancelledError(evidence?.progress ?? { passwordSubmitted: false }) : cause;
    run = { result: report(faultOf(error)), exit: error instanceof MiUnbindError ? error.exitCode : 1, error };
  }
  if (evidence) {
    await evidence.close(run.result);
    writeRunPage(evidence.folder, evidence.entries, run.result);
  }
  return run;

  async function drive(phone: Phone, known: PhoneFacts, journal: Evidence, androidHome: string): Promise<Outcome> {
    const appium = await startAppium({
      port: settings.appiumPort,
      adbPort: settings.adbServerPort,
      env: childEnvironment({ ANDROID_HOME: androidHome }),
      log: join(journal.folder, 'appium.log'),
      level: settings.logLevel === 'debug' ? 'debug' : 'info',
      ...(request.password ? { hide: [request.password] } : {}),
    });
    let session: Promise<Browser> | undefined;
    try {
      signal.throwIfAborted();
      // The account page opens while the session does, and the flow finds it there. If not, the flow knows what to do.
      if (request.via === 'intent') void openAccountPage(phone, journal).catch(() => undefined);
      const prepared = helpersAreCurrent(known.helpers);
      const log = { level: settings.logLevel, folder: journal.folder };
      session = openSession({ appium, serial: request.serial, prepared, log });
      const flow = takeInHand(phone, known, session, signal).then((inHand) =>
        signOut(inHand, request, { via: request.via, signal, clock: systemClock, journal }),
      );
      return await abortable(flow, signal, GRACE);
    } catch (cause) {
      throw await flowFault(cause, phone, journal.progress, signal);
    } finally {
      if (session) await closeSession(session);
      await appium.stop();
    }
  }
}

/** The phone with this serial, if it can be talked to. */
export async function attached(server: AdbServer, serial: string): Promise<Phone> {
  const phones = await server.phones();
  const found = phones.find((phone) => phone.serial === serial);
  if (!found)
    throw new UnknownPhoneError(
      serial,
      phones.map((phone) => phone.serial),
    );
  if (found.state === 'unauthorized') throw new UnauthorizedPhoneError(serial);
  if (found.state === 'offline') throw new OfflinePhoneError(serial);
  return server.phone(serial);
}

interface Flags {
  data: SignOutInput['data'];
  passwordEnv?: string;
  passwordStdin?: boolean;
  /** False when `--no-password` was given. */
  password: boolean;
  via: Via;
  evidence?: string;
  json?: boolean;
}

export function signOutCommand(): Command {
  return new Command('sign-out')
    .description('sign one attached phone out of its Mi Account')
    .argument('<serial>', "the phone's serial, as 'mi-unbind phones' lists it")
    .addOption(new Option('--data <choice>', 'what becomes of synced data on the phone').choices(['keep', 'delete']).makeOptionMandatory())
    .option('--password-env <name>', "the account's password is in this variable (of the environment or of .env)")
    .option('--password-stdin', "the account's password is the first line of standard input")
    .option('--no-password', 'no password is known: press Cancel when the phone asks for it')
    .addOption(new Option('--via <way>', 'the way to the account page').choices(['intent', 'settings']).default('intent'))
    .option('--evidence <folder>', 'folder that gets a folder for this run (default: EVIDENCE_DIR)')
    .option('--json', 'one JSON object on stdout')
    .action(async (serial: string, flags: Flags) => {
      const settings = loadSettings();
      const password = await readPassword(flags);
      const { signal, dispose } = interruption();
      const request = {
        serial,
        data: flags.data,
        via: flags.via,
        evidence: flags.evidence ?? settings.evidenceDir,
        ...(password ? { password } : {}),
      };
      const { result, exit, error } = await runSignOut(request, settings, signal, narrator());
      dispose();
      if (flags.json) process.stdout.write(`${JSON.stringify(result)}\n`);
      tellEnd(result, error);
      process.exitCode = exit;
    });
}

/** Exactly one of the three ways; undefined means that none is known. */
async function readPassword({ passwordEnv, passwordStdin, password }: Flags): Promise<Secret | undefined> {
  const given = [passwordEnv !== undefined && '--password-env', passwordStdin && '--password-stdin', !password && '--no-password'].filter(
    Boolean,
  );
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} exclude each other.`, 'give one of them');
  if (given.length === 0) {
    throw new UsageError('It is not said where the password comes from.', 'give --password-env NAME, --password-stdin or --no-password');
  }
  if (passwordEnv !== undefined) {
    const secret = takeSecret(passwordEnv);
    if (!secret)
      throw new UsageError(
        `The variable '${passwordEnv}' is not set or is empty.`,
        `set it: read -rs ${passwordEnv} && export ${passwordEnv}`,
      );
    return secret;
  }
  if (!passwordStdin) return undefined;
  const line = await firstLine(process.stdin);
  if (line === '')
    throw new UsageError('Standard input holds no password.', 'pipe it in: printf \'%s\' "$PASSWORD" | mi-unbind sign-out …');
  return new Secret(line);
}

/** Does not wait for the end of the stream: whoever writes may keep it open. */
async function firstLine(stream: NodeJS.ReadStream): Promise<string> {
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) return line;
    return '';
  } finally {
    stream.destroy();
  }
}
