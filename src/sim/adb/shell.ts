import { Readable } from 'node:stream';
import { take, type AdbStream } from './stream.ts';
import type { Shell, Streams } from '../shell/shell.ts';
import { interactive } from '../shell/interactive.ts';

/** Packets of `shell,v2`: id u8, length u32 little endian, data. Source: AOSP adb/shell_protocol.h. */
const SHELL_ID = { STDIN: 0, STDOUT: 1, STDERR: 2, EXIT: 3, CLOSE_STDIN: 4, WINDOW_SIZE: 5 } as const;
const HEADER_BYTES = 5;

function shellPacket(id: number, data: string | Uint8Array): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt8(id, 0);
  header.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}

/** `shell:LINE` of version 1 and `exec:LINE`: bytes as they are, both outputs in one, no exit code. */
export function serveExec(shell: Shell, line: string, stream: AdbStream): void {
  const print = (chunk: string | Uint8Array) => stream.print(chunk);
  const streams: Streams = { stdin: stream, stdout: print, stderr: print, signal: stream.hungUp };
  const running = line === '' ? interactive(shell, streams, true) : shell.run(line, streams);
  void running.finally(() => stream.end());
}

/**
 * `shell,OPTIONS:LINE`. The options give the version and TERM, and say whether it is a terminal (`pty`) or
 * plain pipes (`raw`).
 */
export function serveShell(shell: Shell, rest: string, stream: AdbStream): void {
  const at = rest.indexOf(':');
  const asked = rest.slice(0, at).split(',');
  const line = rest.slice(at + 1);
  if (!asked.includes('v2')) return serveExec(shell, line, stream);

  const isTerminal = asked.includes('pty') || (line === '' && !asked.includes('raw'));
  const send = (id: number) => (chunk: string | Uint8Array) => stream.print(shellPacket(id, chunk));
  const stdin = new Readable({ read: () => {} });
  void feed(stream, stdin);
  const streams: Streams = {
    stdin,
    stdout: send(SHELL_ID.STDOUT),
    stderr: send(isTerminal ? SHELL_ID.STDOUT : SHELL_ID.STDERR),
    signal: stream.hungUp,
  };
  const running = line === '' ? interactive(shell, streams, isTerminal) : shell.run(line, streams);
  void running.then((code) => send(SHELL_ID.EXIT)(Uint8Array.of(code))).finally(() => stream.end());
}

/**
 * Hands the host's input packets on, until it closes its end or hangs up. Reads on while no one listens, as a
 * pipe would.
 */
async function feed(stream: AdbStream, stdin: Readable): Promise<void> {
  const hangUp = () => void (stdin.readableEnded || stdin.push(null));
  stream.hungUp.addEventListener('abort', hangUp, { once: true });
  for (;;) {
    const header = await take(stream, HEADER_BYTES);
    const data = header && (await take(stream, header.readUInt32LE(1)));
    if (!header || !data || stream.hungUp.aborted) return;
    const id = header.readUInt8(0);
    if (id === SHELL_ID.STDIN) stdin.push(data);
    else if (id === SHELL_ID.CLOSE_STDIN) {
      stream.hungUp.removeEventListener('abort', hangUp);
      stdin.push(null);
    }
  }
}
