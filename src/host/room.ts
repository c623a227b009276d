import { rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FolderError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { PRIVATE_FILE, privateFolder } from '../private-files.ts';

/**
 * What a run may write into a folder: forty pages of a large screen, their sources and a log; a record is a
 * copy of that. Bytes.
 */
export const RUN_NEEDS = 16 * 1024 * 1024;

/** A folder that runs write into. `what`: e.g. `evidence`. */
export interface Room {
  what: string;
  folder: string;
  /** The setting or option that names it. */
  setting: string;
  /** What a run may write there, bytes. Missing: RUN_NEEDS. */
  needs?: number;
}

/**
 * Why a folder cannot take what so many runs at once may write; undefined where all can. Folders that are
 * missing are made. A small file is written to each: rights, quotas and read-only disks show in no other way. `then`:
 * see FolderError.
 */
export function whyNoRoom(rooms: readonly Room[], runs = 1, then?: string): FolderError | undefined {
  const wanted = new Map<number, number>();
  for (const room of rooms) {
    try {
      privateFolder(room.folder);
      const { dev } = statSync(room.folder);
      const needed = (wanted.get(dev) ?? 0) + (room.needs ?? RUN_NEEDS) * runs;
      wanted.set(dev, needed);
      const free = freeIn(room.folder);
      if (free < needed) return noRoom(room, free, needed, then);
      probe(room.folder);
    } catch (error) {
      return new FolderError({
        what: room.what,
        folder: room.folder,
        why: fileFault(error),
        setting: room.setting,
        then,
        cause: error,
      });
    }
  }
  return undefined;
}

/** Bytes a user who is not root may write. Some file systems tell no number of files: 0 of 0. */
function freeIn(folder: string): number {
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  return files > 0 && ffree === 0 ? 0 : bavail * bsize;
}

const megabytes = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MB`;

function noRoom({ what, folder, setting }: Room, free: number, needed: number, then?: string): FolderError {
  return new FolderError({
    what,
    folder,
    why: `${megabytes(free)} are free, and ${megabytes(needed)} may be needed`,
    setting,
    then,
  });
}

function probe(folder: string): void {
  const file = join(resolve(folder), `.mi-unbind-${process.pid}`);
  try {
    writeFileSync(file, 'room', { mode: PRIVATE_FILE });
  } finally {
    rmSync(file, { force: true });
  }
}
