import { renderAsync } from '@resvg/resvg-js';

/** [left, top, right, bottom] in px. */
export type Box = readonly [number, number, number, number];

/** Size of a PNG in px, from its first chunk (PNG specification, IHDR). */
export function pngSize(png: Buffer): { width: number; height: number } {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** The PNG with the boxes painted over, if there are any. Done beside the main thread: it takes longer than anything else in a flow. */
export async function paintOver(png: Buffer, boxes: readonly Box[]): Promise<Buffer> {
  if (boxes.length === 0) return png;
  const { width, height } = pngSize(png);
  const covers = boxes.map(
    ([left, top, right, bottom]) => `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="#9aa0a6"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}">
<image width="${width}" height="${height}" xlink:href="data:image/png;base64,${png.toString('base64')}"/>${covers.join('')}</svg>`;
  const painted = await renderAsync(svg, { font: { loadSystemFonts: false } });
  return Buffer.from(painted.asPng());
}
