import { wayWords } from '../../pageobjects/locator.ts';
import type { AnyPage } from '../../pageobjects/page.ts';
import { QuickPanel, SettingsPage } from '../../pageobjects/settings.page.ts';
import type { Drift } from '../events.ts';
import type { Phone } from '../phone/adb.ts';
import type { Journal } from './journal.ts';
import type { Outcome } from './outcome.ts';
import { on, type Rules } from './walk.ts';

/**
 * `intent` opens the account page directly; `settings` goes through the quick panel and the list of Settings,
 * as a person does.
 */
export type Via = 'intent' | 'settings';

export interface EntryOptions {
  via: Via;
  phone: Phone;
  journal: Journal;
  /** The account's name as the phone shows it. */
  account: string;
}

/** What drift reports as the way of a thing that was not found at all. */
export const NOT_FOUND = 'none of its ways';

/** How many screens of Settings are searched for the row at most, up and down and once more. */
const SCREENS = 60;

/** The account page's own action (MIUI 10 and 13 code; seen on HyperOS 3), then its activity by name. */
export const ACCOUNT_PAGE = [
  '-a android.settings.XIAOMI_ACCOUNT_SYNC_SETTINGS -p com.xiaomi.account',
  '-n com.xiaomi.account/.ui.AccountSettingsActivity',
];

/**
 * Wakes a dark screen. A lock that asks for a code stays, and a person has to open it. Changes nothing on a
 * phone that is awake.
 */
export const WAKE = 'input keyevent 224 >/dev/null 2>&1; wm dismiss-keyguard >/dev/null 2>&1; ';

/** What leads from any page to the account page: rules for the pages on the way, and ways to start. */
export function entry({ via, phone, journal, account }: EntryOptions): {
  rules: Rules<Outcome>;
  ways: ((page: AnyPage) => Promise<void>)[];
  /**
   * Opens the account page directly where the way through Settings does not lead there, and warns of it. An
   * outcome where that was done already.
   */
  byIntent?: () => Promise<Outcome | undefined>;
  /** Whether `byIntent` has opened it already. */
  hasFallenBack: () => boolean;
} {
  if (via === 'intent')
    return { rules: [], ways: [() => openAccountPage(phone, journal)], hasFallenBack: () => false };
  let search = new ListSearch();
  let again = false;
  let scrolls = 0;
  let searched = false;
  let hasFallenBack = false;
  return {
    byIntent,
    hasFallenBack: () => hasFallenBack,
    rules: [
      on(
        SettingsPage,
        async (page) => {
          journal.step('tap the row of the Mi Account');
          await page.openAccount(account);
        },
        { when: (page) => page.accountRow(account) !== undefined },
      ),
      on(
        SettingsPage,
        async (page) => {
          const direction = search.next(page.look.fingerprint);
          if (++scrolls > SCREENS || (!direction && again)) {
            searched = true;
            return undefined;
          }
          if (!direction) {
            // This may be a list in another language than before.
            await page.labels.refresh?.();
            return fromFirstPage();
          }
          journal.step(`scroll ${direction} for the row of the Mi Account`);
          await page.scroll(direction);
          return undefined;
        },
        { when: (page) => page.isList && !searched, times: Infinity, patience: 0 },
      ),
      // A page inside Settings, which was left open, or which the icon over the notifications leads to.
      on(SettingsPage, fromFirstPage, { when: (page) => page.isInner && !again, times: 1 }),
      // The row may be hidden or have an unknown name: the sign-out is still possible.
      on(SettingsPage, byIntent, {
        when: (page) => searched && !page.isDialog,
        times: 2,
        patience: 10_000,
      }),
      on(QuickPanel, async (page) => {
        journal.step('tap the gear in the quick panel');
        await page.openSettings();
      }),
    ],
    ways: [
      async (page) => {
        journal.step('pull down the quick panel');
        await page.pullQuickPanel();
      },
      async () => {
        journal.step('open Settings');
        await start(phone, '-a android.settings.SETTINGS');
      },
    ],
  };

  async function fromFirstPage(): Promise<undefined> {
    again = true;
    search = new ListSearch();
    journal.step('open Settings from its first page');
    // A list that did not move may be one on a dark screen.
    await phone.shell(WAKE);
    await start(phone, '-a android.settings.SETTINGS --activity-clear-task');
  }

  async function byIntent(): Promise<Outcome | undefined> {
    journal.drift(missing());
    journal.warn?.('the way through Settings did not lead to the account page: it was opened directly');
    if (hasFallenBack || !(await hasOpened(phone, journal)))
      return { kind: 'needs-person', reason: 'account-row-not-found' };
    hasFallenBack = true;
    return undefined;
  }
}

function missing(): Drift {
  const [wanted] = SettingsPage.locators.accountRow ?? [];
  return {
    page: SettingsPage.title,
    locator: 'accountRow',
    wanted: wanted ? wayWords(wanted) : '',
    found: NOT_FOUND,
    advice:
      'find out from the page sources what the row of the Mi Account is called on this release, and put it first in SettingsPage.locators.accountRow',
  };
}

/**
 * Goes down to the end of a list, then up to its start. The end is reached when the screen twice stays the
 * same; the result of the gesture itself is not reliable.
 */
export class ListSearch {
  #directions: ('down' | 'up')[] = ['down', 'up'];
  #screen = '';
  #still = 0;

  /** Where to scroll from this screen; undefined when the whole list was seen. */
  next(screen: string): 'down' | 'up' | undefined {
    this.#still = screen === this.#screen ? this.#still + 1 : 0;
    this.#screen = screen;
    if (this.#still >= 2) {
      this.#directions.shift();
      this.#still = 0;
    }
    return this.#directions[0];
  }
}

/** Opens the account page directly. */
export async function openAccountPage(phone: Phone, journal: Journal): Promise<void> {
  await hasOpened(phone, journal);
}

async function hasOpened(phone: Phone, journal: Journal): Promise<boolean> {
  journal.step('open the account page');
  for (const intent of ACCOUNT_PAGE) if (await start(phone, intent)) return true;
  return false;
}

/**
 * Whether the phone took the intent: `am` complains on its output, its exit code is 0 either way on older
 * releases.
 */
async function start(phone: Phone, intent: string): Promise<boolean> {
  return !/^(Error|Exception|Security exception|java\.)/m.test(
    await phone.shell(`am start --user 0 ${intent} 2>&1`),
  );
}
