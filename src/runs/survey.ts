import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { systemClock } from '../clock.ts';
import { UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { whileAsked } from '../flows/fault.ts';
import { survey, type Observed } from '../flows/survey.ts';
import { writeSurvey } from '../flows/survey-folder.ts';
import { bundle, drawnPictures } from '../flows/survey-bundle.ts';
import { readDumps, type Dump } from '../flows/survey-dumps.ts';
import { describePhone } from '../flows/survey-phone.ts';
import { ownVersion } from '../own-files.ts';
import { privateFolder, writePrivate } from '../private-files.ts';
import { quickDoctor } from '../phone/doctor/doctor.ts';
import { readFacts } from '../phone/facts.ts';
import { writeSurveyPage } from '../report/survey-page.ts';
import type { Survey } from '../survey.ts';
import { findPhone } from './attached.ts';
import { runOnPhone } from './phone-run.ts';
import type { RunContext, Station } from './station.ts';

export interface SurveyRequest {
  serial: string;
  deep: boolean;
  /** The ZIP that gets the survey to hand on. Missing: none is made. */
  bundle?: string | undefined;
  /** The folder that gets the survey. Missing: one below `surveys`, named after the ROM. */
  out?: string | undefined;
}

export interface Surveyed {
  survey: Survey;
  folder: string;
  warnings: string[];
  /**
   * The folder of Appium's log, which is in the owner's words, and is of no use where all went well: to be
   * removed when the station is closed.
   */
  logs: string | undefined;
}

/** Surveys one attached phone. Throws what kept it from an end. */
export async function runSurvey(
  station: Station,
  { serial, deep, out, bundle: file }: SurveyRequest,
  { signal, onEvent }: RunContext,
): Promise<Surveyed> {
  if (out !== undefined) assertEmpty(out);
  if (file !== undefined) assertNew(file);
  const phone = await findPhone(serial, station);
  // Before the session, which holds the phone's one UI automation itself.
  const { facts, findings } = await whileAsked(phone, signal, async () => {
    const facts = await readFacts(phone, signal);
    return { facts, findings: await quickDoctor(phone, facts, signal) };
  });
  const faults = findings.flatMap(({ check, ...one }) =>
    one.verdict === 'ok' ? [] : [{ check, what: one.what, todo: one.todo }],
  );
  const about = { at: new Date().toISOString(), deep, faults };
  const { outcome, error, evidence, left } = await runOnPhone<{
    observed: Observed;
    survey: Survey;
    folder: string;
    dumps: Dump[];
  }>(station, {
    ...{ serial, signal, onEvent },
    evidence: station.settings.evidenceDir,
    hide: [],
    flow: async (session, journal) => {
      const described = await describePhone(phone, facts, signal);
      const observed = await survey(session, { deep, signal, clock: systemClock, journal });
      const { release, region, language, build } = described;
      const folder = resolve(
        out ??
          `surveys/${[release, region, language, build].join('-').replace(/[^\w.-]+/g, '-')}-${about.at.slice(0, 16).replace(/\D/g, '')}`,
      );
      return {
        observed,
        folder,
        dumps: file === undefined ? [] : await readDumps(phone, signal),
        survey: await writeSurvey(folder, observed, session.labels, { ...about, phone: described }),
      };
    },
  });
  if (!outcome) throw error;
  writeSurveyPage(outcome.folder, outcome.survey);
  if (file !== undefined)
    writePrivate(
      file,
      Buffer.from(
        bundle(outcome.folder, outcome.survey, {
          ...{ dumps: outcome.dumps, by: ownVersion() },
          pictures: await drawnPictures(outcome.folder, outcome.survey),
        }).zip,
      ),
    );
  return { ...outcome, warnings: left?.warnings ?? [], logs: evidence?.folder };
}

/** Said before the phone is looked at, not after. */
function assertNew(file: string): void {
  const problem = existsSync(file) ? 'is there already' : folderProblem(dirname(file));
  if (problem !== undefined)
    throw new UsageError(`'${file}' cannot be written: it ${problem}.`, 'give another file with --bundle');
}

function folderProblem(folder: string): string | undefined {
  try {
    privateFolder(folder);
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (cause) {
    return `stands in a folder that cannot be written (${fileFault(cause)})`;
  }
}

/** Makes it where it is missing. Said before the phone is looked at, not after. */
function assertEmpty(folder: string): void {
  let files: string[];
  try {
    privateFolder(folder);
    accessSync(folder, constants.W_OK);
    files = readdirSync(folder);
  } catch (cause) {
    throw new UsageError(
      `'${folder}' is no folder that can be written: ${fileFault(cause)}.`,
      'give another with --out',
    );
  }
  if (files.length > 0)
    throw new UsageError(
      `The folder '${folder}' holds something already.`,
      'give another with --out: surveys are compared, not mixed',
    );
}
