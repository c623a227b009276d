import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { Secret } from '../src/secret.ts';
import { CodePage, CodeRequestPage, ContactChoice } from './identity-check.page.ts';
import { PageSource } from './look.ts';
import { NewPasswordPage, WebNewPasswordPage } from './new-password.page.ts';
import type { LabelBook } from './label.ts';
import type { PageClass } from './page.ts';

/** A phone that draws every label as its name. */
const BOOK: LabelBook = {
  matches: ({ name }, text) => text === `⟦${name}⟧`,
  values: () => [],
  text: () => undefined,
};
const APP = 'com.xiaomi.account';
const node = (cls: string, bounds: string, more = '', inside = '') =>
  `<node class="android.${cls}" package="${APP}" bounds="${bounds}" ${more}>${inside}</node>`;
const button = (text: string, bounds: string, more = '') =>
  node('widget.Button', bounds, `text="${text}" clickable="true" ${more}`);
const field = (bounds: string, more = '') => node('widget.EditText', bounds, `clickable="true" ${more}`);
const says = (text: string, bounds = '[0,0][1000,50]') => node('view.View', bounds, `text="${text}"`);
const web = (...inside: string[]) => node('webkit.WebView', '[0,0][1000,2000]', '', inside.join(''));

/** The page as it reads from these nodes, and what is tapped on it. */
function page<P>(
  Class: PageClass & (new (...args: never[]) => P),
  ...nodes: string[]
): { page: P; taps: string[] } {
  const taps: string[] = [];
  const browser = {
    $: (selector: string) => ({
      click: async () => void taps.push(selector.replace(/^.*className\("android\.\w+\.(\w+)"\)\./, '$1 ')),
      setValue: async () =>
        void taps.push(`type ${selector.replace(/^.*className\("android\.\w+\.(\w+)"\)\./, '$1 ')}`),
    }),
  } as unknown as Browser;
  const look = new PageSource(`<hierarchy>${nodes.join('')}</hierarchy>`);
  return { page: new (Class as unknown as new (...args: unknown[]) => P)(browser, look, BOOK), taps };
}

test('a contact is chosen where it stands beside its radio button, and where it is a description', async () => {
  for (const option of [
    node('widget.RadioButton', '[0,100][50,150]', '') + says('☎ +35988****567', '[60,100][900,150]'),
    node('widget.RadioButton', '[0,100][50,150]', 'content-desc="☎ +35988****567"'),
  ]) {
    const other = node('widget.RadioButton', '[0,200][900,250]', 'text="✉ mi***a@example.com"');
    const { page: choice, taps } = page(ContactChoice, web(option, other, button('→', '[0,300][900,350]')));
    assert.equal(choice.isShown, true);
    const found = choice.option('+359881234567');
    assert.ok(found);
    await choice.choose(found);
    assert.equal(taps.length, 2);
    assert.match(taps[0] ?? '', /^RadioButton (instance\(0\)|description\("☎ \+35988\*\*\*\*567"\))$/);
    assert.equal(taps[1], 'Button text("→")');
    assert.equal(choice.option('+447700900123'), undefined);
  }
});

test('one that is chosen already is not pressed again', async () => {
  const checked = node('widget.RadioButton', '[0,100][900,150]', 'text="mi***a@example.com" checked="true"');
  const { page: choice, taps } = page(ContactChoice, web(checked, button('→', '[0,300][900,350]')));
  await choice.choose(choice.option('mira@example.com')!);
  assert.deepEqual(taps, ['Button text("→")']);
});

test('Send is the button in the row of the field, else the first of several; Submit is the last of the others', async () => {
  const input = field('[0,100][600,200]');
  const cases: [name: string, nodes: string[], send: string | undefined, submit: string][] = [
    [
      'beside',
      [input, button('≫', '[620,110][900,190]'), button('✓', '[0,300][900,400]')],
      'Button text("≫")',
      'Button text("✓")',
    ],
    [
      'on its left',
      [button('≫', '[0,110][90,190]'), field('[100,100][600,200]'), button('✓', '[0,300][900,400]')],
      'Button text("≫")',
      'Button text("✓")',
    ],
    [
      'a link',
      [
        input,
        node('view.View', '[620,110][900,190]', 'text="≫" clickable="true"'),
        button('✓', '[0,300][900,400]'),
      ],
      'View text("≫")',
      'Button text("✓")',
    ],
    [
      'below',
      [input, button('≫', '[0,250][900,290]'), button('✓', '[0,300][900,400]')],
      'Button text("≫")',
      'Button text("✓")',
    ],
    ['none', [input, button('✓', '[0,300][900,400]')], undefined, 'Button text("✓")'],
    [
      'alike',
      [input, button('', '[620,110][900,190]'), button('', '[0,300][900,400]')],
      undefined,
      'Button instance(1)',
    ],
  ];
  for (const [name, nodes, send, submit] of cases) {
    const { page: code, taps } = page(CodePage, web(...nodes));
    assert.equal(code.isShown, true, name);
    if (send) {
      assert.equal(code.canSend, true, name);
      await code.send();
      assert.equal(taps.pop(), send, name);
    }
    assert.equal(code.canSubmit(), true, name);
    await code.submit();
    assert.equal(taps.pop(), submit, name);
  }
});

