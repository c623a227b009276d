import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { knownReasons, outcomeNames } from '../reasons.ts';
import { filled, SAYINGS, type SayingCode } from '../jobs/list/sayings.ts';
import { fullReason, inItsOwnWords, outcomeWord, shortReason } from './reason-words.ts';
import { languageOf, LANGUAGES, sayIn, WORDS, type PageText, type PageWord } from './words/language.ts';
import { FINDING_WORDS } from './words/findings.ts';
import { LIST_FAULT_WORDS } from './words/list-faults.ts';
import { ERROR_WORDS, OUTCOME_WORDS, REASON_WORDS } from './words/reasons.ts';

const placesIn = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

test('every text of the page is there in every language, with the same places for values', () => {
  assert.ok(Object.keys(WORDS).length > 80, 'the tables are read');
  for (const [word, line] of Object.entries<PageText>(WORDS)) {
    assert.equal(line.length, LANGUAGES.length, word);
    for (const text of line) {
      assert.notEqual(text.trim(), '', word);
      for (const form of text.split('|'))
        assert.deepEqual(placesIn(form), placesIn(line[0].split('|')[0] ?? ''), word);
    }
  }
});

/** Every text that a language has of its own: its name, and English, Bulgarian, Chinese, Russian; empty: none. */
const everyText: [name: string, line: readonly string[]][] = [
  ...Object.entries<PageText>(WORDS),
  ...Object.entries(OUTCOME_WORDS),
  ...Object.entries(LIST_FAULT_WORDS),
  ...Object.entries(FINDING_WORDS).map(([name, line]): [string, readonly string[]] => [name, ['', ...line]]),
  ...[REASON_WORDS, ERROR_WORDS].flatMap((table) =>
    Object.entries(table).flatMap(([name, { what, todo }]): [string, readonly string[]][] => [
      [`${name}, what`, what],
      [`${name}, todo`, todo],
    ]),
  ),
  ...Object.entries(REASON_WORDS).map(([name, { full }]): [string, readonly string[]] => [
    `${name}, full`,
    ['', ...full],
  ]),
];

test('Bulgarian and Russian are written in Cyrillic, Chinese in Chinese', () => {
  const scripts = [undefined, /\p{Script=Cyrillic}/u, /\p{Script=Han}/u, /\p{Script=Cyrillic}/u];
  // Names of things, and values alone.
  const same = ['logged-in-as', 'ask.captcha', 'imei', 'captcha, what'];
  assert.ok(everyText.length > 600, 'the tables are read');
  for (const [word, line] of everyText)
    for (const [at, script] of scripts.entries())
      if (script && line[at] !== '' && !same.includes(word))
        assert.match(line[at] ?? '', script, `${word} ${LANGUAGES[at]}`);
});

test('a text that is a sentence or a question in one language is one in all, and begins large or small in all', () => {
  const endOf = (text: string) =>
    ['.。', '?？', ':：', '!！', '…'].find((marks) => marks.includes(text.at(-1) ?? ' '));
  const beginsOf = (text: string) => /^(\p{Lu})|^(\p{Ll})/u.exec(text)?.slice(1).findIndex(Boolean) ?? -1;
  // A text that begins with the name of the account does so in any place.
  const isName = (text: string) => /^Mi\b/.test(text);
  for (const [word, all] of everyText) {
    const line = all.filter((text) => text !== '');
    assert.equal(new Set(line.map(endOf)).size, 1, `${word}: ${line.join(' | ')}`);
    const begins = line.filter((text) => !isName(text)).map(beginsOf);
    assert.ok(new Set(begins.filter((one) => one >= 0)).size <= 1, `${word}: ${line.join(' | ')}`);
  }
});

test('every reason and outcome has words in every language', () => {
  assert.deepEqual(Object.keys(REASON_WORDS).sort(), knownReasons().sort());
  assert.deepEqual(Object.keys(OUTCOME_WORDS).sort(), [...outcomeNames].sort());
  for (const [name, { what, todo, full }] of Object.entries(REASON_WORDS)) {
    for (const text of [...what, ...todo, ...full]) assert.notEqual(text.trim(), '', name);
    for (const text of full) assert.equal(text.split(' → ').length, 2, `${name}: ${text}`);
  }
  for (const { what, todo } of Object.values(ERROR_WORDS))
    assert.equal([...what, ...todo].filter(Boolean).length, 8);
});

