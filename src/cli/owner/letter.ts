import { Command, Option } from 'commander';
import { loadSettings } from '../../config/config.ts';
import { ConfigError, UsageError } from '../../errors.ts';
import { systemClock } from '../../clock.ts';
import { JobAdmin } from '../../jobs/admin.ts';
import type { Job } from '../../jobs/job.ts';
import { LETTER_LANGUAGES, type LetterLanguage } from '../../letters/texts.ts';
import {
  decide,
  letterFor,
  recordLetters,
  sendLetter,
  whyNoLetter,
  type LetterDesk,
} from '../../runs/owner/letters.ts';
import { labNow, labSettings } from '../../runs/lab.ts';
import { openLockCheck } from '../../runs/owner/lock-check.ts';
import { aboutOf, shelfOf } from '../../runs/shelf.ts';
import { openStation } from '../../runs/station.ts';
import { formatError } from '../../errors.ts';
import { sayNotice } from '../station-here.ts';
import { interruption, printRaw, say } from '../terminal.ts';

interface LetterFlags {
  language?: LetterLanguage;
  format: 'text' | 'html' | 'eml';
  send?: boolean;
  decide?: 'sent' | 'not-sent';
}

export function letterCommand(): Command {
  return new Command('letter')
    .description(
      'write to the owner of a locked phone what to do: remove it in Xiaomi Cloud, sign out, or reset the password',
    )
    .argument('<job...>', "as 'mi-unbind jobs list' shows them")
    .addOption(
      new Option(
        '--language <xx>',
        "language of the letter (default: the list's owner_language, else en)",
      ).choices(LETTER_LANGUAGES),
    )
    .addOption(
      new Option('--format <form>', 'what is written to stdout')
        .choices(['text', 'html', 'eml'])
        .default('text'),
    )
    .option('--send', 'send it to the owner_email of the list through SMTP_SEND_URL, and hold the job')
    .addOption(
      new Option('--decide <what>', 'of a letter that was perhaps sent: whether it was')
        .choices(['sent', 'not-sent'])
        .conflicts('send'),
    )
    .addHelpText(
      'after',
      '\nA phone that its owner has reported as lost is never written about. A letter holds no link.\n' +
        'The first letter of a job is sent by a person; the station sends reminders where REMINDER_DAYS is set.',
    )
    .action(letter);
}

async function letter(given: string[], flags: LetterFlags): Promise<void> {
  const ids = numbers(given);
  if (ids.length > 1 && !flags.send && !flags.decide && flags.format !== 'text')
    throw new UsageError(
      `${ids.length} letters make no one ${flags.format} file.`,
      'name one job, or send them with --send',
    );
  const settings = loadSettings();
  using stop = interruption();
  await using station = openStation(settings, { onNotice: sayNotice });
  const store = await station.store();
  const desk: LetterDesk = {
    ...{ store, settings, clock: systemClock, about: aboutOf(settings) },
    check: await openLockCheck(station),
    lab: (await labNow(labSettings(settings), store)).name,
  };
  const office = new JobAdmin(store);
  const jobs = await Promise.all(ids.map((id) => jobOf(id, office)));
  if (flags.decide) {
    for (const job of jobs) await decide(job, flags.decide, desk);
    await recordLetters(desk, shelfOf(settings));
    return say(
      flags.decide === 'sent'
        ? 'Noted as sent; its job is held.'
        : "Noted as not sent: 'mi-unbind letter JOB --send' sends it.",
    );
  }
  if (!flags.send) return await write(jobs, flags, desk, stop.signal);
  if (!settings.smtpSendUrl)
    throw new ConfigError(['SMTP_SEND_URL has to be the mail server that letters are sent through']);
  const { openMailer } = await import('../../runs/owner/mailer.ts');
  const mailer = openMailer(settings.smtpSendUrl, settings.letterFrom);
  try {
    for (const job of jobs) await send(job);
  } finally {
    mailer.close();
  }

  /** One that cannot be sent does not keep the others. */
  async function send(job: Job): Promise<void> {
    try {
      await sendLetter(job, mailer, desk, { language: flags.language, signal: stop.signal });
      say(`The letter about job ${job.id} is sent; the job is held.`);
    } catch (error) {
      stop.signal.throwIfAborted();
      if (!(error instanceof UsageError) || jobs.length === 1) throw error;
      process.exitCode = error.exitCode;
      say(formatError(error));
    }
    await recordLetters(desk, shelfOf(settings));
  }
}

/** To stdout. Nothing is sent or noted. */
async function write(
  jobs: readonly Job[],
  { language, format }: LetterFlags,
  desk: LetterDesk,
  signal: AbortSignal,
): Promise<void> {
  const { emlOf } = await import('../../runs/owner/mailer.ts');
  for (const [at, job] of jobs.entries()) {
    const why = await whyNoLetter(job, desk, signal);
    if (why !== undefined)
      throw new UsageError(`No letter about job ${job.id}: ${why}.`, "see 'mi-unbind jobs list'");
    if (format === 'eml' && !job.order.ownerEmail)
      throw new UsageError(
        `The letter about job ${job.id} has no address to go to: the list has no owner_email.`,
        'add the column to the list and run bulk with it again, or print it: --format text',
      );
    const made = letterFor(job, desk, language);
    const { subject, text, html } = made;
    if (format === 'html') printRaw(html);
    else if (format === 'eml')
      printRaw((await emlOf(made, job.order.ownerEmail ?? '', loadSettings().letterFrom)).toString());
    else printRaw(`${at > 0 ? '\n----\n\n' : ''}${subject}\n\n${text}`);
  }
}

async function jobOf(id: string, office: JobAdmin): Promise<Job> {
  const job = await office.show(id);
  if (!job) throw new UsageError(`There is no job ${id}.`, "see 'mi-unbind jobs list'");
  return job;
}

function numbers(given: readonly string[]): string[] {
  const wrong = given.find((id) => !/^\d{1,18}$/.test(id));
  if (wrong !== undefined)
    throw new UsageError(`'${wrong}' is not a job number.`, "see 'mi-unbind jobs list'");
  return [...new Set(given.map((id) => String(BigInt(id))))];
}
