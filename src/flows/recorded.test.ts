import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PageSource } from '../../pageobjects/look.ts';
import { labelBook } from '../phone/labels.ts';
import { findingsOn, loadSurvey, recordedFaults, thingsOn } from './recorded.ts';

/** Every phone whose pages were ever recorded: who changes a page object hears of all of them. */
const FOLDER = join(import.meta.dirname, '../../recorded');

for (const name of readdirSync(FOLDER).filter((one) => existsSync(join(FOLDER, one, 'survey.json')))) {
  test(`each page of ${name} is known as what it is, each thing on it is found as it was, and its answers are understood`, () => {
    assert.deepEqual(recordedFaults(join(FOLDER, name)), []);
  });
}

test('a folder of another version is refused', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'survey-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'survey.json'), '{"version":2}');
  assert.throws(() => loadSurvey(folder), /survey\.json is of version 2, and only version 1 can be read/);
});

const look = (...nodes: string[]) =>
  new PageSource(
    `<hierarchy>${nodes.map((node) => `<node class="android.widget.Button" package="com.xiaomi.account" clickable="true" ${node}/>`).join('')}</hierarchy>`,
  );
const book = labelBook(new Map([['com.xiaomi.account:logout_account', 'Sign out']]));
const on = (looks: PageSource[]) =>
  Object.fromEntries(
    findingsOn(looks, book).flatMap(({ page, locator, found, expected }) =>
      page === 'Mi Account page' ? [[locator, `${found}${expected ? '' : '!'}`]] : [],
    ),
  );

test('a thing is found by the first of its ways on any screen of its page, or is missing, or its page was not seen', () => {
  const renamed = look('resource-id="com.xiaomi.account:id/leave" text="Sign out"');
  const usual = look('resource-id="com.xiaomi.account:id/logout_btn"');
  assert.deepEqual(on([renamed]), { landmark: 'label!', signOut: 'label!', securityRow: 'missing!' });
  assert.deepEqual(on([renamed, usual]), { landmark: 'id', signOut: 'id', securityRow: 'missing!' });
  assert.deepEqual(on([]), { landmark: 'page not seen!' });
});

test("what is on a page is listed once, with the name of its string, and without the owner's words", () => {
  const screen = look(
    'text="Sign out"',
    'text="•••"',
    'resource-id="com.xiaomi.account:id/nick_name" text="•••"',
  );
  assert.deepEqual(thingsOn([screen, screen], book), [
    { kind: 'button', id: '', text: 'Sign out', label: 'com.xiaomi.account:string/logout_account' },
    { kind: 'button', id: 'com.xiaomi.account:id/nick_name', text: '', label: '' },
  ]);
});
