import { BusyPage } from '../../pageobjects/busy.page.ts';
import { KeepOrRemovePage } from '../../pageobjects/keep-or-remove.page.ts';
import { shows } from '../../pageobjects/locator.ts';
import { PageSource } from '../../pageobjects/look.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import type { PageClass } from '../../pageobjects/page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import { abortable } from '../abortable.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from './journal.ts';
import { pictureBeside } from './picture.ts';
import type { PhoneSession } from './session.ts';

/** How long the phone may take until its page stays the same, and a look may take, ms. */
const LIMIT = 6000;
const PAUSE = 150;

/** Pages of a sign-out: the account list says that it is over, so they are about to close. */
const OPEN: readonly PageClass[] = [BusyPage, MiAccountPage, PasswordDialog, KeepOrRemovePage];

/** What the last page of a run is called that has signed a phone out. */
const AFTER_SIGN_OUT = 'after the sign-out';

interface LastLook {
  journal: Journal;
  clock: Clock;
  signal: AbortSignal;
  /** Fingerprint of the page that the phone showed when the account list said so. Missing: none is known. */
  seen?: string | undefined;
  /** A picture of that page, begun after the look at it. */
  pictured?: Promise<Buffer | undefined> | undefined;
}

/**
 * Keeps what the phone shows once it is signed out, the pages of the sign-out have closed and its page stays the
 * same, or its page when the limit has passed. The outcome is known already, so no fault here ends the run.
 */
export async function keepLastPage(
  { phone, browser, labels }: PhoneSession,
  { journal, clock, signal, seen = '', pictured }: LastLook,
): Promise<void> {
  const until = clock.now() + LIMIT;
  const late = AbortSignal.any([signal, AbortSignal.timeout(2 * LIMIT)]);
  let before = seen;
  let taken = pictured;
  try {
    if (seen !== '') await clock.sleep(PAUSE, 'the page after the sign-out', late);
    for (;;) {
      const look = new PageSource(await abortable(browser.getPageSource(), late));
      const isOver = !OPEN.some((page) => shows(look, page.landmark, labels));
      const rests = look.fingerprint === before && isOver;
      if (rests || clock.now() >= until)
        return await abortable(journal.page(AFTER_SIGN_OUT, look, browser, rests ? taken : undefined), late);
      // It is of this page, if the next look shows it again.
      taken = isOver ? pictureBeside(phone, browser, late) : undefined;
      before = look.fingerprint;
      await clock.sleep(PAUSE, 'the page after the sign-out', late);
    }
  } catch {
    signal.throwIfAborted();
  }
}
