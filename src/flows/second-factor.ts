import { SecondFactorDialog } from '../../pageobjects/identity-check.page.ts';
import type { Page } from '../../pageobjects/page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import { SmsCodePage } from '../../pageobjects/sms-code.page.ts';
import { Secret } from '../secret.ts';
import { secondFactorQuestion, type Asking } from './ask.ts';
import type { Journal } from './journal.ts';
import { on, type Rules } from './walk.ts';

interface Tools<O> {
  ask: Asking['ask'];
  journal: Journal;
  /** Whether a code may be wanted by now. */
  when: () => boolean;
  /** No person gives the code. */
  none: () => Promise<O>;
}

/** How often a page is searched for what lies below. */
const SCROLLS = 6;

/**
 * The code of a second factor: a person gives it, it is typed once and sent once. Field and button may be out of
 * sight, where the screen is small or the letters are large.
 */
export function secondFactor<O>({ ask, journal, when, none }: Tools<O>): {
  rules: Rules<O>;
  /** The code was typed. */
  given: () => boolean;
} {
  let code: string | undefined;
  let phase: 'open' | 'typed' | 'sent' = 'open';
  const open = () => phase === 'open' && when();
  const typed = () => phase === 'typed';
  const sent = () => phase === 'sent';
  const search = { times: SCROLLS, patience: 0 };

  const rules: Rules<O> = [
    on(SecondFactorDialog, give, { when: open, times: 1 }),
    on(SmsCodePage, give, { when: (page) => open() && page.asksCode, times: 1 }),
    on(PasswordDialog, (page) => page.scroll('down'), {
      ...search,
      when: (page) => open() && page.asksSecondFactor && page.isList,
    }),
    on(SmsCodePage, send, { when: (page) => typed() && page.canConfirm && !page.asksCaptcha }),
    on(PasswordDialog, send, { when: (page) => typed() && page.canConfirm }),
    on(SecondFactorDialog, send, { when: (page) => typed() && page.canConfirm }),
    ...[SmsCodePage, SecondFactorDialog, PasswordDialog].map((page) =>
      on<Page, void>(page, (one) => one.scroll('down'), { ...search, when: (one) => typed() && one.isList }),
    ),
    // A message says when the code was refused, or the page stays.
    on(SecondFactorDialog, () => Promise.resolve(), { when: sent, times: 1 }),
    on(SmsCodePage, () => Promise.resolve(), { when: (page) => sent() && !page.asksCaptcha, times: 1 }),
  ];
  return { rules, given: () => phase !== 'open' };

  async function give(page: SecondFactorDialog | SmsCodePage): Promise<O | undefined> {
    code ??= await ask(secondFactorQuestion);
    if (code === undefined) return none();
    journal.step('type the code of the second factor');
    journal.progress.typed = {
      what: 'a code',
      on: page instanceof SmsCodePage ? SmsCodePage.title : SecondFactorDialog.title,
    };
    await page.enterCode(new Secret(code));
    phase = 'typed';
    return page.canConfirm ? send(page) : undefined;
  }

  async function send(page: { confirm(): Promise<void> }): Promise<undefined> {
    // A tap that seems to have failed may have worked.
    phase = 'sent';
    await page.confirm();
    return undefined;
  }
}
