/**
 * The pieces every Android resource file is made of, after AOSP
 * libs/androidfw/include/androidfw/ResourceTypes.h. Little-endian.
 */

export const CHUNK = { stringPool: 0x0001, table: 0x0002, package: 0x0200, type: 0x0201 } as const;

export interface Chunk {
  readonly type: number;
  readonly headerSize: number;
  /** The whole chunk, header first; offsets in the format count from here or from the end of the header. */
  readonly bytes: Buffer;
}

export function readChunk(bytes: Buffer, at = 0): Chunk {
  const headerSize = bytes.readUInt16LE(at + 2);
  const size = bytes.readUInt32LE(at + 4);
  if (headerSize < 8 || size < headerSize || at + size > bytes.length) {
    throw new RangeError(`the chunk at byte ${at} says it has ${size} bytes, ${bytes.length - at} are there`);
  }
  return { type: bytes.readUInt16LE(at), headerSize, bytes: bytes.subarray(at, at + size) };
}

/** Pieces of a package: one for each type in each language and screen; the framework has some thousands. */
const MAX_CHUNKS = 100_000;

/** The chunks inside a chunk, in order. */
export function* chunksIn({ bytes, headerSize }: Chunk): Generator<Chunk> {
  let count = 0;
  for (let at = headerSize; at < bytes.length;) {
    if (++count > MAX_CHUNKS) throw new RangeError(`a chunk holds more than ${MAX_CHUNKS} others`);
    const chunk = readChunk(bytes, at);
    yield chunk;
    at += chunk.bytes.length;
  }
}

/**
 * The strings of one pool, decoded when asked for. Style spans (bold, links) are left out: what remains is
 * the text as drawn.
 */
export class StringPool {
  readonly length: number;
  readonly #bytes: Buffer;
  readonly #headerSize: number;
  readonly #utf8: boolean;
  readonly #start: number;

  constructor({ type, bytes, headerSize }: Chunk) {
    if (type !== CHUNK.stringPool)
      throw new RangeError(`a string pool was expected, chunk type 0x${type.toString(16)} is there`);
    this.length = bytes.readUInt32LE(8);
    this.#bytes = bytes;
    this.#headerSize = headerSize;
    this.#utf8 = (bytes.readUInt32LE(16) & 0x100) !== 0;
    this.#start = bytes.readUInt32LE(20);
  }

  /** `limit`: bytes at most; a longer string is a damaged one, however often it is asked for. */
  at(index: number, limit = 65_536): string {
    if (index >= this.length) throw new RangeError(`string ${index} was asked of a pool of ${this.length}`);
    const at = this.#start + this.#bytes.readUInt32LE(this.#headerSize + 4 * index);
    return this.#utf8 ? this.#readUtf8(at, limit) : this.#readUtf16(at, limit);
  }

  /** Two lengths (UTF-16 units, then bytes), each one byte, or two when the first has its high bit set. */
  #readUtf8(at: number, limit: number): string {
    const bytes = this.#bytes;
    at += bytes.readUInt8(at) & 0x80 ? 2 : 1;
    const first = bytes.readUInt8(at++);
    const length = first & 0x80 ? ((first & 0x7f) << 8) | bytes.readUInt8(at++) : first;
    if (length > limit) throw new RangeError(`a string has ${length} bytes, more than ${limit}`);
    if (at + length > bytes.length)
      throw new RangeError(`a string of ${length} bytes runs over the end of its pool`);
    const text = bytes.toString('utf8', at, at + length);
    return text.includes('\uFFFD') ? decodeModifiedUtf8(bytes.subarray(at, at + length)) : text;
  }

  /** One length, in units of 16 bits, or of 32 bits when the high bit is set. */
  #readUtf16(at: number, limit: number): string {
    const bytes = this.#bytes;
    const first = bytes.readUInt16LE(at);
    const long = (first & 0x8000) !== 0;
    const length = long ? ((first & 0x7fff) << 16) | bytes.readUInt16LE(at + 2) : first;
    const from = at + (long ? 4 : 2);
    if (length > limit) throw new RangeError(`a string has ${length} characters, more than ${limit}`);
    if (from + 2 * length > bytes.length)
      throw new RangeError(`a string of ${length} characters runs over the end of its pool`);
    return bytes.toString('utf16le', from, from + 2 * length);
  }
}

/**
 * aapt2 writes a character beyond U+FFFF as its two surrogates, three bytes each, which plain UTF-8 forbids.
 */
function decodeModifiedUtf8(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const lead = bytes.readUInt8(at);
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    let code = size === 1 ? lead : lead & (0xff >> (size + 1));
    for (let next = 1; next < size; next++) code = (code << 6) | (bytes.readUInt8(at + next) & 0x3f);
    text += String.fromCodePoint(code);
    at += size;
  }
  return text;
}
