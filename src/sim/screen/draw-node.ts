import { drawCaptcha } from './draw-captcha.ts';
import { clipped, icon, paint, roundRect } from './draw-shapes.ts';
import type { Pen } from './draw-shapes.ts';
import { drawDots, drawText } from './draw-text.ts';
import { isField, shownText } from './layout.ts';
import { boxOf, colors, lookOf } from './theme.ts';
import type { Paint, Node, Rect } from './view.ts';

/** What one view and everything in it looks like, as SVG. */
export function drawNode(node: Node, pen: Pen): string {
  const { view } = node;
  const look = lookOf(view, pen.style);
  const frame = node.frame ?? node.bounds;
  const disabled = view.enabled === false && look.opacity === undefined;
  const own = plate(frame, look, pen) + content(node, frame, look, pen);
  const inner = node.children.map((child) => {
    const drawn = drawNode(child, pen);
    // Only what sticks out of a list is clipped: a clip costs resvg a layer of its size.
    return view.scroll && isCut(child) ? clipped(drawn, child.bounds, pen) : drawn;
  });
  const body = own + inner.join('');
  const opacity = disabled ? 0.38 : look.opacity;
  return opacity === undefined || body === '' ? body : `<g opacity="${opacity}">${body}</g>`;
}

const isCut = ({ bounds, frame }: Node): boolean =>
  frame !== undefined && (frame.height !== bounds.height || frame.width !== bounds.width);

function plate(frame: Rect, look: Paint, pen: Pen): string {
  const { background, border, divider, fade, radius = 0 } = look;
  const { x, y, width, height } = frame;
  let drawn = fade ? fadeAbove(frame, fade, pen) : '';
  // The wallpaper reaches behind the bars: draw.ts has drawn it.
  if (background && background !== 'wallpaper') {
    drawn += radius
      ? `<path d="${roundRect(frame, radius * pen.dp, look.corners)}" ${paint(background)}/>`
      : `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${paint(background)}/>`;
  }
  if (border) {
    drawn += radius
      ? `<path d="${roundRect(frame, radius * pen.dp)}" fill="none" stroke="${border}" stroke-width="${pen.dp}"/>`
      : `<rect x="${x}" y="${y + height - pen.dp}" width="${width}" height="${pen.dp}" fill="${border}"/>`;
  }
  if (divider) {
    const inset = Math.round(24 * pen.dp);
    drawn += `<rect x="${x + inset}" y="${y + height - 1}" width="${width - 2 * inset}" height="1.5" fill="#E6E6E6"/>`;
  }
  return drawn;
}

function fadeAbove({ x, y, width }: Rect, color: string, pen: Pen): string {
  const tall = Math.round(18 * pen.dp);
  const id = `fade-${color.slice(1)}`;
  const stop = (offset: number): string =>
    `<stop offset="${offset}" stop-color="${color}" stop-opacity="${offset}"/>`;
  pen.defs.set(
    id,
    `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stop(0)}${stop(1)}</linearGradient>`,
  );
  return `<rect x="${x}" y="${y - tall}" width="${width}" height="${tall}" fill="url(#${id})"/>`;
}

/** Straight down: rows of one colour make a picture a sixth as large, and ten times as fast to encode. */
export function wallpaper(pen: Pen): string {
  pen.defs.set(
    'wallpaper',
    `<linearGradient id="wallpaper" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#1F3F7F"/><stop offset=".4" stop-color="#5B62A8"/>` +
      `<stop offset=".72" stop-color="#B8708F"/><stop offset="1" stop-color="#D98A6A"/></linearGradient>`,
  );
  return '<rect width="100%" height="100%" fill="url(#wallpaper)"/>';
}

