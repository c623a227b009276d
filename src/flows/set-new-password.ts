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

/** What was typed and submitted into the forms for a new password, and the acts on them. */
class NewPasswordForm {
  readonly newText: NewText;
  /** When the password was typed, ms of the clock. */
  filledAt: number | undefined;
  submitted = false;
  #kept: string | undefined;
  #faultBefore: Form['fault'];
  readonly #context: RecoveryContext;

  constructor(context: RecoveryContext) {
    this.#context = context;
    this.newText = new NewText(context.tools.clock);
  }

  async fill(page: Form): Promise<RecoveryOutcome | undefined> {
    const { input, tools } = this.#context;
    const { journal, clock } = tools;
    // A message of an earlier attempt is not about this password.
    this.#faultBefore = page.fault;
    journal.step('type the new password into both fields');
    journal.progress.typed = {
      what: 'a new password',
      on: page instanceof NewPasswordPage ? NewPasswordPage.title : WebNewPasswordPage.title,
    };
    if (!(await page.enterPassword(input.newPassword))) {
      journal.step('type it again: a field held another number of characters');
      if (!(await page.enterPassword(input.newPassword))) return needsPerson('keyboard');
    }
    this.filledAt = clock.elapsed();
    return undefined;
  }

  async submit(page: Form): Promise<RecoveryOutcome | undefined> {
    const { session, input, tools } = this.#context;
    const { ledger, vault, guard, signal, journal } = tools;
    const other = await guard?.again(session.phone, signal);
    if (other) return other;
    const entry = await ledger.enter({
      account: input.account,
      also: guard?.names ?? [],
      act: 'password-set',
      serial: session.phone.serial,
    });
    const stop = barred(entry);
    if (stop) return stop;
    this.#kept = await vault.keep(input.account, input.newPassword);
    signal.throwIfAborted();
    // A tap that seems to have failed may have worked: from here on only what the phone says counts.
    this.submitted = true;
    this.newText.from(page);
    journal.step('submit the new password');
    await page.submit();
    return undefined;
  }

  /** A fault that the form did not show before the password was typed. */
  hasNewFault({ fault }: Form): boolean {
    return this.filledAt !== undefined && fault !== undefined && fault !== this.#faultBefore;
  }

  async refused(reason: RecoveryRefusal): Promise<RecoveryOutcome> {
    const { vault } = this.#context.tools;
    // A password that the account has already is not rejected; a message does not prove that it is the same.
    if (this.#kept !== undefined && reason !== 'same-password') await vault.mark(this.#kept, 'rejected');
    return { kind: 'refused', reason };
  }

  /**
   * The page says something in the server's words. A password that breaks the published rules was refused for
   * that; for any other the answer is unknown.
   */
  async answer(): Promise<RecoveryOutcome> {
    const { newPassword } = this.#context.input;
    return isWeak(newPassword.reveal()) ? this.refused('weak-password') : { kind: 'unclear' };
  }
}

/**
 * Types the new password into both fields and submits it once. It is in the ledger and kept before that, and
 * is marked as rejected only where the phone says in its own words that it was refused. In each form, what
 * the phone answers stands first, then waiting after the submission, then filling in and submitting: so
 * nothing is typed or pressed a second time.
 */
export function setNewPassword(context: RecoveryContext): {
  /** The phone says that it is done. */
  changed: Rules<RecoveryOutcome>;
  rules: Rules<RecoveryOutcome>;
  submitted: () => boolean;
} {
  const { clock } = context.tools;
  const form = new NewPasswordForm(context);
  const submitted = () => form.submitted;

  const changed: Rules<RecoveryOutcome> = [
    on(PasswordChangedMessage, async () => ({ kind: 'changed', proof: 'message' }), { when: submitted }),
  ];
  const rules: Rules<RecoveryOutcome> = [
    on(WebFarewell, async () => ({ kind: 'unclear' }), {
      when: (page) => form.submitted && page.isShown && form.newText.stands(page, STAYS),
    }),
    ...rulesFor(NewPasswordPage),
    ...rulesFor(WebNewPasswordPage),
  ];
  return { changed, rules, submitted };

  function rulesFor(Class: PageClass<Form>): Rules<RecoveryOutcome> {
    const shown = (fits: (page: Form) => boolean) => ({ when: (page: Form) => page.isShown && fits(page) });
    const filled = () => form.filledAt !== undefined;
    return [
      on(
        Class,
        (page) => form.refused(page.fault ?? 'weak-password'),
        shown((page) => form.hasNewFault(page)),
      ),
      on(
        Class,
        () => form.answer(),
        shown((page) => form.submitted && form.newText.stands(page, STAYS)),
      ),
      { on: Class, ...shown(submitted) },
      on(Class, (page) => form.fill(page), { ...shown(() => !filled()), times: 1 }),
      on(Class, (page) => form.submit(page), {
        ...shown(({ canSubmit }) => filled() && canSubmit === true),
        times: 1,
      }),
      on(
        Class,
        (page) => page.scroll('down'),
        shown(({ canSubmit, isList }) => filled() && canSubmit === undefined && isList),
      ),
      // The form does not enable its button: it refuses what was typed.
      on(
        Class,
        () => form.refused('weak-password'),
        shown(
          ({ canSubmit }) => canSubmit === false && clock.elapsed() - (form.filledAt ?? Infinity) > STAYS,
        ),
      ),
      { on: Class, ...shown(filled) },
    ];
  }
}
