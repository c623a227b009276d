import { pngSize, readPng, unfilter, writePng, type PngRows } from '../formats/png.ts';

/** [left, top, right, bottom] in px. */
export type Rectangle = readonly [number, number, number, number];

const GREY = [0x9a, 0xa0, 0xa6, 0xff];

let last: Promise<unknown> = Promise.resolve();

/**
 * The PNG with the boxes painted over, if there are any. One at a time, as each takes the memory
 * of a whole screen. Only the rows that are touched are decoded: a picture rendered anew costs four times as
 * much.
 */
export async function paintOver(png: Buffer, boxes: readonly Rectangle[]): Promise<Buffer> {
  if (boxes.length === 0) return png;
  const painted = last.then(() => paint(png, boxes));
  last = painted.catch(() => undefined);
  return painted;
}

async function paint(png: Buffer, boxes: readonly Rectangle[]): Promise<Buffer> {
  const { width, height } = pngSize(png);
  const rows = await readPng(png).catch(() => undefined);
  if (!rows) {
    // One of another kind, or a damaged one, is covered as a whole.
    const data = Buffer.alloc((1 + 4 * width) * height);
    return writePng(cover({ width, height, channels: 4, data }, [[0, 0, width, height]]), 3);
  }
  const whole = boxes.map(([left, top, right, bottom]): Rectangle => [
    ...([Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))] as const),
    ...([Math.min(width, Math.ceil(right)), Math.min(height, Math.ceil(bottom))] as const),
  ]);
  // The row below is written as a difference to one that changes.
  const end = Math.min(height, Math.max(...whole.map(([, , , bottom]) => bottom)) + 1);
  unfilter(rows, Math.min(...whole.map(([, top]) => top)), end);
  return writePng(cover(rows, whole), 3);
}

function cover(rows: PngRows, boxes: readonly Rectangle[]): PngRows {
  const { width, channels, data } = rows;
  const colour = Buffer.from(GREY.slice(0, channels));
  for (const [left, top, right, bottom] of boxes)
    for (let y = top; y < bottom && left < right; y++) {
      const row = y * (1 + channels * width) + 1;
      data.fill(colour, row + channels * left, row + channels * right);
    }
  return rows;
}
