import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsageError } from '../errors.ts';
import { beInSofia } from '../live/zone.ts';
import { addressOf } from './address.ts';
import { letterOf, type LetterValues } from './letter.ts';
import { LETTER_LANGUAGES, letterLanguage, TEXTS } from './texts.ts';

beInSofia();

const values: LetterValues = {
  ...{ model: 'Redmi Note 12', imei: '867320001234563', reference: 'R-17' },
  ...{ deadline: '2026-12-24T21:59:59.000Z', lab: 'Repair Lab' },
};

for (const language of LETTER_LANGUAGES)
  test(`the letter in '${language}' says which phone, until when, and what to do, without a link`, () => {
    const { subject, text, html } = letterOf(language, values);
    for (const part of [
      'Redmi Note 12',
      '4563',
      'R-17',
      '2026',
      '24',
      'Repair Lab',
      language === 'zh' ? '小米' : 'Xiaomi',
    ])
      assert.ok(text.includes(part), part);
    assert.ok(subject.includes('4563') && !subject.includes('\n'));
    assert.doesNotMatch(text, /\.\.|[:：]\.|\s[.,:;]/, 'one full stop ends a sentence');
    assert.doesNotMatch(text, language === 'zh' ? /\p{Script=Han}[,:;()!?]/u : /[，。：（）]/);
    for (const written of [subject, text, html]) {
      assert.doesNotMatch(written, /867320001234563/, 'of the IMEI only the last digits');
      assert.doesNotMatch(written, /:\/\/|www\.|href|mi\.com|xiaomi\.com/);
    }
    for (const written of [subject, text]) assert.doesNotMatch(written, /[{}<>]/);
    assert.match(text, /^1\. .*\n2\. /m);
    assert.match(html, /<ol><li>.*<\/li><\/ol>/);
    assert.match(html, language === 'ar' ? /<html lang="ar" dir="rtl">/ : /dir="ltr"/);
    assert.match(html, /<bdi>4563<\/bdi>/);
  });

test('what is read from left to right stays so in Arabic: in plain text by marks, in the page by its own', () => {
  const { subject, text, html } = letterOf('ar', { ...values, reference: '17-R', model: '2201117TG' });
  assert.match(subject, /\u20684563\u2069/);
  for (const value of ['17-R', '2201117TG', '4563', 'Repair Lab']) {
    assert.ok(text.includes(`\u2068${value}\u2069`), value);
    assert.ok(html.includes(`<bdi>${value}</bdi>`), value);
  }
  const empty = letterOf('ar', { ...values, reference: '', model: '' });
  assert.doesNotMatch(empty.text, /\u2068\u2069/);
  assert.match(text, /24 .*2026/, 'in the digits of the IMEI');
});

test('no letter has a word of passwords or codes that are sent', () => {
  for (const [language, text] of Object.entries(TEXTS)) {
    const sent = text
      .split('\n')
      .filter((line) => /password|парол|пароль|密码|şifre|contraseña|كلمة/i.test(line))
      .filter((line) => /(send|изпрат|пришл|отправьт|发送|gönder(in|iniz)|env[ií]e|أرسل)/i.test(line));
    assert.deepEqual(sent, [], language);
  }
});

test('each language says the same in as many lines', () => {
  const shape = (text: string) =>
    text.split('\n').map((line) => (line === '' ? '' : /^\d\./.test(line) ? 'step' : 'words'));
  for (const language of LETTER_LANGUAGES)
    assert.deepEqual(shape(TEXTS[language]), shape(TEXTS.en), language);
});

test('a line whose value is not known is left out', () => {
  const { text } = letterOf('en', { ...values, model: '', reference: '', deadline: '', lab: '' });
  assert.doesNotMatch(text, /Model|reference|Please do this by|undefined/);
  assert.match(text, /IMEI ending in: 4563/);
});

test('names that are made to harm stay on their line, turn nothing round, and are no markup', () => {
  const hostile = {
    ...values,
    reference: 'R\r\nBcc: x\u202eevil\u2028</p><script>',
    model: '{lab}\u0000\u200f<b>',
  };
  const { subject, text, html } = letterOf('en', hostile);
  assert.match(text, /^Our reference: R Bcc: xevil \/pscript$/m);
  assert.match(text, /^Model: lab b$/m);
  for (const written of [subject, text, html]) assert.doesNotMatch(written, /[\p{Cf}\u2028]|<script|<b>/u);
});

for (const [name, value] of [
  ['reference', 'https://evil.example/login'],
  ['reference', 'see www.evil.example'],
  ['model', 'mi-account.com'],
] as const)
  test(`a ${name} that is an address makes no letter: ${value}`, () =>
    assert.throws(
      () => letterOf('en', { ...values, [name]: value }),
      (error: UsageError) => {
        assert.match(error.message, /holds an address .*, and a letter holds no links/);
        return error.exitCode === 2;
      },
    ));

