import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Browser } from 'webdriverio';
import { Secret } from '../src/secret.ts';
import { AccountSecurityPage } from './account-security.page.ts';
import { AccountUpdateDialog, MiPayDialog, PhotoQualityDialog, TroubleMessage } from './alert.page.ts';
import { BusyPage } from './busy.page.ts';
import { KeepOrRemovePage } from './keep-or-remove.page.ts';
import type { Label, LabelBook } from './label.ts';
import { shows } from './locator.ts';
import { PageSource } from './look.ts';
import { MiAccountPage } from './mi-account.page.ts';
import { NewPasswordPage, WebNewPasswordPage } from './new-password.page.ts';
import type { Page, PageClass } from './page.ts';
import { PasswordDialog, WebCaptchaDialog } from './password-dialog.page.ts';
import { QuickPanel, SettingsPage } from './settings.page.ts';
import { EmptyWebPage, WebErrorPage } from './web-step.ts';

/** Pages of newer releases, in the shape of their layouts and dumps, with words and values made up. */

const ACCOUNT = 'com.xiaomi.account';
const CLOUD = 'com.miui.cloudservice';
const SETTINGS = 'com.android.settings';

/** A phone that calls each thing by its string's name in brackets. */
const word = (name: string) => `⟦${name}⟧`;
const book: LabelBook = {
  matches: ({ name }: Label, text: string) => text === word(name),
  values: () => [],
  text: ({ name }: Label) => word(name),
};
type Attributes = Record<string, string>;
const within = (owner: string) => {
  const view = (cls: string, attributes: Attributes = {}, ...children: string[]) => {
    const { id = '', ...rest } = attributes;
    const full = id === '' || id.includes(':') ? id : `${owner}:id/${id}`;
    const all = {
      ...{ text: '', 'content-desc': '', clickable: 'false', enabled: 'true', bounds: '[0,0][100,50]' },
      ...{ class: cls, package: owner, 'resource-id': full },
      ...rest,
    };
    const written = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
    return `<${cls} ${written.join(' ')}>${children.join('')}</${cls}>`;
  };
  return view;
};

/** How a thing of an app is found by its id, and by the words on it. */
const by = (app: string, id: string, words?: string) =>
  `android=new UiSelector().packageName("${app}").resourceId("${id}")${words === undefined ? '' : `.text("${words}")`}`;

/** How an answer is found together with what its dialog is known by. */
const under = (app: string, title: string, answer: string, place: number) =>
  `android=new UiSelector().packageName("${app}").textMatches("${title}|${answer}").instance(${place})`;

/** What a page did with a phone that shows this. */
function at<P extends Page>(type: PageClass<P>, ...nodes: string[]) {
  const done: string[] = [];
  const element = (selector: string): object => ({
    selector,
    click: async () => void done.push(`tap ${selector}`),
    setValue: async (text: string) => void done.push(`type ${text.length} into ${selector}`),
    getText: async () => '••••••',
  });
  const browser = { $: element, back: async () => void done.push('back') } as unknown as Browser;
  const look = new PageSource(`<hierarchy width="1080" height="2400">${nodes.join('')}</hierarchy>`);
  return { page: new type(browser, look, book), isShown: shows(look, type.landmark, book), done, look };
}

const TEXT = 'android.widget.TextView';
const LINEAR = 'android.widget.LinearLayout';
const BUTTON = 'android.widget.Button';
const IMAGE = 'android.widget.ImageView';

