import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { UsageError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { readList } from './list.ts';

const folder = mkdtempSync(join(tmpdir(), 'list-file-'));
after(() => rmSync(folder, { recursive: true }));

function read(name: string, content: string | Uint8Array, sheet?: string) {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  return readList(file, { takeSecret: () => new Secret('of-a-variable1'), codeSources: ['imap'], sheet });
}

/** What is said of a file that is not taken, with its name as `FILE`. */
async function refusal(...file: Parameters<typeof read>): Promise<[message: string, hint: string]> {
  const error = await read(...file).then(
    () => assert.fail('it is taken'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof UsageError, String(error));
  const said = (words = '') => words.replaceAll(join(folder, file[0]), 'FILE');
  return [said(error.message), said(error.hint)];
}

const OBJECT = { serial: 'a1', account: '6230001535', data: 'keep' };

suite('a JSON list', () => {
  const example = '[{ "serial": "…", "account": "…", "data": "keep" }]';
  const rows: [what: string, text: string][] = [
    ['an object', JSON.stringify(OBJECT)],
    ['an array with a text in it', JSON.stringify([OBJECT, 'a1'])],
    ['an array with null in it', JSON.stringify([OBJECT, null])],
    ['an array with an array in it', JSON.stringify([OBJECT, ['a1']])],
  ];
  for (const [what, text] of rows)
    test(`that is ${what} is none, with an example of one`, async () =>
      assert.deepEqual(await refusal('list.json', text), [
        "'FILE' is not an array of objects.",
        `write one object for each phone: ${example}`,
      ]));

  test('that is broken names the line of the fault, and nothing of the text around it', async () => {
    assert.deepEqual(await refusal('list.json', '[\n{"serial": "a1"\n"Lab-pass7"}]'), [
      "'FILE' is not valid JSON, line 3.",
      `an array of objects is taken: ${example}`,
    ]);
    const [cut] = await refusal('list.json', '[{"serial": "a1"');
    assert.match(cut, /^'FILE' is not valid JSON/);
  });
});

suite('a list in rows', () => {
  test('that is empty, or has no column of ours, is refused with the columns there are', async () => {
    for (const text of ['', '\n\n', ' , \n,,\n']) {
      const [message, hint] = await refusal('list.csv', text);
      assert.equal(message, 'The list is empty.');
      assert.match(hint, /^begin it with a heading over each column: serial, imei, /);
    }
    const [message, hint] = await refusal('list.csv', 'a1,Lab-pass7\n');
    assert.equal(message, 'The first row of the list names none of its columns.');
    assert.match(hint, /^put a heading over each column: serial, imei, /);
  });

  test('may have rows above its heading and empty ones between: phones keep the number of their row', async () => {
    const text = 'Lab 7\n\nserial,account,data\n,,\na1,6230001535,keep\n';
    const { orders, warnings } = await read('list.csv', text);
    assert.deepEqual(
      orders.map(({ row }) => row),
      [5],
    );
    assert.match(warnings, /the heading is in row 3; what stands above it is not read/);
    const plain = await read('list.csv', 'serial,account,data\na1,6230001535,keep\n');
    assert.doesNotMatch(plain.warnings, /the heading is in row/);
  });

  test('in an encoding of one country without a heading that tells which is refused', async () => {
    // A blank that does not break has the same byte in most of them.
    const bytes = Buffer.from('serial,account,data,reference\na1,6230001535,keep,R\xa01\n', 'latin1');
    const [message, hint] = await refusal('list.csv', bytes);
    assert.match(message, /^'FILE' is not in UTF-8 \(first in line 2\), so its letters cannot be known/);
    assert.match(hint, /^save it anew, /);
  });
});

suite('a workbook', () => {
  const zipped = (files: Record<string, string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const cellsOf = (row: readonly string[], at: number) =>
    `<row r="${at + 1}">${row.map((text, column) => `<c r="${String.fromCharCode(65 + column)}${at + 1}" t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`;
  const workbook = (sheets: Readonly<Record<string, readonly (readonly string[])[]>>) => {
    const names = Object.keys(sheets);
    const listed = names.map((name, at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="r${at + 1}"/>`);
    const links = names.map(
      (_, at) =>
        `<Relationship Id="r${at + 1}" Type="${office}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`,
    );
    return zipped({
      'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${listed.join('')}</sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${relations}">${links.join('')}</Relationships>`,
      ...Object.fromEntries(
        Object.values(sheets).map((rows, at) => [
          `xl/worksheets/sheet${at + 1}.xml`,
          `<worksheet xmlns="${main}"><sheetData>${rows.map(cellsOf).join('')}</sheetData></worksheet>`,
        ]),
      ),
    });
  };
  const LIST = [
    ['serial', 'account', 'data'],
    ['a1', '6230001535', 'keep'],
  ];

  test('is read from the one sheet that is a list', async () => {
    const { orders } = await read('list.xlsx', workbook({ About: [['Lab 7']], Phones: LIST }));
    assert.deepEqual(
      orders.map(({ order }) => order.phone),
      [{ serial: 'a1' }],
    );
  });

  test('with several that could be one says which there are; --sheet says which is meant', async () => {
    const two = workbook({ Monday: LIST, Tuesday: [LIST[0] ?? [], ['b2', '6230001535', 'delete']] });
    assert.deepEqual(await refusal('list.xlsx', two), [
      "'FILE' has 2 sheets that are lists of phones: 'Monday', 'Tuesday'. Which one is meant is not known.",
      "say which one: --sheet 'Monday'",
    ]);
    for (const sheet of ['Tuesday', ' tuesday ']) {
      const { orders } = await read('list.xlsx', two, sheet);
      assert.deepEqual(
        orders.map(({ order }) => order.phone),
        [{ serial: 'b2' }],
      );
    }
    assert.deepEqual(await refusal('list.xlsx', two, 'Friday'), [
      "'FILE' has no sheet 'Friday'.",
      "it has 'Monday', 'Tuesday'",
    ]);
  });

  test('that is none, or has no sheet, is to be saved anew', async () => {
    for (const bytes of [strToU8('PK\x03\x04 and no more'), workbook({})]) {
      const [message, hint] = await refusal('list.xlsx', bytes);
      assert.match(message, /^'FILE' (?:cannot be read as an Excel workbook|has no sheet)\.$/);
      assert.match(hint, /^save it anew, /);
    }
  });
});
