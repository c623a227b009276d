import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Browser } from 'webdriverio';
import { Secret } from '../src/secret.ts';
import { CodePage, CodeRequestPage, IdentityMessage, SecondFactorDialog } from './identity-check.page.ts';
import type { Label, LabelBook } from './label.ts';
import { shows } from './locator.ts';
import { PageSource } from './look.ts';
import { AnyPage, type Page, type PageClass } from './page.ts';
import { PasswordDialog } from './password-dialog.page.ts';
import { WebErrorPage } from './web-step.ts';

/** What pages of a phone press and type, in layouts of the account app, with words made up. */

const ACCOUNT = 'com.xiaomi.account';
const FIELD = 'android.widget.EditText';
const BUTTON = 'android.widget.Button';
const TEXT = 'android.widget.TextView';
const WEB = 'android.webkit.WebView';
const IMAGE = 'android.widget.Image';

const word = (name: string) => `⟦${name}⟧`;
const book: LabelBook = {
  matches: ({ name }: Label, text: string) => text === word(name),
  values: () => [],
  text: ({ name }: Label) => word(name),
};

let top = 0;
/** A node below the one before. */
function node(cls: string, attributes: Record<string, string> = {}, ...children: string[]): string {
  top += 100;
  const { id = '', ...rest } = attributes;
  const all = {
    ...{ text: '', 'content-desc': '', clickable: 'true', enabled: 'true', class: cls, package: ACCOUNT },
    'resource-id': id === '' || id.includes(':') ? id : `${ACCOUNT}:id/${id}`,
    bounds: `[0,${top}][500,${top + 80}]`,
    ...rest,
  };
  const written = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
  return `<${cls} ${written.join(' ')}>${children.join('')}</${cls}>`;
}
/** Side by side with the node that was made last. */
function beside(cls: string, attributes: Record<string, string> = {}): string {
  const row = top;
  const made = node(cls, { bounds: `[520,${row}][900,${row + 80}]`, ...attributes });
  top = row;
  return made;
}
const web = (...children: string[]) =>
  node(WEB, { clickable: 'false', bounds: '[0,0][1080,2400]' }, ...children);

