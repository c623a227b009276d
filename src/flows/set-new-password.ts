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

/** After this time a disabled button stays disabled, and a new text is an answer, ms. */
const STAYS = 3000;

/**
 * Types the new password into both fields and submits it once. It is in the ledger and kept before that, and
 * is marked as rejected only where the phone says in its own words that it was refused. In each form, what
 * the phone answers stands first, then waiting after the submission, then filling in and submitting: so
 * nothing is typed or pressed a second time.
 */
export function setNewPassword({ session, input, tools }: RecoveryContext): {
  /** The phone says that it is done. */
  changed: Rules<RecoveryOutcome>;
  rules: Rules<RecoveryOutcome>;
  submitted: () => boolean;
} {
  const { ledger, vault, signal, journal, clock } = tools;
  const { newPassword } = input;
  const newText = new NewText(clock);
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
      when: (page) => submitted && page.isShown && newText.stands(page, STAYS),
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
        shown((page) => submitted && newText.stands(page, STAYS)),
      ),
      { on: form, ...shown(() => submitted) },
      on(form, fill, { ...shown(() => !filled()), times: 1 }),
      on(form, submit, { ...shown(({ canSubmit }) => filled() && canSubmit === true), times: 1 }),
      on(
        form,
        (page) => page.scroll('down'),
        shown(({ canSubmit, isList }) => filled() && canSubmit === undefined && isList),
      ),
      // The form does not enable its button: it refuses what was typed.
      on(
        form,
        () => refused('weak-password'),
        shown(({ canSubmit }) => canSubmit === false && clock.elapsed() - (filledAt ?? Infinity) > STAYS),
      ),
      { on: form, ...shown(filled) },
    ];
  }

  async function fill(page: Form): Promise<RecoveryOutcome | undefined> {
    // A message of an earlier attempt is not about this password.
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
    // A tap that seems to have failed may have worked: from here on only what the phone says counts.
    submitted = true;
    newText.from(page);
    journal.step('submit the new password');
    await page.submit();
    return undefined;
  }

  async function refused(reason: RecoveryRefusal): Promise<RecoveryOutcome> {
    // A password that the account has already is not rejected; a message does not prove that it is the same.
    if (kept !== undefined && reason !== 'same-password') await vault.mark(kept, 'rejected');
    return { kind: 'refused', reason };
  }

  /**
   * The page says something in the server's words. A password that breaks the published rules was refused for
   * that; for any other the answer is unknown.
   */
  async function answer(): Promise<RecoveryOutcome> {
    return isWeak(newPassword.reveal()) ? refused('weak-password') : { kind: 'unclear' };
  }
}
