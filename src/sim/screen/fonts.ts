import { readFileSync } from 'node:fs';
import opentype from 'opentype.js';
import type { Font, PathCommand } from 'opentype.js';
import { facePath, type Face } from './font-files.ts';
import type { Paint } from './view.ts';

/**
 * The typefaces that ship with the product. The same files measure text and draw it, so both always agree.
 */

export { facePath } from './font-files.ts';

export type Weight = NonNullable<Paint['weight']>;

const fonts = new Map<Face, Font>();

/** Opened when first needed: the Chinese face takes a tenth of a second and 35 MB. */
function font(face: Face): Font {
  let opened = fonts.get(face);
  if (!opened) {
    const data = readFileSync(facePath(face));
    opened = opentype.parse(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength), {
      lowMemory: true,
    });
    fonts.set(face, opened);
  }
  return opened;
}

const arabic = /[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]/;
const han = /[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/;
const unseen = /[\p{Cf}\p{Mn}]/u;

/** A line with Arabic in it is written in the Arabic face as a whole; that has Latin too. */
export const hasArabic = (text: string): boolean => arabic.test(text);

/**
 * Whether a paragraph runs to the left: its first letter or mark of direction decides, and what has none runs
 * as the screen does (AOSP FIRSTSTRONG).
 */
export function runsLeft(text: string, rtl = false): boolean {
  const strong = /[\p{L}\u200e\u200f]/u.exec(text)?.[0];
  return strong ? /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff]/.test(strong) : rtl;
}

function faceOf(char: string, weight: Weight, inArabic: boolean): Face {
  if (inArabic && !han.test(char))
    return weight === 'light' || weight === 'regular' ? 'arabic' : 'arabicMedium';
  return char >= '\u0600' && han.test(char) ? 'han' : weight;
}

const advances = new Map<Face, Map<string, number>>();

function advance(char: string, face: Face): number {
  let known = advances.get(face);
  if (!known) advances.set(face, (known = new Map<string, number>()));
  let width = known.get(char);
  if (width === undefined) {
    const opened = font(face);
    width = unseen.test(char) ? 0 : (opened.charToGlyph(char).advanceWidth ?? 0) / opened.unitsPerEm;
    known.set(char, width);
  }
  return width;
}

/** Width in units of `size`. Kerning is left out, so a line may turn out a little narrower. */
export function measure(
  text: string,
  size: number,
  weight: Weight = 'regular',
  inArabic = hasArabic(text),
): number {
  let width = 0;
  for (const char of inArabic ? joined(text) : text) width += advance(char, faceOf(char, weight, inArabic));
  return width * size;
}

/**
 * Each Arabic letter's shapes as Unicode lists them: alone, joined to the one before, to the one after, to
 * both.
 */
const shapes = new Map<string, string[]>();
for (let code = 0xfe80; code <= 0xfefc; code++) {
  const shape = String.fromCharCode(code);
  const letters = shape.normalize('NFKC');
  shapes.set(letters, [...(shapes.get(letters) ?? []), shape]);
}

/**
 * Arabic in the shapes its letters take beside each other, lam and alef as one, for measuring. Drawing leaves
 * that to the face's own rules.
 */
function joined(text: string): string {
  const letters = text.replace(/[\p{Mn}\p{Cf}]/gu, '').match(/\u0644[\u0622\u0623\u0625\u0627]|[^]/gu) ?? [];
  return letters
    .map((letter, i) => {
      const own = shapes.get(letter) ?? [];
      const before = (shapes.get(letters[i - 1] ?? '')?.length ?? 0) === 4 && own.length > 1 ? 1 : 0;
      const after = own.length === 4 && (shapes.get(letters[i + 1] ?? '')?.length ?? 0) > 1 ? 2 : 0;
      return own[before + after] ?? letter;
    })
    .join('');
}

/** Roboto's ascent and descent, and Android's line with its font padding, as shares of the text size. */
export const ascent = 0.928;
export const descent = 0.244;
export const lineHeight = 1.32;

export interface TextStyle {
  size: number;
  weight: Weight;
  maxLines?: number | undefined;
}

