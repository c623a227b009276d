import { take, type AdbStream } from './stream.ts';
import type { Handset, PhoneFile } from '../handset.ts';
import { isFolder, isWritable, list, stat, writeFile } from '../shell/filesystem.ts';

/**
 * File transfer. A request is four letters, a length (u32 little endian) and a path. Sources: AOSP
 * adb/SYNC.TXT, file_sync_protocol.h (version 2 of stat and list).
 */
const MAX_DATA = 64 * 1024;
const MAX_PATH = 1024;
const ENOENT = 2;

type Request = (handset: Handset, path: string, stream: AdbStream) => Buffer[] | Promise<Buffer[]>;

const REQUESTS: Record<string, Request> = {
  STAT: (handset, path) => [named('STAT', numbers(...briefly(stat(handset.files, path))))],
  LST2: (handset, path) => [named('LST2', fully(stat(handset.files, path)))],
  STA2: (handset, path) => [named('STA2', fully(stat(handset.files, path)))],
  LIST: (handset, path) => entries(handset, path, 'DENT', (file) => numbers(...briefly(file)), 16),
  LIS2: (handset, path) => entries(handset, path, 'DNT2', fully, 72),
  RECV: (handset, path) => receive(handset, path),
  SEND: (handset, path, stream) => send(handset, path, stream),
};

/** Serves requests until QUIT or the host hangs up. */
export async function serveSync(handset: Handset, stream: AdbStream): Promise<void> {
  for (;;) {
    const head = await take(stream, 8);
    if (!head) return void stream.end();
    const id = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    if (id === 'QUIT') return void stream.end();
    const path = length <= MAX_PATH ? await take(stream, length) : undefined;
    const request = Object.hasOwn(REQUESTS, id) ? REQUESTS[id] : undefined;
    if (!path || !request) {
      if (!request) handset.ignorant('adb', `sync ${id}`);
      return void stream.end(failure(path ? `unknown command ${id}` : 'invalid request'));
    }
    for (const reply of await request(handset, path.toString('utf8'), stream)) stream.print(reply);
  }
}

function named(id: string, ...parts: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(id), ...parts]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32LE(value >>> 0, at * 4));
  return bytes;
}

/** mode, size, mtime; all zero for what is not there. */
function briefly(file: PhoneFile | undefined): [number, number, number] {
  return file ? [file.mode, file.data.length, file.mtime] : [0, 0, 0];
}

/** error, dev, ino, mode, nlink, uid, gid, size and the times atime, mtime, ctime: 68 bytes. */
function fully(file: PhoneFile | undefined): Buffer {
  const bytes = Buffer.alloc(68);
  if (!file) {
    bytes.writeUInt32LE(ENOENT, 0);
    return bytes;
  }
  bytes.writeBigUInt64LE(1n, 4);
  bytes.writeBigUInt64LE(1n, 12);
  [file.mode, 1, 2000, 2000].forEach((value, at) => bytes.writeUInt32LE(value, 20 + at * 4));
  bytes.writeBigUInt64LE(BigInt(file.data.length), 36);
  for (const at of [44, 52, 60]) bytes.writeBigInt64LE(BigInt(file.mtime), at);
  return bytes;
}

/** Entries, then DONE with an empty body of the same shape. `bodyBytes` counts the name's length. */
function entries(
  handset: Handset,
  path: string,
  id: string,
  body: (file: PhoneFile | undefined) => Buffer,
  bodyBytes: number,
): Buffer[] {
  const folder = stat(handset.files, path);
  const names = folder && isFolder(folder) ? list(handset.files, path) : [];
  const found = names.map((name) => {
    const bytes = Buffer.from(name);
    return named(id, body(stat(handset.files, `${path}/${name}`)), numbers(bytes.length), bytes);
  });
  return [...found, named('DONE', Buffer.alloc(bodyBytes))];
}

function receive(handset: Handset, path: string): Buffer[] {
  const file = stat(handset.files, path);
  if (!file) return [failure(`failed to open file '${path}': No such file or directory`)];
  if (isFolder(file)) return [failure('read failed: Is a directory')];
  const { data } = file;
  const parts = Array.from({ length: Math.ceil(data.length / MAX_DATA) }, (_, at) =>
    data.subarray(at * MAX_DATA, (at + 1) * MAX_DATA),
  );
  return [...parts.map((part) => named('DATA', numbers(part.length), part)), named('DONE', numbers(0))];
}

/** `PATH,MODE`, then DATA with length and bytes …, then DONE with the time of modification. */
async function send(handset: Handset, target: string, stream: AdbStream): Promise<Buffer[]> {
  const comma = target.lastIndexOf(',');
  const path = target.slice(0, comma);
  const parts: Buffer[] = [];
  for (;;) {
    const head = await take(stream, 8);
    if (!head) return [];
    const id = head.toString('latin1', 0, 4);
    const value = head.readUInt32LE(4);
    if (id === 'DONE') {
      // Answered after the data: a host that still writes would miss it.
      const error = refusal(handset, path);
      if (!error) writeFile(handset, path, Buffer.concat(parts), Number(target.slice(comma + 1)), value);
      return [error ? failure(`couldn't create file: ${error}`) : named('OKAY', numbers(0))];
    }
    const data = id === 'DATA' && value <= MAX_DATA ? await take(stream, value) : undefined;
    if (!data) return [failure('invalid data message')];
    parts.push(data);
  }
}

function refusal(handset: Handset, path: string): string | undefined {
  const existing = stat(handset.files, path);
  if (existing && isFolder(existing)) return 'Is a directory';
  return isWritable(path) ? undefined : 'Permission denied';
}

function failure(reason: string): Buffer {
  const bytes = Buffer.from(reason);
  return named('FAIL', numbers(bytes.length), bytes);
}
