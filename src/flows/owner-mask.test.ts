import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageSource } from '../../pageobjects/look.ts';
import { labelBook } from '../phone/labels.ts';
import { OwnerMask } from './owner-mask.ts';
import { withoutPersonal } from './personal.ts';

const ACCOUNT = 'com.xiaomi.account';
const SETTINGS = 'com.android.settings';
const book = labelBook(
  new Map([
    [`${ACCOUNT}:logout_account`, 'Sign out'],
    [`${SETTINGS}:login_account_summary_temp`, 'Xiaomi Account, Xiaomi Cloud and more'],
  ]),
);

let places = 0;
/** A view with a place of its own; `more`: further attributes. */
const view = (text: string, id = '', more = '', inside = '') =>
  `<node class="android.widget.TextView" package="PACKAGE" text="${text}" resource-id="${id}" bounds="[0,${++places}][9,${places}]" ${more}>${inside}</node>`;
const screen = (app: string, ...nodes: string[]) =>
  new PageSource(`<hierarchy>${nodes.join('').replaceAll('PACKAGE', app)}</hierarchy>`);

function masked(look: PageSource, { accounts = ['6230***535'] as string[], mask = new OwnerMask() } = {}) {
  mask.know({ accounts, book });
  const { source, covers } = mask.of(look);
  const nodes = new PageSource(source).nodes;
  const covered = look.nodes
    .filter(({ bounds }) => covers.includes(bounds))
    .map(({ text, desc }) => text || desc);
  return { texts: nodes.map(({ text, desc }) => text || desc).filter(Boolean), covered, source };
}

const shown = (text: string, known = { accounts: ['6230***535', 'mira.lab'], names: ['Mira'] }) =>
  withoutPersonal(text, known);

test('an id, a number and an address are masked in all the forms they are written in, and the words around them are left', () => {
  for (const [written, left] of [
    ['6230001535', '•••'],
    ['6230 0015 35', '•••'],
    ['623-000-15-35', '•••'],
    ['Mi ID: 6230001535 (main)', 'Mi ID: ••• (main)'],
    ['６２３０００１５３５', '•••'],
    ['٦٢٣٠٠٠١٥٣٥', '•••'],
    ['62\u200b30\u20600015\u00a035', '•••'],
    ['6230***535', '•account•'],
    ['Account 6230＊＊＊535', 'Account •••'],
    ['+359 88 812 3456', '•••'],
    ['+359 (88) 812-34-56', '•••'],
    ['+35988****56', '•••'],
    ['138••••8888', '•••'],
    ['Sent to lab+17@example.com just now', 'Sent to ••• just now'],
    ['l***7@ex***.com', '•••'],
    ['mira @ example.com', '•••'],
    ['мира@пример.бг', '•••'],
    ['Dear Mira, hello', 'Dear •••, hello'],
    ['mira.lab', '•account•'],
  ] as const)
    assert.equal(shown(written), left, written);
});

test('what describes the phone and the page is left', () => {
  for (const text of [
    ...[
      'Sign out',
      'Wait 7 days',
      '2026-11-30 14:05',
      '30.11.2026',
      '14.0.4.0.TKHCNXM',
      'V816.0.6.0',
      '128 GB',
      'Miranda',
      '★★★',
      '12:30',
    ],
    ...['Try again in 24 hours (3 of 5)', '***', '100 %'],
  ])
    assert.equal(shown(text), text);
});

test('a number in a title, a summary, a description or another attribute is masked, and painted over where it is seen', () => {
  const look = screen(
    ACCOUNT,
    view('6230 0015 35', 'android:id/title'),
    view('', '', 'content-desc="Mi ID 6230001535"'),
    view('', '', 'content-desc="row 6230001535"', view('Devices')),
    view('Phone', '', 'tooltip-text="+359888123456"'),
    view('Sign out'),
  );
  const { texts, covered, source } = masked(look);
  assert.deepEqual(texts, ['•••', 'Mi ID •••', 'row •••', 'Devices', 'Phone', 'Sign out']);
  assert.deepEqual(covered, ['6230 0015 35', 'Mi ID 6230001535']);
  assert.doesNotMatch(source, /6230|888123/);
});

test('a number or an address that several views show together is masked in each, and its heading is left', () => {
  const { texts, covered } = masked(
    screen(
      ACCOUNT,
      view('E-mail'),
      view('lab17'),
      view('@example.com'),
      view('Verified, see below'),
      ...[...'6230001535'].map((digit) => view(digit)),
      view('Address:'),
      view('rada@example.com'),
      view('+359 88'),
      view('8123456'),
    ),
  );
  assert.deepEqual(
    texts.filter((text) => text !== '•••'),
    ['Verified, see below', 'Address:'],
  );
  assert.equal(covered.includes('6'), true);
});

