import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { masked } from '../../codes/addresses.ts';
import type { Settings } from '../../config/config.ts';
import { UsageError } from '../../errors.ts';
import { JobAdmin } from '../../jobs/admin.ts';
import { JobLetters } from '../../jobs/letters.ts';
import type { Job } from '../../jobs/job.ts';
import { addressOf } from '../../letters/address.ts';
import { letterOf, type Letter } from '../../letters/letter.ts';
import { letterLanguage, type LetterLanguage } from '../../letters/texts.ts';
import type { LockCheck } from '../../lock/lock-check.ts';
import { together } from '../../lock/watch.ts';
import { writeSupplement } from '../../report/supplement.ts';
import type { Shelf } from '../../report/record.ts';
import { Letters, type LetterRow } from '../../store/letters.ts';
import { LockRequests } from '../../store/lock-requests.ts';
import type { Store } from '../../store/store.ts';
import { fileFault } from '../../words/file-fault.ts';
import { localTime } from '../../words/local-time.ts';
import { stateInWords } from '../../words/states.ts';
import { imeisOf } from './follow-up.ts';
import { until } from './lock-after.ts';
import type { Mailer } from './mailer.ts';

export interface LetterDesk {
  store: Store;
  settings: Pick<Settings, 'holdDays' | 'reminderDays' | 'letterTemplates'>;
  /** Who writes; empty: not known. */
  lab: string;
  check: LockCheck | undefined;
  clock: Clock;
  about: { operator: string; station: string; tool: string };
}

/** Why nothing may be written about it; undefined: it may. A phone that is reported lost is never written about. */
export async function whyNoLetter(
  job: Job,
  { store, check, clock }: LetterDesk,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const imeis = imeisOf(job);
  const isKnown =
    job.hold?.reason === 'lost' ||
    job.end?.reason === 'lost-mode' ||
    job.end?.lock?.lost === true ||
    job.lockAfter?.lost === true;
  if (isKnown || (await new LockRequests(store, clock).isLost(imeis))) return LOST;
  if (job.order.forgotten !== undefined) return 'its personal data were removed';
  if (!['waiting', 'parked', 'needs-person', 'held'].includes(job.state))
    return `it is ${stateInWords(job.state)}`;
  // A letter that asks for something by a day that is over helps no owner.
  if (job.hold?.until !== undefined && Date.parse(job.hold.until) <= clock.now())
    return `its time was over at ${localTime(job.hold.until)}: it goes back to its sender, or 'mi-unbind jobs hold ${job.id} --until DAY' gives it more`;
  if (!check) return undefined;
  const found = [];
  for (const imei of imeis) found.push(await check.check(imei, { fresh: true, ...(signal && { signal }) }));
  const { state, lost } = together(found, new Date(clock.now()).toISOString());
  if (lost) return LOST;
  return state === 'off' ? 'the server says that its lock is off: there is nothing to ask for' : undefined;
}

const LOST =
  'its owner has reported it as lost: it is returned to who brought it, and never written about (such letters are what thieves send)';

/** The letter of a job. `asked`: the language that a person wants. Throws a UsageError. */
export function letterFor(
  job: Job,
  { settings, clock, lab }: Pick<LetterDesk, 'settings' | 'clock' | 'lab'>,
  asked?: LetterLanguage,
): Letter {
  const language = asked ?? letterLanguage(job.order.ownerLanguage ?? '') ?? 'en';
  const [imei = ''] = imeisOf(job);
  if (imei === '')
    throw new UsageError(
      `Job ${job.id} has no IMEI, so a letter cannot say which phone it is about.`,
      'give the IMEI in the list, or plug the phone in and run the job once',
    );
  const values = {
    ...{ model: job.end?.model ?? '', imei, reference: job.order.reference },
    deadline: job.hold ? (job.hold.until ?? '') : (until(settings.holdDays, clock.now()).until ?? ''),
    lab,
  };
  return letterOf(language, values, ownTemplate(settings.letterTemplates, language));
}

/** Missing where the lab has none in this language. Throws a UsageError. */
function ownTemplate(folder: string | undefined, language: string): string | undefined {
  if (folder === undefined) return undefined;
  const file = join(folder, `${language}.txt`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && existsSync(folder)) return undefined;
    const what = isMissing ? `The folder '${folder}'` : `The letter's template '${file}'`;
    throw new UsageError(
      `${what} cannot be read: ${fileFault(error)}.`,
      'correct LETTER_TEMPLATES: a folder with files such as en.txt',
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`The letter's template '${file}' is no text in UTF-8.`, 'save it as UTF-8');
  }
}

/** The day of a moment, here: of one day a job has one letter. */
const dayOf = (at: number): string => localTime(at).slice(0, 10);

