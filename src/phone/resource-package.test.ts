import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StringPool } from './resource-chunk.ts';
import { readTable, Type } from './resource-package.ts';
import { goldenTable } from './resource-table.golden.ts';
import type { TypeChunk } from './resource-type.ts';

/** Where chunks of a type begin in a table. */
function places(table: Buffer, type: number): number[] {
  const found: number[] = [];
  for (let at = 12; at < table.length;) {
    if (table.readUInt16LE(at) === type) found.push(at);
    at += table.readUInt16LE(at) === 0x0200 ? table.readUInt16LE(at + 2) : table.readUInt32LE(at + 4);
  }
  return found;
}
const PACKAGE = 0x0200;
const TYPE = 0x0201;

test('a table has its packages with their numbers and names, and its types with the names of their resources', () => {
  const { values, packages } = readTable(goldenTable('utf8'));
  assert.ok(values.length > 20);
  assert.deepEqual(
    packages.map(({ id, name, types }) => [id, name, [...types.keys()]]),
    [[0x7f, 'org.example.golden', ['plurals', 'string']]],
  );
  const names = packages[0]?.types.get('string')?.names;
  assert.equal(names?.size, 14);
  assert.equal(names, packages[0]?.types.get('string')?.names, 'they are read once');
});

test('the types of a feature are numbered after those of the base, where the header has room to say so', () => {
  const table = goldenTable('utf8');
  const [at = 0] = places(table, PACKAGE);
  assert.equal(table.readUInt16LE(at + 2), 288);
  const ids = places(table, TYPE);
  for (const place of ids) table.writeUInt8(table.readUInt8(place + 8) + 4, place + 8);
  assert.throws(() => readTable(table), /^RangeError: string \d+ was asked of a pool of \d+$/);
  table.writeUInt32LE(4, at + 284);
  assert.deepEqual([...(readTable(table).packages[0]?.types.keys() ?? [])], ['plurals', 'string']);
});

test('a table without a string pool, and one that says it has more values than any, are damaged', () => {
  const head = (size: number) => {
    const bytes = Buffer.from([2, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.writeUInt32LE(size, 4);
    return bytes;
  };
  assert.throws(() => readTable(head(12)), /^RangeError: resources\.arsc has no string pool$/);
  const table = goldenTable('utf8');
  const types = places(table, TYPE);
  for (const place of types) table.writeUInt32LE(0x10000, place + 12);
  assert.ok(readTable(table), 'so many a type may have');
  table.writeUInt32LE(0x10001, (types[0] ?? 0) + 12);
  assert.throws(
    () => readTable(table),
    /^RangeError: a type says it has 65537 resources, more than there are ids$/,
  );
});

test('a name is read once however many languages have it, and all names of a type have room for so many characters', () => {
  const asked: [index: number, limit: number | undefined][] = [];
  const keys = (length: number) =>
    ({
      at: (index: number, limit?: number) => (asked.push([index, limit]), `${index}`.padEnd(length, 'x')),
    }) as StringPool;
  const chunk = (count: number) =>
    ({
      indices: () => Array.from({ length: count }, (_, n) => n).values(),
      key: (index: number) => index,
    }) as unknown as TypeChunk;
  const type = new Type(1, [chunk(2), chunk(3)], keys(4));
  assert.deepEqual(
    [...type.names],
    [
      ['0xxx', 0],
      ['1xxx', 1],
      ['2xxx', 2],
    ],
  );
  assert.deepEqual(asked.splice(0), [
    [0, 1024],
    [1, 1024],
    [2, 1024],
  ]);
  assert.equal(new Type(1, [chunk(8)], keys(1024 * 1024)).names.size, 8);
  assert.throws(
    () => new Type(1, [chunk(9)], keys(1024 * 1024)).names,
    /^RangeError: names of resources have more than 8388608 characters$/,
  );
});
