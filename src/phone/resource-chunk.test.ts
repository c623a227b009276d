import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNK, chunksIn, readChunk, StringPool, type Chunk } from './resource-chunk.ts';

/** A string pool of one string, whose bytes are given as they lie there. */
function pool(
  string: number[],
  { utf8 = true, type = CHUNK.stringPool }: { utf8?: boolean; type?: number } = {},
): Chunk {
  const head = Buffer.alloc(32);
  const body = Buffer.from(string);
  head.writeUInt16LE(type, 0);
  head.writeUInt16LE(28, 2);
  head.writeUInt32LE(32 + body.length, 4);
  head.writeUInt32LE(1, 8);
  head.writeUInt32LE(utf8 ? 0x100 : 0, 16);
  head.writeUInt32LE(32, 20);
  return readChunk(Buffer.concat([head, body]), 0);
}
const at = (chunk: Chunk, index = 0) => new StringPool(chunk).at(index);

test('a string is read in either form, with a length of one or two parts', () => {
  assert.equal(at(pool([2, 2, 0x61, 0x62, 0])), 'ab');
  assert.equal(at(pool([0x80, 2, 0x80, 2, 0x61, 0x62, 0])), 'ab');
  assert.equal(at(pool([2, 0, 0x61, 0, 0x62, 0], { utf8: false })), 'ab');
  assert.equal(at(pool([0, 0x80, 2, 0, 0x61, 0, 0x62, 0], { utf8: false })), 'ab');
  const long = 'x'.repeat(300);
  assert.equal(at(pool([0x81, 0x2c, 0x81, 0x2c, ...Buffer.from(long), 0])), long);
  // U+1F600 as its two surrogates, three bytes each.
  assert.equal(at(pool([2, 6, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0])), '😀');
});

const damaged: [what: string, read: () => unknown, says: RegExp][] = [
  [
    'a chunk that is larger than what is there',
    () => readChunk(Buffer.from([1, 0, 8, 0, 99, 0, 0, 0]), 0),
    /the chunk at byte 0 says it has 99 bytes, 8 are there/,
  ],
  [
    'a chunk that is no string pool',
    () => new StringPool(pool([0, 0], { type: 2 })),
    /a string pool was expected, chunk type 0x2 is there/,
  ],
  ['a string that is not in the pool', () => at(pool([0, 0, 0]), 1), /string 1 was asked of a pool of 1/],
  ['a string that is cut off', () => at(pool([9, 9, 0x61])), /a string of 9 bytes runs over the end/],
  [
    'a string of wide characters that is cut off',
    () => at(pool([9, 0, 0x61, 0], { utf8: false })),
    /a string of 9 characters runs over the end/,
  ],
];
for (const [what, read, says] of damaged) {
  test(`${what} is said to be, and nothing is made up`, () => {
    assert.throws(read, (error) => error instanceof RangeError && says.test(error.message));
  });
}

test('the chunks inside a chunk come in order, to its end', () => {
  const inner = [1, 2].map((type) => Buffer.from([type, 0, 8, 0, 8, 0, 0, 0]));
  const outer = Buffer.concat([Buffer.from([9, 0, 8, 0, 24, 0, 0, 0]), ...inner]);
  assert.deepEqual(
    [...chunksIn(readChunk(outer, 0))].map(({ type }) => type),
    [1, 2],
  );
});

test('a chunk that says it is smaller than its header, and one with more pieces than any, are damaged', () => {
  for (const [headerSize, size] of [
    [7, 8],
    [8, 7],
  ] as const)
    assert.throws(() => readChunk(Buffer.from([1, 0, headerSize, 0, size, 0, 0, 0]), 0), RangeError);
  const piece = Buffer.from([1, 0, 8, 0, 8, 0, 0, 0]);
  const holding = (count: number) => {
    const head = Buffer.from([9, 0, 8, 0, 0, 0, 0, 0]);
    head.writeUInt32LE(8 + 8 * count, 4);
    return readChunk(Buffer.concat([head, ...Array<Buffer>(count).fill(piece)]), 0);
  };
  assert.equal([...chunksIn(holding(100_000))].length, 100_000);
  assert.throws(() => [...chunksIn(holding(100_001))], /^RangeError: a chunk holds more than 100000 others$/);
});

test('a string is as long as is asked for at most, and as its pool has room for', () => {
  const limited = (chunk: Chunk, limit: number) => new StringPool(chunk).at(0, limit);
  const utf8 = pool([3, 3, 0x61, 0x62, 0x63, 0]);
  assert.equal(limited(utf8, 3), 'abc');
  assert.throws(() => limited(utf8, 2), /^RangeError: a string has 3 bytes, more than 2$/);
  const wide = pool([3, 0, 0x61, 0, 0x62, 0, 0x63, 0], { utf8: false });
  assert.equal(limited(wide, 3), 'abc');
  assert.throws(() => limited(wide, 2), /^RangeError: a string has 3 characters, more than 2$/);
  assert.equal(at(pool([1, 1, 0x61])), 'a', 'one that ends its pool');
  assert.equal(new StringPool(utf8).length, 1);
});

test('characters of one to four bytes beside a pair of surrogates are read as they are', () => {
  const pair = [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80];
  const rest = [...Buffer.from('aж€😀')];
  assert.equal(at(pool([8, rest.length + 6, ...rest, ...pair])), 'aж€😀😀');
});
