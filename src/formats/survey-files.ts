import { existsSync, readdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { boundedJson } from './bounded-json.ts';
import { BadZipError, openZip } from './zip.ts';

/**
 * The folder of a survey or its bundle that is not what it says it is, in words; the path is for the caller
 * to name.
 */
export class BadSurveyError extends Error {
  override name = 'BadSurveyError';
}

/** The files of a survey, from its folder or its bundle. */
export interface SurveyFiles extends AsyncDisposable {
  /** A file beside survey.json, of `most` bytes at most. Undefined where there is none of that name. */
  read(name: string, most: number): Promise<Buffer | undefined>;
  /** What survey.json holds, of the version that is read here. */
  survey(): Promise<unknown>;
}

const [SURVEY, MANIFEST] = ['survey.json', 'manifest.json'];
/** Files of a bundle, and bytes of all. */
const LIMITS = { files: 2000, bytes: 128 * 1024 * 1024 } as const;
/** Bytes of survey.json, and of the manifest of a bundle. */
const MAX_JSON = 4 * 1024 * 1024;
/** Of survey.json: one of a deep survey has some ten thousand values. */
const JSON_LIMITS = { values: 100_000, depth: 20 } as const;

/**
 * Opens the folder or the bundle of a survey. Throws a BadSurveyError where it is none; the system's fault where
 * it cannot be opened.
 */
export async function openSurvey(path: string): Promise<SurveyFiles> {
  try {
    return statSync(path).isDirectory() ? inFolder(path) : await inZip(path);
  } catch (cause) {
    throw inWords(cause);
  }
}

function inFolder(folder: string): SurveyFiles {
  let left: number = LIMITS.bytes;
  const read = (name: string, most: number): Buffer | undefined => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    if (!found) return undefined;
    if (!found.isFile()) throw new BadSurveyError(`its '${name}' is ${kindOf(found)}, and no file`);
    if (found.size > most)
      throw new BadSurveyError(`its file '${name}' has ${found.size} bytes, more than ${most}`);
    left -= found.size;
    if (left < 0) throw new BadSurveyError(`what it holds is more than ${LIMITS.bytes} bytes`);
    return readFileSync(join(folder, name));
  };
  if (!existsSync(join(folder, SURVEY))) throw new BadSurveyError(withoutSurvey(folder));
  return opened((name, most) => Promise.resolve(read(name, most)));
}

const kindOf = (found: Stats): string => (found.isDirectory() ? 'a folder' : 'a device or a pipe');

/**
 * Paths of the surveys that a path names: itself where it is one, else the bundles and the folders of surveys in it,
 * by their names. Empty where there is none; throws the system's fault where it cannot be read.
 */
export function surveysAt(path: string): string[] {
  if (!statSync(path).isDirectory() || existsSync(join(path, SURVEY))) return [path];
  return readdirSync(path)
    .filter((name) => /\.zip$/i.test(name) || existsSync(join(path, name, SURVEY)))
    .sort()
    .map((name) => join(path, name));
}

/** A bundle that was unpacked has its folder in another one. */
function withoutSurvey(folder: string): string {
  const inside = readdirSync(folder, { withFileTypes: true })
    .flatMap(({ name }) => (existsSync(join(folder, name, SURVEY)) ? [name] : []))
    .sort();
  const [first, ...others] = inside;
  if (first === undefined) return `it is a folder without ${SURVEY}`;
  if (others.length === 0) return `it has no ${SURVEY}, and its folder '${first}' has one`;
  return `it has no ${SURVEY}, and ${inside.length} folders in it have one, the first is '${first}'`;
}

async function inZip(file: string): Promise<SurveyFiles> {
  const zip = await openZip(file, LIMITS);
  try {
    const folder = surveyIn(zip.names).slice(0, -SURVEY.length);
    return opened(
      (name, most) => zip.read(`${folder}${name}`, most),
      async () => zip[Symbol.asyncDispose](),
    );
  } catch (error) {
    await zip[Symbol.asyncDispose]();
    throw error;
  }
}

function surveyIn(names: readonly string[]): string {
  const [first, ...others] = names.filter((name) => /^([^/]+\/)?survey\.json$/.test(name));
  if (first !== undefined && others.length === 0) return first;
  if (first !== undefined) throw new BadSurveyError(`it has more than one ${SURVEY}`);
  if (names.length === 0) throw new BadSurveyError('it is a ZIP file with nothing in it');
  const zip = names.find((name) => /\.zip$/i.test(name));
  if (zip !== undefined) throw new BadSurveyError(`it has no ${SURVEY}, but a ZIP file in it: '${zip}'`);
  throw new BadSurveyError(`it has no ${SURVEY} at its top or in the one folder there`);
}

function opened(
  read: (name: string, most: number) => Promise<Buffer | undefined>,
  close: () => Promise<void> = () => Promise.resolve(),
): SurveyFiles {
  const within: SurveyFiles['read'] = async (name, most) => {
    try {
      return await read(name, most);
    } catch (cause) {
      throw inWords(cause);
    }
  };
  const json = async (name: string): Promise<unknown> => {
    const bytes = await within(name, MAX_JSON);
    if (!bytes) return undefined;
    try {
      return boundedJson(bytes, JSON_LIMITS);
    } catch (cause) {
      if (cause instanceof RangeError) throw new BadSurveyError(`its ${name} ${cause.message}`, { cause });
      throw new BadSurveyError(`its ${name} is no JSON`, { cause });
    }
  };
  return {
    read: within,
    async survey() {
      const manifest = await json(MANIFEST);
      if (manifest !== undefined) assertVersion(MANIFEST, manifest);
      const survey = await json(SURVEY);
      assertVersion(SURVEY, survey);
      return survey;
    },
    [Symbol.asyncDispose]: close,
  };
}

const inWords = (cause: unknown): unknown =>
  cause instanceof BadZipError ? new BadSurveyError(cause.message, { cause }) : cause;

function assertVersion(name: string, given: unknown): void {
  const { version } = (given ?? {}) as { version?: unknown };
  if (version !== undefined && version !== 1)
    throw new BadSurveyError(
      `its ${name} has version ${JSON.stringify(version)}, and this mi-unbind reads version 1`,
    );
}

/** What is wrong with the first of these values of survey.json. */
export function firstIssue([first]: readonly { path: PropertyKey[]; message: string }[]): string {
  return `its ${SURVEY} is none: ${first?.path.join('.') || 'all'}: ${first?.message}`;
}
