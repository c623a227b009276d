import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { zipSync } from 'fflate';
import type { Label } from '../../pageobjects/label.ts';
import { PhoneLostError } from '../errors.ts';
import type { Phone } from './adb.ts';
import { parseFacts, type PhoneFacts } from './facts.ts';
import { labelBook, readLabels, wantedLabels } from './labels.ts';
import { goldenTable } from './resource-table.golden.ts';

const APP = 'com.xiaomi.account';
const label = (owner: string, ...names: string[]): Label[] => names.map((name) => ({ package: owner, name }));
const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-labels-'));
after(() => rmSync(folder, { recursive: true }));
let shelves = 0;
const shelf = () => join(folder, String(++shelves));

const facts = (more: Partial<PhoneFacts> = {}): PhoneFacts => ({
  ...parseFacts(
    '@@mi-unbind:props\n[ro.build.version.incremental]: [V14.0.6.0.TLMMIXM]\n@@mi-unbind:account\nUser UserInfo{0:Owner:13}:\n  Accounts: 0\n',
  ),
  sdk: 33,
  language: 'bg-BG',
  apps: { [APP]: '14.1 (1401)' },
  ...more,
});

/** A phone of Android 12 or later, with these strings in each language. */
class Told implements Phone {
  readonly serial = 'notified';
  readonly asked: string[] = [];
  language = 'bg-BG';
  strings: Record<string, Record<string, string>> = {
    'bg-BG': { logout_account: 'Отписване' },
    'ar-EG': { logout_account: 'تسجيل الخروج' },
  };
  pull = () => Promise.reject(new Error('no files'));

  async shell(command: string): Promise<string> {
    if (command === 'getprop') return `[persist.sys.locale]: [${this.language}]\n`;
    const names = [...command.matchAll(/string\/(\w+)/g)].map(([, name = '']) => name);
    this.asked.push(...names);
    return names
      .map((name) => {
        const text = this.strings[this.language]?.[name];
        return text === undefined ? `Error: no such string\n@@missing\n` : `${text}\n@@found\n`;
      })
      .join('');
  }
}

const OUT = label(APP, 'logout_account');

test('a warning over every answer is not taken for words', async () => {
  const phone = new Told();
  const strings = { logout_account: 'Отписване', change_password: 'Промяна\nна паролата' };
  phone.strings = {
    'bg-BG': Object.fromEntries(
      Object.entries(strings).map(([name, text]) => [name, `WARNING: linker\n${text}`]),
    ),
  };
  const wanted = label(APP, ...Object.keys(strings));
  const book = await readLabels(phone, facts(), wanted);
  assert.deepEqual(
    wanted.map((one) => book.text(one)),
    Object.values(strings),
  );
});

test('a label that is nothing but a placeholder is on no page', () => {
  const book = labelBook(new Map([[`${APP}:logout_account`, '%1$s']]));
  assert.equal(book.matches(OUT[0]!, 'Anything'), false);
});

test('what was read once is not asked of the phone again', async () => {
  const cache = shelf();
  const phone = new Told();
  assert.equal((await readLabels(phone, facts(), OUT, { cache })).text(OUT[0]!), 'Отписване');
  const again = await readLabels(phone, facts(), OUT, { cache });
  assert.equal(again.text(OUT[0]!), 'Отписване');
  assert.equal(again.matches(OUT[0]!, 'ОТПИСВАНЕ'), true);
  assert.deepEqual(phone.asked, ['logout_account']);
});

test('another language, build, model or version of the app is read anew', async () => {
  const cache = shelf();
  const phone = new Told();
  const others = [
    facts(),
    facts({ language: 'ar-EG' }),
    facts({ build: 'x' }),
    facts({ model: 'x' }),
    facts({ apps: { [APP]: '14.2 (1402)' } }),
  ];
  for (const other of others) await readLabels(phone, other, OUT, { cache });
  assert.equal(phone.asked.length, others.length);
});

test('nothing is kept of an app that does not tell its version', async () => {
  const cache = shelf();
  const phone = new Told();
  await readLabels(phone, facts({ apps: {} }), OUT, { cache });
  await readLabels(phone, facts({ apps: {} }), OUT, { cache });
  assert.equal(phone.asked.length, 2);
});

