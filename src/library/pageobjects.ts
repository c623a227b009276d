import './node-version.ts';
import { readLabelsWith } from '../../pageobjects/on-phone.ts';
import { labelsOverAdb } from './labels.ts';

/**
 * The pages of MIUI for any WebdriverIO test: `const page = await MiAccountPage.on(browser)`. Each is known by its
 * landmark, and finds its things by ids, then by the phone's own words, then by their place.
 */
export { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
export {
  MiPayDialog,
  RemoveAccountDialog,
  TroubleMessage,
  UnsyncedDialog,
} from '../../pageobjects/alert.page.ts';
export { BusyPage } from '../../pageobjects/busy.page.ts';
export { KeepOrRemovePage } from '../../pageobjects/keep-or-remove.page.ts';
export { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
export { NewPasswordPage } from '../../pageobjects/new-password.page.ts';
export { Page, type PageClass } from '../../pageobjects/page.ts';
export { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
export { QuickPanel, SettingsPage } from '../../pageobjects/settings.page.ts';
export { SmsCodePage } from '../../pageobjects/sms-code.page.ts';
export { Secret } from '../secret.ts';

readLabelsWith(labelsOverAdb);
