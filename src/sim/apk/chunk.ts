/**
 * Android's binary resource format, writing side (AOSP
 * frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h).
 */

/** A chunk: type, header size, total size; then the rest of the header, then the body. */
export function chunk(type: number, header: Buffer, body: readonly Buffer[] = []): Buffer {
  const content = Buffer.concat([header, ...body]);
  const padding = Buffer.alloc(-content.length & 3);
  return Buffer.concat([
    u16(type, 8 + header.length),
    u32(8 + content.length + padding.length),
    content,
    padding,
  ]);
}

export function u16(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

export function u32(...values: number[]): Buffer {
  return u32s(values);
}

/** For lists too long to be arguments of a call. */
export function u32s(values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}

export function u8(...values: number[]): Buffer {
  return Buffer.from(values);
}

const UTF8 = 0x100;

/** A string pool that grows while it is asked for the numbers of its strings. */
export class Pool {
  readonly #numbers = new Map<string, number>();

  number(text: string): number {
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }

  toChunk(): Buffer {
    const strings = [...this.#numbers.keys()].map(packed);
    let at = 0;
    const offsets = strings.map((each) => (at += each.length) - each.length);
    return chunk(0x0001, u32(strings.length, 0, UTF8, 28 + 4 * strings.length, 0), [
      u32s(offsets),
      ...strings,
    ]);
  }
}

/** Length in UTF-16 units, length in bytes, the bytes, a zero. */
function packed(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > 0x7fff)
    throw new RangeError(
      `a string of ${bytes.length} bytes is longer than a UTF-8 string pool can hold (32767)`,
    );
  return Buffer.concat([length(text.length), length(bytes.length), bytes, u8(0)]);
}

function length(count: number): Buffer {
  return count < 0x80 ? u8(count) : u8(0x80 | (count >> 8), count & 0xff);
}

/** Res_value: a typed 32-bit value. */
export function value(kind: keyof typeof KINDS, data: number): Buffer {
  return Buffer.concat([u16(8), u8(0, KINDS[kind]), u32(data)]);
}

const KINDS = { string: 0x03, integer: 0x10 } as const;
