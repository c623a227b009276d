import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { formatError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { type List, readList } from './list.ts';
import { book } from './workbook-story.ts';

const folder = mkdtempSync(join(tmpdir(), 'list-cases-'));
after(() => rmSync(folder, { recursive: true }));

const [IMEI, IMEI2] = ['860000000000009', '860000000000025'];
const HEADING = 'serial,imei,account,password_env,data,reference';
const ROW = 'a1b2c3d4,,6230001535,MI_PASSWORD,keep,R1';

function read(content: string | Uint8Array, name = 'phones.csv', sheet?: string): Promise<List> {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  return readList(file, { takeSecret: () => new Secret('of-a-variable1'), codeSources: ['imap'], sheet });
}
const phones = ({ orders }: List) => orders.map(({ order }) => order.phone);
const said = async (...list: Parameters<typeof read>) =>
  formatError(
    await read(...list).then(
      () => assert.fail('the list is taken'),
      (thrown: unknown) => thrown,
    ),
  );

suite('case c1: a foreign column', () => {
  for (const name of [
    'Date',
    'Datum',
    'Dato',
    'Grade',
    'Cell Phone Number',
    'Work Order',
    'Model',
    'IMEI SV',
    'Notes',
    'by whom',
  ]) {
    test(`'${name}' is left out with a warning`, async () => {
      const list = await read(`serial,account,password_env,data,${name}\na1,6230001535,MI_PASSWORD,keep,x\n`);
      assert.deepEqual(phones(list), [{ serial: 'a1' }]);
      assert.match(list.warnings, new RegExp(`'${name}' +no column of ours: it is not read`));
    });
  }

  test('that has no heading is left out too', async () => {
    assert.match(
      (await read(`${HEADING},\n${ROW},x\n`)).warnings,
      /column 7 has values and no heading: it is not read/,
    );
  });

  test('is pointed out where a column of ours is missing', async () => {
    assert.match(
      await said('serial,account,Date\na1,6230001535,2026-03-01'),
      /data +there is no such column, and it is needed: is it 'Date'\?/,
    );
  });

  test("of dates that is called 'Data' is reported from the column data", async () => {
    const list = await read('serial,Konto,Data,data\na1,6230001535,2026-03-01,keep\n');
    assert.deepEqual([list.orders[0]?.order.data, list.orders[0]?.order.account], ['keep', '6230001535']);
    assert.match(list.warnings, /'Data' +not read: 'data' is the column data/);
  });
});

suite('headings in the languages of labs', () => {
  for (const [language, line] of [
    ['English', 'S/N,IMEI No.,Mi Account,Password'],
    ['German', 'Seriennummer,IMEI-Nummer,Mi-Konto,Passwort'],
    ['Bulgarian', 'Сериен номер,IMEI номер,Акаунт,Парола'],
    ['Russian', 'Серийный номер,IMEI,Аккаунт Mi,Пароль'],
    ['Chinese', '序列号,串号,小米账号,密码'],
    ['Turkish', 'Seri No,IMEI Numarası,Mi Hesabı,Şifre'],
    ['Spanish', 'Número de serie,IMEI,Cuenta Mi,Contraseña'],
    ['Arabic', 'الرقم التسلسلي,رقم IMEI,حساب Mi,كلمة المرور'],
    ['French', 'N° de série,IMEI,Compte Mi,Mot de passe'],
    ['Polish', 'Numer seryjny,IMEI,Konto Mi,Hasło'],
    ['Portuguese', 'Número de série,IMEI,Conta Mi,Senha'],
    ['full width', 'ＳＮ,ＩＭＥＩ,小米帐号,密碼'],
  ])
    test(`${language} are columns of ours`, async () => {
      const { orders } = await read(`${line},data\na1b2c3d4,,6230001535,Lab-pass7,keep\n`);
      assert.deepEqual(orders[0]?.order.phone, { serial: 'a1b2c3d4' });
      assert.equal(orders[0]?.order.account, '6230001535');
      assert.equal(orders[0]?.password?.reveal(), 'Lab-pass7');
    });

  test('are named with the column they are read as', async () => {
    assert.match(
      (await read('Seriennummer,account,data\na1,6230001535,keep\n')).warnings,
      /'Seriennummer' +it is read as serial/,
    );
  });
});

suite('case c3: a serial or reference that a spreadsheet took for a number or a date', () => {
  for (const serial of ['5E+10', '1E+08', '1.234E+59', '"5,0E+10"', '12E+3'])
    test(`${serial} is named by its row`, async () => {
      assert.match(
        await said(`${HEADING}\n${ROW}\n${serial},,6230001536,X,keep,R2\n`),
        /row 3 {2}serial .*took it for a number, and digits are lost/,
      );
    });

  test('is named in a workbook and in JSON too, and a whole number is warned of', async () => {
    const rows = [HEADING.split(','), [5e10, '', '6230001535', 'X', 'keep', 'R1']];
    assert.match(
      await said(book({ Phones: rows }), 'a.xlsx'),
      /row 2 {2}serial {2}'50000000000' +a spreadsheet took it for a number/,
    );
    const json = [{ serial: 100000000, account: '6230001535', data: 'keep' }];
    assert.match(await said(JSON.stringify(json), 'a.json'), /entry 1 {2}serial .*digits are lost/);
    const { warnings } = await read(
      book({ Phones: [HEADING.split(','), [12345678, '', '6230001535', 'X', 'keep', 'R1']] }),
      'a.xlsx',
    );
    assert.match(warnings, /row 2 {2}serial +'12345678' +it is a number, which loses the zeros/);
  });

  test('is warned of where it is the lab’s own reference', async () => {
    assert.match(
      (await read(`${HEADING}\na1,,6230001535,X,keep,5E+10\n`)).warnings,
      /row 2 {2}reference +'5E\+10' +a spreadsheet shortened a number/,
    );
    const dated = [HEADING.split(','), ['a1', '', '6230001535', 'X', 'keep', DATE]];
    assert.match(
      (await read(book({ Phones: dated }), 'a.xlsx')).warnings,
      /row 2 {2}reference +'2026-03-01' +a spreadsheet took it for a date/,
    );
  });

  for (const broken of ['#N/A', '#REF!', '#WERT!', '#ССЫЛКА!', '#NV', '########', '#NAME?'])
    test(`${broken} is no phone, and is named by its row`, async () => {
      assert.match(
        await said(`${HEADING}\n${ROW}\n${broken},,6230001536,X,keep,R2\n`),
        /row 3 {2}serial +'#/,
      );
    });

  test('cells of a workbook that hold an error, or a formula without its value, are named by their rows', async () => {
    const rows = [
      HEADING.split(','),
      [ERROR, '', '6230001535', 'X', 'keep', 'R1'],
      [FORMULA, '', '6230001536', 'X', 'keep', 'R2'],
    ];
    const words = await said(book({ Phones: rows }), 'a.xlsx');
    assert.match(words, /row 2 {2}serial {2}'#N\/A' +a formula of the spreadsheet found no value/);
    assert.match(words, /row 3 {2}serial .*the workbook holds a formula and not its value/);
  });
});

suite('case c4: a cell written as a formula that is a text', () => {
  for (const [how, of] of [
    ['bare', (text: string) => `="${text}"`],
    ['quoted', (text: string) => `"=""${text}"""`],
  ] as const)
    test(`is read as its text, ${how}`, async () => {
      const { orders } = await read(`${HEADING}\n,${of(IMEI)},${of('6230001535')},X,keep,${of('000123')}\n`);
      assert.deepEqual([orders[0]?.order.phone, orders[0]?.order.reference], [{ imei: IMEI }, '000123']);
    });

  test('is no way around the marks of a value', async () => {
    assert.match(
      await said(`${HEADING}\na"1,,6230001535,X,keep,R1\n`),
      /from line 2: a quotation mark stands inside a value/,
    );
  });
});

suite('case c5: a line that says what stands between two values', () => {
  for (const [line, mark] of [
    ['sep=;', ';'],
    ['"sep=;"', ';'],
    ['sep=|', '|'],
    ['SEP=,', ','],
    ['\ufeffsep=\t', '\t'],
  ] as const)
    test(`${JSON.stringify(line)} is skipped, and counts as no row`, async () => {
      const { orders } = await read(
        `${line}\r\n${HEADING.replaceAll(',', mark)}\r\n${ROW.replaceAll(',', mark)}\r\n`,
      );
      assert.deepEqual([orders[0]?.order.phone, orders[0]?.row], [{ serial: 'a1b2c3d4' }, 2]);
    });

  test('may be missing: bars, semicolons and tabs are known by the headings', async () => {
    for (const mark of ['|', ';', '\t']) {
      const title = 'Phones, of March, for ACME, by night\n';
      const { orders } = await read(
        `${title}${HEADING.replaceAll(',', mark)}\n${ROW.replaceAll(',', mark)}\n`,
      );
      assert.deepEqual(orders[0]?.order.phone, { serial: 'a1b2c3d4' });
    }
  });
});

suite('case c6: a heading below title rows', () => {
  test('is found, said, and rows are counted as they stand', async () => {
    const { orders, warnings } = await read(`Batch 7 for ACME,,,,,\r\n,,,,,\r\n${HEADING}\r\n${ROW}\r\n`);
    assert.deepEqual([orders[0]?.order.phone, orders[0]?.row], [{ serial: 'a1b2c3d4' }, 4]);
    assert.match(warnings, /the heading is in row 3; what stands above it is not read/);
  });

  test('is looked for in every sheet of a workbook, and it is said which one is read', async () => {
    const list = [HEADING.split(','), ROW.split(',')];
    const { orders, warnings } = await read(
      book({ Instructions: [['one phone a row'], ['account', 'as on the form']], Phones: list }),
      'a.xlsx',
    );
    assert.deepEqual(orders[0]?.order.phone, { serial: 'a1b2c3d4' });
    assert.match(warnings, /the sheet 'Phones' is read, and not 'Instructions'/);
  });

  test('in two sheets is asked about, but for one that is hidden', async () => {
    const [may, june] = ['may00001', 'jun00001'].map((serial) => [
      HEADING.split(','),
      [serial, ...ROW.split(',').slice(1)],
    ]);
    const sheets = { May: may ?? [], June: june ?? [] };
    assert.match(
      await said(book(sheets), 'a.xlsx'),
      /2 sheets that are lists of phones: 'May', 'June'.*\n→ say which one: --sheet 'May'/,
    );
    assert.deepEqual(phones(await read(book(sheets), 'a.xlsx', 'june')), [{ serial: 'jun00001' }]);
    assert.match(await said(book(sheets), 'a.xlsx', 'July'), /has no sheet 'July'.*\n→ it has 'May', 'June'/);
    const { orders, warnings } = await read(book(sheets, ['May']), 'a.xlsx');
    assert.deepEqual(orders[0]?.order.phone, { serial: 'jun00001' });
    assert.match(warnings, /the sheet 'June' is read, and not 'May'/);
    assert.match(
      (await read(book({ May: may ?? [], Notes: [['x']] }, ['May']), 'a.xlsx')).warnings,
      /'May' is hidden in the workbook, and is read/,
    );
  });
});

suite('case c8: a phone with two IMEIs', () => {
  const of = (cell: string) => read(`imei,account,password_env,data\n${cell},6230001535,X,keep\n`);

  for (const cell of [
    `${IMEI}/${IMEI2}`,
    `"${IMEI}, ${IMEI2}"`,
    `${IMEI} ${IMEI2}`,
    `"${IMEI}\n${IMEI2}"`,
    `IMEI1: ${IMEI} IMEI2: ${IMEI2}`,
  ])
    test(`may have both in one cell: ${JSON.stringify(cell)}`, async () =>
      assert.deepEqual(phones(await of(cell)), [{ imei: IMEI, imei2: IMEI2 }]));

  for (const heading of ['imei,imei2', 'IMEI 1,IMEI 2', 'imei 1,second imei', 'IMEI,IMEI (2)'])
    test(`may have them in two columns: ${heading}`, async () => {
      assert.deepEqual(phones(await read(`${heading},account,data\n${IMEI},${IMEI2},6230001535,keep\n`)), [
        { imei: IMEI, imei2: IMEI2 },
      ]);
      assert.deepEqual(phones(await read(`${heading},account,data\n,${IMEI2},6230001535,keep\n`)), [
        { imei: IMEI2 },
      ]);
    });

  test('is reported when it is in the list twice, by any of its names', async () => {
    const twice = (row: string) =>
      said(`serial,imei,imei2,account,data\na1,${IMEI},${IMEI2},6230001535,keep\n${row},6230001535,keep\n`);
    for (const row of ['a1,,', 'A1,,', `,${IMEI},`, `,${IMEI2},`, `,,${IMEI}`])
      assert.match(await twice(row), /row 3 .*row 2 is this phone already/);
  });

  test('has each of them looked at', async () => {
    assert.match(
      await said(`imei,imei2,account,data\n${IMEI},860000000000026,6230001535,keep\n`),
      /row 2 {2}imei2 .*its check digit does not fit/,
    );
  });
});

suite('a list in another encoding', () => {
  test('is read as UTF-16 without a mark, and in the one encoding in which its headings are ours', async () => {
    assert.deepEqual(phones(await read(Buffer.from(`${HEADING}\n${ROW}\n`, 'utf16le'))), [
      { serial: 'a1b2c3d4' },
    ]);
    // "Сериен номер" and "Парола" in Windows-1251.
    const serial = Buffer.from('d1e5f0e8e5ed20edeee5f0', 'hex');
    const rest = (password: string) =>
      Buffer.from(`,account,password,data\na1,6230001535,${password},keep\n`, 'latin1');
    const { orders, warnings } = await read(
      Buffer.concat([Buffer.from('d1e5f0e8e5ed20edeeece5f0', 'hex'), rest('Lab-pass7')]),
    );
    assert.deepEqual(orders[0]?.order.phone, { serial: 'a1' });
    assert.match(warnings, /its headings make sense as Windows-1251/);
    assert.match(
      await said(Buffer.concat([Buffer.from('d1e5f0e8e5ed20edeeece5f0', 'hex'), rest('L\xe0b-pass7')])),
      /password .*its letters depend on the encoding/,
    );
    assert.match(await said(Buffer.concat([serial, rest('Lab-pass7')])), /not in UTF-8 \(first in line 1\)/);
  });

  test('with letters of full width is read', async () => {
    assert.deepEqual(
      phones(await read(`imei,account,data\n８６００００００００００００９,６２３０００１５３５,keep\n`)),
      [{ imei: IMEI }],
    );
  });
});

/** What a cell of a workbook can be, besides a text or a number. */
const DATE = '<c r="REF" s="1"><v>46082</v></c>';
const ERROR = '<c r="REF" t="e"><v>#N/A</v></c>';
const FORMULA = '<c r="REF"><f>A1</f></c>';
