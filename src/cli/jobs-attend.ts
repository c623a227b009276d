import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { terminalAsker, type Asker } from '../codes/person.ts';
import { adbOf, loadSettings, terminalPictures, type Settings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import type { Job } from '../jobs/job.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { nothingDone } from '../jobs/nothing-done.ts';
import { type BenchEvent } from '../jobs/runner.ts';
import { readAccounts } from '../phone/account.ts';
import { AdbServer } from '../phone/adb.ts';
import { readImei } from '../phone/imei.ts';
import { outcomeInWords, whyInWords } from '../reasons.ts';
import type { Store } from '../store/store.ts';
import { runningAdb } from '../runs/adb.ts';
import { recordOf, runBench } from '../runs/bench.ts';
import { BulkProgress } from './bulk-progress.ts';
import { assertBatch, phoneOf } from './jobs.ts';
import { lazyStore } from '../runs/store.ts';
import { terminalPerson } from './terminal-person.ts';
import { interruption, say, style, whileAsking } from './terminal.ts';

const MOST = 1000;
const QUESTION = '  [r]un it again, [d]one by hand, [s]kip, [c]ancel it, [q]uit? ';

/**
 * What a job's phone tells now. `absent`: it is not attached to this computer, or another one has its serial.
 */
type Look = 'absent' | 'signed-out' | { account: string };

interface Room {
  settings: Settings;
  store: Store;
  office: JobAdmin;
  ask: Asker;
  signal: AbortSignal;
}

/**
 * Goes through what needs a person. Whoever sits here says what becomes of each, and answers what the phone
 * asks.
 */
export async function attend(batch?: string, ask: Asker = terminalAsker()): Promise<void> {
  if (!ask.terminal) throw new UsageError('There is nobody at a terminal to ask.', 'run this in a terminal');
  const settings = loadSettings();
  const { store: open, close } = lazyStore(settings);
  const { signal, dispose } = interruption();
  try {
    const store = await open();
    const office = new JobAdmin(store);
    const jobs = (await office.list({ batch, state: 'needs-person', limit: MOST })).reverse();
    if (jobs.length === 0 && batch !== undefined) await assertBatch(office, batch);
    if (jobs.length === 0) return say('No job needs a person.');
    await runningAdb(settings);
    for (const [index, { id }] of jobs.entries()) {
      say(style('bold', `\n${index + 1} of ${jobs.length}`));
      if (!(await attendTo(id, { settings, store, office, ask, signal }))) return;
    }
  } catch (error) {
    // Ctrl-C at a question is an answer too.
    if (!signal.aborted) throw error;
  } finally {
    dispose();
    await close();
  }
}

/** Until somebody has said what becomes of it. False: no more today. */
async function attendTo(id: string, room: Room): Promise<boolean> {
  const { office, ask, signal } = room;
  let told: string | undefined;
  for (;;) {
    const job = await office.show(id);
    if (job?.state !== 'needs-person') return true;
    if (told !== job.startedAt) tell(job, await lookAt(job, room));
    told = job.startedAt;
    const answer = (await ask.question(QUESTION, signal)).trim().toLowerCase();
    if (answer === 'q') return false;
    if (answer === 's') return true;
    if (answer === 'c') {
      await office.cancel([id]);
      say('  cancelled; its password is dropped');
      return true;
    }
    // It may have been worked on since it was told of.
    if (answer === 'd' && (await finish(job, await lookAt(job, room), room))) return true;
    if (answer === 'r') await again(job, await lookAt(job, room), room);
    signal.throwIfAborted();
  }
}

/** What it is about, what the phone asks, and where to see it. */
function tell(job: Job, look: Look): void {
  const { id, order, bench, end } = job;
  const model = [end?.model, end?.release].filter(Boolean).join(', ');
  say(
    `  ${style('bold', [phoneOf(job), order.reference].filter(Boolean).join('  '))}  ${style('dim', [`job ${id}`, model].filter(Boolean).join(', '))}`,
  );
  if (end) say(`  ${outcomeInWords(end.outcome)[0]}: ${whyInWords(end).replace(' → ', '\n  → ')}`);
  for (const { name, value } of end?.facts ?? []) say(`  ${name}: ${value}`);
  const screen = screenOf(end?.evidence);
  if (screen) say(style('dim', `  the last it showed: ${screen}`));
  if (look === 'absent')
    say(style('yellow', `  it is not attached to this computer${bench ? `; '${bench}' had it` : ''}`));
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

async function lookAt({ serial, end }: Job, { settings, signal }: Room): Promise<Look> {
  const server = new AdbServer(adbOf(settings));
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
 * A person has finished it. The phone is believed first; where it cannot be asked, it is on record that
 * nobody could look.
 */
async function finish(
  job: Job,
  look: Look,
  { settings, store, office, ask, signal }: Room,
): Promise<boolean> {
  if (typeof look === 'object') {
    say(
      `  The phone says it is signed in as ${look.account} still, so it is not done.\n  → sign it out on the phone, wait until its page is gone, then answer d again`,
    );
    return false;
  }
  if (look === 'absent') {
    const answer = await ask.question(
      '  Nobody can look at it here. Take your word for it, and say so in the record? [y/N] ',
      signal,
    );
    if (answer.trim().toLowerCase() !== 'y') return false;
  }
  const isOpen = (await office.show(job.id))?.state === 'needs-person';
  const meanwhile = '  somebody else has gone on with it meanwhile; it stays as it is';
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

/** Once, here: whoever sits at this terminal is asked what the phone or the site asks. */
async function again(job: Job, look: Look, { settings, store, office, ask, signal }: Room): Promise<void> {
  if (look === 'absent')
    return say('  It cannot be run here: its phone is not attached.\n  → plug it in, then answer r again');
  const person = terminalPerson(ask, systemClock, terminalPictures());
  // Whole lines: what is written over and over would write over a question.
  const progress = new BulkProgress(whileAsking());
  const ended = new AbortController();
  const told = (event: BenchEvent) => {
    if (event.kind === 'step') return say(style('dim', `    ${event.what}`));
    if (event.kind === 'attached' || event.kind === 'gone') return;
    progress.told(event);
    if (event.kind === 'ended' || event.kind === 'given-back') ended.abort();
  };
  const over = () => Promise.resolve(true);
  const once = AbortSignal.any([signal, ended.signal]);
  await runBench(settings, store, { parallel: 1, only: job.id, over, person, signal: once, told }).finally(
    () => progress.close(),
  );
  if ((await office.show(job.id))?.state === 'running') say('  Another bench has it in hand now.');
}
