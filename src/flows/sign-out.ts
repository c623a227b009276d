import {
  MiPayDialog,
  PhotoQualityDialog,
  RemoveAccountDialog,
  TroubleMessage,
  UnsyncedDialog,
} from '../../pageobjects/alert.page.ts';
import { BusyPage, IdlePage } from '../../pageobjects/busy.page.ts';
import { KeepOrRemovePage } from '../../pageobjects/keep-or-remove.page.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { ACCOUNT, CLOUD, FIND_DEVICE, type PageClass } from '../../pageobjects/page.ts';
import { WebNewPasswordPage } from '../../pageobjects/new-password.page.ts';
import { PasswordDialog, WebCaptchaDialog } from '../../pageobjects/password-dialog.page.ts';
import { SettingsPage } from '../../pageobjects/settings.page.ts';
import { SmsCodePage } from '../../pageobjects/sms-code.page.ts';
import type { Clock } from '../clock.ts';
import { DATA_STEPS } from '../events.ts';
import { readAccounts } from '../phone/account.ts';
import type { Secret } from '../secret.ts';
import type { Ledger } from '../store/ledger.ts';
import { AccountGuard, accountRules, type GuardTools } from './account-guard.ts';
import { afterBreak } from './after-break.ts';
import { asking } from './ask.ts';
import { entry, ListSearch, openAccountPage, type EntryOptions, type Via, WAKE } from './entry.ts';
import type { Journal } from './journal.ts';
import { declineUpdate, leavesAfterSignOut, leaveSignOut, yesOrNo } from './leave.ts';
import { refusal, type Outcome } from './outcome.ts';
import { pictureBeside } from './picture.ts';
import type { Person } from './recovery.ts';
import { screenOf } from './screen.ts';
import type { PhoneSession } from './session.ts';
import { passwordStep, type PasswordTools } from './sign-out-password.ts';
import { onStuck, UNDER_WAY_LIMIT, type GivenUp } from './stuck.ts';
import { on, pagesOf, WAIT_LIMIT, walk, type Rules, type Stuck } from './walk.ts';

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
  /** The person who reads a captcha and a second factor. Missing: both end the flow. */
  person?: Person | undefined;
  /** Compares the account that was named with the phone's. Missing: none was named. */
  guard?: AccountGuard | undefined;
  /** The whole flow may take this long, ms; the time a person takes to answer is not counted. */
  timeLimit?: number;
}

const NO_PERSON: Person = { ask: () => Promise.resolve(undefined) };

/**
 * How long the account list is read when the session breaks before the password was submitted, ms: a phone
 * whose Find device is off asks for no password.
 */
const BEGUN_PATIENCE = 10_000;
/**
 * How long the phone may show that it signs out once the password was submitted, ms: the servers are in
 * China, and 30 phones may ask them at once.
 */
const SUBMITTED_LIMIT = 600_000;

/** How long a slow phone may take until it shows its first question, ms. */
const SLOW_ANSWER = 10_000;

/** How many screens of the account page are searched for Sign out at most. */
const SCREENS = 40;

/** What the rules of one sign-out act with. */
type SignOutRun = Omit<GuardTools, 'begun'> & PasswordTools & EntryOptions & Pick<SignOutInput, 'data'>;

/** What a sign-out has done so far. */
interface Done {
  /** Sign out was tapped. */
  begun: boolean;
  /** The synced data was ordered to stay on the phone. */
  kept: boolean;
}

/**
 * The rules of a sign-out, phase by phase. The phone decides the order of its pages; the phase decides what
 * may be done on them. Of two rules that fit a page the first one acts, so the order of the phases is:
 *
 * 1. compared: the account is compared with the one that was named. First, because no tap that signs out
 *    may come before it.
 * 2. before: Sign out was not tapped yet. A question that is open already was left by an earlier run or a
 *    person; what was answered before it is unknown. It gets Back, and the phone asks it again later. Stands
 *    before the phases that answer the same questions.
 * 3. failed: a message ends the attempt. Before the dialogs, because the message may stand in one of them.
 * 4. password: asked, typed, submitted (`passwordStep`). Submitted once in a run, after it was entered in the
 *    ledger.
 * 5. dialogs: each question about the data and the phone is answered as ordered.
 * 6. under way: the phone signs out. Before "begin", because once the password was submitted, the account
 *    page does not begin a second round.
 * 7. begin: Sign out is tapped on the account page.
 * 8. way: pages that lead to the account page. Last of the known pages, because none of the others is a step
 *    on that way.
 * 9. unknown work: a page of the account's apps that no other rule knows, with a spinner or nothing to press.
 */
