import { drawLine } from './draw-text.ts';
import { icon, paint, roundRect } from './draw-shapes.ts';
import type { Pen } from './draw-shapes.ts';
import { measure, runsLeft, wrap } from './fonts.ts';
import { keyboardTop } from './layout.ts';
import { colors } from './theme.ts';
import type { Rect, Display } from './view.ts';

/**
 * What the system draws around and over the apps: bars, keyboard, toast. None of it is in a window's tree.
 */

export interface StatusBar {
  /** e.g. `10:24` */
  clock: string;
  /** Percent. */
  battery?: number;
  wifi?: boolean;
  /** Bars of the mobile network, 0 to 4. Missing: no SIM. */
  signal?: number;
}

function centred(text: string, at: Rect, size: number, color: string, leftward = false): string {
  const ink = { size, weight: 'regular', color } as const;
  const width = measure(text, size, ink.weight);
  return drawLine(
    text,
    { x: at.x + (at.width - width) / 2, y: at.y + at.height / 2 + size * 0.34, width, side: 'middle' },
    ink,
    leftward,
  );
}

export function statusBar(bar: StatusBar, screen: Display, color: string, pen: Pen): string {
  const { dp } = pen;
  const size = Math.min(13.5 * dp, screen.statusBar * 0.55);
  const middle = screen.statusBar / 2;
  const side = 20 * dp;
  const ink = { size, weight: 'medium' as const, color };
  const wide = measure(bar.clock, size, 'medium');
  const clock = drawLine(
    bar.clock,
    { x: pen.style.rtl ? screen.width - side - wide : side, y: middle + size * 0.36, width: wide },
    ink,
  );
  const signs = statusSigns(bar, screen, color, side, pen);
  return (
    clock + (pen.style.rtl ? `<g transform="translate(${screen.width} 0) scale(-1 1)">${signs}</g>` : signs)
  );
}

/** Network and battery, `side` px from the right edge. */
function statusSigns(bar: StatusBar, screen: Display, color: string, side: number, { dp }: Pen): string {
  const middle = screen.statusBar / 2;
  const { battery = 78, wifi = true, signal } = bar;
  let x = screen.width - side - 25 * dp;
  const shell = { x, y: middle - 5.5 * dp, width: 22 * dp, height: 11 * dp };
  const fill = battery <= 15 ? colors.red : color;
  let drawn = `<path d="${roundRect(shell, 3.2 * dp)}" fill="none" stroke="${color}" stroke-opacity=".55" stroke-width="${dp}"/>`;
  const charge = {
    x: shell.x + 1.8 * dp,
    y: shell.y + 1.8 * dp,
    width: (shell.width - 3.6 * dp) * (battery / 100),
    height: shell.height - 3.6 * dp,
  };
  drawn += `<path d="${roundRect(charge, 1.8 * dp)}" fill="${fill}"/>`;
  drawn += `<path d="${roundRect({ x: shell.x + shell.width + 1.2 * dp, y: middle - 2 * dp, width: 1.6 * dp, height: 4 * dp }, 0.8 * dp)}" fill="${color}" fill-opacity=".55"/>`;
  if (wifi) {
    x -= 20 * dp;
    drawn += icon('wifi', { x, y: middle - 7.5 * dp, width: 15 * dp, height: 15 * dp }, color);
  }
  x -= 20 * dp;
  if (signal === undefined)
    return (
      drawn + icon('close', { x: x + 3 * dp, y: middle - 5 * dp, width: 10 * dp, height: 10 * dp }, color)
    );
  for (let i = 0; i < 4; i++) {
    const tall = (4 + 2.4 * i) * dp;
    const one = { x: x + i * 4 * dp, y: middle + 5.6 * dp - tall, width: 2.8 * dp, height: tall };
    drawn += `<path d="${roundRect(one, dp)}" fill="${color}"${i < signal ? '' : ' fill-opacity=".3"'}/>`;
  }
  return drawn;
}

/** A pill for gestures where the bar is low, else MIUI's three buttons: recents, home, back. */
export function navigationBar(screen: Display, color: string, pen: Pen): string {
  const { dp } = pen;
  const tall = screen.navigationBar;
  if (tall === 0) return '';
  const middle = screen.height - tall / 2;
  if (tall < 30 * dp) {
    const pill = { x: screen.width / 2 - 66 * dp, y: middle - 1.5 * dp, width: 132 * dp, height: 3.6 * dp };
    return `<path d="${roundRect(pill, 2 * dp)}" fill="${color}" fill-opacity=".82"/>`;
  }
  const at = (share: number): number => screen.width * share;
  const r = 7.5 * dp;
  const line = `fill="none" stroke="${color}" stroke-opacity=".72" stroke-width="${1.7 * dp}" stroke-linecap="round" stroke-linejoin="round"`;
  return (
    `<path d="M${at(0.22) - r} ${middle - r * 0.75}h${2 * r}M${at(0.22) - r} ${middle}h${2 * r}M${at(0.22) - r} ${middle + r * 0.75}h${2 * r}" ${line}/>` +
    `<path d="${roundRect({ x: at(0.5) - r, y: middle - r, width: 2 * r, height: 2 * r }, 2 * dp)}" ${line}/>` +
    `<path d="M${at(0.78) + r * 0.5} ${middle - r}L${at(0.78) - r * 0.55} ${middle}L${at(0.78) + r * 0.5} ${middle + r}" ${line}/>`
  );
}

