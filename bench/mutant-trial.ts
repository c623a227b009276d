import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from '../src/config/config.ts';
import { groupsOf } from '../src/checks/groups.ts';
import { mutated, type Mutant } from './mutate.ts';

const execute = promisify(execFile);

export interface Tests {
  unit(file: string): string[];
  live(file: string): string[];
}

/** Which test noticed; undefined: none did. */
export interface Verdict {
  mutant: Mutant;
  noticedBy?: { kind: 'unit' | 'live'; files: string[] };
  /** How many test files were tried. */
  tried: number;
}

/** A copy of what is committed, on which tests run while files in it are changed. */
export class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'mi-unbind-mutants-'));

  async make(): Promise<this> {
    await execute('git', ['worktree', 'add', '--detach', '--force', this.folder, 'HEAD']);
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
    return this;
  }

  async remove(): Promise<void> {
    await execute('git', ['worktree', 'remove', '--force', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  /** Tries the nearest tests first, and no more once one has failed. */
  async try(
    mutant: Mutant,
    tests: Tests,
    { live, limitMs }: { live: boolean; limitMs: number },
  ): Promise<Verdict> {
    const path = join(this.folder, mutant.file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, mutated(text, mutant));
    let tried = 0;
    try {
      for (const kind of live ? (['unit', 'live'] as const) : (['unit'] as const)) {
        for (const files of batches(tests[kind](mutant.file), kind)) {
          tried += files.length;
          if (!(await this.passes(files, limitMs))) return { mutant, tried, noticedBy: { kind, files } };
        }
      }
      return { mutant, tried };
    } finally {
      writeFileSync(path, text);
    }
  }

  /** Tests that do not end within the limit have failed. */
  async passes(files: readonly string[], limitMs: number): Promise<boolean> {
    for (const group of groupsOf(files, (file) => this.read(file)))
      if (!(await this.#passesOne(group.files, limitMs))) return false;
    return true;
  }

  /** Files that share a process. */
  async #passesOne(files: readonly string[], limitMs: number): Promise<boolean> {
    const alone = ['--test', `--test-timeout=${limitMs}`, '--test-reporter=dot'];
    const args = [...(files.length > 1 ? ['src/checks/together.ts'] : alone), ...files];
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: childEnvironment({}, ['NODE_TEST_CONTEXT']),
      stdio: 'ignore',
      detached: true,
    });
    const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), limitMs);
    const [code] = (await once(child, 'exit')) as [number | null];
    clearTimeout(timer);
    return code === 0;
  }
}

/**
 * One, then some, then the rest: most mutants are noticed by the nearest test. A live test is long: each on
 * its own.
 */
function batches(files: readonly string[], kind: 'unit' | 'live'): string[][] {
  if (kind === 'live') return files.map((file) => [file]);
  return [files.slice(0, 1), files.slice(1, 4), files.slice(4, 16), files.slice(16)].filter(
    (batch) => batch.length > 0,
  );
}
