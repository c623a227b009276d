import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureBeside, pictureOf } from './picture.ts';

/** The beginning of a PNG of this size, as long as one has to be. */
function head(width: number, height: number): Buffer {
  const png = Buffer.alloc(64);
  png.write('\x89PNG\r\n\x1a\n', 'latin1');
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  return png;
}

const taken = (answer: Promise<string>) => pictureOf({ takeScreenshot: () => answer });
const sent = (png: Buffer) => taken(Promise.resolve(png.toString('base64')));

test('a picture of a screen is kept as it comes', async () => {
  assert.deepEqual(await sent(head(1080, 2400)), head(1080, 2400));
});

test('a page that refuses its picture has none', async () => {
  assert.equal(await taken(Promise.reject(new Error('FLAG_SECURE'))), undefined);
});

test('what is no picture, or one that no screen has, is not kept and not decoded', async () => {
  const bad = [
    Buffer.alloc(0),
    Buffer.from('\x89PNG'),
    Buffer.alloc(64),
    head(0, 2400),
    head(100_000, 100_000),
  ];
  for (const png of bad) assert.equal(await sent(png), undefined);
});

test('a picture beside a look comes by adb, and by the session only where adb gives none', async () => {
  const { signal } = new AbortController();
  let asked = 0;
  const browser = { takeScreenshot: () => (asked++, Promise.resolve(head(100, 200).toString('base64'))) };
  const byAdb = head(1080, 2400);
  assert.deepEqual(await pictureBeside({ picture: () => Promise.resolve(byAdb) }, browser, signal), byAdb);
  assert.equal(asked, 0);
  for (const phone of [
    {},
    { picture: () => Promise.reject(new Error('closed')) },
    { picture: () => Promise.resolve(Buffer.from('/system/bin/sh: screencap: not found')) },
  ])
    assert.deepEqual(await pictureBeside(phone, browser, signal), head(100, 200));
  assert.equal(asked, 3);
});
