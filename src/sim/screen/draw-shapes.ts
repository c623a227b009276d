import { icons } from './icons.ts';
import type { Paint, Rect, Style } from './view.ts';

export interface Pen {
  style: Style;
  /** px per dp */
  dp: number;
  /** Shapes that are defined once, by id: gradients and clips. */
  defs: Map<string, string>;
}

export function clipped(inner: string, { x, y, width, height }: Rect, pen: Pen): string {
  const id = `clip-${x}-${y}-${width}-${height}`;
  pen.defs.set(
    id,
    `<clipPath id="${id}"><rect x="${x}" y="${y}" width="${width}" height="${height}"/></clipPath>`,
  );
  return `<g clip-path="url(#${id})">${inner}</g>`;
}

/** `fill="…"`, with the alpha of #RRGGBBAA as an attribute of its own. */
export function paint(color: string, attribute: 'fill' | 'stroke' = 'fill'): string {
  if (color.length !== 9) return `${attribute}="${color}"`;
  const alpha = (Number.parseInt(color.slice(7), 16) / 255).toFixed(3);
  return `${attribute}="${color.slice(0, 7)}" ${attribute}-opacity="${alpha}"`;
}

export function roundRect(
  { x, y, width, height }: Rect,
  radius: number,
  corners: Paint['corners'] = 'all',
): string {
  const r = Math.min(radius, width / 2, height / 2);
  const top = corners === 'all' || corners === 'top' ? r : 0;
  const bottom = corners === 'all' || corners === 'bottom' ? r : 0;
  const arc = (by: number, dx: number, dy: number): string => (by ? `a${by} ${by} 0 0 1 ${dx} ${dy}` : '');
  return (
    `M${x + top} ${y}h${width - 2 * top}${arc(top, top, top)}v${height - top - bottom}${arc(bottom, -bottom, bottom)}` +
    `h${2 * bottom - width}${arc(bottom, -bottom, -bottom)}v${top + bottom - height}${arc(top, top, -top)}z`
  );
}

/** Pictograms that point along the line of reading. */
const directed: ReadonlySet<string> = new Set(['back', 'chevron']);

export function icon(name: string, at: Rect, color: string, rtl = false): string {
  const shape = icons[name];
  if (!shape)
    throw new Error(
      `A view asks for the pictogram "${name}", which icons.ts does not have. Draw it there or name another.`,
    );
  const side = Math.min(at.width, at.height);
  const scale = side / 24;
  const x = at.x + (at.width - side) / 2;
  const y = at.y + (at.height - side) / 2;
  const move =
    rtl && directed.has(name)
      ? `translate(${x + side} ${y}) scale(${-scale} ${scale})`
      : `translate(${x} ${y}) scale(${scale})`;
  return (
    `<g transform="${move}">` +
    (shape.f ? `<path d="${shape.f}" ${paint(color)} fill-rule="evenodd"/>` : '') +
    (shape.s
      ? `<path d="${shape.s}" fill="none" ${paint(color, 'stroke')} stroke-width="${shape.w ?? 2}" stroke-linecap="round" stroke-linejoin="round"/>`
      : '') +
    '</g>'
  );
}

/** A number as short as SVG needs it. */
export const n = (value: number, digits = 1): string => String(Number(value.toFixed(digits)));
