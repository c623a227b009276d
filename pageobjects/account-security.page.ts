import type { Landmark, Locator } from './locator.ts';
import type { LookNode } from './look.ts';
import { ACCOUNT, label, type Label, Page } from './page.ts';

/** The row's title from 10.3 on. */
const ROW_TITLE = label(ACCOUNT, 'change_password');
/** Before, the app chooses it in code; which of its strings it takes is not known. */
const OTHER_TITLES = label(ACCOUNT, 'account_change_password', 'account_password', 'set_password');
const HEADINGS: readonly Label[] = label(ACCOUNT, 'account_secure_info_pref_title', 'account_security_info_pref_title');

/**
 * Account security of com.xiaomi.account: a list whose rows carry no ids of their own, so page and rows are known by the phone's own labels.
 * The page's own title is also the name of the row that leads here, and the password row's is the title of the pages behind it.
 */
export class AccountSecurityPage extends Page {
  static readonly title = 'Account security page';
  static readonly landmark: Landmark = { package: [ACCOUNT], ways: [{ label: [...HEADINGS, ...ROW_TITLE] }, { label: OTHER_TITLES }] };
  static readonly locators: Record<string, Locator> = {
    passwordRow: [
      { label: ROW_TITLE, row: true },
      { label: OTHER_TITLES, row: true },
    ],
  };

  get isShown(): boolean {
    return this.passwordRow !== undefined || this.look.byLabel(HEADINGS, this.labels) !== undefined;
  }

  get passwordRow(): LookNode | undefined {
    return this.seen('passwordRow');
  }

  async changePassword(): Promise<void> {
    if (this.passwordRow) await this.at(this.passwordRow).click();
  }
}
