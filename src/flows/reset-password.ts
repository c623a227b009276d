import type { Browser } from 'webdriverio';
import { AccountPage } from '../../pageobjects/web/account.page.ts';
import { CodePage, SendPage, type CodeButtons } from '../../pageobjects/web/code.page.ts';
import { lookAtPage } from '../../pageobjects/web/look.ts';
import { MethodPage } from '../../pageobjects/web/method.page.ts';
import { NewPasswordPage } from '../../pageobjects/web/new-password.page.ts';
import { AgreementPage, ErrorPage, NoPage, SuccessPage } from '../../pageobjects/web/outcome.page.ts';
import type { WebPage } from '../../pageobjects/web/page.ts';
import { SignInPage } from '../../pageobjects/web/sign-in.page.ts';
import type { Secret } from '../secret.ts';
import { barred, needsPerson } from './recovery-context.ts';
import type { RecoveryInput, RecoveryOutcome, RecoveryRefusal, RecoveryTools } from './recovery.ts';
import { CODES_AT_MOST, newRound, unusedCode } from './rounds/round.ts';
import { linesOf, webSecondCode, type SecondCodePage } from './rounds/web-second-code.ts';
import { openPage, WebQuestions, type WebPlace } from './web/person.ts';
import { Handed } from './web/handed.ts';
import { faultOf, faultOfPassword, isAccident, refusalAt, type RecoveryStep } from './web/refusal.ts';
import { proveBySignIn, verdictOf } from './web/sign-in.ts';
import { onWeb, webWalk, type WebRules } from './web/walk.ts';

/** Today's page, the one the ROM opens, and the page that links to it. */
const FORGOT = ['/fe/service/forgetPassword', '/pass/forgetPassword', '/fe/service/login/password'];

/**
 * The new password was submitted. `message`: the page said that it was taken, and the browser is on its way
 * to the sign-in.
 */
type Submitted = { kind: 'submitted'; message: boolean };
/** The page found fault with a new password in which there is none to be seen. */
type Doubted = { kind: 'doubted' };
type End = RecoveryOutcome | Submitted | Doubted;

