/** Something in a list that is to be corrected, or that its owner should know. */
export interface ListFinding {
  kind: 'problem' | 'warning';
  /** 0: of the list as a whole. */
  row: number;
  column: string;
  /** As it may be shown. */
  value: string;
  /** What is wrong with it, and what to write instead. */
  say: string;
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
  const groups = Map.groupBy(inOrder, ({ column, value, say }) => JSON.stringify([column, value, say]));
  const lines = [...groups.values()].map((group) => {
    const [{ column = '', value = '', say = '' } = {}] = group;
    return [
      rowsInWords(
        group.map(({ row }) => row),
        unit,
      ),
      column,
      value,
      say,
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
  const rows = [...new Set(all)].filter((row) => row > 0);
  if (rows.length === 0) return 'list';
  if (rows.length === 1) return `${unit} ${rows[0]}`;
  const spans: [first: number, last: number][] = [];
  for (const row of rows) {
    const span = spans.at(-1);
    if (span && span[1] === row - 1) span[1] = row;
    else spans.push([row, row]);
  }
  const reported = spans
    .slice(0, 4)
    .map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  const plural = unit === 'entry' ? 'entries' : `${unit}s`;
  return `${plural} ${reported.join(', ')}${spans.length > reported.length ? ` (${rows.length} in all)` : ''}`;
}
