import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import type { MatrixCell } from './matrix-page.ts';

/** Beside the page of a matrix: its cells, as they ended. */
export const MATRIX_FILE = 'matrix.json';

const text = z.string();
const drift = z.object({ page: text, locator: text, wanted: text, found: text, advice: text });
const cell = z.object({
  ...{ flow: text, release: text, region: text, language: text, order: text.optional() },
  result: z.object({ passed: z.boolean(), ms: z.number(), message: text.optional() }).optional(),
  drift: z.array(drift),
  page: text.optional(),
});

/** The matrix in the folder of a run of the specs, or in its own. Throws a UsageError where there is none. */
export function readMatrix(folder: string): MatrixCell[] {
  const files = [join(folder, MATRIX_FILE), join(folder, 'matrix', MATRIX_FILE)];
  const faults: unknown[] = [];
  for (const file of files) {
    try {
      return z.array(cell).parse(JSON.parse(readFileSync(file, 'utf8'))) as MatrixCell[];
    } catch (error) {
      faults.push(error);
    }
  }
  const broken = faults.find((error) => (error as NodeJS.ErrnoException).code !== 'ENOENT');
  const why = broken === undefined ? 'there is none in it' : whyOf(broken);
  throw new UsageError(
    `'${folder}' has no matrix that can be read: ${why}.`,
    "name the folder of a run that 'npx wdio run wdio.conf.ts --suite matrix' has written, e.g. runs/specs/latest",
  );
}

function whyOf(error: unknown): string {
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    return `${MATRIX_FILE} is not as it was written`;
  return fileFault(error);
}
