import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { framed } from './adb-wire.ts';

/** A line for the shell of one phone, and the adb server it is reached by. */
export interface ShellCommand {
  host: string;
  port: number;
  serial: string;
  line: string;
}

/** Starts a program as `child_process.spawn` does. */
export type Spawn = (program: string, args: readonly string[], options: object) => ChildProcess;

const FLAGS = new Set(['-H', '-P', '-s']);
/** What changes how a program is started or what it reads: only the program itself knows what that means. */
const SPECIAL = ['stdio', 'shell', 'detached', 'signal', 'uid', 'gid'];

/**
 * What `adb -P PORT -s SERIAL shell WORDS` asks of which server; nothing for any other program, and where an
 * option of `shell` is given.
 */
export function shellCommand(
  program: string,
  args: readonly string[],
  options: object = {},
): ShellCommand | undefined {
  if (!/(^|[\\/])adb(\.exe)?$/.test(program)) return undefined;
  if (SPECIAL.some((name) => (options as Record<string, unknown>)[name] !== undefined)) return undefined;
  const given = new Map<string, string>();
  let at = 0;
  for (; FLAGS.has(args[at] ?? ''); at += 2) given.set(args[at] ?? '', args[at + 1] ?? '');
  const [command, ...words] = args.slice(at);
  const [port, serial = ''] = [Number(given.get('-P')), given.get('-s')];
  if (command !== 'shell' || words.length === 0 || words[0]?.startsWith('-')) return undefined;
  if (!(port > 0) || serial === '') return undefined;
  return { host: given.get('-H') ?? '127.0.0.1', port, serial, line: words.join(' ') };
}

/** Packets of `shell,v2`: id u8, length u32 little endian, data. Source: AOSP adb/shell_protocol.h. */
const PACKET = { stdout: 1, stderr: 2, exit: 3 };
const HEADER = 5;
/** Answers to the phone that is picked, with its number of eight bytes, and to the service that is asked for. */
const PICKED = 12;
const OPENED = 4;

/**
 * A shell command of adb, asked of the adb server over a socket, that looks like a child process. A phone or
 * server that does not take it up has done nothing yet: then adb itself is started, which also knows the words
 * for why.
 */
export class AdbShellChild extends EventEmitter {
  readonly stdin = null;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  readonly #socket: Socket;
  #held: Buffer = Buffer.alloc(0);
  #stage: 'pick' | 'open' | 'runs' | 'adb' | 'over' = 'pick';
  #adb: ChildProcess | undefined;

  constructor({ host, port, serial, line }: ShellCommand, startAdb: () => ChildProcess) {
    super();
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on('connect', () => this.#socket.write(framed(`host:tport:serial:${serial}`)));
    this.#socket.on('data', (bytes: Buffer) => {
      this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
      this.#read(line, startAdb);
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      if (this.#stage === 'pick' || this.#stage === 'open') this.#handOver(startAdb);
      else if (this.#stage === 'runs') this.#broken();
    });
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    if (this.#adb) return this.#adb.kill(signal);
    if (this.#stage === 'over') return false;
    this.#end(null, signal);
    return true;
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  #read(line: string, startAdb: () => ChildProcess): void {
    if (this.#stage === 'pick') {
      if (!this.#answered(PICKED, startAdb)) return;
      this.#stage = 'open';
      this.#socket.write(framed(`shell,v2,raw:${line}`));
    }
    if (this.#stage === 'open' && this.#answered(OPENED, startAdb)) this.#stage = 'runs';
    while (this.#stage === 'runs' && this.#packet());
  }

  /** Whether the server has said yes, in so many bytes. */
  #answered(bytes: number, startAdb: () => ChildProcess): boolean {
    const status = this.#held.toString('latin1', 0, 4);
    if (status.length === 4 && status !== 'OKAY') {
      this.#handOver(startAdb);
      return false;
    }
    if (this.#held.length < bytes) return false;
    this.#held = this.#held.subarray(bytes);
    return true;
  }

  /** Takes one packet, where a whole one has come. */
  #packet(): boolean {
    if (this.#held.length < HEADER) return false;
    const end = HEADER + this.#held.readUInt32LE(1);
    if (this.#held.length < end) return false;
    const id = this.#held.readUInt8(0);
    const data = this.#held.subarray(HEADER, end);
    this.#held = this.#held.subarray(end);
    if (id === PACKET.stdout) this.stdout.write(data);
    else if (id === PACKET.stderr) this.stderr.write(data);
    else if (id === PACKET.exit) this.#end(data[0] ?? 0, null);
    return true;
  }

  /** The phone is gone in the middle: what the command did is unknown. */
  #broken(): void {
    this.stderr.write('error: closed\n');
    this.#end(1, null);
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    this.#stage = 'over';
    this.#socket.destroy();
    this.exitCode = code;
    this.signalCode = signal;
    let open = 2;
    for (const stream of [this.stdout, this.stderr])
      stream.once('end', () => --open === 0 && this.emit('close', code, signal));
    // As of a child process, it is heard once the program that started it holds the child.
    setImmediate(() => {
      this.emit('exit', code, signal);
      this.stdout.end();
      this.stderr.end();
    });
  }

  #handOver(startAdb: () => ChildProcess): void {
    this.#stage = 'adb';
    this.#socket.destroy();
    const adb = (this.#adb = startAdb());
    adb.stdout?.pipe(this.stdout);
    adb.stderr?.pipe(this.stderr);
    adb.on('error', (error) => this.emit('error', error));
    adb.on('exit', (code, signal) => {
      this.exitCode = code;
      this.signalCode = signal;
      this.emit('exit', code, signal);
    });
    adb.on('close', (code, signal) => this.emit('close', code, signal));
  }
}
