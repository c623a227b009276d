import type { Box, Paint, Style, View } from './view.ts';

type Era = NonNullable<Style['era']>;

/** MIUI's colours. */
export const colors = {
  blue: '#0D84FF',
  red: '#F22424',
  orange: '#FF6A00',
  green: '#34C759',
  ink: '#000000',
  grey: '#8C8C8C',
  faint: '#B2B2B2',
  ground: '#F7F7F7',
  white: '#FFFFFF',
} as const;

interface Dress {
  box?: Box;
  look?: Paint;
}

/** So little that everything else gives way first. */
const LAST = 1e-4;

/** How each part looks: first in the era of MIUI 14, then what is different in that of MIUI 10. */
const table = {
  page: [{ look: { background: colors.ground } }, { look: { background: colors.white } }],
  actionBar: [
    { box: { flow: 'row', align: 'center', height: 56, padding: [0, 24, 0, 14], gap: 8 } },
    { box: { height: 52, padding: [0, 22, 0, 12] } },
  ],
  back: [{ box: { width: 40, height: 40, padding: 8 }, look: { icon: 'back' } }, {}],
  // A title gives way once the list below it has no room left.
  largeTitle: [
    { box: { padding: [4, 28, 14, 28], shrink: LAST }, look: { size: 32, weight: 'medium', maxLines: 2 } },
    { box: { padding: [2, 24, 16, 24] }, look: { size: 30, weight: 'light' } },
  ],
  rootTitle: [
    { box: { padding: [36, 28, 14, 28], shrink: LAST }, look: { size: 32, weight: 'medium', maxLines: 2 } },
    { box: { padding: [32, 24, 16, 24] }, look: { size: 30, weight: 'light' } },
  ],
  barTitle: [
    { box: { grow: 1 }, look: { size: 19, weight: 'medium', maxLines: 1 } },
    { look: { size: 18, weight: 'regular' } },
  ],
  list: [{ box: { grow: 1, padding: [0, 0, 20, 0] } }, {}],
  card: [
    { box: { margin: [6, 12], padding: [4, 0] }, look: { background: colors.white, radius: 16 } },
    { box: { margin: 0 }, look: { radius: 0 } },
  ],
  row: [
    {
      box: { flow: 'row', align: 'center', padding: [0, 16], gap: 14, minHeight: 56 },
      look: { background: colors.white },
    },
    { box: { padding: [0, 24], gap: 16 } },
  ],
  rowOnly: [
    { box: { margin: [6, 12] }, look: { radius: 16 } },
    { box: { margin: 0, padding: [6, 24] }, look: { radius: 0, divider: true } },
  ],
  rowFirst: [
    { box: { margin: [6, 12, 0, 12], padding: [3, 16, 0, 16] }, look: { radius: 16, corners: 'top' } },
    { box: { margin: 0, padding: [6, 24, 0, 24] }, look: { radius: 0 } },
  ],
  rowMiddle: [{ box: { margin: [0, 12] } }, { box: { margin: 0 } }],
  rowLast: [
    { box: { margin: [0, 12, 6, 12], padding: [0, 16, 3, 16] }, look: { radius: 16, corners: 'bottom' } },
    { box: { margin: 0, padding: [0, 24, 6, 24] }, look: { radius: 0, divider: true } },
  ],
  dialogRows: [{}, {}],
  dialogRow: [{ box: { padding: [0, 4], minHeight: 50 }, look: { radius: 0 } }, { box: { padding: 0 } }],
  rowIcon: [
    { box: { width: 30, height: 30, padding: 5.5 }, look: { radius: 9, tint: colors.white } },
    { look: { radius: 8 } },
  ],
  rowTexts: [{ box: { grow: 1, padding: [10, 0], gap: 1, justify: 'center' } }, {}],
  title: [{ look: { size: 17, weight: 'medium', maxLines: 2 } }, { look: { weight: 'regular' } }],
  summary: [{ look: { size: 13.5, color: colors.grey, maxLines: 4 } }, {}],
  value: [
    { box: { maxWidth: 190 }, look: { size: 14.5, color: colors.grey, textAlign: 'end', maxLines: 2 } },
    { look: { size: 14 } },
  ],
  chevron: [
    { box: { width: 12, height: 16, margin: [0, 0, 0, -6] }, look: { icon: 'chevron', tint: '#BDBDBD' } },
    {},
  ],
  toggle: [{ box: { width: 49, height: 28 } }, { box: { width: 46, height: 26 } }],
  heading: [
    { box: { padding: [14, 28, 6, 28] }, look: { size: 13.5, color: colors.grey } },
    { box: { padding: [18, 24, 8, 24] }, look: { size: 13 } },
  ],
  footer: [
    { box: { padding: [10, 28, 20, 28], gap: 12 }, look: { background: colors.ground, fade: colors.ground } },
    { box: { padding: [10, 24, 18, 24] }, look: { background: colors.white, fade: colors.white } },
  ],
  button: [
    {
      box: { minHeight: 50, padding: [6, 14] },
      look: { radius: 25, size: 17, minSize: 14, weight: 'medium', textAlign: 'center', maxLines: 3 },
    },
    { box: { minHeight: 46 }, look: { radius: 8, size: 16, minSize: 13, weight: 'regular' } },
  ],
  plainButton: [{ look: { background: '#0000000F' } }, {}],
  primaryButton: [{ look: { background: colors.blue, color: colors.white } }, {}],
  dangerButton: [{ look: { background: '#0000000F', color: colors.red } }, {}],
  buttons: [{ box: { flow: 'row', gap: 12 } }, {}],
  dialog: [
    { box: { padding: [24, 24, 22, 24], gap: 14 }, look: { background: colors.white, radius: 28 } },
    { box: { padding: [24, 24, 20, 24], gap: 12 }, look: { radius: 0 } },
  ],
  dialogPanel: [{ box: { gap: 14, shrink: LAST } }, {}],
  // Of Miuix alone: the root fills the window, and the card lies at its bottom.
  dialogRoot: [{ box: { justify: 'end' } }, {}],
  dialogDim: [{ box: { float: true } }, {}],
  dialogTitle: [
    { box: { shrink: LAST }, look: { size: 18.5, weight: 'medium', textAlign: 'center', maxLines: 3 } },
    { look: { size: 18, weight: 'regular' } },
  ],
  dialogMessage: [
    { look: { size: 16, color: '#595959', textAlign: 'center' } },
    { look: { size: 15, color: '#5C5C5C' } },
  ],
  dialogButtons: [{ box: { flow: 'row', gap: 12, margin: [8, 0, 0, 0] } }, {}],
  waiting: [
    {
      box: { flow: 'row', align: 'center', gap: 16, padding: [26, 26, 26, 26] },
      look: { background: colors.white, radius: 28 },
    },
    { look: { radius: 0 } },
  ],
  waitingPanel: [{ box: { flow: 'row', align: 'center', gap: 16, padding: [4, 2] } }, {}],
  spinner: [
    { box: { width: 28, height: 28 }, look: { icon: 'spinner', tint: colors.blue } },
    { look: { tint: colors.grey } },
  ],
  form: [{ box: { padding: [8, 28], gap: 16 } }, { box: { padding: [8, 24] } }],
  edit: [
    { box: { height: 54, padding: [0, 16], grow: 1 }, look: { size: 17, minSize: 14, maxLines: 1 } },
    { box: { height: 48, padding: 0 }, look: { size: 16 } },
  ],
  editBox: [
    { box: { flow: 'row', align: 'center' }, look: { background: '#F2F2F2', radius: 16 } },
    { look: { background: colors.white, radius: 0, border: '#D9D9D9' } },
  ],
  eye: [
    { box: { width: 48, height: 48, padding: 12 }, look: { icon: 'eye-off', tint: colors.grey } },
    { box: { padding: [12, 0, 12, 24] } },
  ],
  captcha: [
    { box: { width: 102, height: 54, padding: [0, 6] }, look: { background: '#E8ECF2', radius: 16 } },
    { box: { height: 48 }, look: { radius: 4 } },
  ],
  text: [{ look: { size: 15 } }, { look: { size: 14 } }],
  checkBox: [
    { box: { padding: [10, 0, 10, 32] }, look: { size: 14.5 } },
    { box: { padding: [10, 0, 10, 30] }, look: { size: 14 } },
  ],
  caption: [{ box: { padding: [6, 0] }, look: { size: 13, color: colors.grey } }, {}],
  error: [{ box: { padding: [4, 0] }, look: { size: 13.5, color: colors.red } }, {}],
  link: [{ box: { padding: [8, 0] }, look: { size: 14.5, color: colors.blue } }, { look: { size: 14 } }],
  webView: [{ box: { grow: 1 } }, {}],
  webRoot: [{ box: { grow: 1 } }, {}],
  webBody: [{ box: { padding: [18, 24], gap: 16 } }, {}],
  webHeading: [{ look: { size: 22, weight: 'medium' } }, {}],
  webText: [{ look: { size: 15, color: '#595959' } }, {}],
  webError: [{ look: { size: 14, color: colors.red } }, {}],
  webRadio: [{ box: { padding: [12, 0, 12, 32] }, look: { size: 16 } }, {}],
  webEdit: [
    {
      box: { height: 50, padding: [0, 14] },
      look: { size: 16, maxLines: 1, background: colors.white, radius: 6, border: '#CCCCCC' },
    },
    {},
  ],
  webButton: [
    {
      box: { minHeight: 48, padding: [6, 14] },
      look: {
        background: colors.orange,
        color: colors.white,
        radius: 6,
        size: 16,
        textAlign: 'center',
        maxLines: 2,
      },
    },
    {},
  ],
  searchBar: [
    {
      box: { flow: 'row', align: 'center', height: 46, margin: [2, 12, 10, 12], padding: [0, 16], gap: 10 },
      look: { background: '#EBEBEB', radius: 23 },
    },
    { box: { height: 42, margin: [2, 24, 10, 24] }, look: { background: '#F2F2F2', radius: 10 } },
  ],
  searchIcon: [{ box: { width: 18, height: 18 }, look: { icon: 'search', tint: colors.grey } }, {}],
  searchText: [
    { box: { grow: 1 }, look: { size: 16, color: colors.grey, maxLines: 1 } },
    { look: { size: 15 } },
  ],
  avatarHeader: [
    { box: { align: 'center', padding: [10, 24, 22, 24], gap: 10 } },
    { box: { padding: [14, 24, 24, 24] } },
  ],
  avatarRow: [
    {
      box: { flow: 'row', align: 'center', padding: [14, 16], gap: 14, margin: [6, 12], shrink: LAST },
      look: { background: colors.white, radius: 16 },
    },
    { box: { padding: [16, 24], margin: 0 }, look: { radius: 0, divider: true } },
  ],
  avatar: [
    {
      box: { width: 72, height: 72, padding: 14 },
      look: { icon: 'person', radius: 36, background: '#FFB98A', tint: colors.white },
    },
    {},
  ],
  smallAvatar: [
    {
      box: { width: 48, height: 48, padding: 9 },
      look: { icon: 'person', radius: 24, background: '#FFB98A', tint: colors.white },
    },
    {},
  ],
  avatarTitle: [
    { look: { size: 21, weight: 'medium', maxLines: 1 } },
    { look: { size: 20, weight: 'regular' } },
  ],
  avatarSubtitle: [{ look: { size: 14, color: colors.grey, maxLines: 1 } }, {}],
  grid: [{ box: { flow: 'grid', columns: 4, padding: [8, 12], gap: 18 } }, {}],
  iconCell: [{ box: { align: 'center', gap: 7, padding: [4, 2] } }, {}],
  iconPlate: [
    { box: { width: 56, height: 56, padding: 12 }, look: { radius: 16, tint: colors.white } },
    { look: { radius: 14 } },
  ],
  iconText: [{ look: { size: 13, textAlign: 'center', maxLines: 2 } }, {}],
  wallpaper: [{ look: { background: 'wallpaper', color: colors.white } }, {}],
  homeClock: [
    {
      box: { padding: [26, 28, 0, 28] },
      look: { size: 64, weight: 'light', color: colors.white, maxLines: 1 },
    },
    {},
  ],
  homeDate: [{ box: { padding: [0, 30, 30, 30] }, look: { size: 15, color: colors.white, maxLines: 1 } }, {}],
  homeText: [
    { look: { size: 12.5, minSize: 11, color: colors.white, textAlign: 'center', maxLines: 1 } },
    {},
  ],
  homePlate: [
    { box: { width: 58, height: 58, padding: 12 }, look: { radius: 17, tint: colors.white } },
    { look: { radius: 14 } },
  ],
  dock: [{ box: { flow: 'grid', columns: 4, padding: [10, 12, 16, 12], gap: 18 } }, {}],
  panel: [
    { box: { padding: [14, 16], gap: 12 }, look: { background: '#14171DB8', color: colors.white } },
    { look: { background: colors.white, color: colors.ink } },
  ],
  panelHead: [{ box: { flow: 'row', align: 'center', gap: 10, padding: [10, 8] } }, {}],
  panelClock: [
    { box: { grow: 1 }, look: { size: 34, weight: 'light', color: colors.white } },
    { look: { color: colors.ink } },
  ],
  panelButton: [
    { box: { width: 40, height: 40, padding: 8 }, look: { tint: colors.white } },
    { look: { tint: colors.ink } },
  ],
  tile: [{ box: { align: 'center', gap: 6, padding: [4, 0] } }, {}],
  tilePlate: [
    {
      box: { width: 58, height: 58, padding: 16 },
      look: { radius: 29, background: '#FFFFFF2E', tint: colors.white },
    },
    { look: { background: '#E6E6E6', tint: '#4D4D4D' } },
  ],
  tileOn: [
    {
      box: { width: 58, height: 58, padding: 16 },
      look: { radius: 29, background: colors.blue, tint: colors.white },
    },
    {},
  ],
  tileText: [
    { look: { size: 12.5, color: '#FFFFFFCC', textAlign: 'center', maxLines: 2 } },
    { look: { color: '#4D4D4D' } },
  ],
} as const satisfies Record<string, readonly [Dress, Dress]>;

