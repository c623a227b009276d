import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownReasons, outcomeNames } from '../reasons.ts';
import { filled, SAYINGS, type SayingCode } from '../jobs/list/sayings.ts';
import { fullReason, outcomeWord, shortReason } from './reason-words.ts';
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

test('Bulgarian and Russian are written in Cyrillic, Chinese in Chinese', () => {
  const scripts = [undefined, /\p{Script=Cyrillic}/u, /\p{Script=Han}/u, /\p{Script=Cyrillic}/u];
  // Names of things, and values alone.
  const same = ['logged-in-as', 'ask.captcha', 'imei'];
  for (const [word, line] of Object.entries<PageText>(WORDS))
    for (const [at, script] of scripts.entries())
      if (script && !same.includes(word)) assert.match(line[at] ?? '', script, `${word} ${LANGUAGES[at]}`);
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
    ...{ what: 'Нет сети', todo: 'Подключите к Wi-Fi' },
  });
  assert.match(fullReason({ reason: 'network' }, 'bg').todo, /Wi-Fi/);
  assert.match(
    fullReason({ reason: 'find-device-locked', retryFrom: '2026-12-03' }, 'zh').todo,
    /2026-12-03/,
  );
  assert.equal(
    fullReason({ reason: 'error', message: 'It broke.', hint: 'mend it' }, 'zh').what,
    'It broke.',
  );
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
