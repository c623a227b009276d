import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Resvg } from '@resvg/resvg-js';
import { isPicture, readPng, rowsOf, writePng } from './png.ts';

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