test('a template of the lab takes the place of ours, in every form', () => {
  const own = 'Phone {imei}\n\nHello {reference} & co,\n\n1. do it\n2. by {deadline}\n\n{lab}\n';
  const { subject, text, html } = letterOf('bg', values, own.replaceAll('\n', '\r\n'));
  assert.equal(subject, 'Phone 4563');
  assert.equal(text, 'Hello R-17 & co,\n\n1. do it\n2. by 24 декември 2026 г.\n\nRepair Lab\n');
  assert.match(html, /<p>Hello <bdi>R-17<\/bdi> &#38; co,<\/p><ol><li>do it<\/li><li>by <bdi>24 декември/);
});

for (const [own, message] of [
  ['S {imei}\n\nSign in at https://account.xiaomi.com', /holds an address of a website/],
  ['S {imei}\n\nSign in at account.xiaomi.com', /holds an address of a website/],
  ['S {imei}\n\n{password}', /place \{password\}, which is not known/],
  ['S\n\nWhich phone?', /does not say which phone/],
  ['S {imei}', /has no subject/],
] as const)
  test(`a template is refused that ${message.source}`, () =>
    assert.throws(() => letterOf('en', values, own), { message }));

test('a language is known as people write it', () => {
  assert.deepEqual(['zh-CN', 'BG', 'ar_EG', 'de', ''].map(letterLanguage), [
    'zh',
    'bg',
    'ar',
    undefined,
    undefined,
  ]);
});

test('a letter goes to one address, and what is none is not repeated', () => {
  assert.equal(addressOf('owner@example.com'), 'owner@example.com');
  for (const text of ['', 'owner', 'a@example.com, b@example.com', 'a@example.com\nBcc: b@example.com'])
    assert.throws(() => addressOf(text), {
      ...{ name: 'UsageError', message: "The owner's e-mail address is no address." },
      hint: 'correct owner_email in the list, one address, and run bulk with it again',
    });
});

test('what a mail program would make a link of is an address, and other words with dots are none', () => {
  const made = (reference: string) => () => letterOf('en', { ...values, reference });
  for (const link of ['a://b', 'mailto:x', 'x.org', 'lab.BG', 'see X.shop now', 'почта.ru', 'WWW.x'])
    assert.throws(made(link), { hint: 'give the order another reference in the list' }, link);
  for (const plain of ['R.17', 'R-17.2026', 'x.company', 'a:/b', 'awww.', '17.com-2x'.replace('com', 'c')])
    assert.doesNotThrow(made(plain), plain);
  assert.throws(() => letterOf('en', { ...values, model: 'x.org' }), {
    message: "The model of this phone holds an address ('x.org'), and a letter holds no links.",
    hint: 'look at the phone: its model is no plain name',
  });
});

test('a value has 60 letters at most, and an IMEI that is none is left out', () => {
  const own = 'S {imei}\n\nR: {reference}\nI: {imei}\nend';
  const textOf = (more: Partial<LetterValues>) => letterOf('en', { ...values, ...more }, own).text;
  assert.equal(textOf({ reference: ` ${'x'.repeat(59)} yz ` }), `R: ${'x'.repeat(59)} \nI: 4563\nend\n`);
  for (const imei of ['', '86732000123456', '8673200012345631', '86732000123456x'])
    assert.equal(textOf({ imei }), 'R: R-17\nend\n', imei);
  assert.equal(
    letterOf('en', { ...values, deadline: 'soon' }, 'S {imei}\n\nBy {deadline}\nend').text,
    'end\n',
  );
});

test('a template that is refused says what to write instead', () => {
  const hints: [own: string, message: string, hint: string][] = [
    [
      'S {imei}\n\n{name}',
      "The letter's template for 'bg' has a place {name}, which is not known.",
      'use {model}, {imei}, {reference}, {deadline}, {lab}',
    ],
    [
      'S {imei}\n\nwww.lab.example',
      "The letter's template for 'bg' holds an address of a website, and a letter holds no links: thieves send such letters.",
      "name Xiaomi's pages by words",
    ],
    [
      'S\n\n{model}',
      "The letter's template for 'bg' does not say which phone it is about.",
      'put {imei} into it: its last digits',
    ],
    [
      'S\nno blank line {imei}',
      "The letter's template for 'bg' has no subject.",
      'its first line is the subject; after it comes a blank line',
    ],
  ];
  for (const [own, message, hint] of hints)
    assert.throws(() => letterOf('bg', values, own), { message, hint });
  assert.throws(() => letterOf('bg', values, 'S {imei}\n\n{}'), /has a place \{\}/);
  assert.doesNotThrow(() => letterOf('bg', values, '\n\nS {imei}\n \nText'));
});

test('lines of a paragraph stay lines on the page, and steps with a bracket are steps', () => {
  const { html, text } = letterOf('en', values, 'S {imei}\n\n  one  \ntwo\n2) step\n\n\n\nthree\n');
  assert.match(html, /<body><p>one<br>two<\/p><ol><li>step<\/li><\/ol><p>three<\/p><\/body>/);
  assert.equal(text, 'one\ntwo\n2) step\n\nthree\n');
});
