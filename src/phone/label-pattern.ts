import { matchParts, type Conversion, type LabelPart } from './label-parts.ts';

/**
 * A string resource as a matcher for what the phone draws of it.
 *
 * The same string reaches us in several forms: as compiled into the APK, or as written in strings.xml with
 * its escapes and markup; drawn as it stands, through Formatter (`%1$s`) or through Html.fromHtml. Each form
 * is a reading; any of them may match.
 */
export interface LabelPattern {
  /**
   * Exactly; with `loose` also whatever the case, the accents Greek capitals lose, and the white space.
   * Direction marks never count.
   */
  matches(text: string): boolean;
  /**
   * What stands in place of `%1$s`, `%2$d`, … in the order of their numbers; empty when the text does not
   * match.
   */
  capture(text: string): string[];
}

/** A label is a sentence or two, in characters. What is longer, on the phone or on a page, is not compared. */
const MAX_TEXT = 4000;
/** Quantities of a plural: zero, one, two, few, many, other. */
const MAX_FORMS = 6;
/** Placeholders of one label; the ROM's own have at most four. */
const MAX_SLOTS = 8;
/** What a character costs that is made comparable, in steps. */
const DRAWN = 8;

/**
 * `raw`: one string, or the quantity forms of a plural, of which any may be drawn. A string that is all
 * placeholder matches any text. `step` is called with the work that is done, which grows with the text alone.
 */
export function labelPattern(
  raw: string | readonly string[],
  { loose = false, step = () => undefined }: { loose?: boolean; step?: (count: number) => void } = {},
): LabelPattern {
  const forms = (typeof raw === 'string' ? [raw] : raw).slice(0, MAX_FORMS);
  const short = forms.filter((form) => form.length <= MAX_TEXT);
  const texts = new Set(short.map(withoutMarks).flatMap(readings).map(withoutMarks));
  const templates = [...texts].flatMap((text): Template[] => [...formatted(text), { text, slots: [] }]);
  const ways = loose ? [plainly, fold] : [plainly];
  const matchers = ways.map((prepare) => ({
    prepare,
    all: templates.map((template) => matcher(template, prepare, step)),
  }));
  const find = (text: string) => {
    if (text.length > MAX_TEXT) return undefined;
    for (const { prepare, all } of matchers) {
      const drawn = drawnOnce(prepare, text, step);
      for (const match of all) {
        const found = match(drawn);
        if (found) return found;
      }
    }
    return undefined;
  };
  return {
    matches: (text) => find(text) !== undefined,
    capture: (text) => find(text) ?? [],
  };
}

/** Characters that stand for placeholders and kept white space here never come from a phone. */
const withoutMarks = (text: string) => text.replace(/[\uFDD0-\uFDEF]/g, '\uFFFD');

/** A whole number in the digits of any script, grouped or not; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  if (!NUMBER_ALONE.test(text)) return undefined;
  const digits = [...text].filter((character) => /\p{Nd}/u.test(character)).map(digitValue);
  return Number(digits.join('')) * (/^[-−]/.test(text) ? -1 : 1);
}

const NUMBER_ALONE = /^[-−]?\p{Nd}(?:[\p{Nd}.,٫٬'’\u00A0\u202F]*\p{Nd})?$/u;

/**
 * Unicode lays the ten digits of each script out in a row, zero first, so the place in the row is the value.
 */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return (code - zero) % 10;
}

// --- Readings ---

function readings(raw: string): string[] {
  const source = unescape(xmlText(raw));
  return [raw, htmlText(raw), source, htmlText(source)];
}

