import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printPdf } from '../cli/report-pdf.ts';
import { loadSettings } from '../config/config.ts';
import { facePath } from '../sim/screen/fonts.ts';
import { pictures } from './docs-drawing.ts';
import { wallPicture } from './docs-wall.ts';

/**
 * `npm run docs:pictures`: draws the pictures of the documentation anew, from simulated phones, photographs the
 * wall of a station and prints the cards for the bench with the Chromium of this computer. `npm run
 * docs:pictures cards`: the cards alone.
 */

/** The card with the typeface of the simulator in it, so that each computer prints the same. */
async function card(folder: string): Promise<void> {
  const settings = loadSettings();
  const source = readFileSync(join(folder, 'bench-card.html'), 'utf8');
  const face = (family: string, file: Parameters<typeof facePath>[0], weight: number) =>
    `@font-face{font-family:${family};font-weight:${weight};src:url(file://${facePath(file)})}`;
  const faces = [face('card', 'regular', 400), face('card', 'bold', 700), face('card-han', 'han', 400)];
  const copy = join(folder, 'bench-card.print.html');
  writeFileSync(copy, source.replace('<style>', `<style>${faces.join('')}`));
  try {
    const pdf = await printPdf(copy, settings);
    writeFileSync(join(folder, 'bench-card.pdf'), readFileSync(pdf));
    rmSync(pdf);
  } finally {
    rmSync(copy);
  }
}

if (process.argv[2] !== 'cards') {
  for await (const [file, png] of pictures()) writeFileSync(file, png);
  writeFileSync('docs/pictures/wall-en.png', await wallPicture(1440, 650));
}
for (const folder of ['docs', 'docs/bg', 'docs/zh']) await card(folder);
