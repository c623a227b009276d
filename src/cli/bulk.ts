import { basename, extname } from 'node:path';
import { Command } from 'commander';
import { loadSettings, takeSecret, type Settings } from '../config/config.ts';
import { FolderError, formatError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import type { ClaimedJob, Job, ListedOrder } from '../jobs/job.ts';
import { listKey, readList } from '../jobs/list/list.ts';
import { exitCodeOf } from '../jobs/next.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { JobHolds } from '../jobs/holds.ts';
import { note, remainingJobs } from '../jobs/remaining-jobs.ts';
import { JobQueue, type ReadyPhone } from '../jobs/queue.ts';
import type { StationEvent } from '../jobs/runner.ts';
import type { AttachedPhone } from '../phone/adb.ts';
import { KEEP_BLANKS } from '../config/secret-text.ts';
import { writeBatch } from '../report/batch-files.ts';
import { batchOf, rowOfJob, type Batch } from '../report/batch.ts';
import { newestOf } from '../report/chain.ts';
import { aboutList } from './bulk-dry-run.ts';
import { bulkTemplateCommand } from './bulk-template.ts';
import { adviceOf, leftInWords, phones, waitInWords } from './bulk-left.ts';
import { totalsInWords } from './bulk-progress.ts';
import { terminalAsker } from '../codes/person.ts';
import { sourceNames } from '../runs/code-sources.ts';
import { overRestart } from '../store/over-restart.ts';
import { assertReady } from '../runs/ready.ts';
import { stationName } from '../runs/shelf.ts';
import { openStation } from '../runs/station.ts';
import { KEEP_HELPERS, keeping, LOCK_OFF, NO_GOOGLE } from './run-options.ts';
import { parallelOption, reporterOf } from './station.ts';
import { interruption, printJson, say, style } from './terminal.ts';

interface Flags {
  parallel: number;
  batch?: string;
  wait?: boolean;
  dryRun?: boolean;
  again?: boolean;
  keepSecrets?: boolean;
  keepBlanks?: boolean;
  sheet?: string;
  keepHelpers?: boolean;
  requireNoGoogle?: boolean;
  requireLockOff?: boolean;
  json?: boolean;
}

const ALL = 1_000_000;

export function bulkCommand(): Command {
  return new Command('bulk')
    .description(
      'sign out the phones of a list: CSV, JSON or XLSX. Run again with the same list, it goes on where it was',
    )
    .argument('<list>', "the list; 'mi-unbind bulk template' gives one to start from")
    .addOption(parallelOption())
    .option('--batch <name>', "name of the list among all jobs (default: the file's name)")
    .option('--wait', 'also wait for phones that are not attached yet, until Ctrl-C')
    .option('--again', 'try the parked phones of the list once more, with what the list says now')
    .option(
      '--dry-run',
      'read the list and say what is wrong with it, and which of its phones are attached; begin nothing',
    )
    .option('--keep-secrets', 'keep the passwords of finished jobs, encrypted; else they are dropped')
    .option(KEEP_BLANKS, 'take passwords that begin or end with a blank as they are; else they are refused')
    .option('--sheet <name>', 'which sheet of a workbook is the list, where several could be')
    .option(...NO_GOOGLE)
    .option(...LOCK_OFF)
    .option(...KEEP_HELPERS)
    .option('--json', 'one JSON object per event on stdout')
    .action(bulk)
    .addCommand(bulkTemplateCommand());
}

async function bulk(file: string, flags: Flags): Promise<void> {
  const settings = keeping(flags, loadSettings());
  const { keepBlanks = false, sheet } = flags;
  const takeWhole = (name: string) => takeSecret(name, { keepBlanks });
  const { orders, warnings } = await readList(file, {
    takeSecret: takeWhole,
    codeSources: sourceNames,
    keepBlanks,
    sheet,
  });
  if (warnings) say(warnings);
  const batch = flags.batch ?? basename(file, extname(file));
  if (flags.dryRun) {
    for (const line of await aboutList(orders, batch, settings)) say(`  ${line}`);
    return say(`${phones(orders.length)}. The list is in order; nothing was begun.`);
  }
  assertReady(settings, flags.parallel);
  using interrupted = interruption();
  const { signal } = interrupted;
  const { logsFolder, noticesAs, runJobs } = await import('../runs/run-jobs.ts');
  using reporter = reporterOf(flags.json);
  const { onEvent } = reporter;
  await using station = openStation(settings, {
    asker: terminalAsker(),
    onNotice: noticesAs(onEvent),
    logs: logsFolder(settings),
  });
  const store = await station.store();
  const queue = new JobQueue(store, { station: stationName(settings) });
  const office = new JobAdmin(store);
  const holds = new JobHolds(store);
  // Looked at before the list's passwords take the place of theirs.
  const parked = await overRestart(() => office.parked(batch));
  const { keepSecrets = false } = flags;
  const { added, known } = await overRestart(() => queue.add(batch, orders, { keepSecrets }));
  say(`${phones(added)} added to batch '${batch}'${known > 0 ? `; ${known} were in it before` : ''}.`);
  await overRestart(() => queue.recover());
  await retry(office, parked, orders, flags.again === true);
  const totals = () => overRestart(() => office.totals(batch));
  const { waiting = 0, running = 0 } = await totals();
  reporter.expect(waiting + running);
  // Other phones on this station come and go as well. Which ones an IMEI means is not known yet.
  const serials = orders.map(({ order: { phone } }) => ('serial' in phone ? phone.serial : undefined));
  const concerns = (event: StationEvent) =>
    (event.kind !== 'attached' && event.kind !== 'gone') ||
    serials.includes(event.phone) ||
    serials.includes(undefined);
  const seen = new Map<string, number>();
  let noRoom = false;
  let waited = '';
  const over = async (_: readonly AttachedPhone[], ready: readonly ReadyPhone[], isFull: boolean) => {
    const now = Date.now();
    note(seen, ready, now);
    // With --wait space may be freed meanwhile.
    noRoom = isFull;
    if (isFull && !flags.wait) return true;
    const { going, later, absent } = remainingJobs(await office.open(batch), seen, now);
    // What is signed out waits for the first answers about its lock.
    if (going.length > 0 || (await holds.confirming(batch)) > 0) return false;
    const waits = flags.wait ? waitInWords(absent, later) : [];
    if (waits.join() !== waited && !flags.json) waits.forEach((line) => say(line));
    waited = waits.join();
    return waits.length === 0;
  };
  let attached: readonly AttachedPhone[] = [];
  const watched: typeof over = (phones, ready, isFull) => over((attached = phones), ready, isFull);
  try {
    await runJobs(station, {
      ...{ parallel: flags.parallel, batch, over: watched, signal },
      onEvent: (event) => (flags.json || concerns(event)) && onEvent(event),
    });
  } finally {
    // Below what is said next, nothing changes any more.
    reporter[Symbol.dispose]();
  }
  const jobs = (await overRestart(() => office.list({ batch, limit: ALL }))).reverse();
  const waitingStill = jobs.filter(({ state }) => state === 'waiting');
  const { later, absent } = remainingJobs(waitingStill, seen, Date.now());
  if (signal.aborted) say('Stopped. → run the same command again: it goes on where it was');
  else for (const line of leftInWords(absent, later, attached)) say(line);
  const rows = jobs.map((job) => rowOfJob(job, settings.recordsDir));
  const report = batchOf(batch, new Date().toISOString(), newestOf(settings.recordsDir), rows);
  const page = written(report, settings);
  sayTotals(await totals(), page, file);
  process.exitCode = worst(exitCodeOf(jobs), page === undefined || (noRoom && waitingStill.length > 0));
  if (flags.json) printJson({ at: report.at, kind: 'batch', batch, totals: await totals() });
}

/** The page of the report; undefined where it cannot be written, which is said. */
function written(report: Batch, { recordsDir: folder }: Settings): string | undefined {
  try {
    return writeBatch(report, { folder });
  } catch (cause) {
    say(
      formatError(
        new FolderError({ what: 'records', folder, why: fileFault(cause), setting: 'RECORDS_DIR', cause }),
      ),
    );
    return undefined;
  }
}

/** A station whose disk is full has kept phones from their turn. */
function worst(code: number, isFull: boolean): number {
  return isFull && code < 2 ? 2 : code;
}

/**
 * Lets parked jobs begin again: those whose refused password the list corrects, and with `all` the others.
 * Not one with a wrong password that the list has still: the next wrong try may lead to a captcha.
 */
async function retry(
  office: JobAdmin,
  parked: readonly ClaimedJob[],
  orders: readonly ListedOrder[],
  all: boolean,
): Promise<void> {
  const passwords = new Map(orders.map(({ order, password }) => [listKey(order), password?.reveal()]));
  const isWrong = ({ end }: ClaimedJob) => end?.reason === 'wrong-password';
  const isCorrected = (job: ClaimedJob) =>
    (isWrong(job) || job.recovering) && passwords.get(listKey(job.order)) !== job.password?.reveal();
  const corrected = parked.filter(isCorrected);
  const rest = parked.filter((job) => !isCorrected(job));
  const left = rest.filter(isWrong);
  const again = async (jobs: readonly Job[], how?: { corrected: boolean }) =>
    (await overRestart(() => office.retry(idsOf(jobs), how))).changed;
  const begun = [
    ...(await again(corrected, { corrected: true })),
    ...(all ? await again(rest.filter((job) => !isWrong(job))) : []),
  ];
  if (all || begun.length > 0)
    say(`${phones(begun.length)} of those parked begin${begun.length === 1 ? 's' : ''} again.`);
  if (left.length === 0 || !all) return;
  say(
    `${phones(left.length)} with a wrong password stay${left.length === 1 ? 's' : ''} parked: the list has the same one still`,
  );
  say('→ correct it in the list, then run this again');
}

const idsOf = (jobs: readonly Job[]) => jobs.map(({ id }) => id);

function sayTotals(
  totals: Partial<Record<Job['state'], number>>,
  page: string | undefined,
  list: string,
): void {
  say(
    `${style('bold', totalsInWords(totals).join(' · '))}.${page === undefined ? '' : ` The report is ${page}`}`,
  );
  for (const line of adviceOf(totals, list)) say(line);
}
