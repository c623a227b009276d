import { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
import {
  MiPayDialog,
  RemoveAccountDialog,
  TroubleMessage,
  UnsyncedDialog,
} from '../../pageobjects/alert.page.ts';
import { BusyPage, IdlePage } from '../../pageobjects/busy.page.ts';
import { SecondFactorDialog } from '../../pageobjects/identity-check.page.ts';
import { KeepOrRemovePage } from '../../pageobjects/keep-or-remove.page.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { ACCOUNT, CLOUD, FIND_DEVICE, type PageClass } from '../../pageobjects/page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import { QuickPanel, SettingsPage } from '../../pageobjects/settings.page.ts';
import { SmsCodePage } from '../../pageobjects/sms-code.page.ts';
import type { Clock } from '../clock.ts';
import { DATA_STEPS } from '../events.ts';
import { readAccounts } from '../phone/account.ts';
import type { Secret } from '../secret.ts';
import type { Ledger } from '../store/ledger.ts';
import { AccountGuard, accountRules } from './account-guard.ts';
import { afterBreak } from './after-break.ts';
import { asking } from './ask.ts';
import { entry, openAccountPage, type Via, WAKE } from './entry.ts';
import type { Journal } from './journal.ts';
import { person, refusal, type Outcome } from './outcome.ts';
import type { Person } from './recovery.ts';
import { screenOf } from './screen.ts';
import type { PhoneSession } from './session.ts';
import { isToBeLeft, leaveSignOut, yesOrNo } from './sign-out-leave.ts';
import { passwordStep } from './sign-out-password.ts';
import { on, WAIT_LIMIT, walk, type Rules, type Stuck } from './walk.ts';

export interface SignOutInput {
  /** What becomes of synced data on the phone; the account and the cloud keep theirs either way. */
  data: 'keep' | 'delete';
  /** Missing: the password prompt is cancelled. */
  password?: Secret;
}

export interface SignOutOptions {
  via: Via;
  signal: AbortSignal;
  clock: Clock;
  journal: Journal;
  /** Where the submission of the password is entered before it is done. */
  ledger: Ledger;
  /** Who reads a captcha and a second factor. Missing: nobody, and both end the flow. */
  person?: Person | undefined;
  /** Compares the account that was named with the phone's. Missing: none was named. */
  guard?: AccountGuard | undefined;
  /** The whole flow may take this long, ms; what a person is waited for is not counted. */
  timeLimit?: number;
}

const NOBODY: Person = { ask: () => Promise.resolve(undefined) };

/**
 * How long an unknown page of the account's apps may stay after the password went out, and a session be gone,
 * ms.
 */
const LONG_FAREWELL = 60_000;
/**
 * How long the account list is asked for when the session breaks before that: a phone whose Find device is
 * off asks for no password, ms.
 */
const FAREWELL = 10_000;
/**
 * How long a phone that says so may be at the sign-out once the password is out: servers in China, asked from
 * elsewhere by 30 phones, ms.
 */
const AT_IT = 600_000;

/** Every page the flow may meet, so that the phone is asked for all their labels at once. */
export const SIGN_OUT_PAGES = [
  BusyPage,
  TroubleMessage,
  SecondFactorDialog,
  SmsCodePage,
  PasswordDialog,
  KeepOrRemovePage,
  MiPayDialog,
  UnsyncedDialog,
  RemoveAccountDialog,
  AccountSecurityPage,
  MiAccountPage,
  SettingsPage,
  QuickPanel,
] as const;

/**
 * Signs the phone out of its Mi Account. Starts wherever the phone is, acts on whatever page it shows, and
 * believes only the phone's account list. The phone decides the order of its questions; what may be done on a
 * page depends on how far the run is:
 *
 * Before: nothing was pressed on the account page. Questions that an earlier run or a person left open are
 * not answered, as what came before
 *   them is not known; they get Back, and come again. So do old messages.
 * Begun: Sign out was tapped, or the question about the data answered. Each question is answered as the order
 * says. Typed, then submitted: the password, once in a run (`passwordStep`). From there on nothing begins
 * anew, and unknown pages of the account's
 *   apps are left alone: only the account list tells, also when the session breaks.
 * Leaving: a phone that refuses is led back to its account page.
 */
export async function signOut(
  session: PhoneSession,
  input: SignOutInput,
  options: SignOutOptions,
): Promise<Outcome> {
  const { phone, browser, labels } = session;
  const {
    via,
    signal,
    journal,
    ledger,
    person: owner = NOBODY,
    guard = new AccountGuard(),
    timeLimit = 300_000,
  } = options;
  const { clock, ask } = asking(owner, phone, options);
  const [account] = await readAccounts(phone, signal, WAKE, clock);
  const stop = guard.inList(account === undefined ? [] : [account]);
  if (account === undefined) return { kind: 'already-signed-out' };
  if (stop) return stop;

  const screen = screenOf(phone, signal, (what) => journal.step(what));
  const way = entry({ via, phone, journal, account });
  const { password } = input;
  const other = () => guard.again(phone, signal);
  const names = () => guard.names;
  const asked = passwordStep({
    password,
    account,
    serial: phone.serial,
    other,
    names,
    journal,
    ledger,
    screen,
    signal,
    clock,
    ask,
  });
  let begun = false;
  let kept = false;
  let leftovers = 0;
  let detours = 0;
  let lostSince: number | undefined;
  const submitted = () => journal.progress.passwordSubmitted;
  const confirm = (what: string) => async (page: { confirm(): Promise<void> }) => {
    journal.step(what);
    await page.confirm();
  };
  const leftOpen = (question: PageClass) => on(question, back, { when: () => !begun });
  const atIt = () => (submitted() ? AT_IT : WAIT_LIMIT);
  const rules: Rules<Outcome> = [
    ...accountRules({ guard, phone, browser, journal, signal, begun: () => begun }),
    // Whoever left them open may have decided otherwise about the data, or have been asked for something
    // else. They come again.
    ...[PasswordDialog, SmsCodePage, MiPayDialog, UnsyncedDialog, RemoveAccountDialog].map(leftOpen),
    // Left over from an earlier run: what it says is not about this one.
    on(
      TroubleMessage,
      async (page) => {
        leftovers++;
        await page.dismiss();
      },
      {
        when: (page) =>
          page.isDialog && leftovers < 3 && (!begun || (page.trouble === 'wrong-password' && !submitted())),
      },
    ),
    on(TroubleMessage, async (page) => refusal(page.trouble, page.days, clock.now(), asked.answered())),
    ...asked.rules,
    on(
      KeepOrRemovePage,
      async (page) => {
        journal.step(DATA_STEPS[input.data]);
        begun = true;
        kept = input.data === 'keep';
        await (input.data === 'keep' ? page.keepData() : page.removeData());
      },
      { when: (page) => page.isShown },
    ),
    on(MiPayDialog, confirm('let the Mi Pay cards go'), yesOrNo),
    // Deleting the data would delete them too. Once the data is kept, the dialog only says that they stay on the
    // phone.
    on(UnsyncedDialog, confirm(DATA_STEPS.unsynced), {
      when: (page) => page.isYesOrNo && (kept || input.data === 'delete'),
    }),
    on(RemoveAccountDialog, confirm('confirm that the account leaves the phone'), yesOrNo),
    { on: BusyPage, limit: atIt },
    // Back on this page after the password went out: the phone is still at it, or gave up silently. Never a
    // second round.
    on(MiAccountPage, () => Promise.resolve(), { when: submitted, times: 1 }),
    on(
      MiAccountPage,
      async (page) => {
        journal.step('tap Sign out');
        begun = true;
        asked.anew();
        await page.signOut();
      },
      { when: (page) => page.seesSignOut },
    ),
    on(
      MiAccountPage,
      async (page) => {
        journal.step('scroll down for Sign out');
        await page.scroll('down');
      },
      { when: (page) => page.isList, times: 10, patience: 0 },
    ),
    ...way.rules,
    { on: IdlePage, when: (page: IdlePage) => page.spins, limit: atIt },
    { on: IdlePage },
  ];
  const isOut = async () => (await readAccounts(phone, signal, '', clock)).length === 0;
  const outcome = await walk<Outcome>(rules, {
    browser,
    labels,
    clock,
    signal,
    timeLimit,
    ways: way.ways,
    screen,
    onPage: (name, look) => journal.page(name, look, browser),
    onDrift: (drift) => journal.drift(drift),
    judge: async () => guard.judge(await readAccounts(phone, signal, '', clock), submitted()),
    end: 'account list: no Mi Account',
    onStuck: lost,
  }).catch((cause: unknown) =>
    afterBreak(cause, {
      isOut,
      patience: submitted() ? LONG_FAREWELL : begun ? FAREWELL : 0,
      clock,
      signal,
      journal,
    }),
  );
  if (isToBeLeft(outcome)) {
    await leaveSignOut(session, { clock, signal, journal, screen }).catch(() => {
      // The outcome is known, and worth more than a tidy phone.
      signal.throwIfAborted();
      journal.step('the phone could not be led back to its account page');
    });
  }
  return outcome;

  async function back(): Promise<void> {
    journal.step('press Back: a question was left open here');
    await browser.back();
  }

  /**
   * Back means "not now", so an unexpected page gets it once, and the account page is opened
   * again if that is lost. After the password went out, an unknown page of the account's own apps may be a
   * question to its owner, or a sign-out under way: the account list is given time, then it is for a person.
   */
  async function lost({ kind, page }: Stuck): Promise<Outcome | undefined> {
    // The sign-out goes on behind the lock.
    if (kind === 'locked') return submitted() && isEarly() ? undefined : person('locked');
    // As long as it says that it is at it, it is.
    if (kind === 'out-of-time' && submitted() && (page === BusyPage.title || page === IdlePage.title))
      return undefined;
    if (kind === 'stuck' && page === SettingsPage.title && way.byIntent) return way.byIntent();
    // What came back after each Back is why nothing went on.
    if (kind !== 'unknown-page')
      return person(asked.answered() ?? (detours > 0 && !submitted() ? 'unknown-page' : 'no-answer'));
    if (submitted() && [ACCOUNT, CLOUD, FIND_DEVICE].includes(page))
      return isEarly() ? undefined : person('unknown-page');
    if (detours >= 6) return person('unknown-page');
    if (detours++ % 2 === 1 && !submitted()) {
      if (!begun && way.byIntent) return way.byIntent();
      await openAccountPage(phone, journal);
    } else {
      journal.step(`press Back: a page of ${page} is in the way`);
      await browser.back();
    }
    return undefined;
  }

  function isEarly(): boolean {
    lostSince ??= clock.elapsed();
    return clock.elapsed() - lostSince < LONG_FAREWELL;
  }
}
