import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readXml } from './binary-xml.ts';

/** A chunk with a header of this length; its body comes after it. */
function chunk(type: number, headerSize: number, ...body: Buffer[]): Buffer {
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
function pool(...texts: string[]): Buffer {
  const coded = texts.map((text) => Buffer.from([text.length, text.length, ...Buffer.from(text), 0]));
  let at = 0;
  const offsets = coded.map((one) => (at += one.length) - one.length);
  const start = 28 + 4 * texts.length;
  return chunk(1, 28, words(texts.length, 0, 0x100, start, 0), words(...offsets), ...coded);
}
interface Attribute {
  name: number;
  type: number;
  data: number;
  raw?: number;
}
function start(
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
const end = chunk(0x0103, 16, words(1, 0xffffffff), words(0xffffffff, 0));
const file = (...chunks: Buffer[]) => chunk(3, 8, ...chunks);
const numbers = (...values: number[]) => chunk(0x0180, 8, words(...values));
const read = (bytes: Buffer) => [...readXml(bytes)];

test('elements come in their order, with texts, values and the numbers of their attributes', () => {
  const elements = read(
    file(
      pool('text', 'LinearLayout', 'hello', 'Button'),
      numbers(0x0101014f),
      start(1, [{ name: 0, type: 3, data: 2 }]),
      start(3, [
        { name: 0, type: 1, data: 0x7f010001 },
        { name: 2, type: 16, data: 7, raw: 1 },
      ]),
      end,
      end,
    ),
  );
  assert.deepEqual(
    elements.map(({ name, attributes }) => [
      name,
      attributes.map(({ name: of, number, text, data }) => [of, number, text, data]),
    ]),
    [
      ['LinearLayout', [['text', 0x0101014f, 'hello', 2]]],
      [
        'Button',
        [
          ['text', 0x0101014f, undefined, 0x7f010001],
          ['hello', 0, 'LinearLayout', 7],
        ],
      ],
    ],
  );
});

test('a file that is none, or damaged, is said to be what it is', () => {
  const damages: [bytes: Buffer, says: RegExp][] = [
    [chunk(2, 8), /^it begins with chunk type 0x2, not with binary XML$/],
    [file(start(0)), /^its first element comes before its strings$/],
    [
      file(pool('a'), start(0, [], { count: 1 })),
      /^an element says it has 1 attributes, more than there is room for$/,
    ],
    [
      file(pool('a'), start(0, [{ name: 0, type: 1, data: 1 }], { size: 19 })),
      /^an element says it has 1 attributes, more than there is room for$/,
    ],
  ];
  for (const [bytes, says] of damages)
    assert.throws(() => read(bytes), { name: 'RangeError', message: says });
});

test('as many elements one in another as a layout may have are read, and one more is a damage', () => {
  const nested = (depth: number) => file(pool('a'), ...Array.from({ length: depth }, () => start(0)));
  assert.equal(read(nested(200)).length, 200);
  assert.throws(() => read(nested(201)), /^RangeError: more than 200 elements stand one in another$/);
  const flat = (count: number) =>
    file(pool('a'), ...Array.from({ length: count }, () => [start(0), end]).flat());
  assert.equal(read(flat(20_000)).length, 20_000, 'what has ended stands in nothing');
  assert.throws(() => read(flat(20_001)), /^RangeError: it has more than 20000 elements$/);
});
