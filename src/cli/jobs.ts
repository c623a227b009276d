import { Command, Option } from 'commander';
import { masked } from '../codes/addresses.ts';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import type { Job, JobState } from '../jobs/job.ts';
import { localTime } from '../words/local-time.ts';
import { JobAdmin, type Changed } from '../jobs/admin.ts';
import { outcomeInWords, whyInWords } from '../reasons.ts';
import { legend, stateInWords } from '../words/states.ts';
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
    .addCommand(releaseCommand())
    .addCommand(forgetCommand())
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
          throw new UsageError(`'--limit ${limit}' is no number of jobs.`, 'give a number from 1 on');
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
        const { changed, left } = await change(office, known, { anotherAccount });
        say(`${changed.length === 1 ? '1 job' : `${changed.length} jobs`} changed.`);
        for (const { id, state } of left)
          say(`  ${id} is ${state === 'missing' ? 'no job' : `${stateInWords(state)}, and stays so`}`);
        if (left.length > 0) process.exitCode = 1;
      });
    });
}

function releaseCommand(): Command {
  return new Command('release')
    .description(
      "let jobs go on that wait for a code source to work again; 'mi-unbind codes check' says whether it does",
    )
    .argument('<source>', 'the code source')
    .action(async (source: string) => {
      if (!sourceNames.includes(source))
        throw new UsageError(`There is no code source '${source}'.`, `give one of ${sourceNames.join(', ')}`);
      await withOffice(async (office) => {
        const released = await office.release(source);
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
  const { account, contact } = job.order;
  return {
    ...job,
    order: {
      ...job.order,
      account: masked(account),
      ...(contact === undefined ? {} : { contact: masked(contact) }),
    },
  };
}

function numbers(ids: readonly string[]): string[] {
  const wrong = ids.find((id) => !/^\d{1,18}$/.test(id));
  if (wrong !== undefined)
    throw new UsageError(`'${wrong}' is no number of a job.`, "see 'mi-unbind jobs list'");
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
function sentenceOf(end: NonNullable<Job['end']>): string {
  const [what = ''] = whyInWords(end).split(' → ');
  return (/^.*?(?=[.;](?:\s|$))/s.exec(what)?.[0] ?? what).trim();
}

function whatOf({ end, notBefore }: Job): string {
  const when = notBefore && notBefore > new Date().toISOString() ? `not before ${localTime(notBefore)}` : '';
  return [end && [outcomeInWords(end.outcome)[0], sentenceOf(end)].filter(Boolean).join(': '), when]
    .filter(Boolean)
    .join('; ');
}