/**
 * Breaks text as a TextView does: at spaces, between Han characters, inside a word only when it fits on no
 * line; the rest ends in `…`.
 */
export function wrap(text: string, width: number, style: TextStyle): string[] {
  const { size, weight, maxLines = Infinity } = style;
  const inArabic = hasArabic(text);
  // Half a pixel of grace: layout rounds to whole pixels.
  const room = width + 0.5;
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    let used = 0;
    for (const piece of paragraph.match(pieces) ?? []) {
      const wide = measure(piece, size, weight, inArabic);
      if (used + measure(piece.trimEnd(), size, weight, inArabic) <= room) {
        line += piece;
        used += wide;
        continue;
      }
      if (line) lines.push(line.trimEnd());
      [line, used] = ['', 0];
      for (const char of piece) {
        const one = measure(char, size, weight, inArabic);
        if (line && char !== ' ' && used + one > room) {
          lines.push(line);
          [line, used] = ['', 0];
        }
        line += char;
        used += one;
      }
    }
    lines.push(line.trimEnd());
  }
  if (lines.length <= maxLines) return lines;
  const rest = lines.slice(maxLines - 1).join(' ');
  return [...lines.slice(0, maxLines - 1), shorten(rest, room, style)];
}

export interface Fitting extends TextStyle {
  /** Below this the text is broken into more lines instead. Missing: it never shrinks. */
  minSize?: number | undefined;
}

/**
 * The text at the largest size at which it fits on one line, or at the smallest on more lines. Smaller type
 * that ends in `…` is no gain.
 */
export function fit(
  text: string,
  width: number,
  { minSize, ...style }: Fitting,
): { lines: string[]; size: number } {
  let { size } = style;
  const wanted = minSize === undefined ? 0 : measure(text, size, style.weight);
  if (minSize !== undefined && wanted > width) {
    const shrunk = Math.floor(((size * width) / wanted) * 4) / 4;
    if (shrunk >= minSize) size = shrunk;
    else if (style.maxLines !== 1) size = minSize;
  }
  return { lines: wrap(text, width, { ...style, size }), size };
}

/** A Han character with the punctuation that must not begin a line, or a word with the space after it. */
const pieces =
  /[\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff][\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\uff09]*\s*|[^\s\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff]+\s*|\s+/gu;

function shorten(text: string, room: number, { size, weight }: TextStyle): string {
  const kept = [...text];
  // Measured anew for each letter that goes: an Arabic one changes the shape of the one before it.
  const short = (): string => `${kept.join('').trimEnd()}…`;
  while (kept.length > 0 && measure(short(), size, weight, hasArabic(text)) > room) kept.pop();
  return short();
}

/** Text cut where the face changes: runs of Han and runs of the rest, each with its width. */
export function runs(
  text: string,
  size: number,
  weight: Weight,
): { text: string; han: boolean; width: number }[] {
  const found: { text: string; han: boolean; width: number }[] = [];
  for (const char of text) {
    const isHan = han.test(char);
    const last = found.at(-1);
    const width = measure(char, size, weight);
    if (last && last.han === isHan) {
      last.text += char;
      last.width += width;
    } else found.push({ text: char, han: isHan, width });
  }
  return found;
}

const outlines = new Map<string, string>();

/** Outline of one Han character as SVG path data on a 1000-unit em, baseline at 0. */
export function hanOutline(char: string): string {
  let path = outlines.get(char);
  if (path === undefined) {
    // Not toPathData(): it writes -0.3 as `0` without a space before it, which spoils the outline.
    path = font('han').charToGlyph(char).getPath(0, 0, 1000).commands.map(written).join('');
    outlines.set(char, path);
  }
  return path;
}

function written(step: PathCommand): string {
  if (step.type === 'Z') return 'Z';
  const end = `${Math.round(step.x)} ${Math.round(step.y)}`;
  if (step.type === 'Q') return `Q${Math.round(step.x1)} ${Math.round(step.y1)} ${end}`;
  if (step.type === 'C') throw new Error('The Chinese face has quadratic outlines only.');
  return step.type + end;
}