describe('password dialog of the passport SDK of December 2025', () => {
  const view = within(ACCOUNT);
  const group = (name: string, more: Attributes, ...end: string[]) =>
    view(
      'android.widget.FrameLayout',
      { id: name },
      view('android.widget.AutoCompleteTextView', { id: 'input', ...more }),
      view(IMAGE, { id: 'clear_all' }),
      ...end,
    );
  const prompt = (...captcha: string[]) =>
    view(
      LINEAR,
      {},
      view(TEXT, { id: 'user_id', text: '6230004711' }),
      group('password', { password: 'true' }, view(IMAGE, { id: 'password_visible' })),
      ...captcha,
      view(TEXT, { id: 'forget_password', text: 'x' }),
      view(BUTTON, { id: 'cancel', text: word('cancel') }),
      view(BUTTON, { id: 'passport_confirm', text: word('ok') }),
    );

  it('is typed into its own field, of two that have one id', async () => {
    const captcha = group('captcha', {}, view(IMAGE, { id: 'captcha_image' }));
    const { page, isShown, done } = at(PasswordDialog, prompt(captcha));
    assert.ok(isShown && page.asksCaptcha && page.asksPassword);
    assert.deepEqual(page.accountNames, ['6230004711']);
    await page.enterPassword(new Secret('secret'));
    await page.enterCaptcha(new Secret('abcd'));
    assert.deepEqual(done, [
      ...[
        ['6', 'password'],
        ['4', 'captcha'],
      ].map(
        ([letters, group]) =>
          `type ${letters} into ${by(ACCOUNT, `${ACCOUNT}:id/${group}`)}.childSelector(${by(ACCOUNT, `${ACCOUNT}:id/input`).replace('android=', '')})`,
      ),
    ]);
  });

  it('has no captcha while that group is gone', () => {
    const { page } = at(PasswordDialog, prompt());
    assert.ok(!page.asksCaptcha && page.asksPassword && !page.asksMore);
  });

  it('says what failed in a toast, which is no dialog', () => {
    const toast = `<android.widget.Toast text="${word('passport_bad_authentication')}" class="android.widget.Toast" package="${SETTINGS}"/>`;
    const { page, isShown } = at(TroubleMessage, prompt(), toast);
    assert.ok(isShown && !page.isDialog);
    assert.equal(page.trouble, 'wrong-password');
  });

  it('has a captcha in a web page, which is for a person', () => {
    const dialog = view('android.widget.FrameLayout', { id: 'passport_verification_dialog' });
    assert.ok(at(WebCaptchaDialog, dialog).isShown);
    assert.ok(at(WebCaptchaDialog, view('android.webkit.WebView', { id: 'verify_webView' })).isShown);
  });
});

describe('dialogs of the passport SDK (passport_layout_dialog)', () => {
  const view = within(ACCOUNT);
  const dialog = (...answers: string[]) =>
    view(
      LINEAR,
      {},
      view(TEXT, { id: 'title', text: word('delete_bank_card_title') }),
      view(TEXT, { id: 'message', text: 'x' }),
      ...answers.map((id) => view(TEXT, { id, text: 'x', clickable: 'true' })),
    );

  it('are answered by positive and negative, whatever they say', async () => {
    const { page, done } = at(MiPayDialog, dialog('negative', 'positive'));
    assert.ok(page.isYesOrNo);
    await page.confirm();
    await page.cancel();
    // Both say x, below a message that says x.
    const title = word('delete_bank_card_title');
    assert.deepEqual(done, [`tap ${under(ACCOUNT, title, 'x', 3)}`, `tap ${under(ACCOUNT, title, 'x', 2)}`]);
  });

  it('are another question where there is a neutral answer', () => {
    assert.equal(at(MiPayDialog, dialog('negative', 'neutral', 'positive')).page.isYesOrNo, false);
    assert.equal(at(MiPayDialog, dialog('neutral')).page.isYesOrNo, false);
  });

  it('are closed without agreeing where they say that something failed', async () => {
    const message = (...answers: string[]) =>
      dialog(...answers).replace(word('delete_bank_card_title'), word('passport_error_network'));
    for (const [answers, tapped] of [
      [['negative', 'positive'], 'negative'],
      [['positive'], 'positive'],
    ] as const) {
      const { page, done } = at(TroubleMessage, message(...answers));
      assert.ok(page.isDialog);
      await page.dismiss();
      assert.equal(tapped, answers[0]);
      assert.deepEqual(done, [`tap ${under(ACCOUNT, word('passport_error_network'), 'x', 2)}`]);
    }
  });

  it('show that work is under way', () => {
    const progress = view('android.widget.ProgressBar', { id: 'progress' });
    assert.ok(at(BusyPage, progress).isShown);
  });
});

describe('progress of Miuix', () => {
  it('is known by its percent, in the package of each app', () => {
    for (const owner of [ACCOUNT, CLOUD, 'com.xiaomi.finddevice']) {
      const view = within(owner);
      const dialog = view(
        LINEAR,
        { id: 'parentPanel' },
        view(TEXT, { id: 'message', text: 'x' }),
        view(TEXT, { id: 'progress_percent', text: '42 %' }),
      );
      assert.ok(at(BusyPage, dialog).isShown, owner);
    }
    const view = within(CLOUD);
    assert.ok(
      at(BusyPage, view(TEXT, { id: 'message', text: word('wipe_data_query_progress_title') })).isShown,
    );
  });
});

