import { statSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { fromBuffer, open as openYauzl, type Entry, type ZipFile } from 'yauzl';

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

const opened = promisify<string, object, ZipFile>(openYauzl);
const openedBytes = promisify<Buffer, object, ZipFile>(fromBuffer);
/** Bytes of names, notes and what else is said of the files. */
const MAX_LIST = 64 * 1024 * 1024;
/** The list of entries is read one by one, and the file stays open until it is closed. */
const SLOWLY = { lazyEntries: true, autoClose: false } as const;

/**
 * Opens a ZIP file. Throws a BadZipError where it is damaged, has a name that leads out of its folder, a link or
 * two files of one name, or is larger than `limits`; the system's fault where it cannot be opened.
 */
export async function openZip(file: string, limits: ZipLimits): Promise<OpenZip> {
  const found = statSync(file);
  // A pipe would be waited for.
  if (!found.isFile() && !found.isDirectory()) throw new BadZipError('it is a device or a pipe, and no file');
  return within(opened(file, SLOWLY), limits);
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
        return await buffer(await openStream(entry));
      } catch (cause) {
        throw inWords(cause, name);
      }
    },
    async [Symbol.asyncDispose]() {
      zip.close();
    },
  };
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
