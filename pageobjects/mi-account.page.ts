import { namesIn } from '../src/account/name.ts';
import { BOX } from './alert.page.ts';
import { within, type SourceNode } from './look.ts';
import { ids, isCommon, type Landmark, type Locator, type Way } from './locator.ts';
import { label } from './label.ts';
import { ACCOUNT, Page } from './page.ts';

/** Over the rows: up to MIUI 10.2 name and Mi id, then the name alone. */
const USER_NAMES = ids(ACCOUNT, 'user_name', 'nick_name');
const USER_ID = `${ACCOUNT}:id/user_id`;
/** By release: MIUI 8 and later, and MIUI 6. */
const SIGN_OUT = ids(ACCOUNT, 'logout_btn', 'btn_delete_account');
/** The account app's, and that of the passport SDK's own page. */
const SIGN_OUT_WORDS = label(ACCOUNT, 'logout_account', 'passport_logout_account');
const SECURITY_ROW: Way = { label: label(ACCOUNT, 'account_security'), row: true };

/**
 * The account page of com.xiaomi.account. The button's id is the same in MIUI 8 to 10.3, its string name up
 * to HyperOS 3.
 */
export class MiAccountPage extends Page {
  static readonly title = 'Mi Account page';
  // Where the button is out of sight, the header or a row shows the page.
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [
      { id: [...SIGN_OUT, ...ids(ACCOUNT, 'settings_header_layout', 'user_avatar')] },
      { label: SIGN_OUT_WORDS },
      SECURITY_ROW,
    ],
  };
  static readonly locators: Record<string, Locator> = {
    signOut: [{ id: SIGN_OUT }, { label: SIGN_OUT_WORDS }],
    securityRow: [SECURITY_ROW],
  };

  /**
   * A button known by its words alone may be the answer of a dialog that asks again; a box there may decide
   * about more.
   */
  get seesSignOut(): boolean {
    const found = this.found('signOut');
    const boxes = this.look.nodes.filter(
      (node) =>
        BOX.test(node.cls) && !isCommon(node.id) && !within(node).some(({ scrollable }) => scrollable),
    );
    return found !== undefined && (found.way === 0 || boxes.length === 0);
  }

  get signOutButton() {
    return this.element('signOut');
  }

  async signOut(): Promise<void> {
    await this.signOutButton.click();
  }

  /** The Mi id, where the release shows it. */
  get userId(): string[] {
    return namesIn(this.look.byId(USER_ID)?.text ?? '');
  }

  /** What the owner calls the account: a nickname, or the number or address. */
  get userNames(): string[] {
    return USER_NAMES.flatMap((id) => this.look.byId(id)?.text || []);
  }

  /** The row that leads to Account security, where it is in view. */
  get securityRow(): SourceNode | undefined {
    return this.seen('securityRow');
  }

  async openSecurity(): Promise<void> {
    if (this.securityRow) await this.at(this.securityRow).click();
  }
}
