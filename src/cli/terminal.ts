import { styleText } from 'node:util';
import type { Entry } from '../flows/evidence.ts';

/** For people: stderr, so that stdout stays free for `--json`. */
export function say(line = ''): void {
  process.stderr.write(`${line}\n`);
}

export function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stderr });
}

/** Tells the entries of a timeline as they come: pages as they appear, under each what was done on it. */
export function narrator(): (entry: Entry) => void {
  const started = performance.now();
  return (entry) => {
    const time = style('dim', `${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s`);
    if (entry.kind === 'page') say(`${time}  ${style('bold', entry.page)}`);
    else say(`${time}    → ${entry.what}${entry.kind === 'password-submitted' ? style('dim', ' (once)') : ''}`);
  };
}

/** Ends when the person presses Ctrl-C (or the system asks for an end). A second Ctrl-C ends the process at once. */
export function interruption(): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const stop = () => {
    dispose();
    say(style('dim', '\nstopping; once more to stop at once'));
    controller.abort(new Error('stopped on request'));
  };
  const dispose = () => {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { signal: controller.signal, dispose };
}
