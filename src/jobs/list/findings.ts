import { inEnglish, type Saying } from './sayings.ts';

/** Something in a list that is to be corrected, or that its owner should know: what is wrong, and what to write. */
export interface ListFinding extends Saying {
  kind: 'problem' | 'warning';
  /** 0: of the list as a whole. */
  row: number;
  column: string;
  /** As it may be shown. */
  value: string;
}

/** Lines shown before the rest is counted only. */
const MOST = 100;
const WIDEST = 30;

/** A value that may be shown, short and on one line. */
export function quoted(value: string): string {
  // eslint-disable-next-line no-control-regex -- they would act on the terminal
  const plain = value.replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·');
  return `'${plain.length > WIDEST ? `${plain.slice(0, WIDEST - 1)}…` : plain}'`;
}

/** A table for the terminal: the same of many rows on one line. */
export function tableOf(findings: readonly ListFinding[], unit: 'row' | 'entry' = 'row'): string {
  const inOrder = findings.toSorted((one, other) => one.row - other.row);
  const groups = Map.groupBy(inOrder, (one) => JSON.stringify([one.column, one.value, inEnglish(one)]));
  const lines = [...groups.values()].map((group) => {
    const [first] = group;
    return [
      rowsInWords(
        group.map(({ row }) => row),
        unit,
      ),
      first?.column ?? '',
      first?.value ?? '',
      first ? inEnglish(first) : '',
    ];
  });
  const widths = [0, 1, 2].map((at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const shown = lines
    .slice(0, MOST)
    .map((line) => `  ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
  return [...shown, ...(lines.length > MOST ? [`  … and ${lines.length - MOST} more`] : [])].join('\n');
}

/** `row 2`, `rows 2–5, 9`; of very many the first ones. */
export function rowsInWords(all: readonly number[], unit: 'row' | 'entry' = 'row'): string {
  const { spans, count } = rowsInShort(all);
  if (count === 0) return 'list';
  if (count === 1) return `${unit} ${spans}`;
  const plural = unit === 'entry' ? 'entries' : `${unit}s`;
  return `${plural} ${spans}`;
}

/** `2`, `2–5, 9`; of very many the first ones, with how many there are in `all`. */
export function rowsInShort(
  all: readonly number[],
  inAll: (count: number) => string = (count) => ` (${count} in all)`,
): { spans: string; count: number } {
  const rows = [...new Set(all)].filter((row) => row > 0);
  const spans: [first: number, last: number][] = [];
  for (const row of rows) {
    const span = spans.at(-1);
    if (span && span[1] === row - 1) span[1] = row;
    else spans.push([row, row]);
  }
  const reported = spans
    .slice(0, 4)
    .map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  const rest = spans.length > reported.length ? inAll(rows.length) : '';
  return { spans: `${reported.join(', ')}${rest}`, count: rows.length };
}
