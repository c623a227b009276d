import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PageSource } from '../../pageobjects/look.ts';
import { labelBook } from '../phone/labels.ts';
import { findingsOn, loadSurvey, nameOf, recordedFaults, thingsOn } from './recorded.ts';

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

const node = (more: string, cls = 'android.widget.Button', app = 'com.xiaomi.account') =>
  `<node class="${cls}" package="${app}" clickable="true" ${more}/>`;
const page = (...nodes: string[]) => `<hierarchy>${nodes.join('')}</hierarchy>`;
const SIGN_OUT = node('resource-id="com.xiaomi.account:id/logout_btn"');

test('a recorded folder says what it no longer is: its pages, its things and the answers of its phone', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'survey-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const survey = {
    version: 1,
    phone: {
      release: 'MIUI 14',
      region: 'unknown',
      language: 'bg-BG',
      build: 'V14',
      model: 'A',
      signedIn: true,
    },
    labels: { 'com.xiaomi.account:logout_account': 'Sign out' },
    pages: [] as unknown[],
    locators: [] as unknown[],
  };
  const faults = (change: Partial<typeof survey>, files: Record<string, string> = {}) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'survey.json'), JSON.stringify({ ...survey, ...change }));
    return recordedFaults(folder);
  };
  assert.deepEqual(faults({}), ['it has no page']);
  const one = (title: string, known: boolean) => [{ page: title, known, screens: [{ source: '1.xml' }] }];
  const files = { '1.xml': page(SIGN_OUT) };
  const found = { page: 'Mi Account page', locator: 'signOut', found: 'id', expected: true };
  const gone = 'is on the page in another way: add it to the page object';
  const missing = [`Mi Account page: securityRow ${gone}`];
  assert.deepEqual(faults({ pages: one('Mi Account page', true) }, files), missing);
  assert.deepEqual(faults({ pages: one('Settings', true) }, files), [
    '1.xml: the Settings is taken for the Mi Account page',
    ...missing,
  ]);
  assert.deepEqual(faults({ pages: one('page of a.b', false) }, files), missing, 'known by now');
  const locators = [
    { ...found, by: 'id com.xiaomi.account:id/logout_btn' },
    { ...found, by: 'label x' },
    { ...found, locator: 'none', by: 'id a:id/b' },
    { ...found, locator: 'none', by: 'id a:id/c', expected: false },
  ];
  assert.deepEqual(faults({ pages: one('Mi Account page', true), locators }, files), [
    ...missing,
    'Mi Account page: signOut was found by label x, now by id com.xiaomi.account:id/logout_btn',
    'Mi Account page: none was found by id a:id/b, now by nothing',
  ]);
  mkdirSync(join(folder, 'answers'));
  assert.deepEqual(faults({}, { 'answers/lock.txt': 'nothing' }), [
    'it has no page',
    'whether it is locked cannot be read',
  ]);
});

test('a page that none knows is named by its app', () => {
  assert.deepEqual(nameOf(new PageSource(page(node('', 'a.B', 'a.b'))), book), {
    page: 'page of a.b',
    known: false,
  });
  assert.deepEqual(nameOf(new PageSource(page()), book), { page: 'page of no app', known: false });
  assert.deepEqual(nameOf(new PageSource(page(SIGN_OUT)), book), { page: 'Mi Account page', known: true });
});

test('each thing on a page is of a kind, by its class and its place', () => {
  const kinds: [cls: string, more: string, kind: string][] = [
    ['android.widget.Button', 'text="a"', 'button'],
    ['android.widget.ImageButton', 'content-desc="a"', 'button'],
    ['android.widget.EditText', 'resource-id="a:id/b"', 'field'],
    ['android.widget.RadioButton', 'text="a"', 'choice'],
    ['android.widget.CheckBox', 'text="a"', 'choice'],
    ['android.widget.Switch', 'text="a"', 'choice'],
    ['android.widget.ToggleButton', 'text="a"', 'choice'],
    ['android.widget.ImageView', 'resource-id="a:id/b"', 'picture'],
    ['android.widget.Image', 'resource-id="a:id/b"', 'picture'],
    ['android.widget.TextView', 'text="a"', 'text'],
    ['android.view.View', 'resource-id="a:id/b"', 'box'],
    ['android.widget.TextView', 'text="a" resource-id="android:id/title"', 'row'],
  ];
  for (const [cls, more, kind] of kinds)
    assert.deepEqual(
      thingsOn([new PageSource(page(node(more, cls)))], book).map((thing) => thing.kind),
      [kind],
      `${cls} ${more}`,
    );
  const heading = page(node('text="a" resource-id="android:id/title"', 'android.widget.TextView')).replace(
    'clickable="true"',
    '',
  );
  assert.deepEqual(
    thingsOn([new PageSource(heading)], book).map((thing) => [thing.kind, thing.id]),
    [['heading', '']],
  );
});
