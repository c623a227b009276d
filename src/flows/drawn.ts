import { createRequire } from 'node:module';
import { PageSource, type SourceNode } from '../../pageobjects/look.ts';
import { escaped } from '../formats/svg.ts';
import { isPicture, pngSize, readPngSync, unfilter, type PngRows } from '../formats/png.ts';

/**
 * Pictures of pages that a phone shows to its user alone (FLAG_SECURE): the picture is black, while the
 * page source stays readable. What the evidence keeps of such a page is drawn from its source, and says so.
 */

/** Of the height of a picture: where no status bar and no navigation bar is drawn. */
const [FROM, TO] = [0.08, 0.9];
/** A picture of one colour packs into far fewer bytes than these. */
const mostBytes = (pixels: number) => 2000 + pixels / 40;

/** Whether all of the picture between the system's bars is black. A page in dark colours has texts. */
export function isBlack(png: Buffer): boolean {
  if (!isPicture(png)) return false;
  const { width, height } = pngSize(png);
  if (width * height < 1000 || png.length > mostBytes(width * height)) return false;
  const rows = whole(png);
  if (!rows) return false;
  const { channels, data } = rows;
  const [top, end] = [Math.floor(height * FROM), Math.ceil(height * TO)];
  for (let y = top; y < end; y++) {
    // Row by row: most pictures are found not to be black in the first one.
    unfilter(rows, y, y + 1);
    const row = y * (1 + channels * width) + 1;
    for (let at = row; at < row + channels * width; at += channels)
      if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 0) return false;
  }
  return true;
}

function whole(png: Buffer): PngRows | undefined {
  try {
    return readPngSync(png);
  } catch {
    // One that is cut off is no black picture.
    return undefined;
  }
}

const NOTE = ['Drawn from the page source:', 'the phone gives no picture of this page.'];

interface Drawing {
  /** Of the phone, px. */
  screen?: { width: number; height: number };
  /** For looking on: no note below it, and dots in password fields, as many for each. */
  isLive?: boolean;
  /** In place of a screenshot: as large as the screen, with these words where the page leaves room below. */
  stamp?: string;
}

/** The page as its source describes it: boxes and words, fields without what is in them. PNG. */
export async function drawnFrom(
  source: string,
  { screen, isLive = false, stamp }: Drawing = {},
): Promise<Buffer> {
  const look = new PageSource(source);
  const reach = look.nodes.map(({ bounds }) => bounds);
  const extent = {
    width:
      (isLive || stamp !== undefined ? screen?.width : look.width) ??
      Math.max(1, ...reach.map(([, , right]) => right)),
    height: Math.max(1, ...reach.map(([, , , bottom]) => bottom)),
  };
  const { width } = extent;
  const height =
    stamp === undefined || !screen ? Math.max(extent.height, screen?.height ?? 0) : screen.height;
  const line = Math.round(width / 28);
  // Below the page, so that it hides nothing of it.
  const foot = isLive || stamp !== undefined ? 0 : Math.round(line * 3.2);
  const note = (isLive || stamp !== undefined ? [] : NOTE).map(
    (words, i) =>
      `<text x="${line}" y="${height + line * (1.3 + 1.2 * i)}" font-size="${line * 0.8}" fill="#8a4b00">${words}</text>`,
  );
  if (stamp !== undefined && height - extent.height > line)
    note.push(
      `<text x="${line}" y="${height - line * 0.4}" font-size="${line * 0.7}" fill="#8a4b00">${escaped(stamp)}</text>`,
    );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + foot}" font-family="Roboto, Noto Sans SC, Noto Sans Arabic"><rect width="${width}" height="${height}" fill="#fff"/>${look.nodes.map((node) => shapeOf(node, line, isLive)).join('')}<rect y="${height}" width="${width}" height="${foot}" fill="#fff3e0"/>${note.join('')}</svg>`;
  const { renderAsync } = await import('@resvg/resvg-js');
  const font = { loadSystemFonts: false, fontFiles: fontsFor(svg), defaultFontFamily: 'Roboto' };
  return Buffer.from((await renderAsync(svg, { font, logLevel: 'off' })).asPng());
}

const DOTS = '●●●●●●●●';

function shapeOf(node: SourceNode, line: number, isLive: boolean): string {
  const { bounds, text, desc, clickable, secret, password, cls } = node;
  const [left, top, right, bottom] = bounds;
  const [width, height] = [right - left, bottom - top];
  if (width <= 0 || height <= 0) return '';
  const box = (fill: string) =>
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${fill}" stroke="#c5cad3" stroke-width="2"/>`;
  if (secret && !isLive) return box('#9aa0a6');
  const words = password ? DOTS : text || desc;
  const frame = clickable || secret ? box(cls.endsWith('.Button') ? '#eef1f6' : 'none') : '';
  if (words === '') return frame;
  // As large as it fits its own box in one line, and no larger than text on a phone is.
  const size = Math.max(8, Math.min(line, height * 0.7, (1.8 * width) / [...words].length));
  return `${frame}<text x="${left + 4}" y="${top + height / 2 + size / 3}" font-size="${size}" fill="#1b2438">${escaped(words)}</text>`;
}

const { resolve } = createRequire(import.meta.url);
const font = (file: string) => resolve(`@expo-google-fonts/${file}`);

/** The Chinese face takes a tenth of a second to load, so it is loaded where it is needed. */
function fontsFor(svg: string): string[] {
  return [
    font('roboto/400Regular/Roboto_400Regular.ttf'),
    ...(/[\u2e80-\u9fff\uf900-\uffef]/.test(svg)
      ? [font('noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf')]
      : []),
    ...(/[\u0600-\u08ff]/.test(svg)
      ? [font('noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf')]
      : []),
  ];
}
