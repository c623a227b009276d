import { ids, type Landmark, type Locator } from './locator.ts';
import type { LookNode } from './look.ts';
import { ACCOUNT, label, Page } from './page.ts';

/** By release: MIUI 8 and later, and MIUI 6. */
const SIGN_OUT = ids(ACCOUNT, 'logout_btn', 'btn_delete_account');

/** The account page of com.xiaomi.account. The button's id is the same in MIUI 8 to 10.3, its string name up to HyperOS 3. */
export class MiAccountPage extends Page {
  static readonly title = 'Mi Account page';
  // Where the button is below the fold, the header tells the page.
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [{ id: [...SIGN_OUT, ...ids(ACCOUNT, 'settings_header_layout', 'user_avatar')] }, { label: label(ACCOUNT, 'logout_account') }],
  };
  static readonly locators: Record<string, Locator> = {
    signOut: [{ id: SIGN_OUT }, { label: label(ACCOUNT, 'logout_account') }],
    securityRow: [{ label: label(ACCOUNT, 'account_security'), row: true }],
  };

  get seesSignOut(): boolean {
    return this.seen('signOut') !== undefined;
  }

  get signOutButton() {
    return this.element('signOut');
  }

  async signOut(): Promise<void> {
    await this.signOutButton.click();
  }

  /** The row that leads to Account security, where it is in view. */
  get securityRow(): LookNode | undefined {
    return this.seen('securityRow');
  }

  async openSecurity(): Promise<void> {
    if (this.securityRow) await this.at(this.securityRow).click();
  }
}
