import { type Secret, withoutSecrets } from '../src/secret.ts';
import { ACCOUNT, ANDROID, label, type Locator, Page } from './page.ts';

const FIELD: Locator = { id: [`${ACCOUNT}:id/input_pwd_view`] };
const CONFIRM: Locator = { id: [`${ACCOUNT}:id/passport_confirm`, `${ANDROID}button1`] };
const CANCEL: Locator = { id: [`${ACCOUNT}:id/cancel`, `${ANDROID}button2`] };

/**
 * The password prompt (QuickLoginActivity of com.xiaomi.account; ids the same in MIUI 8 to 10.3).
 * A captcha and a second factor are hidden parts of the same dialog.
 */
export class PasswordDialog extends Page {
  static readonly title = 'password dialog';
  // The new-password form carries the same field id, so the dialog is known by its own button or title.
  static readonly landmark = {
    package: [ACCOUNT],
    id: [`${ACCOUNT}:id/passport_confirm`],
    label: label(ACCOUNT, 'passport_quick_login_title'),
  };

  get asksCaptcha(): boolean {
    return this.look.byId(`${ACCOUNT}:id/et_captcha_code`) !== undefined || this.look.byId(`${ACCOUNT}:id/et_captcha_image`) !== undefined;
  }

  get asksSecondFactor(): boolean {
    return this.look.byId(`${ACCOUNT}:id/passport_vcode`) !== undefined;
  }

  get asksPassword(): boolean {
    return this.look.byId(`${ACCOUNT}:id/input_pwd_view`) !== undefined;
  }

  get passwordField() {
    return this.element(FIELD);
  }

  /**
   * Types the password and tells how many characters the field holds (its text is dots), to notice a keyboard that swallows some;
   * undefined where the phone does not say. Neither WebdriverIO nor Appium logs what is typed.
   */
  async enterPassword(password: Secret): Promise<number | undefined> {
    const field = this.passwordField;
    await field.setValue(password.reveal(), { mask: true }).catch((error: unknown) => {
      // The server on the phone quotes a text it could not set.
      throw new Error(withoutSecrets(String(error), [password]));
    });
    const dots = await field.getText();
    return /^[•●*]+$/.test(dots) ? [...dots].length : undefined;
  }

  async clearPassword(): Promise<void> {
    await this.passwordField.clearValue();
  }

  async confirm(): Promise<void> {
    await this.element(CONFIRM).click();
  }

  async cancel(): Promise<void> {
    await this.element(CANCEL).click();
  }
}