describe('new password in PassportJsbWebViewActivity', () => {
  const view = within(ACCOUNT);
  const framed = (...content: string[]) =>
    view(
      LINEAR,
      {},
      view('android.widget.RelativeLayout', { id: 'page_header' }, view(TEXT, { id: 'page_header_title' })),
      ...content,
    );
  const field = view('android.widget.EditText', { password: 'true', bounds: '[0,100][100,150]' });

  it('is the form of two fields in the web view called root, and not the native one', () => {
    const again = field.replace('[0,100][100,150]', '[0,160][100,210]');
    const submit = view(BUTTON, { text: 'x', clickable: 'true', bounds: '[0,220][100,270]' });
    const form = framed(view('android.webkit.WebView', { id: 'root' }, field, again, submit));
    const { page, isShown } = at(WebNewPasswordPage, form);
    assert.ok(isShown && page.isShown && page.canSubmit);
    assert.equal(at(NewPasswordPage, form).isShown, false);
    assert.equal(at(PasswordDialog, form).isShown, false);
  });

  it('can be loaded again where it was not loaded', () => {
    const fault = framed(
      view(LINEAR, { id: 'network_error_layout' }, view(BUTTON, { id: 'btn_retry', text: 'x' })),
    );
    const { page, isShown } = at(WebErrorPage, fault);
    assert.ok(isShown && page.canRetry);
    assert.ok(!at(EmptyWebPage, fault).page.isEmpty || !at(EmptyWebPage, fault).isShown);
  });
});

describe('account security', () => {
  it('leads to the password by the row account_and_password, and not by a heading of that name', async () => {
    const view = within(ACCOUNT);
    const title = view(TEXT, { id: 'android:id/title', text: word('account_and_password') });
    const heading = at(AccountSecurityPage, view(LINEAR, {}, title));
    assert.equal(heading.page.passwordRow, undefined);
    const { page, isShown, done } = at(AccountSecurityPage, view(LINEAR, { clickable: 'true' }, title));
    assert.ok(isShown && page.isShown);
    await page.changePassword();
    assert.deepEqual(done, [`tap ${by(ACCOUNT, 'android:id/title', word('account_and_password'))}`]);
  });
});

describe('keep or remove', () => {
  it('has words of its own on tablets', async () => {
    const view = within(CLOUD);
    const [keep, remove] = ['micloud_wipe_data_retain_pad', 'micloud_wipe_data_remove_pad'].map((name) =>
      view(BUTTON, { id: `b_${name}`, text: word(name), clickable: 'true' }),
    ) as [string, string];
    const { page, isShown, done } = at(KeepOrRemovePage, view(LINEAR, {}, remove, keep));
    assert.ok(isShown && page.isShown);
    await page.keepData();
    await page.removeData();
    assert.deepEqual(done, [
      ...['micloud_wipe_data_retain_pad', 'micloud_wipe_data_remove_pad'].map(
        (name) => `tap ${by(CLOUD, `${CLOUD}:id/b_${name}`, word(name))}`,
      ),
    ]);
  });

  it('is followed by a question about the quality of photos, in a dialog of Miuix', () => {
    const view = within(CLOUD);
    const dialog = view(
      'android.widget.FrameLayout',
      { id: 'dialog_root_view' },
      view('android.view.View', { id: 'dialog_dim_bg', clickable: 'true' }),
      view(
        LINEAR,
        { id: 'parentPanel', clickable: 'true' },
        view(TEXT, { id: 'alertTitle', text: word('retain_data_high_quality_photo_waring_title') }),
        view(BUTTON, { id: 'android:id/button2', text: 'x' }),
        view(BUTTON, { id: 'android:id/button1', text: 'y' }),
      ),
    );
    const { page, isShown } = at(PhotoQualityDialog, dialog);
    assert.ok(isShown && page.isYesOrNo);
  });
});

