import { ACCOUNT, ANDROID, label, type Landmark, Page } from './page.ts';

/** The phone works: a spinner, with or without words. */
export class BusyPage extends Page {
  static readonly title = 'progress';
  static readonly landmark: Landmark = {
    id: [`${ANDROID}progress`],
    label: label(ACCOUNT, 'passport_checking_account', 'removing_account', 'passport_setting'),
  };
}
