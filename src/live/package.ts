import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from '../config/config.ts';
import { programFolder } from '../own-files.ts';

/** The package as npm would publish it, for tests of what a user installs. */

const run = promisify(execFile);

/** Packs this checkout, as `npm pack` does, into a folder of its own. Gives the tarball. */
export async function packed(): Promise<{ folder: string; tarball: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-package-'));
  const args = ['pack', '--silent', '--pack-destination', folder];
  await run('npm', args, { cwd: programFolder, env: childEnvironment() });
  const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  return { folder, tarball: join(folder, name) };
}

/**
 * Unpacks it below `node_modules` of the folder. Its dependencies are this checkout's, without those that are for
 * development, except `also`.
 */
export async function unpacked(
  { folder, tarball }: { folder: string; tarball: string },
  also: readonly string[] = [],
): Promise<string> {
  const modules = join(folder, 'node_modules');
  const program = join(modules, 'mi-unbind');
  mkdirSync(program, { recursive: true });
  await run('tar', ['xzf', tarball, '-C', program, '--strip-components', '1']);
  const { dependencies = {} } = JSON.parse(readFileSync(join(program, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), ...also]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(programFolder, 'node_modules', name), join(modules, name), 'junction');
  }
  return program;
}

/** A copy of the example suite beside it. */
export function exampleSuite(folder: string): string {
  const suite = join(folder, 'suite');
  cpSync(join(programFolder, 'examples/wdio-suite'), suite, { recursive: true });
  return suite;
}
