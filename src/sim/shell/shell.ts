import { PassThrough, Readable } from 'node:stream';
import type { Handset } from '../handset.ts';
import { activityCommands } from './activity.ts';
import { binderCommands } from './binder.ts';
import { fail, type Command, type CommandTable, type Context, type CommandResult } from './command.ts';
import { fileCommands } from './files.ts';
import { isWritable, matching, readFile, writeFile } from './filesystem.ts';
import { inputCommands } from './input.ts';
import type { StartUia2 } from './instrument.ts';
import { logcat } from './log.ts';
import { packageCommands } from './packages.ts';
import { parse, ShellSyntaxError, type SimpleCommand } from './parse.ts';
import { Processes } from './processes.ts';
import { propertyCommands } from './properties.ts';
import { serviceCommands } from './services.ts';
import { systemCommands } from './system.ts';
import { textCommands } from './text.ts';

/** Where a line's output goes and what it reads. */
export interface Streams {
  stdin: Readable;
  stdout(chunk: string | Uint8Array): void;
  stderr(chunk: string | Uint8Array): void;
  signal: AbortSignal;
}

const VARIABLES: Record<string, string> = {
  HOME: '/',
  PATH: '/product/bin:/apex/com.android.runtime/bin:/system/bin:/system/xbin:/odm/bin:/vendor/bin',
  EXTERNAL_STORAGE: '/sdcard',
  ANDROID_ROOT: '/system',
  ANDROID_DATA: '/data',
  USER: 'shell',
  SHELL: '/bin/sh',
};

/** Stands for `$?` between parsing and running. */
const EXIT_CODE = '\u0000?';

/**
 * The phone's `sh` (mksh) with the commands of Android's toolbox that hosts send. One per phone; lines run
 * independently.
 */
export class Shell {
  readonly phone: Handset;
  readonly processes: Processes;
  readonly #commands: CommandTable;

  constructor(phone: Handset, startUia2?: StartUia2) {
    this.phone = phone;
    this.processes = new Processes(phone);
    this.#commands = {
      ...fileCommands,
      ...textCommands,
      ...propertyCommands,
      ...systemCommands,
      ...packageCommands,
      ...activityCommands(startUia2),
      ...inputCommands,
      ...serviceCommands,
      ...binderCommands,
      logcat,
      sh: (argv, context) => runScript(argv, context),
      // `adb logcat` sends: export ANDROID_LOG_TAGS=…; exec logcat …
      export: () => '',
      exec: async (argv, context) => ({ exitCode: await context.run(argv) }),
    };
    this.#commands['which'] = (argv) => {
      const found = argv.filter((name) => Object.hasOwn(this.#commands, name));
      return {
        stdout: found.map((name) => `/system/bin/${name}\n`).join(''),
        exitCode: found.length === argv.length ? 0 : 1,
      };
    };
  }

  /** Resolves with the exit code of the last command. Never rejects. */
  async run(line: string, streams: Streams): Promise<number> {
    // A phone that becomes another one meanwhile answers nothing more.
    await this.phone.takes('shell').catch(() => undefined);
    return this.#run(line, streams);
  }