describe('Settings', () => {
  const view = within(SETTINGS);
  /** A row as MIUI 13 and HyperOS 3 build it. */
  const row = (title: string, summary = '', value = '') =>
    view(
      LINEAR,
      { clickable: 'true' },
      view(IMAGE, { id: 'android:id/icon' }),
      view(
        'android.widget.RelativeLayout',
        {},
        view(TEXT, { id: 'android:id/title', text: title }),
        ...(summary ? [view(TEXT, { id: 'android:id/summary', text: summary })] : []),
      ),
      view(LINEAR, { id: 'android:id/widget_frame' }, view(TEXT, { id: 'text_right', text: value })),
      view(IMAGE, { id: 'arrow_right' }),
    );
  const list = (...rows: string[]) =>
    view('miuix.recyclerview.widget.RecyclerView', { id: 'scroll_headers', scrollable: 'true' }, ...rows);

  it('have the account in a row with its value at the right, or with the nickname and one of four lines', async () => {
    const others = [row('Wi-Fi', '', 'On'), row('Mira', '', '')];
    for (const [own, shown] of [
      [row(word('xiaomi_account'), '', 'Mira'), word('xiaomi_account')],
      [row('Mira', word('login_account_summary_temp')), word('login_account_summary_temp')],
      [row(word('unlogin_account_title')), word('unlogin_account_title')],
      [row('Mira', word('account_login_hint')), word('account_login_hint')],
      [row('Mira', word('suggestion_for_phone_recycled')), word('suggestion_for_phone_recycled')],
    ] as const) {
      const { page, done } = at(SettingsPage, list(...others, own));
      await page.openAccount();
      const line = shown.includes('summary') || shown.includes('hint') || shown.includes('recycled');
      const id = `android:id/${line ? 'summary' : 'title'}`;
      assert.deepEqual(done, [`tap ${by(SETTINGS, id, shown)}`]);
    }
  });

  it('are one list on a tablet, although a page beside it scrolls too', () => {
    const detail = view('androidx.recyclerview.widget.RecyclerView', { scrollable: 'true' });
    assert.ok(at(SettingsPage, detail, list(row('Wi-Fi'))).page.isList);
  });

  it('are no list where a dialog of theirs scrolls', () => {
    const scroller = view('android.widget.ScrollView', { scrollable: 'true' });
    const miuix = view(LINEAR, { id: 'parentPanel', clickable: 'true' }, scroller);
    const framework = view('android.widget.ScrollView', { id: 'android:id/scrollView', scrollable: 'true' });
    for (const dialog of [miuix, framework]) assert.equal(at(SettingsPage, dialog).page.isList, false);
  });

  it('open from the icon of MIUI 12 and later, whatever it is called', async () => {
    const ui = within('com.android.systemui');
    const shortcut = ui(IMAGE, { id: 'notification_shade_shortcut', 'content-desc': 'x' });
    const { page, isShown, done } = at(QuickPanel, shortcut);
    assert.ok(isShown);
    await page.openSettings();
    assert.deepEqual(done, [
      `tap ${by('com.android.systemui', 'com.android.systemui:id/notification_shade_shortcut')}.description("x")`,
    ]);
  });
});

describe('account page', () => {
  it('of the SDK has logout_btn, or the words passport_logout_account, and a title in its own action bar', () => {
    const view = within(ACCOUNT);
    const bar = view(TEXT, { id: 'action_bar_title', text: 'x' });
    const rows = view(
      'androidx.recyclerview.widget.RecyclerView',
      { scrollable: 'true' },
      view(
        LINEAR,
        { clickable: 'true' },
        view(TEXT, { id: 'android:id/title', text: word('account_security') }),
      ),
    );
    const byId = at(MiAccountPage, bar, rows, view(BUTTON, { id: 'logout_btn', text: 'x' }));
    assert.ok(byId.isShown && byId.page.seesSignOut);
    const other = { id: 'sdk_out', text: word('passport_logout_account'), clickable: 'true' };
    const byWords = at(MiAccountPage, bar, rows, view(BUTTON, other));
    assert.ok(byWords.isShown && byWords.page.seesSignOut);
  });
});

describe('what comes by itself', () => {
  it('is the offer of a new version of the account app, answered with Not now', async () => {
    const view = within(ACCOUNT);
    const dialog = view(
      LINEAR,
      { id: 'parentPanel' },
      view(TEXT, { id: 'alertTitle', text: word('find_new_apk_version') }),
      view(BUTTON, { id: 'android:id/button2', text: word('update_apk_version_now') }),
      view(BUTTON, { id: 'android:id/button1', text: word('update_apk_version_later') }),
    );
    const { page, isShown, done } = at(AccountUpdateDialog, dialog);
    assert.ok(isShown && page.canWait);
    await page.notNow();
    assert.deepEqual(done, [
      `tap ${under(ACCOUNT, word('find_new_apk_version'), word('update_apk_version_later'), 1)}`,
    ]);
  });
});

describe('texts', () => {
  it('of the lock after a password change name the days themselves where the string has no place for them', () => {
    const view = within(ACCOUNT);
    const text = '修改密码后3天内无法关闭查找设备';
    const plain: LabelBook = {
      ...book,
      matches: ({ name }, said) => name === 'find_device_error_password_recently_changed' && said === text,
    };
    const look = new PageSource(`<hierarchy>${view(TEXT, { id: 'message', text })}</hierarchy>`);
    const page = new TroubleMessage({} as Browser, look, plain);
    assert.deepEqual([page.trouble, page.days], ['find-device-locked', 3]);
  });
});
