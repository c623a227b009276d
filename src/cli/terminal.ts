import { constants } from 'node:os';
import { styleText } from 'node:util';
import type { RunEvent } from '../events.ts';
import { BottomLines } from './bottom-lines.ts';

// One Ctrl-C can arrive twice, from the terminal and through the launcher; what comes within this time is the
// same one, ms.
const TWICE = 300;

/** What changes below all that is said. */
export const bottom = new BottomLines(process.stderr);

/** For people: stderr, so that stdout stays free for `--json`. */
export function say(line = ''): void {
  bottom.say(line);
}

export function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stderr });
}

/** Tells the events of a run as they come: pages as they appear, under each what was done on it. */
export function narrator(): (event: RunEvent) => void {
  const started = performance.now();
  return (event) => {
    const time = style('dim', `${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s`);
    if (event.kind === 'page') say(`${time}  ${style('bold', event.page)}`);
    else
      say(`${time}    → ${event.what}${event.kind === 'password-submitted' ? style('dim', ' (once)') : ''}`);
  };
}

/**
 * Aborted when the person presses Ctrl-C, or the system asks for an end. A second Ctrl-C ends the process at
 * once.
 */
export function interruption(): { signal: AbortSignal; dispose(): void } {
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
  const dispose = () => {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { signal: controller.signal, dispose };
}