function signOutPhases(run: SignOutRun) {
  const { clock, guard, journal } = run;
  const step = passwordStep(run);
  const way = entry(run);
  const done: Done = { begun: false, kept: false };
  const list = new ListSearch();
  const submitted = () => journal.progress.passwordSubmitted;

  const compared = accountRules({ ...run, guard, begun: () => done.begun });

  const failed: Rules<Outcome> = [
    on(TroubleMessage, async (page) => refusal(page.trouble, page.days, clock.now(), step.answered())),
  ];

  const limit = () => (submitted() ? SUBMITTED_LIMIT : WAIT_LIMIT);
  const underWay: Rules<Outcome> = [
    { on: BusyPage, limit },
    // The phone still signs out, or has stopped without a message.
    on(MiAccountPage, () => Promise.resolve(), { when: submitted, times: 1 }),
  ];

  const begin: Rules<Outcome> = [
    on(
      MiAccountPage,
      async (page) => {
        journal.step('tap Sign out');
        done.begun = true;
        step.anew();
        await page.signOut();
      },
      // A dialog that opens slowly may open under a second tap, which then hits what the dialog shows there.
      { when: (page) => page.seesSignOut, patience: SLOW_ANSWER },
    ),
    on(
      MiAccountPage,
      async (page) => {
        journal.step('scroll down for Sign out');
        await page.scroll('down');
      },
      {
        when: (page) => page.isList && list.next(page.look.fingerprint) === 'down',
        times: SCREENS,
        patience: 0,
      },
    ),
  ];

  const unknownWork: Rules<Outcome> = [
    { on: IdlePage, when: (page: IdlePage) => page.spins, limit },
    { on: IdlePage },
  ];

  const phases = [
    compared,
    before(run, done),
    failed,
    step.rules,
    dialogs(run, done),
    underWay,
    begin,
    way.rules,
    unknownWork,
  ] as const;
  return { rules: phases.flat(), way, answered: step.answered, begun: () => done.begun, submitted };
}

function before({ browser, journal }: SignOutRun, done: Done): Rules<Outcome> {
  let oldMessages = 0;
  const questions: PageClass[] = [
    WebCaptchaDialog,
    PasswordDialog,
    SmsCodePage,
    MiPayDialog,
    UnsyncedDialog,
    PhotoQualityDialog,
    RemoveAccountDialog,
  ];
  const back = async () => {
    journal.step('press Back: a question was left open here');
    await browser.back();
  };
  return [
    declineUpdate(journal),
    ...questions.map((question) => on(question, back, { when: () => !done.begun })),
    on(WebNewPasswordPage, back, { when: (page) => !done.begun && page.isShown }),
    // A message that was there before says nothing about this run.
    on(
      TroubleMessage,
      async (page) => {
        oldMessages++;
        await page.dismiss();
      },
      {
        when: (page) =>
          page.isDialog &&
          oldMessages < 3 &&
          (!done.begun || (page.trouble === 'wrong-password' && !journal.progress.passwordSubmitted)),
      },
    ),
  ];
}

function dialogs({ data, journal }: SignOutRun, done: Done): Rules<Outcome> {
  const isBelow = (page: KeepOrRemovePage | RemoveAccountDialog) =>
    page.isList && !(page instanceof KeepOrRemovePage ? page.isShown : page.isYesOrNo);
  const confirm = (what: string) => async (page: { confirm(): Promise<void> }) => {
    journal.step(what);
    await page.confirm();
  };
  return [
    on(
      KeepOrRemovePage,
      async (page) => {
        journal.step(DATA_STEPS[data]);
        done.begun = true;
        done.kept = data !== 'delete';
        await (done.kept ? page.keepData() : page.removeData());
      },
      { when: (page) => page.isShown },
    ),
    // MIUI 6 asks in an alert, whose answers may be out of sight where the screen is small.
    ...[KeepOrRemovePage, RemoveAccountDialog].map((page) =>
      on(page, (one) => one.scroll('down'), { when: isBelow, times: 6, patience: 0 }),
    ),
    on(MiPayDialog, confirm('confirm that the phone deletes its Mi Pay cards'), yesOrNo),
    // To delete the data deletes the unsynced items too. Once "keep" was answered, the dialog only says that
    // they stay on the phone.
    on(UnsyncedDialog, confirm(DATA_STEPS.unsynced), {
      when: (page) => page.isYesOrNo && (done.kept || data === 'delete'),
    }),
    on(RemoveAccountDialog, confirm('confirm that the account leaves the phone'), yesOrNo),
    // It follows Keep alone: what is not in the cloud stays on the phone as it is.
    on(PhotoQualityDialog, confirm('keep the photos in the quality they have'), {
      when: (page) => page.isYesOrNo && done.kept,
    }),
  ];
}

