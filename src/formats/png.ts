import { promisify } from 'node:util';
import { crc32, deflate, inflate, inflateSync } from 'node:zlib';

/**
 * PNG as phones, browsers and the simulator write it (PNG specification, third edition): 8 bits a colour, not
 * interlaced. Packed and unpacked beside the main thread. Why no package does it:
 * docs/decisions/001-own-png.md.
 */

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Bytes of a pixel by the colour type: RGB, RGBA. */
const CHANNELS: Record<number, 3 | 4> = { 2: 3, 6: 4 };

/** A picture as rows, one behind the other. Each begins with a byte that says how it is filtered; 0: it is not. */
export interface PngRows {
  width: number;
  height: number;
  /** Bytes of a pixel: red, green, blue, and in the fourth alpha. */
  channels: 3 | 4;
  data: Buffer;
}

/** Larger than any phone's screen. Its decoded pixels take four times as many bytes. */
const MOST_PIXELS = 40_000_000;

/** Whether it begins as a PNG does, and is no larger than a phone's screen can be. */
export function isPicture(png: Buffer): boolean {
  if (png.length < 33 || !png.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return false;
  const { width, height } = pngSize(png);
  return width > 0 && height > 0 && width * height <= MOST_PIXELS;
}

/** Size in px, from the first chunk. */
export function pngSize(png: Buffer): { width: number; height: number } {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** The rows as they are filtered; undefined for a PNG of another kind. Rejects where it is cut off. */
export async function readPng(png: Buffer): Promise<PngRows | undefined> {
  const rows = rowsIn(png);
  return rows && rows.of(await promisify(inflate)(dataOf(png), rows.limits));
}

/** The same at once, for a picture that is known to be small. Throws where it is cut off. */
export function readPngSync(png: Buffer): PngRows | undefined {
  const rows = rowsIn(png);
  return rows?.of(inflateSync(dataOf(png), rows.limits));
}

function rowsIn(png: Buffer) {
  const { width, height } = pngSize(png);
  const [bits, colours = 0, , , interlaced] = png.subarray(24, 29);
  const channels = bits === 8 && interlaced === 0 ? CHANNELS[colours] : undefined;
  if (channels === undefined) return undefined;
  const size = (1 + channels * width) * height;
  const of = (data: Buffer): PngRows => {
    if (data.length !== size) throw new Error(`The picture of ${width} × ${height} px is cut off.`);
    return { width, height, channels, data };
  };
  return { limits: { chunkSize: size + 64, maxOutputLength: size }, of };
}

/** `level`: of zlib. A higher one than 3 takes four times as long for a third less. */
export async function writePng(
  { width, height, channels, data }: PngRows,
  level: 1 | 3 | 9,
): Promise<Buffer> {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, channels === 4 ? 6 : 2, 0, 0, 0], 8);
  const packed = await promisify(deflate)(data, { level });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Rows of plain pixels: red, green, blue and alpha. */
export function rowsOf({
  width,
  height,
  pixels,
}: {
  width: number;
  height: number;
  pixels: Buffer;
}): PngRows {
  const row = 4 * width;
  const data = Buffer.allocUnsafe((row + 1) * height);
  for (let y = 0; y < height; y++) {
    data[y * (row + 1)] = 0;
    pixels.copy(data, y * (row + 1) + 1, y * row, (y + 1) * row);
  }
  return { width, height, channels: 4, data };
}

/**
 * Makes rows plain, in place: from the first to before the end, and those above that the first is written as a
 * difference to (PNG specification, "Filtering").
 */
export function unfilter({ width, channels, data }: PngRows, first: number, end: number): void {
  const stride = 1 + channels * width;
  while (first > 0 && (data[first * stride] ?? 0) > 1) first--;
  for (let y = first; y < end; y++) {
    const from = y * stride + 1;
    const filter = data[from - 1];
    data[from - 1] = 0;
    for (let at = from; filter !== 0 && at < from + stride - 1; at++) {
      const isFirst = at < from + channels;
      const left = isFirst ? 0 : data[at - channels]!;
      const up = y === 0 ? 0 : data[at - stride]!;
      if (filter === 1) data[at]! += left;
      else if (filter === 2) data[at]! += up;
      else if (filter === 3) data[at]! += (left + up) >> 1;
      else data[at]! += paeth(left, up, isFirst || y === 0 ? 0 : data[at - stride - channels]!);
    }
  }
}

function paeth(left: number, up: number, corner: number): number {
  const byLeft = Math.abs(up - corner);
  const byUp = Math.abs(left - corner);
  const byCorner = Math.abs(left + up - 2 * corner);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

/** Chunks: length, type, data, CRC. */
function dataOf(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return Buffer.concat(parts);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
