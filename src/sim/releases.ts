import type { FullSpec } from './spec.ts';
import type { Era } from './strings/strings.ts';
import type { Display, Style } from './screen/view.ts';

interface Release {
  /** As people say it. */
  name: string;
  /** Android's release and API level under it. */
  android: string;
  sdk: number;
  /** ro.miui.ui.version.name and .code */
  miui: string;
  miuiCode: string;
  /** ro.mi.os.version.name and .code; HyperOS only. */
  os?: readonly [name: string, code: string];
  /** ro.build.version.incremental, given the letters of model and region. */
  build: (letters: string) => string;
  /** ro.mi.os.version.incremental, where it is another one. */
  osBuild?: (letters: string) => string;
  buildId: string;
  models: { global: Model; china: Model };
  screen: Display;
  /** Which of the two looks it has (theme.ts). */
  look: NonNullable<Style['era']>;
  /** How its labels are worded: Mi Cloud became Xiaomi Cloud in 12, Mi Account Xiaomi Account in 14. */
  wording: Era;
  /** How the new password is asked for where a spec leaves it open. */
  passwordForm: Traits['passwordForm'];
}

/** What of the account's screens differs from release to release. */
export interface Traits {
  order: NonNullable<FullSpec['order']>;
  entryRow: NonNullable<FullSpec['entryRow']>;
  accountPage: NonNullable<FullSpec['accountPage']>;
  passwordForm: NonNullable<FullSpec['passwordForm']>;
  panel: NonNullable<FullSpec['panel']>;
}

interface Model {
  model: string;
  device: string;
  product: string;
  /** What stands for the model in the build number. */
  letters: string;
}

const high = (width: number, height: number): Display => ({
  width,
  height,
  density: 480,
  statusBar: 112,
  navigationBar: 142,
});
const full: Display = { width: 1080, height: 2400, density: 440, statusBar: 90, navigationBar: 130 };

export const releases: Record<FullSpec['release'], Release> = {
  '10': {
    name: 'MIUI 10',
    android: '9',
    sdk: 28,
    miui: 'V10',
    miuiCode: '8',
    build: (letters) => `V10.3.1.0.P${letters}`,
    buildId: 'PKQ1.180729.001',
    models: {
      global: { model: 'MI 8', device: 'dipper', product: 'dipper', letters: 'EA' },
      china: { model: 'MI 8', device: 'dipper', product: 'dipper', letters: 'EA' },
    },
    screen: { width: 1080, height: 2248, density: 440, statusBar: 82, navigationBar: 130 },
    look: '10',
    wording: 0,
    passwordForm: 'native',
  },
  '12.5': {
    name: 'MIUI 12.5',
    android: '11',
    sdk: 30,
    miui: 'V125',
    miuiCode: '11',
    build: (letters) => `V12.5.4.0.R${letters}`,
    buildId: 'RKQ1.200826.002',
    models: {
      global: { model: 'M2101K6G', device: 'sweet', product: 'sweet_global', letters: 'KF' },
      china: { model: 'M2012K11AC', device: 'alioth', product: 'alioth', letters: 'KH' },
    },
    screen: full,
    look: '14',
    wording: 1,
    passwordForm: 'native',
  },
  '13': {
    name: 'MIUI 13',
    android: '12',
    sdk: 31,
    miui: 'V130',
    miuiCode: '13',
    build: (letters) => `V13.0.4.0.S${letters}`,
    buildId: 'SKQ1.211006.001',
    models: {
      global: { model: '2201116SG', device: 'veux', product: 'veux_global', letters: 'KC' },
      china: { model: '2201123C', device: 'cupid', product: 'cupid', letters: 'LC' },
    },
    screen: full,
    look: '14',
    wording: 1,
    passwordForm: 'native',
  },
  '14': {
    name: 'MIUI 14',
    android: '13',
    sdk: 33,
    miui: 'V140',
    miuiCode: '14',
    build: (letters) => `V14.0.4.0.T${letters}`,
    buildId: 'TKQ1.221114.001',
    models: {
      global: { model: '2201117TG', device: 'spes', product: 'spes_global', letters: 'GC' },
      china: { model: '2210132C', device: 'nuwa', product: 'nuwa', letters: 'MB' },
    },
    screen: full,
    look: '14',
    wording: 2,
    passwordForm: 'web',
  },
  hyperos1: {
    name: 'HyperOS 1',
    android: '14',
    sdk: 34,
    miui: 'V816',
    miuiCode: '816',
    os: ['OS1.0', '1'],
    build: (letters) => `V816.0.5.0.U${letters}`,
    osBuild: (letters) => `OS1.0.5.0.U${letters}`,
    buildId: 'UP1A.230905.011',
    models: {
      global: { model: '23090RA98G', device: 'zircon', product: 'zircon_global', letters: 'NO' },
      china: { model: '23127PN0CC', device: 'houji', product: 'houji', letters: 'NC' },
    },
    screen: high(1220, 2712),
    look: '14',
    wording: 2,
    passwordForm: 'web',
  },
  hyperos2: {
    name: 'HyperOS 2',
    android: '15',
    sdk: 35,
    miui: 'V816',
    miuiCode: '816',
    os: ['OS2.0', '2'],
    build: (letters) => `OS2.0.8.0.V${letters}`,
    buildId: 'AP3A.240905.015.A2',
    models: {
      global: { model: '2406APNFAG', device: 'degas', product: 'degas_global', letters: 'NE' },
      china: { model: '24129PN74C', device: 'dada', product: 'dada', letters: 'OC' },
    },
    screen: high(1220, 2712),
    look: '14',
    wording: 2,
    passwordForm: 'web',
  },
  hyperos3: {
    name: 'HyperOS 3',
    android: '16',
    sdk: 36,
    miui: 'V816',
    miuiCode: '816',
    os: ['OS3.0', '3'],
    build: (letters) => `OS3.0.3.0.W${letters}`,
    buildId: 'BP2A.250605.031.A3',
    models: {
      global: { model: '25069PTEBG', device: 'goya', product: 'goya_global', letters: 'OE' },
      china: { model: '25113PN0EC', device: 'pudding', product: 'pudding', letters: 'PC' },
    },
    screen: high(1280, 2772),
    look: '14',
    wording: 2,
    passwordForm: 'web',
  },
};

