import { z } from 'zod';
import { BadSurveyError, firstIssue, openSurvey, type SurveyFiles } from '../../formats/survey-files.ts';
import { readTree, roomForTrees, type RecordedTree } from './tree.ts';

/**
 * What `survey` took of a phone, from its bundle (a ZIP) or its folder: screens, how one gets from one to the
 * next, words, and what the phone answered adb.
 */
export interface Recording {
  /** What it was read from. */
  file: string;
  phone: z.output<typeof schema>['phone'];
  /** Raw strings by `package:name`. */
  labels: ReadonlyMap<string, string>;
  /** Strings that the release does not have. */
  missing: ReadonlySet<string>;
  groups: RecordedPage[];
  ways: RecordedWay[];
  /** What the phone said, by name: `properties`, `accounts`, `users`, `battery`. */
  answers: ReadonlyMap<string, string>;
}

/** A page with its screens, from its top to its end. */
export interface RecordedPage {
  name: string;
  package: string;
  screens: RecordedScreen[];
}

export interface RecordedScreen {
  file: string;
  tree: RecordedTree;
  picture: Buffer | undefined;
}

export type RecordedWay = NonNullable<z.output<typeof schema>['ways']>[number];

/** A bundle that cannot be played, in words. */
export class RecordingError extends Error {
  override name = 'RecordingError';
}

const NAME = z.string().regex(/^[\w.-]+$/, 'a file beside it has a plain name');
const bounds = z.tuple([z.int(), z.int(), z.int(), z.int()]);

const schema = z.object({
  version: z.literal(1),
  phone: z.object({
    model: z.string(),
    release: z.string(),
    android: z.string(),
    build: z.string(),
    region: z.string(),
    language: z.string(),
    screen: z.string(),
    adbInput: z.string(),
    adbInstall: z.string(),
    apps: z.record(z.string(), z.string()),
    helpers: z.record(z.string(), z.string()),
    signedIn: z.boolean(),
  }),
  labels: z.record(z.string(), z.string()),
  missingLabels: z.array(z.string()),
  pages: z
    .array(
      z.object({
        page: z.string(),
        screens: z.array(z.object({ source: NAME, screenshot: NAME.optional() })).min(1),
      }),
    )
    .min(1, 'it has no page'),
  ways: z
    .array(
      z.object({
        did: z.enum(['start', 'panel', 'tap']),
        intents: z.array(z.string()).optional(),
        at: z.array(z.object({ screen: z.string(), bounds })).optional(),
        to: z.string(),
      }),
    )
    .optional(),
});

/** Bytes of one page source and of one picture; pages of one recording, and bytes of all their sources. */
const MOST = {
  source: 4 * 1024 * 1024,
  picture: 16 * 1024 * 1024,
  screens: 500,
  sources: 32 * 1024 * 1024,
} as const;
const ANSWERS = ['properties', 'accounts', 'users', 'battery'];

/** Reads a bundle or the folder of a survey. Throws a RecordingError. */
export async function readRecording(file: string): Promise<Recording> {
  try {
    await using files = await openSurvey(file);
    return await recordingOf(file, files);
  } catch (cause) {
    if (cause instanceof BadSurveyError || cause instanceof RangeError)
      throw new RecordingError(cause.message, { cause });
    throw cause;
  }
}

async function recordingOf(file: string, files: SurveyFiles): Promise<Recording> {
  const survey = surveyIn(await files.survey());
  const groups: RecordedPage[] = [];
  const room = roomForTrees();
  let left: number = MOST.screens;
  let bytes: number = MOST.sources;
  for (const { page, screens: named } of survey.pages) {
    const screens: RecordedScreen[] = [];
    for (const { source, screenshot } of named) {
      if (left-- === 0) throw new RecordingError(`it has more than ${MOST.screens} screens`);
      const xml = await files.read(source, MOST.source);
      if (!xml) throw new RecordingError(`its page '${source}' is not in it`);
      bytes -= xml.length;
      if (bytes < 0) throw new RecordingError(`its pages have more than ${MOST.sources} bytes`);
      const picture = screenshot === undefined ? undefined : await files.read(screenshot, MOST.picture);
      screens.push({ file: source, tree: readTree(xml.toString('utf8'), source, room), picture });
    }
    groups.push({ name: page, package: screens[0]?.tree.root.package ?? '', screens });
  }
  const answers = new Map<string, string>();
  for (const name of ANSWERS) {
    const said = await files.read(`answers/${name}.txt`, MOST.source);
    if (said) answers.set(name, said.toString('utf8'));
  }
  return {
    file,
    phone: survey.phone,
    labels: new Map(Object.entries(survey.labels)),
    missing: new Set(survey.missingLabels),
    groups,
    ways: survey.ways ?? [],
    answers,
  };
}

function surveyIn(given: unknown): z.output<typeof schema> {
  const { data, error } = schema.safeParse(given);
  if (data) return data;
  throw new RecordingError(firstIssue(error.issues));
}
