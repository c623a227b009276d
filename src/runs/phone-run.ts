import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'webdriverio';
import { abortable } from '../abortable.ts';
import { appiumPort, helpersAreCurrent, type AppiumServer } from '../host/appium.ts';
import { masked } from '../codes/addresses.ts';
import { systemClock } from '../clock.ts';
import { CancelledError, TakenOverError, UnfitPhoneError, UsageError } from '../errors.ts';
import { fileFault, placeElsewhere } from '../words/file-fault.ts';
import { dataAnswerIn, type OnRunEvent, type RecoveryResult, type RunResult } from '../events.ts';
import { WAKE } from '../flows/entry.ts';
import { Evidence } from '../flows/evidence.ts';
import { flowFault, whileAsked } from '../flows/fault.ts';
import { phoneSession } from '../flows/start.ts';
import type { PhoneSession } from '../flows/session.ts';
import { assertOpenFiles } from '../host/open-files.ts';
import { phoneShows } from '../phone-shows.ts';
import type { Phone } from '../phone/adb.ts';
import { inputCheck, quickDoctor } from '../phone/doctor/doctor.ts';
import { assertEligible, readFacts, type PhoneFacts } from '../phone/facts.ts';
import { writeRunPage } from '../report/run-page.ts';
import { whyNoRoom } from '../host/room.ts';
import type { Secret } from '../secret.ts';
import { closeSession, openSession } from '../host/session.ts';
import { findPhone } from './attached.ts';
import { lockBefore, type LockBefore } from './owner/lock-before.ts';
import { hold, isStillHeld, trueCause } from './phone-hold.ts';
import { keepAsFound, leaveAsFound, leaveFreePhone, type Left } from './phone-leave.ts';
import type { RunContext, Station } from './station.ts';
import { watchedPhone, watchedSession, type StillOurs } from './still-ours.ts';
import { hasStore } from './store.ts';

// When the run is stopped, what is under way on the phone may take this long to end by itself, and its
// session as long again, ms.
const GRACE = 3000;

export interface PhoneWork<O> extends RunContext {
  serial: string;
  /** Folder that gets a folder for this run. */
  evidence: string;
  /** Never written to Appium's log. */
  hide: readonly Secret[];
  /** The outcome where the phone's facts tell it already; then nothing is done on the phone. */
  known?: (facts: PhoneFacts) => O | undefined;
  /** The outcome of a phone that its owner has reported as lost. Missing: it is not asked, and nothing is acted on. */
  lost?: O;
  /** What may be done on the phone while its session opens. */
  opening?: (phone: Phone, journal: Evidence) => Promise<void>;
  /** `stillOurs`: to be asked before what must not be done twice; the session asks it before each touch. */
  flow: (session: PhoneSession, journal: Evidence, facts: PhoneFacts, stillOurs: StillOurs) => Promise<O>;
}

/** How it ended: with an outcome, or with an error. */
export interface PhoneRun<O> {
  outcome?: O;
  error?: unknown;
  facts?: PhoneFacts;
  /** Missing where no person was asked. */
  lock?: LockBefore | undefined;
  /** Missing when nothing was done on the phone. */
  evidence?: Evidence;
  /**
   * What it leaves on the phone. Missing where nothing was done on it, and of a job, which may be tried
   * again.
   */
  left?: Left;
  durationMs: number;
}

