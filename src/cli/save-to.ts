import { statSync } from 'node:fs';
import { UsageError } from '../errors.ts';

/**
 * The file of `--save-to`. What is written there is closed to others, so it has to be a file: /dev/null would
 * be closed to all.
 */
export function fileToSaveTo(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found && !found.isFile() && !found.isDirectory())
    throw new UsageError(
      `'${file}' is no file, so nothing can be kept in it.`,
      'give another file with --save-to',
    );
  return file;
}
