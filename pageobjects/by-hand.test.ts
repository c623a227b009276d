import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deedAt, deedOfEnter } from './by-hand.ts';
import { PageSource } from './look.ts';

/** A page as Android reads it, of controls one below the other; each 100 px high. */
function page(owner: string, ...controls: string[]): PageSource {
  const nodes = controls.map(
    (one, at) =>
      `<node package="${owner}" bounds="[0,${at * 100}][900,${at * 100 + 100}]" enabled="true" ${one}/>`,
  );
  return new PageSource(`<hierarchy rotation="0">${nodes.join('')}</hierarchy>`);
}
const on = (look: PageSource, row: number) => deedAt(look, 50, row * 100 + 50);
const web = (...controls: string[]) =>
  new PageSource(
    `<hierarchy><node class="android.webkit.WebView" package="${APP}" bounds="[0,0][900,2000]">${controls
      .map((one, at) => `<node package="${APP}" bounds="[0,${at * 100}][900,${at * 100 + 100}]" ${one}/>`)
      .join('')}</node></hierarchy>`,
  );

const APP = 'com.xiaomi.account';
const id = (name: string) => `resource-id="${APP}:id/${name}"`;
const button = (text: string, more = '') =>
  `class="android.widget.Button" clickable="true" text="${text}" ${more}`;
const password = `class="android.widget.EditText" password="true" clickable="true" ${id('input_pwd_view')}`;
const field = 'class="android.widget.EditText" clickable="true"';

test('OK of a prompt for the password hands it in, in every language; Cancel, the eye and fields do not', () => {
  const look = page(
    APP,
    password,
    `class="android.widget.ImageView" clickable="true" ${id('show_pwd_img')}`,
    button('取消', id('cancel')),
    button('确定', id('passport_confirm')),
    `class="android.widget.TextView" text="账号"`,
  );
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((row) => on(look, row)),
    ['nothing', 'nothing', 'nothing', 'password', 'nothing'],
  );
  assert.equal(deedOfEnter(look), 'password');
  assert.equal(deedAt(look, 50, 1900), 'nothing', 'beside all of it');
});

test('what is not known on a page with a password is never taken for nothing', () => {
  assert.equal(on(page(APP, password, button('Next')), 1), 'unclear');
  assert.equal(on(page(APP, password, button('OK', 'resource-id="android:id/button2"')), 1), 'unclear');
  assert.equal(on(page(APP, password, 'class="android.view.View" clickable="true"'), 1), 'unclear');
  const wifi = page('com.android.settings', password, button('Connect', 'resource-id="android:id/button1"'));
  assert.equal(on(wifi, 1), 'unclear', 'another app’s password is not the account’s, as far as one knows');
  assert.equal(deedOfEnter(wifi), 'unclear');
  const lock = page('com.android.systemui', password, button('OK'));
  assert.deepEqual([on(lock, 1), deedOfEnter(lock)], ['nothing', 'nothing'], 'the lock is the phone’s own');
});

test('a new password is told from one that is asked for', () => {
  const look = page(APP, password, password, button('OK', id('passport_confirm')));
  assert.equal(on(look, 2), 'new-password');
  assert.equal(deedOfEnter(look), 'new-password');
});

test('a button that sends a code is known by its place, its id and its words', () => {
  for (const words of ['Send', 'Get code', 'Resend', 'Изпрати код', 'Отправить код', '获取验证码', '发送'])
    assert.equal(on(page(APP, field, button(words)), 1), 'code', words);
  assert.equal(on(page(APP, field, button('→', id('btn_get_sms_code'))), 1), 'code');
  assert.equal(
    on(web('class="android.view.View" text="a***@x.example"', button('⟶')), 1),
    'code',
    'the only one',
  );
  const beside = web(field, button('Submit')).source.replace('[0,100][900,200]', '[450,0][900,100]');
  assert.equal(deedAt(new PageSource(beside), 600, 50), 'code', 'beside the field');
  for (const words of ['Settings', 'Sign out', 'Your code of conduct', 'Help'])
    assert.equal(on(page('com.android.settings', field, button(words)), 1), 'nothing', words);
});

test('a page of the account that sends a code by a choice is unclear', () => {
  const card = (text: string) => `class="android.view.View" clickable="true" text="${text}"`;
  assert.equal(on(web(card('+359*****56'), card('a***@x.example')), 0), 'unclear');
});
