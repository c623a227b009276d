import { Readable } from 'node:stream';
import type { Shell, Streams } from './shell.ts';

const CONTROL = { C: '\u0003', D: '\u0004', BACKSPACE: '\u0008', DELETE: '\u007f' } as const;

/**
 * `adb shell` without a command: a prompt until `exit` or the end of the input. On a terminal the phone
 * echoes what is typed, Ctrl+C ends the running command and Ctrl+D the shell. Commands themselves read
 * nothing.
 */
export async function interactive(shell: Shell, streams: Streams, isTerminal: boolean): Promise<number> {
  const print = isTerminal
    ? (chunk: string | Uint8Array) => streams.stdout(withReturns(chunk))
    : streams.stdout;
  const prompt = isTerminal ? `${shell.phone.props.get('ro.product.device') ?? 'generic'}:/ $ ` : '';
  let running: AbortController | undefined;
  const typed = new TypedLines(streams.stdin, isTerminal ? print : () => {}, isTerminal, () => {
    running?.abort(new Error('Ctrl+C'));
    return running !== undefined;
  });

  let code = 0;
  for (;;) {
    print(prompt);
    const line = await typed.next();
    if (line === undefined || streams.signal.aborted) return code;
    const exit = /^\s*exit(?:\s+(\d+))?\s*$/.exec(line);
    if (exit) return Number(exit[1] ?? code) & 0xff;
    running = new AbortController();
    const signal = AbortSignal.any([streams.signal, running.signal]);
    const stderr = isTerminal ? print : streams.stderr;
    code = await shell.run(line, { stdin: Readable.from([]), stdout: print, stderr, signal });
    running = undefined;
  }
}

/** Lines as they are completed; the terminal's line discipline where there is one. */
class TypedLines {
  readonly #ready: (string | undefined)[] = [];
  #wake: (() => void) | undefined;
  #line = '';

  /** `interrupt` ends the running command and says whether there was one. */
  constructor(input: Readable, echo: (text: string) => void, isTerminal: boolean, interrupt: () => boolean) {
    input.setEncoding('utf8');
    input.on('data', (chunk: string) => {
      for (const char of chunk) {
        if (char === '\n' || (char === '\r' && isTerminal)) {
          echo('\n');
          this.#complete(this.#line);
        } else if (!isTerminal) this.#line += char;
        else if (char === CONTROL.C) {
          echo('^C\n');
          if (interrupt()) this.#line = '';
          else this.#complete('');
        } else if (char === CONTROL.D) {
          if (this.#line === '') this.#complete(undefined);
        } else if (char === CONTROL.DELETE || char === CONTROL.BACKSPACE) {
          if (this.#line !== '') echo('\b \b');
          this.#line = this.#line.slice(0, -1);
        } else {
          this.#line += char;
          echo(char);
        }
      }
    });
    for (const end of ['end', 'close']) {
      input.on(end, () => {
        if (this.#line !== '') this.#complete(this.#line);
        this.#complete(undefined);
      });
    }
  }

  /** The next line, or undefined at the end of the input. */
  async next(): Promise<string | undefined> {
    while (this.#ready.length === 0) await new Promise<void>((wake) => (this.#wake = wake));
    return this.#ready.shift();
  }

  #complete(line: string | undefined): void {
    this.#line = '';
    this.#ready.push(line);
    this.#wake?.();
  }
}

function withReturns(chunk: string | Uint8Array): string | Uint8Array {
  return typeof chunk === 'string' ? chunk.replaceAll('\n', '\r\n') : chunk;
}
