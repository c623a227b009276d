import { shows } from '../../pageobjects/locator.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
import { MiPayDialog, RemoveAccountDialog, TroubleMessage } from '../../pageobjects/alert.page.ts';
import { IdlePage } from '../../pageobjects/busy.page.ts';
import { KeepOrRemovePage } from '../../pageobjects/keep-or-remove.page.ts';
import { PageSource } from '../../pageobjects/look.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { NewPasswordPage } from '../../pageobjects/new-password.page.ts';
import type { Page, PageClass } from '../../pageobjects/page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import { QuickPanel, SettingsPage } from '../../pageobjects/settings.page.ts';
import { Secret } from '../secret.ts';
import { labelBook } from '../phone/labels.ts';

/**
 * Pages as they may be on releases and in languages that were never seen: written down from the layouts, with
 * ids and words changed.
 */

const APP = 'com.xiaomi.account';
const CLOUD = 'com.miui.cloudservice';
const SETTINGS = 'com.android.settings';

type Node = readonly [cls: string, attributes?: Record<string, string>, ...inside: Node[]];
const written = ([cls, attributes = {}, ...inside]: Node, owner: string): string => {
  const all = { class: `android.widget.${cls}`, package: owner, ...attributes };
  const attribute = ([name, value]: [string, string]) =>
    `${name}="${value.replaceAll('"', '&quot;').replaceAll('\n', '&#10;')}"`;
  return `<node ${Object.entries(all).map(attribute).join(' ')}>${inside.map((one) => written(one, owner)).join('')}</node>`;
};
const button = (id: string, text: string): Node => ['Button', { 'resource-id': id, text, clickable: 'true' }];
const text = (words: string, id = ''): Node => ['TextView', { text: words, 'resource-id': id }];
const field = (id = '', password = true): Node => [
  'EditText',
  { 'resource-id': id, password: String(password) },
];
/** A row of a preference list. */
const row = (title: string, ...more: Node[]): Node => [
  'LinearLayout',
  { clickable: 'true' },
  text(title, 'android:id/title'),
  ...more,
];
const id = (name: string) => `${APP}:id/${name}`;
/** How it is found by an id, and by the words on it where it has any. */
const found = (own: string, words?: string) =>
  `resourceId("${own}")${words === undefined ? '' : `.text("${words}")`}`;

