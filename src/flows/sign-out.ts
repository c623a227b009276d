import { MiPayDialog, RemoveAccountDialog, TroubleMessage, UnsyncedDialog } from '../../pageobjects/alert.page.ts';
import { BusyPage, IdlePage } from '../../pageobjects/busy.page.ts';
import { SecondFactorDialog } from '../../pageobjects/identity-check.page.ts';
import { KeepOrRemovePage } from '../../pageobjects/keep-or-remove.page.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { ACCOUNT, CLOUD, FIND_DEVICE, type LabelBook, type PageClass } from '../../pageobjects/page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import { QuickPanel, SettingsPage } from '../../pageobjects/settings.page.ts';
import type { Browser } from 'webdriverio';
import type { Clock } from '../clock.ts';
import { DATA_STEPS } from '../events.ts';
import { readAccounts } from '../phone/account.ts';
import type { Phone } from '../phone/adb.ts';
import { Secret } from '../secret.ts';
import type { Ledger } from '../store/ledger.ts';
import { asking, captchaIn, secondFactorQuestion } from './ask.ts';
import { entry, openAccountPage, type Via, WAKE } from './entry.ts';
import type { Journal } from './journal.ts';
import { refusal, type Outcome } from './outcome.ts';
import type { Person } from './recovery.ts';
import { on, walk, type Rules, type Stuck } from './walk.ts';

/** A phone with a session on it. */
export interface PhoneInHand {
  phone: Phone;
  browser: Browser;
  labels: LabelBook;
}

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
  /** The whole flow may take this long, ms; what a person is waited for is not counted. */
  timeLimit?: number;
}

const NOBODY: Person = { ask: () => Promise.resolve(undefined) };
const yesOrNo = { when: (page: { isYesOrNo: boolean }) => page.isYesOrNo };

/** How long an unknown page of the account's apps may stay after the password went out, ms. */
const LONG_FAREWELL = 60_000;

/** Every page the flow may meet, so that the phone is asked for all their labels at once. */
export const SIGN_OUT_PAGES = [
  BusyPage,
  TroubleMessage,
  SecondFactorDialog,
  PasswordDialog,
  KeepOrRemovePage,
  MiPayDialog,
  UnsyncedDialog,
  RemoveAccountDialog,
  MiAccountPage,
  SettingsPage,
  QuickPanel,
] as const;

/**
 * Signs the phone out of its Mi Account. Starts wherever the phone is, acts on whatever page it shows, and believes only the phone's
 * account list. The password is submitted at most once. A phone that refuses is led back to its account page.
 */
