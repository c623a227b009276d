import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a phone has shown and what was done with it is for the user who runs this, and for no other. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/**
 * Makes a folder, and those above it that are missing. One that is there keeps its rights: it may be shared
 * on purpose.
 */
export function privateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
}

export function writePrivate(file: string, content: string | Buffer, { flush = false } = {}): void {
  writeFileSync(file, content, { mode: PRIVATE_FILE, flush });
}

/**
 * Makes the log that WebdriverIO is going to write, so that it does not choose who may read it: page sources
 * stand in it.
 */
export function privateLog(folder: string): string {
  try {
    writeFileSync(join(folder, 'wdio.log'), '', { flag: 'a', mode: PRIVATE_FILE });
  } catch {
    // A disk that is full is found out by what matters more.
  }
  return folder;
}