/** How this phone's screens are: as its spec says, else as its release usually is. */
export function traitsOf(spec: FullSpec): Traits {
  const order = spec.order ?? 'miui10';
  const accountPage = spec.accountPage ?? (order === 'miui6' ? 'title-bar' : 'header');
  return {
    order,
    accountPage,
    // The region decides, in every release.
    entryRow: spec.entryRow ?? (spec.region === 'china' ? 'top' : 'bottom'),
    panel: spec.panel ?? panelOf(releases[spec.release].sdk),
    // The native form came with the header.
    passwordForm:
      spec.passwordForm ?? (accountPage === 'title-bar' ? 'web' : releases[spec.release].passwordForm),
  };
}

/** Whether the words of the question "Remove account?" are on it. */
export const asksWhetherMeant = (order: Traits['order']): boolean =>
  typeof order === 'string' ? ['miui6', 'asks-first'].includes(order) : order.includes('meant');

/** The header icon came with MIUI 12; HyperOS 3 has a tile in its control centre. */
const panelOf = (sdk: number): Traits['panel'] =>
  sdk >= 36 ? 'control-centre' : sdk >= 29 ? 'shortcut' : 'gear';

export const isXiaomi = (spec: FullSpec): boolean =>
  ['xiaomi', 'redmi', 'poco'].includes(spec.brand.toLowerCase());

/** Settings of a phone fresh from its spec. */
export const settingsOf = (serialno: string): [string, string][] => [
  ['global/adb_enabled', '1'],
  ['global/development_settings_enabled', '1'],
  ['global/device_provisioned', '1'],
  ['global/window_animation_scale', '1.0'],
  ['global/transition_animation_scale', '1.0'],
  ['global/animator_duration_scale', '1.0'],
  ['secure/android_id', serialno.padStart(16, '0')],
  ['secure/default_input_method', 'com.android.inputmethod.latin/.LatinIME'],
  ['system/screen_off_timeout', '600000'],
];

/** As in `bg-BG`. */
export function localeOf(language: string): string {
  const regions: Record<string, string> = { en: 'GB', ar: 'EG' };
  if (language.includes('-')) return language;
  return `${language}-${regions[language] ?? language.toUpperCase()}`;
}
