import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { inspect } from 'node:util';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { formatError, UsageError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { columnsInWords, listTemplate } from './template.ts';
import { type List, listKey, readList } from './list.ts';

const folder = mkdtempSync(join(tmpdir(), 'list-'));
after(() => rmSync(folder, { recursive: true }));

const HEADING = 'serial,account,password,data';
const codeSources = ['imap', 'sms-webhook', 'person'];

/** A variable can be taken once. */
function variables(): (name: string) => Secret | undefined {
  const set = new Map([['MI_PASSWORD', 'of-the-variable1']]);
  return (name) => {
    const value = set.get(name);
    set.delete(name);
    return value === undefined ? undefined : new Secret(value);
  };
}

function read(content: string | Uint8Array, name = 'phones.csv'): Promise<List> {
  const file = join(folder, name);
  rmSync(file, { force: true });
  writeFileSync(file, content, { mode: 0o600 });
  return readList(file, { takeSecret: variables(), codeSources });
}

/** What is said of a list that is not taken. */
async function problems(content: string | Uint8Array, name?: string): Promise<string> {
  const error = await read(content, name).then(
    () => assert.fail('the list is taken'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof UsageError, inspect(error));
  assert.equal(error.exitCode, 2);
  return formatError(error);
}

const phones = ({ orders }: List) => orders.map(({ order }) => order.phone);

suite('a list', () => {
  test('case d2: takes a serial with the blank that mDNS puts in, and no other', async () => {
    const twice = 'adb-77aa88bb-QwErTy (2)._adb-tls-connect._tcp';
    assert.deepEqual(phones(await read(`${HEADING}\n${twice},6230001535,pass-1234,keep\n`)), [
      { serial: twice },
    ]);
    for (const serial of ['adb-77aa88bb-QwErTy ._adb-tls-connect._tcp', 'a1b2 (2)', '(no serial number)'])
      assert.match(await problems(`${HEADING}\n${serial},6230001535,pass-1234,keep\n`), /it holds a space/);
  });

  test('is read with all it says, a phone on each row', async () => {
    const { orders, warnings } = await read(
      'Serial;IMEI;Account;Password;Data;If forgotten;Code-Source;By;Contact;Reference;Owner consent\r\n' +
        ' a1 ;; 6230001535 ;"pa;ss""w0rd";KEEP;;;;;R-1;"form, signed"\r\n' +
        ';;;;;;;;;;\r\n' +
        ";'356938035643809;+359 888 123-456;;delete;recover;imap;;lab+1@example.com;;\r\n",
    );
    assert.equal(warnings, '');
    assert.deepEqual(
      orders.map(({ order, password, row }) => [order, password?.reveal(), row]),
      [
        [
          {
            phone: { serial: 'a1' },
            account: '6230001535',
            data: 'keep',
            ifForgotten: 'stop',
            reference: 'R-1',
            ownerConsent: 'form, signed',
          },
          'pa;ss"w0rd',
          2,
        ],
        [
          {
            phone: { imei: '356938035643809' },
            account: '+359888123456',
            data: 'delete',
            ifForgotten: 'recover',
            codeSource: 'imap',
            by: 'email',
            contact: 'lab+1@example.com',
            reference: '',
            ownerConsent: '',
          },
          undefined,
          4,
        ],
      ],
    );
  });

  for (const format of ['csv', 'json', 'xlsx'] as const) {
    test(`of the template is taken as it is, as ${format}`, async () => {
      const { orders, warnings } = await read(listTemplate(format), `template.${format}`);
      assert.deepEqual(phones({ orders, warnings }), [{ serial: '7a9b1e23' }, { imei: '356938035643809' }]);
      assert.equal(orders[0]?.password?.reveal(), 'of-the-variable1');
      assert.equal(orders[1]?.order.by, 'email');
    });
  }

  test('may be in any encoding that says what it is', async () => {
    const text = `${HEADING},owner consent\na1,6230001535,secret12,keep,съгласен`;
    const utf16 = Buffer.from(`\ufeff${text.replaceAll(',', '\t')}`, 'utf16le');
    for (const content of [text, `\ufeff${text}`, utf16, Buffer.from(utf16).swap16()]) {
      assert.equal((await read(content)).orders[0]?.order.ownerConsent, 'съгласен');
    }
  });

  test('in an encoding of one country is refused, with the way to save it right', async () => {
    const said = await problems(
      Buffer.from(
        `${HEADING},reference\na1,6230001535,secret12,keep,x\na2,6230001536,secret12,keep,caf\xe9\n`,
        'latin1',
      ),
    );
    assert.match(said, /is not in UTF-8 \(first in line 3\).*\n→ save it anew, in Excel: .*CSV UTF-8/);
    assert.match(await problems(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old.xls'), /Excel before 2007/);
    assert.match(await problems('PK\x03\x04broken', 'broken.xlsx'), /cannot be read as an Excel workbook/);
  });

  test('gives all its problems at once, each with what to write', async () => {
    const said = await problems(
      `${HEADING},if_forgotten,code_source\na1,6230001535,secret12,kep,,\na2,,secret12,wipe,recover,imapp\n`,
    );
    for (const line of [
      /row 2 {2}data +'kep' +write keep or delete: did you mean keep\?/,
      /row 3 {2}account +empty +write the id/,
      /row 3 {2}data +'wipe' +write keep or delete: did you mean delete\?/,
      /row 3 {2}code_source +'imapp' +write one of imap, sms-webhook, person: did you mean imap\?/,
      /row 3 {2}contact +empty +write the e-mail address or telephone number/,
    ])
      assert.match(said, line);
  });

  test('says the same of many rows once', async () => {
    const rows = Array.from(
      { length: 9 },
      (_, at) => `a${at},6230001535,secret12,${at === 4 ? 'keep' : 'kep'}`,
    );
    assert.match(await problems([HEADING, ...rows].join('\n')), /rows 2–5, 7–10 {2}data/);
  });

  test('has its columns by name, in any order, and a name that is nearly one is pointed out', async () => {
    assert.match(
      await problems('serial,account,pasword,data\na1,6230001535,secret12,keep'),
      /'pasword' +no column of ours: did you mean password\?/,
    );
    const { warnings, orders } = await read(
      'notes,data,password,account,serial\nhello,keep,secret12,6230001535,a1',
    );
    assert.match(warnings, /'notes' +no column of ours: it is not read/);
    assert.equal(orders.length, 1);
    const missing = await problems('serial,password\na1,secret12\na2,secret12');
    assert.match(missing, /account +there is no such column/);
    assert.match(missing, /data +there is no such column/);
    assert.doesNotMatch(missing, /row/);
    assert.match(await problems('serial,account,data,data\na1,6230001535,keep,keep'), /two such columns/);
  });

  test('with a heading alone has no phone in it', async () =>
    assert.match(await problems(HEADING), /there is no phone in it/));
});

suite('an IMEI that went through a spreadsheet', () => {
  const of = (imei: string) => `imei,account,password,data\n${imei},6230001535,secret12,keep`;

  test('is taken where all its digits are there', async () => {
    for (const imei of [
      '356938035643809',
      '35-693803-564380-9',
      '356938035643809.0',
      '3.56938035643809E+14',
      "'356938035643809",
    ])
      assert.deepEqual(phones(await read(of(imei))), [{ imei: '356938035643809' }], imei);
    const number = await read(
      '[{"imei":356938035643809,"account":6230001535,"password":"secret12","data":"keep"}]',
      'phones.json',
    );
    assert.deepEqual(phones(number), [{ imei: '356938035643809' }]);
  });

  test('is refused where it lost some, with what happened to it', async () => {
    assert.match(
      await problems(of('3.56938E+14')),
      /a spreadsheet shortened it, and the last digits are lost: format the column as Text/,
    );
    assert.match(await problems(of('"3,56938E+14"')), /a spreadsheet shortened it/);
    // 010928000000000 without its first digit.
    assert.match(await problems(of('10928000000000')), /14 digits: the 0 it begins with is lost/);
    assert.match(await problems(of('35693803564380')), /the check digit, is missing/);
    assert.match(await problems(of('356938035643808')), /its check digit does not fit/);
    assert.match(await problems(of('3569380356438091')), /IMEISV/);
    assert.match(await problems(of('hello')), /an IMEI is 15 digits/);
  });

  test('is the same for a serial', async () => {
    assert.match(
      await problems(`${HEADING}\n1.23457E+15,6230001535,secret12,keep`),
      /took it for a number, and digits are lost/,
    );
    assert.match(
      await problems('[{"serial":12345678901234567890,"account":"6230001535","data":"keep"}]', 'a.json'),
      /digits are lost/,
    );
  });
});

suite('a password in a list', () => {
  const SECRETS = ['tops3cret', 'hidd3n'];
  const silent = (said: string) => SECRETS.forEach((secret) => assert.ok(!said.includes(secret), said));

  test('comes from a variable many rows name, or from a file only its owner reads', async () => {
    writeFileSync(join(folder, 'own'), 'of-the-file1\r\nnotes', { mode: 0o600 });
    const { orders } = await read(
      'serial,account,password_env,password_file,data\na1,1000001,MI_PASSWORD,,keep\na2,1000002,MI_PASSWORD,,keep\na3,1000003,,own,keep',
    );
    assert.deepEqual(
      orders.map(({ password }) => password?.reveal()),
      ['of-the-variable1', 'of-the-variable1', 'of-the-file1'],
    );
  });

  test('is asked for again where it cannot be had', async () => {
    writeFileSync(join(folder, 'open'), 'tops3cret\n');
    chmodSync(join(folder, 'open'), 0o644);
    writeFileSync(join(folder, 'blank'), '\n', { mode: 0o600 });
    const said = await problems(
      'serial,account,password,password_env,password_file,data\n' +
        'a1,1000001,,tops3cret,,keep\na2,1000002,,,open,keep\na3,1000003,,,hidd3n,keep\na4,1000004,,,blank,keep\na5,1000005,tops3cret,MI_PASSWORD,,keep\n',
    );
    assert.match(said, /row 2 {2}password_env +\[hidden\] +no such variable is set: export it/);
    assert.match(said, /row 3 {2}password_file +\[hidden\] +others can read the file: chmod 600/);
    assert.match(said, /row 4 {2}password_file +\[hidden\] +there is no such file/);
    assert.match(said, /row 5 {2}password_file +\[hidden\] +the first line of the file is empty/);
    assert.match(said, /row 6 {2}password_env +\[hidden\] +password is filled in too: leave one of them/);
    silent(said);
  });

  test('is in no message, wherever it has slipped to', async () => {
    const slipped = await problems(
      `${HEADING},if_forgotten,reference\na1,6230001535,tops3cret,hidd3n,keep\n`,
    );
    assert.match(slipped, /data +\[hidden\]/);
    silent(slipped);
    silent(await problems('a1,6230001535,tops3cret,keep\n'));
    silent(await problems(`${HEADING}\na1,6230001535,tops3cret,hidd3n,keep\n`));
    silent(await problems(`${HEADING}\na1,6230001535,"tops3cret"hidd3n,keep\n`));
    silent(await problems(`${HEADING}\na1,6230001535,"tops3cret,keep\n`));
    silent(await problems('[{"serial":"a1","password":"tops3cret" hidd3n}]', 'a.json'));
    silent(await problems('[{"serial":"a1","password":["tops3cret"]}]', 'a.json'));
    const { orders } = await read(`${HEADING}\na1,6230001535,tops3cret,keep`);
    silent(inspect(orders, { depth: 9 }) + JSON.stringify(orders));
  });

  test('is warned of where it may not be what was meant', async () => {
    const warned = async (password: string) =>
      (await read(`${HEADING}\na1,6230001535,${password},keep`)).warnings;
    assert.match(await warned('пароль12'), /a letter Xiaomi takes in no password/);
    assert.match(await warned(''), /empty {2}none is given: where the phone asks for it, Cancel is pressed/);
    assert.match(
      (await read('[{"serial":"a1","account":"6230001535","password":1234567,"data":"keep"}]', 'a.json'))
        .warnings,
      /loses the zeros/,
    );
  });

  test('makes the list itself one for its owner only', async () => {
    const file = join(folder, 'shared.csv');
    writeFileSync(file, `${HEADING}\na1,6230001535,secret12,keep`);
    chmodSync(file, 0o644);
    const { warnings } = await readList(file, { takeSecret: variables(), codeSources });
    assert.match(warnings, /others on this computer can read it: chmod 600/);
  });
});

suite('rows of a list', () => {
  test('name each phone once', async () => {
    assert.match(
      await problems(`${HEADING}\na1,1000001,secret12,keep\na1,1000002,secret12,kep`),
      /row 3 {2}serial +'a1' +row 2 is this phone already/,
    );
  });

  test('give one password for one account', async () => {
    const said = await problems(
      `${HEADING}\na1,Lab@example.com,secret12,keep\na2,lab@example.com,secret13,keep`,
    );
    assert.match(said, /row 3 {2}password {2}\[hidden\] {2}row 2 has another password for this account/);
    assert.equal(
      (await read(`${HEADING}\na1,1000001,secret12,keep\na2,1000001,secret12,keep`)).orders.length,
      2,
    );
  });

  test('send a code the way its contact can get it', async () => {
    const of = (by: string, contact: string) =>
      `serial,account,data,if_forgotten,code_source,by,contact\na1,1000001,keep,recover,imap,${by},${contact}`;
    assert.match(
      await problems(of('phone', 'lab@example.com')),
      /by +'phone' +the contact is an e-mail address/,
    );
    assert.equal((await read(of('', '+359 (888) 123-456'))).orders[0]?.order.contact, '+359888123456');
  });

  test('may say that an account is another one than those that look alike', async () => {
    const of = (word: string) => `${HEADING},another_account\na1,1000001,secret12,keep,${word}`;
    const reported = await Promise.all(
      ['yes', 'YES', 'no', ''].map(async (word) => (await read(of(word))).orders[0]?.order.anotherAccount),
    );
    assert.deepEqual(reported, [true, true, undefined, undefined]);
    assert.match(await problems(of('perhaps')), /another_account +'perhaps' +write yes or no/);
  });

  test('keep what looks like a formula as it is', async () => {
    const { orders } = await read(
      `${HEADING},reference\na1,1000001,=1+1@secret,keep,=HYPERLINK("x")`.replace('("x")', '(x)'),
    );
    assert.equal(orders[0]?.order.reference, '=HYPERLINK(x)');
    assert.equal(orders[0]?.password?.reveal(), '=1+1@secret');
  });

  test('are one job when they are listed again, and another with another reference', async () => {
    const key = async (row: string) => {
      const [listed] = (await read(`${HEADING},reference\n${row}`)).orders;
      assert.ok(listed);
      return listKey(listed.order);
    };
    assert.equal(
      await key('a1,Lab@example.com,secret12,keep,1'),
      await key('a1,lab@example.com,other123,delete,1'),
    );
    assert.notEqual(await key('a1,1000001,secret12,keep,1'), await key('a1,1000001,secret12,keep,2'));
    assert.notEqual(await key('a1,1000001,secret12,keep,1'), await key('a2,1000001,secret12,keep,1'));
  });
});

suite('a workbook', () => {
  test('may hold numbers and empty rows, and its first sheet counts', async () => {
    const parts = unzipSync(listTemplate('xlsx'));
    const sheet = 'xl/worksheets/sheet1.xml';
    const cells = strFromU8(parts[sheet] ?? new Uint8Array())
      .replace(/<c [^>]*><is><t>356938035643809<\/t><\/is><\/c>/, '<c r="B3"><v>3.56938035643809E+14</v></c>')
      .replaceAll('r="3"', 'r="5"')
      .replaceAll(/r="([A-Z])3"/g, 'r="$15"');
    const { orders } = await read(zipSync({ ...parts, [sheet]: strToU8(cells) }), 'numbers.xlsx');
    assert.deepEqual(orders[1]?.order.phone, { imei: '356938035643809' });
    assert.equal(orders[1]?.row, 5);
  });

  test('from the template has a line of help for each column', () =>
    assert.match(columnsInWords(), /^ {2}serial +the phone's serial.*\n/));
});