/** In the Message-ID of its mail, before the domain of LETTER_FROM. */
const letterName = (job: string, day: string): string => `letter-${job}-${day}`;

/**
 * Sends a letter that is in the store already (see Letters.begin). Whatever breaks off from here on leaves it
 * as perhaps sent, and no second one goes out. Gives why it did not.
 */
async function deliverLetter(
  { job, letter, to, day }: { job: Job; letter: Letter; to: string; day: string },
  mailer: Mailer,
  { store, clock }: Pick<LetterDesk, 'store' | 'clock'>,
): Promise<string | undefined> {
  const letters = new Letters(store);
  const sent = await mailer.send(letter, to, letterName(job.id, day));
  if (sent.kind === 'sent') {
    await letters.sent(job.id, day, clock.now());
    return undefined;
  }
  if (sent.kind === 'refused') await letters.failed(job.id, day);
  return sent.kind === 'perhaps'
    ? `${sent.why}; it was perhaps sent, and no other goes out until a person decides`
    : sent.why;
}

/**
 * Sends the first letter of a job, or another one, because a person says so; then the job is held. Throws a
 * UsageError.
 */
export async function sendLetter(
  job: Job,
  mailer: Mailer,
  desk: LetterDesk,
  { language, signal }: { language?: LetterLanguage | undefined; signal: AbortSignal },
): Promise<void> {
  const { store, clock, about } = desk;
  const refuse = (why: string, hint: string) =>
    new UsageError(`No letter about job ${job.id}: ${why}.`, hint);
  const why = await whyNoLetter(job, desk, signal);
  if (why !== undefined)
    throw refuse(why, why === LOST ? 'give the phone back' : "see 'mi-unbind jobs list'");
  if (!job.order.ownerEmail)
    throw refuse('it has no owner_email', 'add the column to the list and run bulk with it again');
  const to = addressOf(job.order.ownerEmail);
  const letter = letterFor(job, desk, language);
  const letters = new Letters(store);
  const before = await letters.of(job.id, clock.now());
  assertDecided(job.id, before);
  const day = dayOf(clock.now());
  const kind = before.length === 0 ? 'first' : 'reminder';
  signal.throwIfAborted();
  const row = {
    job: job.id,
    day,
    kind,
    language: letter.language,
    by: about.operator,
    station: about.station,
  } as const;
  if (!(await letters.begin(row, clock.now())))
    throw refuse(`one of ${day} is there already`, 'one letter a day is enough');
  const fault = await deliverLetter({ job, letter, to, day }, mailer, desk);
  if (fault !== undefined) throw refuse(fault, 'see SMTP_SEND_URL, and the log of the mail server');
  await holdForOwner(job, desk);
}

/** A letter of which it is not known whether it went out is decided first. */
function assertDecided(job: string, letters: readonly LetterRow[]): void {
  const open = letters.find(({ state }) => state !== 'sent');
  if (!open) return;
  throw new UsageError(
    `The letter of ${open.day} about job ${job} was perhaps sent: the program broke off while it went out.`,
    `look into the log of the mail server for ${letterName(job, open.day)}, then: mi-unbind letter ${job} --decide sent, or --decide not-sent`,
  );
}

/** Its owner was asked: the job waits until its time, and a reminder has its day. */
async function holdForOwner(
  job: Job,
  { store, settings, clock }: Pick<LetterDesk, 'store' | 'settings' | 'clock'>,
): Promise<void> {
  const { holdDays, reminderDays } = settings;
  const now = clock.now();
  const end = job.hold?.until ?? until(holdDays, now).until;
  await new JobAdmin(store).hold([job.id], { reason: 'owner-asked', until: end });
  if (reminderDays > 0) await new JobLetters(store).remindAt(job.id, now + reminderDays * DAY);
}

const DAY = 24 * 60 * 60_000;

export interface Reminding extends LetterDesk {
  /** Missing: no mail is sent, and the rest of a reminder goes on. */
  mailer: Mailer | undefined;
  /** Whether AFTER_URL gets what was reminded of. */
  hook: boolean;
  onReminded: (job: Job, said: string) => void;
}

/** Reminds each owner whose day has come, once: by mail, on the page and through AFTER_URL. */
export async function remind(desk: Reminding): Promise<void> {
  const { store, settings, clock } = desk;
  if (settings.reminderDays === 0) return;
  for (const job of await new JobLetters(store).due(clock.now())) {
    const said = await remindOf(job, desk);
    if (said !== undefined) desk.onReminded(job, said);
  }
}