test("the owner's name is masked where it stands, and everywhere it is seen after that", () => {
  const mask = new OwnerMask();
  const page = screen(
    ACCOUNT,
    view('Mira', `${ACCOUNT}:id/nick_name`),
    view('6230001535', `${ACCOUNT}:id/user_id`),
    view('Sign out'),
  );
  assert.deepEqual(masked(page, { mask }).texts, ['•••', '•••', 'Sign out']);
  assert.deepEqual(masked(screen(SETTINGS, view("Mira's phone")), { mask }).texts, ["•••'s phone"]);
});

test('a name that reads as a label does not cover the label', () => {
  const page = screen(ACCOUNT, view('Sign out', `${ACCOUNT}:id/user_name`), view('Sign out'));
  assert.deepEqual(masked(page).texts, ['Sign out', 'Sign out']);
});

test("of the account's row in Settings only the labels are left, its picture included", () => {
  const face =
    '<node class="android.widget.ImageView" package="PACKAGE" content-desc="face" bounds="[1,1][2,2]"/>';
  const row = view(
    '',
    '',
    'clickable="true"',
    `${face}${view('Рада', 'android:id/title')}${view('Xiaomi Account, Xiaomi Cloud and more', 'android:id/summary')}`,
  );
  const { texts, covered } = masked(screen(SETTINGS, row, view('Wi-Fi', 'android:id/title')));
  assert.deepEqual(texts, ['•••', '•••', 'Xiaomi Account, Xiaomi Cloud and more', 'Wi-Fi']);
  assert.deepEqual(covered, ['face', 'Рада']);
});

test("the owner's face on the account page is painted over, and other pictures are not", () => {
  const picture = (id: string) =>
    `<node class="android.widget.ImageView" package="PACKAGE" resource-id="${ACCOUNT}:id/${id}" content-desc="${id}" bounds="[${++places},0][${places},1]"/>`;
  const { covered } = masked(
    screen(ACCOUNT, picture('user_avatar'), picture('captcha_image'), picture('arrow')),
  );
  assert.deepEqual(covered, ['user_avatar']);
});

test('a code beside a number stays covered', () => {
  const { source } = masked(screen(ACCOUNT, view('Code 204 817 for +359888123456')));
  assert.doesNotMatch(source, /204|817|888/);
  assert.match(source, /Code •••••• for •••/);
});

test('words of ours keep serials and paths, and lose what they quote of the account', () => {
  const mask = new OwnerMask();
  mask.know({ accounts: ['6230***535', 'lab@example.com'] });
  assert.equal(
    mask.words('No element text("6230***535") on 1234567890, see /runs/20261130T035837Z for lab@example.com'),
    'No element text("•••") on 1234567890, see /runs/20261130T035837Z for •••',
  );
});

test('a name of the owner that no person has, or more of them than any phone has, are a bad answer of the phone', () => {
  const named = (...names: string[]) =>
    masked(screen(ACCOUNT, ...names.map((name) => view(name, `${ACCOUNT}:id/nick_name`))));
  named('a'.repeat(1000));
  assert.throws(() => named('a'.repeat(1001)), {
    name: 'BadAnswerError',
    answer: { asked: "its owner's name", came: '1001 characters' },
  });
  const many = (count: number) => Array.from({ length: count }, (_, n) => `Mira ${'x'.repeat(n)}`);
  named(...many(100));
  assert.throws(() => named(...many(101)), {
    name: 'BadAnswerError',
    answer: { asked: "its owner's name", came: 'more than 100 of them' },
  });
});

test('what stands in the place of a name and is none is not searched for elsewhere', () => {
  for (const name of ['M', '42'])
    assert.deepEqual(
      masked(screen(ACCOUNT, view(name, `${ACCOUNT}:id/nick_name`), view(`${name} is here`))).texts,
      ['•••', `${name} is here`],
    );
  const elsewhere = screen('com.example', view('Mira', 'com.example:id/nick_name'), view('Mira is here'));
  assert.deepEqual(masked(elsewhere).texts, ['•••', 'Mira is here'], 'another app names whom it likes');
});

test('an account that is known by no name masks nothing', () => {
  const mask = new OwnerMask();
  assert.deepEqual(masked(screen(ACCOUNT, view('a b')), { accounts: [' ', ''], mask }).texts, ['a b']);
  assert.equal(mask.words('a  b'), 'a  b');
});
