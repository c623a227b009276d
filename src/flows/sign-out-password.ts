import { WebNewPasswordPage } from '../../pageobjects/new-password.page.ts';
import { PasswordDialog, WebCaptchaDialog } from '../../pageobjects/password-dialog.page.ts';
import { SmsCodePage } from '../../pageobjects/sms-code.page.ts';
import { Secret } from '../secret.ts';
import type { Ledger } from '../store/ledger.ts';
import { isBlack } from './drawn.ts';
import { captchaIn, type Asking } from './ask.ts';
import { ListSearch } from './entry.ts';
import type { Journal } from './journal.ts';
import { person, spent, type Answered, type Outcome } from './outcome.ts';
import { LookAgain } from './passing.ts';
import type { Screen } from './screen.ts';
import { secondFactor } from './second-factor.ts';
import { on, type Rules } from './walk.ts';

export interface PasswordTools extends Asking {
  /** Missing: the prompt is cancelled. */
  password: Secret | undefined;
  /** The account's name as the phone shows it, and the phone: the submission is entered for both. */
  account: string;
  serial: string;
  /** The account as it is now, where it is another one. */
  other: () => Promise<Outcome | undefined>;
  /** Further names of it, as the phone has shown them. */
  names: () => readonly string[];
  journal: Journal;
  ledger: Ledger;
  screen: () => Promise<Screen>;
  signal: AbortSignal;
}

/** How often the dialog is searched for what is out of sight. */
const SEARCH = { times: 12, patience: 0 };

/** Answers what the phone asks the account's owner for: the password, a captcha, a second factor. */
export interface PasswordStep {
  rules: Rules<Outcome>;
  /** A dialog that comes again is empty: the password may be typed again. */
  anew(): void;
  answered(): Answered | undefined;
}

/**
 * Answers the password dialog, in these phases:
 *
 * 1. asked: a person reads a captcha first, because it stands in the dialog that the password goes into.
 * 2. second factor: after the submission, once (`secondFactor`). Before the rules that type the password, because
 *    the field of the code must not get it.
 * 3. given up: the dialog wants something that is not known. Before "typed": a password typed there is typed
 *    in vain.
 * 4. submitted: the rule that does nothing stands before "typed", so that a dialog that is still open is not
 *    answered again.
 * 5. typed: the characters in the field are counted, as a keyboard may swallow some. Then the submission is
 *    entered in the ledger, and OK is tapped once. Field and OK may be out of sight, where the screen is small.
 */
export function passwordStep(tools: PasswordTools): PasswordStep {
  const { password, account, serial, other, names, journal, ledger, screen, signal, ask } = tools;
  let typed = false;
  /** What a person has answered in the dialog. */
  let answered: Answered | undefined;
  /** Typed again where the phone could not take them; asked for once. */
  let letters: string | undefined;
  let search = new ListSearch();
  const submitted = () => journal.progress.passwordSubmitted;
  const factor = secondFactor<Outcome>({
    ask,
    journal,
    when: submitted,
    none: () => person('second-factor'),
  });

  const rules: Rules<Outcome> = [
    on(WebCaptchaDialog, () => person('captcha')),
    on(WebNewPasswordPage, () => person('password-not-set'), {
      when: (page) => page.isShown && !submitted(),
    }),
    // After the submission a captcha would mean a second submission.
    on(PasswordDialog, readCaptcha, {
      when: (page) => page.asksCaptcha && !page.asksMore && answered !== 'captcha',
    }),
    ...factor.rules,
    on(SmsCodePage, () => person('captcha'), { when: (page) => page.asksCaptcha }),
    on(SmsCodePage, () => person('second-factor'), { when: () => !factor.given() }),
    on(PasswordDialog, () => person('second-factor'), {
      when: (page) => page.asksSecondFactor && !factor.given(),
    }),
    on(PasswordDialog, () => person('unknown-page'), { when: (page) => page.asksMore && !submitted() }),
    // A tap on OK that seems to have failed may have worked: from here on only the account list counts.
    on(PasswordDialog, () => Promise.resolve(), { when: submitted, times: 1 }),
    on(PasswordDialog, givePassword, { when: (page) => !typed && page.asksPassword, times: 1 }),
    on(PasswordDialog, (page) => page.scroll(search.next(page.look.fingerprint) ?? 'down'), {
      when: (page) => !typed && page.isList && !page.hasField,
      ...SEARCH,
    }),
    on(PasswordDialog, submit, { when: (page) => typed && page.canConfirm, times: 1 }),
    on(PasswordDialog, (page) => page.scroll('down'), { when: (page) => typed && page.isList, ...SEARCH }),
  ];
  return { rules, anew, answered: () => (factor.given() ? 'second-factor' : answered) };

  function anew(): void {
    typed = false;
    search = new ListSearch();
  }

  async function givePassword(page: PasswordDialog): Promise<Outcome | undefined> {
    if (!password) return { kind: 'cancelled', reason: 'no-password' };
    journal.step('type the password');
    journal.progress.typed = { what: 'a password', on: PasswordDialog.title };
    const length = [...password.reveal()].length;
    let dots = await page.enterPassword(password);
    if (dots !== undefined && dots !== length) {
      journal.step('type the password again: the field held another number of characters');
      await page.clearPassword();
      dots = await page.enterPassword(password);
      if (dots !== undefined && dots !== length) return person('keyboard');
    }
    typed = true;
    return page.canConfirm ? submit(page) : undefined;
  }

  async function readCaptcha(page: PasswordDialog): Promise<Outcome | undefined> {
    const png = submitted() ? undefined : await page.captchaPicture();
    // No picture can be taken of a page that is marked secure: the person reads it on the phone.
    if (!png || isBlack(Buffer.from(png, 'base64'))) return person('captcha');
    letters ??= await ask(captchaIn(png, journal));
    if (!letters) return person('captcha');
    journal.step('type what the person read in the captcha');
    journal.progress.typed = { what: 'the characters of a captcha', on: PasswordDialog.title };
    await page.enterCaptcha(new Secret(letters));
    answered = 'captcha';
    return undefined;
  }

  async function submit(page: PasswordDialog): Promise<Outcome | undefined> {
    // A tap on a dark screen would be in the ledger and have no effect.
    const seen = await screen();
    if (seen === 'locked') return person('locked');
    if (seen === 'woken') throw new LookAgain('the screen was dark');
    const stop = await other();
    if (stop) return stop;
    const entry = await ledger.enter({ account, also: names(), act: 'password-submitted', serial });
    if (entry.kind === 'spent') return { kind: 'refused', reason: 'password-budget', ...spent(entry) };
    if (entry.kind === 'done-before') return person('done-before');
    signal.throwIfAborted();
    journal.passwordSubmitted();
    await page.confirm();
    return undefined;
  }
}