/** What an XML parser makes of the content of <string>: tags and comments go, CDATA stays as it is. */
function xmlText(raw: string): string {
  return raw.replace(
    /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<[^<>]*>|&(#?\w+);/g,
    (whole, cdata?: string, entity?: string) => {
      if (cdata !== undefined) return cdata;
      return entity === undefined ? '' : character(entity, whole);
    },
  );
}

/** Html.fromHtml(): white space collapses, <br> and paragraphs break lines. */
function htmlText(text: string): string {
  if (!/<[a-z/!][^<>]*>|&#?\w+;/i.test(text)) return text;
  const broken = text.replace(/\s+/g, ' ').replace(/ ?<br ?\/?> ?|<\/p> ?/gi, '\n');
  return xmlText(broken).trim();
}

function character(entity: string, whole: string): string {
  const code = /^#x/i.test(entity)
    ? parseInt(entity.slice(2), 16)
    : entity.startsWith('#')
      ? parseInt(entity.slice(1), 10)
      : NaN;
  if (code <= 0x10ffff) return String.fromCodePoint(code);
  return Object.hasOwn(ENTITIES, entity) ? (ENTITIES[entity] ?? whole) : whole;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00A0' };

/**
 * aapt's rules for text in strings.xml: backslash escapes; white space collapses except between double
 * quotes, which are dropped.
 */
function unescape(text: string): string {
  let quoted = false;
  const drawn = text.replace(
    /\\u([0-9a-f]{4})|\\([\s\S])|"|\s+/gi,
    (part, code?: string, escaped?: string) => {
      if (code !== undefined) return keep(String.fromCharCode(parseInt(code, 16)));
      if (escaped !== undefined) return keep({ n: '\n', t: '\t' }[escaped] ?? escaped);
      if (part !== '"') return quoted ? keep(part) : ' ';
      quoted = !quoted;
      return '';
    },
  );
  return drawn
    .replace(/^ +| +$/g, '')
    .replace(/[\uFDE0-\uFDEF]/g, (mark) => KEPT[mark.charCodeAt(0) - 0xfde0] ?? '');
}

/**
 * White space that was asked for is out of reach of trimming, behind characters Unicode keeps free for such
 * uses.
 */
const KEPT = [' ', '\n', '\t'];
const keep = (text: string) =>
  text.replace(/[ \n\t]/g, (space) => String.fromCharCode(0xfde0 + KEPT.indexOf(space)));

// --- Templates ---

/** Text in which each placeholder is one character of U+FDD0…U+FDDF, which no text of a phone is left with. */
interface Template {
  text: string;
  slots: readonly Slot[];
}

interface Slot {
  argument: number;
  conversion: Conversion;
}

/** java.util.Formatter; nothing when the string is no format, as with "100% sure". */
function formatted(reading: string): Template[] {
  const slots: Slot[] = [];
  let next = 1;
  let valid = reading.includes('%');
  const text = reading.replace(
    SPECIFIER,
    (_whole, position?: string, flags?: string, conversion?: string) => {
      if (conversion === '%') return '%';
      if (conversion === 'n') return '\n';
      const known = CONVERSIONS[conversion?.toLowerCase() ?? ''];
      valid &&=
        known !== undefined &&
        slots.length < MAX_SLOTS &&
        (known === 'number' || /^[-#]*$/.test(flags ?? ''));
      slots.push({ argument: position ? Number(position) : next++, conversion: known ?? ANY });
      return String.fromCharCode(0xfdcf + slots.length);
    },
  );
  return valid ? [{ text, slots }] : [];
}

const SPECIFIER = /%(?:(\d+)\$)?([-#+ 0,(]*)\d*(?:\.\d+)?([a-zA-Z%]?)/g;
const ANY: Conversion = 'any';
const CONVERSIONS: Record<string, Conversion> = {
  s: ANY,
  b: ANY,
  d: 'number',
  f: 'number',
  x: 'hex',
  c: 'character',
};

function matcher(
  template: Template,
  prepare: (text: string) => Comparable,
  step: (count: number) => void,
): (drawn: Comparable) => string[] | undefined {
  const parts = prepare(template.text)
    .text.split(/([\uFDD0-\uFDDF])/)
    .map((part, place): LabelPart => {
      const slot = place % 2 === 0 ? undefined : template.slots[part.charCodeAt(0) - 0xfdd0];
      return slot ? { conversion: slot.conversion } : { literal: part };
    });
  // An argument drawn twice is reported once.
  const groups = new Map(template.slots.map(({ argument }, slot) => [argument, slot]));
  const inOrder = [...groups].sort(([left], [right]) => left - right).map(([, slot]) => slot);
  return (drawn) => {
    const found = matchParts(parts, drawn.text, step);
    return found && inOrder.map((slot) => sourceOf(drawn, found[slot]));
  };
}

// --- Comparison ---

/** A page's texts are compared with hundreds of labels: each is made comparable once. */
const drawn = new Map<unknown, Map<string, Comparable>>();
const MOST_KEPT = 200_000;
let kept = 0;

function drawnOnce(
  prepare: (text: string) => Comparable,
  text: string,
  step: (count: number) => void,
): Comparable {
  const known = drawn.get(prepare)?.get(text);
  if (known) return known;
  step(DRAWN * text.length);
  if ((kept += text.length + 1) > MOST_KEPT) {
    drawn.clear();
    kept = text.length + 1;
  }
  const made = prepare(text);
  const texts = drawn.get(prepare) ?? new Map<string, Comparable>();
  drawn.set(prepare, texts.set(text, made));
  return made;
}

/**
 * A text made comparable, and for each of its characters (and its end) the place in `source` it came from.
 */
interface Comparable {
  source: string;
  text: string;
  from: number[];
}

const DIRECTION_MARKS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

function comparable(source: string, draw: (character: string) => string): Comparable {
  const from: number[] = [];
  let text = '';
  let at = 0;
  for (const character of source) {
    const drawn = character.replace(DIRECTION_MARKS, '') && draw(character);
    text += drawn;
    for (let unit = 0; unit < drawn.length; unit++) from.push(at);
    at += character.length;
  }
  return { source, text, from: [...from, at] };
}

function sourceOf({ source, from }: Comparable, [start, end]: [number, number] = [0, 0]): string {
  return source.slice(from[start], from[end]).replace(DIRECTION_MARKS, '');
}

function plainly(text: string): Comparable {
  return comparable(text, (character) => character);
}

/**
 * In capitals, because that is what textAllCaps draws (ß becomes SS); Greek ones without accents, Turkish
 * dotted and dotless i alike; runs of white space as one space, none at the ends.
 */
function fold(text: string): Comparable {
  let spaced = true;
  const folded = comparable(text.normalize('NFC'), (character) => {
    const space = /\s/.test(character);
    const drawn = space ? (spaced ? '' : ' ') : capital(character);
    spaced = space;
    return drawn;
  });
  return { ...folded, text: folded.text.trimEnd() };
}

function capital(character: string): string {
  if (character < '\u0080') return character.toUpperCase();
  const parts = character.toUpperCase().normalize('NFD');
  const bare = /^\p{Script=Greek}/u.test(parts)
    ? parts.replace(/[\u0300-\u036F]/g, '')
    : parts.replace(/^I?\u0307/, (dot) => dot.slice(0, -1));
  return bare.normalize('NFC');
}
