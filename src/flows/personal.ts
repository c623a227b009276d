import { showsName } from '../../pageobjects/masked-contact.ts';
import { ACCOUNT_MASK, MASK } from '../survey.ts';

/** Characters that are not seen, and blanks of every width. */
const UNSEEN = String.raw`\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c`;
/** What phones write for a character they hide. */
const HIDING = String.raw`*＊•●∗…✱·`;
const DIGIT = String.raw`[\p{Nd}${HIDING}]`;
const BETWEEN = String.raw`[\s${UNSEEN}()（）.\-‐-―－_/]`;
/** Digits, some of them hidden perhaps, with what is written between the digits of a number. */
const NUMBER = new RegExp(String.raw`[+＋]?[(（]?${DIGIT}(?:${BETWEEN}{0,3}${DIGIT})+`, 'gu');
const MAILBOX = String.raw`[\p{L}\p{N}._%+\-'${HIDING}${UNSEEN}]`;
/** Bounded, so that a long text without an @ is read in steps by its length. */
const ADDRESS = new RegExp(
  String.raw`${MAILBOX}{1,100}\s?[@＠]\s?[\p{L}\p{N}.\-${HIDING}${UNSEEN}]{0,250}[\p{L}\p{N}*]`,
  'gu',
);
const HIDDEN = new RegExp(`[${HIDING}]{2}`, 'u');
const NOT_SEEN = new RegExp(`[\\s${UNSEEN}]`, 'gu');
/** A day, perhaps with the hour after it. */
const DAY = /^(\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})(\s+\d{1,2})?$/;
/** The shortest telephone numbers and ids have as many digits. One that hides some is recognised by fewer. */
const FEWEST = 7;
const FEWEST_SEEN = 2;

/** A part of a text that tells whose phone it is. */
export interface Span {
  from: number;
  to: number;
}

/**
 * Where a text holds an address or a number, as far as its form tells. `hiding`: of numbers only those that
 * hide some digits.
 */
export function personalSpans(text: string, numbers: 'all' | 'hiding' = 'all'): Span[] {
  const found = [...text.matchAll(NUMBER)].filter(([number]) => isPersonal(number, numbers));
  const spans = [...text.matchAll(ADDRESS), ...found];
  return spans.map((match) => ({ from: match.index, to: match.index + match[0].length }));
}

function isPersonal(number: string, numbers: 'all' | 'hiding'): boolean {
  const digits = number.replace(/[^\p{Nd}]/gu, '').length;
  const hides = HIDDEN.test(number);
  if (numbers === 'hiding' && !hides) return false;
  return digits >= (hides ? FEWEST_SEEN : FEWEST) && !DAY.test(number.normalize('NFKC').trim());
}

/** The text with these parts masked. */
function withoutSpans(text: string, spans: readonly Span[]): string {
  let end = 0;
  let masked = '';
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (to <= end) continue;
    if (from >= end) masked += text.slice(end, from) + MASK;
    end = to;
  }
  return masked + text.slice(end);
}

export interface Owner {
  accounts: readonly string[];
  names: Iterable<string>;
}

/**
 * The text without addresses, numbers, and the names that are known: of accounts however they are hidden, and
 * of the owner.
 */
export function withoutPersonal(
  text: string,
  { accounts, names }: Owner,
  numbers: 'all' | 'hiding' = 'all',
): string {
  const seen = plain(text);
  if (accounts.some((account) => plain(account) === seen)) return ACCOUNT_MASK;
  let left = withoutSpans(text, personalSpans(text, numbers));
  for (const name of names) left = left.replace(wordsOf(name), MASK);
  const shown = accounts.filter((account) => showsName(left, account));
  if (shown.length === 0) return left;
  const words = left.split(/([\s:,;()،]+)/);
  return words
    .map((word) => (shown.some((account) => showsName(word, account)) ? ACCOUNT_MASK : word))
    .join('');
}

const plain = (text: string) => text.normalize('NFKC').replace(NOT_SEEN, '');

/** As a word or several, not as a part of one. */
function wordsOf(name: string): RegExp {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu');
}
