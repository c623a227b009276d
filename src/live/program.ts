import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { childEnvironment } from '../config/config.ts';

export interface ProgramSurroundings {
  /** Changes to the environment. */
  env?: Record<string, string>;
  /** What is typed or piped in; the pipe stays open, as a terminal does. */
  input?: string;
  /** The program that runs the launcher, where it is not this Node. */
  node?: string;
  /** What starts it: this Node, one that is too old and so starts another, or `npm run`. */
  through?: 'node' | 'old node' | 'npm';
  /** What runs that program: another one with its arguments, as `setpriv` or `prlimit`. */
  by?: readonly string[];
}

export interface ProgramEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Has the launcher see a Node that cannot run the program. */
export const pretend = (version: string): string =>
  `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`;
const WITH_TEST = new URL('../host/end-with-parent.ts', import.meta.url).href;
const OLD = pretend('20.19.0');

const root = join(import.meta.dirname, '../..');

/** For live tests: `mi-unbind ARGS` as a process of its own, as a user runs it. */
export class LiveProgram {
  stdout = '';
  stderr = '';
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** In the environment of this process and of all that it starts. */
  readonly #mark = `mark-${crypto.randomUUID()}`;

  constructor(
    args: readonly string[],
    { env = {}, input, node = process.execPath, through = 'node', by = [] }: ProgramSurroundings = {},
  ) {
    const isThis = through === 'node' && node === process.execPath;
    // Where this Node can, it ends with the test, also with one that is killed.
    const preload = through === 'old node' ? ['--import', OLD] : isThis ? ['--import', WITH_TEST] : [];
    const launcher = [...preload, join(root, 'bin/mi-unbind.js')];
    const start = through === 'npm' ? ['npm', 'run', '--silent', 'mi-unbind', '--'] : [node, ...launcher];
    const [program = node, ...line] = [...by, ...start, ...args];
    this.#child = spawn(program, line, {
      cwd: root,
      env: childEnvironment({ MI_UNBIND_TEST: this.#mark, ...env }),
      stdio: ['pipe', 'pipe', 'pipe', ...(isThis ? (['ipc'] as const) : [])],
    }) as ChildProcessByStdio<Writable, Readable, Readable>;
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // A program that ends without reading takes nothing.
    this.#child.stdin.on('error', () => undefined);
    if (input !== undefined) this.#child.stdin.write(input);
    this.ended = once(this.#child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Resolves when it has said these words to people. Rejects with all it said when it ended without. */
  async says(words: string): Promise<void> {
    while (!this.stderr.includes(words)) {
      const over = await Promise.race([
        once(this.#child.stderr, 'data').then(() => false),
        this.ended.then(() => true),
      ]);
      if (over && !this.stderr.includes(words))
        throw new Error(`It ended without saying '${words}'. It said:\n${this.stderr}`);
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /**
   * Command lines of what runs of it and of what it has started, by pid, without the database, which outlives
   * it for some seconds. Read from
   * /proc: elsewhere than on Linux there is nothing to see.
   */
  processes(): Map<string, string> {
    const marked = pids().filter((pid) => proc(pid, 'environ').includes(this.#mark));
    const lines = marked.map((pid) => [pid, commandLine(pid)] as const);
    return new Map(
      lines.filter(([, line]) => !/\bstore\/supervisor\.ts |^postgres: |\bpostgres -D /.test(line)),
    );
  }
}

/** Of all processes; only Linux tells. */
export function pids(): string[] {
  return process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
}

export const commandLine = (pid: string): string => proc(pid, 'cmdline').replaceAll('\0', ' ');

/** Empty for a process that has ended meanwhile, or is another user's. */
export function proc(pid: string, file: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
