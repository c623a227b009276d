import { accountStrings } from './strings-account.ts';
import { keyguardStrings, otherAccountStrings } from './strings-hyperos.ts';
import { passwordStrings } from './strings-password.ts';
import { cloudStrings, frameworkStrings, launcherStrings, panelStrings, surpriseStrings } from './strings-system.ts';
import { settingsStrings } from './strings-settings.ts';

/** One label: one text for all releases, or what it says up to MIUI 13 and from 14 on, or with one more wording for 12 to 13. */
export type Wording = string | readonly [upTo13: string, from14: string] | readonly [upTo11: string, in12And13: string, from14: string];
/** Up to MIUI 11, MIUI 12 to 13, from MIUI 14 on. */
export type Era = 0 | 1 | 2;
/** A language without an entry shows English. Names of strings are stable from MIUI 8 to HyperOS; labels are not. */
export type Label = { en: Wording; bg?: Wording; ru?: Wording; 'zh-CN'?: Wording };
export type Table = Readonly<Record<string, Label>>;

export const tables: Readonly<Record<string, Table>> = {
  android: frameworkStrings,
  'com.android.settings': settingsStrings,
  'com.android.systemui': { ...panelStrings, ...surpriseStrings, ...keyguardStrings },
  'com.android.updater': surpriseStrings,
  'com.miui.cloudservice': cloudStrings,
  'com.miui.home': launcherStrings,
  'com.xiaomi.account': { ...accountStrings, ...passwordStrings, ...otherAccountStrings },
};

/** The string as the resource table has it, placeholders unfilled; undefined when the package has no such string. */
export function rawString(packageName: string, name: string, language: string, era: Era): string | undefined {
  const table = tables[packageName];
  const label = table && Object.hasOwn(table, name) ? table[name] : undefined;
  if (!label) return undefined;
  const found = label[language as keyof Label] ?? label.en;
  const text = worded(found, era);
  return language === 'pseudo' ? pseudo(name, text) : text;
}

function worded(wording: Wording, era: Era): string {
  if (typeof wording === 'string') return wording;
  return wording.length === 3 ? wording[era] : wording[era === 2 ? 1 : 0];
}

/** Fills `%s`, `%d`, `%1$s` … as java.util.Formatter does. */
export function fill(text: string, values: readonly (string | number)[]): string {
  let next = 0;
  return text.replace(/%(?:(\d+)\$)?([sd%])/g, (_whole, place: string | undefined, kind: string) =>
    kind === '%' ? '%' : String(values[place ? Number(place) - 1 : next++] ?? ''),
  );
}

/** Letters every font of the simulator has. */
const accents: Readonly<Record<string, string>> = Object.fromEntries(
  [...'aáçcçdđeêgğhĥiîjĵkķlļnñoöpþrŕsštţuûwŵyýzž'.matchAll(/(\p{ASCII})(\P{ASCII})/gu)].map(([, plain = '', worn = '']) => [plain, worn]),
);

/** A label nobody can have typed into a page object: the string's own name in accents, placeholders kept, half as long again. */
export function pseudo(name: string, text: string): string {
  const placeholders = text.match(/%(?:\d+\$)?[sd]/g) ?? [];
  const worn = [...name].map((letter) => accents[letter] ?? letter).join('');
  const padding = '·'.repeat(Math.ceil(name.length / 2));
  return `[${[worn, ...placeholders].join(' ')} ${padding}]`;
}
