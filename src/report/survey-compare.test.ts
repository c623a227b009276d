import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Survey, Thing } from '../survey.ts';
import { compareSurveys } from './survey-compare.ts';
import { countsOf, renderSurveyPage, verdictOf } from './survey-page.ts';
import { beInSofia } from '../live/zone.ts';

beInSofia();

const thing = (kind: Thing['kind'], text: string, more: Partial<Thing> = {}): Thing => ({
  kind,
  text,
  id: '',
  label: '',
  ...more,
});
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
  const other = survey(
    [button('a:id/logout_btn'), ...rows('Cloud', 'Pay')],
    { at: '2026-04-01T08:00:00.000Z' },
    { screen: '720x1600' },
  );
  assert.deepEqual(compareSurveys(one, other), []);
});

test('what changed is reported of buttons, rows and their order', () => {
  const before = survey([button('a:id/logout_btn'), ...rows('Cloud', 'Security info', 'Pay', 'Devices')]);
  const after = survey([...rows('Pay', 'Cloud', 'Devices', 'Finance'), button('a:id/sign_out')]);
  assert.deepEqual(compareSurveys(before, after), [
    "The button 'Sign out' of the Mi Account page has a new id: a:id/logout_btn → a:id/sign_out",
    "The row 'Security info' of the Mi Account page is gone",
    "The row 'Finance' of the Mi Account page is new",
    'The order of the rows of the Mi Account page changed: Cloud, Pay, Devices → Pay, Cloud, Devices',
  ]);
});

