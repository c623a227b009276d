import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { AccountPage } from './account.page.ts';
import { CodePage, SendPage } from './code.page.ts';
import type { WebLook } from './look.ts';
import type { WebControl } from './read.ts';
import { fitsMask, MethodPage } from './method.page.ts';
import { NewPasswordPage } from './new-password.page.ts';
import { AgreementPage, CaptchaPage, SuccessPage } from './outcome.page.ts';
import { type WebPage, type WebPageClass } from './page.ts';
import { SignInPage } from './sign-in.page.ts';
import { button, control, look } from './web-look-story.ts';

const ALL: readonly WebPageClass[] = [
  SignInPage,
  AccountPage,
  MethodPage,
  SendPage,
  CodePage,
  NewPasswordPage,
  SuccessPage,
  AgreementPage,
  CaptchaPage,
];

const onIt = (page: WebLook) => ALL.filter((one) => one.isOn(page)).map(({ title }) => title);
const at = <P extends WebPage>(page: WebPageClass<P>, on: WebLook) => new page({} as Browser, on);

test('each page is distinguished from all others without a word, a name or an id', () => {
  const masked = { masked: ['i***@example.com'] };
  const choices = ['i***@example.com', '+359 *** 56'].map((text) => control('card', { text }));
  for (const [title, page] of [
    ['web sign-in', look([control('text'), control('password'), button()])],
    ['web account to reset', look([control('text'), button()])],
    ['web way to get a code', look(choices, masked)],
    ['web send a code', look([button()], masked)],
    ['web code', look([control('text'), button()], masked)],
    ['web code', look([...[1, 2, 3, 4, 5, 6].map(() => control('text', { longest: 1 })), button()])],
    ['web new password', look([control('password'), control('password'), button()])],
    ['web success', look([control('link'), button()])],
    [
      'web agreement',
      look([control('text', { covered: true }), button({ dialog: true }), button({ dialog: true })]),
    ],
    [
      'web captcha',
      look([
        control('frame', {
          address: 'https://www.google.com/recaptcha/x',
          dialog: true,
          bounds: [0, 0, 300, 400],
        }),
      ]),
    ],
  ] as const) {
    assert.deepEqual(onIt(page), [title]);
  }
});

test('a field beside a picture is a captcha, and the page is still the one it would be without', () => {
  const field = control('text');
  const picture = control('picture', { bounds: [420, field.bounds[1], 520, field.bounds[3]] });
  const page = look([control('text', { autocomplete: 'username' }), field, picture, button()]);
  assert.deepEqual(onIt(page), ['web account to reset']);
  assert.equal(at(AccountPage, page).captcha?.field, field);
  assert.equal(at(AccountPage, page).captcha?.picture, picture);
});

test('a logo far from the field is no captcha', () => {
  assert.equal(at(AccountPage, look([control('picture'), control('text'), button()])).captcha, undefined);
});

test('the button that hands in is the form’s own, below the field, not the one beside it', () => {
  const code = control('text', { mode: 'numeric', longest: 6 });
  const send = button({ bounds: [410, code.bounds[1], 480, code.bounds[3]] });
  const [submit, search] = [button({ colour: 250 }), button({ type: 'submit', form: 4 })];
  const page = at(CodePage, look([search, code, send, submit]));
  assert.equal(page.submitButton(code), submit);
  assert.equal(page.sendButton(), send);
  assert.equal(at(CodePage, look([code, { ...send, enabled: false }, submit])).sendButton(), undefined);
});

test('on a code page the buttons of its own form alone count, also where another form looks more like it', () => {
  const code = control('text', { mode: 'numeric', longest: 6, form: 1 });
  const [send, own] = [button({ form: 1, text: '59 s' }), button({ form: 1, colour: 120 })];
  const other = button({ form: 2, id: 'verify', colour: 255 });
  // Drawn as a button, and none.
  const card = control('card', { form: 1, text: '60 s' });
  const page = at(CodePage, look([code, card, send, own, other]));
  assert.equal(page.codeButton(), own);
  assert.equal(page.sendButton(), send);
  // A field that stands in no form: all that is below it.
  const loose = at(CodePage, look([{ ...code, form: -1 }, other]));
  assert.equal(loose.codeButton(), other);
});

test('a choice is recognised by what is shown of the contact', () => {
  const [mail, phone] = [
    control('radio', { label: 'X: i***n@example.com' }),
    control('radio', { label: 'Y: +359***56' }),
  ];
  const page = at(MethodPage, look([phone, mail, button()], { masked: ['i***n@example.com', '+359***56'] }));
  assert.equal(page.choice('ivan@example.com'), mail);
  assert.equal(page.choice('+359 888 123 456'), phone);
  assert.equal(page.choice('ivan@example.org'), undefined);
  assert.equal(page.choice('+359888123457'), undefined);
});

