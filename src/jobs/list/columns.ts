import { nearest } from '../../config/nearest.ts';
import { withoutBlanks } from '../../config/secret-text.ts';
import { storable } from '../../words/printable.ts';
import type { ListTable, TableLine } from './file.ts';
import { type ListFinding, quoted } from './findings.ts';
import { saying, type Saying } from './sayings.ts';
import { type Column, columnNames, columnOf, formOf, isOwnName } from './headings.ts';
import type { SheetCell } from './workbook.ts';

/** Where a password comes from. */
export const PASSWORDS = ['password', 'password_env', 'password_file'] as const satisfies Column[];

/** What no message shows: secrets, and whose they are. */
const HIDDEN: readonly Column[] = [...PASSWORDS, 'account', 'contact', 'owner_email'];

/** Of each, one column has to be there. */
const REQUIRED: readonly (readonly Column[])[] = [['serial', 'imei', 'imei2'], ['account'], ['data']];

/** What a list's own words have to be in, to be the one of two columns of that name. */
const DATA = /^(keep|delete)$/i;

/** One line of a list, and what is found in it. */
export interface Line {
  row: number;
  /** Without spaces and invisible marks around, letters in their usual width; empty where there is none. */
  text(column: Column): string;
  /** As the file has it. */
  raw(column: Column): SheetCell;
  problem(column: Column, what: Saying): void;
  warning(column: Column, what: Saying): void;
}

type Find = (finding: ListFinding) => void;

/** The lines under known columns; the headings' findings are reported too. */
export function linesOf(table: ListTable, found: Find): Line[] {
  const { headings, lines, notes } = table;
  for (const note of notes) found({ kind: 'warning', row: 0, column: '', value: '', ...note });
  const places = placesOf(table, found);
  const missing = REQUIRED.filter((columns) => !columns.some((column) => places.has(column)));
  for (const columns of missing) {
    const near = headings.find(
      (heading) => columnOf(heading) === undefined && nearest(formOf(heading), columns) !== undefined,
    );
    const what =
      near === undefined ? saying('column-missing') : saying('column-missing-near', { near: quoted(near) });
    found({ kind: 'problem', row: 0, column: columns.slice(0, 2).join(' or '), value: '', ...what });
  }
  return lines.flatMap((line) => (tooLong(line) ? [] : [lineOf(line)]));

  /**
   * Its values have slipped, so none of them is looked at or shown: a part of a password may stand anywhere.
   */
  function tooLong({ row, cells }: TableLine): boolean {
    if (
      cells.length <= headings.length ||
      cells.slice(headings.length).every((cell) => withoutBlanks(String(cell)) === '')
    )
      return false;
    const what = saying('slipped', { values: cells.length, headings: headings.length });
    found({ kind: 'problem', row, column: '', value: '', ...what });
    return true;
  }

  function lineOf({ row, cells }: TableLine): Line {
    const slipped = cells.length !== headings.length;
    const raw = (column: Column) => cells[places.get(column) ?? -1] ?? '';
    const text = (column: Column) => textOf(column, raw(column));
    const shown = (column: Column) => {
      if (text(column) === '') return 'empty';
      return slipped || HIDDEN.includes(column) ? '[hidden]' : quoted(text(column));
    };
    const tell = (kind: ListFinding['kind']) => (column: Column, what: Saying) => {
      // What is said of the list is not said again of each line.
      if (!missing.flat().includes(column)) found({ kind, row, column, value: shown(column), ...what });
    };
    return { row, raw, text, problem: tell('problem'), warning: tell('warning') };
  }
}

/**
 * Letters of full width are those of a keyboard for Chinese or Japanese; words of the lab's own stay as they
 * are, where a database can keep them. A password is never changed.
 */
function textOf(column: Column, cell: SheetCell): string {
  const text = withoutBlanks(cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell));
  if (PASSWORDS.some((one) => one === column)) return text;
  return column === 'reference' || column === 'owner_consent'
    ? storable(text)
    : storable(text).normalize('NFKC');
}

/** Which heading each column of ours has; what is none of ours is left out, and said. */
function placesOf({ headings, lines }: ListTable, found: Find): Map<Column, number> {
  const say = (kind: ListFinding['kind'], at: number, ...[code, values]: Parameters<typeof saying>) =>
    found({ kind, row: 0, column: quoted(headings[at] ?? ''), value: '', ...saying(code, values) });
  const named = headings.map((heading, at) => ({ at, heading, column: columnOf(heading) }));
  const places = new Map<Column, number>();
  for (const column of columnNames) {
    const all = named.filter((one) => one.column === column);
    const [first, another] = preferred(column, all, lines);
    if (first === undefined) continue;
    places.set(column, first.at);
    if (another !== undefined) say('problem', another.at, 'column-twice');
    else if (!isOwnName(first.heading, column)) say('warning', first.at, 'read-as', { column });
    for (const { at } of all.filter((one) => one !== first && one !== another))
      say('warning', at, 'not-read', { heading: quoted(first.heading), column });
  }
  for (const { at, heading, column } of named) {
    if (column !== undefined) continue;
    if (withoutBlanks(heading) !== '') foreign(heading, at);
    else if (lines.some(({ cells }) => withoutBlanks(String(cells[at] ?? '')) !== ''))
      say('warning', at, 'no-heading', { at: at + 1 });
  }
  return places;

  function foreign(heading: string, at: number): void {
    const near = nearest(
      formOf(heading),
      columnNames.filter((column) => !places.has(column)),
    ) as Column | undefined;
    const hasNone = !PASSWORDS.some((column) => places.has(column));
    // Without its passwords the list would be worked off with Cancel on every phone.
    if (near !== undefined && hasNone && PASSWORDS.some((column) => column === near))
      say('problem', at, 'foreign-password', { near });
    else if (near === undefined) say('warning', at, 'foreign');
    else say('warning', at, 'foreign-near', { near });
  }
}

interface Named {
  at: number;
  heading: string;
}

/**
 * Of headings that name one column: its own name before another one, and "data" over words of ours before a
 * date in another language.
 */
function preferred(column: Column, all: readonly Named[], lines: readonly TableLine[]): readonly Named[] {
  if (all.length < 2) return all;
  const ours =
    column === 'data'
      ? all.filter(({ at }) => lines.some(({ cells }) => DATA.test(withoutBlanks(String(cells[at] ?? '')))))
      : [];
  if (ours.length === 1) return ours;
  const own = all.filter(({ heading }) => isOwnName(heading, column));
  return own.length > 0 ? own : all;
}
