import PostalMime, { type Email } from 'postal-mime';
import { visibleText } from './visible-text.ts';

/** What is handed on of a text; extractCode says of a longer one that it is too long, characters. */
const LONGEST_TEXT = 100_001;
/** Characters of HTML: a page of a few kB has a code. */
const LONGEST_HTML = 256 * 1024;
/** A mail of more lines is a file that was sent. */
const MOST_LINES = 6000;
/** Of a mail in quoted-printable each is a byte; in base64 each is a piece that is decoded by itself. */
const MOST_ESCAPES = 25_000;
/** A mail has one charset a part; one that names more is read as it says, once. */
const MOST_CHARSETS = 50;
const LIMITS = { maxNestingDepth: 32, maxHeadersSize: 256 * 1024, forceRfc822Attachments: true };

export interface Body {
  text: string;
  /** Why it was not read, in plain words. */
  unread?: string;
}

/**
 * The visible text of all parts of a raw mail and of both alternatives, or why it was not read. Never throws.
 */
export async function bodyOf(raw: Uint8Array, count?: (steps: number) => void): Promise<Body> {
  const email = await parsed(shortened(raw));
  if (!email) return { text: '', unread: 'the mail cannot be decoded' };
  count?.(raw.byteLength);
  const given = native(email.text ?? '')
    .replaceAll('\r\n', '\n')
    .trim();
  const plain = MARKUP.test(given) ? seen(given, count) : given;
  const shown = email.html === undefined ? '' : seen(native(email.html), count);
  // Either may hold the code, and either a number that is none beside a sentence such as `Please view in a
  // browser`.
  const texts = [...new Set([plain, shown])].filter((text) => text !== '');
  return { text: texts.join('\n').slice(0, LONGEST_TEXT) };
}

const seen = (html: string, count?: (steps: number) => void) =>
  visibleText(html.slice(0, LONGEST_HTML), count);

/** Some say their HTML is plain text. */
const MARKUP = /^(?:<!doctype html|<html|<body|<table|<div|<p)[\s>]/i;

/**
 * Without the empty lines beyond the second in a row, and without what stands below the lines of any mail:
 * each costs the parser a call.
 */
function shortened(raw: Uint8Array): Buffer {
  const result = Buffer.allocUnsafe(raw.byteLength);
  let length = 0;
  let lines = 0;
  let empty = 0;
  const most = endOfEscapes(raw);
  for (let at = 0; at < most && lines < MOST_LINES;) {
    const feed = raw.indexOf(0x0a, at);
    const end = feed < 0 || feed >= most ? most : feed + 1;
    const bare = end - at <= 2 && (raw[at] === 0x0a || (raw[at] === 0x0d && raw[at + 1] === 0x0a));
    empty = bare ? empty + 1 : 0;
    if (empty <= 2) {
      result.set(raw.subarray(at, end), length);
      length += end - at;
      lines++;
    }
    at = end;
  }
  return result.subarray(0, length);
}

function endOfEscapes(raw: Uint8Array): number {
  let escapes = 0;
  const end = raw.findIndex((byte) => byte === 0x3d && ++escapes > MOST_ESCAPES);
  return end < 0 ? raw.byteLength : end;
}

/**
 * A mail is decoded as it says it is written, unless all of it is UTF-8: gateways and scripts name charsets
 * that is not known, or one they have not used.
 */
async function parsed(raw: Buffer): Promise<Email | undefined> {
  const read = (mail: Buffer) => PostalMime.parse(mail, LIMITS).catch(() => undefined);
  const relabelled = asUtf8(raw);
  const email = relabelled && (await read(relabelled));
  // What is written in 7 bits, or in 16, is no UTF-8 though it decodes as such.
  if (email && !['\ufffd', '\0', '\u001b'].some((one) => `${email.text}${email.html}`.includes(one)))
    return email;
  return read(raw);
}

/** The mail with every other charset said to be UTF-8; undefined where it names none, or more than any mail. */
function asUtf8(raw: Buffer): Buffer | undefined {
  const text = raw.toString('latin1');
  let others = 0;
  const relabelled = text.replace(
    /\bcharset\s{0,9}=\s{0,9}"?([\w.:+-]{1,40})"?/gi,
    (found, label: string) => {
      if (/^utf-?8$/i.test(label)) return found;
      others++;
      return 'charset=utf-8';
    },
  );
  return others === 0 || others > MOST_CHARSETS ? undefined : Buffer.from(relabelled, 'latin1');
}

/**
 * Trap: `charset=utf-16` is read as little endian whatever its byte order mark says; a mark the wrong way
 * round shows it.
 */
function native(text: string): string {
  if (!text.startsWith('\uFFFE')) return text;
  return Buffer.from(text, 'utf16le')
    .swap16()
    .toString('utf16le')
    .replace(/^\uFEFF/, '');
}