test('a mask fits a contact by its visible ends', () => {
  for (const [masked, contact, fits] of [
    ['iva***@example.com', 'ivan@example.com', true],
    ['iva***@example.com.', 'ivan@example.com', true],
    ['***@e***e.com', 'ivan@example.com', true],
    ['ivo***@example.com', 'ivan@example.com', false],
    ['138****5678', '+86 138 1234 5678', true],
    ['+359***56', 'ivan@example.com', false],
  ] as const) {
    assert.equal(fitsMask(masked, contact), fits, `${masked} ${contact}`);
  }
});

test('of two buttons the one that stands out agrees', async () => {
  const pressed: unknown[] = [];
  const browser = {
    $: (element: unknown) => ({ click: async () => void pressed.push(element) }),
  } as unknown as Browser;
  const page = look([
    button({ dialog: true, colour: 0, element: 'no' }),
    button({ dialog: true, colour: 180, element: 'yes' }),
  ]);
  await new AgreementPage(browser, page).agree();
  assert.deepEqual(pressed, ['yes']);
});

test('an answer is recognised by another document or another request, and none by the browser’s own page', () => {
  const before = look([], { requests: [200] });
  assert.equal(look([], { requests: [200] }).answerSince(before), undefined);
  assert.equal(look([], { requests: [200, 0] }).answerSince(before), 0);
  assert.equal(look([], { document: 2, httpStatus: 503 }).answerSince(before), 503);
  assert.equal(look([], { url: 'chrome-error://chromewebdata/' }).answerSince(before), 0);
});

test('what is kept of a page has pixels of the picture, marks secrets, and no ticket of the address', () => {
  const field = control('password', { label: 'a<b"', bounds: [1, 2, 3, 4] });
  const source = look([field], { url: 'https://account.example/x?ticket=s3cret&_locale=bg_BG' }).source(
    ({ role }) => role === 'password',
  );
  assert.match(
    source,
    /content-desc="a&#60;b&#34;" clickable="true" password="true" bounds="\[2,4\]\[6,8\]"/,
  );
  assert.match(source, /url="https:\/\/account\.example\/x\?_locale=bg_BG"/);
  assert.doesNotMatch(source, /s3cret/);
});

/** Below the one before, side by side with the others. */
function row(...controls: WebControl[]): WebControl[] {
  const [first] = controls;
  return controls.map((one, place) => ({
    ...one,
    bounds: [100 + place * 120, first?.bounds[1] ?? 0, 210 + place * 120, first?.bounds[3] ?? 0] as const,
  }));
}

test('what is drawn as a button goes on where there is no real one, and a plain link does not', () => {
  for (const role of ['link', 'card']) {
    const [field, drawn] = [control('text'), control(role, { colour: 200 })];
    assert.equal(at(AccountPage, look([field, control('link'), drawn])).submitButton(field), drawn);
    assert.deepEqual(onIt(look([control('link'), drawn], { masked: ['i***@example.com'] })), [
      'web send a code',
    ]);
  }
});

test('of buttons that look alike the last one of the row goes on', async () => {
  const [cancel, agree] = row(button({ dialog: true }), button({ dialog: true }));
  assert.ok(cancel && agree);
  assert.equal(at(AgreementPage, look([cancel, agree])).submitButton(), agree);
});

test('where two buttons below a code look alike, none is certain until one of them alone can be pressed', () => {
  const code = control('text', { mode: 'numeric', longest: 6, form: -1 });
  const [one, other] = [button({ text: '⟦a⟧', form: -1 }), button({ text: '⟦b⟧', form: -1 })];
  const page = at(CodePage, look([code, one, other]));
  assert.equal(page.tellsSubmit(), false);
  assert.equal(page.tellsSubmit({ typed: true }), false);
  const still = at(CodePage, look([code, { ...one, enabled: false }, other]));
  assert.equal(still.tellsSubmit(), false);
  assert.equal(still.tellsSubmit({ typed: true }), true);
  assert.equal(still.codeButton({ typed: true }), other);
});

