import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import { AT_TIMES, KNOWN_PAGES } from '../../flows/recorded.ts';
import { writePrivate } from '../../private-files.ts';
import { compareRoms } from '../../report/rom-compare.ts';
import { romJunit } from '../../report/rom-junit.ts';
import { renderRomPage } from '../../report/rom-page.ts';
import { countOf, isRomSound, romSentences, romVerdict } from '../../report/rom-words.ts';
import type { RomCheck } from '../../rom/check.ts';
import { keptCheck } from '../../rom/kept.ts';
import { readRom } from '../../rom/rom.ts';
import { fileFault } from '../../words/file-fault.ts';
import { printDifferences, surveyDifferences, surveyGiven } from '../survey.ts';
import { print, printJson, say } from '../terminal.ts';

export function romCommand(): Command {
  return new Command('rom')
    .description('what the apps of a ROM have of the things that page objects look for, without a phone')
    .addCommand(checkCommand())
    .addCommand(compareCommand());
}

interface CheckFlags {
  json?: boolean;
  junit?: string;
  html?: string;
}

const GIVEN = 'APKs as pulled from a phone or unpacked from an update, with their splits, or folders of them';

function checkCommand(): Command {
  return new Command('check')
    .description(
      'say of each id and label of the page objects whether the apps of a ROM have it, in which layout and languages; exit code 0 when all is there, 1 when something is not',
    )
    .argument('<apk...>', GIVEN)
    .option('--junit <file>', 'also a JUnit file, a test case for each thing of a page')
    .option('--html <file>', 'also a page for people')
    .option('--json', 'one JSON object on stdout')
    .action(async (files: string[], { json, junit, html }: CheckFlags) => {
      const check = await romOf(files);
      write(junit, '--junit', () => romJunit(check));
      write(html, '--html', () => renderRomPage(check));
      if (json) printJson(check);
      else for (const line of linesOf(check)) print(line);
      say(romVerdict(check));
      process.exitCode = isRomSound(check) ? 0 : 1;
    });
}

const romOf = (files: readonly string[]): Promise<RomCheck> =>
  readRom(files, { pages: KNOWN_PAGES, atTimes: AT_TIMES });

function linesOf(check: RomCheck): string[] {
  const apps = check.apps.map(
    ({ package: name, version, languages, files }) =>
      `${[name, version].filter(Boolean).join(' ')}: ${countOf(languages.length + 1, 'language')}, ${countOf(files.length, 'file')}`,
  );
  return [...apps, ...romSentences(check)];
}

function write(file: string | undefined, option: string, text: () => string): void {
  if (file === undefined) return;
  try {
    writePrivate(file, text());
  } catch (cause) {
    throw new UsageError(
      `'${file}' cannot be written: ${fileFault(cause)}.`,
      `give another file with ${option}`,
    );
  }
}

function compareCommand(): Command {
  return new Command('compare')
    .description(
      'say what changed from the apps of one ROM to those of another, or from one survey to another; exit code 0 when nothing did, 1 when something did',
    )
    .argument(
      '<before>',
      "a folder of a ROM's apps, an APK, or what 'rom check --json' printed, in a .json file; or the folder or bundle of a survey",
    )
    .argument('<after>', 'the same of another: two surveys, or two ROMs')
    .option('--json', 'one JSON object on stdout')
    .action(async (before: string, after: string, { json }: { json?: boolean }) => {
      printDifferences(await differencesOf(before, after), json);
    });
}

async function differencesOf(before: string, after: string): Promise<string[]> {
  const surveys = [before, after].filter(isSurvey);
  for (const zip of surveys.filter(isZip)) await assertBundle(zip);
  if (surveys.length === 2) return surveyDifferences(before, after);
  const [survey] = surveys;
  if (survey !== undefined) {
    const other = survey === before ? after : before;
    throw new UsageError(
      `'${survey}' is a survey of a phone, and '${other}' ${existsSync(other) ? 'is none' : 'does not exist'}.`,
      'compare two surveys (folders or bundles), or the apps of two ROMs',
    );
  }
  return compareRoms(await oneRom(before), await oneRom(after));
}

const isZip = (path: string): boolean => /\.zip$/i.test(path);
const isSurvey = (path: string): boolean => isZip(path) || existsSync(join(path, 'survey.json'));

/** A ZIP may be an update, too. */
async function assertBundle(zip: string): Promise<void> {
  try {
    await surveyGiven(zip);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(error.message, `${error.hint}; unpack an update into a folder first`);
  }
}

const oneRom = (path: string): Promise<RomCheck> | RomCheck =>
  /\.json$/i.test(path) ? kept(path) : romOf([path]);

/** Bytes of a check that was kept: one with 100 languages has some hundred thousand. */
const MAX_KEPT = 32 * 1024 * 1024;

function kept(file: string): RomCheck {
  try {
    const found = statSync(file);
    const { size } = found;
    if (!found.isFile() && !found.isDirectory())
      throw new RangeError('it is a device or a pipe, and no file');
    if (size > MAX_KEPT) throw new RangeError(`it has ${size} bytes`);
    return keptCheck(readFileSync(file));
  } catch (cause) {
    throw new UsageError(
      `'${file}' is no check of a ROM: ${cause instanceof SyntaxError ? 'it is no JSON' : fileFault(cause)}.`,
      "name what 'mi-unbind rom check --json' has printed",
    );
  }
}