/** The page that a phone with these words shows, and what is touched on it. */
function shown<P extends Page>(
  Class: PageClass<P>,
  owner: string,
  words: Record<string, string>,
  ...nodes: Node[]
) {
  const touched: string[] = [];
  const element = (where: string): object => ({
    click: async () => void touched.push(where),
    setValue: async () => void touched.push(`type ${where}`),
    getText: async () => '',
  });
  const look = new PageSource(`<hierarchy>${nodes.map((node) => written(node, owner)).join('')}</hierarchy>`);
  const book = labelBook(new Map(Object.entries(words)));
  const browser = {
    $: (selector: string) =>
      element(selector.replaceAll(/(android=)?new UiSelector\(\)\.packageName\("[^"]*"\)\./g, '')),
  } as unknown as Browser;
  return { is: shows(look, Class.landmark, book), page: new Class(browser, look, book), touched };
}

const OUT = `${APP}:logout_account`;
const SECURITY = `${APP}:account_security`;

test('the sign-out button is found by its words in any language when its id is another, and says so', async () => {
  const drawn: [string, string][] = [
    ['Sign out', 'Sign out'],
    ['Отписване', 'ОТПИСВАНЕ'],
    ['تسجيل الخروج', '\u200fتسجيل الخروج\u200f'],
    ['Çıkış yap', 'ÇIKIŞ YAP'],
    ['Έξοδος', 'ΕΞΟΔΟΣ'],
    ['Schließen und abmelden', 'SCHLIESSEN UND\nABMELDEN'],
    ['⟦logout_account⟧', '⟦logout_account⟧'],
  ];
  for (const [label, words] of drawn) {
    const { is, page, touched } = shown(
      MiAccountPage,
      APP,
      { [OUT]: label },
      button(id('sign_out_button'), words),
    );
    assert.equal(is, true, words);
    await page.signOut();
    assert.deepEqual(touched, [found(id('sign_out_button'), words)]);
    assert.deepEqual(page.drift, [
      {
        page: 'Mi Account page',
        locator: 'landmark',
        wanted: [
          ...['logout_btn', 'btn_delete_account', 'settings_header_layout', 'user_avatar'].map(
            (name) => `id ${id(name)}`,
          ),
        ].join(' or '),
        found: 'label com.xiaomi.account:string/logout_account',
        advice: 'add the id com.xiaomi.account:id/sign_out_button first in MiAccountPage.landmark',
      },
      {
        page: 'Mi Account page',
        locator: 'signOut',
        wanted: `id ${id('logout_btn')} or id ${id('btn_delete_account')}`,
        found: 'label com.xiaomi.account:string/logout_account',
        advice: 'add the id com.xiaomi.account:id/sign_out_button first in MiAccountPage.locators.signOut',
      },
    ]);
  }
});

test('what has no id is touched by its words as they are drawn, broken lines and quotes included', async () => {
  const { page, touched } = shown(
    MiAccountPage,
    APP,
    { [OUT]: 'Sign "out" now' },
    button('', 'SIGN "OUT"\nNOW'),
  );
  await page.signOut();
  assert.deepEqual(touched, [String.raw`text("SIGN \"OUT\"` + '\nNOW")']);
});

test('what releases differ in is no drift, nor are words in capitals where a thing has no id', async () => {
  for (const name of ['logout_btn', 'btn_delete_account']) {
    const { page } = shown(
      MiAccountPage,
      APP,
      { [SECURITY]: 'Account security' },
      row('ACCOUNT\nSECURITY'),
      button(id(name), ''),
    );
    await page.openSecurity();
    await page.signOut();
    assert.deepEqual(page.drift, []);
  }
});

test("words on a button or in a row count, not a person's name that is the same", async () => {
  const words = { [OUT]: 'Sign out', [SECURITY]: 'Account security' };
  const named = (name: string): Node => ['LinearLayout', { clickable: 'true' }, text(name, id('user_name'))];
  const out = shown(
    MiAccountPage,
    APP,
    words,
    named('Sign out'),
    row('Account security'),
    button('', 'Sign out'),
  );
  await out.page.signOut();
  assert.deepEqual(out.touched, ['text("Sign out").instance(1)']);
  const security = shown(
    MiAccountPage,
    APP,
    words,
    named('Account security'),
    row('Account security'),
    button('', 'Sign out'),
  );
  await security.page.openSecurity();
  assert.deepEqual(security.touched, [found('android:id/title', 'Account security')]);
  // The title of a page is none of its rows, and a longer row is another one.
  const title = shown(MiAccountPage, APP, words, text('Account security'), row('Account security settings'));
  assert.equal(title.page.securityRow, undefined);
});

test('an exact match wins over a loose one that comes before it', () => {
  const { page } = shown(
    AccountSecurityPage,
    APP,
    { [`${APP}:change_password`]: 'Change password' },
    row('CHANGE PASSWORD'),
    row('Change password'),
  );
  assert.equal(page.passwordRow?.text, 'Change password');
  assert.deepEqual(page.drift, []);
});

test('a later name of a string is drift', () => {
  const { page } = shown(AccountSecurityPage, APP, { [`${APP}:set_password`]: 'Password' }, row('Password'));
  assert.ok(page.passwordRow);
  const advice = page.drift.map(({ locator, advice: what }) => `${locator}: ${what}`);
  assert.deepEqual(advice, [
    'landmark: put the label com.xiaomi.account:string/set_password first in AccountSecurityPage.landmark',
    'passwordRow: put the label com.xiaomi.account:string/set_password first in AccountSecurityPage.locators.passwordRow',
  ]);
});

const OK = { 'android:ok': 'ОК', 'android:cancel': 'Отказ' };

test('the password dialog is known by its only field, and answered by the words of its buttons', async () => {
  const nodes: Node[] = [
    text('?', 'android:id/title'),
    field(),
    button(id('no'), 'Отказ'),
    button(id('yes'), 'ОК'),
  ];
  const { is, page, touched } = shown(PasswordDialog, APP, OK, ...nodes);
  assert.deepEqual(
    [is, page.asksPassword, page.asksCaptcha, page.asksSecondFactor],
    [true, true, false, false],
  );
  await page.enterPassword(new Secret('x'));
  await page.confirm();
  assert.deepEqual(touched, [
    'type className("android.widget.EditText").instance(0)',
    found(id('yes'), 'ОК'),
  ]);
  assert.deepEqual(
    page.drift.map(({ locator, found }) => `${locator}: ${found}`),
    [
      "landmark: the only field of com.xiaomi.account, a password's",
      "passwordField: the only field of com.xiaomi.account, a password's",
      'confirm: label android:string/ok',
    ],
  );
});

test('no password is given where it is not certain which field and which button', () => {
  const unsure: [string, ...Node[]][] = [
    ['a form to sign in', field('', false), field(), button('', 'ОК')],
    ['a form for a new password', field(), field(), button('', 'ОК')],
    ['a page of the site', ['WebView', { class: 'android.webkit.WebView' }, field()], button('', 'ОК')],
    ['a plain field', field('', false), button('', 'ОК')],
  ];
  for (const [what, ...nodes] of unsure)
    assert.equal(shown(PasswordDialog, APP, OK, ...nodes).is, false, what);
  const more = shown(
    PasswordDialog,
    APP,
    OK,
    field(id('input_pwd_view')),
    field('', false),
    button(id('passport_confirm'), 'ОК'),
  );
  assert.deepEqual([more.is, more.page.asksPassword, more.page.asksMore], [true, false, true]);
  const swapped = shown(
    PasswordDialog,
    APP,
    OK,
    field(),
    button('android:id/button1', 'Отказ'),
    button('android:id/button2', 'ОК'),
  );
  assert.deepEqual([swapped.is, swapped.page.asksPassword], [true, false]);
  const speechless = shown(PasswordDialog, APP, OK, field(), button('', '→'), button('', '←'));
  assert.deepEqual([speechless.is, speechless.page.asksPassword], [true, false]);
});

test('a new password goes into both fields whatever their ids', async () => {
  const known = shown(
    NewPasswordPage,
    APP,
    OK,
    [
      'FrameLayout',
      { 'resource-id': id('input_new_pwd_view') },
      ['LinearLayout', {}, field(id('input_pwd_view'))],
    ],
    [
      'FrameLayout',
      { 'resource-id': id('confirm_pwd_view') },
      ['LinearLayout', {}, field(id('input_pwd_view'))],
    ],
    button(id('change_pwd_btn'), 'ОК'),
  );
  const renamed = shown(NewPasswordPage, APP, OK, field(id('first')), field(), button('', 'ОК'));
  for (const { page } of [known, renamed]) {
    await page.enterPassword(new Secret('x'));
    assert.equal(page.canSubmit, true);
    await page.submit();
  }
  const inside = (name: string) => `type ${found(id(name))}.childSelector(${found(id('input_pwd_view'))})`;
  assert.deepEqual(known.touched, [
    inside('input_new_pwd_view'),
    inside('confirm_pwd_view'),
    found(id('change_pwd_btn'), 'ОК'),
  ]);
  assert.deepEqual(renamed.touched, [
    `type ${found(id('first'))}`,
    'type className("android.widget.EditText").instance(1)',
    'text("ОК")',
  ]);
  assert.deepEqual(known.page.drift, []);
  assert.deepEqual(
    renamed.page.drift.map(({ locator }) => locator),
    ['landmark', 'newPassword', 'repeat', 'submit'],
  );
  assert.equal(shown(NewPasswordPage, APP, OK, field(), button('', 'ОК')).is, false);
  const withOld = shown(
    NewPasswordPage,
    APP,
    OK,
    field(id('old')),
    field(id('new')),
    field(),
    button(id('change_pwd_btn'), 'ОК'),
  );
  assert.equal(withOld.page.isShown, false);
});

const DATA = {
  [`${CLOUD}:micloud_wipe_data_retain`]: 'احتفاظ',
  [`${CLOUD}:micloud_wipe_data_remove`]: 'إزالة',
  'android:cancel': 'إلغاء',
};
const TITLE = {
  [`${APP}:alert_title_remove_account`]: 'إزالة الحساب؟',
  [`${APP}:delete_bank_card_title`]: 'بطاقات',
};

test('of three buttons in any order only ids and words show which keeps the data', async () => {
  const alert = (...words: string[]): Node[] => [
    text(TITLE[`${APP}:alert_title_remove_account`], 'android:id/alertTitle'),
    ...words.map((word, place) => button(`android:id/button${place + 1}`, word)),
  ];
  for (const [keepAt, cancelled, ...words] of [
    // The question is known by the words of Keep, so Cancel below them is found together with these.
    [1, 'textMatches("احتفاظ|إلغاء").instance(1)', 'احتفاظ', 'إزالة', 'إلغاء'],
    [3, found('android:id/button1', 'إلغاء'), 'إلغاء', 'إزالة', '\u200fاحتفاظ\u200f'],
  ] as const) {
    const { is, page, touched } = shown(KeepOrRemovePage, APP, { ...DATA, ...TITLE }, ...alert(...words));
    assert.deepEqual([is, page.isShown], [true, true]);
    await page.keepData();
    await page.cancel();
    assert.deepEqual(touched, [found(`android:id/button${keepAt}`, words[keepAt - 1]), cancelled]);
  }
  const miui6 = [
    button(id('btn_keep_data'), '1'),
    button(id('btn_wipe_data'), '2'),
    button(id('btn_cancel'), '3'),
  ];
  const known = shown(KeepOrRemovePage, APP, TITLE, ...alert(), ...miui6);
  assert.equal(known.page.isShown, true);
  await known.page.removeData();
  assert.deepEqual([known.touched, known.page.drift], [[found(id('btn_wipe_data'))], []]);
  assert.equal(shown(KeepOrRemovePage, APP, DATA, ...alert('احتفاظ', '?', '!')).page.isShown, false);
  // The same title over two answers is a question to agree to; over three it is not.
  assert.equal(shown(RemoveAccountDialog, APP, TITLE, ...alert('1', '2')).page.isYesOrNo, true);
  assert.equal(shown(RemoveAccountDialog, APP, TITLE, ...alert('1', '2', '3')).page.isYesOrNo, false);
  assert.equal(shown(RemoveAccountDialog, APP, TITLE, ...alert(), ...miui6).page.isYesOrNo, false);
});

test('a question is agreed to only where it is certain what for, and with which button', () => {
  const words = { ...TITLE, 'android:ok': 'موافق', 'android:cancel': 'إلغاء' };
  const alert = (title: string, yes: string, no: string, ...more: Node[]): Node[] => [
    text(title, 'android:id/alertTitle'),
    ...more,
    button('android:id/button2', no),
    button('android:id/button1', yes),
  ];
  const [remove = '', cards = ''] = Object.values(TITLE);
  const box: Node = ['CheckBox', { text: '?', clickable: 'true', checkable: 'true', checked: 'true' }];
  const is = <P extends MiPayDialog>(Class: PageClass<P>, ...nodes: Node[]) =>
    shown(Class, APP, words, ...nodes).page.isYesOrNo;
  assert.equal(is(MiPayDialog, ...alert(cards, '?', '!')), true);
  assert.equal(
    is(MiPayDialog, ...alert(cards, 'إلغاء', '!')),
    false,
    'Cancel is where agreeing is elsewhere',
  );
  assert.equal(is(MiPayDialog, ...alert(cards, 'موافق', 'إلغاء', box)), false, 'a box decides about more');
  assert.equal(is(MiPayDialog, text(cards)), false, 'there is nothing to agree with');
  assert.equal(is(RemoveAccountDialog, ...alert(remove, '?', 'إلغاء')), true);
  assert.equal(is(RemoveAccountDialog, ...alert(remove, '?', '!')), false, 'both may be about the data');
});

test('the words of Sign out are not pressed beside a box that is no row of the account page', () => {
  const box = (boxId = ''): Node => [
    'CheckBox',
    { 'resource-id': boxId, text: '', checkable: 'true', checked: 'true' },
  ];
  const sees = (...nodes: Node[]) =>
    shown(MiAccountPage, APP, { [OUT]: 'Sign out' }, ...nodes).page.seesSignOut;
  assert.equal(sees(text('Sign out'), box(), button('android:id/button1', 'Sign out')), false);
  assert.equal(sees(row('Mi Credit', box('android:id/checkbox')), button('', 'Sign out')), true);
  assert.equal(sees(['ListView', { scrollable: 'true' }, box()], button('', 'Sign out')), true);
  assert.equal(sees(box(), button(id('logout_btn'), 'Sign out')), true);
});

test('the account page is known by one of its rows where Sign out is below the fold', () => {
  const page = (...nodes: Node[]) => shown(MiAccountPage, APP, { [SECURITY]: 'Account security' }, ...nodes);
  assert.equal(page(text('Mira'), row('Account security')).is, true);
  assert.equal(page(text('Account security'), row('Change password')).is, false);
});

test('a page with nothing to press is waited for, whatever its spinner is', () => {
  const spinner: Node = ['View', { class: 'com.airbnb.lottie.LottieAnimationView' }];
  const is = (...nodes: Node[]) => shown(IdlePage, APP, {}, ...nodes).is;
  assert.equal(is(['FrameLayout', {}, spinner, text('One moment')]), true);
  assert.equal(is(spinner, button('', 'Cancel')), false);
  assert.equal(is(spinner, field()), false);
  assert.equal(is(['ProgressBar'], text('One moment'), button('', 'Cancel')), true);
  assert.equal(is(text('?'), ['ImageView', { clickable: 'true' }]), false);
  assert.equal(shown(IdlePage, 'com.android.updater', {}, text('?')).is, false);
});

test('an answer about the data that is to be ticked is ticked first, and OK pressed once it is', async () => {
  const choice = (cls: string, words: string, checked: boolean): Node => [
    cls,
    { text: words, 'resource-id': 'android:id/text1', checked: String(checked) },
  ];
  for (const cls of ['RadioButton', 'CheckedTextView']) {
    for (const [kept, removed, wanted] of [
      [false, false, found('android:id/text1', 'احتفاظ')],
      [false, true, found('android:id/text1', 'احتفاظ')],
      [true, true, found('android:id/text1', 'احتفاظ')],
      [true, false, 'textMatches("احتفاظ|.").instance(1)'],
    ] as const) {
      const nodes = [
        choice(cls, 'احتفاظ', kept),
        choice(cls, 'إزالة', removed),
        button('android:id/button1', '?'),
      ];
      const { page, touched } = shown(KeepOrRemovePage, CLOUD, DATA, ...nodes);
      assert.equal(page.isShown, true);
      await page.keepData();
      assert.deepEqual(touched, [wanted]);
    }
  }
});

test('an alert without its ids is answered by the words of its buttons', async () => {
  const panel: Node = [
    'LinearLayout',
    { 'resource-id': 'android:id/buttonPanel' },
    button('', 'إلغاء'),
    button('', 'موافق'),
  ];
  const { page, touched } = shown(
    MiPayDialog,
    APP,
    { ...TITLE, 'android:ok': 'موافق', 'android:cancel': 'إلغاء' },
    text('بطاقات'),
    panel,
  );
  assert.equal(page.isYesOrNo, true);
  await page.confirm();
  await page.cancel();
  assert.deepEqual(touched, [
    'textMatches("بطاقات|موافق").instance(1)',
    'textMatches("بطاقات|إلغاء").instance(1)',
  ]);
  assert.deepEqual(
    page.drift.map(({ locator }) => locator),
    ['confirm', 'cancel'],
  );
});

test('days are read from a message in the digits of its language', () => {
  const words = { [`${APP}:find_device_error_password_recently_changed`]: 'انتظر %d أيام' };
  assert.equal(shown(TroubleMessage, APP, words, text('\u200fانتظر ٣ أيام')).page.days, 3);
});

test("the account's row is found by its title, its summary, or the account's name, whatever its owner is called", () => {
  const words = {
    [`${SETTINGS}:xiaomi_account`]: 'Xiaomi Account',
    [`${SETTINGS}:login_account_summary_temp`]: '小米云服务、支付等',
  };
  const wifi = row('Wi-Fi', text('Home'));
  const cases: [row: string, drift: string[], ...nodes: Node[]][] = [
    ['Xiaomi Account', [], wifi, row('Xiaomi Account', text('6230001535'))],
    ['小米云服务、支付等', [], row('Wi-Fi', text('小米云服务、支付等')), wifi],
    ['Xiaomi Account', [], text('Xiaomi Account'), row('Xiaomi Account')],
    ['6230***535', ['accountRow'], row('Settings', text('6230***535')), wifi],
    [
      '\u200f\u202a6230***535\u202c\u200f',
      ['accountRow'],
      wifi,
      row('ميرا', text('\u200f\u202a6230***535\u202c\u200f')),
    ],
    ['Mi ID: 62••••••35', ['accountRow'], row('Wi-Fi', text('Mi ID: 62••••••35')), wifi],
    ['6230001535', ['accountRow'], row('Wi-Fi', text('6230001535')), wifi],
  ];
  for (const [expected, drift, ...nodes] of cases) {
    const { page } = shown(SettingsPage, SETTINGS, words, ...nodes);
    assert.equal(page.accountRow('6230***535')?.text, expected);
    assert.deepEqual(
      page.drift.map(({ locator }) => locator),
      drift,
      expected,
    );
  }
  for (const nodes of [
    [wifi],
    [text('6230***535')],
    [row('6230***535'), row('6230***535')],
    [row('***'), row('9990***535')],
  ])
    assert.equal(shown(SettingsPage, SETTINGS, words, ...nodes).page.accountRow('6230***535'), undefined);
});

test('the gear of the quick panel is found by what it is called', async () => {
  const gear: Node = [
    'ImageView',
    { 'content-desc': 'Ρυθμίσεις', clickable: 'true', 'resource-id': 'com.android.systemui:id/gear' },
  ];
  const { is, page, touched } = shown(
    QuickPanel,
    'com.android.systemui',
    { 'com.android.systemui:accessibility_desc_settings': 'Ρυθμίσεις' },
    gear,
  );
  assert.equal(is, true);
  await page.openSettings();
  assert.deepEqual(touched, ['resourceId("com.android.systemui:id/gear").description("Ρυθμίσεις")']);
  assert.match(
    page.drift[1]?.advice ?? '',
    /^add the id com\.android\.systemui:id\/gear first in QuickPanel\.locators\.gear$/,
  );
});