/** Works on one attached phone, up to the end of its session. Never throws: an error is part of the run. */
export async function runOnPhone<O>(station: Station, work: PhoneWork<O>): Promise<PhoneRun<O>> {
  const { settings } = station;
  const { serial, signal, job } = work;
  const started = performance.now();
  const run: PhoneRun<O> = { durationMs: 0 };
  try {
    assertOpenFiles(1);
    // Before the phone is woken: nothing is done on it where Appium cannot start. For a job it has started.
    if (!job && settings.appiumUrl === undefined) await appiumPort(settings.appiumPort);
    const phone = await findPhone(serial, station);
    const facts = await whileAsked(phone, signal, async () => {
      const read = (run.facts = await readFacts(phone, signal));
      assertEligible(serial, read);
      return read;
    });
    if (work.lost !== undefined)
      run.lock = await lockBefore(station, phone, facts.accounts.length > 0, signal);
    const known = run.lock?.isLost ? work.lost : work.known?.(facts);
    if (known === undefined) run.evidence = openEvidence(work.evidence, serial, work.onEvent);
    run.evidence?.know({ accounts: [...facts.accounts, ...(job?.names ?? [])] });
    run.outcome = known ?? (await drive(station, work, phone, run));
    // A run that broke off has left its helper apps, and signed the phone out.
    if (known !== undefined && !job && Object.keys(facts.helpers).length > 0 && hasStore(settings))
      run.left = await leaveFreePhone(phone, station);
  } catch (cause) {
    run.error = signal.aborted
      ? new CancelledError(run.evidence?.progress ?? { passwordSubmitted: false })
      : cause;
  }
  run.durationMs = Math.round(performance.now() - started);
  return run;
}

async function drive<O>(station: Station, work: PhoneWork<O>, phone: Phone, run: PhoneRun<O>): Promise<O> {
  const { settings } = station;
  const { signal, job } = work;
  const [journal, facts] = [run.evidence as Evidence, run.facts as PhoneFacts];
  const hidden = station.hide(work.hide);
  const fit = isReady(phone, facts, journal, signal);
  fit.catch(() => undefined);
  const holding = hold(phone, station, signal);
  holding.catch(() => undefined);
  const kept = holding.then((held) => keepAsFound(phone, held.phone, station, signal));
  kept.catch(() => undefined);
  let appium: AppiumServer | undefined;
  let session: Promise<Browser> | undefined;
  let isOurs = true;
  const driven = Promise.withResolvers<void>();
  try {
    appium = await station.appium(journal.folder, driven.promise);
    const held = await holding;
    const stillOurs = async () => void (await Promise.all([job?.stillOurs(), held.check()]));
    await Promise.all([fit, kept]);
    // From here on the phone is touched.
    await stillOurs();
    signal.throwIfAborted();
    // If it fails, the flow knows what to do.
    const guard = { isSure: () => held.isSure(), check: stillOurs };
    const ours = watchedPhone(phone, guard);
    const opened = work.opening?.(ours, journal).catch(() => undefined);
    // WebdriverIO has one log for a process.
    const log = job ? {} : { log: { level: settings.logLevel, folder: journal.folder } };
    appium.open?.(phone.serial, guard);
    session = openSession({
      appium,
      serial: phone.serial,
      prepared: helpersAreCurrent(facts.helpers),
      ...log,
    }).then((opened) => watchedSession(opened, stillOurs));
    const flow = phoneSession(ours, facts, session, { signal, cache: join(settings.dataDir, 'labels') }).then(
      async (ready) => {
        await opened;
        journal.know({ book: ready.labels });
        return work.flow(ready, journal, facts, stillOurs);
      },
    );
    return await abortable(flow, signal, GRACE);
  } catch (cause) {
    const why = await trueCause(cause, holding, signal);
    // Appium stops its server on the phone when a session ends, and by now that is another run's.
    isOurs = !(why instanceof TakenOverError);
    if (!isOurs) appium?.shut?.(phone.serial);
    throw await flowFault(why, phone, journal.progress, signal);
  } finally {
    if (session) await closeSession(session, signal.aborted ? GRACE : undefined);
    driven.resolve();
    hidden[Symbol.dispose]();
    const held = await holding.catch(() => undefined);
    await kept.catch(() => undefined);
    // It may have stood still since its last touch.
    if (held && isOurs && !job && (await isStillHeld(held)))
      run.left = await leaveAsFound(phone, held, station, signal.aborted);
    await held?.release();
  }
}

/** The quick checks, while Appium starts. What does not keep a flow from working is noted. */
async function isReady(
  phone: Phone,
  facts: PhoneFacts,
  journal: Evidence,
  signal: AbortSignal,
): Promise<void> {
  await phone.shell(WAKE, signal);
  for (const finding of await quickDoctor(phone, facts, signal)) {
    if (finding.verdict === 'fail') throw new UnfitPhoneError(phone.serial, finding);
    if (finding.verdict === 'warn') journal.step(`go on although: ${finding.check}: ${finding.what}`);
  }
}

