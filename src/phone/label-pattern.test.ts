import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelPattern, parseNumber, type LabelPattern } from './label-pattern.ts';

const numberIn = (pattern: LabelPattern, text: string) =>
  pattern
    .capture(text)
    .map(parseNumber)
    .find((number) => number !== undefined);

test('matches the label as it is drawn and nothing else', () => {
  const pattern = labelPattern('Sign out');
  assert.equal(pattern.matches('Sign out'), true);
  for (const other of ['Sign out ', 'sign out', 'Sign out now', 'Sign  out', ''])
    assert.equal(pattern.matches(other), false, other);
});

test('takes regular expression characters for what they are', () => {
  const label = 'Mi (小米) [beta]? ^1.5+ {a|b} \\ /c/ $5 * é-ö';
  assert.equal(labelPattern(label).matches(label), true);
  assert.equal(labelPattern('a.c').matches('abc'), false);
});

test('captures arguments in the order of their numbers, however they are placed', () => {
  assert.deepEqual(labelPattern('Sign out of %s?').capture('Sign out of Иван?'), ['Иван']);
  assert.deepEqual(labelPattern('%2$s: %1$d items').capture('Photos: 12 items'), ['12', 'Photos']);
  assert.deepEqual(labelPattern('%1$s, yes, %1$s').capture('Ana, yes, Ana'), ['Ana']);
  assert.deepEqual(labelPattern('Wait %d days').capture('Wait many days'), []);
  assert.deepEqual(labelPattern('Sign out').capture('Sign out'), []);
  assert.deepEqual(labelPattern('%1$s').capture('line one\nline two'), ['line one\nline two']);
});

test('draws a percent sign as the phone does, with arguments and without', () => {
  const used = labelPattern('%d%% used');
  assert.equal(used.matches('87% used'), true);
  assert.equal(used.matches('87%% used'), false);
  assert.equal(labelPattern('100% sure').matches('100% sure'), true);
  assert.equal(labelPattern('100% sure').matches('100xure'), false);
  assert.equal(labelPattern('Save 5%').matches('Save 5%'), true);
});

test('reads a number in the digits of any script', () => {
  const pattern = labelPattern('%d');
  for (const numberingSystem of Intl.supportedValuesOf('numberingSystem')) {
    const format = new Intl.NumberFormat('en', { numberingSystem, useGrouping: true });
    if (!/^\p{Nd}$/u.test(format.format(7))) continue; // Roman, Han and other systems without decimal digits
    for (const number of [0, 3, 1_234_567_890])
      assert.equal(numberIn(pattern, format.format(number)), number, numberingSystem);
  }
  assert.equal(numberIn(labelPattern('انتظر %d أيام'), 'انتظر ٣ أيام'), 3);
  assert.equal(numberIn(labelPattern('%d روز'), '۱۲٬۰۰۰ روز'), 12000);
  assert.equal(numberIn(labelPattern('残り%1$d日'), '残り３日'), 3);
  assert.equal(numberIn(labelPattern('%1$s still has %2$d'), 'Phone 2 still has 4'), 4);
  assert.equal(numberIn(labelPattern('In %s days'), 'In 3 days'), 3);
  assert.equal(numberIn(labelPattern('In %s days'), 'In some days'), undefined);
  assert.equal(numberIn(labelPattern('%d°'), '-4°'), -4);
});

test('parses whole numbers only', () => {
  assert.equal(parseNumber('1 234'), undefined);
  assert.equal(parseNumber('1\u202F234'), 1234);
  assert.equal(parseNumber('three'), undefined);
  assert.equal(parseNumber(''), undefined);
});