test('a label that reads otherwise is reported once', () => {
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

test('switches, apps and pages that differ are reported, and a thing that is found in another way', () => {
  const found = {
    page: 'Mi Account page',
    locator: 'signOut',
    found: 'id',
    by: 'id a',
    expected: true,
  } as const;
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
  const finding = {
    page: 'Mi Account page',
    locator: 'signOut',
    by: 'id a',
    found: 'id',
    expected: true,
  } as const;
  const worse = survey([], {
    pages: [
      {
        page: 'Mi Account page',
        known: true,
        screens: [{ source: '1.xml', screenshot: '1.png' }],
        things: [],
      },
      {
        page: 'page of com.example',
        known: false,
        screens: [{ source: '2.xml' }],
        things: [thing('text', '<b>')],
      },
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
  for (const words of [
    '✕',
    '≈',
    '✓',
    'src="1.png"',
    'No page object knows it',
    '&#60;b&#62;',
    'The account list after the survey is not',
  ])
    assert.ok(page.includes(words), words);
});

/** The page of a survey without its style. */
const shown = (more: Partial<Survey> = {}, phone: Partial<Survey['phone']> = {}) =>
  renderSurveyPage(survey([], more, phone)).replace(/<style>.*<\/style>/s, '');
const facts = (page: string) =>
  Object.fromEntries(
    [...page.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    ),
  );

test('each fact of a surveyed phone stands on its page, and what it lacks is said', () => {
  assert.deepEqual(facts(shown()), {
    ...{
      Model: '2201117TG',
      Build: 'V14.0.4.0.TGCMIXM',
      Android: '13',
      Screen: '1080x2400',
      'Mi Account': 'signed in',
    },
    ...{ 'USB debugging (Security settings)': 'on', 'Install via USB': 'on', 'com.xiaomi.account': '1' },
    ...{ 'Appium&#39;s helpers': 'not installed', Surveyed: '2026-03-01 10:00:00 UTC+2' },
  });
  const other = {
    adbInput: '',
    adbInstall: 'off',
    apps: { 'com.xiaomi.account': '' },
    helpers: { a: '9.1', b: '' },
    signedIn: false,
  };
  const lacking = facts(shown({}, other));
  assert.equal(lacking['Mi Account'], 'no account is signed in');
  assert.equal(lacking['USB debugging (Security settings)'], 'no such switch');
  assert.equal(lacking['Install via USB'], 'off');
  assert.equal(lacking['com.xiaomi.account'], 'not there');
  assert.equal(lacking['Appium&#39;s helpers'], '9.1');
});

test('the title names the release, the region and the language, as far as they are known', () => {
  assert.match(shown(), /<p class="because">MIUI 14 · global · en-GB<\/p>/);
  assert.match(shown({}, { release: '', region: '' }), /<p class="because">unknown release · en-GB<\/p>/);
  assert.match(shown(), /<title>MIUI 14 · global · en-GB: All 0 things were found as expected<\/title>/);
});

test('the colour, the verdict and each row of a page say how a thing was found', () => {
  const finding = {
    page: 'Mi Account page',
    locator: 'signOut',
    by: 'id a',
    found: 'id',
    expected: true,
  } as const;
  const tone = (page: string) => /<header class="(\w+)"><h1>(.*?)<\/h1>/.exec(page)?.slice(1).join(': ');
  const fallback = { ...finding, locator: 'row', found: 'label', by: 'label b', expected: false } as const;
  const missing = { ...finding, locator: 'gone', found: 'missing', by: '', expected: false } as const;
  assert.equal(tone(shown({ locators: [finding] })), 'good: All 1 things were found as expected');
  assert.equal(
    tone(shown({ locators: [finding, fallback] })),
    'fair: 1 of 2 things were found in another way',
  );
  assert.equal(tone(shown({ locators: [finding, fallback, missing] })), 'bad: 1 of 3 things are missing');
  const rows = [
    ...shown({ locators: [finding, fallback, missing] }).matchAll(
      /<tr class="(\w+)"><td title="[^"]*">(.)<\/td><th>(.*?)<\/th><td>(.*?)<\/td><td class="by">(.*?)<\/td>/g,
    ),
  ];
  assert.deepEqual(
    rows.map(([, ...cells]) => cells),
    [
      ['good', '✓', 'signOut', 'found as expected', 'id a'],
      ['fair', '≈', 'row', 'found in another way', 'label b'],
      ['bad', '✕', 'gone', 'missing', 'on none of the screens'],
    ],
  );
});

test('what was not looked at, not seen, not there or in the way stands below, and nothing where there is none', () => {
  const lists = (page: string) =>
    [...page.matchAll(/<section class="list"><h2>(.*?)<\/h2><ul>(.*?)<\/ul>/gs)].map(
      ([, title, items]) => `${title}: ${items}`,
    );
  assert.deepEqual(lists(shown()), []);
  const all = shown({
    notLookedAt: [{ what: 'the sign-in page', why: 'nobody asked' }],
    faults: [{ check: 'screen', what: 'it is off', todo: 'wake it' }],
    locators: [{ page: 'progress', locator: 'landmark', found: 'page not seen', by: '', expected: false }],
    missingLabels: ['a:b', 'a:c'],
  });
  assert.deepEqual(lists(all), [
    'Not looked at: <li>The sign-in page<br><span>nobody asked</span></li>',
    'What the phone lacks: <li>Screen: it is off<br><span>→ wake it</span></li>',
    'Pages that were not seen: <li>Progress<br><span>they come up in a sign-out or a change of the password</span></li>',
    'Strings this release does not have: <li>a:b, a:c<br><span>another way of the same thing may do without</span></li>',
  ]);
});

test('that the account list is another one after the survey is said, and only then', () => {
  assert.doesNotMatch(shown(), /The account list after the survey/);
  assert.match(shown({ unchanged: false }), /The account list after the survey is not the one before it/);
});

test('each screen leads to its page source and its picture, and one without a picture says so', () => {
  const screens = [{ source: '1.xml', screenshot: '1.png' }, { source: '2.xml' }];
  const page = shown({ pages: [{ page: 'Mi Account page', known: true, screens, things: [] }] });
  assert.match(
    page,
    /<a href="1\.png"><img src="1\.png" alt="Screenshot: Mi Account page" loading="lazy"><\/a><figcaption><a href="1\.xml">/,
  );
  assert.match(page, /<div class="blank">no picture<\/div><figcaption><a href="2\.xml">page source/);
});

test('each fact of the phone that differs is a sentence, with none for what one of them lacks', () => {
  const one = survey([], {}, { adbInput: '', apps: { a: '1', b: '2' } });
  const other = survey(
    [],
    { deep: true },
    {
      ...{ model: 'M2', release: 'MIUI 15', build: 'V15', android: '14', region: 'china', language: 'zh-CN' },
      ...{ adbInput: 'off', adbInstall: '', signedIn: false, apps: { b: '3', c: '4' } },
    },
  );
  assert.deepEqual(compareSurveys(one, other), [
    'Only the second survey went behind Change password (--deep)',
    'The model: 2201117TG → M2',
    'The release: MIUI 14 → MIUI 15',
    'The build: V14.0.4.0.TGCMIXM → V15',
    'Android: 13 → 14',
    'The region: global → china',
    'The language: en-GB → zh-CN',
    'The switch USB debugging (Security settings): none → off',
    'The switch Install via USB: on → none',
    'Mi Account: signed in → no account is signed in',
    'The app a: 1 → none',
    'The app b: 2 → 3',
    'The app c: none → 4',
  ]);
  assert.equal(compareSurveys(other, one)[0], 'Only the first survey went behind Change password (--deep)');
});

test('strings that are new, gone or read otherwise are reported, the wording in one language only', () => {
  const of = (labels: Record<string, string>, language = 'en-GB') => survey([], { labels }, { language });
  const before = of({ a: 'A', b: 'B', c: 'C' });
  assert.deepEqual(compareSurveys(before, of({ b: 'X', c: 'C', d: 'D' })), [
    "The string a is gone: 'A'",
    "The label b reads 'B' → 'X'",
    "The string d is new: 'D'",
  ]);
  assert.deepEqual(compareSurveys(before, of({ b: 'X', c: 'C', d: 'D' }, 'bg')), [
    'The language: en-GB → bg',
    "The string a is gone: 'A'",
    "The string d is new: 'D'",
  ]);
});

test('pages that come and go, and what a thing has become, are reported with the name of the page', () => {
  const page = (name: string, things: Thing[]) => ({ page: name, known: true, screens: [], things });
  const before = survey([], {
    pages: [
      page('Settings', [button('a:id/out'), thing('row', 'Cloud', { id: 'a:id/cloud' })]),
      page('Find device', []),
    ],
  });
  const after = survey([], {
    pages: [
      page('Settings', [button('', 'Sign out'), thing('text', 'Cloud+', { id: 'a:id/cloud' })]),
      page('password dialog', []),
    ],
  });
  assert.deepEqual(compareSurveys(before, after), [
    'The Find device was not seen any more',
    "The button 'Sign out' of Settings has no id any more: a:id/out → none",
    "The row 'Cloud' of Settings is a text now",
    "The row 'Cloud' of Settings reads 'Cloud+' now",
    'The password dialog is new',
  ]);
});

test('how a thing was found is reported where both surveys have seen its page', () => {
  const found = (by: string, found = 'id') => ({
    page: 'Settings',
    locator: 'account',
    found,
    expected: true,
    by,
  });
  const of = (finding: ReturnType<typeof found>) => survey([], { locators: [finding] } as Partial<Survey>);
  const reported = (one: ReturnType<typeof found>, other: ReturnType<typeof found>) =>
    compareSurveys(of(one), of(other));
  assert.deepEqual(reported(found('id a'), found('id a')), []);
  assert.deepEqual(reported(found('id a'), found('label b')), [
    "Settings: 'account' was found by id a, now label b",
  ]);
  assert.deepEqual(reported(found('id a'), found('', 'missing')), [
    "Settings: 'account' was found by id a, now not at all",
  ]);
  assert.deepEqual(reported(found('id a'), found('', 'page not seen')), []);
  assert.deepEqual(reported(found('', 'page not seen'), found('id a')), []);
});
