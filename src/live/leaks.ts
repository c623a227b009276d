import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Secret, withoutSecrets } from '../secret.ts';

/** Which texts hold the secret, in any form it takes: by name. */
export function leaksIn(texts: ReadonlyMap<string, string>, secret: Secret): string[] {
  return [...texts].filter(([, text]) => withoutSecrets(text, [secret]) !== text).map(([name]) => name);
}

/**
 * Every file below a folder, by path. Pictures are read as bytes, so that text hidden in one is found too.
 */
export function filesBelow(folder: string): Map<string, string> {
  const files = globSync(join(folder, '**/*')).filter((file) => statSync(file).isFile());
  return new Map(files.map((file) => [file, readFileSync(file, file.endsWith('.png') ? 'latin1' : 'utf8')]));
}
