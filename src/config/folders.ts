import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Where runs and records go: named, or the user's own, which are the same ones from every folder. All absolute. */
export interface Folders {
  evidenceDir: string;
  recordsDir: string;
  /** Of specs: below the folder they are started in. */
  specsDir: string;
}

interface Named {
  dataDir: string;
  evidence: string | undefined;
  records: string | undefined;
}

export function foldersOf({ dataDir, evidence, records }: Named): Folders {
  return {
    evidenceDir: resolve(evidence ?? join(dataDir, 'runs')),
    recordsDir: resolve(records ?? chainHere(dataDir) ?? join(dataDir, 'records')),
    specsDir: resolve(evidence ?? 'runs', 'specs'),
  };
}

const hasChain = (folder: string) => existsSync(join(folder, 'chain'));

/** Records used to go into the working directory. A chain that was begun there goes on. */
function chainHere(dataDir: string): string | undefined {
  const here = resolve('records');
  return hasChain(here) && !hasChain(join(dataDir, 'records')) ? here : undefined;
}

/** What has to be known of the chain of a station whose folder of records is not named; undefined: nothing. */
export function chainWarning({ dataDir, records }: Omit<Named, 'evidence'>): string | undefined {
  const [here, own] = [resolve('records'), resolve(dataDir, 'records')];
  if (records !== undefined || here === own || !hasChain(here)) return undefined;
  return hasChain(own)
    ? `two chains of records: ${own} is the one in use, and another one is in ${here}. To go on with that one, set RECORDS_DIR=${here}`
    : `the chain of records in ${here} goes on. From another folder it is not found: set RECORDS_DIR=${here}, or move that folder to ${own}`;
}

/** `20261130T105233Z`: sorts by time. */
const stampOf = (time: Date): string => time.toISOString().replace(/[-:]|\.\d+/g, '');

const LATEST = 'latest';

/** The folder of a run that begins now: no other run has its name. */
export const runFolderIn = (parent: string, time = new Date()): string =>
  join(parent, `${stampOf(time)}-${process.pid}`);

/** Makes the folder of a run, for its user only, and leads the link `latest` beside it there. */
export function openRunFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The runner of the specs may have made it for its log.
  chmodSync(folder, 0o700);
  const [parent, name] = [dirname(folder), basename(folder)];
  const draft = join(parent, `.${LATEST}.${process.pid}`);
  try {
    rmSync(draft, { force: true });
    symlinkSync(name, draft, 'dir');
    renameSync(draft, join(parent, LATEST));
  } catch {
    // A system that makes no links has the folders by their names.
    rmSync(draft, { force: true });
  }
}
