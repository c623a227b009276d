import { renderAsync } from '@resvg/resvg-js';
import { instantClock } from '../clock.ts';
import { rowsOf, writePng } from '../formats/png.ts';
import { SimPerson } from '../sim/person.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import { releases } from '../sim/releases.ts';
import { draw, toPng } from '../sim/screen/draw.ts';
import type { Node, Rect, View, Window } from '../sim/screen/view.ts';
import { layOut } from '../sim/screen/layout.ts';
import { alert } from '../sim/screen/widgets-dialog.ts';
import { checkBox } from '../sim/screen/widgets.ts';
import { heading, page, row, switchRow } from '../sim/screen/widgets-page.ts';

/** The pictures of the documentation, drawn from simulated phones: the same pixels each time. */

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
export async function signOut(language: string): Promise<Shot[]> {
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

/** Android's own words. */
const ALLOW = {
  en: ['Allow USB debugging?', 'Always allow from this computer', 'Cancel', 'OK'],
  bg: [
    'Да се разреши ли отстраняването на грешки през USB?',
    'Винаги да се разрешава от този компютър',
    'Отказ',
    'OK',
  ],
  zh: ['允许 USB 调试吗？', '一律允许使用这台计算机进行调试', '取消', '确定'],
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
  const [question, always, no, yes] = ALLOW[language];
  const third = alert({
    title: question,
    body: [checkBox({ text: always, checked: true })],
    negative: { text: no, onTap: nothing },
    positive: { text: yes, onTap: nothing },
  });
  const { screen } = releases[RELEASE];
  const status = { clock: '10:00', battery: 80, wifi: true, signal: 4 };
  const windowOf = (root: View, kind: Window['kind']): Window => {
    return { package: 'com.android.settings', kind, serial: 1, root };
  };
  const shot = async (roots: readonly View[], marked: string): Promise<Shot> => {
    const windows = roots.map((root, index) => windowOf(root, index === 0 ? 'activity' : 'dialog'));
    return {
      png: await toPng(draw({ screen, windows, status })),
      ring: rowOf(layOut(windows.at(-1)!, screen), marked),
    };
  };
  return [
    await shot([first], version),
    await shot([second], switches[2][0]),
    await shot([second, third], always),
  ];
}

const WIDTH = 250;
const GAP = 26;
const EDGE = 4;

/** The screens side by side, an arrow between two. */
async function strip(shots: readonly Shot[]): Promise<Buffer> {
  const { screen } = releases[RELEASE];
  const zoom = WIDTH / screen.width;
  const height = Math.round(screen.height * zoom);
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
      `<image clip-path="url(#c${index})" x="${x}" y="${EDGE}" width="${WIDTH}" height="${height}" href="data:image/png;base64,${png.toString('base64')}"/>`,
      `<rect ${frame} fill="none" stroke="#8a94a3" stroke-width="2"/>`,
      ring ? ringAround(ring, zoom, x) : '',
      arrow,
    ].join('');
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${whole.width}" height="${whole.height}">${parts.join('')}</svg>`;
  return writePng(rowsOf(await renderAsync(svg, { logLevel: 'off', background: '#ffffff' })), 9);
}

/** Around it, and not beyond the frame. */
function ringAround(rect: Rect, zoom: number, left: number): string {
  const x = Math.max(rect.x * zoom - 6, 2);
  const width = Math.min((rect.x + rect.width) * zoom + 6, WIDTH - 2) - x;
  return `<rect x="${left + x}" y="${EDGE + rect.y * zoom - 2}" width="${width}" height="${rect.height * zoom + 4}" rx="9" fill="none" stroke="#ff6a00" stroke-width="3"/>`;
}

/** Each picture with its place. */
export async function* pictures(): AsyncGenerator<[file: string, png: Buffer]> {
  for (const [name, language] of LANGUAGES) {
    yield [`docs/pictures/sign-out-${name}.png`, await strip(await signOut(language))];
    yield [`docs/pictures/prepare-${name}.png`, await strip(await prepare(name))];
  }
}