  async #run(line: string, streams: Streams): Promise<number> {
    let code = 0;
    try {
      for (const step of parse(line, (name) => (name === '?' ? EXIT_CODE : (VARIABLES[name] ?? '')))) {
        if (step.when === 'succeeded' && code !== 0) continue;
        if (step.when === 'failed' && code === 0) continue;
        if (step.pipeline[0]?.words[0]?.text === 'exit')
          return Number(step.pipeline[0].words[1]?.text ?? code) & 0xff;
        code = await this.#pipeline(withExitCode(step.pipeline, code), streams);
        if (streams.signal.aborted) break;
      }
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      this.phone.ignorant('shell', line);
      streams.stderr(`/system/bin/sh: ${error.message}\n`);
      return 1;
    }
    return code;
  }

  /**
   * All commands of a pipeline run at once, so `logcat | grep x` prints while it lasts; the last one's exit
   * code counts.
   */
  async #pipeline(commands: readonly SimpleCommand[], streams: Streams): Promise<number> {
    let { stdin } = streams;
    const running: Promise<number>[] = [];
    for (const [at, command] of commands.entries()) {
      const isLast = at === commands.length - 1;
      const pipe = new PassThrough();
      const gone = new AbortController();
      const own: Streams = isLast
        ? { ...streams, stdin }
        : {
            stdin,
            stdout: (chunk) => void (pipe.writable && pipe.write(chunk)),
            stderr: streams.stderr,
            signal: AbortSignal.any([streams.signal, gone.signal]),
          };
      pipe.on('close', () => gone.abort(new Error('the reader of the pipe is gone')));
      const reads = stdin;
      running.push(
        this.#redirected(command, own).finally(() => {
          pipe.end();
          if (reads instanceof PassThrough && at > 0) reads.destroy();
        }),
      );
      stdin = pipe;
    }
    return (await Promise.all(running)).at(-1) ?? 0;
  }

  async #redirected({ words, redirects }: SimpleCommand, streams: Streams): Promise<number> {
    const argv = words.flatMap((word) =>
      word.pattern ? matching(this.phone.files, word.text) : [word.text],
    );
    let { stdin, stdout, stderr } = streams;
    const files: { path: string; chunks: Buffer[] }[] = [];
    for (const { from, to } of redirects) {
      if ('stream' in to) {
        if (from === 'stderr') stderr = stdout;
        else stdout = stderr;
        continue;
      }
      const path = to.file.text;
      if (from === 'stdin') {
        const data = path === '/dev/null' ? Buffer.alloc(0) : readFile(this.phone.files, path);
        if (!data) {
          stderr(`/system/bin/sh: can't open ${path}: No such file or directory\n`);
          return 1;
        }
        stdin = Readable.from([data], { objectMode: false });
        continue;
      }
      if (path !== '/dev/null' && !isWritable(path)) {
        stderr(`/system/bin/sh: can't create ${path}: Permission denied\n`);
        return 1;
      }
      const before = to.append ? readFile(this.phone.files, path) : undefined;
      const file = { path, chunks: before ? [before] : [] };
      if (path !== '/dev/null') files.push(file);
      const sink = (chunk: string | Uint8Array) => void file.chunks.push(Buffer.from(chunk));
      if (from === 'stdout') stdout = sink;
      else stderr = sink;
    }
    const code = argv.length === 0 ? 0 : await this.#execute(argv, { ...streams, stdin, stdout, stderr });
    for (const { path, chunks } of files) writeFile(this.phone, path, Buffer.concat(chunks));
    return code;
  }

  async #execute(argv: readonly string[], streams: Streams): Promise<number> {
    const [name = '', ...rest] = argv;
    const command = this.#find(name);
    if (!command) {
      this.phone.ignorant('shell', argv.join(' '));
      streams.stderr(`/system/bin/sh: ${name}: inaccessible or not found\n`);
      return 127;
    }
    const context: Context = {
      phone: this.phone,
      processes: this.processes,
      stdin: streams.stdin,
      signal: streams.signal,
      print: streams.stdout,
      run: (other) => this.#execute(other, streams),
      runLine: (line) => this.#run(line, streams),
    };
    try {
      return this.#print(await command(rest, context), streams);
    } catch (error) {
      // A pattern that is none, a phone that is being shut down: the command fails, the phone stays.
      this.phone.ignorant('shell', argv.join(' '));
      streams.stderr(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      return 1;
    }
  }

  #find(name: string): Command | undefined {
    const base = name.replace(/^\/(system|vendor)\/x?bin\//, '');
    return Object.hasOwn(this.#commands, base) ? this.#commands[base] : undefined;
  }

  #print(result: CommandResult, { stdout, stderr }: Streams): number {
    const {
      stdout: out = '',
      stderr: err = '',
      exitCode = 0,
    } = typeof result === 'string' ? { stdout: result } : result;
    if (out.length > 0) stdout(out);
    if (err.length > 0) stderr(err);
    return exitCode & 0xff;
  }
}

/** The code of the step before is known only when this one runs. */
function withExitCode(pipeline: readonly SimpleCommand[], code: number): SimpleCommand[] {
  return pipeline.map((command) => ({
    ...command,
    words: command.words.map((word) => ({ ...word, text: word.text.replaceAll(EXIT_CODE, String(code)) })),
  }));
}

async function runScript(argv: readonly string[], context: Context): Promise<CommandResult> {
  if (argv[0] !== '-c' || argv[1] === undefined) {
    context.phone.ignorant('shell', `sh ${argv.join(' ')}`);
    return fail(`sh: ${argv[0] ?? ''}: No such file or directory`, 127);
  }
  return { exitCode: await context.runLine(argv[1]) };
}
