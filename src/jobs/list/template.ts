import { strToU8, zipSync } from 'fflate';
import { type Column, columnNames as names, COLUMNS } from './headings.ts';

export const FORMATS = ['csv', 'json', 'xlsx'] as const;

const EXAMPLES: readonly Partial<Record<Column, string>>[] = [
  {
    serial: '7a9b1e23',
    account: '6230001535',
    password_env: 'MI_PASSWORD',
    data: 'keep',
    reference: '2026-0001',
    owner_consent: 'form signed at the counter',
  },
  {
    imei: '356938035643809',
    account: 'owner@example.com',
    data: 'delete',
    if_forgotten: 'recover',
    code_source: 'imap',
    contact: 'owner@example.com',
    owner_email: 'owner@example.com',
    owner_language: 'en',
    reference: '2026-0002',
  },
];

/** A list to start from: all columns, and two examples to be replaced. */
export function listTemplate(format: (typeof FORMATS)[number]): Uint8Array {
  if (format === 'json') return strToU8(`${JSON.stringify(EXAMPLES, undefined, 2)}\n`);
  const rows = [names, ...EXAMPLES.map((example) => names.map((name) => example[name] ?? ''))];
  if (format === 'xlsx') return workbook(rows);
  // With the mark Excel takes it for UTF-8, and saves it as that again.
  return strToU8(`\ufeff${rows.map((row) => row.join(',')).join('\r\n')}\r\n`);
}

/** Each column with what stands in it, a line each. */
export function columnsInWords(): string {
  const widest = Math.max(...names.map((name) => name.length));
  return names.map((name) => `  ${name.padEnd(widest)}  ${COLUMNS[name]}`).join('\n');
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/**
 * The least of a workbook (ECMA-376 part 1, 12 and 18). Its columns are Text, so that no IMEI is taken for a
 * number.
 */
function workbook(rows: readonly (readonly string[])[]): Uint8Array {
  const data = rows
    .map(
      (row, at) =>
        `<row r="${at + 1}">${row.map((text, column) => cell(text, column, at + 1)).join('')}</row>`,
    )
    .join('');
  const width = `<cols><col min="1" max="${names.length}" width="18" style="1" customWidth="1"/></cols>`;
  const parts: Record<string, string> = {
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/></Types>`,
    '_rels/.rels': relations(['officeDocument', 'xl/workbook.xml']),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="phones" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(['worksheet', 'worksheets/sheet1.xml'], ['styles', 'styles.xml']),
    // Format 49 is Text (18.8.30).
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${MAIN}">${width}<sheetData>${data}</sheetData></worksheet>`,
  };
  const files = Object.entries(parts).map(([name, xml]) => [
    name,
    strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${xml}`),
  ]);
  return zipSync(Object.fromEntries(files) as Record<string, Uint8Array>);
}

/** Of the first 26 columns. */
function cell(text: string, column: number, row: number): string {
  return `<c r="${String.fromCharCode(65 + column)}${row}" s="1" t="inlineStr"><is><t>${text}</t></is></c>`;
}

function relations(...targets: readonly (readonly [type: string, target: string])[]): string {
  const each = targets.map(
    ([type, target], at) => `<Relationship Id="r${at + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${RELATIONS}">${each.join('')}</Relationships>`;
}