test('Submit is remembered from when Send counted seconds, whatever their order', async () => {
  const rows = ['[0,250][900,290]', '[0,300][900,400]'] as const;
  const input = field('[0,100][600,200]');
  const orders: [before: string[], after: string[]][] = [
    [
      ['✓', '↻ 59'],
      ['✓', '↻'],
    ],
    [
      ['↻ 59', '✓'],
      ['↻', '✓'],
    ],
    [['✓'], ['↻', '✓']],
  ];
  const of = (names: string[]) =>
    page(CodePage, web(input, ...names.map((name, place) => button(name, rows[place] ?? ''))));
  for (const [before, after] of orders) {
    const { page: counting } = of(before);
    assert.equal(counting.tellsSubmit, true);
    const { page: code, taps } = of(after);
    await code.submit(counting.submitMark);
    assert.deepEqual(taps, ['Button text("✓")'], before.join());
  }
  assert.equal(of(['✓', '↻']).page.tellsSubmit, false);
});

test('seconds counted down, and a button that is closed, are not pressed', () => {
  for (const send of [
    button('↻ 59', '[620,110][900,190]'),
    button('≫', '[620,110][900,190]', 'enabled="false"'),
  ]) {
    const { page: code } = page(
      CodePage,
      web(field('[0,100][600,200]'), send, button('✓', '[0,300][900,400]')),
    );
    assert.equal(code.canSend, false);
  }
});

test('a captcha is a picture with a field in its row or right below; a logo further up is none', async () => {
  const image = (bounds: string) => node('widget.Image', bounds);
  const input = field('[0,500][900,600]');
  const cases: [picture: string, captcha: boolean][] = [
    [image('[0,300][400,480]'), true],
    [image('[600,510][900,590]'), true],
    [image('[0,50][400,150]'), false],
  ];
  for (const [picture, captcha] of cases) {
    const nodes = web(says('→ mi***a@example.com'), picture, input, button('≫', '[0,700][900,800]'));
    assert.equal(page(CodeRequestPage, nodes).page.isShown, captcha);
    assert.equal(page(CodePage, nodes).page.isShown, !captcha);
  }
  const { page: code, taps } = page(
    CodePage,
    web(field('[0,100][900,200]'), image('[0,300][400,480]'), input, button('✓', '[0,700][900,800]')),
  );
  await code.enterCaptcha(new Secret('x7kp'));
  await code.enterCode(new Secret('123456'));
  assert.deepEqual(taps, ['type EditText instance(1)', 'type EditText instance(0)']);
});

test('whom the code goes to is read from the page, not from a hotline on it', () => {
  const spoken = (...texts: string[]) =>
    page(CodeRequestPage, web(...texts.map((text) => says(text)), button('≫', '[0,1][2,3]'))).page.speaksOf(
      'mira@example.com',
    );
  assert.equal(spoken('→ mi***a@example.com', '☎ 400-100-5678'), true);
  assert.equal(spoken('→ jo***n@example.com'), false);
  assert.equal(spoken('☎ 400-100-5678'), undefined);
});

test('the forms for the new password are distinguished from one another and from a prompt for the old one', () => {
  const secret = (bounds: string) => field(bounds, 'password="true"');
  const form = web(secret('[0,100][900,200]'), secret('[0,300][900,400]'), button('✓', '[0,500][900,600]'));
  assert.equal(page(WebNewPasswordPage, form).page.isShown, true);
  assert.equal(page(CodePage, form).page.isShown, false);
  const more = web(
    field('[0,50][900,90]'),
    secret('[0,100][900,200]'),
    secret('[0,300][900,400]'),
    button('✓', '[0,500][900,600]'),
  );
  assert.equal(page(WebNewPasswordPage, more).page.isShown, false, 'it asks for something else too');
  const prompt = web(secret('[0,100][900,200]'), button('✓', '[0,500][900,600]'));
  assert.equal(page(WebNewPasswordPage, prompt).page.isShown, false);
  assert.equal(page(CodePage, prompt).page.isShown, false);
});

test('the rules of passwords are no complaint where they always stand', () => {
  const rules = { id: 'password_rules', text: '⟦passport_password_req_notice⟧' };
  const line = ({ id, text }: { id: string; text: string }) =>
    node('widget.TextView', '[0,0][9,9]', `resource-id="${APP}:id/${id}" text="${text}"`);
  const read = (...lines: string[]) => {
    const look = new PageSource(`<hierarchy>${lines.join('')}</hierarchy>`);
    return new NewPasswordPage({} as Browser, look, BOOK).fault;
  };
  assert.equal(read(line(rules)), undefined);
  assert.equal(read(line(rules), line({ ...rules, id: 'error_status' })), 'weak-password');
});
