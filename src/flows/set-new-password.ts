import {
  NewPasswordPage,
  PasswordChangedMessage,
  WebFarewell,
  WebNewPasswordPage,
} from '../../pageobjects/new-password.page.ts';
import type { PageClass } from '../../pageobjects/page.ts';
import { isWeak } from '../account/new-password.ts';
import { barred, needsPerson, NewText, type RecoveryContext } from './recovery-context.ts';
import type { RecoveryOutcome, RecoveryRefusal } from './recovery.ts';
import { on, type Rules } from './walk.ts';

type Form = NewPasswordPage | WebNewPasswordPage;

/** So long a button that stays closed has not just been slow to open, and a text is an answer, ms. */
const STAYS = 3000;

/**
 * The new password is typed into both fields and submitted once; kept before that, and marked as rejected
 * only where the phone says in its own words that it was not taken.
 */
export function setNewPassword({ session, input, tools }: RecoveryContext): {
  /** The phone says that it is done. */
  changed: Rules<RecoveryOutcome>;
  rules: Rules<RecoveryOutcome>;
  submitted: () => boolean;
} {
  const { ledger, vault, signal, journal, clock } = tools;
  const { newPassword } = input;
  const news = new NewText(clock);
  let filledAt: number | undefined;
  let kept: string | undefined;
  let submitted = false;
  let faultBefore: Form['fault'];

  const changed: Rules<RecoveryOutcome> = [
    on(PasswordChangedMessage, async () => ({ kind: 'changed', proof: 'message' }), {
      when: () => submitted,
    }),
  ];
  const rules: Rules<RecoveryOutcome> = [
    on(WebFarewell, async () => ({ kind: 'unclear' }), {
      when: (page) => submitted && page.isShown && news.stands(page, STAYS),
    }),
    ...rulesFor(NewPasswordPage),
    ...rulesFor(WebNewPasswordPage),
  ];
  return { changed, rules, submitted: () => submitted };

  function rulesFor(form: PageClass<Form>): Rules<RecoveryOutcome> {
    const shown = (fits: (page: Form) => boolean) => ({ when: (page: Form) => page.isShown && fits(page) });
    const filled = () => filledAt !== undefined;
    return [
      on(
        form,
        (page) => refused(page.fault ?? 'weak-password'),
        shown(({ fault }) => filled() && fault !== undefined && fault !== faultBefore),
      ),
      on(
        form,
        answer,
        shown((page) => submitted && news.stands(page, STAYS)),
      ),
      { on: form, ...shown(() => submitted) },
      on(form, fill, { ...shown(() => !filled()), times: 1 }),
      on(form, submit, { ...shown(({ canSubmit }) => filled() && canSubmit === true), times: 1 }),
      on(
        form,
        (page) => page.scroll('down'),
        shown(({ canSubmit, isList }) => filled() && canSubmit === undefined && isList),
      ),
      // A form that does not let itself be submitted does not like what was typed.
      on(
        form,
        () => refused('weak-password'),
        shown(({ canSubmit }) => canSubmit === false && clock.elapsed() - (filledAt ?? Infinity) > STAYS),
      ),
      { on: form, ...shown(filled) },
    ];
  }

  async function fill(page: Form): Promise<RecoveryOutcome | undefined> {
    // Left over from an earlier try: what it says is not about this password.
    faultBefore = page.fault;
    journal.step('type the new password into both fields');
    journal.progress.typed = {
      what: 'a new password',
      on: page instanceof NewPasswordPage ? NewPasswordPage.title : WebNewPasswordPage.title,
    };
    if (!(await page.enterPassword(newPassword))) {
      journal.step('type it again: a field held another number of characters');
      if (!(await page.enterPassword(newPassword))) return needsPerson('keyboard');
    }
    filledAt = clock.elapsed();
    return undefined;
  }

  async function submit(page: Form): Promise<RecoveryOutcome | undefined> {
    const other = await tools.guard?.again(session.phone, signal);
    if (other) return other;
    const entry = await ledger.enter({
      account: input.account,
      also: tools.guard?.names ?? [],
      act: 'password-set',
      serial: session.phone.serial,
    });
    const stop = barred(entry);
    if (stop) return stop;
    kept = await vault.keep(input.account, newPassword);
    signal.throwIfAborted();
    // A tap that found nothing may still have been felt: from here on only what the phone says counts.
    submitted = true;
    news.from(page);
    journal.step('submit the new password');
    await page.submit();
    return undefined;
  }

  async function refused(reason: RecoveryRefusal): Promise<RecoveryOutcome> {
    // One the account has already is not rejected, and a message is no proof of it either.
    if (kept !== undefined && reason !== 'same-password') await vault.mark(kept, 'rejected');
    return { kind: 'refused', reason };
  }

  /**
   * The page says something in the server's words. A password against the published rules was refused for
   * that; else it may be anything.
   */
  async function answer(): Promise<RecoveryOutcome> {
    return isWeak(newPassword.reveal()) ? refused('weak-password') : { kind: 'unclear' };
  }
}
