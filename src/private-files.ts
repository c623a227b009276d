import { mkdirSync, writeFileSync } from 'node:fs';

/** What a phone has shown and what was done with it is for the user who runs this, and for no other. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/** Makes a folder, and those above it that are missing. One that is there keeps its rights: it may be shared on purpose. */
export function privateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
}

export function writePrivate(file: string, content: string | Buffer, { flush = false } = {}): void {
  writeFileSync(file, content, { mode: PRIVATE_FILE, flush });
}
