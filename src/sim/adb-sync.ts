import { take, type AdbStream } from './adb-stream.ts';
import type { Handset, PhoneFile } from './handset.ts';
import { isFolder, isWritable, list, stat, writeFile } from './shell-filesystem.ts';

/**
 * File transfer. A request is four letters, a length (u32 little endian) and a path. Sources: AOSP adb/SYNC.TXT,
 * file_sync_protocol.h (version 2 of stat and list).
 */
const MAX_DATA = 64 * 1024;
const MAX_PATH = 1024;
const ENOENT = 2;

type Reply = Buffer;
type Request = (handset: Handset, path: string, stream: AdbStream) => AsyncIterable<Reply> | Iterable<Reply>;

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
    for await (const reply of request(handset, path.toString('utf8'), stream)) stream.print(reply);
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
function* entries(
  handset: Handset,
  path: string,
  id: string,
  body: (file: PhoneFile | undefined) => Buffer,
  bodyBytes: number,
): Generator<Reply> {
  const folder = stat(handset.files, path);
  for (const name of folder && isFolder(folder) ? list(handset.files, path) : []) {
    const bytes = Buffer.from(name);
    yield named(id, body(stat(handset.files, `${path}/${name}`)), numbers(bytes.length), bytes);
  }
  yield named('DONE', Buffer.alloc(bodyBytes));
}

function* receive(handset: Handset, path: string): Generator<Reply> {
  const file = stat(handset.files, path);
  if (!file) return yield failure(`failed to open file '${path}': No such file or directory`);
  if (isFolder(file)) return yield failure(`read failed: Is a directory`);
  for (let at = 0; at < file.data.length; at += MAX_DATA) {
    const part = file.data.subarray(at, at + MAX_DATA);
    yield named('DATA', numbers(part.length), part);
  }
  yield named('DONE', numbers(0));
}

/** `PATH,MODE`, then DATA with length and bytes …, then DONE with the time of modification. */
async function* send(handset: Handset, target: string, stream: AdbStream): AsyncGenerator<Reply> {
  const comma = target.lastIndexOf(',');
  const path = target.slice(0, comma);
  const parts: Buffer[] = [];
  for (;;) {
    const head = await take(stream, 8);
    if (!head) return;
    const value = head.readUInt32LE(4);
    const id = head.toString('latin1', 0, 4);
    if (id === 'DATA') {
      const data = value <= MAX_DATA ? await take(stream, value) : undefined;
      if (!data) return yield failure('invalid data chunk');
      parts.push(data);
    } else if (id === 'DONE') {
      const existing = stat(handset.files, path);
      // Answered after the data: a host that still writes would miss it.
      if (existing && isFolder(existing)) return yield failure(`couldn't create file: Is a directory`);
      if (!isWritable(path)) return yield failure(`couldn't create file: Permission denied`);
      writeFile(handset, path, Buffer.concat(parts), Number(target.slice(comma + 1)), value);
      return yield named('OKAY', numbers(0));
    } else return yield failure('invalid data message');
  }
}

function failure(reason: string): Buffer {
  const bytes = Buffer.from(reason);
  return named('FAIL', numbers(bytes.length), bytes);
}
