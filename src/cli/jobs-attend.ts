import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { terminalAsker, type Asker } from '../codes/person.ts';
import { adbOf, loadSettings, terminalPictures } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import type { Job } from '../jobs/job.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { nothingDone } from '../jobs/nothing-done.ts';
import { type StationEvent } from '../jobs/runner.ts';
import { readAccounts } from '../phone/account.ts';
import { AdbServer } from '../phone/adb.ts';
import { readImei } from '../phone/imei.ts';
import { outcomeInWords, whyInWords } from '../reasons.ts';
import type { Store } from '../store/store.ts';
import { logsFolder, noticesAs, recordOf, runJobs } from '../runs/run-jobs.ts';
import { openStation, type JobStation } from '../runs/station.ts';
import { BulkProgress } from './bulk-progress.ts';
import { assertBatch, phoneOf } from './jobs.ts';
import { terminalPerson } from './terminal-person.ts';
import { interruption, say, style, whileAsking } from './terminal.ts';

const MOST = 1000;
const QUESTION = '  [r]un it again, [d]one by hand, [s]kip, [c]ancel it, [q]uit? ';

/**
 * What a job's phone tells now. `absent`: it is not attached to this computer, or another one has its serial.
 */
type Look = 'absent' | 'signed-out' | { account: string };

interface Room {
  station: JobStation;
  store: Store;
  office: JobAdmin;
  ask: Asker;
  signal: AbortSignal;
}

/**
 * Goes through what needs a person. The person at this terminal says what becomes of each, and answers what
 * the phone asks.
 */
export async function attend(batch?: string, ask: Asker = terminalAsker()): Promise<void> {
  if (!ask.terminal)
    throw new UsageError('There is no terminal at which a person can be asked.', 'run this in a terminal');
  const settings = loadSettings();
  using interrupted = interruption();
  const { signal } = interrupted;
  await using station = openStation(settings, {
    person: terminalPerson({ ask, clock: systemClock, pictures: terminalPictures() }),
    asker: ask,
    onNotice: noticesAs((event) => say(style('yellow', `  ${event.kind === 'problem' ? event.what : ''}`))),
    logs: logsFolder(settings),
  });
  try {
    const store = await station.store();
    const office = new JobAdmin(store);
    const jobs = (await office.list({ batch, state: 'needs-person', limit: MOST })).reverse();
    if (jobs.length === 0 && batch !== undefined) await assertBatch(office, batch);
    if (jobs.length === 0) return say('No job needs a person.');
    await station.adb();
    for (const [index, { id }] of jobs.entries()) {
      say(style('bold', `\n${index + 1} of ${jobs.length}`));
      if (!(await attendTo(id, { station, store, office, ask, signal }))) return;
    }
  } catch (error) {
    // Ctrl-C at a question is an answer too.
    if (!signal.aborted) throw error;
  }
}

/** Until the person has said what becomes of it. False: no more today. */
async function attendTo(id: string, room: Room): Promise<boolean> {
  const { office, ask, signal } = room;
  let shown: string | undefined;
  for (;;) {
    const job = await office.show(id);
    if (job?.state !== 'needs-person') return true;
    if (shown !== job.startedAt) show(job, await lookAt(job, room));
    shown = job.startedAt;
    const answer = (await ask.question(QUESTION, signal)).trim().toLowerCase();
    if (answer === 'q') return false;
    if (answer === 's') return true;
    if (answer === 'c') {
      await office.cancel([id]);
      say('  cancelled; its password is dropped');
      return true;
    }
    // It may have been worked on since it was shown.
    if (answer === 'd' && (await finish(job, await lookAt(job, room), room))) return true;
    if (answer === 'r') await again(job, await lookAt(job, room), room);
    signal.throwIfAborted();
  }
}

/** What it is about, what the phone asks, and where to see it. */
function show(job: Job, look: Look): void {
  const { id, order, station, end } = job;
  const model = [end?.model, end?.release].filter(Boolean).join(', ');
  say(
    `  ${style('bold', [phoneOf(job), order.reference].filter(Boolean).join('  '))}  ${style('dim', [`job ${id}`, model].filter(Boolean).join(', '))}`,
  );
  if (end) say(`  ${outcomeInWords(end.outcome)[0]}: ${whyInWords(end).replace(' → ', '\n  → ')}`);
  for (const { name, value } of end?.facts ?? []) say(`  ${name}: ${value}`);
  const screen = screenOf(end?.evidence);
  if (screen) say(style('dim', `  the last it showed: ${screen}`));
  if (look === 'absent')
    say(style('yellow', `  it is not attached to this computer${station ? `; '${station}' had it` : ''}`));
  else if (look === 'signed-out')
    say(style('green', '  it is attached, and its own account list names no Mi Account'));
  else say(`  it is attached, and signed in as ${look.account}`);
}

