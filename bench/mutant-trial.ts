import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from '../src/config/config.ts';
import { groupsOf } from '../src/checks/groups.ts';
import { Covered, isRun } from './covered.ts';
import { mutated, type Mutant } from './mutate.ts';

const execute = promisify(execFile);
/** So many of the nearest tests are tried at once: most changes are noticed there. The others are asked first. */
const NEAREST = 1;

export interface Tests {
  unit(file: string): string[];
  live(file: string): string[];
}

/** What noticed the change; undefined: nothing did. */
export interface Verdict {
  mutant: Mutant;
  noticedBy?: { kind: 'unit' | 'live' | 'types'; files: string[]; late?: true };
  /** How many test files were tried. */
  tried: number;
}

type End = 'passed' | 'failed' | 'late';

/** A copy of what is committed, on which tests run while files in it are changed. */
export class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'mi-unbind-mutants-'));
  #covered: Covered | undefined;

  async make(): Promise<this> {
    await execute('git', ['worktree', 'add', '--detach', '--force', this.folder, 'HEAD']);
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
    this.#covered = new Covered(this.folder, resolve('node_modules/.cache/mutants'));
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
    let tried = 0;
    for (const kind of live ? (['unit', 'live'] as const) : (['unit'] as const)) {
      for await (const files of this.#batches(mutant, tests[kind](mutant.file), kind, limitMs)) {
        tried += files.length;
        const run = () => this.#changed(mutant, () => this.#run(files, limitMs));
        let end = await run();
        // Of tests that are far from it one may have failed for another reason.
        if (end === 'failed' && files.length > 1) end = await run();
        if (end === 'passed') continue;
        return { mutant, tried, noticedBy: { kind, files, ...(end === 'late' && { late: true }) } };
      }
    }
    return { mutant, tried };
  }

  async passes(files: readonly string[], limitMs: number): Promise<boolean> {
    return (await this.#run(files, limitMs)) === 'passed';
  }

  async #changed<T>(mutant: Mutant, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, mutant.file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, mutated(text, mutant));
    try {
      return await work();
    } finally {
      writeFileSync(path, text);
    }
  }

  /**
   * The nearest, then in growing numbers those that run the place of the change. A live test is long: each on its
   * own, and what it runs in other processes that are killed is in no report.
   */
  async *#batches(
    mutant: Mutant,
    files: readonly string[],
    kind: 'unit' | 'live',
    limitMs: number,
  ): AsyncGenerator<string[]> {
    if (kind === 'live') {
      yield* files.map((file) => [file]);
      return;
    }
    if (files.length > 0) yield files.slice(0, NEAREST);
    let batch: string[] = [];
    let size = 2;
    for (const file of files.slice(NEAREST)) {
      const ranges = await this.#covered?.of(file, (more) => this.#runGroup([file], limitMs, more));
      if (!ranges || isRun(ranges, mutant.file, mutant.runs)) batch.push(file);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
      size *= 2;
    }
    if (batch.length > 0) yield batch;
  }

  async #run(files: readonly string[], limitMs: number): Promise<End> {
    for (const group of groupsOf(files, (file) => this.read(file))) {
      const end = await this.#runGroup(group.files, limitMs);
      if (end !== 'passed') return end;
    }
    return 'passed';
  }

  /** Files that share a process. */
  async #runGroup(
    files: readonly string[],
    limitMs: number,
    more: Record<string, string> = {},
  ): Promise<End> {
    const args = files.length > 1 ? ['src/checks/together.ts', ...files] : files;
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: childEnvironment(more, ['NODE_TEST_CONTEXT']),
      stdio: 'ignore',
      detached: true,
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    }, limitMs);
    const [code] = (await once(child, 'exit')) as [number | null];
    clearTimeout(timer);
    if (late) return 'late';
    return code === 0 ? 'passed' : 'failed';
  }
}
