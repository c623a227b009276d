import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Resvg } from '@resvg/resvg-js';
import { PageSource } from '../../pageobjects/look.ts';
import { labelBook } from '../phone/labels.ts';
import { KNOWN_LABELS } from './recorded.ts';
import { coversOn, maskScreens } from './survey-mask.ts';

const ACCOUNT = 'com.xiaomi.account';
const SETTINGS = 'com.android.settings';
const book = labelBook(
  new Map([
    [`${ACCOUNT}:logout_account`, 'Sign out'],
    [`${ACCOUNT}:account_security`, 'Account security'],
    [`${ACCOUNT}:find_device_error_password_recently_changed`, 'Wait %d days'],
    [`${SETTINGS}:login_account_summary_temp`, 'Xiaomi Account, Xiaomi Cloud and more'],
  ]),
);
const labels = KNOWN_LABELS.filter((label) => book.text(label) !== undefined);

type Node = readonly [attributes: string, ...inside: Node[]];
const written = ([attributes, ...inside]: Node, app: string): string => {
  const cls = attributes.includes('class=') ? '' : 'class="android.widget.TextView" ';
  return `<node ${cls}package="${app}" ${attributes}>${inside.map((one) => written(one, app)).join('')}</node>`;
};
const screen = (app: string, ...nodes: Node[]) =>
  new PageSource(`<hierarchy width="100">${nodes.map((node) => written(node, app)).join('')}</hierarchy>`);
const text = (words: string, id = ''): Node => [`text="${words}" resource-id="${id}"`];
const row = (title: string, ...more: Node[]): Node => [
  'class="android.widget.LinearLayout" clickable="true"',
  text(title, 'android:id/title'),
  ...more,
];

/** The words left on each screen; with what else they say of the place. */
function left(accounts: string[], ...looks: PageSource[]): string[][] {
  return maskScreens(looks, { accounts, book, labels }).map(({ source }) =>
    new PageSource(source).nodes.flatMap(({ text: words, desc }) => [words, desc].filter(Boolean)),
  );
}

test("on a page of the account labels and words at the ROM's places are left, and nothing else", () => {
  const page = screen(
    ACCOUNT,
    text('Rada', `${ACCOUNT}:id/nick_name`),
    text('Rada', `${ACCOUNT}:id/brand_new_id`),
    [`class="android.widget.ImageView" resource-id="${ACCOUNT}:id/user_avatar" content-desc="Rada"`],
    row('Account security', text('On', 'android:id/summary')),
    row('A row of an unknown app', text('rada@example.com')),
    row('+359 88 812 3456'),
    text('Sign out'),
    text('Wait 3 days'),
    ['class="android.widget.Button" text="A button of an unknown app"'],
    ['class="android.widget.EditText" text="6230001535" hint="6230001535"'],
  );
  assert.deepEqual(left(['6230***535'], page), [
    [
      '•••',
      '•••',
      '•••',
      'Account security',
      '•••',
      'A row of an unknown app',
      '•••',
      '•••',
      'Sign out',
      'Wait 3 days',
      'A button of an unknown app',
    ],
  ]);
});

test("a name like a label's is masked where a name stands, and the label is left", () => {
  const page = screen(ACCOUNT, text('Sign out', `${ACCOUNT}:id/user_name`), [
    'class="android.widget.Button" text="Sign out"',
  ]);
  assert.deepEqual(left([], page), [['•••', 'Sign out']]);
});

test("the account's row of Settings keeps its label, and what is known from the account page is masked everywhere", () => {
  const settings = screen(
    SETTINGS,
    row('Рада', text('Xiaomi Account, Xiaomi Cloud and more', 'android:id/summary')),
    row('Wi-Fi', text('Home of Rada')),
    row("Rada's things"),
    text('Personal', 'android:id/title'),
  );
  const account = screen(ACCOUNT, text('Rada', `${ACCOUNT}:id/nick_name`));
  assert.deepEqual(left(['6230***535'], settings, account), [
    ['•••', 'Xiaomi Account, Xiaomi Cloud and more', 'Wi-Fi', '•••', '•••', 'Personal'],
    ['•••'],
  ]);
});

test('where the row of the account is not known, the first row is taken for it', () => {
  const settings = screen(
    SETTINGS,
    row('Рада', text('The words of a server', 'android:id/summary')),
    row('Wi-Fi'),
  );
  assert.deepEqual(left(['6230***535'], settings), [['•••', '•••', 'Wi-Fi']]);
  assert.deepEqual(left([], settings), [['Рада', '•••', 'Wi-Fi']]);
});

test("the account's name keeps its place, so that its row is still found by it", () => {
  const settings = screen(
    SETTINGS,
    row('Wi-Fi', text('Home')),
    row('Neither label nor name', text('6230001535')),
  );
  assert.deepEqual(left(['6230***535'], settings), [['Wi-Fi', '•••', '•••', '•account•']]);
});

test('on a web page contacts and names are masked, wherever they stand', () => {
  const web = screen(ACCOUNT, [
    'class="android.webkit.WebView" text="Verify"',
    ['class="android.view.View" text="Dear Rada, choose"'],
    ['class="android.view.View" text="Choose"'],
    ['class="android.widget.RadioButton" text="Phone +35988****456"'],
    ['class="android.widget.Button" text="Next"'],
  ]);
  const account = screen(ACCOUNT, text('Rada', `${ACCOUNT}:id/nick_name`));
  assert.deepEqual(left([], web, account)[0], ['Verify', '•••', 'Choose', '•••', 'Next']);
});

test('of the quick panel and of other apps only labels are left', () => {
  assert.deepEqual(left([], screen('com.android.systemui', text('Your code is here', 'android:id/title'))), [
    ['•••'],
  ]);
  assert.deepEqual(left([], screen('com.example.mail', ['class="android.widget.Button" text="To Rada"'])), [
    ['•••'],
  ]);
});

test('what is masked, a field, and a picture of the owner is painted over in the scale of the picture', () => {
  const look = screen(
    ACCOUNT,
    ['class="android.widget.FrameLayout" bounds="[0,0][100,200]"'],
    [`class="android.widget.ImageView" resource-id="${ACCOUNT}:id/user_avatar" bounds="[10,10][20,20]"`],
    ['class="android.widget.ImageView" resource-id="android:id/icon" bounds="[10,30][20,40]"'],
    ['text="rada@example.com" bounds="[10,50][20,60]"'],
    ['class="android.widget.EditText" bounds="[10,70][20,80]"'],
    ['text="Sign out" bounds="[10,90][20,99]"'],
  );
  const [{ covers } = { covers: [] }] = maskScreens([look], { accounts: [], book, labels });
  assert.deepEqual(covers, [
    [10, 10, 20, 20],
    [10, 50, 20, 60],
    [10, 70, 20, 80],
  ]);
  assert.deepEqual(coversOn(blank(200, 400), look, covers)[0], [20, 20, 40, 40]);
});

test('of a window that does not fill the screen all around it is painted over', () => {
  const dialog = screen(ACCOUNT, ['class="android.widget.FrameLayout" bounds="[0,150][100,200]"']);
  assert.deepEqual(coversOn(blank(100, 200), dialog, []), [[0, 0, 100, 150]]);
});

function blank(width: number, height: number): Buffer {
  return Buffer.from(
    new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"/>`)
      .render()
      .asPng(),
  );
}