/** The last screenshot of an attempt whose evidence is on this computer. */
function screenOf(evidence = ''): string | undefined {
  if (!existsSync(evidence)) return undefined;
  const pages = readdirSync(evidence).filter((file) => /^\d+-.*\.png$/.test(file));
  const last = pages.sort((a, b) => Number.parseInt(a) - Number.parseInt(b)).at(-1);
  return last && join(evidence, last);
}

async function lookAt({ serial, end }: Job, { station, signal }: Room): Promise<Look> {
  const server = new AdbServer(adbOf(station.settings));
  const attached = (await server.phones()).some(
    (phone) => phone.serial === serial && phone.state === 'device',
  );
  if (!attached) return 'absent';
  const phone = server.phone(serial);
  try {
    const imei = await readImei(phone, signal);
    if (end?.imei && imei && imei !== end.imei) return 'absent';
    const [account] = await readAccounts(phone, signal);
    return account === undefined ? 'signed-out' : { account };
  } catch (error) {
    signal.throwIfAborted();
    say(style('yellow', `  ${(error as Error).message}`));
    return 'absent';
  }
}

/**
 * A person has finished it. The phone is believed first; where it cannot be asked, it is on record that it
 * was not looked at.
 */
async function finish(
  job: Job,
  look: Look,
  { station: { settings }, store, office, ask, signal }: Room,
): Promise<boolean> {
  if (typeof look === 'object') {
    say(
      `  The phone says it is signed in as ${look.account} still, so it is not done.\n  → sign it out on the phone, wait until its page is gone, then answer d again`,
    );
    return false;
  }
  if (look === 'absent') {
    const answer = await ask.question(
      '  The phone is not here to be looked at. Take your word for it, and say so in the record? [y/N] ',
      signal,
    );
    if (answer.trim().toLowerCase() !== 'y') return false;
  }
  const isOpen = (await office.show(job.id))?.state === 'needs-person';
  const meanwhile = '  another person or run has gone on with it meanwhile; it stays as it is';
  if (!isOpen) {
    say(meanwhile);
    return true;
  }
  const now = new Date().toISOString();
  const { model = '', release = '', region = '', language = '', imei = '', account = '' } = job.end ?? {};
  const end = {
    ...nothingDone('finished-by-hand'),
    ...{ model, release, region, language, imei, account, finishedBy: settings.operator || 'a person' },
    ...(look === 'signed-out' ? { verifiedAt: now } : {}),
  };
  const delivery = await recordOf(settings, store)({ ...job, startedAt: now, endedAt: now }, end, {
    then: 'done',
  });
  if (!(await office.finish(job.id, end, now, delivery))) {
    say(meanwhile);
    return true;
  }
  say(
    `${style('green', '✔')} ${look === 'absent' ? 'done, as you say' : 'done, as the phone says too'}; it is on record`,
  );
  return true;
}

/** Once, here: the person at this terminal is asked what the phone or the site asks. */
async function again(job: Job, look: Look, { station, office, signal }: Room): Promise<void> {
  if (look === 'absent')
    return say('  It cannot be run here: its phone is not attached.\n  → plug it in, then answer r again');
  // Whole lines: what is written over and over would write over a question.
  const progress = new BulkProgress(whileAsking());
  const ended = new AbortController();
  const onEvent = (event: StationEvent) => {
    if (event.kind === 'step') return say(style('dim', `    ${event.what}`));
    if (event.kind === 'attached' || event.kind === 'gone') return;
    progress.onEvent(event);
    if (event.kind === 'ended' || event.kind === 'given-back') ended.abort();
  };
  const over = () => Promise.resolve(true);
  const once = AbortSignal.any([signal, ended.signal]);
  await runJobs(station, { parallel: 1, only: job.id, over, signal: once, onEvent }).finally(() =>
    progress.close(),
  );
  if ((await office.show(job.id))?.state === 'running') say('  Another station works on it now.');
}
