import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderAsync } from '@resvg/resvg-js';
import { printPdf } from '../cli/report-pdf.ts';
import { instantClock } from '../clock.ts';
import { loadSettings } from '../config/config.ts';
import { rowsOf, writePng } from '../formats/png.ts';
import { SimPerson } from '../sim/person.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import { releases } from '../sim/releases.ts';
import { draw, toPng } from '../sim/screen/draw.ts';
import { facePath } from '../sim/screen/fonts.ts';
import type { Node, Rect, Window } from '../sim/screen/view.ts';
import { layOut } from '../sim/screen/layout.ts';
import { heading, page, row, switchRow } from '../sim/screen/widgets-page.ts';

/**
 * `npm run docs:pictures`: draws the pictures of the documentation anew, from simulated phones, and prints the
 * cards for the bench with the Chromium of this computer.
 */

const FOLDER = 'docs/pictures';
const RELEASE = '14';
const LANGUAGES = [
  ['en', 'en'],
  ['bg', 'bg'],
  ['zh', 'zh-CN'],
] as const;

/** A screen, and what on it a ring is drawn around. */
interface Shot {
  png: Buffer;
  ring?: Rect | undefined;
}

/** The row that this text stands in. */
function rowOf(node: Node, text: string): Rect | undefined {
  const found = node.view.text === text ? node : undefined;
  if (found) return clickable(found)?.bounds;
  return node.children.map((child) => rowOf(child, text)).find(Boolean);
}

const clickable = (node: Node | undefined): Node | undefined =>
  node === undefined || node.view.clickable ? node : clickable(node.parent);

/** A sign-out in four screens. The next thing that is tapped has a ring. */
async function signOut(language: string): Promise<Shot[]> {
  const password = 'picture-pass-1';
  const account = {
    id: '6230001535',
    password,
    nickname: 'Mira',
    syncedData: ['contacts', 'gallery', 'notes'],
  } as const;
  const phone = new SimPhone(
    {
      release: RELEASE,
      language,
      pace: 'instant',
      seed: 7,
      account: { ...account, syncedData: [...account.syncedData] },
    },
    { clock: instantClock(new Date(2026, 0, 5, 10).getTime()) },
  );
  const person = new SimPerson(phone);
  const shot = async (id?: string): Promise<Shot> => ({
    png: await phone.screenshot(),
    ring: id === undefined ? undefined : person.find(id)?.bounds,
  });
  await person.opens('com.android.settings/.MainSettings');
  await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
  const shots = [await shot('com.xiaomi.account:id/logout_btn')];
  await person.taps('com.xiaomi.account:id/logout_btn');
  shots.push(await shot('com.miui.cloudservice:id/retain_button'));
  await person.taps('com.miui.cloudservice:id/retain_button');
  person.writes('com.xiaomi.account:id/input_pwd_view', password);
  shots.push(await shot('com.xiaomi.account:id/passport_confirm'));
  await person.taps('com.xiaomi.account:id/passport_confirm');
  await person.opens('com.android.settings/.MainSettings');
  const title = phone.text('com.android.settings', 'xiaomi_account');
  person.scrollsTo(title);
  shots.push({ png: await phone.screenshot(), ring: rowOf(phone.layOut(), title) });
  return shots;
}

/** MIUI's own words for its switches. The simulator has no such page: it is drawn for the documentation alone. */
const DEVELOPER = {
  en: [
    'Developer options',
    'Debugging',
    ['USB debugging', 'Debug mode when USB is connected'],
    ['Install via USB', 'Allow installing apps via USB'],
    [
      'USB debugging (Security settings)',
      'Allow granting permissions and simulating input via USB debugging',
    ],
  ],
  bg: [
    'Опции за разработчици',
    'Отстраняване на грешки',
    ['Отстраняване на грешки през USB', 'Режим за отстраняване на грешки при свързан USB'],
    ['Инсталиране през USB', 'Разрешаване на инсталирането на приложения през USB'],
    [
      'Отстраняване на грешки през USB (Настройки за сигурност)',
      'Разрешаване на права и симулирано въвеждане през USB',
    ],
  ],
  zh: [
    '开发者选项',
    '调试',
    ['USB调试', '连接USB后启用调试模式'],
    ['USB安装', '允许通过USB安装应用'],
    ['USB调试（安全设置）', '允许通过USB调试修改权限或模拟点击'],
  ],
} as const;