export async function signOut({ phone, browser, labels }: PhoneInHand, input: SignOutInput, options: SignOutOptions): Promise<Outcome> {
  const { via, signal, journal, ledger, person: owner = NOBODY, timeLimit = 300_000 } = options;
  const { clock, ask } = asking(owner, phone, options);
  const [account] = await readAccounts(phone, signal, WAKE, clock);
  if (account === undefined) return { kind: 'already-signed-out' };
  const accountName: string = account;

  const way = entry({ via, phone, journal, account });
  let begun = false;
  let kept = false;
  let typed = false;
  /** What a person has answered in the dialog. */
  let answered: 'captcha' | 'second-factor' | undefined;
  let leftovers = 0;
  let detours = 0;
  let lostSince: number | undefined;
  const submitted = () => journal.progress.passwordSubmitted;
  const confirm = (what: string) => async (page: { confirm(): Promise<void> }) => {
    journal.step(what);
    await page.confirm();
  };
  const leftOpen = (question: PageClass) => on(question, back, { when: () => !begun });
  const rules: Rules<Outcome> = [
    // Whoever left them open may have decided otherwise about the data, or have been asked for something else. They come again.
    ...[PasswordDialog, MiPayDialog, UnsyncedDialog, RemoveAccountDialog].map(leftOpen),
    // Left over from an earlier run: what it says is not about this one.
    on(
      TroubleMessage,
      async (page) => {
        leftovers++;
        await page.dismiss();
      },
      { when: (page) => page.isDialog && leftovers < 3 && (!begun || (page.trouble === 'wrong-password' && !submitted())) },
    ),
    on(TroubleMessage, (page) => Promise.resolve(refusal(page.trouble, page.days, clock.now()))),
    // Once the password is out, a captcha would have it submitted again.
    on(PasswordDialog, readCaptcha, { when: (page) => page.asksCaptcha && !page.asksMore && answered !== 'captcha' }),
    on(SecondFactorDialog, giveFactor, { when: () => submitted() && answered !== 'second-factor', times: 1 }),
    on(PasswordDialog, () => person('second-factor'), { when: (page) => page.asksSecondFactor && answered !== 'second-factor' }),
    on(PasswordDialog, () => person('unknown-page'), { when: (page) => page.asksMore && !submitted() }),
    // A tap on OK that found nothing may still have been felt: from here on only the account list counts.
    on(PasswordDialog, () => Promise.resolve(), { when: submitted, times: 1 }),
    on(PasswordDialog, givePassword, { when: (page) => !typed && page.asksPassword, times: 1 }),
    on(PasswordDialog, submit, { when: (page) => typed && page.canConfirm, times: 1 }),
    on(PasswordDialog, (page) => page.scroll('down'), { when: (page) => typed && page.isList, patience: 0 }),
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
    // They would go with the data. Once the phone was told to keep that, it is only said that they stay here.
    on(UnsyncedDialog, confirm(DATA_STEPS.unsynced), { when: (page) => page.isYesOrNo && (kept || input.data === 'delete') }),
    on(RemoveAccountDialog, confirm('confirm that the account leaves the phone'), yesOrNo),
    { on: BusyPage },
    // Back on this page after the password went out: the phone is still at it, or gave up silently. Never a second round.
    on(MiAccountPage, () => Promise.resolve(), { when: submitted, times: 1 }),
    on(
      MiAccountPage,
      async (page) => {
        journal.step('tap Sign out');
        begun = true;
        // A dialog that comes again is empty.
        typed = false;
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
    { on: IdlePage },
  ];
  const outcome = await walk<Outcome>(rules, {
    browser,
    labels,
    clock,
    signal,
    timeLimit,
    ways: way.ways,
    seen: (name, look) => journal.page(name, look, browser),
    drift: (drift) => journal.drift(drift),
    judge: async () => ((await readAccounts(phone, signal, '', clock)).length === 0 ? { kind: 'signed-out' } : undefined),
    end: 'account list: no Mi Account',
    lost,
  });
  const typedInVain = outcome.kind === 'needs-person' && outcome.reason === 'done-before';
  if (outcome.kind === 'refused' || outcome.kind === 'cancelled' || typedInVain) {
    await leave().catch(() => {
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

  async function givePassword(page: PasswordDialog): Promise<Outcome | undefined> {
    if (!input.password) return { kind: 'cancelled', reason: 'no-password' };
    journal.step('type the password');
    const length = [...input.password.reveal()].length;
    let dots = await page.enterPassword(input.password);
    if (dots !== undefined && dots !== length) {
      journal.step('type the password again: the field held another number of characters');
      await page.clearPassword();
      dots = await page.enterPassword(input.password);
      if (dots !== undefined && dots !== length) return person('keyboard');
    }
    typed = true;
    return page.canConfirm ? submit(page) : undefined;
  }

  async function readCaptcha(page: PasswordDialog): Promise<Outcome | undefined> {
    const png = submitted() ? undefined : await page.captchaPicture();
    const letters = png && (await ask(captchaIn(png, journal)));
    if (!letters) return person('captcha');
    journal.step('type what the person read in the captcha');
    await page.enterCaptcha(new Secret(letters));
    answered = 'captcha';
    return undefined;
  }

  async function giveFactor(page: SecondFactorDialog): Promise<Outcome | undefined> {
    const code = await ask(secondFactorQuestion);
    if (code === undefined) return person('second-factor');
    journal.step('type the code of the second factor');
    await page.enterCode(new Secret(code));
    answered = 'second-factor';
    await page.confirm();
    return undefined;
  }

  async function submit(page: PasswordDialog): Promise<Outcome | undefined> {
    const entry = await ledger.enter({ account: accountName, act: 'password-submitted', serial: phone.serial });
    if (entry.kind === 'spent') return { kind: 'refused', reason: 'password-budget', retryFrom: entry.freeFrom };
    if (entry.kind === 'done-before') return person('done-before');
    signal.throwIfAborted();
    journal.passwordSubmitted();
    await page.confirm();
    return undefined;
  }

  /**
   * Back is how a phone is told "not now", so an unexpected page gets it once, and the account page is opened again if that is lost.
   * After the password went out, an unknown page of the account's own apps may be a question to its owner, or a sign-out
   * under way: the account list is given time, then it is for a person.
   */
  async function lost({ kind, page }: Stuck): Promise<Outcome | undefined> {
    // What came back after each Back is why nothing went on.
    if (kind !== 'unknown-page') return person(answered ?? (detours > 0 && !submitted() ? 'unknown-page' : 'no-answer'));
    if (submitted() && [ACCOUNT, CLOUD, FIND_DEVICE].includes(page)) {
      lostSince ??= clock.now();
      return clock.now() - lostSince < LONG_FAREWELL ? undefined : person('unknown-page');
    }
    if (detours >= 6) return person('unknown-page');
    if (detours++ % 2 === 1 && !submitted()) {
      await openAccountPage(phone, journal);
    } else {
      journal.step(`press Back: a page of ${page} is in the way`);
      await browser.back();
    }
    return undefined;
  }

  /** Closes what the attempt has opened, without choosing anything. */
  async function leave(): Promise<void> {
    const cancel = async (page: { cancel(): Promise<void> }) => {
      journal.step('press Cancel');
      await page.cancel();
    };
    await walk<true>(
      [
        on(PasswordDialog, cancel),
        on(KeepOrRemovePage, cancel, { when: (page) => page.isShown }),
        on(MiPayDialog, cancel, yesOrNo),
        on(UnsyncedDialog, cancel, yesOrNo),
        on(RemoveAccountDialog, cancel, yesOrNo),
        on(TroubleMessage, (page) => page.dismiss(), { when: (page) => page.isDialog }),
        { on: BusyPage },
        on(MiAccountPage, () => Promise.resolve(true)),
      ],
      {
        browser,
        labels,
        clock,
        signal,
        timeLimit: 20_000,
        seen: (name, look) => journal.page(name, look, browser),
        drift: (drift) => journal.drift(drift),
        lost: () => Promise.resolve(true),
      },
    );
  }
}

function person(reason: Extract<Outcome, { kind: 'needs-person' }>['reason']): Promise<Outcome> {
  return Promise.resolve({ kind: 'needs-person', reason });
}
