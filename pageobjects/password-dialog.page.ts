import { namesIn } from '../src/account/name.ts';
import { type Secret } from '../src/secret.ts';
import { isTypedInto, only, within } from './look.ts';
import { ids, type Landmark, type Locator, type Structure } from './locator.ts';
import { label } from './label.ts';
import { ACCOUNT, ANDROID, BUTTON, CANCEL, Page } from './page.ts';
import { isInWeb } from './web-step.ts';

/**
 * A form to sign in and the form for a new password have more fields: they are other pages.
 */
const ONLY_FIELD: Structure = {
  is: `the only field of ${ACCOUNT}, a password's`,
  find: (look) => {
    const field = only(look.nodes.filter(({ cls, password }) => password || isTypedInto(cls)));
    return field?.password && !isInWeb(field) ? field : undefined;
  },
};

/** In the passport SDK password and captcha are two groups of one kind, and their fields have one id. */
const inGroup = (name: string, group: string): Structure => ({
  is: `id ${ACCOUNT}:id/${name} in id ${ACCOUNT}:id/${group}`,
  ids: ids(ACCOUNT, name, group),
  find: (look) =>
    only(
      look.nodes.filter(
        (node) =>
          node.id === `${ACCOUNT}:id/${name}` &&
          within(node).some(({ id }) => id === `${ACCOUNT}:id/${group}`),
      ),
    ),
});

/** The line that says for which account, and the one of the newer passport SDK. */
const ACCOUNT_NAME = ids(ACCOUNT, 'passport_account_name', 'user_id');

/** A captcha of the passport SDK, as a web page over its prompt. It is for a person. */
export class WebCaptchaDialog extends Page {
  static readonly title = 'captcha in a web page';
  static readonly occasional = true;
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [{ id: ids(ACCOUNT, 'passport_verification_dialog', 'verify_webView') }],
  };
}

/**
 * The password prompt (QuickLoginActivity of com.xiaomi.account; ids the same in MIUI 8 to 10.3), and the page of
 * the passport SDK of December 2025. A captcha and a second factor are hidden parts of the same dialog.
 */
export class PasswordDialog extends Page {
  static readonly title = 'password dialog';
  // The new-password form carries the same field id, so the dialog is known by its own button or title.
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [
      {
        // Where its button is out of sight, what holds its fields shows the page.
        id: ids(ACCOUNT, 'passport_confirm', 'inner_content', 'inner_content_step2'),
        structure: inGroup('input', 'password'),
      },
      { label: label(ACCOUNT, 'passport_quick_login_title') },
      { structure: ONLY_FIELD },
    ],
  };
  static readonly locators: Record<string, Locator> = {
    passwordField: [
      { id: ids(ACCOUNT, 'input_pwd_view'), structure: inGroup('input', 'password') },
      { structure: ONLY_FIELD },
    ],
    confirm: [
      { id: ids(ACCOUNT, 'passport_confirm') },
      { id: [`${BUTTON}1`] },
      { label: label(ANDROID, 'ok') },
    ],
    cancel: [{ id: ids(ACCOUNT, 'cancel') }, { id: [`${BUTTON}2`] }, { label: label(ANDROID, 'cancel') }],
    captcha: [{ id: ids(ACCOUNT, 'et_captcha_code'), structure: inGroup('input', 'captcha') }],
    captchaPicture: [
      { id: ids(ACCOUNT, 'et_captcha_image'), structure: inGroup('captcha_image', 'captcha') },
    ],
    secondFactor: [
      { id: ids(ACCOUNT, 'passport_vcode', 'vcode_prompt') },
      { label: label(ACCOUNT, 'passport_vcode_prompt_long', 'passport_trust_device') },
    ],
  };

  /** Of the account whose password is asked for. */
  get accountNames(): string[] {
    return ACCOUNT_NAME.flatMap((id) => namesIn(this.look.byId(id)?.text ?? ''));
  }

  get asksCaptcha(): boolean {
    return this.seen('captcha') !== undefined || this.seen('captchaPicture') !== undefined;
  }

  get asksSecondFactor(): boolean {
    return this.seen('secondFactor') !== undefined;
  }

  /**
   * It asks for the password alone, and its button is in view, or may be out of sight where letters are
   * large.
   */
  get asksPassword(): boolean {
    return !this.asksMore && this.hasField && (this.canConfirm || (!this.seen('confirm') && this.isList));
  }

  get hasField(): boolean {
    return this.seen('passwordField') !== undefined;
  }

  /** The button is in view and is not Cancel: some apps put Cancel where others put OK. */
  get canConfirm(): boolean {
    const confirm = this.seen('confirm');
    return confirm !== undefined && !this.says(confirm, CANCEL);
  }

  /**
   * It asks for more than the password and a captcha: the password alone would be submitted in vain.
   */
  get asksMore(): boolean {
    const known = [this.seen('passwordField'), this.seen('captcha')];
    return this.look.nodes.some((node) => !known.includes(node) && (node.password || isTypedInto(node.cls)));
  }

  /** PNG of the captcha, in base64; undefined where its picture or field is not in view. */
  async captchaPicture(): Promise<string | undefined> {
    if (!this.seen('captcha') || !this.seen('captchaPicture')) return undefined;
    return this.browser.takeElementScreenshot(await this.element('captchaPicture').elementId);
  }

  async enterCaptcha(letters: Secret): Promise<void> {
    await this.type(this.element('captcha'), letters);
  }

  /**
   * Types the password and returns how many characters the field holds (its text is dots), to notice a
   * keyboard that swallows some; undefined where the phone does not say. Neither WebdriverIO nor Appium logs
   * what is typed.
   */
  async enterPassword(password: Secret): Promise<number | undefined> {
    const field = this.element('passwordField');
    await this.type(field, password);
    return this.dotsIn(field);
  }

  async clearPassword(): Promise<void> {
    await this.element('passwordField').clearValue();
  }

  async confirm(): Promise<void> {
    await this.element('confirm').click();
  }

  async cancel(): Promise<void> {
    await this.leaveBy('cancel');
  }
}
