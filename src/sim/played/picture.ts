import { escaped } from '../../formats/svg.ts';
import { toPng } from '../screen/draw.ts';
import type { Display, Node } from '../screen/view.ts';

/** A picture of a screen that was recorded without one: boxes and words where they stood. */
export function drawn(root: Node, { width, height }: Display): Promise<Buffer> {
  const size = `width="${width}" height="${height}"`;
  return toPng(
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}"><rect ${size} fill="#FFFFFF"/>${shapesOf(root).join('')}</svg>`,
  );
}

function shapesOf({ bounds, view, children }: Node): string[] {
  const { x, y, width, height } = bounds;
  const words = view.password ? '' : (view.text ?? view.desc ?? '');
  const size = Math.max(8, Math.min(44, height * 0.7, (1.8 * width) / Math.max(1, [...words].length)));
  const box = `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#D5D9E0" stroke-width="2"/>`;
  const text = `<text x="${x + 4}" y="${y + height / 2 + size / 3}" font-size="${size}" font-family="Roboto, Noto Sans SC, Noto Sans Arabic" fill="#1B2438">${escaped(words)}</text>`;
  return [...(view.clickable ? [box] : []), ...(words === '' ? [] : [text]), ...children.flatMap(shapesOf)];
}
