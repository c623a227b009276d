import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Resvg } from '@resvg/resvg-js';
import { isPicture, pngSize, readPng, readPngSync, rowsOf, unfilter, writePng, type PngRows } from './png.ts';

test('is read by others as the picture it was made from', async () => {
  const [red, half] = [Buffer.from([255, 0, 0, 255]), Buffer.from([0, 0, 255, 255])];
  const picture = await writePng(rowsOf({ width: 2, height: 1, pixels: Buffer.concat([red, half]) }), 1);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="2" height="1"><image width="2" height="1" image-rendering="optimizeSpeed" xlink:href="data:image/png;base64,${picture.toString('base64')}"/></svg>`;
  assert.deepEqual([...new Resvg(svg).render().pixels], [...red, ...half]);
  assert.deepEqual((await readPng(picture))?.data, Buffer.from([0, ...red, ...half]));
});

test('is taken for a picture up to the size of the largest screen, and where it begins as one', async () => {
  const picture = await writePng(rowsOf({ width: 1, height: 1, pixels: Buffer.alloc(4) }), 1);
  const of = (width: number, height: number) => {
    const other = Buffer.from(picture);
    other.writeUInt32BE(width, 16);
    other.writeUInt32BE(height, 20);
    return isPicture(other);
  };
  assert.deepEqual(
    [of(1, 1), of(8000, 5000), of(8000, 5001), of(0, 5), of(5, 0)],
    [true, true, false, false, false],
  );
  assert.equal(isPicture(picture.subarray(0, 32)), false, 'cut off');
  assert.equal(isPicture(Buffer.from(picture.toReversed())), false);
});

test('a picture that is cut off, and one of another kind, are no picture', async () => {
  const rows: PngRows = { width: 2, height: 1, channels: 3, data: Buffer.from([0, 1, 2, 3, 4, 5, 6]) };
  const picture = await writePng(rows, 9);
  assert.deepEqual(pngSize(picture), { width: 2, height: 1 });
  assert.deepEqual(readPngSync(picture), rows);
  const short = await writePng({ ...rows, height: 2 }, 1);
  await assert.rejects(readPng(short), /^Error: The picture of 2 × 2 px is cut off\.$/);
  assert.throws(() => readPngSync(short), /cut off/);
  const long = await writePng({ ...rows, data: Buffer.alloc(14) }, 1);
  await assert.rejects(readPng(long));
  const of = (at: number, value: number) => {
    const other = Buffer.from(picture);
    other.writeUInt8(value, at);
    return readPng(other);
  };
  assert.equal(await of(24, 16), undefined, '16 bits a colour');
  assert.equal(await of(25, 3), undefined, 'a palette');
  assert.equal(await of(28, 1), undefined, 'interlaced');
});

test('rows that are written as differences become plain, each by its filter, with what they rest on', () => {
  const rows = (): PngRows => ({
    ...{ width: 2, height: 5, channels: 3 },
    data: Buffer.from([
      ...[1, 10, 20, 30, 1, 2, 3],
      ...[2, 1, 1, 1, 1, 1, 255],
      ...[3, 5, 5, 5, 5, 5, 5],
      ...[4, 1, 2, 3, 4, 5, 6],
      ...[0, 9, 9, 9, 9, 9, 9],
    ]),
  });
  const plain = [
    [0, 10, 20, 30, 11, 22, 33],
    [0, 11, 21, 31, 12, 23, 32],
    [0, 10, 15, 20, 16, 24, 31],
    [0, 11, 17, 23, 20, 29, 37],
    [0, 9, 9, 9, 9, 9, 9],
  ];
  const all = rows();
  unfilter(all, 0, 5);
  assert.deepEqual(all.data, Buffer.from(plain.flat()));
  const late = rows();
  unfilter(late, 3, 4);
  assert.deepEqual(late.data.subarray(0, 28), all.data.subarray(0, 28), 'those above are made plain for it');
  const first = rows();
  unfilter(first, 0, 1);
  assert.deepEqual(first.data.subarray(7), rows().data.subarray(7));
  assert.deepEqual(first.data.subarray(0, 7), all.data.subarray(0, 7));
});
