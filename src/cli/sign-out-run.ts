import { join, resolve } from 'node:path';
import type { Browser } from 'webdriverio';
import { abortable } from '../abortable.ts';
import { ensureAdbServer } from '../adb-server.ts';
import { helpersAreCurrent, startAppium } from '../appium.ts';
import { systemClock } from '../clock.ts';
import { childEnvironment, type Settings } from '../config.ts';
import { CancelledError, MiUnbindError, OfflinePhoneError, UnauthorizedPhoneError, UnknownPhoneError, UsageError } from '../errors.ts';
import type { RunEvent, RunResult } from '../events.ts';
import { openAccountPage, type Via } from '../flows/entry.ts';
import { Evidence } from '../flows/evidence.ts';
import { flowFault } from '../flows/fault.ts';
import { takeInHand } from '../flows/in-hand.ts';
import { exitCode, type Outcome } from '../flows/outcome.ts';
import { signOut, type SignOutInput } from '../flows/sign-out.ts';
import { ensureHostTools } from '../host.ts';
import { AdbServer, type Phone } from '../phone/adb.ts';
import { assertEligible, readFacts, type PhoneFacts } from '../phone/facts.ts';
import { writeRunPage } from '../report/run-page.ts';
import { closeSession, openSession } from '../session.ts';
import { faultOf } from './sign-out-result.ts';

// When somebody stops the run, what is under way on the phone may take this long to end by itself, and its session as long again, ms.
const GRACE = 3000;

export interface SignOutRequest extends SignOutInput {
  serial: string;
  via: Via;
  /** Folder that gets a folder for this run. */
  evidence: string;
}

export interface SignOutRun {
  result: RunResult;
  exit: number;
  error?: unknown;
}

/** Signs one attached phone out, from looking for adb to the evidence on disk. Never throws: an error is part of the run. */
export async function runSignOut(
  request: SignOutRequest,
  settings: Settings,
  signal: AbortSignal,
  told: (event: RunEvent) => void,
): Promise<SignOutRun> {
  const started = performance.now();
  let facts: PhoneFacts | undefined;
  let evidence: Evidence | undefined;
  const report = (end: Pick<RunResult, 'outcome' | 'reason' | 'retryFrom' | 'message' | 'hint'>): RunResult => ({
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
      try {
        evidence = new Evidence(folder, systemClock, told);
      } catch (cause) {
        throw new UsageError(
          `The evidence folder '${request.evidence}' cannot be written: ${(cause as Error).message}.`,
          'give another with --evidence',
        );
      }
      outcome = await drive(phone, facts, evidence, adb.androidHome);
    }
    const { kind, ...rest } = outcome;
    run = { result: report({ outcome: kind, ...rest }), exit: exitCode(outcome) };
  } catch (cause) {
    const error = signal.aborted ? new CancelledError(evidence?.progress ?? { passwordSubmitted: false }) : cause;
    run = { result: report(faultOf(error)), exit: error instanceof MiUnbindError ? error.exitCode : 1, error };
  }
  try {
    await evidence?.close(run.result);
    if (evidence) writeRunPage(evidence.folder, evidence.events, run.result);
  } catch (error) {
    // A full disk does not undo what was done.
    run = { ...run, error: run.error ?? error };
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
      const opened = request.via === 'intent' ? openAccountPage(phone, journal).catch(() => undefined) : undefined;
      const prepared = helpersAreCurrent(known.helpers);
      const log = { level: settings.logLevel, folder: journal.folder };
      session = openSession({ appium, serial: request.serial, prepared, log });
      const flow = takeInHand(phone, known, session, signal).then(async (inHand) => {
        await opened;
        return signOut(inHand, request, { via: request.via, signal, clock: systemClock, journal });
      });
      return await abortable(flow, signal, GRACE);
    } catch (cause) {
      throw await flowFault(cause, phone, journal.progress, signal);
    } finally {
      if (session) await closeSession(session, signal.aborted ? GRACE : undefined);
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
