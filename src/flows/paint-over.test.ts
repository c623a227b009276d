import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { paintOver } from './paint-over.ts';

const [WIDTH, HEIGHT] = [7, 12];
const GREY = [0x9a, 0xa0, 0xa6];

/** Colour of a pixel, by its place. */
const colour = (x: number, y: number) => [
  (x * 37 + y * 11) % 256,
  (x * y * 29 + 200) % 256,
  (255 - x * 19 - y * 7) & 0xff,
];

/** A PNG whose rows have one filter each, in turn from the one given. */
function picture(depth: 3 | 4, firstFilter: number): Buffer {
  const value = (x: number, y: number, part: number) =>
    x < 0 || y < 0 ? 0 : ([...colour(x, y), 255][part] ?? 0);
  const rows = Array.from({ length: HEIGHT }, (_, y) => {
    const filter = (firstFilter + y) % 5;
    const bytes = Array.from({ length: WIDTH * depth }, (_, at) => {
      const [x, part] = [Math.floor(at / depth), at % depth];
      const [left, up, corner] = [value(x - 1, y, part), value(x, y - 1, part), value(x - 1, y - 1, part)];
      const guess = left + up - corner;
      const nearest = [left, up, corner].sort((a, b) => Math.abs(guess - a) - Math.abs(guess - b))[0] ?? 0;
      const predicted = [0, left, up, (left + up) >> 1, nearest][filter] ?? 0;
      return (value(x, y, part) - predicted) & 0xff;
    });
    return [filter, ...bytes];
  });
  return png(8, depth === 4 ? 6 : 2, deflateSync(Buffer.from(rows.flat())));
}

function png(bits: number, colours: number, data: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDTH, 0);
  head.writeUInt32BE(HEIGHT, 4);
  head.set([bits, colours, 0, 0, 0], 8);
  const chunk = (type: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), content]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(content.length, 0);
    framed.set(body, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  // In two parts, as large pictures come.
  const parts = [data.subarray(0, 5), data.subarray(5)].map((part) => chunk('IDAT', part));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    ...parts,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Pixels as another decoder sees them. */
function pixels(image: Buffer): number[][][] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><image image-rendering="optimizeSpeed" width="${WIDTH}" height="${HEIGHT}" href="data:image/png;base64,${image.toString('base64')}"/></svg>`;
  const all = new Resvg(svg).render().pixels;
  return Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: WIDTH }, (_, x) => [...all.subarray((y * WIDTH + x) * 4, (y * WIDTH + x) * 4 + 3)]),
  );
}

const expected = (isIn: (x: number, y: number) => boolean) =>
  Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: WIDTH }, (_, x) => (isIn(x, y) ? GREY : colour(x, y))),
  );

test('a box is painted over and nothing else changes, whatever filters the rows have', async () => {
  for (const depth of [3, 4] as const)
    for (const filter of [0, 1, 2, 3, 4]) {
      const painted = await paintOver(picture(depth, filter), [
        [2, 4, 5, 6],
        [0, 8, 1, 9],
      ]);
      assert.deepEqual(
        pixels(painted),
        expected((x, y) => (x >= 2 && x < 5 && y >= 4 && y < 6) || (x === 0 && y === 8)),
        `${depth} bytes a pixel, first filter ${filter}`,
      );
    }
});

test('a box covers the pixels it cuts, and may lie over the edges', async () => {
  const painted = await paintOver(picture(4, 2), [
    [-3, -3, 1.2, 0.5],
    [5.9, 10.4, 99, 99],
    [3, 3, 2, 3],
  ]);
  assert.deepEqual(
    pixels(painted),
    expected((x, y) => (x < 2 && y === 0) || (x >= 5 && y >= 10)),
  );
});

test('pictures that are painted over at once do not get into one another', async () => {
  const boxes = [0, 1, 2].map((x) => [x, 0, x + 1, HEIGHT] as const);
  const painted = await Promise.all(boxes.map((box) => paintOver(picture(3, 4), [box])));
  for (const [n, image] of painted.entries())
    assert.deepEqual(
      pixels(image),
      expected((x) => x === n),
    );
});

test('a picture of a kind that is not known, or a damaged one, is covered as a whole, and the next is painted', async () => {
  const grey = png(8, 0, deflateSync(Buffer.alloc((WIDTH + 1) * HEIGHT)));
  assert.deepEqual(
    pixels(await paintOver(grey, [[0, 0, 1, 1]])),
    expected(() => true),
  );
  // So is one that is cut off, and one that is no compressed data.
  for (const data of [deflateSync(Buffer.alloc(10)), Buffer.from('no data at all')])
    assert.deepEqual(
      pixels(await paintOver(png(8, 2, data), [[0, 0, 1, 1]])),
      pixels(await paintOver(grey, [[0, 0, 1, 1]])),
    );
  assert.equal((await paintOver(picture(3, 0), [[0, 0, 1, 1]])).length > 0, true);
});
