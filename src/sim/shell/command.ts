import type { Readable } from 'node:stream';
import type { Handset } from '../handset.ts';
import type { Processes } from './processes.ts';

/** What a command of the phone's shell works with. */
export interface Context {
  readonly phone: Handset;
  readonly processes: Processes;
  readonly stdin: Readable;
  /**
   * Fires when the host hangs up or the reader of a pipe is gone. A command that keeps its stream open ends
   * then.
   */
  readonly signal: AbortSignal;
  /** Prints now, for a command that goes on. What a command returns is printed after it. */
  print(chunk: string | Uint8Array): void;
  /** Runs another command of this shell with the same streams (`cmd package`, `sh -c`). */
  run(argv: readonly string[]): Promise<number>;
  /** Runs a whole line with the same streams. */
  runLine(line: string): Promise<number>;
}

/** A plain string is what a successful command prints. */
export type CommandResult = string | { stdout?: string | Uint8Array; stderr?: string; exitCode?: number };
/** `argv` is without the name of the command. */
export type Command = (argv: readonly string[], context: Context) => CommandResult | Promise<CommandResult>;
export type CommandTable = Record<string, Command>;

export function fail(stderr: string, exitCode = 1): CommandResult {
  return { stderr: stderr.endsWith('\n') ? stderr : `${stderr}\n`, exitCode };
}

export function lines(texts: Iterable<string>): string {
  return [...texts].map((text) => `${text}\n`).join('');
}

/** As Java services report an exception to the shell: `cmd` exits with 255. */
export function exception(verb: string, text: string): CommandResult {
  return fail(
    `\nException occurred while executing '${verb}':\n${text}\n\tat android.os.Binder.execTransact(Binder.java:1179)`,
    255,
  );
}

/** Something this phone's shell does not know: answered as a real phone answers nonsense, and noted. */
export function unknown(context: Context, asked: string, answer: CommandResult): CommandResult {
  context.phone.ignorant('shell', asked);
  return answer;
}

/**
 * Splits `argv` into options and the rest. `valued` names the options that take a value; a name not in either
 * list goes to `strange`.
 */
export function options(
  argv: readonly string[],
  spec: { flags?: readonly string[]; valued?: readonly string[] },
) {
  const found = new Map<string, string>();
  const rest: string[] = [];
  const strange: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const [name = '', inline] = word.startsWith('--') ? word.split(/=(.*)/s) : [word];
    if (!word.startsWith('-') || word === '-') rest.push(word);
    else if (spec.valued?.includes(name)) found.set(name, inline ?? argv[++at] ?? '');
    else if (spec.flags?.includes(word)) found.set(word, '');
    else strange.push(word);
  }
  return { found, rest, strange };
}
