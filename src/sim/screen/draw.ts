import { rowsOf, writePng } from '../../formats/png.ts';
import { renderAsync } from '@resvg/resvg-js';
import { drawNode, wallpaper } from './draw-node.ts';
import { paint } from './draw-shapes.ts';
import type { Pen } from './draw-shapes.ts';
import { keyboard, navigationBar, statusBar, toast } from './draw-system.ts';
import type { KeyboardKind, StatusBar } from './draw-system.ts';
import { facePath, type Face } from './font-files.ts';
import { keyboardTop, keyboardUp, layOut } from './layout.ts';
import { lookOf } from './theme.ts';
import type { Display, Style, View, Window } from './view.ts';

export interface Picture {
  screen: Display;
  /** Bottom to top. */
  windows: readonly Window[];
  status: StatusBar;
  style?: Style;
  toast?: string | undefined;
  keyboardKind?: KeyboardKind;
}

/**
 * The screen as SVG, in px. Draws what the trees of the windows say, and the system's own parts around them.
 */
export function draw({
  screen,
  windows,
  status,
  style = {},
  toast: message,
  keyboardKind = 'text',
}: Picture): string {
  const pen: Pen = { style, dp: screen.density / 160, defs: new Map() };
  const visible = windows.slice(
    Math.max(
      0,
      windows.findLastIndex((window) => window.kind === 'activity'),
    ),
  );
  const front = visible.at(-1);
  const up = front !== undefined && keyboardUp(front, style);
  const panel = visible.findLastIndex((window) => window.kind === 'panel');
  const body = [`<rect width="${screen.width}" height="${screen.height}" fill="#000000"/>`];
  // FLAG_SECURE blanks the whole picture, whatever else is on the screen.
  if (visible.some((window) => window.secure)) return svg(screen, pen, body);
  visible.forEach((window, i) =>
    body.push(i < panel ? ground(window, screen, pen) : drawWindow(window, window === front, screen, pen)),
  );
  const ink = inkOn(
    visible.findLast(({ kind }) => kind !== 'dialog'),
    style,
  );
  body.push(statusBar(status, screen, ink, pen));
  if (up) {
    const kind = keyboardKind === 'text' && takesDigits(front.root) ? 'number' : keyboardKind;
    body.push(
      keyboard(kind, screen, pen),
      navigationBar(screen, kind === 'secure' ? '#FFFFFF' : '#000000', pen),
    );
  } else
    body.push(navigationBar(screen, front?.kind === 'dialog' && style.era === '10' ? '#000000' : ink, pen));
  if (message)
    body.push(toast(message, screen, up ? keyboardTop(screen) : screen.height - screen.navigationBar, pen));
  return svg(screen, pen, body);
}

function svg({ width, height }: Display, { defs }: Pen, body: readonly string[]): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><defs>${[...defs.values()].join('')}</defs>${body.join('')}</svg>`;
}

function drawWindow(window: Window, front: boolean, screen: Display, pen: Pen): string {
  const whole = `width="${screen.width}" height="${screen.height}"`;
  // The keyboard stands before the front window only; those behind it have their full height.
  const style = front ? pen.style : { ...pen.style, keyboard: false };
  const node = layOut(window, screen, style);
  const look = lookOf(window.root, style);
  const drawn = drawNode(node, { ...pen, style });
  if (window.kind === 'dialog') {
    const sheet =
      style.era === '10'
        ? `<rect y="${screen.height - screen.navigationBar}" ${whole} fill="${look.background ?? '#FFFFFF'}"/>`
        : '';
    return `<rect ${whole} ${paint('#00000066')}/>${sheet}${drawn}`;
  }
  return window.kind === 'activity' ? ground(window, screen, pen) + drawn : drawn;
}

/**
 * The colour of a window without what is on it: all that the panel's strong blur leaves. A real blur takes
 * resvg 0.4 s.
 */
function ground({ kind, root }: Window, { width, height }: Display, pen: Pen): string {
  const { background = '#FFFFFF' } = lookOf(root, pen.style);
  if (kind === 'dialog') return '';
  return background === 'wallpaper'
    ? wallpaper(pen)
    : `<rect width="${width}" height="${height}" ${paint(background)}/>`;
}

/** Colour of the signs in the bars over a window. */
function inkOn(window: Window | undefined, style: Style): string {
  return isDark((window && lookOf(window.root, style).background) ?? '#FFFFFF') ? '#FFFFFF' : '#000000';
}

function takesDigits(view: View): boolean {
  return (view.focused === true && view.digits === true) || (view.children?.some(takesDigits) ?? false);
}

function isDark(background: string): boolean {
  if (background === 'wallpaper') return true;
  const [r = 255, g = 255, b = 255] = (background.match(/[\da-f]{2}/gi) ?? []).map((part) =>
    Number.parseInt(part, 16),
  );
  return 0.3 * r + 0.59 * g + 0.11 * b < 128;
}

const pictures = new Map<string, Promise<Buffer>>();
const kept = 8;

/** PNG of a drawn screen, `zoom` times its size. The last few are kept: an unchanged screen costs nothing. */
export function toPng(svg: string, zoom = 1): Promise<Buffer> {
  const key = `${zoom} ${svg}`;
  const known = pictures.get(key);
  if (known) {
    pictures.delete(key);
    pictures.set(key, known);
    return known;
  }
  const picture = render(svg, zoom);
  pictures.set(key, picture);
  for (const oldest of pictures.keys()) {
    if (pictures.size <= kept) break;
    pictures.delete(oldest);
  }
  return picture;
}

/** Beside the main thread: 32 phones may be looked at at once. */
async function render(svg: string, zoom: number): Promise<Buffer> {
  const faces: Face[] = ['light', 'regular', 'medium', 'bold'];
  if (svg.includes('Noto Sans Arabic')) faces.push('arabic', 'arabicMedium');
  const font = { loadSystemFonts: false, fontFiles: faces.map(facePath), defaultFontFamily: 'Roboto' };
  const image = await renderAsync(svg, { font, logLevel: 'off', fitTo: { mode: 'zoom', value: zoom } });
  // A screen is looked at once: it is not packed tightly.
  return writePng(rowsOf(image), 1);
}
