import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { childEnvironment } from '../config/config.ts';

const isScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');
const program = join(import.meta.dirname, '../../bin/mi-unbind.js');

/** Why there can be no terminal here, as `skip` takes it. */
export const terminalMissing = isScript
  ? false
  : 'script of util-linux, which makes a terminal, is not installed (apt-get install bsdutils)';

/** For live tests: `mi-unbind ARGS` at a terminal of its own. */
export class LiveTerminal {
  said = '';
  readonly ended: Promise<number>;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  constructor(args: readonly string[], env: Record<string, string>) {
    // Without exec the shell between stays, and Ctrl-C ends it too: dash then answers 130, whatever the
    // program said.
    // Wide, so that no sentence that is waited for is broken.
    const command = `stty cols 250; exec ${[process.execPath, program, ...args].map((word) => `'${word}'`).join(' ')}`;
    this.#child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: childEnvironment(env),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    this.ended = once(this.#child, 'close').then(([code]) => code as number);
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  async says(words: RegExp): Promise<void> {
    while (!words.test(this.said)) {
      const over = await Promise.race([
        once(this.#child.stdout, 'data').then(() => false),
        this.ended.then(() => true),
      ]);
      if (over) assert.match(this.said, words);
    }
  }
}