/**
 * Whether the phone still takes input: the switch may fall when its account goes. In words what to do, where
 * it does not.
 */
export async function inputAfter(phone: Phone, facts: PhoneFacts, signal?: AbortSignal): Promise<string[]> {
  const finding = await inputCheck(phone, facts, signal).catch(() => undefined);
  return finding === undefined || finding.verdict === 'ok' ? [] : [`${finding.what} → ${finding.todo}`];
}

/** What a result tells of the phone. */
export function phoneOf(
  facts: PhoneFacts | undefined,
): Pick<RunResult, 'model' | 'release' | 'region' | 'language' | 'account'> {
  const { model = '', release = '', region = '', language = '', accounts: [account = ''] = [] } = facts ?? {};
  return { model, release, region, language, account: masked(account) };
}

/** What a result tells of what was done, as far as the evidence has it. */
export function factsIn(evidence: Evidence | undefined): Pick<RunResult, 'dataAnswer'> {
  const dataAnswer = dataAnswerIn(evidence?.events ?? []);
  return dataAnswer ? { dataAnswer } : {};
}

/**
 * A folder for one run below `parent`, named after the moment and what it is about. Throws UsageError where
 * it cannot be written.
 */
export function openEvidence(parent: string, about: string, onEvent: OnRunEvent): Evidence {
  const full = whyNoRoom([{ what: 'evidence', folder: parent, setting: 'EVIDENCE_DIR' }]);
  // One that cannot be written at all is said below.
  if (full && full.cause === undefined) throw full;
  try {
    return new Evidence(freeFolder(parent, about), systemClock, onEvent);
  } catch (cause) {
    throw new UsageError(
      `The evidence folder '${parent}' cannot be written: ${fileFault(cause)}.`,
      placeElsewhere('EVIDENCE_DIR'),
    );
  }
}

/** Of two that begin in one second the later one is named after the next, so that neither writes over the other. */
function freeFolder(parent: string, about: string): string {
  const name = about.replace(/[^\w.-]/g, '_');
  for (let at = systemClock.now(); ; at += 1000) {
    const moment = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
    const folder = resolve(parent, `${moment}-${name}`);
    if (!existsSync(folder)) return folder;
  }
}

/** What the phone shows at the end of a run that has not done what it was to do. */
function withLeft(
  { outcome, serial, facts = [] }: RunResult | RecoveryResult,
  evidence?: Evidence,
): Pick<RunResult, 'facts'> {
  const value = evidence && serial ? phoneShows(evidence.progress) : '';
  if (value === '' || ['signed-out', 'already-signed-out', 'changed'].includes(outcome)) return {};
  const isBroken = outcome === 'error';
  return {
    facts: [...facts, { name: isBroken ? 'On the phone when last seen' : 'On the phone now', value }],
  };
}

interface Concluded<R> {
  result: R;
  exit: number;
  error?: unknown;
}

/**
 * Puts the result and the run's page beside its evidence. A full disk does not undo what was done: it is
 * a warning, and no more.
 */
export async function conclude<R extends RunResult | RecoveryResult>(
  run: Concluded<R>,
  evidence?: Evidence,
): Promise<Concluded<R>> {
  if (!evidence) return run;
  const { message, hint } = run.result;
  const words = {
    ...(message && { message: evidence.masked(message) }),
    ...(hint && { hint: evidence.masked(hint) }),
  };
  const result = { ...run.result, ...words, ...withLeft(run.result, evidence) };
  let fault = await evidence.close(result);
  try {
    writeRunPage(evidence.folder, evidence.events, result);
  } catch (full) {
    fault ??= fileFault(full);
  }
  if (fault === undefined) return { ...run, result };
  const warnings = [
    ...result.warnings,
    `the evidence in ${evidence.folder} is incomplete: ${fault} → free space for EVIDENCE_DIR`,
  ];
  const facts = [...(result.facts ?? []), { name: 'Evidence', value: `incomplete: ${fault}` }];
  return { ...run, result: { ...result, warnings, facts } };
}
