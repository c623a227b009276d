import { readFileSync } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { fileFault } from '../../words/file-fault.ts';
import { csvOf } from './csv.ts';
import { columnNames, headingIn } from './headings.ts';
import { PROPER, textOfList } from './text.ts';
import { ListError, saying, type Saying } from './sayings.ts';
import { type SheetCell, sheetOf } from './workbook.ts';

/** A list as it lies in its file: CSV, JSON or a sheet of an Excel workbook. */
export interface ListTable {
  /**
   * What one line is called: the entries of JSON are counted from 1, and the rows of a sheet with the
   * heading.
   */
  unit: 'row' | 'entry';
  headings: readonly string[];
  /** Without empty ones. */
  lines: readonly TableLine[];
  /** What its owner should know of how it was read. */
  notes: readonly Saying[];
  /** Its letters were guessed by the headings, so no secret is read from them. */
  isGuessed: boolean;
}

export interface TableLine {
  row: number;
  cells: readonly SheetCell[];
}

/**
 * Throws a UsageError that quotes nothing of what is in the file, as that may be a password. `sheet`: of a
 * workbook with several. `largest`: bytes a workbook may unfold to.
 */
export async function readTable(
  file: string,
  { sheet, largest }: { sheet?: string | undefined; largest?: number | undefined } = {},
): Promise<ListTable> {
  const bytes = contentOf(file);
  const start = bytes.toString('hex', 0, 4);
  if (start.startsWith('504b')) {
    const { rows, notes } = await sheetOf(bytes, file, { asked: sheet, largest });
    return ofRows(rows, notes);
  }
  if (sheet !== undefined)
    throw new UsageError(`'${file}' is no workbook, so it has no sheets.`, 'leave --sheet out');
  // Compound File Binary, MS-CFB 2.2.
  if (start === 'd0cf11e0')
    throw new ListError(
      { fault: 'old-workbook' },
      `'${file}' is a workbook of Excel before 2007, or one with a password.`,
      `save it anew, ${PROPER}`,
    );
  const { text, guessed } = textOfList(bytes, file);
  const notes = guessed === undefined ? [] : [saying('note.encoding', { encoding: guessed })];
  const table = /^\s*[[{]/.test(text) ? ofJson(text, file) : ofRows(csvOf(text, file), notes);
  return { ...table, isGuessed: guessed !== undefined };
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(
      `The list '${file}' cannot be read: ${fileFault(error)}.`,
      'check its path, and that you may read it',
    );
  }
}

function ofJson(text: string, file: string): ListTable {
  const parsed = entriesOf(text, file);
  const headings = [...new Set(parsed.flatMap((entry) => Object.keys(entry)))];
  const lines = parsed.map((entry, at) => ({
    row: at + 1,
    cells: headings.map((heading): SheetCell => {
      const value = Object.hasOwn(entry, heading) ? entry[heading] : undefined;
      if (value === undefined || value === null) return '';
      if (typeof value === 'string' || typeof value === 'number') return value;
      throw new ListError(
        { fault: 'json-entry', values: { row: at + 1, column: heading.slice(0, 40) } },
        `Entry ${at + 1} of '${file}' holds no text under '${heading}'.`,
        'write each value as a text in quotation marks',
      );
    }),
  }));
  return { unit: 'entry', headings, lines, notes: [], isGuessed: false };
}

function entriesOf(text: string, file: string): Record<string, unknown>[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    // Its message quotes the text around the fault.
    const [, at] = /position (\d+)/.exec((error as Error).message) ?? [];
    const where = at === undefined ? '' : `, line ${text.slice(0, Number(at)).split('\n').length}`;
    throw new ListError(
      { fault: 'json' },
      `'${file}' is not valid JSON${where}.`,
      'an array of objects is taken: [{ "serial": "…", "account": "…", "data": "keep" }]',
    );
  }
  const isObject = (entry: unknown) => typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  if (Array.isArray(parsed) && parsed.every(isObject)) return parsed as Record<string, unknown>[];
  throw new ListError(
    { fault: 'json-array' },
    `'${file}' is not an array of objects.`,
    'write one object for each phone: [{ "serial": "…", "account": "…", "data": "keep" }]',
  );
}

function ofRows(rows: readonly (readonly SheetCell[])[], notes: readonly Saying[]): ListTable {
  const lines = rows
    .map((cells, at) => ({ row: at + 1, cells }))
    .filter(({ cells }) => cells.some((cell) => !isEmpty(cell)));
  if (lines.length === 0)
    throw new ListError(
      { fault: 'empty' },
      'The list is empty.',
      `begin it with a heading over each column: ${columnNames.join(', ')}`,
    );
  const { at, known } = headingIn(lines.map(({ cells }) => cells));
  // Not quoted: it may be the first phone, with its password.
  if (known === 0)
    throw new ListError(
      { fault: 'headings' },
      'The first row of the list names none of its columns.',
      `put a heading over each column: ${columnNames.join(', ')}`,
    );
  const { row = 1, cells = [] } = lines[at] ?? {};
  return {
    unit: 'row',
    headings: cells.map((cell) => (cell instanceof Date ? '' : String(cell))),
    lines: lines.slice(at + 1),
    notes: [...notes, ...(at === 0 ? [] : [saying('note.heading', { row })])],
    isGuessed: false,
  };
}

const isEmpty = (cell: SheetCell) => typeof cell === 'string' && cell.trim() === '';
