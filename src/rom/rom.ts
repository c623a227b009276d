import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { readApk, readManifest, unreadable, type Apk } from './apk.ts';
import { appOf, namesOf, type ResourceNames, type RomApp } from './app.ts';
import { appsNamed, checkRom, stringsNamed, type AskedPage, type RomCheck } from './check.ts';

const FRAMEWORK = 'android';
/** APKs of a folder: a whole ROM has some five hundred. */
const MOST_FILES = 5000;
/** Files whose fault is said where none could be checked. */
const MOST_SAID = 5;

export interface RomQuestion {
  pages: readonly AskedPage[];
  /** Parts of pages that they have at times only. */
  atTimes: readonly string[];
}

/**
 * Reads the apps of a ROM, from APKs or folders of them, and holds page objects against them. Of a file that
 * was named a damaged one is a UsageError; of a folder it is noted.
 */
export async function readRom(given: readonly string[], question: RomQuestion): Promise<RomCheck> {
  const { pages } = question;
  const wanted = appsNamed(pages);
  const unread: RomCheck['unread'] = [];
  const files = given.flatMap((path) => apksAt(path));
  const apps = new Map<string, RomApp>();
  // One app at a time: what was read of the others is small by then.
  const groups = await grouped(files, (name) => wanted.includes(name), unread);
  let framework: ResourceNames = new Map();
  for (const [name, parts] of [...groups].sort(
    ([a], [b]) => Number(b === FRAMEWORK) - Number(a === FRAMEWORK),
  )) {
    const apks = await whole(parts, unread);
    const [first] = apks;
    if (!first) continue;
    const named = parts.every((one) => one.named);
    const app = await orNoted({ file: first.file, named }, unread, (file) => {
      try {
        if (name === FRAMEWORK) framework = namesOf(name, apks);
        return appOf(apks, stringsNamed(pages, name), framework);
      } catch (cause) {
        // Strings are decoded when they are asked for.
        throw unreadable(file, cause);
      }
    });
    if (app) apps.set(name, app);
  }
  if (apps.size === 0)
    throw new UsageError(
      `${files.length === 1 ? `'${files[0]?.file}' is no app` : `None of the ${files.length} files is an app`} that can be checked: ${wanted.join(', ')}.${unread
        .map(({ why }) => `\n${why}`)
        .slice(0, MOST_SAID)
        .join('')}`,
      "pull them from a phone ('adb shell pm path PACKAGE', then 'adb pull'), or unpack an update",
    );
  return checkRom(pages, apps, { ...question, unread });
}

/** A file, and whether it was named, so that its faults are errors. */
interface Candidate {
  file: string;
  named: boolean;
}

function apksAt(path: string): Candidate[] {
  try {
    if (!statSync(path).isDirectory()) return [{ file: path, named: true }];
    const files = apksIn(path);
    if (files.length > MOST_FILES)
      throw new UsageError(
        `'${path}' holds ${files.length} APKs, more than ${MOST_FILES}.`,
        'name the folder of one ROM',
      );
    if (files.length === 0)
      throw new UsageError(
        `'${path}' holds no file that ends in .apk.`,
        'name the folder that holds the apps of a ROM, or the APKs themselves',
      );
    return files.map((file) => ({ file, named: false }));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(
      `'${path}' cannot be read: ${fileFault(cause)}.`,
      'name the folder that holds the apps of a ROM, or the APKs themselves',
    );
  }
}

/**
 * Files of a folder and of the folders in it, each once. A link to a folder may lead in a circle: it is
 * passed over.
 */
function apksIn(folder: string): string[] {
  const found = entriesIn(folder)
    .filter(({ name }) => /\.apk$/i.test(name))
    // Of a file and a link to it the file is named.
    .sort((a, b) => Number(a.isLink) - Number(b.isLink) || (a.file < b.file ? -1 : 1));
  const known = new Set<string>();
  return found
    .flatMap(({ file, isLink }) => {
      const real = isLink && existsSync(file) ? realpathSync(file) : file;
      if (known.has(real) || (isLink && existsSync(real) && statSync(real).isDirectory())) return [];
      known.add(real);
      return [file];
    })
    .sort();
}

interface FolderEntry {
  name: string;
  file: string;
  isLink: boolean;
}

function entriesIn(folder: string): FolderEntry[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): FolderEntry[] => {
    const file = join(folder, entry.name);
    return entry.isDirectory()
      ? entriesIn(file)
      : [{ name: entry.name, file, isLink: entry.isSymbolicLink() }];
  });
}

type Unread = RomCheck['unread'];

/** The files by package, of those apps alone that are wanted. */
async function grouped(
  files: readonly Candidate[],
  isWanted: (name: string) => boolean,
  unread: Unread,
): Promise<Map<string, Candidate[]>> {
  const groups = new Map<string, Candidate[]>();
  for (const one of files) {
    const manifest = await orNoted(one, unread, readManifest);
    if (manifest && isWanted(manifest.package))
      groups.set(manifest.package, [...(groups.get(manifest.package) ?? []), one]);
  }
  return groups;
}

async function whole(parts: readonly Candidate[], unread: Unread): Promise<Apk[]> {
  const apks: Apk[] = [];
  for (const one of parts) {
    const apk = await orNoted(one, unread, readApk);
    if (apk) apks.push(apk);
  }
  return apks;
}

async function orNoted<T>(
  { file, named }: Candidate,
  unread: Unread,
  read: (file: string) => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await read(file);
  } catch (error) {
    if (named || !(error instanceof UsageError)) throw error;
    unread.push({ file, why: error.message });
    return undefined;
  }
}