test('what was pressed for a code does not hand it in, and neither does what counts seconds or stands beside the field', () => {
  const code = control('text', { mode: 'numeric', longest: 6 });
  const [send, submit] = [button({ text: '⟦send⟧' }), button({ text: '⟦submit⟧' })];
  const pressed = at(CodePage, look([code, send, submit]));
  assert.deepEqual(pressed.buttons(), { send: '⟦send⟧', submit: '⟦submit⟧' });
  assert.equal(pressed.codeButton(pressed.buttons()), submit);
  assert.equal(at(CodePage, look([code, { ...send, text: '⟦again⟧ ٥٩' }, submit])).codeButton(), submit);
  const link = control('link', { text: '⟦again⟧', bounds: [420, code.bounds[1], 480, code.bounds[3]] });
  assert.equal(at(CodePage, look([code, link, submit])).sendButton(), link);
});

test('the buttons of a code are distinguished by their names for programs', () => {
  const code = control('text', { mode: 'numeric', longest: 6 });
  const [one, other] = [button({ type: 'submit' }), button({ type: 'submit' })];
  const sends = at(CodePage, look([code, { ...one, id: 'resend_button' }, other]));
  assert.equal(sends.codeButton(), other);
  assert.equal(sends.tellsSubmit(), true);
  const submits = { ...one, name: 'verifyBtn' };
  assert.equal(at(CodePage, look([code, submits, other])).codeButton(), submits);
});

test('tabs, and buttons to tick beside the code, stand on the page that sends: only the chosen contact is where it goes', () => {
  const masked = ['+359***56', 'i***n@example.com'];
  const code = control('text', { mode: 'numeric', longest: 6 });
  for (const role of ['tab', 'radio']) {
    const [phone, mail] = masked.map((text, place) => control(role, { text, checked: place === 0 }));
    assert.ok(phone && mail);
    const before = look([phone, mail, code, button()], { masked });
    assert.equal(at(MethodPage, before).isDisplayed, true);
    assert.equal(at(MethodPage, before).isChosen('ivan@example.com'), false);
    assert.equal(at(CodePage, before).goesTo('ivan@example.com'), false);
    const after = look([{ ...phone, checked: false }, { ...mail, checked: true }, code, button()], {
      masked,
    });
    assert.equal(at(MethodPage, after).isChosen('ivan@example.com'), true);
    assert.equal(at(CodePage, after).goesTo('ivan@example.com'), true);
  }
});

test('a choice without an address is recognised by what it says to programs, else it is mute', () => {
  const [mail, phone] = [
    control('radio', { hint: 'EMAIL verifyType' }),
    control('radio', { hint: 'PHONE verifyType' }),
  ];
  const page = at(MethodPage, look([phone, mail, button()]));
  assert.equal(page.isDisplayed, true);
  assert.equal(page.choice('ivan@example.com'), mail);
  assert.equal(page.choice('+359888123456'), phone);
  assert.equal(page.isMute, false);
  assert.equal(
    at(MethodPage, look([control('radio', { hint: '0' }), control('radio', { hint: '1' }), button()])).isMute,
    true,
  );
});

test('a picture by itself above or below the last field is a captcha, a row of pictures and a logo are not', () => {
  const wide = (top: number): Partial<WebControl> => ({ bounds: [100, top, 220, top + 40] });
  const [first, second] = [control('text', { autocomplete: 'username' }), control('text')];
  const under = control('picture', wide(second.bounds[3] + 5));
  const page = at(AccountPage, look([first, second, under, button()]));
  assert.equal(page.captcha?.field, second);
  assert.equal(page.captcha?.picture, under);
  const third = control('text');
  assert.equal(
    at(AccountPage, look([first, control('picture', wide(third.bounds[1] - 45)), third])).captcha?.field,
    third,
  );
  const logos = row(control('picture'), control('picture'));
  assert.equal(at(AccountPage, look([first, second, ...logos])).captcha, undefined);
});

test('a page says more than before, whatever it counts', () => {
  const says = (...texts: string[]) => look([], { texts });
  assert.equal(says('⟦a⟧ 58').saysMoreThan(says('⟦a⟧ 59')), false);
  assert.equal(says('⟦a⟧', '⟦b⟧').saysMoreThan(says('⟦a⟧'), true), true);
  assert.equal(says('⟦b⟧').saysMoreThan(says('⟦a⟧'), true), false);
});

test('a bar that stays in view is no part of the page, unless there is nothing else', () => {
  const [next, accept] = [button({ colour: 90 }), button({ colour: 255, fixed: true })];
  assert.equal(at(SendPage, look([accept, next], { masked: ['i***@example.com'] })).submitButton(), next);
  assert.equal(at(SendPage, look([accept], { masked: ['i***@example.com'] })).submitButton(), accept);
  assert.deepEqual(onIt(look([control('link'), accept])), []);
});
