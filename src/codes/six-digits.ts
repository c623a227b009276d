import { durationAhead, labelAlone, labelBefore, spaced, unitAfter, wordsIn } from './code-words.ts';

/** A number that can be a verification code, by its looks and what stands right beside it. */
export interface SixDigits {
  value: string;
  /** Where it stands in its line. */
  start: number;
  end: number;
}

/**
 * Zeros of the decimal digits people write messages with: Arabic, Persian, the scripts of India, Thai, Lao,
 * Tibetan, Burmese, Khmer.
 */
const zeros = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
  0x1040, 0x17e0, 0x1810,
];

/**
 * No letter has more marks. A run of thousands takes a normalisation, which sorts it, as many steps squared.
 */
const MARKS = /(\p{M}{12})\p{M}+/gu;

/**
 * One way to write each character: compatibility forms resolved, digits in ASCII, what has no width gone,
 * addresses of sites and mailboxes blanked, as is what a direction override (U+202E) shows back to front. A
 * full-width comma gets a space behind it, as in `123456，10分钟`: it separates, and never groups the digits of
 * a number.
 */
export function normalised(text: string): string {
  return text
    .replace(MARKS, '$1')
    .replace(/[，：；！？、。]/g, '$& ')
    .normalize('NFKC')
    .replace(/\u202e[^\u202c\n]*/g, '\ufffc')
    .replace(/[\p{Cf}\p{DI}\u20e3]/gu, '')
    .replace(/\p{Nd}/gu, (digit) => {
      const point = digit.codePointAt(0) ?? 0;
      const zero = zeros.find((one) => point >= one && point < one + 10);
      return zero === undefined ? digit : String(point - zero);
    })
    .replace(/\r\n?|[\u2028\u2029\v\f]/g, '\n')
    .replace(/\bhttps?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi, '\ufffc')
    .replace(/(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}[/?][\w\-.~:/?#[\]@!$&'()*+,;=%]*/g, '\ufffc')
    .replace(/(?<![\w.+-])[\w.+-]{1,64}@[\w.-]+/g, '\ufffc');
}

/**
 * Digits and what joins them into one number, date, time or telephone number. A duration behind is not
 * joined. Cells are, one digit each.
 */
const run = new RegExp(
  `(?<!\\d\\t)\\d(?:\\t\\d){5}(?!\\t?\\d)|\\d+(?:[ .,:/'_\\p{Pd}\u2212](?!${durationAhead})\\d+)*`,
  'giu',
);
const shape =
  /^(?:\d{6}|\d{3}[ \p{Pd}\u2212]\d{3}|\d{2}(?:[ \p{Pd}\u2212]\d{2}){2}|\d(?:[ \t\p{Pd}\u2212]\d){5})$/u;

/** Next to a letter of a script that puts spaces between words, digits are part of a name: AB123456. */
const badBefore = new RegExp(
  `(?:${spaced}|[#+/&%_@\\\\=.~^\ufffc]|(?:${spaced}|\\d)[\\p{Pd}'’]|\\d\\)[ \\p{Pd}]?|\\d\\*+|[*•●·]{3,}|[+(] ?\\d[\\d ()]*)$`,
  'u',
);
const badAfter = new RegExp(
  `^(?:${spaced}|[_@%/\\\\&=~^\ufffc]|\\p{Pd}(?:${spaced}|\\d)|[*•●·]{3,}|\\*+\\d|\\.(?:com|net|cn|org|png|jpe?g|gif|html?|php|pdf|zip|apk|js|css)(?!\\p{L}))`,
  'iu',
);

/** Characters looked at before a number, and behind it. */
const BEFORE = 80;
const BEHIND = 40;

/**
 * What has the shape of a code in a normalised line, and whether something right beside it says that it is
 * none.
 */
export function* sixDigits(line: string, previous: string): Generator<SixDigits & { isElse: boolean }> {
  for (const { 0: written, index: start } of line.matchAll(run)) {
    if (!shape.test(written) || isDate(written)) continue;
    const end = start + written.length;
    const before = line.slice(Math.max(0, start - BEFORE), start);
    const after = line.slice(end, end + BEHIND);
    yield { value: written.replace(/\D/g, ''), start, end, isElse: isSomethingElse(before, after, previous) };
  }
}

function isSomethingElse(before: string, after: string, previous: string): boolean {
  if (badBefore.test(before) && !isGluedBefore(before)) return true;
  if (badAfter.test(after) && !isGluedBehind(before, after)) return true;
  if (labelBefore.test(before) || unitAfter.test(after) || isTag(before, after)) return true;
  return !/[\p{L}\d]/u.test(before) && labelAlone.test(previous.slice(0, BEFORE).trim());
}

/** `[lab 048213]`: what list software and help desks put before a subject. */
function isTag(before: string, after: string): boolean {
  const [, name = ''] = /\[([^[\]]{1,60})$/.exec(before) ?? [];
  return /\p{L}/u.test(name) && /^\s{0,9}\]/.test(after) && wordsIn(name, 'sms').codes.length === 0;
}

/** `your code048213`: mails lose what stood between two elements. */
function isGluedBefore(before: string): boolean {
  return /\p{L}$/u.test(before) && wordsIn(before, 'mail').codes.at(-1)?.end === before.length;
}

/** `code:048213If that was you` */
function isGluedBehind(before: string, after: string): boolean {
  const label = before.replace(/[\s:=]{1,9}$/, '');
  return (
    /^\p{Lu}\p{Ll}*(?:[ ,.!]|$)/u.test(after) && wordsIn(label, 'mail').codes.at(-1)?.end === label.length
  );
}

/** `202411`, which a message may well say beside its code. */
export function isMonthOfYear(value: string): boolean {
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])$/.test(value);
}

/** `25-11-26`, in whatever order. */
function isDate(written: string): boolean {
  const [first = 0, second = 0, third = 0] = /^\d\d\D\d\d\D\d\d$/.test(written)
    ? written.split(/\D/).map(Number)
    : [];
  const isDay = (number: number) => number >= 1 && number <= 31;
  const isMonth = (number: number) => number >= 1 && number <= 12;
  return (isMonth(second) && (isDay(first) || isDay(third))) || (isMonth(first) && isDay(second));
}
