import type { Clock } from '../../clock.ts';
import { options, unknown, type Command } from './command.ts';

const KEPT_LINES = 500;
const HEAD = '--------- beginning of main\n';

/** The log buffer behind `logcat`. */
export class Log {
  readonly #clock: Clock;
  readonly #lines: string[] = [];
  readonly #followers = new Set<(line: string) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.write('mi-sim', 'boot completed');
  }

  write(tag: string, message: string, pid = 1204): void {
    const line = `${stamp(this.#clock.now())} ${String(pid).padStart(5)} ${String(pid).padStart(5)} I ${tag}: ${message}\n`;
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    for (const follower of this.#followers) follower(line);
  }

  get text(): string {
    return this.#lines.join('');
  }

  clear(): void {
    this.#lines.length = 0;
  }

  follow(follower: (line: string) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}

/** `logcat`: the buffer, then every new line until the host hangs up; with -d only the buffer. */
export const logcat: Command = async (argv, context) => {
  const { found, strange } = options(argv, {
    flags: ['-d', '-c', '--clear', '-D'],
    valued: ['-v', '-b', '-t', '-T', '-s', '--pid', '-e', '--buffer', '--format'],
  });
  const { log } = context.processes;
  if (strange.length > 0) {
    return unknown(context, `logcat ${argv.join(' ')}`, {
      stderr: `Unknown option '${strange[0]}'\nUsage: logcat [options] [filterspecs]\n`,
      exitCode: 1,
    });
  }
  if (found.has('-c') || found.has('--clear')) {
    log.clear();
    return '';
  }
  const silent = context.phone.faults.has('silent-logcat');
  if (!silent) context.print(HEAD + log.text);
  if (found.has('-d') || found.has('-t')) return '';
  const unfollow = silent ? () => {} : log.follow((line) => context.print(line));
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) return resolve();
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  unfollow();
  return '';
};

/** As `-v threadtime` writes it: month-day and time with milliseconds. */
function stamp(at: number): string {
  return new Date(at).toISOString().slice(5, 23).replace('T', ' ');
}
