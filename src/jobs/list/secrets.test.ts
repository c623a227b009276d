import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { zipSync, strToU8, unzipSync, strFromU8 } from 'fflate';
import { formatError, UsageError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { listTemplate } from './template.ts';
import { readList } from './list.ts';

const folder = mkdtempSync(join(tmpdir(), 'list-secrets-'));
after(() => rmSync(folder, { recursive: true }));

interface Case {
  content: string | Uint8Array;
  name?: string;
  keepBlanks?: boolean;
  variables?: Record<string, string>;
}

async function password({
  content,
  name = 'phones.csv',
  keepBlanks = false,
}: Case): Promise<string | undefined> {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  const takeSecret = (variable: string) => {
    if (variable === 'CUT') throw new UsageError('CUT ends with a space.');
    return new Secret('of-a-variable');
  };
  return (
    await readList(file, { takeSecret, codeSources: ['imap'], keepBlanks })
  ).orders[0]?.password?.reveal();
}

async function refused(one: Case): Promise<string> {
  const words = formatError(
    await password(one).then(
      () => assert.fail('it is taken'),
      (thrown: unknown) => thrown,
    ),
  );
  assert.doesNotMatch(words, /Lab|pass7/);
  return words;
}

const inFile = (bytes: string | Uint8Array) => {
  writeFileSync(join(folder, 'secret'), bytes, { mode: 0o600 });
  return 'serial,account,password_file,data\na1,6230001535,secret,keep';
};

suite('case e4: a password_file', () => {
  test('gives its first line whole', async () => {
    for (const bytes of ['Lab-pass7', '\ufeffLab-pass7\r\n', Buffer.from('\ufeffLab-pass7\n', 'utf16le')])
      assert.equal(await password({ content: inFile(bytes) }), 'Lab-pass7');
    assert.equal(await password({ content: inFile('Lab-pass7 \n'), keepBlanks: true }), 'Lab-pass7 ');
  });

  for (const [bytes, said] of [
    [
      'Lab-pass7 \n',
      /row 2 {2}password_file {2}\[hidden\] {2}its first line ends with a space: take it out, or give --keep-blanks/,
    ],
    ['\u3000Lab-pass7', /begins with a blank \(U\+3000\)/],
    ['Lab\tpass7', /its first line holds a control character/],
    ['\nLab-pass7', /the first line of the file is empty/],
    [Buffer.from('Lab-pass7', 'utf16le'), /the file is in UTF-16 without a byte order mark/],
    [Buffer.from('Lab-pass7\xff', 'latin1'), /the file is not in UTF-8/],
  ] as const)
    test(`is refused where ${said.source.slice(-30)}`, async () =>
      assert.match(await refused({ content: inFile(bytes) }), said));
});

/** The ways a password may stand in a list itself. */
const WAYS: Record<string, (value: string) => Case> = {
  csv: (value) => ({ content: `serial,account,password,data\na1,6230001535,${value},keep` }),
  'csv in quotation marks': (value) => ({
    content: `serial,account,password,data\na1,6230001535,"${value}",keep`,
  }),
  json: (value) => ({
    content: JSON.stringify([{ serial: 'a1', account: '6230001535', password: value, data: 'keep' }]),
    name: 'phones.json',
  }),
  xlsx: (value) => ({ content: workbook(value), name: 'phones.xlsx' }),
};

/** The template, its first phone with this password. */
function workbook(value: string): Uint8Array {
  const parts = unzipSync(listTemplate('xlsx'));
  const sheet = 'xl/worksheets/sheet1.xml';
  const xml = strFromU8(parts[sheet] ?? new Uint8Array());
  const cell = `<t xml:space="preserve">${value}</t>`;
  const [, letter = ''] = /<c r="([A-Z])1"[^>]*><is><t>password</.exec(xml) ?? [];
  const changed = xml
    .replace(new RegExp(`(<c r="${letter}2"[^>]*><is>)<t></t>`), `$1${cell}`)
    .replace('<t>MI_PASSWORD</t>', '<t></t>');
  assert.ok(changed.includes(cell));
  return zipSync({ ...parts, [sheet]: strToU8(changed) });
}

for (const [way, of] of Object.entries(WAYS)) {
  suite(`a password in ${way}`, () => {
    test('comes in whole', async () => {
      for (const value of ['Lab#pass7', 'Lab pass7', 'пароль7', '=1+1', "'Lab-pass7'"])
        assert.equal(await password(of(value)), value);
    });

    for (const value of ['Lab-pass7 ', ' Lab-pass7', 'Lab-pass7\u00a0', '\u3000Lab-pass7', 'Lab-pass7\u200b'])
      test(`is refused as ${JSON.stringify(value)}, unless blanks are kept`, async () => {
        assert.match(await refused(of(value)), /row 2|entry 1/);
        assert.match(
          await refused(of(value)),
          /password {2}\[hidden\] {2}it (begins|ends) with .*: take it out, or give --keep-blanks/,
        );
        assert.equal(await password({ ...of(value), keepBlanks: true }), value);
      });
  });
}

test('a variable that would not come in whole is refused, and not named', async () => {
  const words = await refused({ content: 'serial,account,password_env,data\na1,6230001535,CUT,keep' });
  assert.match(words, /password_env {2}\[hidden\] {2}the variable ends with a space/);
  assert.doesNotMatch(words, /CUT/);
});
