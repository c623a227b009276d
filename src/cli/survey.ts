import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { surveysAt } from '../formats/survey-files.ts';
import { fileFault } from '../words/file-fault.ts';
import { surveyAt } from '../report/read-survey.ts';
import { compareSurveys } from '../report/survey-compare.ts';
import type { Survey } from '../survey.ts';
import { verdictOf } from '../report/survey-page.ts';
import { SERIAL_HELP, serialGiven } from './serial-argument.ts';
import { KEEP_HELPERS, keeping } from './run-options.ts';
import { stationHere } from './station-here.ts';
import { interruption, narrator, print, printJson, say } from './terminal.ts';

interface Flags {
  deep?: boolean;
  out?: string;
  bundle?: string;
  keepHelpers?: boolean | undefined;
  json?: boolean;
}

export function surveyCommand(): Command {
  return new Command('survey')
    .description(
      "look at the account's pages of an attached phone without changing anything, and say what the page objects find on them",
    )
    .argument('<serial>', SERIAL_HELP, serialGiven)
    .option(
      '--deep',
      'also the first page behind Change password, and the sign-in page of a phone without an account',
    )
    .option(
      '--out <folder>',
      'the folder that gets the survey (default: one in surveys, named after the ROM)',
    )
    .option(
      '--bundle <file.zip>',
      'also a ZIP to hand on: pages and answers with what is personal masked, pictures drawn from those pages, and a list of what was masked',
    )
    .option(...KEEP_HELPERS)
    .option('--json', 'one JSON object on stdout')
    .action(async (serial: string, { deep = false, out, bundle, json, keepHelpers }: Flags) => {
      const settings = keeping({ keepHelpers }, loadSettings());
      using interrupted = interruption();
      const { runSurvey } = await import('../runs/survey.ts');
      const context = { signal: interrupted.signal, onEvent: narrator() };
      const station = stationHere(settings);
      const { survey, folder, warnings, logs } = await runSurvey(
        station,
        { serial, deep, out, bundle },
        context,
      ).finally(() => station[Symbol.asyncDispose]());
      if (logs) rmSync(logs, { recursive: true });
      if (json) printJson({ folder, ...survey });
      say(`\n${verdictOf(survey)}\n  survey: ${join(folder, 'index.html')}`);
      if (bundle !== undefined) say(`  bundle: ${bundle} (look through it before you hand it on)`);
      for (const warning of warnings) say(warning);
      if (!survey.unchanged) say('The account list after the survey is not the one before it.');
      process.exitCode = survey.unchanged ? 0 : 1;
    })
    .addCommand(compareCommand());
}

function compareCommand(): Command {
  return new Command('compare')
    .description(
      'say what changed from one survey to another; exit code 0 when nothing did, 1 when something did',
    )
    .argument('<before>', 'folder of a survey, or its bundle')
    .argument('<after>', 'the same of another')
    .option('--json', 'one JSON object on stdout')
    .action(async (before: string, after: string, _own: object, command: Command) => {
      // The command it belongs to has taken the option for its own.
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      printDifferences(await surveyDifferences(before, after), json);
    });
}

/** What changed from one survey to another, from their folders or bundles. */
export async function surveyDifferences(before: string, after: string): Promise<string[]> {
  return compareSurveys(await surveyGiven(before), await surveyGiven(after));
}

/** Says what a comparison found, and sets the exit code. */
export function printDifferences(differences: readonly string[], json = false): void {
  if (json) printJson({ same: differences.length === 0, differences });
  else if (differences.length === 0) say('Nothing changed.');
  else print(differences.join('\n'));
  process.exitCode = differences.length === 0 ? 0 : 1;
}

/** The survey in a folder or a bundle. Throws a UsageError where there is none. */
export async function surveyGiven(path: string): Promise<Survey> {
  try {
    return await surveyAt(path);
  } catch (cause) {
    throw new UsageError(
      `'${path}' is not a survey: ${fileFault(cause)}.`,
      "name a folder that 'mi-unbind survey' has written, or the ZIP of its --bundle",
    );
  }
}

/** The surveys that a path names: one, or those in a folder. Throws a UsageError where there is none. */
export function surveysGiven(path: string): string[] {
  const hint = "name a ZIP of 'mi-unbind survey --bundle', the folder of a survey, or a folder of both";
  let found: string[];
  try {
    found = surveysAt(path);
  } catch (cause) {
    throw new UsageError(`'${path}' cannot be read: ${fileFault(cause)}.`, hint);
  }
  if (found.length === 0) throw new UsageError(`'${path}' holds no survey and no bundle of one.`, hint);
  return found;
}
