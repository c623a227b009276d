import { createInterface } from 'node:readline/promises';
import { abortable } from '../abortable.ts';
import { systemClock, type Clock } from '../clock.ts';
import { CodeSourceError, CodeTimeoutError } from '../errors.ts';
import { printable } from '../words/printable.ts';
import { Secret } from '../secret.ts';
import { masked } from './addresses.ts';
import { normalised } from './six-digits.ts';
import type { CodeRequest, CodeSource } from './source.ts';

/** A person who can be asked. */
export interface Asker {
  /** False where no person can be asked: input or output is no terminal. */
  readonly terminal: boolean;
  /**
   * One line as it was typed. Rejects with the signal's reason when aborted, and when the terminal is closed.
   */
  question(prompt: string, signal: AbortSignal, how?: HowAsked): Promise<string>;
}

interface HowAsked {
  /** The time that is left. */
  ms?: number;
  /** What is typed is not shown. */
  isHidden?: boolean;
}

/** One that is asked one question after the other, by any number of phones. */
export function inTurn(ask: Asker): Asker {
  let before: Promise<unknown> = Promise.resolve();
  return {
    terminal: ask.terminal,
    question(prompt, signal, how) {
      const asking = before.then(() => {
        signal.throwIfAborted();
        return ask.question(prompt, signal, how);
      });
      before = asking.catch(() => undefined);
      return abortable(asking, signal);
    },
  };
}

const NAME = 'person';
const FORM = 'A code has 6 digits, such as 123456 or 123 456.';

/**
 * The source that needs nothing: a person reads the code wherever it came and types it in. Two phones ask one
 * after the other.
 */
export function personSource({ ask, clock = systemClock }: { ask: Asker; clock?: Clock }): CodeSource {
  const closed = new AbortController();
  let before: Promise<unknown> = Promise.resolve();

  function mustHaveTerminal(): void {
    if (ask.terminal) return;
    throw new CodeSourceError(
      NAME,
      'there is no terminal at which a person could be asked',
      'run the command at a terminal, without pipes, or name another source with --code-source',
    );
  }

  /** Asks until a code is typed. `typed` gets what was no code. */
  async function codeFor(
    address: string,
    until: number,
    signal: AbortSignal,
    typed: () => void,
  ): Promise<string> {
    let remark = '';
    for (;;) {
      const left = until - clock.elapsed();
      const prompt = `${remark}Code sent to ${masked(address)} (${inWords(left)} left): `;
      const answer = (await ask.question(prompt, signal, { ms: left })).trim();
      const code = codeIn(answer);
      if (code) return code;
      if (answer !== '') typed();
      remark = answer === '' ? '' : `That is no code. ${FORM}\n`;
    }
  }

  return {
    name: NAME,
    async baseline(signal) {
      signal?.throwIfAborted();
      mustHaveTerminal();
      return { source: NAME, takenAt: new Date(clock.now()).toISOString(), position: {} };
    },
    async waitForCode({ address, signal, timeoutMs }: CodeRequest) {
      mustHaveTerminal();
      const over = new AbortController();
      const stop = AbortSignal.any([over.signal, closed.signal, ...(signal ? [signal] : [])]);
      let seen = 'nothing was typed in';
      const late = () => over.abort(new CodeTimeoutError(NAME, Math.round(timeoutMs / 1000), seen));
      const until = clock.elapsed() + timeoutMs;
      void clock.sleep(timeoutMs, 'a person who types a code', stop).then(late, () => undefined);

      const asking = before.then(() => {
        stop.throwIfAborted();
        return codeFor(address, until, stop, () => (seen = 'what was typed in was no code of 6 digits'));
      });
      before = asking.catch(() => undefined);
      try {
        const code = await abortable(asking, stop);
        return { code: new Secret(code), receivedAt: clock.now(), from: NAME, source: NAME };
      } finally {
        over.abort();
      }
    },
    async close() {
      closed.abort(
        new CodeSourceError(NAME, 'it was closed while a code was awaited', 'run the same command again'),
      );
      await before;
    },
  };
}

/** The person at the terminal of this process. Questions go to stderr, as stdout may be read by a program. */
export function terminalAsker(
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stderr,
): Asker {
  return {
    terminal: input.isTTY === true && output.isTTY === true,
    async question(prompt, signal, { isHidden = false } = {}) {
      // Not a terminal to readline: it would take Ctrl-C for itself, and the run would not hear of it. The
      // terminal edits the line.
      const lines = createInterface({ input, output, terminal: false });
      const ended = new AbortController();
      const end = () =>
        ended.abort(new CodeSourceError(NAME, 'the terminal was closed', 'run the same command again'));
      lines.once('close', end);
      // One that ended before says so no more.
      if (input.readableEnded) end();
      const stop = AbortSignal.any([signal, ended.signal]);
      const show = isHidden ? hidden(input, output) : undefined;
      try {
        const line = await abortable(lines.question(printable(prompt), { signal: stop }), stop);
        return isHidden ? withoutErased(line) : line;
      } catch (error) {
        // What is printed next begins a line of its own.
        output.write('\n');
        stop.throwIfAborted();
        throw error;
      } finally {
        show?.();
        lines.close();
      }
    },
  };
}

/** Shows nothing of what is typed, until the result is called. The terminal edits no line meanwhile. */
function hidden(input: NodeJS.ReadStream, output: NodeJS.WriteStream): () => void {
  const interrupt = (typed: Buffer | string) =>
    void (typed.includes('\x03') && process.kill(process.pid, 'SIGINT'));
  input.setRawMode?.(true);
  input.on('data', interrupt);
  return () => {
    input.off('data', interrupt);
    input.setRawMode?.(false);
    output.write('\n');
  };
}

/** A line without what was taken back, one character at a time. */
function withoutErased(line: string): string {
  const kept: string[] = [];
  for (const one of line)
    if (one === '\x7f' || one === '\b') kept.pop();
    else if (one >= ' ') kept.push(one);
  return kept.join('');
}

/** The code in what was typed or pasted, also as messages write it: `123 456`, `123-456`, `١٢٣٤٥٦`. */
export function codeIn(typed: string): string | undefined {
  const digits = normalised(typed).replace(/[\s\p{Pd}]/gu, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}

function inWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds > 90 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
}
