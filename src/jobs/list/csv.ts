import { CsvError, parse } from 'csv-parse/sync';
import { knownIn } from './headings.ts';
import { ListError } from './sayings.ts';

const DELIMITERS = [',', ';', '\t', '|'];

/** Rows in which the heading is looked for: above it may stand a title. */
const FIRST = 30;

/** A formula that is a text, which programs write so that a spreadsheet keeps its digits. */
const AS_TEXT = /^="((?:[^"]|"")*)"$/s;

/** Where Excel reads what stands between two values; it does not count as a row there. */
const SEP = /^\ufeff?[^\S\n]*"?sep=(.)"?[^\n]*(?:\r?\n|$)/i;

/**
 * The rows of a CSV file: the values as they are, with the blanks around them, but for what is written around
 * them for a spreadsheet. Throws a UsageError that quotes nothing of what is in the file.
 */
export function csvOf(text: string, file: string): string[][] {
  const [line = '', sep] = SEP.exec(text) ?? [];
  const rest = text.slice(line.length);
  const delimiter = sep ?? delimiterOf(rest);
  const trimmed = parsed(rest, delimiter, file, true);
  // Read once more for the blanks, which are a part of a password. A quotation mark behind a blank takes the
  // rows apart otherwise.
  const whole = parsed(rest, delimiter, file, false);
  const isSame = whole.length === trimmed.length;
  return trimmed.map((cells, row) => {
    const blanks = isSame && whole[row]?.length === cells.length ? whole[row] : cells;
    return cells.map(({ text: value, isQuoted }, at) => {
      if (isQuoted) return unwrapped(value);
      const raw = blanks[at]?.text ?? value;
      return AS_TEXT.test(value) ? unwrapped(value) : raw.trim() === value ? raw : value;
    });
  });
}

const unwrapped = (value: string) => AS_TEXT.exec(value)?.[1]?.replaceAll('""', '"') ?? value;

/** The one that takes most headings apart; else the one the first line has most of. */
function delimiterOf(text: string): string {
  const lines = text.split(/\r\n|\n|\r/, FIRST);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  const scored = DELIMITERS.map((delimiter) => {
    const cells = (line: string) =>
      line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    return {
      delimiter,
      known: Math.max(0, ...lines.map((line) => knownIn(cells(line)))),
      parts: first.split(delimiter).length,
    };
  });
  const [best] = scored.toSorted((one, other) => other.known - one.known || other.parts - one.parts);
  return best?.delimiter ?? ',';
}

interface CsvCell {
  text: string;
  isQuoted: boolean;
}

function parsed(text: string, delimiter: string, file: string, trim: boolean): CsvCell[][] {
  let stray: number | undefined;
  const options = {
    ...{
      delimiter,
      trim,
      relax_column_count: true,
      relax_quotes: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    },
    cast: (value: string, { quoting, lines }: { quoting: boolean; lines: number }): unknown => {
      if (!quoting && value.includes('"') && !AS_TEXT.test(value)) stray ??= lines;
      return { text: value, isQuoted: quoting };
    },
  };
  try {
    const rows = parse(text, options) as unknown as CsvCell[][];
    if (trim && stray !== undefined) throw quoteFault(file, stray, 'stands inside a value');
    return rows;
  } catch (error) {
    // Its message quotes what it stumbled on.
    if (!(error instanceof CsvError)) throw error;
    if (!trim) return [];
    const line = typeof error.lines === 'number' ? error.lines : undefined;
    throw quoteFault(
      file,
      line,
      error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'is opened and not closed' : 'stands inside a value',
    );
  }
}

function quoteFault(file: string, line: number | undefined, what: string): ListError {
  return new ListError(
    { fault: 'quote', values: { line: line ?? '?' } },
    `'${file}' cannot be read on${line === undefined ? '' : ` from line ${line}`}: a quotation mark ${what}.`,
    'put the value in quotation marks and write each one inside it twice: "ab""cd"',
  );
}
