import type { LookNode } from './look.ts';
import { ACCOUNT, label, type Locator, Page } from './page.ts';

const SIGN_OUT: Locator = { id: [`${ACCOUNT}:id/logout_btn`], label: label(ACCOUNT, 'logout_account') };
const SECURITY = { label: label(ACCOUNT, 'account_security') };

/** The account page of com.xiaomi.account. The button's id is the same in MIUI 8 to 10.3, its string name up to HyperOS 3. */
export class MiAccountPage extends Page {
  static readonly title = 'Mi Account page';
  // Where the button is below the fold, the header tells the page.
  static readonly landmark = {
    package: [ACCOUNT],
    id: [...(SIGN_OUT.id ?? []), `${ACCOUNT}:id/settings_header_layout`, `${ACCOUNT}:id/user_avatar`],
    label: SIGN_OUT.label ?? [],
  };
  static readonly labels = SECURITY.label;

  get seesSignOut(): boolean {
    return this.seen(SIGN_OUT) !== undefined;
  }

  get signOutButton() {
    return this.element(SIGN_OUT);
  }

  async signOut(): Promise<void> {
    await this.signOutButton.click();
  }

  /** The row that leads to Account security, where it is in view. */
  get securityRow(): LookNode | undefined {
    return this.seen(SECURITY);
  }

  async openSecurity(): Promise<void> {
    if (this.securityRow) await this.at(this.securityRow).click();
  }
}
