import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DOMParser, type Document, type Element } from '@xmldom/xmldom';
import { strFromU8, unzipSync } from 'fflate';
import { columnNames } from './headings.ts';
import { listTemplate } from './template.ts';

/**
 * The parts of a package as a strict reader takes them: well-formed XML in UTF-8, each with a declared type.
 */
function partsOf(file: Uint8Array): Map<string, Document> {
  const strict = new DOMParser({ onError: (level, message) => assert.fail(`${level}: ${message}`) });
  const parts = Object.entries(unzipSync(file)).map(([name, bytes]): [string, Document] => {
    const text = strFromU8(bytes);
    assert.match(text, /^<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?>\n</, name);
    return [name, strict.parseFromString(text, 'text/xml')];
  });
  return new Map(parts);
}

const all = (document: Document | undefined, name: string): Element[] =>
  Array.from(document?.getElementsByTagName(name) ?? []);
const attribute = (element: Element | undefined, name: string) => element?.getAttribute(name) ?? '';

/** Where the relations of a part lead, by their ids. */
function relations(parts: Map<string, Document>, of: string, base: string): Map<string, string> {
  const found = all(parts.get(of), 'Relationship').map((one): [string, string] => [
    attribute(one, 'Id'),
    `${base}${attribute(one, 'Target')}`,
  ]);
  for (const [, target] of found)
    assert.ok(parts.has(target), `${of} leads to ${target}, which is not there`);
  assert.equal(new Set(found.map(([id]) => id)).size, found.length, 'each relation has an id of its own');
  return new Map(found);
}

test('the workbook of the template is one for a strict reader: parts, types, relations, counts, order and places', () => {
  const parts = partsOf(listTemplate('xlsx'));
  const types = parts.get('[Content_Types].xml');
  const extensions = all(types, 'Default').map((one) => attribute(one, 'Extension'));
  const overrides = all(types, 'Override').map((one) => attribute(one, 'PartName').slice(1));
  for (const name of parts.keys())
    assert.ok(
      name === '[Content_Types].xml' ||
        overrides.includes(name) ||
        extensions.some((end) => name.endsWith(`.${end}`)),
      name,
    );
  for (const name of overrides) assert.ok(parts.has(name), name);

  assert.deepEqual([...relations(parts, '_rels/.rels', '').values()], ['xl/workbook.xml']);
  const ofBook = relations(parts, 'xl/_rels/workbook.xml.rels', 'xl/');
  const sheets = all(parts.get('xl/workbook.xml'), 'sheet');
  assert.deepEqual(
    sheets.map((sheet) => ofBook.get(attribute(sheet, 'r:id'))),
    ['xl/worksheets/sheet1.xml'],
  );

  const styles = parts.get('xl/styles.xml');
  // ECMA-376 part 1, 18.8.39: in this order.
  const order = Array.from(styles?.documentElement?.childNodes ?? []).map((one) => one.nodeName);
  assert.deepEqual(order, ['fonts', 'fills', 'borders', 'cellStyleXfs', 'cellXfs', 'cellStyles']);
  for (const name of order) {
    const [list] = all(styles, name);
    assert.equal(Number(attribute(list, 'count')), list?.childNodes.length, name);
  }
  const formats = all(styles, 'cellXfs')[0]?.getElementsByTagName('xf').length ?? 0;

  const sheet = parts.get('xl/worksheets/sheet1.xml');
  assert.deepEqual(
    Array.from(sheet?.documentElement?.childNodes ?? []).map((one) => one.nodeName),
    ['cols', 'sheetData'],
  );
  const [columns] = all(sheet, 'col');
  assert.deepEqual([attribute(columns, 'min'), attribute(columns, 'max')], ['1', String(columnNames.length)]);
  for (const [at, row] of all(sheet, 'row').entries()) {
    assert.equal(attribute(row, 'r'), String(at + 1));
    const cells = Array.from(row.getElementsByTagName('c'));
    assert.deepEqual(
      cells.map((cell) => attribute(cell, 'r')),
      columnNames.map((_, column) => `${String.fromCharCode(65 + column)}${at + 1}`),
    );
    // Text, so that no IMEI is taken for a number.
    for (const cell of cells) {
      assert.ok(Number(attribute(cell, 's')) < formats);
      assert.equal(
        attribute(
          all(styles, 'cellXfs')[0]?.getElementsByTagName('xf')[Number(attribute(cell, 's'))],
          'numFmtId',
        ),
        '49',
      );
      assert.equal(attribute(cell, 't'), 'inlineStr');
    }
  }
  assert.ok(columnNames.length <= 26, 'a column behind Z has two letters');
  const headings = all(sheet, 'row')[0]?.getElementsByTagName('t') ?? [];
  assert.deepEqual(
    Array.from(headings).map((one) => one.textContent),
    [...columnNames],
  );
});
