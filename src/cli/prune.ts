import { statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { pruneJobs } from '../jobs/retention.ts';
import { pruneRuns } from '../report/prune.ts';
import { counted, DAY, neededBy, picturesInWords, pruneRecords, runsInWords } from '../runs/retention.ts';
import { openStation } from '../runs/station.ts';
import { hasStore } from '../runs/store.ts';
import { sayNotice } from './station-here.ts';
import { print, printJson, say } from './terminal.ts';

interface Flags {
  keep?: number;
  days?: number;
  dryRun?: boolean;
  json?: boolean;
}

/** Commands that permanently delete what is old. */
const pruning = (description: string): Command =>
  new Command('prune')
    .description(description)
    .option('--dry-run', 'delete nothing; say what would be deleted')
    .option('--json', 'one JSON object on stdout');

export function pruneRunsCommand(): Command {
  return pruning(
    'permanently delete folders of old runs: their pictures, page sources and results. Records keep their own copies',
  )
    .argument('[dir]', 'folder of runs (default: EVIDENCE_DIR)')
    .option('--keep <number>', 'how many of the newest stay', count)
    .option('--days <number>', 'those that began in so many days stay (default: KEEP_EVIDENCE_DAYS)', count)
    .addHelpText(
      'after',
      '\nWith both options a run is deleted only where both allow it. The last run of a job that is not finished,\n' +
        'the run on a phone that is worked on, and what was written in the last hour stay.',
    )
    .action(async (dir: string | undefined, { keep, days: given, dryRun, json }: Flags) => {
      const settings = loadSettings();
      const days = given ?? (keep === undefined ? settings.keepEvidenceDays : undefined);
      if (keep === undefined && days === undefined)
        throw new UsageError(
          'Nothing says which runs are old.',
          'give --keep NUMBER or --days NUMBER, or set KEEP_EVIDENCE_DAYS',
        );
      const folder = dir ?? settings.evidenceDir;
      assertFolder(folder, 'runs', 'EVIDENCE_DIR');
      await using station = openStation(settings, { onNotice: sayNotice });
      const now = systemClock.now();
      const spared = await neededBy(station);
      const pruned = await pruneRuns(folder, { keep, before: beforeOf(days, now), spared, dryRun, now });
      if (json) return printJson({ folder, dryRun: dryRun === true, ...pruned });
      print(`${donePast(dryRun)} ${runsInWords(pruned)} in ${folder}`);
    });
}

export function pruneRecordsCommand(): Command {
  return pruning(
    'permanently delete pictures and page sources of old records. Facts, steps, hashes and the ledger stay; an entry of the chain says what was deleted',
  )
    .option('--days <number>', 'records of so many days keep them (default: KEEP_EVIDENCE_DAYS)', count)
    .addHelpText(
      'after',
      "\nRecords of jobs that are not finished keep theirs. What is missing or was changed by then still shows in\n'report verify'.",
    )
    .action(async ({ days: given, dryRun, json }: Flags) => {
      const settings = loadSettings();
      const days = given ?? settings.keepEvidenceDays;
      if (days === undefined)
        throw new UsageError(
          'Nothing says which records are old.',
          'give --days NUMBER, or set KEEP_EVIDENCE_DAYS',
        );
      assertFolder(settings.recordsDir, 'records', 'RECORDS_DIR');
      await using station = openStation(settings, { onNotice: sayNotice });
      const before = systemClock.now() - days * DAY;
      const pruned = await pruneRecords(settings, await neededBy(station), { before, dryRun });
      const { entry, ...counts } = pruned;
      if (json) return printJson({ dryRun: dryRun === true, ...counts, entry: entry?.link.seq });
      print(`${donePast(dryRun)} ${picturesInWords(pruned)}`);
      if (entry) say(`'mi-unbind report verify' says so: it is record ${entry.link.seq} of the chain.`);
    });
}

export function pruneJobsCommand(): Command {
  return pruning(
    'permanently delete finished jobs (done, cancelled) from the database. The ledger, records and kept passwords stay',
  )
    .requiredOption('--days <number>', 'jobs that ended in so many days stay', count)
    .addHelpText(
      'after',
      '\nLists, charts and pages of batches lose these jobs. A list that is read again adds them again as new jobs.\n' +
        'A list with a job that is not finished stays whole. So does a job whose phone is attached, or that has a\n' +
        'letter, an answer about its lock or a delivery to AFTER_URL still to come.\n' +
        "'mi-unbind report batch FOLDER' sums up records without jobs.",
    )
    .action(async ({ days = 0, dryRun, json }: Flags) => {
      const settings = loadSettings();
      await using station = openStation(settings, { onNotice: sayNotice });
      const jobs = hasStore(settings) ? await pruneJobs(await station.store(), { days, dryRun }) : 0;
      if (json) return printJson({ dryRun: dryRun === true, jobs });
      print(`${donePast(dryRun)} ${counted(jobs, 'finished job')}`);
    });
}

const donePast = (dryRun: boolean | undefined) => (dryRun ? 'Would delete' : 'Deleted');

const beforeOf = (days: number | undefined, now: number) =>
  days === undefined ? undefined : now - days * DAY;

function assertFolder(folder: string, what: string, setting: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UsageError(`There is no folder '${folder}'.`, `name the folder of ${what}, or set ${setting}`);
}

function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is not a whole number of at least 1.');
  return Number(text);
}
