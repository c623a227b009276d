import { Resvg } from '@resvg/resvg-js';

/** [left, top, right, bottom] in px. */
export type Box = readonly [number, number, number, number];

/** Size of a PNG in px, from its first chunk (PNG specification, IHDR). */
export function pngSize(png: Buffer): { width: number; height: number } {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** A copy of the PNG with the boxes painted over. */
export function paintOver(png: Buffer, boxes: readonly Box[]): Buffer {
  const { width, height } = pngSize(png);
  const covers = boxes.map(
    ([left, top, right, bottom]) => `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="#9aa0a6"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}">
<image width="${width}" height="${height}" xlink:href="data:image/png;base64,${png.toString('base64')}"/>${covers.join('')}</svg>`;
  return Buffer.from(new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng());
}
