import { fitsMask, type HiddenPart } from '../src/account/hidden-part.ts';

/** An e-mail address or telephone number as a page shows it, mostly with characters hidden. */
export interface ShownContact {
  kind: 'phone' | 'email';
  /** `mi***a@example.com`, `+35988****567` */
  mask: string;
}

const DIRECTION_MARKS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const HIDDEN = /[＊•●∗…]/g;
// Bounded, so that a long text without an @ is read in steps by its length.
const EMAIL = /[\p{L}\p{N}._+*-]{1,100}@[\p{L}\p{N}.*-]{0,250}[\p{L}\p{N}*]/u;
const PHONE = /\+?[\d*(][\d*() -]{3,40}[\d*]/;
const SOME: HiddenPart = { least: 1, kind: /[^]/ };
const DIGITS: HiddenPart = { least: 1, kind: /\d/ };

/** The contact that a text of the page speaks of. Its words do not matter. */
export function shownContact(text: string): ShownContact | undefined {
  const plain = plainly(text);
  const email = EMAIL.exec(plain)?.[0];
  if (email) return { kind: 'email', mask: email };
  const phone = PHONE.exec(plain)?.[0];
  const digits = phone?.replace(/\D/g, '').length ?? 0;
  // A number without a hidden part may be anything, unless it is as long as a telephone number.
  return phone && (phone.includes('*') ? digits >= 2 : digits >= 8)
    ? { kind: 'phone', mask: phone }
    : undefined;
}

/**
 * Whether it can be that contact, by the characters that are seen. Of telephone numbers either side may lack
 * the country's part.
 */
export function canBe({ kind, mask }: ShownContact, contact: string): boolean {
  if (contact.includes('@') !== (kind === 'email')) return false;
  if (kind === 'email') return fitsMask(mask.toLowerCase(), contact.trim().toLowerCase(), SOME);
  const digits = contact.replace(/\D/g, '').replace(/^0+/, '');
  const seen = mask.replace(/[^\d*]/g, '').replace(/^0+/, '');
  const country = /^\d{0,3}/.exec(seen)?.[0].length ?? 0;
  const shorter = Array.from({ length: country + 1 }, (_, drop) => seen.slice(drop));
  const longer = Array.from({ length: 4 }, (_, drop) => digits.slice(drop)).filter(
    (rest) => rest.length >= 7,
  );
  return (
    shorter.some((one) => fitsMask(one, digits, DIGITS)) ||
    longer.some((rest) => fitsMask(seen, rest, DIGITS))
  );
}

/**
 * Whether a text names this account or holds its name as one of its words, whichever characters either of
 * them hides.
 */
export function showsName(text: string, name: string): boolean {
  const known = plainly(name);
  return plainly(text)
    .split(/[\s:,;()،]+/)
    .some(
      (word) =>
        word === known ||
        (word.replaceAll('*', '').length >= 4 && (hides(word, known) || hides(known, word))),
    );
}

const hides = (mask: string, name: string) => mask.includes('*') && fitsMask(mask, name, SOME);
const plainly = (text: string) => text.normalize('NFKC').replace(DIRECTION_MARKS, '').replace(HIDDEN, '*');
