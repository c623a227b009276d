import { UsageError } from '../errors.ts';
import { type Finding, quoted } from './list-findings.ts';
import type { Table, TableLine } from './list-file.ts';

/** The columns of a list, and what stands in each. */
export const COLUMNS = {
  serial: "the phone's serial, as 'mi-unbind phones' lists it",
  imei: 'or its IMEI, 15 digits (*#06#)',
  account: 'its Mi Account: id, e-mail address or telephone number',
  password: "the account's password. Better: one of the next two",
  password_env: 'name of the variable (of the environment or of .env) that holds it',
  password_file: 'file whose first line it is, for its owner only to read; a path is taken from where the list is',
  data: 'keep or delete: what becomes of synced data on the phone',
  if_forgotten: 'stop (or empty), or recover: change a password that is missing or wrong',
  code_source: 'with recover: where the code is read from',
  by: 'with recover: phone or email, how the code is sent; empty: as the contact says',
  contact: "with recover: the owner's telephone number or e-mail address the code is sent to",
  reference: 'your own number of the order',
  another_account: 'yes: another account than those that phones show alike, their names being masked; empty: no',
  owner_consent: "the owner's consent, in your words, for the record",
} as const;

export type Column = keyof typeof COLUMNS;

/** Where a password comes from. */
export const PASSWORDS = ['password', 'password_env', 'password_file'] as const satisfies Column[];

/** What no message shows: secrets, and whose they are. */
const HIDDEN: readonly Column[] = [...PASSWORDS, 'account', 'contact'];

/** Of each, one column has to be there. */
const REQUIRED: readonly (readonly Column[])[] = [['serial', 'imei'], ['account'], ['data']];

const names = Object.keys(COLUMNS) as Column[];

/** Where a word is as good as another one it may be taken for: changes of one letter. */
const NEAR = 2;

/** One line of a list, and what is found in it. */
export interface Line {
  row: number;
  /** Without spaces and invisible marks around; empty where there is none. */
  text(column: Column): string;
  /** As the file has it. */
  raw(column: Column): string | number;
  problem(column: Column, say: string): void;
  warning(column: Column, say: string): void;
}

/** The lines under known columns; the headings' findings are told too. */
export function linesOf({ headings, lines, unit }: Table, found: (finding: Finding) => void): Line[] {
  const places = new Map<Column, number>();
  const known = headings.map(headingOf);
  if (unit === 'row' && !known.some(isColumn)) {
    // Not quoted: it may be the first phone, with its password.
    throw new UsageError('The first row of the list names none of its columns.', `put a heading over each column: ${names.join(', ')}`);
  }
  known.forEach((heading, at) => {
    const column = quoted(headings[at] ?? '');
    if (heading === '') {
      if (lines.some(({ cells }) => (cells[at] ?? '') !== ''))
        found({ kind: 'problem', row: 0, column, value: '', say: `column ${at + 1} has values and no heading: name it, or take it out` });
    } else if (isColumn(heading)) {
      if (places.has(heading)) found({ kind: 'problem', row: 0, column, value: '', say: 'there are two such columns: leave one' });
      else places.set(heading, at);
    } else {
      const near = nearest(heading, names);
      const say = near === undefined ? 'no column of ours: it is not read' : `no column of ours: did you mean ${near}?`;
      found({ kind: near === undefined ? 'warning' : 'problem', row: 0, column, value: '', say });
    }
  });
  const missing = REQUIRED.filter((columns) => !columns.some((column) => places.has(column)));
  for (const columns of missing)
    found({ kind: 'problem', row: 0, column: columns.join(' or '), value: '', say: 'there is no such column, and it is needed' });
  return lines.flatMap((line) => (tooLong(line) ? [] : [lineOf(line)]));

  /** Its values have slipped, so none of them is looked at or shown: a part of a password may stand anywhere. */
  function tooLong({ row, cells }: TableLine): boolean {
    if (cells.length <= headings.length || cells.slice(headings.length).every((cell) => cell === '')) return false;
    const say = `${cells.length} values under ${headings.length} headings: a value that holds the delimiter needs quotation marks around it`;
    found({ kind: 'problem', row, column: '', value: '', say });
    return true;
  }

  function lineOf({ row, cells }: TableLine): Line {
    const slipped = cells.length !== headings.length;
    const raw = (column: Column) => cells[places.get(column) ?? -1] ?? '';
    const text = (column: Column) => visible(String(raw(column))).trim();
    const shown = (column: Column) => {
      if (text(column) === '') return 'empty';
      return slipped || HIDDEN.includes(column) ? '[hidden]' : quoted(text(column));
    };
    const tell = (kind: Finding['kind']) => (column: Column, say: string) => {
      // What is said of the list is not said again of each line.
      if (!missing.flat().includes(column)) found({ kind, row, column, value: shown(column), say });
    };
    return { row, raw, text, problem: tell('problem'), warning: tell('warning') };
  }
}

/** The one of `words` that was meant, as far as a few letters tell. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((candidate) => ({ candidate, far: distance(word, candidate) }))
    .filter(({ candidate, far }) => far <= Math.min(NEAR, candidate.length - 2))
    .sort((one, other) => one.far - other.far);
  return best?.candidate;
}

const headingOf = (heading: string) =>
  visible(heading)
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
const isColumn = (heading: string): heading is Column => Object.hasOwn(COLUMNS, heading);

/** Marks of direction and width that come along when something is copied from a web page or a chat. */
const visible = (text: string) => text.replace(/[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '');

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = (above[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      row.push(Math.min(changed, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
