import { ascent, descent, fit, hanOutline, hasArabic, lineHeight, measure, runs, runsLeft } from './fonts.ts';
import type { Weight } from './fonts.ts';
import { n, paint } from './draw-shapes.ts';
import type { Pen } from './draw-shapes.ts';
import { colors } from './theme.ts';
import type { Paint, Rect } from './view.ts';

/** Text as SVG. What is not Han stays text, so the picture can be read; resvg shapes it, Arabic too. */

const weights: Record<Weight, number> = { light: 300, regular: 400, medium: 500, bold: 700 };

export interface Written {
  /** The text is the hint of an empty field. */
  hint?: boolean;
  field?: boolean;
  caret?: boolean;
}

export function drawText(
  at: Rect,
  text: string,
  look: Paint,
  pen: Pen,
  { hint, field, caret }: Written = {},
): string {
  const weight = look.weight ?? 'regular';
  const color = hint ? colors.faint : (look.color ?? colors.ink);
  const sp = pen.dp * (pen.style.fontScale ?? 1);
  const wanted = {
    size: (look.size ?? 15) * sp,
    weight,
    maxLines: look.maxLines,
    minSize: look.minSize && look.minSize * sp,
  };
  const { lines, size } = field && !hint ? { lines: [text], size: wanted.size } : fit(text, at.width, wanted);
  const step = size * lineHeight;
  const top = at.y + (at.height - lines.length * step) / 2;
  const side = sideOf(look, pen);
  const { rtl = false } = pen.style;
  const leftward = runsLeft(text, rtl);
  let drawn = '';
  lines.forEach((line, i) => {
    const width = measure(line, size, weight);
    // A field that is full shows its end, where the caret is: of what runs against the screen, that is the
    // edge it lies at.
    const overflow = field && !hint && leftward === rtl ? Math.max(0, width - at.width + 2 * pen.dp) : 0;
    const x = at.x + (at.width - width) * shares[side] - (rtl ? -overflow : overflow);
    const baseline = top + i * step + (step - (ascent + descent) * size) / 2 + ascent * size;
    drawn += drawLine(line, { x, y: baseline, width, side }, { size, weight, color }, leftward);
  });
  if (caret) {
    const width = hint || leftward !== rtl ? 0 : Math.min(measure(text, size, weight), at.width - 2 * pen.dp);
    const x = rtl ? at.x + at.width - width - 2 * pen.dp : at.x + width;
    drawn += drawCaret(x, at, size, pen);
  }
  return drawn;
}

const drawCaret = (x: number, at: Rect, size: number, { dp }: Pen): string =>
  `<rect x="${n(x)}" y="${n(at.y + at.height / 2 - size * 0.62)}" width="${2 * dp}" height="${n(size * 1.24)}" fill="${colors.blue}"/>`;

/** What a password shows: a dot for each character, and nothing of them. */
export function drawDots(at: Rect, count: number, look: Paint, pen: Pen, caret: boolean): string {
  const { dp, style } = pen;
  const step = 10.5 * dp;
  const fitting = Math.min(count, Math.floor(at.width / step));
  const x = (i: number): number => (style.rtl ? at.x + at.width - i * step : at.x + i * step);
  const dots = Array.from(
    { length: fitting },
    (_, i) => `<circle cx="${n((x(i) + x(i + 1)) / 2)}" cy="${at.y + at.height / 2}" r="${3.3 * dp}"/>`,
  );
  const drawn = `<g aria-label="${'•'.repeat(count)}" ${paint(look.color ?? colors.ink)}>${dots.join('')}</g>`;
  return caret
    ? drawn + drawCaret(x(fitting) + (style.rtl ? -3 : 1) * dp, at, (look.size ?? 15) * dp, pen)
    : drawn;
}

/** On which side of its place a line lies. */
type Side = 'left' | 'middle' | 'right';

function sideOf(look: Paint, pen: Pen): Side {
  const align = look.textAlign ?? 'start';
  if (align === 'center') return 'middle';
  return (align === 'end') === (pen.style.rtl === true) ? 'left' : 'right';
}

const shares: Record<Side, number> = { left: 0, middle: 0.5, right: 1 };
const anchors: Record<Side, string> = { left: 'start', middle: 'middle', right: 'end' };

interface Ink {
  size: number;
  weight: Weight;
  color: string;
}

interface LinePlace {
  /** Its left edge. */
  x: number;
  /** Its baseline. */
  y: number;
  /** What layout took it for. */
  width: number;
  /** Where it stays when it turns out narrower. */
  side?: Side;
}

/**
 * `leftward` is how the paragraph of the line runs: a line that begins with Latin may be the second one of an
 * Arabic text.
 */
export function drawLine(
  line: string,
  { x, y, width, side = 'left' }: LinePlace,
  ink: Ink,
  leftward = runsLeft(line),
): string {
  if (line.trim() === '') return '';
  if (leftward || hasArabic(line)) {
    // resvg takes every paragraph for left-to-right; the embedding marks make this one right-to-left.
    const marked = leftward ? `\u202b${line}\u202c` : line;
    const family = hasArabic(line) ? 'Noto Sans Arabic' : 'Roboto';
    return textElement(marked, { x: x + width * shares[side], y, anchor: anchors[side] }, family, ink);
  }
  let left = x;
  return runs(line, ink.size, ink.weight)
    .map((run) => {
      const drawn = run.han
        ? drawHan(run.text, left, y, ink)
        : textElement(run.text, { x: left, y }, 'Roboto', ink);
      left += run.width;
      return drawn;
    })
    .join('');
}

function textElement(
  text: string,
  { x, y, anchor }: { x: number; y: number; anchor?: string },
  family: string,
  { size, weight, color }: Ink,
): string {
  const at = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  const style = `font-family="${family}" font-size="${n(size)}" font-weight="${weights[weight]}"`;
  return `<text x="${n(x)}" y="${n(y)}" ${style} ${paint(color)}${at} xml:space="preserve">${escape(text)}</text>`;
}

/** Han as outlines: for each text resvg would read the tables of the 10 MB face anew, 20 ms a time. */
function drawHan(text: string, x: number, y: number, { size, weight, color }: Ink): string {
  const scale = size / 1000;
  // One weight of the face ships; heavier ones get a stroke.
  const bolder = weight === 'bold' ? 34 : weight === 'medium' ? 18 : 0;
  const stroke = bolder ? ` ${paint(color, 'stroke')} stroke-width="${bolder}"` : '';
  let left = x;
  const glyphs = [...text].map((char) => {
    const drawn = `<path transform="translate(${n(left)} ${n(y)}) scale(${n(scale, 4)})" d="${hanOutline(char)}"/>`;
    left += measure(char, size, weight);
    return drawn;
  });
  return `<g aria-label="${escape(text)}" ${paint(color)}${stroke}>${glyphs.join('')}</g>`;
}

function escape(text: string): string {
  return text.replace(
    /[&<>"\p{Cc}]/gu,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? ' ',
  );
}
