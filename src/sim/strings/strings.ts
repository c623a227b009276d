import { localeOf } from '../releases.ts';
import { accountStrings } from './account.ts';
import { arabic } from './ar.ts';
import { spanish } from './es.ts';
import { keyguardStrings, otherAccountStrings } from './hyperos.ts';
import { newerAccountStrings, newerCloudStrings, newerSettingsStrings } from './newer.ts';
import { passwordStrings } from './password.ts';
import {
  advertStrings,
  callStrings,
  cloudStrings,
  frameworkStrings,
  launcherStrings,
  permissionStrings,
  systemUiStrings,
  updaterStrings,
} from './system.ts';
import { securityStrings } from './security.ts';
import { settingsStrings } from './settings.ts';
import { turkish } from './tr.ts';

/** What the ROMs are worded in, and the language in which each label is its own name. */
export const languages = ['en', 'bg', 'ru', 'zh-CN', 'ar', 'es', 'tr', 'pseudo'] as const;
type Language = Exclude<(typeof languages)[number], 'pseudo'>;

/**
 * One label: one text for all releases, or what it says up to MIUI 13 and from 14 on, or with one more
 * wording for 12 to 13.
 */
export type Wording =
  | string
  | readonly [upTo13: string, from14: string]
  | readonly [upTo11: string, in12And13: string, from14: string];
/** Up to MIUI 11, MIUI 12 to 13, from MIUI 14 on. */
export type Era = 0 | 1 | 2;
/**
 * A language without an entry shows English. Names of strings are stable from MIUI 8 to HyperOS; labels are
 * not.
 */
export type RomLabel = { en: Wording } & Partial<Record<Exclude<Language, 'en'>, Wording>>;
export type RomLabels = Readonly<Record<string, RomLabel>>;
/**
 * A language in a file of its own: package, name of the string, what it says. `web` holds the words of
 * strings-web.ts.
 */
export type Translation = Readonly<Record<string, Readonly<Record<string, Wording>>>>;

export const translations: Partial<Record<Language, Translation>> = { ar: arabic, es: spanish, tr: turkish };

export const tables: Readonly<Record<string, RomLabels>> = {
  android: translated('android', frameworkStrings),
  'com.android.incallui': translated('com.android.incallui', callStrings),
  'com.android.permissioncontroller': translated('com.android.permissioncontroller', permissionStrings),
  'com.android.settings': translated('com.android.settings', { ...settingsStrings, ...newerSettingsStrings }),
  'com.android.systemui': translated('com.android.systemui', { ...systemUiStrings, ...keyguardStrings }),
  'com.android.updater': translated('com.android.updater', updaterStrings),
  'com.miui.cloudservice': translated('com.miui.cloudservice', { ...cloudStrings, ...newerCloudStrings }),
  'com.miui.home': translated('com.miui.home', launcherStrings),
  'com.miui.systemAdSolution': translated('com.miui.systemAdSolution', advertStrings),
  'com.miui.securitycenter': translated('com.miui.securitycenter', securityStrings),
  'com.xiaomi.account': translated('com.xiaomi.account', {
    ...accountStrings,
    ...passwordStrings,
    ...otherAccountStrings,
    ...newerAccountStrings,
  }),
};

/** The table with what the translations say under this key. */
export function translated(key: string, table: RomLabels): RomLabels {
  const labels = Object.entries(table).map(([name, label]): [string, RomLabel] => {
    const more = Object.entries(translations).flatMap(([language, { [key]: own }]) =>
      own?.[name] ? [[language, own[name]] as const] : [],
    );
    return [name, { ...label, ...Object.fromEntries(more) }];
  });
  return Object.fromEntries(labels);
}

/**
 * The string as the resource table has it, placeholders unfilled; undefined when the package has no such
 * string.
 */
export function rawString(packageName: string, name: string, language: string, era: Era): string | undefined {
  const table = tables[packageName];
  const label = table && Object.hasOwn(table, name) ? table[name] : undefined;
  if (!label) return undefined;
  const text = worded(inLanguage(label, language), era);
  return language === 'pseudo' ? pseudo(name, text) : text;
}

function worded(wording: Wording, era: Era): string {
  if (typeof wording === 'string') return wording;
  return wording.length === 3 ? wording[era] : wording[era === 2 ? 1 : 0];
}

/** As Android looks: the language with its region, the language alone, the default. */
export function inLanguage(label: RomLabel, language: string): Wording {
  const said: Readonly<Record<string, Wording>> = label;
  return said[language] ?? said[language.split('-')[0] ?? ''] ?? label.en;
}

export const isRightToLeft = (language: string): boolean => /^(ar|fa|he|ur)\b/.test(language);

/**
 * What reads from left to right whatever stands around it, as BidiFormatter.unicodeWrap() writes it into a
 * language that reads the other way (AOSP android.text.BidiFormatter).
 */
export function unicodeWrap(text: string, language: string): string {
  return isRightToLeft(language) ? `\u200f\u202a${text}\u202c\u200f` : text;
}

/** Fills `%s`, `%d`, `%1$s` … as java.util.Formatter does: `%d` in the digits of the language. */
export function fill(text: string, values: readonly (string | number)[], language = 'en'): string {
  let next = 0;
  return text.replace(/%(?:(\d+)\$)?([sd%])/g, (_whole, place: string | undefined, kind: string) => {
    if (kind === '%') return '%';
    const value = values[place ? Number(place) - 1 : next++] ?? '';
    return kind === 'd' ? digitsOf(language, String(value)) : String(value);
  });
}

/** The text with its digits as the language writes them: the region decides, in Egypt it is ٠ to ٩. */
export function digitsOf(language: string, text: string): string {
  const zero = new Intl.NumberFormat(localeOf(language)).format(0).charCodeAt(0);
  return text.replace(/[0-9]/g, (digit) => String.fromCharCode(zero + Number(digit)));
}

/** Letters every font of the simulator has. */
const accents: Readonly<Record<string, string>> = Object.fromEntries(
  [...'aáçcçdđeêgğhĥiîjĵkķlļnñoöpþrŕsštţuûwŵyýzž'.matchAll(/(\p{ASCII})(\P{ASCII})/gu)].map(
    ([, plain = '', worn = '']) => [plain, worn],
  ),
);

/**
 * A label that cannot have been typed into a page object: the string's own name in accents, placeholders kept, half
 * as long again.
 */
export function pseudo(name: string, text: string): string {
  const placeholders = text.match(/%(?:\d+\$)?[sd]/g) ?? [];
  const worn = [...name].map((letter) => accents[letter] ?? letter).join('');
  const padding = '·'.repeat(Math.ceil(name.length / 2));
  return `[${[worn, ...placeholders].join(' ')} ${padding}]`;
}
