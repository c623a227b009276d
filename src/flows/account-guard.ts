import { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
import { KeepOrRemovePage } from '../../pageobjects/keep-or-remove.page.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import type { Browser } from 'webdriverio';
import {
  compareAccount,
  NONE_NAMED,
  NONE_ON_PHONE,
  NOT_REACHED,
  type AccountCheck,
  type NamedBy,
  type ShownName,
} from '../account/match.ts';
import { nameOf } from '../account/name.ts';
import { readAccounts } from '../phone/account.ts';
import type { Phone } from '../phone/adb.ts';
import type { Journal } from './journal.ts';
import { on, type Rules } from './walk.ts';

/** Which account a run is for. */
export interface AccountOrder {
  /** Its Mi id, e-mail address or telephone number. Missing: whichever is on the phone. */
  named?: string | undefined;
  by?: NamedBy;
  /** What cannot be compared is refused too. */
  strict?: boolean;
}

/** How a mismatch ends a flow: nothing was pressed that signs out, and nothing was submitted. */
export type Stop = { kind: 'needs-person'; reason: 'other-account' | 'account-not-proven' };

/** How many looks at Account security it takes to decide that it does not show the contacts. */
const LOOKS = 3;
const SECURITY_PAGE = 'am start --user 0 -n com.xiaomi.account/.ui.AccountSecurityActivity 2>&1';

/**
 * Compares the account that was named with the phone's, by all that the phone shows of it. A run has one
 * guard from its first look to its last tap: it keeps what was seen, and notices when another account takes
 * the place of the first.
 */
export class AccountGuard {
  readonly #order: AccountOrder;
  readonly #shown: ShownName[] = [];
  /** The account that was first in the account list. */
  #first: string | undefined;
  #swapped = false;
  #isEmpty = false;
  #settled: boolean;
  #contacts: 'not-read' | 'read' = 'not-read';
  #looks = 0;

  constructor(order: AccountOrder = {}) {
    this.#order = order;
    this.#settled = order.named === undefined;
  }

  get check(): AccountCheck {
    const { named, by = '--account is' } = this.#order;
    if (this.#swapped)
      return { verdict: 'different', words: 'another account than when the run began (account list)' };
    if (named === undefined) return NONE_NAMED;
    if (this.#shown.length === 0) return this.#isEmpty ? NONE_ON_PHONE : NOT_REACHED;
    return compareAccount(named, this.#shown, by);
  }

  /** Pages are still to be read before anything may be pressed. */
  get isOpen(): boolean {
    return !this.#settled;
  }

  /** Account security can decide the comparison. Where the Mi id was named, it cannot. */
  get wantsContacts(): boolean {
    const { named = '' } = this.#order;
    return this.isOpen && this.#contacts === 'not-read' && nameOf(named).kinds.some((kind) => kind !== 'id');
  }

  /** Names of the account, as the phone shows them. A contact with a hidden part may match many. */
  get names(): string[] {
    if (this.#swapped) return [];
    const own = this.#shown.filter(
      ({ free, as, text }) => !free && (as === undefined || as === 'id' || !nameOf(text).masked),
    );
    return own.map(({ text }) => text);
  }

  /** Names in several forms that are one account's, where the phone has proved it; else none. */
  get learnt(): string[] {
    const { named } = this.#order;
    if (named === undefined || this.check.verdict !== 'same') return [];
    const names = [named, ...this.names];
    return new Set(names.map((name) => nameOf(name).kinds[0])).size > 1 ? names : [];
  }

  /** The account list as it is now. */
  inList([account]: readonly string[]): Stop | undefined {
    this.#isEmpty = account === undefined;
    if (account === undefined) return undefined;
    this.#first ??= account;
    this.#swapped ||= account !== this.#first;
    return this.#see([ofList(account, 'account list')]);
  }

  /**
   * What the account list says at a look: an account that took the place of this one after the submission is
   * not this flow's any more.
   */
  judge(accounts: readonly string[], submitted: boolean): Stop | { kind: 'signed-out' } | undefined {
    if (accounts.length === 0) return { kind: 'signed-out' };
    return submitted ? undefined : this.inList(accounts);
  }

  /** The same, read again right before an act that is done once. */
  async again(phone: Phone, signal: AbortSignal): Promise<Stop | undefined> {
    return this.inList(await readAccounts(phone, signal));
  }

  onAccountPage({ userId, userNames }: Pick<MiAccountPage, 'userId' | 'userNames'>): Stop | undefined {
    const where = 'account page';
    return this.#see([
      ...userId.map((text) => ofList(text, where)),
      ...userNames.map((text): ShownName => ({ text, free: true, where })),
    ]);
  }

  /** True once the contacts are read, or are not shown. */
  onSecurityPage({ contacts }: Pick<AccountSecurityPage, 'contacts'>): Stop | boolean {
    const stop = this.#see(contacts.map(({ text, as }) => ({ text, as, where: 'Account security' })));
    if (stop) return stop;
    const isRead = this.#settled || ++this.#looks >= LOOKS;
    if (isRead) this.#contacts = 'read';
    return isRead;
  }

  inDialog({ accountNames }: Pick<PasswordDialog, 'accountNames'>): Stop | undefined {
    return this.#see(accountNames.map((text) => ({ text, where: 'password dialog' })));
  }

  /** There is nothing more to read. */
  settle(): Stop | undefined {
    this.#contacts = 'read';
    this.#settled = true;
    return this.#order.strict && this.#order.named !== undefined && this.check.verdict !== 'same'
      ? { kind: 'needs-person', reason: 'account-not-proven' }
      : undefined;
  }

  #see(names: readonly ShownName[]): Stop | undefined {
    const isNew = ({ text, where }: ShownName) =>
      !this.#shown.some((one) => one.text === text && one.where === where);
    this.#shown.push(...names.filter(isNew));
    const { verdict } = this.check;
    this.#settled ||= verdict === 'same';
    return verdict === 'different' ? { kind: 'needs-person', reason: 'other-account' } : undefined;
  }
}

/** In the account list, digits alone are the Mi id, unless only a telephone number is written that way. */
function ofList(text: string, where: string): ShownName {
  const { kinds } = nameOf(text);
  const isNumber = !kinds.includes('id') || /^1[3-9]\d{9}$|^1[3-9]\d\*{4}\d{4}$/.test(text);
  return isNumber ? { text, where } : { text, where, as: 'id' };
}

export interface GuardTools {
  guard: AccountGuard;
  phone: Phone;
  browser: Browser;
  journal: Journal;
  signal: AbortSignal;
  /** Whether anything was pressed that signs out. */
  begun: () => boolean;
}

/**
 * Before the first tap that signs out, the account page is read, and Account security where only that page
 * can decide. The password dialog may name the account too.
 */
export function accountRules({ guard, phone, browser, journal, signal, begun }: GuardTools): Rules<Stop> {
  let asked = 0;
  const back = async (why: string) => {
    journal.step(`press Back: ${why}`);
    await browser.back();
  };
  const reading = () => guard.isOpen && !begun();
  return [
    // Before anything is typed into the dialog.
    on(PasswordDialog, async (page) => guard.inDialog(page), {
      when: (page) => !journal.progress.passwordSubmitted && guard.inDialog(page) !== undefined,
    }),
    on(KeepOrRemovePage, () => back('the account is to be compared first'), {
      when: (page) => reading() && page.isShown,
    }),
    on(
      AccountSecurityPage,
      async (page) => {
        const read = guard.wantsContacts ? guard.onSecurityPage(page) : true;
        if (typeof read === 'object') return read;
        if (read) await back('Account security is read');
        return undefined;
      },
      { when: (page) => asked > 0 && !begun() && page.isShown, times: 2 * LOOKS, patience: 500 },
    ),
    on(
      MiAccountPage,
      async (page) => {
        const stop = guard.onAccountPage(page);
        if (stop) return stop;
        // On a release that does not open Account security, the account page stays.
        if (asked++ > 0) return guard.settle();
        if (!guard.wantsContacts) return undefined;
        journal.step('open Account security, to compare the account');
        await phone.shell(SECURITY_PAGE, signal);
        return undefined;
      },
      { when: () => reading() && guard.wantsContacts, times: 2, patience: 6000 },
    ),
    on(MiAccountPage, async (page) => guard.onAccountPage(page) ?? guard.settle(), {
      when: reading,
      patience: 0,
    }),
  ];
}
