import { UsageError } from '../errors.ts';
import { html, raw } from '../formats/html.ts';
import { printable } from '../words/printable.ts';
import { TEXTS, type LetterLanguage } from './texts.ts';

/** What a letter says of one phone. Empty: not known, and the line is left out. */
export interface LetterValues {
  model: string;
  /** 15 digits; of them the letter shows the last four. */
  imei: string;
  reference: string;
  /** ISO time. */
  deadline: string;
  /** Who writes. */
  lab: string;
}

export interface Letter {
  language: LetterLanguage;
  subject: string;
  text: string;
  html: string;
}

const PLACES = ['model', 'imei', 'reference', 'deadline', 'lab'] as const;
/** An address that mail programs make a link of. */
const LINK =
  /:\/\/|\bwww\.|\bmailto:|[\p{L}\p{N}-]\.(?:com|net|org|info|biz|io|me|cn|ru|bg|tr|es|de|eu|top|xyz|link|site|shop|app)\b/iu;
const LONGEST = 60;

/** `own`: the lab's template, in place of the one that is built in. Throws a UsageError with what to mend. */
export function letterOf(language: LetterLanguage, values: LetterValues, own?: string): Letter {
  const template = own ?? TEXTS[language];
  if (own !== undefined) assertTemplate(own, language);
  const shown = shownOf(language, values);
  const lines = template
    .replaceAll('\r\n', '\n')
    .trim()
    .split('\n')
    .filter((line) => PLACES.every((place) => shown[place] !== '' || !line.includes(`{${place}}`)));
  const [head = '', ...rest] = lines;
  const written = language === 'ar' ? isolated(shown) : shown;
  const fill = (line: string) => line.replace(/\{(\w+)\}/g, (_, place: keyof Shown) => written[place]);
  const blocks = rest
    .join('\n')
    .split(/\n\s*\n/)
    .map((block) =>
      block
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    )
    .filter((block) => block.length > 0);
  return {
    language,
    subject: fill(head),
    text: `${blocks.map((block) => block.map(fill).join('\n')).join('\n\n')}\n`,
    html: letterPage(language, fill(head), blocks, shown),
  };
}

export type Shown = Record<(typeof PLACES)[number], string>;

function shownOf(language: LetterLanguage, values: LetterValues): Shown {
  const shown = {
    // A phone tells what it likes.
    model: plain(values.model),
    imei: /^\d{15}$/.test(values.imei) ? values.imei.slice(-4) : '',
    reference: plain(values.reference),
    deadline: dayOf(language, values.deadline),
    lab: plain(values.lab),
  };
  for (const name of ['model', 'reference'] as const)
    if (LINK.test(shown[name]))
      throw new UsageError(
        `The ${name} of this phone holds an address ('${shown[name]}'), and a letter holds no links.`,
        name === 'reference'
          ? 'give the order another reference in the list'
          : 'look at the phone: its model is no plain name',
      );
  return shown;
}

/**
 * In plain text that runs from right to left: a reference such as 17-R would be shown as R-17. In a page the marks of
 * HTML do the same.
 */
function isolated(shown: Shown): Shown {
  const all = Object.entries(shown).map(([name, value]) => [name, value && `\u2068${value}\u2069`]);
  return Object.fromEntries(all) as Shown;
}

/** On one line, without marks that turn text round or hide it. */
function plain(text: string): string {
  return printable(text.normalize('NFC'))
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[{}<>]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST);
}

/** Where days are not written as in the language alone: digits of one kind in a letter. */
const LOCALES: Partial<Record<LetterLanguage, string>> = { en: 'en-GB', ar: 'ar-u-nu-latn' };

function dayOf(language: LetterLanguage, deadline: string): string {
  const date = new Date(deadline);
  if (deadline === '' || Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat(LOCALES[language] ?? language, { dateStyle: 'long' }).format(date);
}

/** Of a lab's own template: what must not be in it, and what cannot be missing. */
function assertTemplate(text: string, language: string): void {
  const file = `The letter's template for '${language}'`;
  const places = [...text.matchAll(/\{(\w*)\}/g)].map(([, name = '']) => name);
  const strange = places.find((name) => !PLACES.some((place) => place === name));
  if (strange !== undefined)
    throw new UsageError(
      `${file} has a place {${strange}}, which is not known.`,
      `use ${PLACES.map((place) => `{${place}}`).join(', ')}`,
    );
  if (LINK.test(text.replace(/\{\w+\}/g, '')))
    throw new UsageError(
      `${file} holds an address of a website, and a letter holds no links: thieves send such letters.`,
      "name Xiaomi's pages by words",
    );
  if (!places.includes('imei'))
    throw new UsageError(
      `${file} does not say which phone it is about.`,
      'put {imei} into it: its last digits',
    );
  if (!/^\S.*\n\s*\n\s*\S/.test(text.replaceAll('\r\n', '\n').trim()))
    throw new UsageError(
      `${file} has no subject.`,
      'its first line is the subject; after it comes a blank line',
    );
}

const STEP = /^\d+[.)]\s*/;

/** The same as a page, by its blocks of lines, in which the places stand still. */
export function letterPage(
  language: LetterLanguage,
  subject: string,
  blocks: readonly string[][],
  shown: Shown,
): string {
  const direction = language === 'ar' ? 'rtl' : 'ltr';
  // A value may be in a script of another direction than the text.
  const line = (text: string) =>
    text.split(/(\{\w+\})/).map((part) => {
      const name = PLACES.find((place) => part === `{${place}}`);
      return name ? html`<bdi>${shown[name]}</bdi>` : html`${part}`;
    });
  const body = blocks.map((block) => {
    const steps = block
      .filter((text) => STEP.test(text))
      .map((text) => html`<li>${line(text.replace(STEP, ''))}</li>`);
    const words = block
      .filter((text) => !STEP.test(text))
      .map((text, at) => html`${at > 0 && html`<br>`}${line(text)}`);
    return html`${words.length > 0 && html`<p>${words}</p>`}${steps.length > 0 && html`<ol>${steps}</ol>`}`;
  });
  return `<!doctype html>\n${String(html`<html ${{ lang: language, dir: direction }}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${subject}</title><style>${raw(STYLE)}</style></head><body>${body}</body></html>`)}\n`;
}

const STYLE =
  'body{max-width:40em;margin:2em auto;padding:0 1em;font:16px/1.5 system-ui,sans-serif;color:#1b2438;overflow-wrap:anywhere}';
