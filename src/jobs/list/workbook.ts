import { strFromU8, zipSync } from 'fflate';
import { UsageError } from '../../errors.ts';
import { openZipBytes } from '../../formats/zip.ts';
import { headingIn } from './headings.ts';
import { ListError, saying, type Saying } from './sayings.ts';
import { PROPER } from './text.ts';

/**
 * A number where the file says that it is one: it has lost the zeros it began with, and may have lost digits.
 * A date where a spreadsheet took what was entered for one.
 */
export type SheetCell = string | number | Date;

export interface Sheet {
  rows: SheetCell[][];
  /** What its owner should know: which sheet it is, and what is hidden in it. */
  notes: Saying[];
}

interface SheetPart {
  name: string;
  isHidden: boolean;
  rows: SheetCell[][];
  hiddenRows: number[];
}

/** Bytes a workbook of phones may unfold to. */
const LARGEST = 200 * 1024 * 1024;
/** Files in a workbook; one of phones has some ten. */
const MOST_FILES = 10_000;

const ELEMENT = String.raw`<(?:\w+:)?`;

/** The sheet of a workbook that is the list: the one that is asked for, else the one with our headings. */
export async function sheetOf(
  bytes: Buffer,
  file: string,
  { asked, largest = LARGEST }: { asked?: string | undefined; largest?: number | undefined } = {},
): Promise<Sheet> {
  const sheets = await sheetsOf(bytes, file, largest);
  const { name, isHidden, rows, hiddenRows } = chosen(sheets, file, asked);
  const others = sheets.filter((sheet) => sheet.name !== name).map((sheet) => `'${sheet.name}'`);
  return {
    rows,
    notes: [
      ...(others.length === 0 ? [] : [saying('note.sheet', { sheet: name, others: others.join(', ') })]),
      ...(isHidden ? [saying('note.hidden-sheet', { sheet: name })] : []),
      ...(hiddenRows.length === 0
        ? []
        : [
            saying('note.hidden-rows', {
              rows: inShort(hiddenRows),
              numbers: inShort(hiddenRows, (left) => ` (+${left})`),
            }),
          ]),
    ],
  };
}

const inShort = (rows: readonly number[], more = (left: number) => ` and ${left} more`) =>
  `${rows.slice(0, 10).join(', ')}${rows.length > 10 ? more(rows.length - 10) : ''}`;

function chosen(sheets: readonly SheetPart[], file: string, asked?: string): SheetPart {
  const names = (some: readonly SheetPart[]) => some.map(({ name }) => `'${name}'`).join(', ');
  if (asked !== undefined) {
    const found =
      sheets.find(({ name }) => name === asked) ??
      sheets.find(({ name }) => name.trim().toLowerCase() === asked.trim().toLowerCase());
    if (found) return found;
    throw new UsageError(`'${file}' has no sheet '${asked}'.`, `it has ${names(sheets)}`);
  }
  const known = sheets.map((sheet) => ({ sheet, known: headingIn(filled(sheet.rows)).known }));
  const withOurs = known.filter((one) => one.known > 1).map(({ sheet }) => sheet);
  const visible = withOurs.filter(({ isHidden }) => !isHidden);
  if (visible.length > 1 || (visible.length === 0 && withOurs.length > 1)) {
    const several = visible.length > 1 ? visible : withOurs;
    const [first] = several;
    throw new ListError(
      { fault: 'sheets', values: { sheets: names(several) } },
      `'${file}' has ${several.length} sheets that are lists of phones: ${names(several)}. Which one is meant is not known.`,
      `say which one: --sheet '${first?.name ?? ''}'`,
    );
  }
  const found = visible[0] ?? withOurs[0] ?? sheets.find(({ isHidden }) => !isHidden) ?? sheets[0];
  if (found) return found;
  throw new ListError({ fault: 'no-sheet' }, `'${file}' has no sheet.`, `save it anew, ${PROPER}`);
}

const filled = (rows: readonly SheetCell[][]) => rows.filter((cells) => cells.some((cell) => cell !== ''));

async function sheetsOf(bytes: Buffer, file: string, largest: number): Promise<SheetPart[]> {
  const broken = () =>
    new ListError(
      { fault: 'workbook' },
      `'${file}' cannot be read as an Excel workbook.`,
      `save it anew, ${PROPER}`,
    );
  try {
    const unfolded = await partsOf(bytes, file, largest);
    const parts = textsOf(unfolded);
    const { default: readWorkbook } = await import('read-excel-file/node');
    // Made anew of what was unfolded in bounds: the reader has none of its own.
    const sheets = await readWorkbook(Buffer.from(zipSync(unfolded, { level: 0 })), { trim: false });
    const files = sheetFiles(parts);
    return sheets.map(({ sheet: name, data }, at) => {
      const { path, isHidden } = files.length === sheets.length ? (files[at] ?? NO_FILE) : NO_FILE;
      const xml = parts.get(path) ?? '';
      const rows = data.map((row) => row.map((value) => cellOf(value)));
      for (const { row, column, text } of unreadIn(xml)) {
        const cells = (rows[row] ??= []);
        while (cells.length <= column) cells.push('');
        cells[column] = text;
      }
      return { name, isHidden, rows, hiddenRows: hiddenRowsIn(xml) };
    });
  } catch (error) {
    throw error instanceof UsageError ? error : broken();
  }
}

