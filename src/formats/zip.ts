import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { fromBuffer, fromRandomAccessReader, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';

/** A ZIP file that is not what it says it is, in words; the file itself is for the caller to name. */
export class BadZipError extends Error {
  override name = 'BadZipError';
}

/** Bounds of a ZIP file that others made. */
export interface ZipLimits {
  /** Files in it. */
  files: number;
  /** Bytes of all files that are read, unpacked. */
  bytes: number;
}

/** A ZIP file that is open. Nothing of it is unpacked before it is asked for, and nothing is written. */
export interface OpenZip extends AsyncDisposable {
  /** The files in it. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Bytes that the file says it unpacks to; 0 where there is none of that name. */
  sizeOf(name: string): number;
  /** The file unpacked, of `most` bytes at most. Undefined where there is none of that name. */
  read(name: string, most: number): Promise<Buffer | undefined>;
}

const opened = promisify<RandomAccessReader, number, object, ZipFile>(fromRandomAccessReader);
const openedBytes = promisify<Buffer, object, ZipFile>(fromBuffer);
/** Bytes of names, notes and what else is said of the files. */
const MAX_LIST = 64 * 1024 * 1024;
/** The list of entries is read one by one, and the file stays open until it is closed. */
const SLOWLY = { lazyEntries: true, autoClose: false } as const;

/** Bytes that are read ahead: the list of files is read in pieces of some dozen bytes. */
const BLOCK = 64 * 1024;

/** A file on the disk. Yauzl's own asks the system for each piece, which takes ten times as long. */
class FileReader extends RandomAccessReader {
  readonly #fd: number;
  #block = Buffer.alloc(0);
  #from = 0;

  constructor(fd: number) {
    super();
    this.#fd = fd;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, read?: number) => void,
  ): void {
    try {
      const read = this.#copy(buffer.subarray(offset, offset + length), position);
      // Not at once: the next piece is asked for in there.
      process.nextTick(() => done(null, read));
    } catch (error) {
      process.nextTick(() => done(error as Error));
    }
  }

  #copy(into: Buffer, position: number): number {
    const isThere = position >= this.#from && position + into.length <= this.#from + this.#block.length;
    if (!isThere) {
      const block = Buffer.alloc(Math.max(BLOCK, into.length));
      this.#block = block.subarray(0, readSync(this.#fd, block, 0, block.length, position));
      this.#from = position;
    }
    return this.#block.copy(into, 0, position - this.#from);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#pieces(start, end), { objectMode: false });
  }

  *#pieces(start: number, end: number): Generator<Buffer> {
    for (let at = start; at < end;) {
      const piece = Buffer.alloc(Math.min(BLOCK, end - at));
      const read = readSync(this.#fd, piece, 0, piece.length, at);
      if (read === 0) return;
      at += read;
      yield piece.subarray(0, read);
    }
  }

  override close(done: (error: Error | null) => void): void {
    closeSync(this.#fd);
    process.nextTick(() => done(null));
  }
}

/**
 * Opens a ZIP file. Throws a BadZipError where it is damaged, has a name that leads out of its folder, a link or
 * two files of one name, or is larger than `limits`; the system's fault where it cannot be opened.
 */
export async function openZip(file: string, limits: ZipLimits): Promise<OpenZip> {
  const found = statSync(file);
  // A pipe would be waited for.
  if (!found.isFile() && !found.isDirectory()) throw new BadZipError('it is a device or a pipe, and no file');
  const fd = openSync(file, 'r');
  const opening = opened(new FileReader(fd), fstatSync(fd).size, SLOWLY).catch((cause: unknown) => {
    closeSync(fd);
    throw cause;
  });
  return within(opening, limits);
}

/** The same of a ZIP file that is in memory. */
export function openZipBytes(bytes: Uint8Array, limits: ZipLimits): Promise<OpenZip> {
  return within(openedBytes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), SLOWLY), limits);
}

async function within(opening: Promise<ZipFile>, limits: ZipLimits): Promise<OpenZip> {
  const zip = await opening.catch((cause: unknown) => {
    throw inWords(cause);
  });
  try {
    if (zip.entryCount > limits.files)
      throw new BadZipError(`it says it has ${zip.entryCount} files, more than ${limits.files}`);
    const entries = await entriesOf(zip);
    return reading(zip, entries, limits.bytes);
  } catch (error) {
    zip.close();
    throw error;
  }
}

function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const { promise, resolve, reject } = Promise.withResolvers<Map<string, Entry>>();
  let left = MAX_LIST;
  zip.on('entry', (entry: Entry) => {
    left -= entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    const fault =
      entryFault(entry, entries) ?? (left < 0 ? `its list of files is longer than any` : undefined);
    if (fault !== undefined) return reject(new BadZipError(fault));
    if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
    zip.readEntry();
  });
  zip.once('end', () => resolve(entries));
  zip.on('error', (cause: Error) => reject(inWords(cause)));
  zip.readEntry();
  return promise;
}

/** A reader that takes the one file and another that takes the other would see different things. */
function entryFault(
  { fileName, externalFileAttributes }: Entry,
  entries: ReadonlyMap<string, Entry>,
): string | undefined {
  if (entries.has(fileName)) return `it has two files of the name '${fileName}'`;
  // What Unix says of the file stands in the upper half.
  const isLink = ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
  return isLink ? `its file '${fileName}' is a link` : undefined;
}

function reading(zip: ZipFile, entries: ReadonlyMap<string, Entry>, budget: number): OpenZip {
  const openStream = promisify((entry: Entry, done: Parameters<ZipFile['openReadStream']>[1]) =>
    zip.openReadStream(entry, done),
  );
  let left = budget;
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    sizeOf: (name) => entries.get(name)?.uncompressedSize ?? 0,
    async read(name, most) {
      const entry = entries.get(name);
      if (!entry) return undefined;
      const size = entry.uncompressedSize;
      if (size > most)
        throw new BadZipError(`its file '${name}' says it has ${size} bytes, more than ${most}`);
      if (entry.isEncrypted()) throw new BadZipError(`its file '${name}' is encrypted`);
      left -= size;
      if (left < 0) throw new BadZipError(`what it holds is more than ${budget} bytes`);
      try {
        // It ends with an error where it gives more or less than the entry says.
        return await whole(await openStream(entry), size);
      } catch (cause) {
        throw inWords(cause, name);
      }
    },
    async [Symbol.asyncDispose]() {
      zip.close();
    },
  };
}

/** Into one buffer, so that what was read does not stand in the memory twice. */
async function whole(stream: Readable, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let at = 0;
  for await (const piece of stream) at += (piece as Buffer).copy(bytes, at);
  return bytes;
}

/** What the system says keeps its code. */
function inWords(cause: unknown, name?: string): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code?.startsWith('E')) return cause as Error;
  if (message.startsWith('End of central directory record signature not found'))
    return new BadZipError('it is no ZIP file, or it is cut short', { cause });
  return new BadZipError(name === undefined ? message : `its file '${name}' is damaged: ${message}`, {
    cause,
  });
}
