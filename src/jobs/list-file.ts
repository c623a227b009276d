import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../errors.ts';

/** A list as it lies in its file: CSV, JSON or the first sheet of an Excel workbook. */
export interface Table {
  /** What one line is called: the entries of JSON are counted from 1, and the rows of a sheet with the heading. */
  unit: 'row' | 'entry';
  headings: readonly string[];
  /** Without empty ones. */
  lines: readonly TableLine[];
}

export interface TableLine {
  row: number;
  cells: readonly Cell[];
}

/** A number where the file says that it is one: it has lost the zeros it began with, and may have lost digits. */
export type Cell = string | number;

const DELIMITERS = [',', ';', '\t'];

const PROPER = "in Excel: 'Save as' → 'CSV UTF-8 (Comma delimited)' or 'Excel Workbook (*.xlsx)'";

/** Throws a UsageError that quotes nothing of what is in the file, as that may be a password. */
export async function readTable(file: string): Promise<Table> {
  const bytes = contentOf(file);
  const start = bytes.toString('hex', 0, 4);
  if (start.startsWith('504b')) return ofRows(await sheetOf(bytes, file));
  // Compound File Binary, MS-CFB 2.2.
  if (start === 'd0cf11e0')
    throw new UsageError(`'${file}' is a workbook of Excel before 2007, or one with a password.`, `save it anew, ${PROPER}`);
  const text = decoded(bytes, file);
  return /^\s*[[{]/.test(text) ? ofJson(text, file) : ofRows(csvOf(text, file));
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = 'unknown fault' } = error as NodeJS.ErrnoException;
    throw new UsageError(`The list '${file}' cannot be read (${code}).`, 'check its path, and that you may read it');
  }
}

/** UTF-8 with a byte order mark or without, or UTF-16 with one, as Excel writes 'Unicode text'. */
function decoded(bytes: Buffer, file: string): string {
  const mark = bytes.toString('hex', 0, 2);
  if (mark === 'fffe') return new TextDecoder('utf-16le').decode(bytes);
  if (mark === 'feff') return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.includes(0)) throw new UsageError(`'${file}' is neither text nor an Excel workbook.`, `save it anew, ${PROPER}`);
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  let [line, start] = [1, 0];
  for (let end = bytes.indexOf(10); end >= 0 && isUtf8(bytes.subarray(start, end)); end = bytes.indexOf(10, start)) {
    [line, start] = [line + 1, end + 1];
  }
  throw new UsageError(
    `'${file}' is not in UTF-8 (first in line ${line}), so its letters cannot be told for sure: it was saved in an encoding of one country.`,
    `save it anew, ${PROPER}`,
  );
}

function csvOf(text: string, file: string): Cell[][] {
  const [first = ''] = /\S.*/.exec(text) ?? [];
  const parts = (delimiter: string) => first.split(delimiter).length;
  const [delimiter = ','] = DELIMITERS.toSorted((one, other) => parts(other) - parts(one));
  try {
    return parse(text, { delimiter, trim: true, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] });
  } catch (error) {
    // Its message quotes what it stumbled on.
    if (!(error instanceof CsvError)) throw error;
    const where = typeof error.lines === 'number' ? ` from line ${error.lines}` : '';
    const what = error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'is opened and not closed' : 'stands inside a value';
    throw new UsageError(
      `'${file}' cannot be read on${where}: a quotation mark ${what}.`,
      'put the value in quotation marks and write each one inside it twice: "ab""cd"',
    );
  }
}

function ofJson(text: string, file: string): Table {
  const parsed = entriesOf(text, file);
  const headings = [...new Set(parsed.flatMap((entry) => Object.keys(entry)))];
  const lines = parsed.map((entry, at) => ({
    row: at + 1,
    cells: headings.map((heading): Cell => {
      const value = Object.hasOwn(entry, heading) ? entry[heading] : undefined;
      if (value === undefined || value === null) return '';
      if (typeof value === 'string' || typeof value === 'number') return value;
      throw new UsageError(
        `Entry ${at + 1} of '${file}' holds no text under '${heading}'.`,
        'write each value as a text in quotation marks',
      );
    }),
  }));
  return { unit: 'entry', headings, lines };
}

function entriesOf(text: string, file: string): Record<string, unknown>[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    // Its message quotes the text around the fault.
    const [, at] = /position (\d+)/.exec((error as Error).message) ?? [];
    const where = at === undefined ? '' : `, line ${text.slice(0, Number(at)).split('\n').length}`;
    throw new UsageError(
      `'${file}' is not valid JSON${where}.`,
      'an array of objects is taken: [{ "serial": "…", "account": "…", "data": "keep" }]',
    );
  }
  const isObject = (entry: unknown) => typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  if (Array.isArray(parsed) && parsed.every(isObject)) return parsed as Record<string, unknown>[];
  throw new UsageError(
    `'${file}' is not an array of objects.`,
    'write one object for each phone: [{ "serial": "…", "account": "…", "data": "keep" }]',
  );
}

async function sheetOf(bytes: Buffer, file: string): Promise<Cell[][]> {
  const { readSheet } = await import('read-excel-file/node');
  const rows = await readSheet(bytes).catch(() => {
    throw new UsageError(`'${file}' cannot be read as an Excel workbook.`, `save it anew, ${PROPER}`);
  });
  return rows.map((row) => row.map((value) => cellOf(value)));
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === 'boolean' ? String(value) : '';
}

function ofRows(rows: readonly Cell[][]): Table {
  const lines = rows.map((cells, at) => ({ row: at + 1, cells })).filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [heading, ...rest] = lines;
  return { unit: 'row', headings: heading?.cells.map(String) ?? [], lines: rest };
}
