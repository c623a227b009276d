import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { Survey } from '../survey.ts';
import { renderSurveyPage, writeSurveyPage } from './survey-page.ts';
import { beInSofia } from '../live/zone.ts';

beInSofia();

/** A survey of a phone that lacks everything, and on which nothing was seen. */
const BARE: Survey = {
  ...{ version: 1, at: '2026-03-01T08:00:00.000Z', deep: false, unchanged: true, labels: {} },
  phone: {
    ...{ model: 'M2', release: '', android: '13', build: 'V14', region: '', language: 'en-GB' },
    ...{ screen: '1080x2400', adbInput: '', adbInstall: '', signedIn: false },
    ...{ apps: { 'com.xiaomi.account': '' }, helpers: { 'io.appium.settings': '' } },
  },
  ...{ faults: [], missingLabels: [], pages: [], locators: [], notLookedAt: [] },
};

const FULL: Survey = {
  ...BARE,
  unchanged: false,
  phone: {
    ...BARE.phone,
    ...{ release: 'MIUI 14', region: 'global', adbInput: 'on', adbInstall: 'off', signedIn: true },
    ...{ apps: { 'com.xiaomi.account': '1.2' }, helpers: { a: '5.1', b: '', c: '6.0' } },
  },
  faults: [{ check: 'screen', what: 'it is <locked>', todo: 'unlock it' }],
  missingLabels: ['a:one', 'a:two'],
  pages: [
    {
      ...{ page: 'Mi Account page', known: true, things: [] },
      screens: [{ source: '01.xml', screenshot: '01.png' }, { source: '02.xml' }],
    },
    {
      ...{ page: 'page of com.other', known: false, screens: [] },
      things: [
        { kind: 'button', text: 'Go', id: 'a:id/go', label: '' },
        { kind: 'row', text: '', id: 'a:id/row', label: '' },
        { kind: 'row', text: '', id: '', label: '' },
      ],
    },
  ],
  locators: [
    { page: 'Mi Account page', locator: 'sign out', found: 'id', expected: true, by: 'id a:id/out' },
    { page: 'Mi Account page', locator: 'cloud', found: 'label', expected: false, by: 'label a:cloud' },
    { page: 'Mi Account page', locator: 'pay', found: 'missing', expected: false, by: '' },
    { page: 'password dialog', locator: 'confirm', found: 'page not seen', expected: false, by: '' },
  ],
  notLookedAt: [{ what: 'behind Change password', why: 'only with --deep' }],
} as unknown as Survey;

/** What a reader sees of it, text by text. */
function textsOf(page: string): string[] {
  const body = page.slice(page.indexOf('<body>')).replaceAll(/<style>[^]*?<\/style>/g, '');
  const texts = body.split(/<[^>]*>/).map((text) => text.replaceAll('&#60;', '<').replaceAll('&#62;', '>'));
  return texts.map((text) => text.trim().replaceAll(/\s+/g, ' ')).filter(Boolean);
}

const FOOTER = [
  "Names, numbers, addresses and pictures of the phone's owner are masked in the page sources and painted over in the pictures; of the quick panel, where notifications show, there is no picture.",
  'survey.json',
].map((text) => text.replaceAll("'", '&#39;'));
const plain = (texts: string[]) => texts.map((text) => text.replaceAll('&#39;', "'"));

suite('the page of a survey', () => {
  test('of a phone that has nothing says of each thing that there is none, and shows no empty list', () => {
    const page = renderSurveyPage(BARE);
    assert.deepEqual(plain(textsOf(page)), [
      ...['All 0 things were found as expected', 'unknown release · en-GB'],
      ...['Model', 'M2', 'Build', 'V14', 'Android', '13', 'Screen', '1080x2400'],
      ...['Mi Account', 'no account is signed in', 'USB debugging (Security settings)', 'no such switch'],
      ...['Install via USB', 'no such switch', 'com.xiaomi.account', 'not there'],
      ...["Appium's helpers", 'not installed', 'Surveyed', '2026-03-01 10:00:00 UTC+2'],
      ...plain(FOOTER),
    ]);
    assert.match(page, /<header class="good">/);
    assert.match(page, /<title>unknown release · en-GB: All 0 things were found as expected<\/title>/);
  });

  test('of a phone that has all shows each thing and how it was found, and what was not', () => {
    const page = renderSurveyPage(FULL);
    const texts = plain(textsOf(page));
    assert.deepEqual(texts, [
      ...['1 of 3 things are missing', 'MIUI 14 · global · en-GB'],
      'The account list after the survey is not the one before it.',
      ...['Model', 'M2', 'Build', 'V14', 'Android', '13', 'Screen', '1080x2400'],
      ...['Mi Account', 'signed in', 'USB debugging (Security settings)', 'on'],
      ...['Install via USB', 'off', 'com.xiaomi.account', '1.2'],
      ...["Appium's helpers", '5.1, 6.0', 'Surveyed', '2026-03-01 10:00:00 UTC+2'],
      'Mi Account page',
      ...['✓', 'sign out', 'found as expected', 'id a:id/out'],
      ...['≈', 'cloud', 'found in another way', 'label a:cloud'],
      ...['✕', 'pay', 'missing', 'on none of the screens'],
      ...['page source', 'no picture', 'page source'],
      ...['Page of com.other', 'No page object knows it.', 'On it: Go · a:id/row'],
      ...['Not looked at', 'Behind Change password', 'only with --deep'],
      ...['What the phone lacks', 'Screen: it is <locked>', '→ unlock it'],
      ...['Pages that were not seen', 'Password dialog'],
      'they come up in a sign-out or a change of the password',
      ...['Strings this release does not have', 'a:one, a:two'],
      'another way of the same thing may do without',
      ...plain(FOOTER),
    ]);
    assert.match(page, /<header class="bad">/);
    for (const tone of ['good', 'fair', 'bad']) assert.match(page, new RegExp(`<tr class="${tone}">`));
    assert.match(page, /<a href="01\.png"><img src="01\.png" alt="Screenshot: Mi Account page"/);
    assert.match(page, /<a href="02\.xml">page source<\/a>/);
  });

  test('of things that were found in another way is fair, and says how many', () => {
    const page = renderSurveyPage({ ...FULL, locators: FULL.locators.slice(0, 2) });
    assert.match(page, /<header class="fair"><h1>1 of 2 things were found in another way<\/h1>/);
  });

  test('lies in the folder of the survey, for its owner only to read', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'survey-page-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = writeSurveyPage(folder, BARE);
    assert.equal(file, join(folder, 'index.html'));
    assert.equal(readFileSync(file, 'utf8'), renderSurveyPage(BARE));
  });
});
