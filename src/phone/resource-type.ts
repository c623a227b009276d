import type { Chunk } from './resource-chunk.ts';
import { localeTag, parseLocale, type Locale } from './resource-locale.ts';

/** Res_value::dataType */
export const VALUE = { reference: 0x01, string: 0x03, dynamicReference: 0x07 } as const;

export interface Value {
  readonly dataType: number;
  readonly data: number;
}

/** One resource in one configuration: a value, or a bag of them by attribute id (plurals, arrays, styles). */
export interface ResourceEntry {
  readonly key: number;
  readonly value?: Value;
  readonly bag?: ReadonlyMap<number, Value>;
}

const SPARSE = 0x01;
const OFFSETS_OF_16_BITS = 0x02;
const COMPLEX = 0x0001;
const COMPACT = 0x0008;
/** Values of one resource: a plural has six, the largest style some hundreds. */
const MAX_BAG = 0x10000;

/** All resources of one type (string, plurals, …) in one configuration (language, screen, night, …). */
export class TypeChunk {
  readonly typeId: number;
  readonly locale: Locale;
  /** The API level it asks for; 0 for none. */
  readonly sdk: number;
  /**
   * True when it asks for nothing but a language and an API level, as wording does; false also for a language
   * no app can name.
   */
  readonly plain: boolean;
  readonly #bytes: Buffer;
  readonly #headerSize: number;
  readonly #flags: number;
  /** Places for values, also empty ones. */
  readonly count: number;
  readonly #entries: number;

  constructor({ bytes, headerSize }: Chunk) {
    this.typeId = bytes.readUInt8(8);
    this.#flags = bytes.readUInt8(9);
    this.count = bytes.readUInt32LE(12);
    this.#entries = bytes.readUInt32LE(16);
    // An id has 16 bits for the place of a resource in its type.
    if (this.count > 0x10000)
      throw new RangeError(`a type says it has ${this.count} resources, more than there are ids`);
    this.#bytes = bytes;
    this.#headerSize = headerSize;
    // The configuration has grown with Android: a field beyond its size is not asked for.
    const config = Buffer.alloc(64);
    bytes.copy(config, 0, 20, Math.min(headerSize, 20 + bytes.readUInt32LE(20)));
    const locale = readLocale(config);
    this.locale = locale ?? parseLocale('und');
    this.sdk = config.readUInt16LE(24);
    this.plain =
      locale !== undefined &&
      config.every((byte, at) => byte === 0 || LANGUAGE_OR_SDK.some(([from, to]) => at >= from && at < to));
  }

  /** Index and offset of every resource that has a value here. */
  *indices(): Generator<number> {
    for (let place = 0; place < this.count; place++) {
      if (this.#flags & SPARSE) yield this.#bytes.readUInt16LE(this.#headerSize + 4 * place);
      else if (this.#offset(place) !== undefined) yield place;
    }
  }

  entry(index: number): ResourceEntry | undefined {
    const at = this.#place(index);
    return at === undefined ? undefined : readEntry(this.#bytes, at);
  }

  /** Of an entry its one value; undefined for several, which are not read: many entries may share one large bag. */
  value(index: number): Value | undefined {
    const at = this.#place(index);
    return at === undefined ? undefined : readOneValue(this.#bytes, at);
  }

  /** Of an entry its name only: many entries may share one large bag. */
  key(index: number): number | undefined {
    const at = this.#place(index);
    return at === undefined ? undefined : readKey(this.#bytes, at);
  }

  #place(index: number): number | undefined {
    const offset =
      this.#flags & SPARSE ? this.#sparseOffset(index) : index < this.count ? this.#offset(index) : undefined;
    return offset === undefined ? undefined : this.#entries + offset;
  }

  #offset(index: number): number | undefined {
    if (this.#flags & OFFSETS_OF_16_BITS) {
      const offset = this.#bytes.readUInt16LE(this.#headerSize + 2 * index);
      return offset === 0xffff ? undefined : offset * 4;
    }
    const offset = this.#bytes.readUInt32LE(this.#headerSize + 4 * index);
    return offset === 0xffffffff ? undefined : offset;
  }

  /** Pairs (index, offset / 4), sorted by index. */
  #sparseOffset(index: number): number | undefined {
    let [low, high] = [0, this.count - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#bytes.readUInt16LE(this.#headerSize + 4 * middle);
      if (found === index) return this.#bytes.readUInt16LE(this.#headerSize + 4 * middle + 2) * 4;
      if (found < index) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}

function readKey(bytes: Buffer, at: number): number {
  return bytes.readUInt16LE(at + 2) & COMPACT ? bytes.readUInt16LE(at) : bytes.readUInt32LE(at + 4);
}

function readOneValue(bytes: Buffer, at: number): Value | undefined {
  const flags = bytes.readUInt16LE(at + 2);
  // Android 14: the key takes the place of the size, the data type that of the upper flags.
  if (flags & COMPACT) return { dataType: flags >> 8, data: bytes.readUInt32LE(at + 4) };
  return flags & COMPLEX ? undefined : readValue(bytes, at + bytes.readUInt16LE(at));
}

function readEntry(bytes: Buffer, at: number): ResourceEntry {
  const key = readKey(bytes, at);
  const value = readOneValue(bytes, at);
  if (value) return { key, value };
  const size = bytes.readUInt16LE(at);
  const bag = new Map<number, Value>();
  const count = bytes.readUInt32LE(at + 12);
  if (count > MAX_BAG) throw new RangeError(`a resource says it has ${count} values`);
  for (let item = 0, from = at + size; item < count; item++, from += 12)
    bag.set(bytes.readUInt32LE(from), readValue(bytes, from + 4));
  return { key, bag };
}

function readValue(bytes: Buffer, at: number): Value {
  return { dataType: bytes.readUInt8(at + 3), data: bytes.readUInt32LE(at + 4) };
}

/**
 * Bytes of ResTable_config: size · language and country · API level · script, variant · was the script
 * computed, digits.
 */
const LANGUAGE_OR_SDK = [[0, 4], [8, 12], [24, 28], [36, 48], [52, 61]] as const; // prettier-ignore

function readLocale(config: Buffer): Locale | undefined {
  const language = unpack(config.readUInt8(8), config.readUInt8(9), 'a');
  const region = unpack(config.readUInt8(10), config.readUInt8(11), '0');
  const script = config.toString('latin1', 36, 40).replaceAll('\0', '');
  if (language === '') return { language, script, region };
  try {
    return parseLocale(localeTag({ language, script, region }));
  } catch {
    return undefined;
  }
}

/** Two letters as they are, or three of 5 bits each, counted from `base`, when the high bit is set. */
function unpack(first: number, second: number, base: string): string {
  if (first === 0) return '';
  if (!(first & 0x80)) return String.fromCharCode(first, second);
  const parts = [second & 0x1f, ((second & 0xe0) >> 5) | ((first & 0x03) << 3), (first & 0x7c) >> 2];
  return String.fromCharCode(...parts.map((part) => part + base.charCodeAt(0)));
}
