import type { Browser } from 'webdriverio';
import { AccountPage } from '../../pageobjects/web/account.page.ts';
import { CodePage, SendPage } from '../../pageobjects/web/code.page.ts';
import { MethodPage } from '../../pageobjects/web/method.page.ts';
import { NewPasswordPage } from '../../pageobjects/web/new-password.page.ts';
import { AgreementPage, ErrorPage, NoPage, SuccessPage } from '../../pageobjects/web/outcome.page.ts';
import type { WebPage } from '../../pageobjects/web/page.ts';
import { SignInPage } from '../../pageobjects/web/sign-in.page.ts';
import { needsPerson } from './recovery-context.ts';
import type { RecoveryInput, RecoveryOutcome, RecoveryTools } from './recovery.ts';
import { webSecondCode } from './rounds/web-second-code.ts';
import type { WebPlace } from './web/person.ts';
import { refuse, ResetSteps, submitted, type ResetEnd } from './web/reset-steps.ts';
import { proveBySignIn, verdictOf } from './web/sign-in.ts';
import { onWeb, webWalk, type WebRules } from './web/walk.ts';

type Phase = WebRules<ResetEnd>;

/**
 * The rules of a reset, phase by phase. The site decides the order of its pages. Of two rules that fit a page the
 * first one acts, so the order of the phases is:
 *
 * 1. letters: a captcha is a part of the page. Before "question", because the button beside the letters is
 *    the page's own, and it sends a code that counts.
 * 2. question: a captcha or an agreement lies over any page; only a person answers it. Before all pages that
 *    it may cover.
 * 3. missing: the page did not come. Before the pages, because an error page may look like one of them.
 * 4. password: the new password is typed, then submitted once, after it is in the ledger and kept. Before the
 *    pages of the steps that led to it, which may still stand beside it.
 * 5. again: after a right code the site asks for another one, on a form that it has not shown for the first. Before
 *    "contact", which acts on the same pages.
 * 6. contact: the contact of the order is chosen. Before "code", because it may be chosen on the code page.
 * 7. code: Send is pressed once and is in the ledger before; the code is typed once.
 * 8. request: the same Send on a page of its own. After "code": a page with a field for the code is a later
 *    step.
 * 9. sign-in: after the submission this page says that it is over; before, its link leads to the first page.
 * 10. first: the page for the account. Its only field may be any other one, so it is one of the last.
 * 11. done: the page says that the password is changed.
 */
function resetPhases(steps: ResetSteps): Phase[] {
  const { handed, questions } = steps;
  const again = webSecondCode<ResetEnd>(
    handed,
    () => steps.round,
    (page) => steps.begin(page),
    (page) => steps.complaint(page),
  );
  const question: Phase = [
    ...questions.rules(
      () => handed.uncovered(),
      (page) => !handed.isUnderWay(page),
    ),
    onWeb(AgreementPage, (page) => steps.complaint(page), {
      when: (page) => handed.step !== undefined && !page.asks,
    }),
  ];
  const missing: Phase = [
    onWeb(NoPage, (page) => steps.another(page)),
    onWeb(ErrorPage, (page) => steps.another(page)),
  ];
  const contact: Phase = [
    onWeb(MethodPage, (page) => steps.choose(page), { when: (page) => steps.mayChoose(page), times: 4 }),
  ];
  return [
    letters(steps),
    question,
    missing,
    password(steps),
    again,
    contact,
    code(steps),
    request(steps),
    signIn(steps),
    first(steps),
    done(steps),
  ];
}

function letters(steps: ResetSteps): Phase {
  const { handed } = steps;
  const hasLetters = ({ captcha, look }: WebPage) => captcha?.field !== undefined && !look.hasDialog;
  return [
    onWeb(MethodPage, (page) => steps.choose(page), {
      when: (page) => hasLetters(page) && steps.mayChoose(page),
      times: 4,
    }),
    onWeb(SendPage, (page) => steps.ask(page), {
      when: (page) => hasLetters(page) && !steps.round.requested,
      times: 4,
    }),
    onWeb(SendPage, (page) => steps.complaint(page), {
      when: (page) => hasLetters(page) && handed.step === 'send' && handed.isLost(page),
    }),
  ];
}

function password(steps: ResetSteps): Phase {
  const { handed } = steps;
  return [
    onWeb(NewPasswordPage, (page) => steps.givePassword(page), {
      when: (page) => handed.mayFillIn(page, 'password'),
      times: 4,
    }),
    onWeb(NewPasswordPage, (page) => steps.passwordRefused(page), {
      when: (page) => handed.isRefused(page, 'password'),
    }),
  ];
}

