import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { Secret } from '../../src/secret.ts';
import { CodePage } from './code.page.ts';
import type { WebControl } from './read.ts';
import { accountField, captchaField, codeFields, hands, mostColourful, puzzle, WebPage } from './page.ts';
import { SignInPage } from './sign-in.page.ts';
import { button, control, look } from './web-look-story.ts';

/** Which field is which, and what is pressed, by their marks for programs alone. */

const named = (name: string, more: Partial<WebControl> = {}) => control('text', { name, ...more });
/** A field, and whether it is the account's where another field stands beside it. */
const accounts: [Partial<WebControl>, boolean][] = [
  [{ autocomplete: 'username' }, true],
  [{ autocomplete: 'email' }, true],
  [{ autocomplete: 'tel' }, true],
  ...['account', 'user', 'username', 'id', 'email', 'phone'].map((name): [Partial<WebControl>, boolean] => [
    { name },
    true,
  ]),
  [{ name: 'userid' }, false],
  ...['user', 'username', 'account'].map((id): [Partial<WebControl>, boolean] => [{ id }, true]),
  [{ id: 'email' }, false],
  [{ name: 'other' }, false],
];
test('the field for the account is known by what fills it in, by its name and by its id', () => {
  for (const [more, isIt] of accounts) {
    const field = control('text', more);
    assert.equal(
      accountField(look([control('text'), field])),
      isIt ? field : undefined,
      JSON.stringify(more),
    );
  }
  const only = control('text');
  assert.equal(accountField(look([only])), only);
  assert.equal(accountField(look([control('password')])), undefined);
});

const codes: [Partial<WebControl>, boolean][] = [
  [{ autocomplete: 'one-time-code' }, true],
  ...['tickt', 'ticket', 'code', 'vcode', 'verify_code', 'verifycode', 'sms_code', 'otp'].map(
    (name): [Partial<WebControl>, boolean] => [{ name }, true],
  ),
  [{ name: 'codes' }, false],
  ...[3, 4, 8, 9].map((longest): [Partial<WebControl>, boolean] => [
    { mode: 'numeric', longest },
    longest >= 4 && longest <= 8,
  ]),
  [{ longest: 6 }, false],
];
test('the field for the code is known by what fills it in, by its name, and by a keyboard of digits for a few', () => {
  for (const [more, isIt] of codes) {
    const field = control('text', more);
    assert.deepEqual(
      codeFields(look([field, control('text')])),
      isIt ? [field] : undefined,
      JSON.stringify(more),
    );
  }
  const digits = [1, 2, 3, 4].map(() => control('text', { longest: 1 }));
  assert.deepEqual(codeFields(look(digits)), digits);
  assert.equal(codeFields(look(digits.slice(1))), undefined);
  const masked = { masked: ['i***@example.com'] };
  assert.equal(codeFields(look([control('text')], masked))?.length, 1);
  assert.equal(codeFields(look([control('text'), control('password')], masked)), undefined);
  assert.equal(codeFields(look([control('text'), control('text')], masked)), undefined);
});

/** Beside a field in the same line, so large. */
const beside = (width: number, height: number): WebControl[] => {
  const field = control('text');
  const top = field.bounds[1];
  return [field, control('picture', { bounds: [420, top, 420 + width, top + height] }), control('text')];
};
test('a picture beside a field is a captcha where it is as large as letters are shown', () => {
  for (const [width, height, isOne] of [
    [39, 30, false],
    [40, 20, true],
    [40, 19, false],
    [400, 200, true],
    [401, 200, false],
    [400, 201, false],
  ] as const) {
    const [field, ...more] = beside(width, height);
    assert.equal(captchaField(look([field!, ...more])), isOne ? field : undefined, `${width} × ${height}`);
  }
  for (const autocomplete of ['username', 'email', 'tel', 'one-time-code']) {
    const [field, ...more] = beside(100, 40);
    assert.equal(captchaField(look([{ ...field!, autocomplete }, ...more])), undefined, autocomplete);
  }
  for (const name of ['icode', 'ICODE', 'captcha', 'captCode']) {
    const field = named(name);
    assert.equal(captchaField(look([field])), field, name);
  }
  assert.equal(captchaField(look([named('xcaptcha')])), undefined);
});