export type Part = keyof typeof table;

/** Parts that are another one with more. */
const bases: Partial<Record<Part, Part>> = {
  rowOnly: 'row',
  rowFirst: 'row',
  rowMiddle: 'row',
  rowLast: 'row',
  dialogRow: 'row',
  plainButton: 'button',
  primaryButton: 'button',
  dangerButton: 'button',
};

function dress(part: Part, era: Era): Required<Dress> {
  const base = bases[part] ? dress(bases[part], era) : { box: {}, look: {} };
  const [now, then]: readonly [Dress, Dress] = table[part];
  const old = era === '10' ? then : {};
  return { box: { ...base.box, ...now.box, ...old.box }, look: { ...base.look, ...now.look, ...old.look } };
}

const parts = Object.keys(table) as Part[];
const wardrobe: Record<Era, Map<Part, Required<Dress>>> = {
  '10': new Map(parts.map((part) => [part, dress(part, '10')])),
  '14': new Map(parts.map((part) => [part, dress(part, '14')])),
};
const none: Required<Dress> = { box: {}, look: {} };

function dressOf(view: View, { era = '14' }: Style): Required<Dress> {
  return (view.part && wardrobe[era].get(view.part)) || none;
}

/** The view's layout wishes over those of its part. */
export function boxOf(view: View, style: Style): Box {
  const { box } = dressOf(view, style);
  return view.box ? { ...box, ...view.box } : box;
}

/** The view's paint wishes over those of its part. */
export function lookOf(view: View, style: Style): Paint {
  const { look } = dressOf(view, style);
  return view.look ? { ...look, ...view.look } : look;
}
