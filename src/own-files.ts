import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where the files of mi-unbind itself lie: TypeScript below `src` in a checkout, JavaScript below `dist/src` in
 * the installed package. Nothing is ever written there.
 */

const ENDING = extname(fileURLToPath(import.meta.url));

/** Whether this is the installed package, or what goes into it. */
export const isCompiled = ENDING === '.js';

/** The folder with package.json. */
export const programFolder = join(import.meta.dirname, isCompiled ? '../..' : '..');

/** A program of ours that is started by its path: `ownProgram('host/supervisor')`. */
export function ownProgram(name: string): URL {
  return new URL(`${name}${ENDING}`, import.meta.url);
}

/** A folder of ours that holds other files than sources: `ownFolder('ui/client')`. */
export const ownFolder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Of this mi-unbind. */
export function ownVersion(): string {
  const manifest = readFileSync(join(programFolder, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