const ABOUT = {
  en: ['About phone', 'Model', 'MIUI version', 'Android version'],
  bg: ['За телефона', 'Модел', 'Версия на MIUI', 'Версия на Android'],
  zh: ['我的设备', '型号', 'MIUI 版本', 'Android 版本'],
} as const;

async function prepare(language: keyof typeof DEVELOPER): Promise<Shot[]> {
  const [title, group, ...switches] = DEVELOPER[language];
  const [about, model, version, android] = ABOUT[language];
  const nothing = () => undefined;
  const first = page({
    title: about,
    back: nothing,
    scroll: { offset: 0, max: 0 },
    children: [
      row({ title: model, value: '2201117TG', onTap: nothing, chevron: false }),
      row({ title: version, value: 'MIUI Global 14.0.4', onTap: nothing }),
      row({ title: android, value: '13', onTap: nothing }),
    ],
  });
  const second = page({
    title,
    back: nothing,
    scroll: { offset: 0, max: 0 },
    children: [
      heading(group),
      ...switches.map(([name, summary]) =>
        switchRow({ title: name, summary, checked: true, onTap: nothing }),
      ),
    ],
  });
  const { screen } = releases[RELEASE];
  const shot = async (root: typeof first, marked: string): Promise<Shot> => {
    const window: Window = { package: 'com.android.settings', kind: 'activity', serial: 1, root };
    const status = { clock: '10:00', battery: 80, wifi: true, signal: 4 };
    return {
      png: await toPng(draw({ screen, windows: [window], status })),
      ring: rowOf(layOut(window, screen), marked),
    };
  };
  return [await shot(first, version), await shot(second, switches[2][0])];
}

const WIDTH = 250;
const GAP = 26;
const EDGE = 4;

/** The screens side by side, an arrow between two. */
async function strip(shots: readonly Shot[], { crop = 1 } = {}): Promise<Buffer> {
  const { screen } = releases[RELEASE];
  const zoom = WIDTH / screen.width;
  const height = Math.round(screen.height * zoom * crop);
  const whole = {
    width: shots.length * WIDTH + (shots.length - 1) * GAP + 2 * EDGE,
    height: height + 2 * EDGE,
  };
  const parts = shots.map(({ png, ring }, index) => {
    const x = EDGE + index * (WIDTH + GAP);
    const frame = `x="${x}" y="${EDGE}" width="${WIDTH}" height="${height}" rx="16"`;
    const arrow =
      index === 0
        ? ''
        : `<path d="M${x - GAP + 7} ${height / 2}h11m-5-5l5 5l-5 5" fill="none" stroke="#8a94a3" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>`;
    return [
      `<clipPath id="c${index}"><rect ${frame}/></clipPath>`,
      `<image clip-path="url(#c${index})" x="${x}" y="${EDGE}" width="${WIDTH}" height="${Math.round(screen.height * zoom)}" href="data:image/png;base64,${png.toString('base64')}"/>`,
      `<rect ${frame} fill="none" stroke="#8a94a3" stroke-width="2"/>`,
      ring ? ringAround(ring, zoom, x) : '',
      arrow,
    ].join('');
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${whole.width}" height="${whole.height}">${parts.join('')}</svg>`;
  return writePng(rowsOf(await renderAsync(svg, { logLevel: 'off', background: '#ffffff' })), 9);
}

function ringAround(rect: Rect, zoom: number, left: number): string {
  const x = left + rect.x * zoom + 2;
  const width = Math.min(rect.width * zoom - 4, WIDTH - 4);
  return `<rect x="${x}" y="${EDGE + rect.y * zoom - 2}" width="${width}" height="${rect.height * zoom + 4}" rx="9" fill="none" stroke="#ff6a00" stroke-width="3"/>`;
}

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

for (const [name, language] of LANGUAGES) {
  writeFileSync(join(FOLDER, `sign-out-${name}.png`), await strip(await signOut(language)));
  writeFileSync(join(FOLDER, `prepare-${name}.png`), await strip(await prepare(name), { crop: 0.74 }));
  await card(name === 'en' ? 'docs' : join('docs', name));
}
