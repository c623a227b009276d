import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../errors.ts';
import { inEnglish } from './sayings.ts';
import { book } from './workbook-story.ts';
import { NO_VALUE, sheetOf } from './workbook.ts';

const PHONES = [
  ['serial', 'account', 'data'],
  ['a1', '6230001535', 'keep'],
] as const;
const read = (bytes: Uint8Array, asked?: string) => sheetOf(Buffer.from(bytes), 'list.xlsx', { asked });
const refused = (message: RegExp, hint: RegExp) => (error: unknown) =>
  error instanceof UsageError && message.test(error.message) && hint.test(error.hint ?? '');

/** The workbook, whose directory gives each of its parts this size. */
function saying(bytes: Uint8Array, size: number): Uint8Array {
  const changed = Buffer.from(bytes);
  const entry = Buffer.from('PK\x01\x02');
  for (let at = changed.indexOf(entry); at >= 0; at = changed.indexOf(entry, at + 1))
    changed.writeUInt32LE(size, at + 24);
  return changed;
}

test('a workbook whose parts together unfold to more than 200 MB is refused before they are', async () => {
  const tooLarge = refused(
    /^'list\.xlsx' unfolds to more than a list of phones can be\.$/,
    /^save it anew, /,
  );
  // Six parts.
  await assert.rejects(read(saying(book({ Phones: PHONES }), 40 * 1024 * 1024)), tooLarge);
});

test('a workbook that says that its parts are smaller than they are is unfolded no further than it says', async () => {
  const rows = Array.from({ length: 5000 }, (_, n) => [`s${n}`, '6230001535', 'keep']);
  const bytes = book({ Phones: [...PHONES, ...rows] });
  assert.equal((await read(bytes)).rows.length, 5002);
  await assert.rejects(read(saying(bytes, 900)), refused(/^'list\.xlsx' cannot be read/, /^save it anew, /));
});

test('a workbook from a browser may unfold to less', async () => {
  const bytes = Buffer.from(book({ Phones: PHONES }));
  await assert.rejects(sheetOf(bytes, 'list.xlsx', { largest: 1000 }), /unfolds to more than/);
});

test('a file that is no workbook is refused, with what to do', async () => {
  for (const bytes of [
    Buffer.from('serial,account'),
    Buffer.from('PK\x03\x04'),
    book({ Phones: PHONES }).slice(0, 300),
  ])
    await assert.rejects(
      read(bytes),
      refused(/^'list\.xlsx' cannot be read as an Excel workbook\.$/, /^save it anew, /),
    );
});

test('the sheet with our headings is read, and the others are named', async () => {
  const { rows, notes } = await read(book({ Notes: [['x']], Phones: PHONES, More: [['serial']] }));
  assert.deepEqual(rows, PHONES);
  assert.deepEqual(notes.map(inEnglish), ["the sheet 'Phones' is read, and not 'Notes', 'More'"]);
  const alone = await read(book({ Phones: PHONES }));
  assert.deepEqual(alone.notes, []);
});

test('of several lists one that is shown is read; where that leaves more than one, which is asked', async () => {
  const two = { May: PHONES, June: PHONES };
  assert.deepEqual((await read(book(two, ['June']))).notes.map(inEnglish), [
    "the sheet 'May' is read, and not 'June'",
  ]);
  const several = (names: string, count: number, first: string) =>
    refused(
      new RegExp(`has ${count} sheets that are lists of phones: ${names}\\.`),
      new RegExp(`^say which one: --sheet '${first}'$`),
    );
  await assert.rejects(read(book(two)), several("'May', 'June'", 2, 'May'));
  await assert.rejects(read(book(two, ['May', 'June'])), several("'May', 'June'", 2, 'May'));
  const three = { ...two, July: PHONES };
  await assert.rejects(read(book(three, ['May'])), several("'June', 'July'", 2, 'June'));
});

test('a sheet is found by its name, as it is written or not, and a hidden one is read with a note', async () => {
  const bytes = book({ May: PHONES, June: [['serial'], ['b2']] }, ['June']);
  for (const asked of ['June', ' jUNE ']) {
    const { rows, notes } = await read(bytes, asked);
    assert.deepEqual(rows, [['serial'], ['b2']]);
    assert.deepEqual(notes.map(inEnglish), [
      "the sheet 'June' is read, and not 'May'",
      "the sheet 'June' is hidden in the workbook, and is read",
    ]);
  }
  const both = book({ may: [['x']], May: PHONES });
  assert.deepEqual((await read(both, 'May')).rows, PHONES);
  await assert.rejects(
    read(bytes, 'July'),
    refused(/^'list\.xlsx' has no sheet 'July'\.$/, /^it has 'May', 'June'$/),
  );
});

test('without a heading the first sheet that is shown is read, and where all are hidden the first', async () => {
  const plain = { One: [['a']], Two: [['b']] };
  assert.deepEqual((await read(book(plain, ['One']))).rows, [['b']]);
  assert.deepEqual((await read(book(plain, ['One', 'Two']))).rows, [['a']]);
});

test('rows that a filter hides are named, the first ten of them', async () => {
  const rows = [...PHONES, ...Array.from({ length: 12 }, (_, n) => [`s${n}`])];
  const hidden = Array.from({ length: 12 }, (_, n) => n + 3);
  const notes = async (some: readonly number[]) =>
    (await read(book({ Phones: rows }, [], some))).notes.map(inEnglish);
  assert.deepEqual(await notes(hidden.slice(0, 10)), [
    'rows that a filter hides are read too: 3, 4, 5, 6, 7, 8, 9, 10, 11, 12',
  ]);
  assert.deepEqual(await notes(hidden), [
    'rows that a filter hides are read too: 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more',
  ]);
  assert.deepEqual(await notes([]), []);
});

test('cells are what they are: numbers, dates, yes and no; an error and a formula without a value are seen', async () => {
  const wide = Array.from({ length: 28 }, (_, n) => `c${n}`);
  const { rows } = await read(
    book({
      Phones: [
        ['serial', 'account', 'data', 'reference'],
        [
          46082,
          '<c r="REF" s="1"><v>46082</v></c>',
          '<c r="REF" t="b"><v>1</v></c>',
          '<c r="REF" t="e"><v>#REF!</v></c>',
        ],
        ['<c r="REF" t="e"></c>', '<c r="REF"><f>A1</f></c>', '<c r="REF"><f>A1</f><v>7</v></c>'],
        [...wide, '<c r="REF" t="e"><v>#N/A</v></c>'],
      ],
    }),
  );
  assert.deepEqual(rows[1]?.slice(0, 4), [46082, new Date('2026-03-01T00:00:00.000Z'), 'true', '#REF!']);
  assert.deepEqual(rows[2]?.slice(0, 3), ['#N/A', NO_VALUE, 7]);
  assert.deepEqual(rows[3], [...wide, '#N/A']);
});
