/** Binary XML as aapt2 writes it, made piece by piece, so that a test may damage each. */

/** A chunk with a header of this length; its body comes after it. */
export function chunk(type: number, headerSize: number, ...body: Buffer[]): Buffer {
  const whole = Buffer.concat(body);
  const header = Buffer.alloc(8);
  header.writeUInt16LE(type, 0);
  header.writeUInt16LE(headerSize, 2);
  header.writeUInt32LE(8 + whole.length, 4);
  return Buffer.concat([header, whole]);
}
const words = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [place, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * place);
  return bytes;
};
/** UTF-8, each with its two lengths before it. */
export function pool(...texts: string[]): Buffer {
  const coded = texts.map((text) => Buffer.from([text.length, text.length, ...Buffer.from(text), 0]));
  let at = 0;
  const offsets = coded.map((one) => (at += one.length) - one.length);
  const start = 28 + 4 * texts.length;
  return chunk(1, 28, words(texts.length, 0, 0x100, start, 0), words(...offsets), ...coded);
}
export interface Attribute {
  name: number;
  type: number;
  data: number;
  raw?: number;
}
export function start(
  name: number,
  attributes: readonly Attribute[] = [],
  { count = attributes.length, size = 20 } = {},
) {
  const extent = Buffer.alloc(20);
  extent.writeUInt32LE(0xffffffff, 0);
  extent.writeUInt32LE(name, 4);
  extent.writeUInt16LE(20, 8);
  extent.writeUInt16LE(size, 10);
  extent.writeUInt16LE(count, 12);
  const rows = attributes.map(({ name: of, type, data, raw = 0xffffffff }) =>
    Buffer.concat([words(0xffffffff, of, raw), Buffer.from([8, 0, 0, type]), words(data)]),
  );
  return chunk(0x0102, 16, words(1, 0xffffffff), extent, ...rows);
}
export const end = chunk(0x0103, 16, words(1, 0xffffffff), words(0xffffffff, 0));
export const file = (...chunks: Buffer[]) => chunk(3, 8, ...chunks);
export const numbers = (...values: number[]) => chunk(0x0180, 8, words(...values));
