import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

// What loads a file: imports that are not of types alone, and files that are named where they are run as
// programs of their own.
const LOADS = [
  /(?:^|[;\s])(?:import|export)\s+(?!type\b)[^'";]*?from\s*'(\.[^']+)'/g,
  /(?:^|[;\s])import\s+'(\.[^']+)'/g,
  /\bimport\(\s*'(\.[^']+)'/g,
  /\b(?:resolve|URL|join)\([^)]*?'((?:\.\.?\/)?[\w./-]+\.ts)'/g,
];
// A program of this package, by its name below src.
const OWN_PROGRAM = /\bownProgram\('([\w/-]+)'/g;
const PROGRAM = /\bLive(?:Program|Rig|Recovery|Terminal)\b/;

/**
 * Of each file the tests that load it, its own and the nearest first. `live`: those that start the real
 * program, too.
 */
export function testsOf(files: readonly string[], live: boolean): (file: string) => string[] {
  const loaders = loadersOf(files, live);
  const wanted = (file: string) => file.endsWith('.test.ts') && file.endsWith('.live.test.ts') === live;
  return (file) => {
    const seen = new Set([file]);
    // A set is walked in the order in which it grows.
    for (const one of seen) for (const by of loaders.get(one) ?? []) seen.add(by);
    const own = live ? ['.live'] : ['', '.whole'];
    const names = own.map((kind) => file.replace(/\.ts$/, `${kind}.test.ts`));
    const isOwn = (test: string) => Number(names.includes(test));
    return [...seen].filter(wanted).toSorted((a, b) => isOwn(b) - isOwn(a));
  };
}

/** Of each file what loads it itself. */
export function loadersOf(files: readonly string[], live = false): Map<string, Set<string>> {
  const known = new Set(files);
  const loaders = new Map<string, Set<string>>();
  const note = (loaded: string, by: string) => {
    if (known.has(loaded)) loaders.set(loaded, (loaders.get(loaded) ?? new Set()).add(by));
  };
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const pattern of LOADS) {
      for (const [, path = ''] of text.matchAll(pattern)) note(posix.join(posix.dirname(file), path), file);
    }
    for (const [, name = ''] of text.matchAll(OWN_PROGRAM)) note(`src/${name}.ts`, file);
    // They run the program, which loads what it needs.
    if (live && file.endsWith('.live.test.ts') && PROGRAM.test(text)) note('src/cli/mi-unbind.ts', file);
  }
  return loaders;
}