function at<P extends Page>(type: PageClass<P>, ...nodes: string[]) {
  const done: string[] = [];
  // Of a selector what tells one thing from another.
  const short = (selector: string) =>
    [...selector.matchAll(/(?:id\/|text(?:Matches)?\("|description\("|instance\()([^")]+)/g)]
      .map(([, what]) => what)
      .join(' ');
  const element = (selector: string): object => ({
    elementId: Promise.resolve(short(selector)),
    click: async () => void done.push(`tap ${short(selector)}`),
    setValue: async (text: string, { mask = false } = {}) =>
      void done.push(`type ${mask ? 'unseen ' : ''}${text} into ${short(selector)}`),
    clearValue: async () => void done.push(`clear ${short(selector)}`),
    getText: async () => '•••',
  });
  const browser = {
    $: element,
    back: async () => void done.push('back'),
    takeElementScreenshot: async (id: string) => `picture of ${id}`,
  } as unknown as Browser;
  const look = new PageSource(`<hierarchy width="1080" height="2400">${nodes.join('')}</hierarchy>`);
  return { page: new type(browser, look, book), isShown: shows(look, type.landmark, book), done };
}

describe('the password dialog', () => {
  const parts = [
    node(FIELD, { id: 'input_pwd_view', password: 'true' }),
    node(FIELD, { id: 'et_captcha_code' }),
    node(IMAGE, { id: 'et_captcha_image' }),
    node(BUTTON, { id: 'cancel', text: word('cancel') }),
    node(BUTTON, { id: 'passport_confirm', text: 'Go' }),
  ];
  it('takes a password and a captcha unseen, counts what the field holds, and is confirmed or left', async () => {
    const { page, done } = at(PasswordDialog, ...parts);
    assert.equal(page.asksCaptcha, true);
    assert.equal(await page.enterPassword(new Secret('Lab')), 3);
    await page.clearPassword();
    await page.enterCaptcha(new Secret('ab1'));
    assert.equal(await page.captchaPicture(), 'picture of et_captcha_image');
    await page.confirm();
    await page.cancel();
    assert.deepEqual(done, [
      'type unseen Lab into input_pwd_view',
      'clear input_pwd_view',
      'type unseen ab1 into et_captcha_code',
      'tap passport_confirm Go',
      'tap cancel ⟦cancel⟧',
    ]);
  });

  it('is left by Back where Cancel is out of sight, and has no picture of a captcha that is not whole', async () => {
    const { page, done } = at(PasswordDialog, parts[0]!, parts[1]!, parts[4]!);
    await page.cancel();
    assert.deepEqual(done, ['back']);
    assert.equal(await page.captchaPicture(), undefined);
  });
});

describe('a captcha in the password dialog', () => {
  it('is asked for by its field or its picture, whichever is in view', () => {
    const asks = (...nodes: string[]) => at(PasswordDialog, ...nodes).page.asksCaptcha;
    assert.equal(asks(node(FIELD, { id: 'et_captcha_code' })), true);
    assert.equal(asks(node(IMAGE, { id: 'et_captcha_image' })), true);
    assert.equal(asks(node(FIELD, { id: 'input_pwd_view', password: 'true' })), false);
  });
});

describe('the second factor', () => {
  it('takes a code unseen, and is confirmed by what is not Cancel', async () => {
    const code = node(FIELD, { id: 'passport_vcode' });
    const { page, done } = at(SecondFactorDialog, code, node(BUTTON, { id: 'passport_confirm', text: 'Go' }));
    assert.equal(page.canConfirm, true);
    await page.enterCode(new Secret('123456'));
    await page.confirm();
    assert.deepEqual(done, ['type unseen 123456 into passport_vcode', 'tap passport_confirm Go']);
    const other = at(
      SecondFactorDialog,
      code,
      node(BUTTON, { id: 'android:id/button1', text: word('cancel') }),
    );
    assert.equal(other.page.canConfirm, false);
    assert.equal(at(SecondFactorDialog, code).page.canConfirm, false);
  });
});

describe('a message about the identity check', () => {
  for (const [name, trouble] of [
    ['get_identity_auth_url_failed', 'identity-check'],
    ['passport_send_too_many_code', 'code-limit'],
    ['get_phone_verifycode_exceed_limit', 'code-limit'],
    ['passport_wrong_vcode', 'wrong-code'],
  ] as const)
    it(`that is ${name} is a ${trouble}`, () => {
      const { page, isShown } = at(IdentityMessage, node(TEXT, { text: word(name) }));
      assert.deepEqual([isShown, page.trouble], [true, trouble]);
    });
});

describe('a page with a code', () => {
  it('presses the button that sends it, which counts no seconds', async () => {
    const { page, done } = at(
      CodeRequestPage,
      web(
        node(TEXT, { text: 'to lab***@example.com', clickable: 'false' }),
        node(BUTTON, { text: 'Send it' }),
      ),
    );
    assert.deepEqual([page.isShown, page.canSend, page.isCounting], [true, true, false]);
    await page.send();
    assert.equal(done.length, 1);
    const counting = at(CodeRequestPage, web(node(BUTTON, { text: 'again in 59' }))).page;
    assert.deepEqual([counting.canSend, counting.isCounting], [false, true]);
    const disabled = at(CodeRequestPage, web(node(BUTTON, { text: 'Send it', enabled: 'false' }))).page;
    assert.equal(disabled.canSend, false);
  });

  it('types the code into one field, or a digit into each, and never into the one of the captcha', async () => {
    const one = at(CodePage, web(node(FIELD), node(BUTTON, { text: 'Go' })));
    await one.page.enterCode(new Secret('123456'));
    assert.match(one.done.join(), /^type unseen 123456 into/);
    const six = [node(FIELD), ...Array.from({ length: 5 }, () => beside(FIELD))];
    const many = at(CodePage, web(...six, node(BUTTON, { text: 'Go' })));
    await many.page.enterCode(new Secret('123456'));
    assert.deepEqual(
      many.done.map((line) => line.slice(0, 'type unseen 1'.length)),
      [...'123456'].map((digit) => `type unseen ${digit}`),
    );
    const none = at(CodePage, web(node(BUTTON, { text: 'Go' })));
    await none.page.enterCode(new Secret('123456'));
    assert.deepEqual(none.done, []);
  });

  it('submits with the button that is known for it, where that can be pressed', async () => {
    const shown = web(node(FIELD), beside(BUTTON, { text: 'Send' }), node(BUTTON, { text: 'Go' }));
    const { page, done } = at(CodePage, shown);
    assert.deepEqual(page.submitMark, { words: 'Go', place: 1, of: 2 });
    assert.deepEqual([page.tellsSubmit, page.canSubmit()], [true, true]);
    await page.submit();
    assert.match(done.join(), /^tap .*Go/);
    // Called otherwise, at its place among as many; and nowhere where there are more.
    assert.equal(page.canSubmit({ words: 'Fertig', place: 1, of: 2 }), true);
    assert.equal(page.canSubmit({ words: 'Fertig', place: 1, of: 3 }), false);
    assert.equal(page.canSubmit({ words: 'Send', place: 9, of: 9 }), true);
    const off = web(node(FIELD), node(BUTTON, { text: 'Go', enabled: 'false' }));
    assert.equal(at(CodePage, off).page.canSubmit(), false);
  });
});

describe('a web page that did not load', () => {
  it('is fetched again by its button, where it has one', async () => {
    const { page, isShown, done } = at(WebErrorPage, node(BUTTON, { id: 'btn_retry', text: 'Again' }));
    assert.deepEqual([isShown, page.canRetry], [true, true]);
    await page.retry();
    assert.deepEqual(done, ['tap btn_retry Again']);
    const bare = at(WebErrorPage, node(TEXT, { id: 'network_error_layout' }));
    assert.deepEqual([bare.isShown, bare.page.canRetry], [true, false]);
  });
});

it('Back goes back on any page', async () => {
  const done: string[] = [];
  const browser = { back: async () => void done.push('back') } as unknown as Browser;
  await new AnyPage(browser, new PageSource('<hierarchy/>'), book).back();
  assert.deepEqual(done, ['back']);
});
