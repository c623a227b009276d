import { isUtf8 } from 'node:buffer';

/**
 * The guards of every secret, whichever way it comes in: environment, `.env`, standard input, file or list. A
 * secret comes in whole, or is refused before it costs a try: only its line end is removed. Length and
 * alphabet are never looked at. No fault quotes the secret.
 */

/** Reads as `it …`. */
export type SecretFault = string;

/** Bytes. What is longer is another file. */
const LARGEST = 64 * 1024;

/**
 * Blanks, and what is not seen: zero-width characters and marks of direction, which a web page or a chat
 * leaves around what is copied from it. What only changes how the letter before it looks (an emoji's variant)
 * is a part of that.
 */
const BLANK = String.raw`[[\s\u2800\p{Default_Ignorable_Code_Point}]--[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]]`;
const BLANK_FIRST = new RegExp(`^${BLANK}`, 'v');
const BLANK_LAST = new RegExp(`${BLANK}$`, 'v');
const BLANK_ALONE = new RegExp(`^${BLANK}$`, 'v');

export const KEEP_BLANKS = '--keep-blanks';

/** A text without blanks and invisible characters at its ends. Never for a secret. */
export function withoutBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && BLANK_ALONE.test(text.charAt(start))) start += 1;
  while (end > start && BLANK_ALONE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** What is wrong with a secret, before it is said in a language. `sign`: as `U+00A0`. */
export interface SecretFlaw {
  kind: 'control' | 'lost' | 'blanks' | 'ends';
  sign?: string;
  place?: number;
}

/** Why a secret is refused; undefined where it is taken as it is. */
export function secretFlaw(value: string, { keepBlanks = false } = {}): SecretFlaw | undefined {
  const control = /\p{Cc}/u.exec(value);
  // At an end a tab or a line end is called a blank too, but nothing keeps it.
  if (control) return { kind: 'control', sign: codeOf(control[0]), place: placeOf(value, control.index) };
  if (/\p{Cs}/u.test(value) || value.includes('\ufffd')) return { kind: 'lost' };
  if (keepBlanks) return undefined;
  const [first, last] = [BLANK_FIRST.exec(value)?.[0], BLANK_LAST.exec(value)?.[0]];
  if (first === undefined && last === undefined) return undefined;
  if (first !== undefined && withoutBlanks(value) === '') return { kind: 'blanks' };
  return { kind: 'ends', sign: codeOf(last ?? first ?? '') };
}

/** The same in English. */
export function secretFault(value: string, given: { keepBlanks?: boolean } = {}): SecretFault | undefined {
  const flaw = secretFlaw(value, given);
  switch (flaw?.kind) {
    case undefined:
      return undefined;
    case 'control':
      return `holds a control character (${flaw.sign} at place ${flaw.place})`;
    case 'lost':
      return 'holds a character that was lost on the way (U+FFFD): write it anew, in UTF-8';
    case 'blanks':
      return 'holds nothing but blanks';
    case 'ends':
      return blankEnds(value);
  }
}

function blankEnds(value: string): SecretFault {
  const [first, last] = [BLANK_FIRST.exec(value)?.[0], BLANK_LAST.exec(value)?.[0]];
  const where =
    first !== undefined && last !== undefined ? 'begins and ends' : first !== undefined ? 'begins' : 'ends';
  return `${where} with ${blankInWords(last ?? first ?? '')}`;
}

/** The first line of a file or of standard input, without its line end. */
export function firstLineOf(bytes: Uint8Array): { line: string } | { fault: SecretFault } {
  if (bytes.length > LARGEST) return { fault: 'is too large to hold a password only' };
  const decoded = textOf(bytes);
  if ('fault' in decoded) return decoded;
  const [line = ''] = decoded.text.split(/\r?\n/);
  // The only line end of an old Mac's file.
  return { line: decoded.text.includes('\n') ? line : line.replace(/\r$/, '') };
}

/** Whether the first line of what has come so far is complete. */
export function holdsLine(bytes: Uint8Array): boolean {
  const mark = markOf(bytes);
  if (mark === undefined || mark === 'utf-8') return bytes.includes(10) || bytes.length > LARGEST;
  const low = mark === 'utf-16le' ? 0 : 1;
  return (
    bytes.length > LARGEST ||
    bytes.some((byte, at) => at % 2 === low && byte === 10 && bytes[at + 1 - 2 * low] === 0)
  );
}

/**
 * A text in UTF-8, with a byte order mark or without, or in UTF-16 with one. Anything else is refused in
 * words.
 */
export function textOf(bytes: Uint8Array): { text: string } | { fault: SecretFault } {
  const mark = markOf(bytes);
  if (mark === 'utf-16le' || mark === 'utf-16be') {
    if (bytes.length % 2 !== 0)
      return { fault: 'is in UTF-16 and breaks off in the middle of a character: save it anew, in UTF-8' };
    return { text: new TextDecoder(mark).decode(bytes) };
  }
  if (isUtf16(bytes)) return { fault: 'is in UTF-16 without a byte order mark: save it anew, in UTF-8' };
  if (!isUtf8(bytes)) return { fault: 'is not in UTF-8: save it anew, in UTF-8' };
  return { text: new TextDecoder().decode(bytes) };
}

export function markOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined;
}

/** Letters of Latin have a zero in every other byte. */
function isUtf16(bytes: Uint8Array): boolean {
  return utf16Of(bytes) !== undefined;
}

/** Which UTF-16 a text without a mark is in, where at least every fourth character shows it. */
export function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes.length < 2 || bytes.length % 2 !== 0) return undefined;
  const zeros = [0, 0];
  for (const [at, byte] of bytes.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd * 8 >= bytes.length && even * 8 <= odd) return 'utf-16le';
  return even * 8 >= bytes.length && odd * 8 <= even ? 'utf-16be' : undefined;
}

function blankInWords(blank: string): string {
  if (blank === ' ') return 'a space';
  const kind =
    blank === '\u00a0'
      ? 'a no-break space'
      : /\s/.test(blank) && blank !== '\ufeff'
        ? 'a blank'
        : 'an invisible character';
  return `${kind} (${codeOf(blank)})`;
}

const codeOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Counted as people count, from 1. */
const placeOf = (value: string, index: number) => [...value.slice(0, index)].length + 1;