test('a name that was never asked for is added, and that there is no such string is kept too', async () => {
  const cache = shelf();
  const phone = new Told();
  const more = label(APP, 'logout_account', 'no_such_string');
  await readLabels(phone, facts(), OUT, { cache });
  phone.strings['bg-BG']!.change_password = 'Промени паролата';
  await readLabels(phone, facts(), [...more, ...label(APP, 'change_password')], { cache });
  const book = await readLabels(phone, facts(), more, { cache });
  assert.deepEqual(phone.asked, ['logout_account', 'no_such_string', 'change_password']);
  assert.equal(book.text(more[1]!), undefined);
  assert.equal(book.matches(more[1]!, ''), false);
});

test('a broken or half-written file is read past and mended', async () => {
  const cache = shelf();
  const phone = new Told();
  await readLabels(phone, facts(), OUT, { cache });
  const [name = ''] = readdirSync(cache);
  const whole = readFileSync(join(cache, name), 'utf8');
  for (const broken of ['', whole.slice(0, 40), '{"of":["x"],"strings":{"logout_account":"wrong"}}', '[]']) {
    writeFileSync(join(cache, name), broken);
    assert.equal((await readLabels(phone, facts(), OUT, { cache })).text(OUT[0]!), 'Отписване', broken);
    assert.equal(readFileSync(join(cache, name), 'utf8'), whole);
  }
  assert.deepEqual(readdirSync(cache), [name]);
});

test('many that write at once leave a whole file, and a folder that cannot be written is no fault', async () => {
  const cache = shelf();
  const phone = new Told();
  await Promise.all(Array.from({ length: 20 }, () => readLabels(phone, facts(), OUT, { cache })));
  const files = readdirSync(cache);
  assert.equal(files.length, 1);
  JSON.parse(readFileSync(join(cache, files[0] ?? ''), 'utf8'));
  writeFileSync(join(folder, 'file'), '');
  assert.equal(
    (await readLabels(phone, facts(), OUT, { cache: join(folder, 'file', 'labels') })).text(OUT[0]!),
    'Отписване',
  );
});

test('an answer that breaks off is a lost phone, and is not kept', async () => {
  const cache = shelf();
  const phone = new Told();
  const shell = phone.shell.bind(phone);
  phone.shell = async (command) => (await shell(command)).replace(/@@found[\s\S]*/, '');
  await assert.rejects(readLabels(phone, facts(), OUT, { cache }), PhoneLostError);
  phone.shell = shell;
  assert.equal((await readLabels(phone, facts(), OUT, { cache })).text(OUT[0]!), 'Отписване');
});

test('the package of an old phone is pulled once', async () => {
  const cache = shelf();
  let pulls = 0;
  const phone: Phone = {
    serial: 'old',
    shell: async (command) =>
      command.includes(APP) ? 'package:/system/app/XiaomiAccount/XiaomiAccount.apk\n' : '',
    pull: async () => (pulls++, zipSync({ 'resources.arsc': [goldenTable('utf8'), { level: 0 }] })),
  };
  const wanted = label(APP, 'sign_out', 'no_such_string');
  await readLabels(phone, facts({ sdk: 28 }), wanted, { cache });
  assert.equal(
    (await readLabels(phone, facts({ sdk: 28 }), wanted, { cache })).text(wanted[0]!),
    'Отписване',
  );
  assert.equal(pulls, 1);
});

test('the labels are read anew where the language has changed, and only there', async () => {
  const phone = new Told();
  const { signal } = new AbortController();
  const book = await readLabels(phone, facts(), OUT);
  assert.equal(await book.refresh?.(signal), false);
  phone.language = 'ar-EG';
  assert.equal(await book.refresh?.(signal), true);
  assert.equal(book.matches(OUT[0]!, '\u200fتسجيل الخروج\u200f'), true);
  assert.equal(book.matches(OUT[0]!, 'Отписване'), false);
  assert.equal(await book.refresh?.(signal), false);
  assert.deepEqual(phone.asked, ['logout_account', 'logout_account']);
});

