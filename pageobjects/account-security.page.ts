import { namesIn } from '../src/account/name.ts';
import { within, type SourceNode } from './look.ts';
import type { Landmark, Locator } from './locator.ts';
import { label, type Label } from './label.ts';
import { ACCOUNT, Page } from './page.ts';

/** The row's title from 10.3 on, and the one of newer releases, which names what is behind it. */
const ROW_TITLE = label(ACCOUNT, 'change_password', 'account_and_password');
/** Before, the app chooses it in code; which of its strings it takes is not known. */
const OTHER_TITLES = label(ACCOUNT, 'account_change_password', 'account_password', 'set_password');
const HEADINGS: readonly Label[] = label(
  ACCOUNT,
  'account_secure_info_pref_title',
  'account_security_info_pref_title',
);

/** Rows of what the account is bound to, with the string of each as its title. */
const CONTACTS = [
  ['phone', label(ACCOUNT, 'account_user_phone')],
  ['email', label(ACCOUNT, 'account_user_email')],
] as const;

/** A contact of the account as its row shows it, mostly with characters hidden. */
export interface BoundContact {
  as: 'phone' | 'email';
  text: string;
}

/**
 * Account security of com.xiaomi.account: a list whose rows carry no ids of their own, so page and rows are
 * known by the phone's own labels. The page's own title is also the name of the row that leads here, and the
 * password row's is the title of the pages behind it.
 */
export class AccountSecurityPage extends Page {
  static readonly title = 'Account security page';
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [{ label: [...HEADINGS, ...ROW_TITLE] }, { label: OTHER_TITLES }],
  };
  static readonly locators: Record<string, Locator> = {
    passwordRow: [
      { label: ROW_TITLE, row: true },
      { label: OTHER_TITLES, row: true },
    ],
  };

  static readonly labels: readonly Label[] = CONTACTS.flatMap(([, title]) => title);

  get isShown(): boolean {
    return this.passwordRow !== undefined || this.look.byLabel(HEADINGS, this.labels) !== undefined;
  }

  get passwordRow(): SourceNode | undefined {
    return this.seen('passwordRow');
  }

  get contacts(): BoundContact[] {
    return CONTACTS.flatMap(([as, title]) => this.#valuesOf(title).map((text) => ({ as, text })));
  }

  /** What stands in the row beside its title. */
  #valuesOf(title: readonly Label[]): string[] {
    const node = this.look.byLabel(title, this.labels)?.node;
    const row = node && within(node).find(({ clickable }) => clickable);
    const others = this.look.nodes.filter((one) => row && one !== node && within(one).includes(row));
    return others.flatMap(({ text }) => namesIn(text));
  }

  async changePassword(): Promise<void> {
    if (this.passwordRow) await this.at(this.passwordRow).click();
  }
}
