import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Survey, Thing } from '../survey.ts';
import { compareSurveys } from './survey-compare.ts';
import { countsOf, renderSurveyPage, verdictOf } from './survey-page.ts';

const thing = (kind: Thing['kind'], text: string, more: Partial<Thing> = {}): Thing => ({ kind, text, id: '', label: '', ...more });
const out = 'com.xiaomi.account:string/logout_account';
const button = (id: string, text = 'Sign out') => thing('button', text, { id, label: out });

function survey(things: Thing[], more: Partial<Survey> = {}, phone: Partial<Survey['phone']> = {}): Survey {
  return {
    version: 1,
    at: '2026-03-01T08:00:00.000Z',
    deep: false,
    phone: {
      model: '2201117TG',
      release: 'MIUI 14',
      android: '13',
      build: 'V14.0.4.0.TGCMIXM',
      region: 'global',
      language: 'en-GB',
      screen: '1080x2400',
      adbInput: 'on',
      adbInstall: 'on',
      apps: { 'com.xiaomi.account': '1' },
      helpers: {},
      signedIn: true,
      ...phone,
    },
    faults: [],
    labels: { 'com.xiaomi.account:logout_account': 'Sign out' },
    missingLabels: [],
    pages: [{ page: 'Mi Account page', known: true, screens: [], things }],
    locators: [],
    notLookedAt: [],
    unchanged: true,
    ...more,
  };
}

const rows = (...titles: string[]) => titles.map((title) => thing('row', title));

test('two surveys of the same pages have no difference, whatever the time and the size of the screen', () => {
  const one = survey([button('a:id/logout_btn'), ...rows('Cloud', 'Pay')]);
  const other = survey([button('a:id/logout_btn'), ...rows('Cloud', 'Pay')], { at: '2026-04-01T08:00:00.000Z' }, { screen: '720x1600' });
  assert.deepEqual(compareSurveys(one, other), []);
});

test('what changed is told of buttons, rows and their order', () => {
  const before = survey([button('a:id/logout_btn'), ...rows('Cloud', 'Security info', 'Pay', 'Devices')]);
  const after = survey([...rows('Pay', 'Cloud', 'Devices', 'Finance'), button('a:id/sign_out')]);
  assert.deepEqual(compareSurveys(before, after), [
    "The button 'Sign out' of the Mi Account page has a new id: a:id/logout_btn → a:id/sign_out",
    "The row 'Security info' of the Mi Account page is gone",
    "The row 'Finance' of the Mi Account page is new",
    'The order of the rows of the Mi Account page changed: Cloud, Pay, Devices → Pay, Cloud, Devices',
  ]);
});

test('a label that reads otherwise is told once', () => {
  const labels = { 'com.xiaomi.account:logout_account': 'Log out' };
  assert.deepEqual(compareSurveys(survey([button('a')]), survey([button('a', 'Log out')], { labels })), [
    "The label com.xiaomi.account:logout_account reads 'Sign out' → 'Log out'",
  ]);
});

test('in another language words are not compared, ids and strings are', () => {
  const after = survey(
    [button('a:id/sign_out', 'Отписване'), thing('row', 'Облак')],
    { labels: { 'com.xiaomi.account:logout_account': 'Отписване', 'com.xiaomi.account:new': 'Ново' } },
    { language: 'bg-BG' },
  );
  assert.deepEqual(compareSurveys(survey([button('a:id/logout_btn'), ...rows('Cloud')]), after), [
    'The language: en-GB → bg-BG',
    "The string com.xiaomi.account:new is new: 'Ново'",
    "The button 'Sign out' of the Mi Account page has a new id: a:id/logout_btn → a:id/sign_out",
  ]);
});

test('switches, apps and pages that differ are told, and a thing that is found in another way', () => {
  const found = { page: 'Mi Account page', locator: 'signOut', found: 'id', by: 'id a', expected: true } as const;
  const before = survey([], { locators: [found] });
  const after = survey(
    [],
    {
      deep: true,
      pages: [{ page: 'Settings', known: true, screens: [], things: [] }],
      locators: [{ ...found, found: 'missing', by: '', expected: false }],
    },
    { adbInput: 'off', apps: { 'com.xiaomi.account': '2' } },
  );
  assert.deepEqual(compareSurveys(before, after), [
    'Only the second survey went behind Change password (--deep)',
    'The switch USB debugging (Security settings): on → off',
    'The app com.xiaomi.account: 1 → 2',
    'The Mi Account page was not seen any more',
    'Settings is new',
    "Mi Account page: 'signOut' was found by id a, now not at all",
  ]);
});

test('the page of a survey says first what is missing, and text of the phone stays text', () => {
  const finding = { page: 'Mi Account page', locator: 'signOut', by: 'id a', found: 'id', expected: true } as const;
  const worse = survey([], {
    pages: [
      { page: 'Mi Account page', known: true, screens: [{ source: '1.xml', screenshot: '1.png' }], things: [] },
      { page: 'page of com.example', known: false, screens: [{ source: '2.xml' }], things: [thing('text', '<b>')] },
    ],
    locators: [
      finding,
      { ...finding, locator: 'row', found: 'label', expected: false },
      { ...finding, locator: 'gone', found: 'missing', by: '', expected: false },
      { ...finding, page: 'progress', found: 'page not seen', expected: false },
    ],
    unchanged: false,
  });
  assert.deepEqual(countsOf(worse), { expected: 1, fallback: 1, missing: 1 });
  assert.equal(verdictOf(worse), '1 of 3 things are missing');
  const page = renderSurveyPage(worse);
  for (const words of ['✕', '≈', '✓', 'src="1.png"', 'No page object knows it', '&#60;b&#62;', 'The account list after the survey is not'])
    assert.ok(page.includes(words), words);
});
