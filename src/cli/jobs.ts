import { Command, Option } from 'commander';
import { masked } from '../codes/addresses.ts';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { isInDoubt, type HoldReason, type Job, type JobState } from '../jobs/job.ts';
import { localTime } from '../words/local-time.ts';
import { JobAdmin, type Changed } from '../jobs/admin.ts';
import { outcomeInWords, whyInWords, type Why } from '../reasons.ts';
import { until as holdUntil } from '../runs/owner/lock-after.ts';
import { holdInWords, legend, stateInWords } from '../words/states.ts';
import { pruneJobsCommand } from './prune.ts';
import { ANOTHER_OPTION } from './run-options.ts';
import { sourceNames } from '../runs/code-sources.ts';
import { openStation } from '../runs/station.ts';
import { sayNotice } from './station-here.ts';
import { print, printJson, say, stdoutColumns } from './terminal.ts';
import { table } from './lines.ts';

const STATES: readonly JobState[] = [
  'waiting',
  'running',
  'unrecorded',
  'done',
  'parked',
  'needs-person',
  'held',
  'cancelled',
];

export function jobsCommand(): Command {
  return new Command('jobs')
    .description('list, show, retry and cancel the jobs of bulk runs')
    .addHelpText('after', `\nStates of a job, here, at the terminal, on pages and in the CSV:\n${legend()}`)
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(
      changing('retry', 'let jobs begin again, now', (office, ids, { anotherAccount: another }) =>
        office.retry(ids, { another }),
      ).option(...ANOTHER_OPTION),
    )
    .addCommand(
      changing('cancel', 'take jobs off; their passwords are dropped', (office, ids) => office.cancel(ids)),
    )
    .addCommand(holdCommand())
    .addCommand(releaseCommand())
    .addCommand(forgetCommand())
    .addCommand(pruneJobsCommand())
    .addCommand(attendCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('newest first')
    .option('--batch <name>', 'of this list only')
    .addOption(new Option('--state <state>', 'in this state only').choices(STATES))
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'one JSON array on stdout')
    .action(
      async ({
        batch,
        state,
        limit,
        json,
      }: {
        batch?: string;
        state?: JobState;
        limit: string;
        json?: boolean;
      }) => {
        if (!/^[1-9]\d{0,6}$/.test(limit))
          throw new UsageError(`'--limit ${limit}' is not a number of jobs.`, 'give a number from 1 on');
        await withOffice(async (office) => {
          const jobs = await office.list({ batch, state, limit: Number(limit) });
          if (jobs.length === 0 && batch !== undefined) await assertBatch(office, batch);
          if (json) printJson(jobs.map(shown));
          else for (const line of linesOf(jobs)) print(line);
          if (jobs.length === 0)
            say(
              state === undefined
                ? "There are no such jobs. 'mi-unbind bulk LIST' makes some."
                : `No job is ${stateInWords(state)}.`,
            );
        });
      },
    );
}

function showCommand(): Command {
  return new Command('show')
    .description('all that is known of a job, as JSON')
    .argument('<id>')
    .action(async (id: string) => {
      const [number = ''] = numbers([id]);
      await withOffice(async (office) => {
        const job = await office.show(number);
        if (!job) throw new UsageError(`There is no job ${id}.`, "see 'mi-unbind jobs list'");
        printJson(shown(job), 2);
      });
    });
}

function changing(
  name: string,
  help: string,
  change: (office: JobAdmin, ids: string[], flags: { anotherAccount: boolean }) => Promise<Changed>,
): Command {
  return new Command(name)
    .description(help)
    .argument('<id...>', "as 'mi-unbind jobs list' shows them")
    .action(async (ids: string[], { anotherAccount = false }: { anotherAccount?: boolean }) => {
      const known = numbers(ids);
      await withOffice(async (office) => {
        sayChanged(await change(office, known, { anotherAccount }));
      });
    });
}

function holdCommand(): Command {
  return new Command('hold')
    .description('keep jobs until they are released, their owners clear the phones, or the phones go back')
    .argument('<id...>', "as 'mi-unbind jobs list' shows them")
    .addOption(
      new Option('--reason <reason>', 'why; a phone held as lost is returned, and nothing else')
        .choices(HOLD_REASONS)
        .default('by-hand'),
    )
    .option(
      '--until <day>',
      'the day after which the phone goes back, e.g. 2026-12-24 (default: HOLD_DAYS from now; by-hand: none)',
    )
    .action(async (ids: string[], { reason, until: day }: { reason: HoldReason; until?: string }) => {
      const known = numbers(ids);
      const until = endOfHold(reason, day, loadSettings().holdDays);
      await withOffice(async (office) => sayChanged(await office.hold(known, { reason, until })));
    });
}

const HOLD_REASONS: readonly HoldReason[] = ['by-hand', 'owner-asked', 'lock-on', 'lost'];

/** ISO time: the end of the day that was given, here. */
function endOfHold(reason: HoldReason, day: string | undefined, holdDays: number): string | undefined {
  if (day === undefined) return reason === 'by-hand' ? undefined : holdUntil(holdDays, Date.now()).until;
  const end = new Date(`${day}T23:59:59`);
  const isDay =
    /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(end.getTime()) && end.getDate() === Number(day.slice(8));
  if (!isDay) throw new UsageError(`'--until ${day}' is no day.`, 'write it as 2026-12-24');
  if (end.getTime() < Date.now())
    throw new UsageError(`'--until ${day}' is in the past.`, 'give a later day');
  return end.toISOString();
}

function sayChanged({ changed, left }: Changed): void {
  say(`${changed.length === 1 ? '1 job' : `${changed.length} jobs`} changed.`);
  for (const { id, state, isLost } of left) say(`  ${id} ${whyLeft(state, isLost)}`);
  if (left.length > 0) process.exitCode = 1;
}