/** Every page the flow may meet, so that the phone is asked for all their labels at once. */
export const SIGN_OUT_PAGES = pagesOf(signOutPhases({} as SignOutRun).rules);

/**
 * Signs the phone out of its Mi Account. Starts on any page, acts on each page as `signOutPhases` says, and
 * believes only the phone's account list, also when the session breaks. A phone that refuses is led back to
 * its account page.
 */
export async function signOut(
  session: PhoneSession,
  { data, password }: SignOutInput,
  options: SignOutOptions,
): Promise<Outcome> {
  const { phone, browser, labels } = session;
  const { via, signal, journal, ledger, guard = new AccountGuard(), timeLimit = 300_000 } = options;
  const { clock, ask } = asking(options.person ?? NO_PERSON, phone, options);
  const [account] = await readAccounts(phone, signal, WAKE, clock);
  const stop = guard.inList(account === undefined ? [] : [account]);
  if (account === undefined) return { kind: 'already-signed-out' };
  if (stop) return stop;

  const screen = screenOf(phone, signal, (what) => journal.step(what));
  const flow = signOutPhases({
    ...{ data, password, via, account, serial: phone.serial },
    ...{ phone, browser, guard, journal, ledger, screen, signal, clock, ask },
    other: () => guard.again(phone, signal),
    names: () => guard.names,
  });
  const accounts = () => readAccounts(phone, signal, '', clock);
  const outcome = await walk<Outcome>(flow.rules, {
    browser,
    labels,
    clock,
    signal,
    timeLimit,
    ways: flow.way.ways,
    screen,
    onPage: (name, look) => journal.page(name, look, browser),
    onEnd: async (name, look, { kind }) =>
      // The phone is left as it is then.
      kind === 'signed-out' && journal.lastPage
        ? journal.lastPage(name, look, browser, pictureBeside(phone, browser, signal))
        : journal.page(name, look, browser),
    onDrift: (drift) => journal.drift(drift),
    judge: async () => guard.judge(await accounts(), flow.submitted()),
    end: 'account list: no Mi Account',
    onStuck: onStuck({ browser, clock, journal, instead, mayBeUnderWay, reopen, giveUp }),
  }).catch((cause: unknown) =>
    afterBreak(cause, {
      isOut: async () => (await accounts()).length === 0,
      patience: flow.submitted() ? UNDER_WAY_LIMIT : flow.begun() ? BEGUN_PATIENCE : 0,
      clock,
      signal,
      journal,
    }),
  );
  if (leavesAfterSignOut(outcome)) await leaveSignOut(session, { clock, signal, journal, screen });
  return outcome;

  function instead({ kind, page }: Stuck): (() => Promise<Outcome | undefined>) | undefined {
    const isBusy = page === BusyPage.title || page === IdlePage.title;
    // As long as the phone shows that it signs out, it does.
    if (kind === 'out-of-time' && flow.submitted() && isBusy) return () => Promise.resolve(undefined);
    return kind === 'stuck' && page === SettingsPage.title ? flow.way.byIntent : undefined;
  }

  /** An unknown page of the account's apps may be a question to the owner, or a sign-out that goes on. */
  function mayBeUnderWay({ kind, page }: Stuck): boolean {
    const isOwn = kind === 'unknown-page' && [ACCOUNT, CLOUD, FIND_DEVICE].includes(page);
    return flow.submitted() && (kind === 'locked' || isOwn);
  }

  function reopen(): (() => Promise<Outcome | undefined>) | undefined {
    if (flow.submitted()) return undefined;
    // What came in the way twice says nothing about the row in Settings.
    if (!flow.begun() && flow.way.byIntent && !flow.way.hasFallenBack()) return flow.way.byIntent;
    return async () => void (await openAccountPage(phone, journal));
  }

  function giveUp(why: GivenUp, detours: number): Outcome {
    if (why !== 'no-answer') return { kind: 'needs-person', reason: why };
    // A page that came again after each Back is why the phone did not go on.
    const isInTheWay = detours > 0 && !flow.submitted();
    return { kind: 'needs-person', reason: flow.answered() ?? (isInTheWay ? 'unknown-page' : 'no-answer') };
  }
}
