import { stripVTControlCharacters } from 'node:util';
import type { BenchEvent } from '../jobs/runner.ts';
import { outcomeInWords, reasonInWords } from '../reasons.ts';
import { style } from './terminal.ts';

// How often the seconds of the phones at work are shown anew, ms.
const TICK = 1000;
const MARKS = { good: ['green', '✔'], fair: ['yellow', '!'], bad: ['red', '✘'] } as const;

interface AtWork {
  reference: string;
  since: number;
  step: string;
}

/** Tells people how a bench gets on: a line for each phone that has ended, and at a terminal below them one for each at work. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  readonly #atWork = new Map<string, AtWork>();
  readonly #timer: NodeJS.Timeout | undefined;
  #shown = 0;
  /** Jobs still to be ended; undefined where nobody knows. */
  #left: number | undefined;
  #ended = 0;
  #spent = 0;

  /** `left`: jobs that are to be ended. */
  constructor(out: NodeJS.WriteStream = process.stderr, left?: number) {
    this.#out = out;
    this.#left = left;
    if (out.isTTY) this.#timer = setInterval(() => this.#draw([]), TICK);
    this.#timer?.unref();
  }

  told(event: BenchEvent): void {
    if (event.kind === 'begun') this.#atWork.set(event.phone, { reference: event.reference, since: Date.now(), step: '' });
    if (event.kind === 'step') {
      const phone = this.#atWork.get(event.phone);
      if (phone) phone.step = event.what;
      // At a terminal it is shown with the next tick.
      return;
    }
    if (event.kind === 'ended') {
      this.#ended++;
      this.#spent += event.durationMs;
      if (this.#left !== undefined && event.state !== 'waiting') this.#left--;
    }
    if (event.kind === 'ended' || event.kind === 'given-back') this.#atWork.delete(event.phone);
    const line = inWords(event, this.#out.isTTY);
    this.#draw(line === undefined ? [] : [line]);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#atWork.clear();
    this.#left = undefined;
    this.#draw([]);
  }

  /** Puts lines above what is shown for the moment. */
  #draw(lines: readonly string[]): void {
    if (!this.#out.isTTY) {
      for (const line of lines) this.#out.write(`${line}\n`);
      return;
    }
    const now = [...this.#atWork].map(([serial, { reference, since, step }]) => {
      const seconds = `${Math.round((Date.now() - since) / 1000)} s`.padStart(6);
      return `${style('dim', seconds)}  ${serial}  ${reference ? `${reference}  ` : ''}${style('dim', step)}`;
    });
    const total = this.#total();
    const block = [...now, ...(total === undefined ? [] : [total])].map((line) => cut(line, this.#out.columns));
    const back = this.#shown > 0 ? `\x1b[${this.#shown}A\x1b[0J` : '';
    this.#out.write(back + [...lines, ...block].map((line) => `${line}\n`).join(''));
    this.#shown = block.length;
  }

  #total(): string | undefined {
    if (this.#left === undefined || this.#left === 0) return undefined;
    const minutes = minutesLeft(this.#left, this.#spent / this.#ended, this.#atWork.size);
    const about = minutes === undefined ? '' : `, about ${minutes} min`;
    return style('dim', `        ${this.#ended} ended, ${this.#left} to go${about}`);
  }
}

/** For so many jobs that take `meanMs` each, some at once. Undefined where nothing is known yet. */
export function minutesLeft(left: number, meanMs: number, atOnce: number): number | undefined {
  if (!Number.isFinite(meanMs) || atOnce === 0) return undefined;
  return Math.max(1, Math.round((left * meanMs) / Math.min(atOnce, left) / 60_000));
}

/** A terminal that wraps a line has one more than was counted. Styles are let go of where there is no room. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : `${plain.slice(0, Math.max(0, columns - 2))}…`;
}

/** Undefined for what people need not be told. */
function inWords(event: BenchEvent, isLive: boolean): string | undefined {
  switch (event.kind) {
    case 'begun':
      return isLive ? undefined : `  ${event.phone} ${event.reference} begun${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`;
    case 'ended': {
      const [words, tone] = outcomeInWords(event.outcome);
      const why = event.reason ? `\n  ${reasonInWords(event.reason)}` : '';
      const again = event.notBefore ? `; again at ${event.notBefore.slice(11, 16)} UTC` : '';
      const seconds = style('dim', `(${(event.durationMs / 1000).toFixed(1)} s)`);
      const [colour, mark] = MARKS[tone];
      return `${style(colour, mark)} ${event.phone} ${event.reference} ${style('bold', words)}${again} ${seconds}${why}`;
    }
    case 'given-back':
      return `${style('yellow', '!')} ${event.phone} goes on later: ${event.why}`;
    case 'problem':
      return `${style('yellow', '!')} ${event.what}`;
    case 'attached':
      return style('dim', `  ${event.phone} is attached`);
    case 'gone':
      return style('dim', `  ${event.phone} is gone`);
    case 'step':
      return undefined;
  }
}