function whyLeft(state: JobState | 'missing', isLost = false): string {
  if (isLost)
    return "is reported lost: the phone is returned to who brought it, and never worked on → then 'mi-unbind jobs cancel'";
  return state === 'missing' ? 'is no job' : `is ${stateInWords(state)}, and stays so`;
}

function releaseCommand(): Command {
  return new Command('release')
    .description(
      "let held jobs go on: those that are named, or all that wait for a code source to work again; 'mi-unbind codes check' says whether it does",
    )
    .argument('<what...>', "numbers of jobs as 'mi-unbind jobs list' shows them, or one code source")
    .action(async (what: string[]) => {
      const [source = ''] = what;
      if (what.every((one) => /^\d+$/.test(one))) {
        const known = numbers(what);
        return withOffice(async (office) => sayChanged(await office.release(known)));
      }
      if (what.length > 1 || !sourceNames.includes(source))
        throw new UsageError(
          `There is no code source '${what.join(' ')}'.`,
          `give numbers of jobs, or one of ${sourceNames.join(', ')}`,
        );
      await withOffice(async (office) => {
        const released = await office.releaseSource(source);
        if (released === 0) process.exitCode = 1;
        say(
          released === 0
            ? `No job waits for the code source '${source}'. → 'mi-unbind jobs list --state held' shows those that are held`
            : `${released === 1 ? '1 job goes' : `${released} jobs go`} on.`,
        );
      });
    });
}

function forgetCommand(): Command {
  return new Command('forget')
    .description(
      "permanently delete a person's data: account, contact, pictures and page sources of all jobs with a reference",
    )
    .argument('<reference>', "the lab's own number, as the list has it")
    .option(
      '--drop-passwords',
      'also delete new passwords of the account that the store keeps: the owner may have no other copy',
    )
    .action(async (reference: string, { dropPasswords = false }: { dropPasswords?: boolean }) =>
      (await import('./jobs-forget.ts')).forget(reference, dropPasswords),
    );
}

function attendCommand(): Command {
  return new Command('attend')
    .description('go through the jobs that need a person, one by one, at this terminal')
    .option('--batch <name>', 'of this list only')
    .action(async ({ batch }: { batch?: string }) => (await import('./jobs-attend.ts')).attend(batch));
}

// Batches that are named where a name is none of them.
const BATCHES = 10;

/** Throws UsageError where there is no such batch, with those there are. */
export async function assertBatch(office: Pick<JobAdmin, 'list' | 'batches'>, batch: string): Promise<void> {
  if ((await office.list({ batch, limit: 1 })).length > 0) return;
  const names = await office.batches(BATCHES);
  throw new UsageError(
    `There is no batch '${batch}'.`,
    names.length === 0
      ? "there is no batch yet: 'mi-unbind bulk LIST' makes one"
      : `the newest batches are ${names.map((name) => `'${name}'`).join(', ')}`,
  );
}

async function withOffice(work: (office: JobAdmin) => Promise<void>): Promise<void> {
  await using station = openStation(loadSettings(), { onNotice: sayNotice });
  await work(new JobAdmin(await station.store()));
}

/** Accounts as others may see them. */
function shown(job: Job): Job {
  const { account, contact, ownerEmail } = job.order;
  return {
    ...job,
    order: {
      ...job.order,
      account: masked(account),
      ...(contact === undefined ? {} : { contact: masked(contact) }),
      ...(ownerEmail && { ownerEmail: masked(ownerEmail) }),
    },
  };
}

function numbers(ids: readonly string[]): string[] {
  const wrong = ids.find((id) => !/^\d{1,18}$/.test(id));
  if (wrong !== undefined)
    throw new UsageError(`'${wrong}' is not a job number.`, "see 'mi-unbind jobs list'");
  return ids.map((id) => String(BigInt(id)));
}

/** A line about each job: where it is, how it ended, what to do. */
export function linesOf(jobs: readonly Job[]): string[] {
  if (jobs.length === 0) return [];
  const heading = ['JOB', 'LIST', 'PHONE', 'REFERENCE', 'STATE', 'WHAT'];
  const entries = jobs.map((job) => [
    job.id,
    job.batch,
    phoneOf(job),
    job.order.reference,
    stateInWords(job.state),
    whatOf(job),
  ]);
  return table(heading, entries, stdoutColumns());
}

/** The phone it ran on, or is for. */
export function phoneOf({ serial, order }: Job): string {
  return serial || ('serial' in order.phone ? order.phone.serial : order.phone.imei);
}

/** What happened, in one sentence; what to do says 'jobs show'. */
function sentenceOf(end: Why): string {
  const [what = ''] = whyInWords(end).split(' → ');
  return (/^.*?(?=[.;](?:\s|$))/s.exec(what)?.[0] ?? what).trim();
}

/** One date, and that in local time: when it goes on, or until when it is held. */
function whatOf(job: Job): string {
  const { end, notBefore, hold, lockAfter, state } = job;
  const when =
    notBefore && notBefore > new Date().toISOString()
      ? `not before ${localTime(notBefore)}`
      : hold
        ? holdInWords(hold)
        : '';
  const dated = end && (when === '' ? end : { ...end, retryFrom: '' });
  const lock = state === 'done' && lockAfter && lockAfter.state !== 'off' ? 'lock not confirmed' : '';
  const letter = isInDoubt(job, Date.now())
    ? `a letter was perhaps sent: 'mi-unbind letter ${job.id} --decide'`
    : '';
  return [
    dated && [outcomeInWords(dated.outcome)[0], sentenceOf(dated)].filter(Boolean).join(': '),
    lock,
    letter,
    when,
  ]
    .filter(Boolean)
    .join('; ');
}
