import { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
import {
  AccountUpdateDialog,
  MiPayDialog,
  PhotoQualityDialog,
  RemoveAccountDialog,
  TroubleMessage,
  UnsyncedDialog,
} from '../../pageobjects/alert.page.ts';
import { BusyPage } from '../../pageobjects/busy.page.ts';
import { KeepOrRemovePage } from '../../pageobjects/keep-or-remove.page.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { NewPasswordPage } from '../../pageobjects/new-password.page.ts';
import type { Page } from '../../pageobjects/page.ts';
import { PasswordDialog, WebCaptchaDialog } from '../../pageobjects/password-dialog.page.ts';
import { SmsCodePage } from '../../pageobjects/sms-code.page.ts';
import { EmptyWebPage } from '../../pageobjects/web-step.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from './journal.ts';
import type { Outcome } from './outcome.ts';
import type { RecoveryOutcome } from './recovery.ts';
import type { Screen } from './screen.ts';
import type { PhoneSession } from './session.ts';
import { HOME, on, walk, type Rules, type Stuck, type WalkOptions } from './walk.ts';

/** How often an unknown page is left on the way back. */
const BACKS = 3;

/** Where the outcome is final and the phone still shows what the flow has opened. */
export const leavesAfterSignOut = (outcome: Outcome): boolean =>
  outcome.kind === 'refused' ||
  outcome.kind === 'cancelled' ||
  // Where a person has to answer something, the phone keeps its question. These have none.
  (outcome.kind === 'needs-person' &&
    ['done-before', 'keyboard', 'other-account', 'account-not-proven'].includes(outcome.reason));

export const leavesAfterChange = ({ kind }: RecoveryOutcome): boolean =>
  kind === 'refused' || kind === 'changed';

export const yesOrNo = { when: (page: { isYesOrNo: boolean }) => page.isYesOrNo };

/** It comes by itself, on any page of the account app. */
export const declineUpdate = (journal: Journal) =>
  on(
    AccountUpdateDialog,
    async (page) => {
      journal.step('answer Not now: the account app offers a new version');
      await page.notNow();
    },
    { when: (page) => page.canWait },
  );

interface Leaving {
  clock: Clock;
  signal: AbortSignal;
  journal: Journal;
  screen: () => Promise<Screen>;
}

/**
 * Leads the phone back to its account page after a sign-out that was refused or stopped, so that nothing
 * typed stays in a dialog, and the next run does not take an old message for an answer. It chooses nothing:
 * it cancels and presses Back.
 */
export async function leaveSignOut(session: PhoneSession, tools: Leaving): Promise<void> {
  const { journal, screen } = tools;
  const cancel = async (page: { cancel(): Promise<void> }) => {
    journal.step('press Cancel');
    await page.cancel();
  };
  const back = async () => {
    journal.step('press Back');
    await session.browser.back();
  };
  const closing: Rules<true> = [
    on(PasswordDialog, cancel),
    on(KeepOrRemovePage, cancel, { when: (page) => page.isShown }),
    ...[KeepOrRemovePage, SmsCodePage, WebCaptchaDialog].map((page) => on(page, back)),
    on(MiPayDialog, cancel, yesOrNo),
    on(UnsyncedDialog, cancel, yesOrNo),
    on(PhotoQualityDialog, cancel, yesOrNo),
    on(RemoveAccountDialog, cancel, yesOrNo),
    declineUpdate(journal),
    closeMessage,
    { on: BusyPage },
  ];
  await leave(session, closing, tools, {
    screen,
    onPage: (name, look) => journal.page(name, look, session.browser),
    onDrift: (drift) => journal.drift(drift),
  });
}

/** The same after a password change that was refused or is done. Its pages are not kept as evidence. */
export async function leaveChange(session: PhoneSession, tools: Omit<Leaving, 'screen'>): Promise<void> {
  const back = (page: Page) => page.browser.back();
  const closing: Rules<true> = [
    closeMessage,
    declineUpdate(tools.journal),
    on(PasswordDialog, (page) => page.cancel()),
    on(NewPasswordPage, back),
    on(EmptyWebPage, back, { times: 5 }),
  ];
  await leave(session, closing, tools);
}

const closeMessage = on(TroubleMessage, (page) => page.dismiss(), { when: (page) => page.isDialog });

/** The outcome is known and counts more than the phone's page: no fault of the way back ends the run. */
async function leave(
  { browser, labels }: PhoneSession,
  closing: Rules<true>,
  { clock, signal, journal }: Omit<Leaving, 'screen'>,
  evidence: Pick<WalkOptions<true>, 'screen' | 'onPage' | 'onDrift'> = {},
): Promise<void> {
  const rules: Rules<true> = [
    ...closing,
    on(AccountSecurityPage, () => browser.back(), { when: (page) => page.isShown }),
    on(MiAccountPage, async () => true as const),
  ];
  let backs = 0;
  const onStuck = async ({ kind, page }: Stuck): Promise<true | undefined> => {
    // What lies over a question of the flow gets Back, as it does in the flow.
    if (kind !== 'unknown-page' || page === HOME || backs++ >= BACKS) return true;
    journal.step(`press Back: a page of ${page} is in the way`);
    await browser.back();
    return undefined;
  };
  const end = { timeLimit: 20_000, onStuck };
  await walk<true>(rules, { browser, labels, clock, signal, ...end, ...evidence }).catch(() => {
    signal.throwIfAborted();
    journal.step('the phone could not be led back to its account page');
  });
}
