import { Resvg } from '@resvg/resvg-js';
import { drawCaptcha } from '../screen/draw-captcha.ts';
import { facePath } from '../screen/font-files.ts';

const size = { width: 140, height: 52 };

/** PNG of the letters for a person to read. */
export function captchaPng(letters: string): Buffer {
  const body = drawCaptcha(letters, { x: 0, y: 0, ...size });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"><rect width="100%" height="100%" fill="#F5F6F7"/>${body}</svg>`;
  const font = { loadSystemFonts: false, fontFiles: [facePath('medium')], defaultFontFamily: 'Roboto' };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 }, logLevel: 'off' }).render().asPng();
}