export type KeyboardKind = 'text' | 'number' | 'secure';

const letters = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

export function keyboard(kind: KeyboardKind, screen: Display, pen: Pen): string {
  const { dp } = pen;
  const top = keyboardTop(screen);
  const area = { x: 0, y: top, width: screen.width, height: screen.height - top };
  const dark = kind === 'secure';
  let drawn = `<rect x="0" y="${top}" width="${area.width}" height="${area.height}" fill="${dark ? '#23272E' : '#E4E7EB'}"/>`;
  const head = Math.round(38 * dp);
  const keys = {
    x: 3 * dp,
    y: top + head,
    width: screen.width - 6 * dp,
    height: screen.height - screen.navigationBar - top - head - 4 * dp,
  };
  drawn += dark
    ? icon(
        'privacy',
        { x: screen.width / 2 - 10 * dp, y: top + 9 * dp, width: 20 * dp, height: 20 * dp },
        '#9AA3AF',
      )
    : icon('more', { x: 14 * dp, y: top + 10 * dp, width: 18 * dp, height: 18 * dp }, '#7A828C') +
      icon(
        'down',
        { x: screen.width - 34 * dp, y: top + 10 * dp, width: 18 * dp, height: 18 * dp },
        '#7A828C',
      );
  const rows = kind === 'number' ? numberRows : letterRows;
  const tall = keys.height / rows.length;
  rows.forEach((row, i) => {
    const units = row.reduce((sum, key) => sum + key.wide, 0);
    const unit = keys.width / Math.max(units, kind === 'number' ? units : 10);
    let x = keys.x + (keys.width - units * unit) / 2;
    for (const key of row) {
      const at = {
        x: x + 2.6 * dp,
        y: keys.y + i * tall + 3.6 * dp,
        width: key.wide * unit - 5.2 * dp,
        height: tall - 7.2 * dp,
      };
      drawn += drawKey(key, at, dark, pen);
      x += key.wide * unit;
    }
  });
  return drawn;
}

interface Key {
  wide: number;
  letter?: string;
  icon?: string;
  special?: 'grey' | 'blue';
}

const letterRows: Key[][] = [
  ...letters.map((row, i): Key[] => {
    const plain = [...row].map((letter): Key => ({ wide: 1, letter }));
    return i < 2
      ? plain
      : [
          { wide: 1.5, icon: 'shift', special: 'grey' },
          ...plain,
          { wide: 1.5, icon: 'delete', special: 'grey' },
        ];
  }),
  [
    { wide: 1.5, letter: '?123', special: 'grey' },
    { wide: 1, letter: ',' },
    { wide: 4.5, letter: '' },
    { wide: 1, letter: '.' },
    { wide: 2, icon: 'enter', special: 'blue' },
  ],
];

const digits = (row: string, last: Key): Key[] => [
  ...[...row].map((letter): Key => ({ wide: 1, letter })),
  { ...last, wide: 0.8 },
];

const numberRows: Key[][] = [
  digits('123', { wide: 1, icon: 'delete', special: 'grey' }),
  digits('456', { wide: 1, letter: '-', special: 'grey' }),
  digits('789', { wide: 1, letter: '.', special: 'grey' }),
  digits(',0 ', { wide: 1, icon: 'enter', special: 'blue' }),
];

function drawKey({ letter, icon: name, special }: Key, at: Rect, dark: boolean, pen: Pen): string {
  const { dp } = pen;
  const fill =
    special === 'blue'
      ? colors.blue
      : special === 'grey'
        ? dark
          ? '#333942'
          : '#CBD0D7'
        : dark
          ? '#474E59'
          : '#FFFFFF';
  const color = special === 'blue' || dark ? '#FFFFFF' : '#1F2328';
  const r = 6 * dp;
  const shadow = dark ? '' : `<path d="${roundRect({ ...at, y: at.y + dp }, r)}" ${paint('#00000026')}/>`;
  const side = 20 * dp;
  const middle = {
    x: at.x + at.width / 2 - side / 2,
    y: at.y + at.height / 2 - side / 2,
    width: side,
    height: side,
  };
  const sign = name
    ? icon(name, middle, color)
    : letter
      ? centred(letter, at, (letter.length > 1 ? 14 : 20) * dp, color)
      : '';
  return `${shadow}<path d="${roundRect(at, r)}" fill="${fill}"/>${sign}`;
}

/** A pill above the lower edge, as wide as its text. */
export function toast(text: string, screen: Display, bottom: number, pen: Pen): string {
  const { dp } = pen;
  const size = 14.5 * dp;
  const lines = wrap(text, screen.width - 112 * dp, { size, weight: 'regular', maxLines: 3 });
  const leftward = runsLeft(text, pen.style.rtl);
  const step = size * 1.35;
  const width = Math.max(...lines.map((line) => measure(line, size))) + 44 * dp;
  const height = lines.length * step + 22 * dp;
  const at = { x: (screen.width - width) / 2, y: bottom - height - 58 * dp, width, height };
  const drawn = lines.map((line, i) =>
    centred(line, { ...at, y: at.y + 11 * dp + i * step, height: step }, size, '#FFFFFF', leftward),
  );
  return `<path d="${roundRect(at, 22 * dp)}" ${paint('#333333F0')}/>${drawn.join('')}`;
}
