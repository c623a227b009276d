import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { inspect } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import { oneLine, printable } from '../words/printable.ts';

/** How lines for people are made: styles, widths, tables. Pure; `terminal.ts` writes them. */

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

// No text from outside can hold it, so only styles of ours come out as escape codes.
const OWN = crypto.randomUUID();
const MARK = new RegExp(`<${OWN}:(\\d+)>`);

/** A style for a terminal; where text goes elsewhere, it is left out. */
export function style(name: Style, text: string): string {
  const [on, off] = inspect.colors[name] as [number, number];
  return `<${OWN}:${on}>${text}<${OWN}:${off}>`;
}

/** Text as it may be written: with our styles or without, and with no other escape codes. */
export function painted(text: string, isStyled: boolean): string {
  return text
    .split(MARK)
    .map((part, at) => (at % 2 === 0 ? printable(part) : isStyled ? `\x1b[${part}m` : ''))
    .join('');
}

/** Columns a painted text takes on a terminal. */
export const widthOf = (text: string): number => stringWidth(text);

/** At least so many columns. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)));

/** Not wider than so many columns. */
export function fitting(text: string, columns: number): string {
  const cut = cliTruncate(text, columns);
  // Before a character of two columns it may leave the mark one column too far right.
  return widthOf(cut) <= columns ? cut : cliTruncate(text, columns - 1);
}

/**
 * Broken between words where a line is longer than the terminal is wide. What follows is set in: below the last
 * cell where the line has several (two blanks between them), or that cell gets lines of its own where it would
 * begin in the right half. A word is never broken, so that a path or a command can be copied.
 */
export function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  return text
    .split('\n')
    .flatMap((line) => (widthOf(line) <= columns ? [line] : broken(line, columns)))
    .join('\n');
}

function broken(line: string, columns: number): string[] {
  const lead = /^ */.exec(line)?.[0].length ?? 0;
  const [cells = '', last] = beforeLastCell(line, lead, columns);
  if (last === undefined) return brokenAt(line.slice(lead), ' '.repeat(lead), lead + 2, columns);
  if (widthOf(cells) <= columns / 2) return brokenAt(last, cells, widthOf(cells), columns);
  const below = ' '.repeat(lead + 2);
  return [...wrapped(cells.trimEnd(), columns).split('\n'), ...brokenAt(last, below, below.length, columns)];
}

/** The line with its gap up to the last cell that begins in it, and that cell; all in one where there is none. */
function beforeLastCell(line: string, lead: number, columns: number): [string, string?] {
  const gap = [...line.slice(lead).matchAll(/ {2,}(?=\S)/g)]
    .map(({ index, 0: blanks }) => lead + index + blanks.length)
    .findLast((end) => widthOf(line.slice(0, end)) < columns);
  return gap === undefined ? [line] : [line.slice(0, gap), line.slice(gap)];
}

function brokenAt(text: string, before: string, indent: number, columns: number): string[] {
  const [first = '', ...rest] = wrapAnsi(text, Math.max(10, columns - indent)).split('\n');
  return [before + first, ...rest.map((more) => ' '.repeat(indent) + more)];
}

// Fewer columns than this are no room for the last column of a table.
const LAST = 30;
const BETWEEN = '  ';

/**
 * Rows below a heading. Where the terminal is too narrow, the last cell of each row is cut, then set below its
 * row, then more of the last cells are, each with its name; where not half of them fit, all but the first.
 * `columns`: of the terminal; without one nothing is cut. Lines that are still too long are left to the
 * terminal's door.
 */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string[] {
  const cells = rows.map((row) => row.map(oneLine));
  const widths = heading.map((name, at) =>
    Math.max(...[name, ...cells.map((row) => row[at] ?? '')].map(widthOf)),
  );
  const widthUpTo = (count: number) =>
    widths.slice(0, count).reduce((sum, width) => sum + width + BETWEEN.length, -BETWEEN.length);
  const inLine = (row: readonly string[]) =>
    row
      .map((cell, at) => padded(cell, widths[at] ?? 0))
      .join(BETWEEN)
      .trimEnd();
  const all = heading.length;
  if (columns === undefined || widthUpTo(all) <= columns) return [heading, ...cells].map(inLine);
  if (widthUpTo(all - 1) + BETWEEN.length + LAST <= columns)
    return [heading, ...cells].map((row) => fitting(inLine(row), columns));
  const fit = heading.findLastIndex((_, at) => widthUpTo(at + 1) <= columns) + 1;
  const kept = fit * 2 < all ? 1 : fit;
  const below = named(heading.slice(kept));
  return [
    ...(kept > 1 ? [inLine(heading.slice(0, kept))] : []),
    ...cells.flatMap((row) => [
      kept > 1 ? inLine(row.slice(0, kept)) : style('bold', row[0] ?? ''),
      ...below(row.slice(kept)),
    ]),
  ];
}

/** Cells below their row, each after its name unless it is the only one; those that are empty are left out. */
function named(names: readonly string[]): (cells: readonly string[]) => string[] {
  const width = Math.max(...names.map(widthOf));
  const name = (at: number) =>
    names.length > 1 ? style('dim', padded(names[at] ?? '', width)) + BETWEEN : '';
  return (cells) => cells.flatMap((cell, at) => (cell === '' ? [] : [`${BETWEEN}${name(at)}${cell}`]));
}
