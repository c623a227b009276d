import type { Landmark } from './locator.ts';
import { ACCOUNT, CLOUD, label, Page } from './page.ts';

/** The account's apps work: a spinner, with or without words. */
export class BusyPage extends Page {
  static readonly title = 'progress';
  static readonly landmark: Landmark = {
    package: [ACCOUNT, CLOUD],
    ways: [{ id: ['android:id/progress'], label: label(ACCOUNT, 'passport_checking_account', 'removing_account', 'passport_setting') }],
  };
}
