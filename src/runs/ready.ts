import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { Settings } from '../config/config.ts';
import { ConfigError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { assertOpenFiles } from '../host/open-files.ts';
import { privateFolder } from '../private-files.ts';

/** Throws before a phone is touched where this computer could not keep what is done on `phones` at once. */
export function assertReady(
  { evidenceDir, recordsDir }: Pick<Settings, 'evidenceDir' | 'recordsDir'>,
  phones: number,
): void {
  assertOpenFiles(phones);
  const folders = { EVIDENCE_DIR: evidenceDir, RECORDS_DIR: recordsDir };
  const problems = Object.entries(folders).flatMap(([setting, folder]) => {
    const fault = writeFault(folder);
    return fault === undefined
      ? []
      : [`${setting} is '${resolve(folder)}', which cannot be written: ${fault}`];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Makes the folder where it is missing. Undefined where it can be written. */
function writeFault(folder: string): string | undefined {
  try {
    privateFolder(folder);
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (cause) {
    // That one passes: a phone is begun when there is room.
    return (cause as NodeJS.ErrnoException).code === 'ENOSPC' ? undefined : fileFault(cause);
  }
}