test('a reason says what happened and what to do, in the language that was asked for', () => {
  assert.deepEqual(shortReason({ outcome: 'refused', reason: 'network' }, 'ru'), {
    ...{ what: 'Нет сети', todo: 'Подключите к Wi‑Fi' },
  });
  assert.match(fullReason({ reason: 'network' }, 'bg').todo, /Wi-Fi/);
  assert.match(
    fullReason({ reason: 'find-device-locked', retryFrom: '2026-12-03' }, 'zh').todo,
    /2026-12-03/,
  );
  const broken = { reason: 'session', message: 'It broke.', hint: 'mend it' };
  assert.deepEqual(fullReason(broken, 'zh'), { what: '会话失败', todo: '再试一次' });
  assert.deepEqual(fullReason(broken, 'en'), { what: 'It broke.', todo: 'mend it' });
  assert.equal(inItsOwnWords(broken, 'zh'), 'It broke. → mend it', 'what the program said stays to be read');
  assert.equal(inItsOwnWords(broken, 'en'), '');
  assert.equal(fullReason({ reason: 'new', message: 'It broke.' }, 'bg').what, 'Прекъсна');
  assert.equal(outcomeWord('a new outcome', 'bg'), 'a new outcome');
  assert.equal(shortReason({ outcome: 'error', reason: 'never-heard-of' }, 'en').what, 'It broke off');
});

test('numbers take the form that each language gives them', () => {
  const forms = [1, 2, 5, 21, 22].map((n) => sayIn('ru')('are-working', { n }));
  assert.deepEqual(forms, [
    '1 телефон в работе.',
    '2 телефона в работе.',
    '5 телефонов в работе.',
    '21 телефон в работе.',
    '22 телефона в работе.',
  ]);
  assert.equal(sayIn('en')('are-working', { n: 1 }), '1 phone is working.');
  assert.equal(sayIn('bg')('are-working', { n: 2 }), '2 телефона работят.');
  assert.equal(
    sayIn('en')('scan.none' satisfies PageWord, { what: '{n}' }),
    '{n} is not on this wall, in a list or in the records.',
  );
});

test('the language is the one that was chosen, else the first of the browser that the page has', () => {
  assert.equal(languageOf(undefined, 'fr, ru;q=0.4, bg-BG;q=0.9'), 'bg');
  assert.equal(languageOf('zh', 'bg'), 'zh');
  assert.equal(languageOf('xx', 'zh-Hans-CN'), 'zh');
  assert.equal(languageOf(undefined, undefined), 'en');
  assert.equal(languageOf(undefined, 'de;q=0, ru;q=0'), 'en');
});

test('what is found in a list has words in every language, with no place that stays open', () => {
  // What a language says in another way than English has values of its own.
  const more = ['{choice}', '{numbers}', '{sign}', '{place}'];
  const scripts = [/\p{Script=Cyrillic}/u, /\p{Script=Han}/u, /\p{Script=Cyrillic}/u];
  assert.deepEqual(Object.keys(FINDING_WORDS).sort(), Object.keys(SAYINGS).sort());
  for (const [code, line] of Object.entries(FINDING_WORDS))
    for (const [at, text] of line.entries()) {
      assert.match(text, scripts[at] ?? /^$/, code);
      const known = [...placesIn(SAYINGS[code as SayingCode]), ...more];
      assert.deepEqual(
        placesIn(text).filter((place) => !known.includes(place)),
        [],
        code,
      );
    }
  for (const [fault, line] of Object.entries(LIST_FAULT_WORDS))
    for (const [at, text] of line.slice(1).entries()) {
      assert.match(text, scripts[at] ?? /^$/, fault);
      assert.deepEqual(placesIn(text), placesIn(line[0]), fault);
    }
  assert.equal(filled('{n} of {m}', { n: 1 }), '1 of {m}');
});

test('each text of another language is in its letters, also in tables that only their own files know', () => {
  const folder = join(import.meta.dirname, 'words');
  const found: string[] = [];
  let tables = 0;
  for (const file of readdirSync(folder)) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(folder, file), 'utf8'),
      ts.ScriptTarget.Latest,
    );
    const look = (node: ts.Node): void => {
      ts.forEachChild(node, look);
      if (!ts.isArrayLiteralExpression(node)) return;
      const texts = node.elements.filter(ts.isStringLiteralLike).map(({ text }) => text);
      const chinese = texts.findIndex((text) => /\p{sc=Han}/u.test(text));
      if (chinese < 1 || texts[chinese + 1] === undefined) return;
      tables++;
      for (const text of [texts[chinese - 1], texts[chinese + 1]] as [string, string])
        if (!/\p{sc=Cyrillic}/u.test(text) && /\b[a-z]{3}/.test(text)) found.push(`${file}: ${text}`);
    };
    look(source);
  }
  assert.ok(tables > 500, `${tables} tables`);
  assert.deepEqual(found, []);
});