function content(node: Node, frame: Rect, look: Paint, pen: Pen): string {
  const { view } = node;
  if (view.part === 'toggle') return toggle(frame, view.checked === true, look, pen);
  if (view.checkable && !view.text && !look.icon) return checkBox(frame, view.checked === true, pen);
  const inner = inset(node, frame, pen);
  const before =
    view.checkable && view.text && !look.icon
      ? checkBox(boxBefore(frame, pen), view.checked === true, pen)
      : '';
  if (look.png) return image(look.png, frame);
  if (look.letters) return drawCaptcha(look.letters, inner);
  if (look.icon) {
    const color = look.tint ?? (look.background ? colors.white : (look.color ?? colors.ink));
    return icon(look.icon, inner, color, pen.style.rtl);
  }
  const field = isField(view);
  // What has children is a container: its text, a document's title, is for accessibility.
  if (view.children?.length || (!field && !view.text && !view.hint)) return before;
  const caret = field && view.focused === true;
  const drawn =
    view.password && view.text
      ? drawDots(inner, [...view.text].length, look, pen, caret)
      : drawText(inner, shownText(view), look, pen, { hint: !view.text, field, caret });
  return field ? fieldLine(node, view.focused === true, pen) + clipped(drawn, inner, pen) : before + drawn;
}

/** The frame without its padding. */
function inset(node: Node, frame: Rect, pen: Pen): Rect {
  const { padding = 0 } = boxOf(node.view, pen.style);
  const px = (value: number): number => Math.round(value * pen.dp);
  const [top, end, bottom, start] =
    typeof padding === 'number'
      ? [padding, padding, padding, padding]
      : padding.length === 2
        ? [padding[0], padding[1], padding[0], padding[1]]
        : padding;
  const [left, right] = pen.style.rtl ? [end, start] : [start, end];
  return {
    x: frame.x + px(left),
    y: frame.y + px(top),
    width: Math.max(0, frame.width - px(left) - px(right)),
    height: Math.max(0, frame.height - px(top) - px(bottom)),
  };
}

/** A focused field: its plate gets a blue ring, a field without a plate a blue line. */
function fieldLine(node: Node, focused: boolean, pen: Pen): string {
  const around = node.parent?.view.part === 'editBox' ? node.parent : node;
  const look = lookOf(around.view, pen.style);
  const at = around.frame ?? around.bounds;
  const line = Math.round((focused ? 1.6 : 0.8) * pen.dp);
  if (look.radius && look.background) {
    return focused
      ? `<path d="${roundRect(at, look.radius * pen.dp)}" fill="none" stroke="${colors.blue}" stroke-width="${line}"/>`
      : '';
  }
  return `<rect x="${at.x}" y="${at.y + at.height - line}" width="${at.width}" height="${line}" fill="${focused ? colors.blue : '#D9D9D9'}"/>`;
}

function toggle({ x, y, width, height }: Rect, on: boolean, look: Paint, pen: Pen): string {
  const knob = height * 0.36;
  const atEnd = on !== (pen.style.rtl === true);
  const cx = atEnd ? x + width - height / 2 : x + height / 2;
  const fill = on ? (look.tint ?? colors.blue) : '#E0E0E0';
  return (
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${height / 2}" fill="${fill}"/>` +
    `<circle cx="${cx}" cy="${y + height / 2}" r="${knob}" fill="#FFFFFF"/>`
  );
}

function image(png: Buffer, { x, y, width, height }: Rect): string {
  const at = `x="${x}" y="${y}" width="${width}" height="${height}"`;
  return `<image ${at} preserveAspectRatio="none" href="data:image/png;base64,${png.toString('base64')}"/>`;
}

function boxBefore({ x, y, width, height }: Rect, { dp, style }: Pen): Rect {
  const side = Math.round(20 * dp);
  return { x: style.rtl ? x + width - side : x, y: y + (height - side) / 2, width: side, height: side };
}

function checkBox(frame: Rect, on: boolean, pen: Pen): string {
  const side = Math.min(frame.width, frame.height);
  const r = side / 2;
  const at = `cx="${frame.x + r}" cy="${frame.y + frame.height / 2}"`;
  if (!on)
    return `<circle ${at} r="${r - pen.dp}" fill="none" stroke="#C4C4C4" stroke-width="${1.5 * pen.dp}"/>`;
  const mark = {
    x: frame.x + side * 0.2,
    y: frame.y + (frame.height - side) / 2 + side * 0.2,
    width: side * 0.6,
    height: side * 0.6,
  };
  return `<circle ${at} r="${r}" fill="${colors.blue}"/>${icon('check', mark, colors.white)}`;
}