function code(steps: ResetSteps): Phase {
  const { handed } = steps;
  return [
    onWeb(CodePage, (page) => steps.complaint(page), {
      when: (page) =>
        handed.isRefused(page, 'send') ||
        (handed.isRefused(page, 'code') && (!page.captcha || handed.isLost(page))),
    }),
    onWeb(CodePage, (page) => steps.ask(page), { when: () => !steps.round.requested }),
    onWeb(CodePage, (page) => steps.giveCode(page), {
      when: (page) => handed.mayFillIn(page, 'code') && steps.round.requested && handed.isSent(page),
      times: 4,
    }),
    onWeb(MethodPage, (page) => steps.complaint(page), { when: (page) => handed.isRefused(page, 'method') }),
  ];
}

function request(steps: ResetSteps): Phase {
  return [
    onWeb(SendPage, (page) => steps.ask(page), { when: () => !steps.round.requested, times: 4 }),
    onWeb(SendPage, (page) => steps.complaint(page), {
      when: (page) => steps.handed.isRefused(page, 'send') && !page.captcha,
    }),
  ];
}

function signIn(steps: ResetSteps): Phase {
  const { handed } = steps;
  return [
    onWeb(SignInPage, async () => submitted(false), { when: () => handed.step === 'password' }),
    onWeb(SignInPage, (page) => steps.forgot(page), {
      when: (page) => !handed.step && page.forgotLink !== undefined,
      times: 1,
    }),
  ];
}

function first(steps: ResetSteps): Phase {
  const { handed } = steps;
  return [
    onWeb(AccountPage, (page) => steps.giveAccount(page), {
      when: (page) => handed.mayFillIn(page, 'account'),
      times: 4,
    }),
    onWeb(AccountPage, (page) => steps.complaint(page), {
      when: (page) => handed.isRefused(page, 'account'),
    }),
  ];
}

function done(steps: ResetSteps): Phase {
  const { handed } = steps;
  return [
    onWeb(SuccessPage, (page) => steps.finish(page), {
      when: (page) => handed.step === 'password' && handed.answer(page) !== undefined,
      times: 1,
    }),
  ];
}

/**
 * Gives an account a new password on Xiaomi's site, by a code sent to its owner. A code is asked for once and
 * typed once, the new password is submitted once, and then a sign-in proves it. Acts on each page as
 * `resetPhases` says.
 */
export async function resetPassword(
  browser: Browser,
  input: RecoveryInput,
  tools: RecoveryTools,
  place: WebPlace,
): Promise<RecoveryOutcome> {
  const { clock, signal, journal, timeLimit = 900_000 } = tools;
  const steps = new ResetSteps(browser, input, tools, place);
  const { handed, questions } = steps;
  const began = clock.elapsed();

  // Nothing is pressed for a code that could not be read.
  await steps.findBaseline();
  const end = await webWalk<ResetEnd>(resetPhases(steps).flat(), {
    browser,
    begin: async () => {
      await browser.setTimeout({ pageLoad: 45_000 });
      await steps.another();
    },
    clock,
    signal,
    progress: () => ({ page: journal.progress.page, passwordSubmitted: handed.step === 'password' }),
    deadline: () => began + timeLimit + questions.waited,
    onPage: (name, look) => questions.seen(name, look, browser),
    onAlert: () => handed.alerted(),
    onStuck: async (kind) =>
      handed.step === 'password'
        ? submitted(false)
        : needsPerson(kind === 'unknown-page' ? 'unknown-page' : 'no-answer'),
  });
  const signsIn = (shown: boolean) =>
    proveBySignIn(browser, { account: input.account, password: input.newPassword, shown }, tools, place);
  if (end.kind === 'submitted')
    return verdictOf(await signsIn(end.message), end.message, (state) => steps.mark(state));
  if (end.kind === 'doubted') {
    // Refused without a fault to be seen: the account has it already, or had it once.
    const same = (await signsIn(false)) === 'accepted';
    await steps.mark(same ? 'confirmed' : 'rejected');
    return refuse(same ? 'same-password' : 'risky-password');
  }
  // One the account has already is not rejected, and a mark of the page is no proof of it either.
  if (end.kind === 'refused' && end.reason !== 'same-password') await steps.mark('rejected');
  return end;
}
