import { Resvg } from '@resvg/resvg-js';

/** Size of a PNG in px, from its first chunk (PNG specification, IHDR). */
function size(png: Buffer): { width: number; height: number } {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** A copy of the PNG with the boxes [left, top, right, bottom] painted over. */
export function paintOver(png: Buffer, boxes: readonly (readonly [number, number, number, number])[]): Buffer {
  const { width, height } = size(png);
  const covers = boxes.map(
    ([left, top, right, bottom]) => `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="#9aa0a6"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}">
<image width="${width}" height="${height}" xlink:href="data:image/png;base64,${png.toString('base64')}"/>${covers.join('')}</svg>`;
  return Buffer.from(new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng());
}
