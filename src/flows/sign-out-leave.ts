import { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
import {
  MiPayDialog,
  RemoveAccountDialog,
  TroubleMessage,
  UnsyncedDialog,
} from '../../pageobjects/alert.page.ts';
import { BusyPage } from '../../pageobjects/busy.page.ts';
import { KeepOrRemovePage } from '../../pageobjects/keep-or-remove.page.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from './journal.ts';
import type { Outcome } from './outcome.ts';
import type { Screen } from './screen.ts';
import type { PhoneSession } from './session.ts';
import { on, walk } from './walk.ts';

export const yesOrNo = { when: (page: { isYesOrNo: boolean }) => page.isYesOrNo };

/**
 * What was typed in vain is not left in the dialog. Where a person is to answer something, the phone is left
 * as it asks.
 */
export function isToBeLeft(outcome: Outcome): boolean {
  const inVain =
    outcome.kind === 'needs-person' &&
    ['done-before', 'keyboard', 'other-account', 'account-not-proven'].includes(outcome.reason);
  return outcome.kind === 'refused' || outcome.kind === 'cancelled' || inVain;
}

interface Leaving {
  clock: Clock;
  signal: AbortSignal;
  journal: Journal;
  screen: () => Promise<Screen>;
}

/**
 * Leads the phone back to its account page: closes what the attempt has opened, without choosing anything.
 */
export async function leaveSignOut(
  { browser, labels }: PhoneSession,
  { clock, signal, journal, screen }: Leaving,
): Promise<void> {
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
      on(AccountSecurityPage, () => browser.back(), { when: (page) => page.isShown }),
      on(MiAccountPage, () => Promise.resolve(true)),
    ],
    {
      browser,
      labels,
      clock,
      signal,
      timeLimit: 20_000,
      screen,
      onPage: (name, look) => journal.page(name, look, browser),
      onDrift: (drift) => journal.drift(drift),
      onStuck: () => Promise.resolve(true),
    },
  );
}
