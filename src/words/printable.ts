/**
 * Text of phones, lists, mails and programs, as it may be shown: nothing in it acts on the terminal that
 * shows it, now or when a log is read.
 */

// C0 but for tab and line feed, DEL and C1: they begin escape sequences (ESC, CSI as U+009B, OSC) or move the
// cursor. Line and paragraph separators and halves of surrogate pairs are no text either.
// eslint-disable-next-line no-control-regex -- they are what it is about
const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]|\p{Surrogate}/gu;
// Marks that turn the direction of writing, so that text reads otherwise than it is, and tags that are not
// seen at all.
const UNSEEN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** Text of several lines. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(ACTING, ' ').replace(UNSEEN, '');
}

/** A value that stands in a line of ours: a cell, a name, a step. It makes no line of its own. */
export function oneLine(text: string): string {
  return printable(text).replace(/[\t\n]/g, ' ');
}

/** Text as a database keeps it: without the one character that it refuses, and halves of surrogate pairs. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

/** JSON that is shown: the same value, with escapes for what would act on a terminal. */
export function printableJson(value: unknown, indent?: number): string {
  const escaped = (character: string) =>
    Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join('');
  // JSON.stringify leaves no C0 in a string; line feeds between the lines are its own.
  return JSON.stringify(value, undefined, indent).replace(ACTING, escaped).replace(UNSEEN, escaped);
}
