import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PageSource } from '../../pageobjects/look.ts';
import { labelBook } from '../phone/labels.ts';
import type { SurveyedPhone } from '../survey.ts';
import { loadSurvey, readSurvey } from './recorded.ts';
import { writeSurvey } from './survey-folder.ts';
import { Ways } from './survey/ways.ts';

const APP = 'com.xiaomi.account';
const page = (...nodes: string[]) =>
  new PageSource(
    `<hierarchy width="40" height="80">${nodes.map((node) => `<node package="${APP}" ${node}/>`).join('')}</hierarchy>`,
  );
const account = page(
  `class="android.widget.Button" resource-id="${APP}:id/logout_btn" text="⟦out⟧" bounds="[0,0][9,9]"`,
  `class="android.widget.TextView" resource-id="${APP}:id/nick_name" text="Mira" bounds="[0,10][9,19]"`,
);
const below = page(
  `class="android.widget.Button" resource-id="${APP}:id/logout_btn" text="⟦out⟧" bounds="[0,20][9,29]"`,
);
const stranger = new PageSource(
  '<hierarchy><node package="com.example" class="android.view.View"/></hierarchy>',
);
const book = labelBook(new Map([[`${APP}:logout_account`, '⟦out⟧']]));
const about = { at: '2030-01-01T00:00:00.000Z', deep: false, phone: {} as SurveyedPhone, faults: [] };

test('a survey is written as pages with their screens, masked, and read again', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'survey-test-'));
  t.after(() => rmSync(parent, { recursive: true }));
  const folder = join(parent, 'made');
  const survey = await writeSurvey(
    folder,
    {
      seen: [{ look: account }, { look: below }, { look: stranger }],
      accounts: ['6230001535'],
      notLookedAt: [{ what: 'Sign out', why: 'it signs out' }],
      ways: new Ways(),
      unchanged: true,
    },
    book,
    about,
  );
  assert.deepEqual(readdirSync(folder).toSorted(), [
    '01-mi-account-page.xml',
    '02-mi-account-page.xml',
    '03-page-of-com-example.xml',
    'survey.json',
  ]);
  if (process.platform !== 'win32') {
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, 'survey.json')).mode & 0o777, 0o600);
  }
  assert.deepEqual(
    survey.pages.map(({ page: name, known, screens }) => [name, known, screens.map(({ source }) => source)]),
    [
      ['Mi Account page', true, ['01-mi-account-page.xml', '02-mi-account-page.xml']],
      ['page of com.example', false, ['03-page-of-com-example.xml']],
    ],
  );
  assert.deepEqual(survey.pages[0]?.things[0], {
    kind: 'button',
    id: `${APP}:id/logout_btn`,
    text: '⟦out⟧',
    label: `${APP}:string/logout_account`,
  });
  assert.deepEqual(survey.labels, { [`${APP}:logout_account`]: '⟦out⟧' });
  assert.ok(survey.missingLabels.includes(`${APP}:account_security`));
  assert.ok(!survey.missingLabels.includes(`${APP}:logout_account`));
  assert.deepEqual(survey.missingLabels, [...new Set(survey.missingLabels)].toSorted());
  assert.deepEqual(
    [survey.version, survey.at, survey.deep, survey.unchanged, survey.notLookedAt],
    [1, about.at, false, true, [{ what: 'Sign out', why: 'it signs out' }]],
  );
  const found = (name: string) =>
    survey.locators.find(({ page: on, locator }) => on === 'Mi Account page' && locator === name);
  assert.deepEqual(found('signOut'), {
    page: 'Mi Account page',
    locator: 'signOut',
    found: 'id',
    by: `id ${APP}:id/logout_btn`,
    expected: true,
  });
  assert.equal(found('securityRow')?.found, 'missing');
  assert.ok(
    survey.locators.some(({ page: on, found: how }) => on === 'password dialog' && how === 'page not seen'),
  );
  assert.doesNotMatch(readFileSync(join(folder, '01-mi-account-page.xml'), 'utf8'), /Mira/);
  const again = loadSurvey(folder);
  assert.deepEqual(again.survey, survey);
  assert.deepEqual(
    again.screens.map(({ page: name }) => name),
    ['Mi Account page', 'Mi Account page', 'page of com.example'],
  );
  assert.equal(again.book.text({ package: APP, name: 'logout_account' }), '⟦out⟧');
  assert.ok(!existsSync(join(folder, '01-mi-account-page.png')));
});

test('a survey of another version is not read, and says which it is', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'survey-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'survey.json'), '{"version":2}');
  assert.throws(() => readSurvey(folder), /survey\.json is of version 2, and only version 1 can be read/);
});
