import { access } from './access.ts';
import { batch } from './batch.ts';
import { charts } from './charts.ts';
import { lists } from './lists.ts';
import { phone } from './phone.ts';
import { records } from './records.ts';
import { settings } from './settings.ts';
import { wall } from './wall.ts';

/** Languages of the page, as browsers name them. */
export const LANGUAGES = ['en', 'bg', 'zh', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  bg: 'Български',
  zh: '中文',
  ru: 'Русский',
};

/** A text in each language. `{name}` is a place for a value; `one|few|many|other` forms stand between bars. */
export type PageText = readonly [en: string, bg: string, zh: string, ru: string];

export const WORDS = { ...access, ...wall, ...phone, ...lists, ...records, ...charts, ...batch, ...settings };
export type PageWord = keyof typeof WORDS;

/** Says a text of the page in one language. */
export type Say = (word: PageWord, values?: Readonly<Record<string, string | number>>) => string;

const COUNTED = ['one', 'few', 'many', 'other'] as const;

export function sayIn(language: Language): Say {
  const at = LANGUAGES.indexOf(language);
  const rules = new Intl.PluralRules(language);
  return (word, values = {}) => {
    const line: PageText = WORDS[word];
    const forms = (line[at] ?? line[0]).split('|');
    const form = forms.length === 1 ? 0 : formOf(rules.select(Number(values.n)), forms.length);
    return (forms[form] ?? forms[0] ?? '').replace(/\{(\w+)\}/g, (place, name: string) =>
      String(values[name] ?? place),
    );
  };
}

/** Two forms are `one|other`, four all of them. */
function formOf(category: Intl.LDMLPluralRule, count: number): number {
  if (count === 2) return category === 'one' ? 0 : 1;
  return Math.max(0, COUNTED.indexOf(category as (typeof COUNTED)[number]));
}

/** The language that was chosen, else the first of the browser's that the page has, else English. */
export function languageOf(chosen: string | undefined, accepts: string | undefined): Language {
  const known = (tag: string) => LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language);
  const own = chosen === undefined ? undefined : known(chosen);
  if (own) return own;
  const wished = (accepts ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.split(';q=');
      return { tag: tag.trim(), weight: quality === undefined ? 1 : Number(quality) || 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return wished.map(({ tag }) => known(tag)).find(Boolean) ?? 'en';
}
