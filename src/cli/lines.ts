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
export const fitting = (text: string, columns: number): string => cliTruncate(text, columns);

/**
 * Broken between words where a line is longer than the terminal is wide; what follows is set in. A word is
 * never broken, so that a path or a command can be copied.
 */
export function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  return text
    .split('\n')
    .map((line) => {
      if (widthOf(line) <= columns) return line;
      const lead = /^ */.exec(line)?.[0].length ?? 0;
      const indent = lead + 2;
      const [first = '', ...rest] = wrapAnsi(line.slice(lead), Math.max(10, columns - indent)).split('\n');
      return [' '.repeat(lead) + first, ...rest.map((more) => ' '.repeat(indent) + more)].join('\n');
    })
    .join('\n');
}

// Fewer columns than this are no room for the last column of a table.
const LAST = 30;
const BETWEEN = '  ';

/**
 * Rows below a heading. Where the terminal is too narrow, the last cell of each row is cut, then set below
 * its row, then each cell has a line of its own. `columns`: of the terminal; without one nothing is cut. Lines
 * that are still too long are left to the terminal's door.
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
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + BETWEEN.length, 0);
  const inLine = (row: readonly string[]) =>
    row
      .map((cell, at) => padded(cell, widths[at] ?? 0))
      .join(BETWEEN)
      .trimEnd();
  const last = heading.length - 1;
  if (columns === undefined || before + (widths[last] ?? 0) <= columns)
    return [heading, ...cells].map(inLine);
  if (before + LAST <= columns) return [heading, ...cells].map((row) => fitting(inLine(row), columns));
  if (before - BETWEEN.length <= columns)
    return [
      inLine(heading.slice(0, last)),
      ...cells.flatMap((row) => [
        inLine(row.slice(0, last)),
        ...(row[last] ? [`${BETWEEN}${row[last]}`] : []),
      ]),
    ];
  return cells.flatMap((row) =>
    row.flatMap((cell, at) => {
      if (at === 0) return [style('bold', cell)];
      return cell === '' ? [] : [`${BETWEEN}${heading[at]?.toLowerCase()}: ${cell}`];
    }),
  );
}
