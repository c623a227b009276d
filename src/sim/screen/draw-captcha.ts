import type { Rect } from './view.ts';

const inks = ['#3A4A6B', '#6B3A4A', '#3A6B4A', '#5A4A2A'];

/** Tilted letters under a scrawl, for a person to read. The picture is the same for the same letters. */
export function drawCaptcha(letters: string, { x, y, width, height }: Rect): string {
  const step = width / (letters.length + 1);
  const size = height * 0.62;
  const drawn = [...letters].map((letter, i) => {
    const wild = letter.codePointAt(0) ?? 0;
    const at = { x: x + step * (i + 0.7), y: y + height * (0.64 + ((wild % 7) - 3) / 40) };
    const tilt = ((wild * (i + 3)) % 41) - 20;
    return `<text transform="translate(${at.x} ${at.y}) rotate(${tilt})" font-family="Roboto" font-weight="500" font-size="${size}" fill="${inks[i % inks.length]}">${letter}</text>`;
  });
  const wave = `M${x} ${y + height * 0.55}q${width / 4} ${-height * 0.5} ${width / 2} 0t${width / 2} ${-height * 0.1}`;
  return `${drawn.join('')}<path d="${wave}" fill="none" stroke="#8C97A8" stroke-width="${height / 22}"/>`;
}
