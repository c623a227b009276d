/**
 * Names of a Mi Account as people, lists and phones write them: the numeric Mi id, an e-mail address, a
 * telephone number, each whole or with characters hidden by asterisks.
 */
export type NameKind = 'id' | 'email' | 'phone';

export interface AccountName {
  /**
   * What it can be: digits alone may be a Mi id or a telephone number. Empty: none of these, such as a
   * nickname.
   */
  kinds: readonly NameKind[];
  /**
   * In one way of writing: no blanks, no direction marks, ASCII digits, small letters, `*` for what is
   * hidden.
   */
  text: string;
  masked: boolean;
}

const DIRECTION_MARKS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const HIDDEN = /[＊•●∗⁎…]/g;
/** Arabic and Persian digits, which NFKC leaves as they are. */
const EASTERN = /[\u0660-\u0669\u06F0-\u06F9]/g;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const DIGITS = /^\+?[\d*][\d*\s().-]*$/;

export function nameOf(written: string): AccountName {
  const plain = written
    .normalize('NFKC')
    .replace(DIRECTION_MARKS, '')
    .replace(HIDDEN, '*')
    .replace(EASTERN, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf))
    .trim()
    .replace(/^['’]/, '')
    .toLowerCase();
  const masked = plain.includes('*');
  if (EMAIL.test(plain)) return { kinds: ['email'], text: plain, masked };
  if (!DIGITS.test(plain)) return { kinds: [], text: plain, masked };
  const text = plain.replace(/\(0\)|[\s().-]/g, '');
  return { kinds: kindsOf(text, /[\s().-]/.test(plain)), text, masked };
}

/**
 * A Mi id has at most 12 digits so far, mostly 10, and begins with none of what only telephone numbers begin
 * with. How many digits a mask hides its asterisks do not say, so only one in the shape of a Chinese mobile
 * number may be a number.
 */
function kindsOf(text: string, spaced: boolean): NameKind[] {
  if (/^\+|^0/.test(text) || spaced) return ['phone'];
  if (text.includes('*')) return /^1[3-9]\d\*{4}\d{4}$/.test(text) ? ['id', 'phone'] : ['id'];
  if (text.length > 12) return ['phone'];
  return text.length > 10 ? ['id', 'phone'] : ['id'];
}

/** E-mail addresses as their host delivers them: Gmail knows no dots before the @, and has two domains. */
export function mailbox(address: string): string {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  return /^g(oogle)?mail\.com$/.test(domain) ? `${local.replaceAll('.', '')}@gmail.com` : address;
}

/**
 * Digits of a telephone number without what stands for "abroad" or "in this country". `abroad`: its country's
 * code is part of it.
 */
export function numberOf(text: string): { digits: string; abroad: boolean } {
  return { digits: text.replace(/^\+/, '').replace(/^0+/, ''), abroad: /^\+|^00/.test(text) };
}

/** With fewer digits in common, the end of one number can be that of another subscriber's. */
const OWN_DIGITS = 9;

/** What an account is counted by. Equal keys are the same account, or look the same. */
export interface AccountKeys {
  /** Of the name itself; empty where it is masked. */
  names: string[];
  /** Of every mask under which a phone may show that name. */
  masks: string[];
  /** Of the mask that was shown, where it is one. */
  shown: string[];
  /** It names the Mi id. */
  isId: boolean;
}

export function keysOf(written: string): AccountKeys {
  const { kinds, text, masked } = nameOf(written);
  if (masked) return { names: [], masks: [], shown: [maskKey(text)], isId: false };
  const isId = kinds.includes('id');
  if (kinds.includes('email'))
    return { names: [mailbox(text)], masks: masksOfAddress(text).map(maskKey), shown: [], isId };
  if (kinds.length === 0) return { names: [text], masks: [], shown: [], isId };
  const { digits } = numberOf(text);
  const number = kinds.includes('phone') ? [`tel:${digits.slice(-OWN_DIGITS)}`] : [];
  return {
    names: [...(isId ? [text] : []), ...number],
    masks: masksOfDigits(digits).map(maskKey),
    shown: [],
    isId,
  };
}

/** How many characters are hidden the asterisks do not say. */
const maskKey = (mask: string) => `mask:${mask.replace(/^\+/, '').replace(/\*+/g, '*')}`;

/** Of fewer digits that are seen, nothing is counted: too many accounts show them. */
const FEWEST_SEEN = 4;

/**
 * Each with one gap: the releases seen so far hide three digits in the middle, others may hide more or fewer,
 * elsewhere.
 */
function masksOfDigits(digits: string): string[] {
  const masks: string[] = [];
  for (let before = 0; before < digits.length; before++)
    for (let after = 0; before + after < digits.length; after++)
      if (before + after >= FEWEST_SEEN)
        masks.push(`${digits.slice(0, before)}*${digits.slice(digits.length - after)}`);
  return masks;
}

/**
 * As `dumpsys account` hides it, three characters in the middle of the whole, and as pages do, in the part
 * before the @.
 */
function masksOfAddress(address: string): string[] {
  const before = Math.ceil((address.length - 3) / 2);
  const at = address.lastIndexOf('@');
  const masks = new Set([`${address.slice(0, before)}*${address.slice(before + 3)}`]);
  for (let first = 0; first <= 3; first++)
    for (let last = 0; last <= 3; last++)
      if (first + last > 0 && first + last < at)
        masks.add(`${address.slice(0, first)}*${address.slice(at - last)}`);
  return [...masks];
}

/** Whether it can be the name of an account, whole. */
export function isAccount(written: string): boolean {
  const { kinds, text, masked } = nameOf(written);
  return !masked && kinds.length > 0 && (kinds.includes('email') || /^\+?\d{5,15}$/.test(text));
}

const SEPARATOR = /[\s:：,;()،（）]+/;

/**
 * E-mail addresses, and digits that may be an id or a number, that stand in a text among words of any
 * language.
 */
export function namesIn(text: string): string[] {
  const addresses = text.split(SEPARATOR).filter((word) => nameOf(word).kinds.includes('email'));
  if (addresses.length > 0) return addresses;
  const plain = nameOf(text).text;
  const digits = [...plain.matchAll(/[+\d*][\d*().\s-]*[\d*]/g)].map(([found]) => found);
  return digits.filter((found) => /\d/.test(found) && found.replace(/[^\d*]/g, '').length >= 5);
}