test('undoes what strings.xml escapes', () => {
  const drawn = (raw: string, text: string) =>
    assert.equal(labelPattern(raw).matches(text), true, `${raw} → ${text}`);
  drawn("Can\\'t sign out", "Can't sign out");
  drawn('Tap \\"OK\\"', 'Tap "OK"');
  drawn('First\\nSecond', 'First\nSecond');
  drawn('\\u0412\\u0445\\u043e\\u0434', 'Вход');
  drawn('\\@home \\?', '@home ?');
  drawn('a\\\\b', 'a\\b');
  drawn('"  kept  "', '  kept  ');
  drawn('  not\n      kept  ', 'not kept');
  drawn('"Don\'t"', "Don't");
  drawn('end\\n', 'end\n');
  drawn('A &amp; B &lt;1&gt; &#8230; &#x2026;', 'A & B <1> … …');
  drawn('<![CDATA[A & B <b>bold</b>]]>', 'A & B bold');
  drawn('Hello <xliff:g id="name" example="Ana">%1$s</xliff:g>!', 'Hello Иван!');
  drawn('<!-- greeting -->Hello', 'Hello');
});

test('drops the markup the phone draws as style', () => {
  const pattern = labelPattern('Read the <b>terms</b> &amp; <a href="https://example.org">policy</a>');
  assert.equal(pattern.matches('Read the terms & policy'), true);
  assert.equal(pattern.matches('Read the <b>terms</b>'), false);
  assert.equal(labelPattern('One<br/>two').matches('One\ntwo'), true);
  assert.equal(labelPattern('a &lt;b>fat&lt;/b> one').matches('a fat one'), true);
  assert.equal(labelPattern('3 < 4 > 2').matches('3 < 4 > 2'), true);
});

test('does not count direction marks', () => {
  assert.equal(labelPattern('\u200Fتسجيل الخروج').matches('تسجيل الخروج\u200F'), true);
  assert.deepEqual(labelPattern('الحساب %s').capture('الحساب \u2068230\u2069\u200F'), ['230']);
});

test('is strict about case and white space unless it may be loose', () => {
  assert.equal(labelPattern('Accounts').matches('ACCOUNTS'), false);
  assert.equal(labelPattern('Accounts', { loose: true }).matches('ACCOUNTS'), true);
  assert.equal(labelPattern('Mi  Account', { loose: true }).matches(' Mi\u00A0account\n'), true);
  assert.equal(labelPattern('Mi Account', { loose: true }).matches('MiAccount'), false);
});

test('knows a label in the capitals of its language', () => {
  const capitals: [string, string][] = [
    ['el', 'Ρυθμίσεις λογαριασμού Μαΐου'],
    ['tr', 'Çıkış yap ve silinsin mi?'],
    ['az', 'Hesabı silin'],
    ['de', 'Schließen'],
    ['bg', 'Профили й'],
    ['cs', 'Účty a přihlášení'],
    ['fr', 'Comptes associés'],
    ['vi', 'Tài khoản và bảo mật'],
    ['es', 'Configuración rápida sí'],
  ];
  for (const [language, label] of capitals) {
    const drawn = label.toLocaleUpperCase(language);
    assert.notEqual(drawn, label);
    assert.equal(labelPattern(label, { loose: true }).matches(drawn), true, drawn);
  }
  assert.equal(labelPattern('Comptes associés', { loose: true }).matches('Comptes associes'), false);
  assert.equal(labelPattern('Sí', { loose: true }).matches('Si'), false);
});

test('gives captured text as it stands on the screen even when only the loose form fits', () => {
  const pattern = labelPattern('Signed in as %1$s (%2$d)', { loose: true });
  assert.deepEqual(pattern.capture('  SIGNED  IN AS Straße\u00A0İ ẞ (٣)'), ['Straße\u00A0İ ẞ', '٣']);
  assert.equal(numberIn(pattern, 'SIGNED IN AS x (٣)'), 3);
});

test('accepts any form of a plural', () => {
  const pattern = labelPattern(['%d ден', '%d дни']);
  assert.equal(numberIn(pattern, '1 ден'), 1);
  assert.equal(numberIn(pattern, '3 дни'), 3);
  assert.equal(pattern.matches('3 дена'), false);
});

test('takes no time over a long text that does not match', () => {
  let steps = 0;
  const step = (count: number) => void (steps += count);
  const pattern = labelPattern('%1$s and %2$s and %3$s and %4$s.', { loose: true, step });
  assert.equal(pattern.matches('x and '.repeat(60)), false);
  assert.ok(steps > 0 && steps < 20_000, `${steps} steps`);
});
