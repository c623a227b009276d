import type { LookNode } from './look.ts';
import { label, type Label, type Landmark, type Locator, Page } from './page.ts';

const SETTINGS = 'com.android.settings';

/** Global: the row's title. China: the title is the owner's nickname, and the line under it is always the same. */
const ACCOUNT_ROW = { label: label(SETTINGS, 'xiaomi_account', 'login_account_summary_temp', 'unlogin_account_title') };

/** The list of MIUI's Settings. Its rows carry no ids of their own, so the account's is known by the phone's own labels. */
export class SettingsPage extends Page {
  static readonly title = 'Settings';
  static readonly landmark: Landmark = { package: [SETTINGS] };
  static readonly labels: readonly Label[] = ACCOUNT_ROW.label;

  /** The account's row, if it is in view; `accountName` is what the row shows at its right on Global releases. */
  accountRow(accountName?: string): LookNode | undefined {
    return this.seen(ACCOUNT_ROW) ?? (accountName ? this.look.nodes.find((node) => node.text === accountName) : undefined);
  }

  async openAccount(accountName?: string): Promise<void> {
    const row = this.accountRow(accountName);
    if (row) await this.at(row).click();
  }
}

const SYSTEM_UI = 'com.android.systemui';
const GEAR: Locator = {
  id: [`${SYSTEM_UI}:id/settings_button`],
  label: label(SYSTEM_UI, 'accessibility_quick_settings_settings', 'accessibility_desc_settings'),
};

/** The panel pulled down from the top edge, with the gear that opens Settings (names as in AOSP's SystemUI). */
export class QuickPanel extends Page {
  static readonly title = 'quick panel';
  static readonly landmark: Landmark = { package: [SYSTEM_UI], ...GEAR };

  async openSettings(): Promise<void> {
    await this.element(GEAR).click();
  }
}
