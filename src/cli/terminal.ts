import { constants } from 'node:os';
import { stripVTControlCharacters, styleText } from 'node:util';
import type { RunEvent } from '../events.ts';
import { oneLine, printableJson } from '../words/printable.ts';
import { BottomLines } from './bottom-lines.ts';
import { painted, style, wrapped } from './lines.ts';

/**
 * The one door to the terminal: what is said for people (stderr), and answers (stdout). Text that comes from
 * phones, lists, messages or other programs may be handed in as it is.
 */

export { style };

// One Ctrl-C can arrive twice, from the terminal and through the launcher; what comes within this time is the
// same one, ms.
const TWICE = 300;

/** As Node decides it: NO_COLOR, FORCE_COLOR, and what the terminal can. */
const isStyled = (stream: NodeJS.WriteStream) => styleText('bold', 'x', { stream }) !== 'x';

/** What changes below all that is said. */
export const bottom = new BottomLines(process.stderr, { isStyled: isStyled(process.stderr) });

/** The same where questions are asked: nothing changes that was written. */
export const whileAsking = (): BottomLines =>
  new BottomLines(process.stderr, { isStyled: isStyled(process.stderr), isLive: false });

/** For people: stderr, so that stdout stays free for `--json`. */
export function say(line = ''): void {
  if (!isLog) return bottom.say(line);
  const what = stripVTControlCharacters(painted(line, false)).trim();
  if (what !== '') log({ level: 'info', what });
}

let isLog = false;

/** From now on what is said for people is a log for machines: a JSON object in each line, with its time. */
export function logAsJson(): void {
  isLog = true;
}

/** A line of that log. Of what has no time of its own it is now. */
export function log(
  entry: { level: 'info' | 'warn' | 'error'; at?: string } & Readonly<Record<string, unknown>>,
): void {
  const { at = new Date().toISOString(), level, ...rest } = entry;
  process.stderr.write(`${printableJson({ at, level, ...rest })}\n`);
}

/** An answer for people, a line or several. */
export function print(text: string): void {
  process.stdout.write(`${wrapped(painted(text, isStyled(process.stdout)), stdoutColumns())}\n`);
}

/** An answer for programs: a line, or with `indent` several. */
export function printJson(value: unknown, indent?: number): void {
  process.stdout.write(`${printableJson(value, indent)}\n`);
}

/** What is ours from the first byte to the last, byte for byte: a template, a key. */
export function printRaw(content: string | Uint8Array): void {
  process.stdout.write(content);
}

/** A picture, in escape sequences of ours. */
export function draw(sequence: string): void {
  process.stderr.write(`${sequence}\n`);
}

/** Of the terminal that answers go to; undefined for a pipe or a file, where nothing is cut or wrapped. */
export function stdoutColumns(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns || 80 : undefined;
}

/** Tells the events of a run as they come: pages as they appear, under each what was done on it. */
export function narrator(): (event: RunEvent) => void {
  const started = performance.now();
  return (event) => {
    const time = style('dim', `${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s`);
    if (event.kind === 'page') say(`${time}  ${style('bold', oneLine(event.page))}`);
    else
      say(
        `${time}    → ${oneLine(event.what)}${event.kind === 'password-submitted' ? style('dim', ' (once)') : ''}`,
      );
  };
}

/**
 * Aborted when the person presses Ctrl-C, or the system asks for an end. A second Ctrl-C ends the process at
 * once.
 */
export function interruption(): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  let asked = 0;
  const stop = () => {
    if (!controller.signal.aborted) {
      asked = performance.now();
      say(style('dim', '\nstopping; once more to stop at once'));
      controller.abort(new Error('stopped on request'));
    } else if (performance.now() - asked > TWICE) {
      // Not left to the signal itself: what listens for 'exit' ends the processes this one has started.
      process.exit(128 + constants.signals.SIGINT);
    }
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.removeListener('SIGINT', stop);
      process.removeListener('SIGTERM', stop);
    },
  };
}