/**
 * Gives an account a new password on Xiaomi's site, by a code sent to its owner. A code is asked for once and
 * typed once, the new password is submitted once, and then a sign-in proves it. The site decides the order of
 * its pages. Of two rules that fit a page the first one acts, so the order of the phases is:
 *
 * 1. letters: a captcha is a part of the page. Before "question", because the button beside the letters is
 * the
 *    page's own, and it sends a code that counts.
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
export async function resetPassword(
  browser: Browser,
  input: RecoveryInput,
  tools: RecoveryTools,
  place: WebPlace,
): Promise<RecoveryOutcome> {
  const { codes, ledger, vault, clock, signal, journal, timeLimit = 900_000, codeLimit = 300_000 } = tools;
  const { account, contact, newPassword } = input;
  const questions = new WebQuestions(tools, place);
  const serial = place.serial ?? '';
  const ways = FORGOT.map((path) => questions.address(path));
  const began = clock.elapsed();
  const handed = new Handed(clock, (page) => questions.isNew(page));
  /** Which code is asked for, from 1. */
  let nth = 1;
  let round = newRound(contact);
  let buttons: CodeButtons = {};
  const used: Secret[] = [];
  let kept: string | undefined;

  // Nothing is pressed for a code that could not be read; and a site that sends one unasked has it counted
  // from here.
  round.since = await codes.baseline(signal);
  const end = await webWalk<End>(phases().flat(), {
    browser,
    begin: async () => {
      await browser.setTimeout({ pageLoad: 45_000 });
      await another();
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
  if (end.kind === 'submitted') return proved(end);
  if (end.kind === 'doubted') {
    // Refused without a fault to be seen: the account has it already, or had it once.
    const same = (await signsIn(false)) === 'accepted';
    await vault.mark(kept ?? '', same ? 'confirmed' : 'rejected');
    return refuse(same ? 'same-password' : 'risky-password');
  }
  // One the account has already is not rejected, and a mark of the page is no proof of it either.
  if (end.kind === 'refused' && kept !== undefined && end.reason !== 'same-password')
    await vault.mark(kept, 'rejected');
  return end;

  function phases(): WebRules<End>[] {
    const letters: WebRules<End> = [
      onWeb(MethodPage, choose, { when: (page) => hasLetters(page) && mayChoose(page), times: 4 }),
      onWeb(SendPage, ask, { when: (page) => hasLetters(page) && !round.requested, times: 4 }),
      onWeb(SendPage, complaintOf, {
        when: (page) => hasLetters(page) && handed.step === 'send' && handed.isLost(page),
      }),
    ];
    const question: WebRules<End> = [
      ...questions.rules(
        () => handed.uncovered(),
        (page) => !handed.isUnderWay(page),
      ),
      onWeb(AgreementPage, complaintOf, { when: (page) => handed.step !== undefined && !page.asks }),
    ];
    const missing: WebRules<End> = [onWeb(NoPage, another), onWeb(ErrorPage, another)];
    const password: WebRules<End> = [
      onWeb(NewPasswordPage, givePassword, { when: (page) => handed.mayFillIn(page, 'password'), times: 4 }),
      onWeb(NewPasswordPage, passwordRefused, { when: (page) => handed.isRefused(page, 'password') }),
    ];
    const again = webSecondCode(handed, () => round, begin, complaintOf);
    const contact: WebRules<End> = [onWeb(MethodPage, choose, { when: mayChoose, times: 4 })];
    const code: WebRules<End> = [
      onWeb(CodePage, complaintOf, {
        when: (page) =>
          handed.isRefused(page, 'send') ||
          (handed.isRefused(page, 'code') && (!page.captcha || handed.isLost(page))),
      }),
      onWeb(CodePage, ask, { when: () => !round.requested }),
      onWeb(CodePage, giveCode, {
        when: (page) => handed.mayFillIn(page, 'code') && round.requested && handed.isSent(page),
        times: 4,
      }),
      onWeb(MethodPage, complaintOf, { when: (page) => handed.isRefused(page, 'method') }),
    ];
    const request: WebRules<End> = [
      onWeb(SendPage, ask, { when: () => !round.requested, times: 4 }),
      onWeb(SendPage, complaintOf, { when: (page) => handed.isRefused(page, 'send') && !page.captcha }),
    ];
    const signIn: WebRules<End> = [
      onWeb(SignInPage, async () => submitted(false), { when: () => handed.step === 'password' }),
      onWeb(SignInPage, forgot, { when: (page) => !handed.step && page.forgotLink !== undefined, times: 1 }),
    ];
    const first: WebRules<End> = [
      onWeb(AccountPage, giveAccount, { when: (page) => handed.mayFillIn(page, 'account'), times: 4 }),
      onWeb(AccountPage, complaintOf, { when: (page) => handed.isRefused(page, 'account') }),
    ];
    const done: WebRules<End> = [
      onWeb(SuccessPage, finish, {
        when: (page) => handed.step === 'password' && handed.answer(page) !== undefined,
        times: 1,
      }),
    ];
    return [letters, question, missing, password, again, contact, code, request, signIn, first, done];
  }

  async function forgot(page: SignInPage): Promise<void> {
    journal.step('press the link for a forgotten password');
    await page.forgot();
  }

  async function finish(page: SuccessPage): Promise<End> {
    journal.step('press the way back to the sign-in');
    await page.back();
    return submitted(true);
  }

  function mayChoose(page: MethodPage): boolean {
    return !round.requested && !page.isChosen(round.contact) && handed.mayFillIn(page, 'method');
  }

  async function complaintOf(page: WebPage): Promise<End> {
    const step = handed.step as RecoveryStep;
    if (step === 'password') return submitted(false);
    if (step === 'send' && page.captcha && !handed.isLost(page)) return needsPerson('captcha');
    return refuse(refusalAt(step, handed.answer(page), page.complaint?.hints ?? []) ?? 'server');
  }

  async function passwordRefused(page: NewPasswordPage): Promise<End> {
    const reason = refusalAt('password', handed.answer(page), page.complaint?.hints ?? []);
    if (isAccident(reason)) return submitted(false);
    if (reason) return refuse(reason);
    if (page.blamesRepetition) return refuse('mismatch');
    const fault = faultOfPassword(newPassword, input);
    return fault ? refuse(fault) : { kind: 'doubted' };
  }

  /** A page that did not come: another address before anything was handed in, a lost answer after that. */
  async function another(page?: WebPage): Promise<End | undefined> {
    if (handed.step === 'password') return submitted(false);
    const fault =
      page &&
      (faultOf(page.look.isBrowsersOwn ? 0 : page.look.read.httpStatus) ??
        (handed.step ? 'server' : undefined));
    if (fault) return refuse(fault);
    const way = ways.shift();
    if (way === undefined) return needsPerson('unknown-page');
    journal.step('open the page for a forgotten password');
    await openPage(browser, way);
    return undefined;
  }

  /** Another code is asked for. Nothing was pressed for it yet. */
  async function begin(page: SecondCodePage): Promise<End | undefined> {
    journal.step('the site asks for another code');
    if (nth >= CODES_AT_MOST) return needsPerson('third-code');
    const next = [contact, ...(input.others ?? [])].find((one) =>
      page instanceof MethodPage ? page.choice(one) : page.goesTo(one),
    );
    if (next === undefined) return needsPerson('second-code-contact');
    nth++;
    // One that comes unasked is looked for from the first one on.
    round = { ...newRound(next), since: round.since };
    buttons = {};
    handed.note('again', page.look);
    // The budget decides before anything is pressed.
    return page instanceof MethodPage ? reserve() : undefined;
  }

  async function giveAccount(page: AccountPage): Promise<End | undefined> {
    journal.step('type the account');
    await page.fillIn(account);
    return handIn('account', page, () => page.next());
  }

  async function choose(page: MethodPage): Promise<End | undefined> {
    const choice = page.choice(round.contact);
    if (!choice) return page.isMute ? needsPerson('unknown-page') : refuse('no-contact');
    journal.step(`choose the ${round.contact.includes('@') ? 'e-mail address' : 'telephone number'}`);
    round.forms.note(MethodPage, linesOf(page));
    if (page.sendsItself(choice)) return page.choose(choice).then(() => undefined);
    if (!page.isCard(choice)) {
      await page.choose(choice);
      return handIn('method', page, () => page.next());
    }
    return handIn(
      'method',
      page,
      () => page.choose(choice),
      () => reserve(),
    );
  }

  async function ask(page: SendPage | CodePage): Promise<End | undefined> {
    if (!page.goesTo(round.contact))
      return nth > 1 ? needsPerson('second-code-contact') : refuse('no-contact');
    round.forms.note(page.constructor, linesOf(page));
    const button = page instanceof CodePage ? page.sendButton() : undefined;
    const entered = async (fresh: boolean) => {
      const stop = await reserve(fresh);
      round.requested = stop === undefined;
      return stop;
    };
    if (page instanceof CodePage && !button) return entered(false);
    const press = async () => {
      journal.step('press Send');
      await (page instanceof SendPage ? page.send() : page.press(button!));
    };
    if (page instanceof CodePage) buttons = page.buttons();
    return handIn('send', page, press, () => entered(true));
  }

  /**
   * Has the code counted before it is asked for. `fresh`: it was not sent yet, so what came until now is old.
   */
  async function reserve(fresh = true): Promise<RecoveryOutcome | undefined> {
    if (round.counted) return undefined;
    if (fresh) round.since = await codes.baseline(signal);
    const entry = await ledger.enter({ account, act: 'code-requested', serial, nth });
    const stop = barred(entry, nth);
    round.counted = stop === undefined;
    return stop;
  }

  async function giveCode(page: CodePage): Promise<End | undefined> {
    if (!round.code) {
      journal.step('wait for the code');
      const request = { since: round.since!, address: round.contact, signal, timeoutMs: codeLimit };
      round.code = await unusedCode(codes, request, used, clock);
      used.push(round.code);
      // Meanwhile the page may have been drawn anew.
      return undefined;
    }
    journal.step('type the code');
    round.forms.note(CodePage, linesOf(page));
    await page.fillIn(round.code);
    const typed = new CodePage(browser, await lookAtPage(browser));
    // A page that was drawn anew meanwhile has lost it; one that hands itself in is on its way.
    if (!typed.isFilled && typed.isDisplayed && typed.look.answerSince(page.look) === undefined)
      return undefined;
    if (!typed.isFilled) return handIn('code', page, async () => undefined);
    if (page.tellsSubmit(buttons)) return handIn('code', typed, () => typed.handIn(buttons));
    buttons = { ...buttons, typed: true };
    if (!typed.tellsSubmit(buttons) && typed.isInForm) return needsPerson('unknown-page');
    return handIn('code', typed, () => typed.handIn(buttons));
  }

  async function givePassword(page: NewPasswordPage): Promise<End | undefined> {
    journal.step('type the new password twice');
    await page.fillIn(newPassword);
    const press = async () => {
      journal.step('submit the new password');
      await page.handIn();
    };
    return handIn('password', page, press, keep);
  }

  /** Before it is submitted, and no earlier: what is kept may be the account's. */
  async function keep(): Promise<RecoveryOutcome | undefined> {
    if (kept !== undefined) return undefined;
    const stop = barred(await ledger.enter({ account, act: 'password-set', serial }));
    if (!stop) kept = await vault.keep(account, newPassword);
    return stop;
  }

  /**
   * Has the page's captcha read, then does what hands the page in. Noted before, so that it is not done again
   * when its answer is lost. `entered`: what has to be written before that, when nothing stands in the way
   * any more.
   */
  async function handIn(
    step: RecoveryStep,
    page: WebPage,
    press: () => Promise<void>,
    entered?: () => Promise<RecoveryOutcome | undefined>,
  ): Promise<End | undefined> {
    const stop = (await questions.solve(page)) ?? (await entered?.());
    if (stop) return stop;
    signal.throwIfAborted();
    handed.note(step, page.look);
    await press();
    return undefined;
  }

  function signsIn(shown: boolean) {
    return proveBySignIn(browser, { account, password: newPassword, shown }, tools, place);
  }

  async function proved({ message }: Submitted): Promise<RecoveryOutcome> {
    return verdictOf(await signsIn(message), message, (state) => vault.mark(kept ?? '', state));
  }
}

const hasLetters = ({ captcha, look }: WebPage) => captcha?.field !== undefined && !look.hasDialog;

const submitted = (message: boolean): Submitted => ({ kind: 'submitted', message });

function refuse(reason: RecoveryRefusal): RecoveryOutcome {
  return { kind: 'refused', reason };
}