const NO_FILE = { path: '', isHidden: false };

/** Its parts that are XML, by their paths. What lies about its size is unfolded no further than it says. */
async function partsOf(bytes: Buffer, file: string, largest: number): Promise<Record<string, Uint8Array>> {
  await using zip = await openZipBytes(bytes, { files: MOST_FILES, bytes: largest });
  if (zip.names.reduce((sum, name) => sum + zip.sizeOf(name), 0) > largest)
    throw new ListError(
      { fault: 'large' },
      `'${file}' unfolds to more than a list of phones can be.`,
      `save it anew, ${PROPER}`,
    );
  const parts: Record<string, Uint8Array> = {};
  for (const name of zip.names.filter((one) => /\.(xml|rels)$/i.test(one)))
    parts[name] = (await zip.read(name, largest)) ?? new Uint8Array();
  return parts;
}

const READ = /^\/?xl\/(workbook\.xml|_rels\/workbook\.xml\.rels|worksheets\/[^/]+\.xml)$/i;

/** The texts of parts that are read here, by their paths. */
function textsOf(parts: Readonly<Record<string, Uint8Array>>): Map<string, string> {
  const read = Object.entries(parts).filter(([name]) => READ.test(name));
  return new Map(read.map(([name, part]) => [name.replace(/^\//, ''), strFromU8(part)]));
}

/** Where each sheet lies, in the workbook's order (ECMA-376 part 1, 18.2.19). */
function sheetFiles(parts: ReadonlyMap<string, string>): { path: string; isHidden: boolean }[] {
  const relations = new Map(
    elements(parts.get('xl/_rels/workbook.xml.rels') ?? '', 'Relationship').map(
      ({ Id = '', Target = '' }) => [Id, Target],
    ),
  );
  return elements(parts.get('xl/workbook.xml') ?? '', 'sheet').map((attributes) => {
    const target = relations.get(attributes.id ?? '') ?? '';
    return {
      path: target.startsWith('/') ? target.slice(1) : `xl/${target}`,
      isHidden: ['hidden', 'veryHidden'].includes(attributes.state ?? ''),
    };
  });
}

/** The attributes of each element of this name, without prefixes. */
function elements(xml: string, name: string): Record<string, string>[] {
  return [...xml.matchAll(new RegExp(`${ELEMENT}${name}\\b([^>]*)>`, 'g'))].map(([, text = '']) =>
    attributesOf(text),
  );
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(?:\w+:)?(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key = '', one, other]) => [
      key,
      one ?? other ?? '',
    ]),
  );
}

/** Said of a cell with a formula whose value the workbook does not hold. */
export const NO_VALUE = '#VALUE?';

/** Cells whose value the reader leaves out: errors such as #N/A, and formulas that were never worked out. */
function unreadIn(xml: string): { row: number; column: number; text: string }[] {
  const cells = xml.matchAll(
    new RegExp(`${ELEMENT}c\\b([^>]*[^/>])>((?:(?!${ELEMENT}c\\b)[^])*?)</(?:\\w+:)?c>`, 'g'),
  );
  return [...cells].flatMap(([, text = '', inside = '']) => {
    const { r = '', t } = attributesOf(text);
    const [, letters = '', digits = ''] = /^([A-Z]+)(\d+)$/.exec(r) ?? [];
    const value = new RegExp(`${ELEMENT}v[^>]*>([^<]*)<`).exec(inside)?.[1];
    const isError = t === 'e';
    const isOpen = new RegExp(`${ELEMENT}f\\b`).test(inside) && value === undefined;
    if (letters === '' || (!isError && !isOpen)) return [];
    const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
    return [{ row: Number(digits) - 1, column, text: isError ? (value ?? '#N/A') : NO_VALUE }];
  });
}

function hiddenRowsIn(xml: string): number[] {
  return elements(xml, 'row').flatMap(({ r, hidden }) =>
    hidden === '1' || hidden === 'true' ? [Number(r)] : [],
  );
}

function cellOf(value: unknown): SheetCell {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Date) return value;
  return typeof value === 'boolean' ? String(value) : '';
}