test('a puzzle is a slider, what is called one, or a frame of its own that is large enough', () => {
  for (const one of [
    control('slider'),
    control('puzzle'),
    control('frame', { address: 'https://x/captcha', bounds: [0, 0, 300, 60] }),
    control('frame', { name: 'geetest', bounds: [0, 0, 300, 60] }),
    control('frame', { label: 'verification', bounds: [0, 0, 300, 60] }),
  ])
    assert.equal(puzzle(look([one])), one, JSON.stringify(one));
  for (const one of [
    control('frame', { address: 'https://x/captcha', bounds: [0, 0, 300, 59] }),
    control('frame', { address: 'https://x/advert', bounds: [0, 0, 300, 600] }),
    control('picture'),
  ])
    assert.equal(puzzle(look([one])), undefined, JSON.stringify(one));
});

test('what goes on is a button, or what has a ground as one; no menu, no language, and a bar only where nothing else is', () => {
  for (const [one, isIt] of [
    [button({ colour: 0 }), true],
    [control('link', { colour: 40 }), true],
    [control('link', { colour: 39 }), false],
    [control('card', { colour: 40 }), true],
    [control('text', { colour: 200 }), false],
    [button({ popup: 'menu' }), false],
    [button({ language: 'zh_CN' }), false],
    [button({ fixed: true }), true],
  ] as const)
    assert.deepEqual(hands(look([one])), isIt ? [one] : [], JSON.stringify(one));
  const free = button();
  assert.deepEqual(hands(look([button({ fixed: true }), free])), [free]);
});

test('the button that stands out is the most colourful, and the last of those side by side', () => {
  const [one, other] = [button({ bounds: [0, 0, 90, 40] }), button({ bounds: [100, 0, 190, 40] })];
  const below = button({ bounds: [0, 40, 90, 80] });
  assert.equal(mostColourful([one, other, below]), other);
  assert.equal(mostColourful([one, { ...other, colour: 199 }, below]), one);
  assert.equal(mostColourful([]), undefined);
});

/** A browser in which everything done is written down. */
function noting() {
  const done: unknown[] = [];
  const browser = {
    $: (element: unknown) => ({
      click: async () => void done.push(['press', element]),
      setValue: async (...words: unknown[]) => void done.push(['type', element, ...words]),
    }),
    keys: async (key: string) => void done.push(['key', key]),
    execute: async (script: { name: string }) => void done.push(['run', script.name]),
    takeElementScreenshot: async (id: string) => (done.push(['picture', id]), 'cGljdHVyZQ=='),
  } as unknown as Browser;
  return { browser, done };
}

test('a page is handed in by its button, and by the key where it has none beside a field', async () => {
  const field = control('text', { element: 'field' });
  for (const [controls, near, done] of [
    [[field, button({ element: 'go' })], field, [['press', 'go']]],
    [[field], field, [['key', 'Enter']]],
    [[field], undefined, []],
    [[field, button({ element: 'other', form: 1 })], field, [['key', 'Enter']]],
    [
      [field, button({ element: 'a', colour: 0, type: 'submit' }), button({ element: 'b' })],
      field,
      [['press', 'a']],
    ],
    [
      [field, button({ element: 'a', colour: 0, id: 'submitIt' }), button({ element: 'b' })],
      field,
      [['press', 'a']],
    ],
    [
      [{ ...field, form: -1 }, button({ element: 'far', form: 3 })],
      { ...field, form: -1 },
      [['press', 'far']],
    ],
  ] as [WebControl[], WebControl | undefined, unknown[]][]) {
    const { browser, done: did } = noting();
    await new WebPage(browser, look(controls)).submit(near);
    assert.deepEqual(did, done);
  }
});

test('a sign-in types account and password without a word of the password in a log, and is handed in', async () => {
  const { browser, done } = noting();
  const page = new SignInPage(
    browser,
    look([
      control('text', { name: 'user', element: 'account' }),
      control('password', { element: 'password' }),
      button({ element: 'go' }),
    ]),
  );
  await page.fillIn('6230001535', new Secret('Kanarie-7Qx!'));
  await page.signIn();
  assert.deepEqual(done, [
    ['type', 'account', '6230001535'],
    ['run', 'drawDots'],
    ['type', 'password', 'Kanarie-7Qx!', { mask: true }],
    ['press', 'go'],
  ]);
});

