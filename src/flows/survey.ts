import { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
import { BusyPage } from '../../pageobjects/busy.page.ts';
import { PageSource } from '../../pageobjects/look.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { ACCOUNT, AnyPage, CLOUD, type Page, type PageClass } from '../../pageobjects/page.ts';
import { QuickPanel, SettingsPage } from '../../pageobjects/settings.page.ts';
import { EmptyWebPage } from '../../pageobjects/web-step.ts';
import type { Clock } from '../clock.ts';
import { readAccounts } from '../phone/account.ts';
import type { Survey } from '../survey.ts';
import { pictureOf } from './picture.ts';
import { BEHIND_CHANGE_PASSWORD } from './change-password.ts';
import { ACCOUNT_PAGE, openAccountPage, WAKE } from './entry.ts';
import type { Journal } from './journal.ts';
import { screenOf } from './screen.ts';
import type { PhoneSession } from './session.ts';
import { onStuck } from './stuck.ts';
import { Ways } from './survey/ways.ts';
import { on, walk, type Rule, type Rules } from './walk.ts';

const HOME = 'input keyevent 3';
const SETTINGS = '-a android.settings.SETTINGS';
const SECURITY = '-n com.xiaomi.account/.ui.AccountSecurityActivity';
const start = (intent: string, more = '') => `am start --user 0 ${intent}${more} 2>&1`;

/** Pages of these apps are recorded also when no page object knows them; pages of other apps are not. */
const OWN_APPS = [ACCOUNT, CLOUD, 'com.android.settings', 'com.xiaomi.finddevice'];

// A list of Settings is a dozen screens long on the smallest phones.
const SCREENS = 30;
const BACKS = 6;

/** One screen, with its picture where one may be kept. */
interface SurveyedScreen {
  look: PageSource;
  picture?: Buffer;
}

/** What was on the phone, not masked yet. */
export interface Observed extends Pick<Survey, 'notLookedAt' | 'unchanged'> {
  seen: SurveyedScreen[];
  accounts: readonly string[];
  ways: Ways;
}

export interface SurveyOptions {
  deep: boolean;
  signal: AbortSignal;
  clock: Clock;
  journal: Journal;
}

/**
 * Looks at the pages of the account without changing anything: no sign-out, no Send, no switch, nothing
 * typed. Leaves the phone on its home screen.
 */
export async function survey(
  { phone, browser, labels }: PhoneSession,
  options: SurveyOptions,
): Promise<Observed> {
  const { deep, signal, clock, journal } = options;
  const seen: SurveyedScreen[] = [];
  const ways = new Ways();
  const notLookedAt: Observed['notLookedAt'] = [];
  const skip = (what: string, why: string) => void notLookedAt.push({ what, why });
  const accounts = await readAccounts(phone, signal, WAKE);
  try {
    await lookAround();
  } finally {
    if (!signal.aborted) await phone.shell(HOME, signal);
  }
  const unchanged = (await readAccounts(phone, signal)).join() === accounts.join();
  return { seen, accounts, ways, notLookedAt, unchanged };

  async function lookAround(): Promise<void> {
    await phone.shell(HOME, signal);
    await panel();
    await settings();
    if (accounts.length > 0) {
      await account();
      skip(
        'Sign out and what comes after it',
        'with Find device off and nothing synced, that one tap signs the phone out: a sign-out records its own pages',
      );
    } else if (deep) {
      if (await reach('sign-in page', [], [openAccount])) await record();
    } else skip('sign-in page', 'only with --deep');
    if (accounts.length === 0) skip('Mi Account page and what is behind it', 'no account is signed in');
  }

  async function panel(): Promise<void> {
    const pull = async (page: AnyPage) => {
      journal.step('pull down the quick panel');
      ways.pulledPanel();
      await page.pullQuickPanel();
    };
    // Notifications are the owner's: they are masked in the source, and there is no picture.
    if (await reach('quick panel', [here(QuickPanel)], [pull, pull])) await record({ picture: false });
    await browser.back();
  }

  async function settings(): Promise<void> {
    const open = async () => {
      journal.step('open Settings');
      ways.started(SETTINGS);
      await phone.shell(start(SETTINGS, ' --activity-clear-task'), signal);
    };
    if (await reach('Settings', [here(SettingsPage)], [open])) await recordList();
  }

  async function account(): Promise<void> {
    // The app opens on the page where it was left.
    const back = async () => {
      journal.step('press Back');
      await browser.back();
    };
    const toAccount: Rules<PageSource> = [
      ...BEHIND_CHANGE_PASSWORD.map((Class) => on(Class, back, { when: isShown, times: BACKS })),
      on(EmptyWebPage, back, { times: BACKS }),
      on(AccountSecurityPage, back, { when: isShown, times: BACKS }),
      here(MiAccountPage),
    ];
    if (!(await reach('Mi Account page', toAccount, [openAccount]))) return;
    await recordList();
    await security();
    await reach('the Mi Account page again', toAccount, [openAccount]);
  }

  async function openAccount(): Promise<void> {
    ways.started(...ACCOUNT_PAGE);
    await openAccountPage(phone, journal);
  }

  async function openSecurityPage(): Promise<void> {
    ways.started(SECURITY);
    await phone.shell(start(SECURITY), signal);
  }

  async function security(): Promise<void> {
    const toSecurity: Rules<PageSource> = [
      here(AccountSecurityPage, isShown),
      on(
        MiAccountPage,
        async (page) => {
          journal.step('tap Account security');
          ways.tapped(page.securityRow);
          await page.openSecurity();
        },
        { when: (page) => page.securityRow !== undefined },
      ),
      on(MiAccountPage, (page) => page.scroll('up'), { when: (page) => page.isList, times: 10, patience: 0 }),
      on(MiAccountPage, openSecurityPage, { times: 1 }),
    ];
    if (!(await reach('Account security page', toSecurity, [openSecurityPage]))) return;
    await recordList();
    if (deep) await changePassword();
    else skip('Change password', 'only with --deep');
  }

  async function changePassword(): Promise<void> {
    const rules: Rules<PageSource> = [
      ...BEHIND_CHANGE_PASSWORD.map((Class) => here(Class, isShown)),
      { on: EmptyWebPage, when: (page: EmptyWebPage) => page.isEmpty },
      on(
        AccountSecurityPage,
        async (page) => {
          journal.step('tap Change password');
          ways.tapped(page.passwordRow);
          await page.changePassword();
        },
        { when: (page) => page.passwordRow !== undefined, times: 1 },
      ),
      on(AccountSecurityPage, (page) => page.scroll('up'), {
        when: (page) => page.isShown && page.isList,
        times: 10,
        patience: 0,
      }),
    ];
    if (await reach('what Change password leads to', rules, [])) await record();
    skip(
      'what comes after the identity check or the new password',
      'it would ask for a code or change the password',
    );
  }

  /**
   * Goes to a page and returns what is on the screen. A page that is not reached is noted, and the result is
   * undefined. An unknown page gets Back.
   */
  async function reach(
    what: string,
    rules: Rules<PageSource>,
    ways: readonly ((page: AnyPage) => Promise<void>)[],
  ): Promise<PageSource | undefined> {
    const stuck = onStuck<PageSource | 'lost'>({
      browser,
      clock,
      journal,
      instead: ({ kind, page }) => (kind === 'unknown-page' && OWN_APPS.includes(page) ? look : undefined),
      most: 2,
      giveUp: () => 'lost',
    });
    const screen = screenOf(phone, signal, () => undefined);
    const known = { browser, labels, clock, signal, timeLimit: 90_000, ways, screen, onStuck: stuck };
    const end = await walk<PageSource | 'lost'>([{ on: BusyPage }, ...rules], known);
    if (end !== 'lost') return end;
    skip(what, 'it was not reached');
    return undefined;
  }

  /**
   * The source and the picture of one moment: the places that are masked in the source are painted over in
   * the picture.
   */
  async function record({ picture = true } = {}): Promise<PageSource> {
    const kept = (screen: PageSource) =>
      seen.find((one) => one.look.fingerprint === screen.fingerprint)?.look;
    for (let before = await look(), tries = 0; ; tries++) {
      signal.throwIfAborted();
      const known = kept(before);
      if (known) {
        ways.came(known);
        return before;
      }
      const png = picture ? await pictureOf(browser) : undefined;
      const after = await look();
      const steady = after.fingerprint === before.fingerprint;
      if (steady || tries >= 10) {
        if (!kept(after)) seen.push({ look: after, ...(png && steady ? { picture: png } : {}) });
        ways.came(kept(after) ?? after);
        return after;
      }
      before = after;
      await clock.sleep(200, 'the page to keep still', signal);
    }
  }

  /** The whole page, screen by screen from its beginning: it may have been left anywhere. */
  async function recordList(): Promise<void> {
    await scroll('up', look);
    await record();
    await scroll('down', record);
  }

  /** As far as it goes, with a look at each screen. An end is where it twice stays as it was. */
  async function scroll(direction: 'up' | 'down', see: () => Promise<PageSource>): Promise<void> {
    let last = await look();
    for (let screens = 0, still = 0; screens < SCREENS && still < 2; screens++) {
      const page = new AnyPage(browser, last, labels);
      if (!page.isList) return;
      journal.step(`scroll ${direction}`);
      await page.scroll(direction);
      const next = await see();
      still = next.fingerprint === last.fingerprint ? still + 1 : 0;
      last = next;
    }
  }

  async function look(): Promise<PageSource> {
    return new PageSource(await browser.getPageSource());
  }
}

const isShown = (page: Page & { isShown?: boolean }) => page.isShown !== false;

function here<P extends Page>(Class: PageClass<P>, when?: (page: P) => boolean): Rule<PageSource> {
  return on<P, PageSource>(Class, async (page) => page.look, when ? { when } : {});
}
