import { ACCOUNT, label, type Locator, Page } from './page.ts';

const SIGN_OUT: Locator = { id: [`${ACCOUNT}:id/logout_btn`], label: label(ACCOUNT, 'logout_account') };

/** The account page of com.xiaomi.account. The button's id is the same in MIUI 8 to 10.3, its string name up to HyperOS 3. */
export class MiAccountPage extends Page {
  static readonly title = 'Mi Account page';
  // Where the button is below the fold, the header tells the page.
  static readonly landmark = {
    package: [ACCOUNT],
    id: [...(SIGN_OUT.id ?? []), `${ACCOUNT}:id/settings_header_layout`, `${ACCOUNT}:id/user_avatar`],
    label: SIGN_OUT.label ?? [],
  };

  get seesSignOut(): boolean {
    return this.seen(SIGN_OUT) !== undefined;
  }

  get signOutButton() {
    return this.element(SIGN_OUT);
  }

  async signOut(): Promise<void> {
    await this.signOutButton.click();
  }
}