test('one answer alone is words to its last line, as no other one says that it begins with a warning', async () => {
  const phone = new Told();
  phone.strings = { 'bg-BG': { logout_account: 'One\ntwo' } };
  assert.equal((await readLabels(phone, facts(), OUT)).text(OUT[0]!), 'One\ntwo');
});

test('a phone whose shell looks up no string is read like an old one', async () => {
  const asked: string[] = [];
  const phone: Phone = {
    serial: 'closed',
    shell: async (command) => {
      asked.push(command.split(' ').slice(0, 2).join(' '));
      if (command.startsWith('cmd')) return '@@missing\n';
      return 'package:/system/app/XiaomiAccount/XiaomiAccount.apk\n';
    },
    pull: async (path) => {
      assert.equal(path, '/system/app/XiaomiAccount/XiaomiAccount.apk');
      return zipSync({ 'resources.arsc': [goldenTable('utf8'), { level: 0 }] });
    },
  };
  const wanted = label(APP, 'sign_out');
  assert.equal((await readLabels(phone, facts(), wanted)).text(wanted[0]!), 'Отписване');
  assert.deepEqual(asked, ['cmd overlay', 'pm path']);
});

test('the words of the framework may be missing, those of an app may not', async () => {
  const phone: Phone = {
    serial: 'old',
    shell: async (command) => `package:/${command.includes(APP) ? 'account' : 'framework'}.apk\n`,
    pull: async (path) =>
      path === '/account.apk' ? zipSync({ 'resources.arsc': goldenTable('utf8') }) : Buffer.from('no app'),
  };
  const old = facts({ sdk: 28 });
  const wanted = [...label(APP, 'sign_out'), ...label('android', 'ok')];
  const book = await readLabels(phone, old, wanted);
  assert.deepEqual(
    wanted.map((one) => book.text(one)),
    ['Отписване', undefined],
  );
  await assert.rejects(
    readLabels({ ...phone, pull: async () => Buffer.from('no app') }, old, label(APP, 'sign_out')),
    {
      name: 'UnreadableApkError',
    },
  );
  const gone = await readLabels({ ...phone, shell: async () => '' }, old, wanted);
  assert.equal(gone.text(wanted[0]!), undefined, 'an app that is not there has no words');
});

test('a number in a text is given in plain digits, and any other value as it stands', () => {
  const book = labelBook(
    new Map([
      [`${APP}:days`, 'Wait %1$s days'],
      [`${APP}:blank`, '  '],
    ]),
  );
  const [days, blank, none] = label(APP, 'days', 'blank', 'none') as [Label, Label, Label];
  assert.deepEqual(book.values(days, 'Wait 1,234 days'), ['1234']);
  assert.deepEqual(book.values(days, 'Wait ٣ days'), ['3']);
  assert.deepEqual(book.values(days, 'Wait some days'), ['some']);
  assert.deepEqual(book.values(days, 'Wait'), []);
  assert.deepEqual(book.values(none, 'Wait 3 days'), []);
  assert.equal(book.matches(days, 'WAIT 3 DAYS'), true);
  assert.equal(book.matches(days, 'WAIT 3 DAYS', true), false, 'exactly');
  assert.equal(book.matches(blank, '  '), false);
  assert.equal(book.text(blank), '  ');
});

test('each label is asked for once, and the phone is asked for nothing where none is wanted', async () => {
  const phone = new Told();
  await readLabels(phone, facts(), [...OUT, ...OUT]);
  assert.deepEqual(phone.asked, ['logout_account']);
  const broken: Phone = { ...phone, shell: () => Promise.reject(new Error('asked')), pull: phone.pull };
  assert.equal((await readLabels(broken, facts(), [])).text(OUT[0]!), undefined);
});

test('labels of pages are those of their landmarks, of their things and of what they read beside', () => {
  const [mark, thing, beside] = label(APP, 'a', 'b', 'c') as [Label, Label, Label];
  assert.deepEqual(
    wantedLabels([
      { landmark: { ways: [{ label: [mark] }] }, locators: { x: [{ label: [thing] }] }, labels: [beside] },
      { landmark: { package: ['a.b'] } },
    ]),
    [mark, thing, beside],
  );
});