/** What became of one, in words; undefined where another process has it. */
async function remindOf(job: Job, desk: Reminding): Promise<string | undefined> {
  const { store, settings, clock, about, mailer, hook } = desk;
  const { why, letter, to } = await reminderOf(job, desk);
  const now = clock.now();
  const day = dayOf(now);
  const isLater = why === ofThatDay(day) && !(Date.parse(job.hold?.until ?? '') <= now + DAY);
  const row = letter && {
    ...({ job: job.id, day, kind: 'reminder', language: letter.language } as const),
    ...{ by: 'the station', station: about.station },
  };
  const event = {
    ...{ event: 'reminder', job: job.id, batch: job.batch, reference: job.order.reference },
    ...{ until: job.hold?.until ?? '', letter: why === undefined ? 'goes out' : `none: ${why}` },
  };
  // One statement: whichever station comes first has it, and a crash behind it sends none twice.
  const next = now + (isLater ? 1 : settings.reminderDays) * DAY;
  const delivery = hook && !isLater ? JSON.stringify(event) : undefined;
  if (!(await new JobLetters(store).take(job.id, { now, next, letter: row, delivery }))) return undefined;
  if (isLater) return `its owner is reminded a day later: ${why}`;
  if (!letter || !mailer) return `its owner is to be reminded; no letter goes out: ${why ?? NO_SERVER}`;
  const fault = await deliverLetter({ job, letter, to, day }, mailer, desk);
  return fault === undefined ? 'its owner was reminded by mail' : `its owner was not reminded: ${fault}`;
}

/** The letter and its address, or why there is none: what is wrong with one job keeps no other owner waiting. */
async function reminderOf(job: Job, desk: Reminding): Promise<{ why?: string; letter?: Letter; to: string }> {
  const why = await whyNoReminder(job, desk);
  if (why !== undefined) return { why, to: '' };
  try {
    return { letter: letterFor(job, desk), to: addressOf(job.order.ownerEmail ?? '') };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { why: error.message.replace(/\.$/, ''), to: '' };
  }
}

const NO_SERVER = 'SMTP_SEND_URL and LETTER_FROM name no mail server';

/**
 * Undefined: one may go out. The first letter of a job is sent by a person, and one that is in doubt is
 * decided first.
 */
async function whyNoReminder(job: Job, desk: Reminding): Promise<string | undefined> {
  if (!desk.mailer) return NO_SERVER;
  const why = await whyNoLetter(job, desk);
  if (why !== undefined) return why;
  if (!job.order.ownerEmail) return 'the list has no owner_email';
  const before = await new Letters(desk.store).of(job.id, desk.clock.now());
  if (before.length === 0) return 'the first letter is sent by a person';
  if (before.some(({ state }) => state !== 'sent')) return 'a letter was perhaps sent, and a person decides';
  const today = dayOf(desk.clock.now());
  return before.some(({ day }) => day === today) ? ofThatDay(today) : undefined;
}

/** So it is on the longer day in autumn, and where the clock was ahead when a letter went out, and was set back. */
const ofThatDay = (day: string): string => `a letter of ${day} is there already`;

/** What a person says of a letter that was perhaps sent. Throws a UsageError where there is none. */
export async function decide(job: Job, what: 'sent' | 'not-sent', desk: LetterDesk): Promise<void> {
  const { store, clock } = desk;
  const letters = new Letters(store);
  const open = (await letters.of(job.id, clock.now())).find(({ state }) => state !== 'sent');
  if (!open) throw new UsageError(`No letter about job ${job.id} is in doubt.`, "see 'mi-unbind jobs show'");
  if (open.state === 'sending')
    throw new UsageError(
      `The letter about job ${job.id} goes out right now.`,
      'wait a few minutes, then decide',
    );
  if (what === 'not-sent') return letters.failed(job.id, open.day);
  await letters.sent(job.id, open.day, Date.parse(open.at));
  await holdForOwner(job, desk);
}

/** Sent letters of this station that are not on record yet get their entry in the chain. */
export async function recordLetters(
  { store, clock, about }: Pick<LetterDesk, 'store' | 'clock' | 'about'>,
  shelf: Shelf,
): Promise<void> {
  const letters = new Letters(store);
  for (const row of await letters.unrecorded(about.station, clock.now())) {
    const job = await new JobAdmin(store).show(row.job);
    if (job?.state === 'running' || job?.state === 'unrecorded') continue;
    if (job && job.order.forgotten === undefined) {
      const to = job.order.ownerEmail ? ` to ${masked(job.order.ownerEmail)}` : '';
      const value = `${row.kind === 'first' ? 'sent' : 'reminder sent'}${to}, ${localTime(row.at)}, in '${row.language}', by ${row.by}`;
      writeSupplement(
        {
          job,
          about: 'letter',
          at: row.at,
          facts: [{ name: 'Letter to the owner', value }],
          account: masked(job.order.account),
          ...about,
        },
        shelf,
      );
    }
    await letters.recorded(row);
  }
}
