import { existsSync, statSync } from 'node:fs';
import { Command, Option } from 'commander';
import { loadSettings, type Settings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { localTime } from '../words/local-time.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { writeBatch } from '../report/batch-files.ts';
import { batchOf, rowOfJob, rowsOfRecords, type BatchRow } from '../report/batch.ts';
import { foldersOf, newestOf } from '../report/chain.ts';
import { verifyRecords, type Problem, type Verified } from '../report/verify.ts';
import { pruneRecordsCommand } from './prune.ts';
import { printPdf } from './report-pdf.ts';
import { notedHead, ownKey, publicKeys, stationKey } from '../runs/station-key.ts';
import { openStation } from '../runs/station.ts';
import { sayNotice } from './station-here.ts';
import { print, printJson, printRaw, say } from './terminal.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('records of phones: verify them, sum up a batch, print them, delete old pictures')
    .addCommand(verifyCommand())
    .addCommand(keyCommand())
    .addCommand(batchCommand())
    .addCommand(pdfCommand())
    .addCommand(pruneRecordsCommand());
}

function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'read all records and their evidence, and say what is not as it was written; exit code 1 when anything is',
    )
    .argument('[dir]', 'folder of records (default: RECORDS_DIR)')
    .option(
      '--head <sha256>',
      'SHA-256 of a record that was noted elsewhere, or a file from AFTER_URL: it has to be in the chain still',
    )
    .addOption(
      new Option(
        '--key <file>',
        "a station's public key ('report key' writes it): every record has to be signed with one of those given",
      ).argParser((file: string, files: string[] = []) => [...files, file]),
    )
    .option('--json', 'one JSON object on stdout')
    .action(
      async (
        dir: string | undefined,
        { head, key, json }: { head?: string; key?: string[]; json?: boolean },
      ) => {
        const settings = loadSettings();
        const folder = dir ?? settings.recordsDir;
        if (!isFolder(folder))
          throw new UsageError(
            `There is no folder '${folder}'.`,
            'name the folder of records, or set RECORDS_DIR',
          );
        const keys = key ? publicKeys(key) : ownKey(settings);
        const known = {
          keys,
          allSigned: key !== undefined,
          head: head === undefined ? undefined : notedHead(head),
        };
        const verified = await verifyRecords(folder, known);
        // Nothing was verified, which is no proof of anything.
        if (verified.count === 0 && verified.problems.length === 0 && verified.unfinished.length === 0)
          throw new UsageError(
            `'${folder}' holds no records.`,
            'name the folder of records, or set RECORDS_DIR',
          );
        if (json) printJson(verified);
        else for (const line of verdict(verified)) print(line);
        process.exitCode = verified.problems.length > 0 ? 1 : 0;
      },
    );
}

function keyCommand(): Command {
  return new Command('key')
    .description(
      "this station's public key on stdout, to check its records with elsewhere ('report verify --key FILE')",
    )
    .action(() => {
      const { publicKey, id } = stationKey(loadSettings());
      printRaw(publicKey);
      say(`Key ${id}. Keep it out of reach of everyone who can change the records.`);
    });
}

function verdict({
  count,
  head,
  problems,
  unfinished,
  forgotten,
  pruned,
  signed,
  checked,
}: Verified): string[] {
  const records = count === 1 ? '1 record' : `${count} records`;
  return [
    ...problems.map(inWords),
    ...forgotten.map(
      ({ seq, at, by }) => `record ${seq}: forgotten on ${localTime(at).slice(0, 10)}${by && ` by ${by}`}`,
    ),
    ...pruned.map(
      ({ seq, at, by, files }) =>
        `record ${seq}: pruned on ${localTime(at).slice(0, 10)}${by && ` by ${by}`}: ${files} pictures and page sources`,
    ),
    ...unfinished.map(
      (folder) =>
        `${folder}: being written, or cut short; the next 'mi-unbind bulk' or 'station' finishes it`,
    ),
    problems.length === 0
      ? `${records}: each is as it was written, and so is everything in its folder.`
      : `${records}: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}.`,
    ...(signed === 0
      ? []
      : [
          `${signed} of them signed; ${checked === signed ? 'every' : checked} signature${checked === 1 || checked === signed ? '' : 's'} checked.`,
        ]),
    ...(count > 0 ? [`The newest is record ${head.seq}, SHA-256 ${head.sha256}`] : []),
    ...(head.signature ? [`Signed with key ${head.key}: ${head.signature}`] : []),
  ];
}

function inWords({ seq, folder, what }: Problem): string {
  return [seq === undefined ? '' : `record ${seq}`, folder]
    .filter(Boolean)
    .join(', ')
    .concat(seq || folder ? ': ' : '', what);
}

function batchCommand(): Command {
  return new Command('batch')
    .description('sum up a batch, or a folder of records, as a page, CSV, JSON and JUnit')
    .argument('<batch>', 'a batch, as it stands in the store, or a folder of records')
    .option('--json', 'the report on stdout')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const settings = loadSettings();
      const isRecords = await meansFolder(name, settings);
      const folder = isRecords ? name : settings.recordsDir;
      const rows = isRecords ? rowsOfRecords(name) : await rowsOfStore(name, settings);
      if (rows.length === 0)
        throw new UsageError(
          `'${name}' holds no phones.`,
          "'mi-unbind jobs list' shows the batches; a folder of records will do as well",
        );
      const batch = batchOf(isRecords ? 'all' : name, new Date().toISOString(), newestOf(folder), rows);
      const page = writeBatch(batch, { folder });
      if (json) printJson(batch);
      say(`The report is ${page}; CSV, JSON and JUnit are beside it.`);
    });
}

/**
 * A batch may be called as a folder that happens to be here. With a slash in it, a name is a path; else the
 * batch is meant where there is one.
 */
async function meansFolder(name: string, settings: Settings): Promise<boolean> {
  if (!isFolder(name) || foldersOf(name).length === 0) return false;
  if (/[/\\]|^\.+$/.test(name) || (await rowsOfStore(name, settings)).length === 0) return true;
  say(`A folder of records is called '${name}' too; './${name}' means that one.`);
  return false;
}

export async function rowsOfStore(batch: string, settings: Settings): Promise<BatchRow[]> {
  await using station = openStation(settings, { onNotice: sayNotice });
  const jobs = await new JobAdmin(await station.store()).list({ batch, limit: 1_000_000 });
  return jobs.reverse().map((job) => rowOfJob(job, settings.recordsDir));
}

function pdfCommand(): Command {
  return new Command('pdf')
    .description(
      'print pages to PDF files beside them (of a record beside its folder), with the Chromium of this computer',
    )
    .argument('<file...>', 'record.html, batch.html')
    .action(async (files: string[]) => {
      const settings = loadSettings();
      for (const file of files) print(await printPdf(file, settings));
    });
}

const isFolder = (name: string) => existsSync(name) && statSync(name).isDirectory();