test('the way to a forgotten password is a link to such an address, whatever it is called', async () => {
  const fields = [control('text', { name: 'user' }), control('password')];
  for (const [one, pressed] of [
    [control('link', { address: 'https://x/pass/forgetPassword?a', element: 'l' }), [['press', 'l']]],
    [control('link', { address: 'https://x/fe/service/forget-password', element: 'l' }), [['press', 'l']]],
    [control('link', { address: 'https://x/register', element: 'l' }), []],
    [button({ address: 'https://x/forgetPassword', element: 'l' }), []],
  ] as const) {
    const { browser, done } = noting();
    await new SignInPage(browser, look([...fields, one])).forgot();
    assert.deepEqual(done, pressed);
  }
});

test('a code goes into one field, or a digit into each', async () => {
  const typed = async (controls: WebControl[]) => {
    const { browser, done } = noting();
    await new CodePage(browser, look(controls)).fillIn(new Secret('482913'));
    return done.flatMap((one) => ((one as string[])[0] === 'type' ? [(one as string[])[2]] : []));
  };
  assert.deepEqual(await typed([named('code')]), ['482913']);
  const digits = [1, 2, 3, 4, 5, 6].map(() => control('text', { longest: 1 }));
  assert.deepEqual(await typed(digits), ['4', '8', '2', '9', '1', '3']);
});

test('a picture of one control is asked for by the reference of that control', async () => {
  const { browser, done } = noting();
  const page = new WebPage(browser, look([]));
  const png = await page.picture(control('picture', { element: { 'element-6066-x': 'e7' } }));
  assert.deepEqual([String(png), done], ['picture', [['picture', 'e7']]]);
});

test('another language is chosen by its tag, from the menu that is called so', async () => {
  const menus: [WebControl[], unknown[]][] = [
    [[button({ popup: 'menu', classes: 'mi-lang', element: 'm' })], [['press', 'm']]],
    [[control('card', { classes: 'language-switch', element: 'm' })], [['press', 'm']]],
    [[control('option', { classes: 'lang', element: 'm' })], []],
    [[button({ popup: 'listbox', element: 'm' })], [['press', 'm']]],
    [[button({ popup: 'menu', element: 'm' })], []],
    [
      [
        control('card', { classes: 'lang', element: 'later' }),
        button({ popup: 'menu', classes: 'lang', element: 'm' }),
      ],
      [['press', 'm']],
    ],
  ];
  for (const [controls, pressed] of menus) {
    const { browser, done } = noting();
    await new WebPage(browser, look(controls)).openLanguages();
    assert.deepEqual(done, pressed);
  }
  const { browser, done } = noting();
  const offered = [
    control('text', { language: 'zh_CN', element: 'no' }),
    control('option', { language: 'bg-BG', element: 'bg' }),
    control('option', { language: 'zh-cn', element: 'zh' }),
  ];
  const page = new WebPage(browser, look(offered));
  assert.equal(page.languages.length, 2);
  assert.equal(await page.chooseLanguage('zh_CN'), true);
  assert.equal(await page.chooseLanguage('tr_TR'), false);
  assert.deepEqual(done, [['press', 'zh']]);
});

test('a complaint is what is marked as an error, or a field that is', () => {
  const complaint = (controls: WebControl[], errors: { text: string; hints: string[] }[] = []) =>
    new WebPage({} as Browser, look(controls, { errors, url: 'https://x/y?reason=expired' })).complaint;
  assert.equal(complaint([control('text')]), undefined);
  assert.deepEqual(complaint([control('text', { invalid: true })]), { text: '', hints: ['expired'] });
  assert.deepEqual(
    complaint(
      [],
      [
        { text: 'no', hints: ['e1'] },
        { text: 'nor this', hints: ['e2'] },
      ],
    ),
    {
      text: 'no',
      hints: ['e1', 'e2', 'expired'],
    },
  );
});
