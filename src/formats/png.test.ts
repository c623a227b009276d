import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Resvg } from '@resvg/resvg-js';
import { readPng, rowsOf, writePng } from './png.ts';

test('is read by others as the picture it was made from', async () => {
  const [red, half] = [Buffer.from([255, 0, 0, 255]), Buffer.from([0, 0, 255, 255])];
  const picture = await writePng(rowsOf({ width: 2, height: 1, pixels: Buffer.concat([red, half]) }), 1);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="2" height="1"><image width="2" height="1" image-rendering="optimizeSpeed" xlink:href="data:image/png;base64,${picture.toString('base64')}"/></svg>`;
  assert.deepEqual([...new Resvg(svg).render().pixels], [...red, ...half]);
  assert.deepEqual((await readPng(picture))?.data, Buffer.from([0, ...red, ...half]));
});
