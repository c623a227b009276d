import type { Phone } from '../adb.ts';
import type { PhoneFacts } from '../facts.ts';
import { readLabels } from '../labels.ts';

/** Ways through the phone's menus, in its own words where it tells them. */
export type Menus = Readonly<Record<keyof typeof ways, string>>;

const SETTINGS = 'com.android.settings';

// Names of strings as AOSP and MIUI's Settings have them; the English is what stands there when the phone
// does not tell.
const names = {
  settings_label: 'Settings',
  other_advanced_settings: 'Additional settings',
  development_settings_title: 'Developer options',
  keep_screen_on: 'Stay awake',
  applications_settings: 'Manage apps',
  app_permissions: 'Permissions',
  xiaomi_account: 'Mi Account',
} as const;
type Name = keyof typeof names;

const ways = {
  developer: ['settings_label', 'other_advanced_settings', 'development_settings_title'],
  additional: ['settings_label', 'other_advanced_settings'],
  apps: ['settings_label', 'applications_settings'],
  autostart: ['settings_label', 'app_permissions', 'Autostart'],
  accounts: ['settings_label', 'xiaomi_account'],
  google: ['settings_label', 'Google'],
  stayAwake: ['keep_screen_on'],
} as const satisfies Record<string, readonly (Name | 'Autostart' | 'Google')[]>;

export function menus(label: (name: Name) => string | undefined = () => undefined): Menus {
  const word = (name: string) => (name in names ? label(name as Name) || names[name as Name] : name);
  return Object.fromEntries(
    Object.entries(ways).map(([way, steps]) => [way, steps.map(word).join(' → ')]),
  ) as Menus;
}

export const ENGLISH = menus();

/** In English where the phone cannot be asked: this is help, and must not fail. */
export async function readMenus(phone: Phone, facts: PhoneFacts, signal?: AbortSignal): Promise<Menus> {
  const label = (name: string) => ({ package: SETTINGS, name });
  try {
    const book = await readLabels(phone, facts, Object.keys(names).map(label), { signal });
    return menus((name) => book.text(label(name)));
  } catch {
    return ENGLISH;
  }
}
