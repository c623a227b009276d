import { Parser } from 'htmlparser2';

/**
 * HTML that escapes by default: html`<p title="${title}">${text}</p>`. The place of a value decides what is done
 * with it:
 * - text, or an attribute between double quotes: special characters are escaped;
 * - an address (`href`, `src` …): only one within the site or folder of the page counts. One with a scheme or a
 *   host becomes `about:invalid`. A value behind other text is one part of an address, and is percent-encoded;
 * - where attributes stand, an object of them: html`<input ${{ id, disabled: true }}>`;
 * - `<style>` and `<script>` take only `raw`.
 * A value in any other place is a fault of the template, and the first use throws a TypeError.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  let places = known.get(strings);
  if (!places) known.set(strings, (places = placesIn(strings)));
  const written = strings.map((text, i) => {
    const place = places[i];
    return place ? (place.in === 'attributes' ? text.trimEnd() : text) + write(place, values[i]) : text;
  });
  return new Html(written.join(''));
}

/** Markup that goes out as it is. For constants of our own: never for what a phone, a list or a person says. */
export function raw(markup: string): Html {
  return new Html(markup, true);
}

/** Markup that is safe to show. */
class Html {
  readonly text: string;
  readonly isRaw: boolean;
  constructor(text: string, isRaw = false) {
    this.text = text;
    this.isRaw = isRaw;
  }
  toString(): string {
    return this.text;
  }
}

export type { Html };
export type Content = Html | string | number | false | undefined | readonly Content[];
/** False and undefined leave an attribute out; true writes its name alone. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Value = Content | Attributes;

interface Place {
  in: 'text' | 'raw' | 'attribute' | 'attributes';
  /** Of an attribute. */
  name: string;
  /** Of an attribute: its value begins here. */
  first: boolean;
}

const known = new WeakMap<TemplateStringsArray, readonly Place[]>();

// Characters that no template holds. Between them stands the number of a value.
const [OPEN, CLOSE] = ['\uE000', '\uE001'];
const MARK = /\uE000(\d+)\uE001/g;

/** Reads a template as a browser does, with a mark for each value, and one at the end. */
function placesIn(strings: TemplateStringsArray): Place[] {
  const count = strings.length - 1;
  const found: Place[] = [];
  let tag = '';
  const note = (text: string, place: Omit<Place, 'first'>) => {
    for (const { 1: number, index } of text.matchAll(MARK))
      found[Number(number)] = { ...place, first: index === 0 };
  };
  const parser = new Parser({
    onopentagname: (name) => void (tag = name),
    onclosetag: () => void (tag = ''),
    ontext: (text) => note(text, { in: tag === 'style' || tag === 'script' ? 'raw' : 'text', name: '' }),
    onattribute: (name, value, quote) => {
      if (name.startsWith(OPEN)) note(name, { in: 'attributes', name: '' });
      else if (quote === '"' && isSafe(name) && !SCRIPT.test(value)) note(value, { in: 'attribute', name });
    },
  });
  parser.end(strings.map((text, i) => `${text}${OPEN}${i}${CLOSE}`).join(''));
  strings.forEach((text, i) => {
    const place = found[i];
    if (i === count ? place?.in !== 'text' : !place || (place.in === 'text' && text.endsWith('<')))
      throw misplaced(strings, i);
  });
  return found.slice(0, count);
}

function misplaced(strings: TemplateStringsArray, at: number): TypeError {
  const before = `…${strings[at]?.slice(-60)}`;
  return new TypeError(
    at === strings.length - 1
      ? `A template ends within a tag, a comment, a <style> or a <script>: ${before}`
      : `No value can be made safe here: ${before}\${…}. Put it in the text, or between the double quotes of an attribute that is no script and no style.`,
  );
}

function write(place: Place, value: Value): string {
  if (place.in === 'attributes') {
    if (typeof value !== 'object' || value instanceof Html || isList(value))
      throw new TypeError('Where attributes stand, a template takes an object of them.');
    return Object.entries(value)
      .map(([name, given]) => attribute(name, given))
      .join('');
  }
  if (place.in === 'raw') {
    if (value instanceof Html && value.isRaw) return value.text;
    throw new TypeError('<style> and <script> take only what raw() names.');
  }
  if (place.in === 'attribute') {
    if (typeof value === 'object') throw new TypeError(`The attribute ${place.name} takes text only.`);
    return attributeText(place, value);
  }
  return contentText(value);
}

function contentText(value: Value): string {
  if (value instanceof Html) return value.text;
  if (isList(value)) return value.map(contentText).join('');
  if (typeof value === 'object') throw new TypeError('Only text and markup can be shown.');
  return escape(plain(value));
}

/** TypeScript's own `Array.isArray` does not know lists that are read only. */
function isList(value: unknown): value is readonly Content[] {
  return Array.isArray(value);
}

function attribute(name: string, value: Attributes[string]): string {
  if (!/^[a-z][a-z-]*$/.test(name) || !isSafe(name))
    throw new TypeError(`A template writes no attribute '${name}'.`);
  if (value === undefined || value === false) return '';
  if (value === true) return ` ${name}`;
  return ` ${name}="${attributeText({ name, first: true }, value)}"`;
}

function attributeText(
  { name, first }: Pick<Place, 'name' | 'first'>,
  value: string | number | false | undefined,
): string {
  const text = plain(value);
  if (!ADDRESSES.has(name)) return escape(text);
  return escape(first ? localAddress(text) : encodeURIComponent(text.toWellFormed()));
}

function plain(value: string | number | false | undefined): string {
  return value === undefined || value === false ? '' : String(value);
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Attributes a browser loads, opens or sends to. */
const ADDRESSES = new Set(
  'action background cite data formaction href longdesc manifest ping poster src xlink:href'.split(' '),
);

/** Not a script, a style, a page within the page, a list of addresses, or what a `<meta>` says. */
function isSafe(name: string): boolean {
  return !name.startsWith('on') && !['style', 'srcdoc', 'srcset', 'content'].includes(name);
}

const SCRIPT = /^\s*(java|vb)script:/i;

/**
 * Browsers ignore control characters and spaces before an address, and tabs and line ends within it, and take `\`
 * for `/` (URL Standard, "URL parsing").
 */
function localAddress(text: string): string {
  const read = text.replace(/[\p{Cc}\p{Z}]/gu, '').replaceAll('\\', '/');
  return /^[^/?#]*:/.test(read) || read.startsWith('//') ? 'about:invalid' : text;
}
