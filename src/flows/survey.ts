import { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
import type { PageSource } from '../../pageobjects/look.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import type { AnyPage, Page, PageClass } from '../../pageobjects/page.ts';
import { QuickPanel, SettingsPage } from '../../pageobjects/settings.page.ts';
import { EmptyWebPage } from '../../pageobjects/web-step.ts';
import { readAccounts } from '../phone/account.ts';
import type { Survey } from '../survey.ts';
import { BEHIND_CHANGE_PASSWORD } from './change-password.ts';
import { ACCOUNT_PAGE, openAccountPage, WAKE } from './entry.ts';
import type { PhoneSession } from './session.ts';
import { Recorder, type RecorderTools, type SurveyedScreen } from './survey/recorder.ts';
import type { Ways } from './survey/ways.ts';
import { on, type Rule, type Rules } from './walk.ts';

const HOME = 'input keyevent 3';
const SETTINGS = '-a android.settings.SETTINGS';
const SECURITY = '-n com.xiaomi.account/.ui.AccountSecurityActivity';
const start = (intent: string, more = '') => `am start --user 0 ${intent}${more} 2>&1`;

const BACKS = 6;

/** What was on the phone, not masked yet. */
export interface Observed extends Pick<Survey, 'notLookedAt' | 'unchanged'> {
  seen: SurveyedScreen[];
  accounts: readonly string[];
  ways: Ways;
}

export interface SurveyOptions extends RecorderTools {
  deep: boolean;
}

/**
 * Looks at the pages of the account without changing anything: no sign-out, no Send, no switch, nothing
 * typed. Leaves the phone on its home screen.
 */
export async function survey(session: PhoneSession, options: SurveyOptions): Promise<Observed> {
  const { phone } = session;
  const { signal } = options;
  const recorder = new Recorder(session, options);
  const accounts = await readAccounts(phone, signal, WAKE);
  try {
    await new Tour(session, recorder, options).lookAround(accounts.length > 0);
  } finally {
    if (!signal.aborted) await phone.shell(HOME, signal);
  }
  const unchanged = (await readAccounts(phone, signal)).join() === accounts.join();
  const { seen, ways, notLookedAt } = recorder;
  return { seen, accounts, ways, notLookedAt, unchanged };
}

/** Which pages are looked at, in which order. */
class Tour {
  readonly #session: PhoneSession;
  readonly #recorder: Recorder;
  readonly #options: SurveyOptions;

  constructor(session: PhoneSession, recorder: Recorder, options: SurveyOptions) {
    this.#session = session;
    this.#recorder = recorder;
    this.#options = options;
  }

  async lookAround(isSignedIn: boolean): Promise<void> {
    const recorder = this.#recorder;
    await this.#session.phone.shell(HOME, this.#options.signal);
    await this.#panel();
    await this.#settings();
    if (isSignedIn) {
      await this.#account();
      recorder.skip(
        'Sign out and what comes after it',
        'with Find device off and nothing synced, that one tap signs the phone out: a sign-out records its own pages',
      );
      return;
    }
    if (!this.#options.deep) recorder.skip('sign-in page', 'only with --deep');
    else if (await recorder.reach('sign-in page', [], [this.#openAccount])) await recorder.record();
    recorder.skip('Mi Account page and what is behind it', 'no account is signed in');
  }

  async #panel(): Promise<void> {
    const recorder = this.#recorder;
    const pull = async (page: AnyPage) => {
      this.#options.journal.step('pull down the quick panel');
      recorder.ways.pulledPanel();
      await page.pullQuickPanel();
    };
    // Notifications are the owner's: they are masked in the source, and there is no picture.
    if (await recorder.reach('quick panel', [here(QuickPanel)], [pull, pull]))
      await recorder.record({ picture: false });
    await this.#session.browser.back();
  }

  async #settings(): Promise<void> {
    const open = async () => {
      this.#options.journal.step('open Settings');
      this.#recorder.ways.started(SETTINGS);
      await this.#session.phone.shell(start(SETTINGS, ' --activity-clear-task'), this.#options.signal);
    };
    if (await this.#recorder.reach('Settings', [here(SettingsPage)], [open]))
      await this.#recorder.recordList();
  }

  async #account(): Promise<void> {
    const recorder = this.#recorder;
    // The app opens on the page where it was left.
    const back = async () => {
      this.#options.journal.step('press Back');
      await this.#session.browser.back();
    };
    const toAccount: Rules<PageSource> = [
      ...BEHIND_CHANGE_PASSWORD.map((Class) => on(Class, back, { when: isShown, times: BACKS })),
      on(EmptyWebPage, back, { times: BACKS }),
      on(AccountSecurityPage, back, { when: isShown, times: BACKS }),
      here(MiAccountPage),
    ];
    if (!(await recorder.reach('Mi Account page', toAccount, [this.#openAccount]))) return;
    await recorder.recordList();
    await this.#security();
    await recorder.reach('the Mi Account page again', toAccount, [this.#openAccount]);
  }

  async #security(): Promise<void> {
    const recorder = this.#recorder;
    const open = async () => {
      recorder.ways.started(SECURITY);
      await this.#session.phone.shell(start(SECURITY), this.#options.signal);
    };
    const toSecurity: Rules<PageSource> = [
      here(AccountSecurityPage, isShown),
      on(
        MiAccountPage,
        async (page) => {
          this.#options.journal.step('tap Account security');
          recorder.ways.tapped(page.securityRow);
          await page.openSecurity();
        },
        { when: (page) => page.securityRow !== undefined },
      ),
      on(MiAccountPage, (page) => page.scroll('up'), { when: (page) => page.isList, times: 10, patience: 0 }),
      on(MiAccountPage, open, { times: 1 }),
    ];
    if (!(await recorder.reach('Account security page', toSecurity, [open]))) return;
    await recorder.recordList();
    if (this.#options.deep) await this.#changePassword();
    else recorder.skip('Change password', 'only with --deep');
  }

  async #changePassword(): Promise<void> {
    const recorder = this.#recorder;
    const rules: Rules<PageSource> = [
      ...BEHIND_CHANGE_PASSWORD.map((Class) => here(Class, isShown)),
      { on: EmptyWebPage, when: (page: EmptyWebPage) => page.isEmpty },
      on(
        AccountSecurityPage,
        async (page) => {
          this.#options.journal.step('tap Change password');
          recorder.ways.tapped(page.passwordRow);
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
    if (await recorder.reach('what Change password leads to', rules, [])) await recorder.record();
    recorder.skip(
      'what comes after the identity check or the new password',
      'it would ask for a code or change the password',
    );
  }

  readonly #openAccount = async (): Promise<void> => {
    this.#recorder.ways.started(...ACCOUNT_PAGE);
    await openAccountPage(this.#session.phone, this.#options.journal);
  };
}

const isShown = (page: Page & { isShown?: boolean }) => page.isShown !== false;

function here<P extends Page>(Class: PageClass<P>, when?: (page: P) => boolean): Rule<PageSource> {
  return on<P, PageSource>(Class, async (page) => page.look, when ? { when } : {});
}
