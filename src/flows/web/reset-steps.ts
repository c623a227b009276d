import type { Browser } from 'webdriverio';
import type { AccountPage } from '../../../pageobjects/web/account.page.ts';
import { CodePage, SendPage, type CodeButtons } from '../../../pageobjects/web/code.page.ts';
import { lookAtPage } from '../../../pageobjects/web/look.ts';
import { MethodPage } from '../../../pageobjects/web/method.page.ts';
import type { NewPasswordPage } from '../../../pageobjects/web/new-password.page.ts';
import type { SuccessPage } from '../../../pageobjects/web/outcome.page.ts';
import type { WebPage } from '../../../pageobjects/web/page.ts';
import type { SignInPage } from '../../../pageobjects/web/sign-in.page.ts';
import type { Secret } from '../../secret.ts';
import { barred, needsPerson } from '../recovery-context.ts';
import type { RecoveryInput, RecoveryOutcome, RecoveryRefusal, RecoveryTools } from '../recovery.ts';
import { CODES_AT_MOST, newRound, unusedCode, type CodeRound } from '../rounds/round.ts';
import { linesOf, type SecondCodePage } from '../rounds/web-second-code.ts';
import { Handed } from './handed.ts';
import { openPage, WebQuestions, type WebPlace } from './person.ts';
import { faultOf, faultOfPassword, isAccident, refusalAt, type RecoveryStep } from './refusal.ts';

/** Today's page, the one the ROM opens, and the page that links to it. */
const FORGOT = ['/fe/service/forgetPassword', '/pass/forgetPassword', '/fe/service/login/password'];

/**
 * The new password was submitted. `message`: the page said that it was taken, and the browser is on its way
 * to the sign-in.
 */
type Submitted = { kind: 'submitted'; message: boolean };
/** The page found fault with a new password in which there is none to be seen. */
type Doubted = { kind: 'doubted' };
export type ResetEnd = RecoveryOutcome | Submitted | Doubted;

/**
 * One reset on the site: what is done on its pages, what was handed in last (`handed`), and what was done for
 * the code in hand (`round`). Each step ends the walk by its outcome, or leaves the next one to the page that
 * follows.
 */
export class ResetSteps {
  readonly questions: WebQuestions;
  readonly handed: Handed;
  round: CodeRound;
  /** Which code is asked for, from 1. */
  #nth = 1;
  #buttons: CodeButtons = {};
  /** The new password's number in the vault, once it may be the account's. */
  #kept: string | undefined;
  readonly #used: Secret[] = [];
  readonly #ways: string[];
  readonly #browser: Browser;
  readonly #input: RecoveryInput;
  readonly #tools: RecoveryTools;
  readonly #serial: string;

  constructor(browser: Browser, input: RecoveryInput, tools: RecoveryTools, place: WebPlace) {
    this.#browser = browser;
    this.#input = input;
    this.#tools = tools;
    this.#serial = place.serial ?? '';
    this.questions = new WebQuestions(tools, place);
    this.handed = new Handed(tools.clock, (page) => this.questions.isNew(page));
    this.#ways = FORGOT.map((path) => this.questions.address(path));
    this.round = newRound(input.contact);
  }

  /**
   * Nothing is pressed for a code that could not be read; and a site that sends one unasked has it counted from
   * here.
   */
  async findBaseline(): Promise<void> {
    this.round.since = await this.#tools.codes.baseline(this.#tools.signal);
  }

  /** A page that did not come: another address before anything was handed in, a lost answer after that. */
  async another(page?: WebPage): Promise<ResetEnd | undefined> {
    if (this.handed.step === 'password') return submitted(false);
    const fault =
      page &&
      (faultOf(page.look.isBrowsersOwn ? 0 : page.look.read.httpStatus) ??
        (this.handed.step ? 'server' : undefined));
    if (fault) return refuse(fault);
    const way = this.#ways.shift();
    if (way === undefined) return needsPerson('unknown-page');
    this.#tools.journal.step('open the page for a forgotten password');
    await openPage(this.#browser, way);
    return undefined;
  }

  async forgot(page: SignInPage): Promise<void> {
    this.#tools.journal.step('press the link for a forgotten password');
    await page.forgot();
  }

  async giveAccount(page: AccountPage): Promise<ResetEnd | undefined> {
    this.#tools.journal.step('type the account');
    await page.fillIn(this.#input.account);
    return this.#handIn('account', page, () => page.next());
  }

  mayChoose(page: MethodPage): boolean {
    const { requested, contact } = this.round;
    return !requested && !page.isChosen(contact) && this.handed.mayFillIn(page, 'method');
  }

  async choose(page: MethodPage): Promise<ResetEnd | undefined> {
    const { contact, forms } = this.round;
    const choice = page.choice(contact);
    if (!choice) return page.isMute ? needsPerson('unknown-page') : refuse('no-contact');
    this.#tools.journal.step(`choose the ${contact.includes('@') ? 'e-mail address' : 'telephone number'}`);
    forms.note(MethodPage, linesOf(page));
    if (page.sendsItself(choice)) return page.choose(choice).then(() => undefined);
    if (!page.isCard(choice)) {
      await page.choose(choice);
      return this.#handIn('method', page, () => page.next());
    }
    return this.#handIn(
      'method',
      page,
      () => page.choose(choice),
      () => this.#reserve(),
    );
  }

  /** Another code is asked for. Nothing was pressed for it yet. */
  async begin(page: SecondCodePage): Promise<ResetEnd | undefined> {
    this.#tools.journal.step('the site asks for another code');
    if (this.#nth >= CODES_AT_MOST) return needsPerson('third-code');
    const next = [this.#input.contact, ...(this.#input.others ?? [])].find((one) =>
      page instanceof MethodPage ? page.choice(one) : page.goesTo(one),
    );
    if (next === undefined) return needsPerson('second-code-contact');
    this.#nth++;
    // One that comes unasked is looked for from the first one on.
    this.round = { ...newRound(next), since: this.round.since };
    this.#buttons = {};
    this.handed.note('again', page.look);
    // The budget decides before anything is pressed.
    return page instanceof MethodPage ? this.#reserve() : undefined;
  }

  /** Presses Send; on a code page that has sent the code by itself, it is counted alone. */
  async ask(page: SendPage | CodePage): Promise<ResetEnd | undefined> {
    if (!page.goesTo(this.round.contact))
      return this.#nth > 1 ? needsPerson('second-code-contact') : refuse('no-contact');
    this.round.forms.note(page.constructor, linesOf(page));
    const button = page instanceof CodePage ? page.sendButton() : undefined;
    const entered = async (fresh: boolean) => {
      const stop = await this.#reserve(fresh);
      this.round.requested = stop === undefined;
      return stop;
    };
    if (page instanceof CodePage && !button) return entered(false);
    const press = async () => {
      this.#tools.journal.step('press Send');
      await (page instanceof SendPage ? page.send() : page.press(button!));
    };
    if (page instanceof CodePage) this.#buttons = page.buttons();
    return this.#handIn('send', page, press, () => entered(true));
  }

  /**
   * Has the code counted before it is asked for. `fresh`: it was not sent yet, so what came until now is old.
   */
  async #reserve(fresh = true): Promise<RecoveryOutcome | undefined> {
    if (this.round.counted) return undefined;
    if (fresh) await this.findBaseline();
    const { account } = this.#input;
    const nth = this.#nth;
    const entry = await this.#tools.ledger.enter({
      account,
      act: 'code-requested',
      serial: this.#serial,
      nth,
    });
    const stop = barred(entry, nth);
    this.round.counted = stop === undefined;
    return stop;
  }

  async giveCode(page: CodePage): Promise<ResetEnd | undefined> {
    const { journal } = this.#tools;
    if (!this.round.code) {
      await this.#receive();
      // Meanwhile the page may have been drawn anew.
      return undefined;
    }
    journal.step('type the code');
    this.round.forms.note(CodePage, linesOf(page));
    await page.fillIn(this.round.code);
    const typed = new CodePage(this.#browser, await lookAtPage(this.#browser));
    // A page that was drawn anew meanwhile has lost it; one that hands itself in is on its way.
    if (!typed.isFilled && typed.isDisplayed && typed.look.answerSince(page.look) === undefined)
      return undefined;
    if (!typed.isFilled) return this.#handIn('code', page, async () => undefined);
    const press = () => typed.handIn(this.#buttons);
    if (page.tellsSubmit(this.#buttons)) return this.#handIn('code', typed, press);
    this.#buttons = { ...this.#buttons, typed: true };
    if (!typed.tellsSubmit(this.#buttons) && typed.isInForm) return needsPerson('unknown-page');
    return this.#handIn('code', typed, press);
  }

  async #receive(): Promise<void> {
    const { codes, clock, signal, journal, codeLimit: timeoutMs = 300_000 } = this.#tools;
    const { since, contact: address } = this.round;
    journal.step('wait for the code');
    this.round.code = await unusedCode(
      codes,
      { since: since!, address, signal, timeoutMs },
      this.#used,
      clock,
    );
    this.#used.push(this.round.code);
  }

  async givePassword(page: NewPasswordPage): Promise<ResetEnd | undefined> {
    const { journal } = this.#tools;
    journal.step('type the new password twice');
    await page.fillIn(this.#input.newPassword);
    const press = async () => {
      journal.step('submit the new password');
      await page.handIn();
    };
    return this.#handIn('password', page, press, () => this.#keep());
  }

  /** Before it is submitted, and no earlier: what is kept may be the account's. */
  async #keep(): Promise<RecoveryOutcome | undefined> {
    if (this.#kept !== undefined) return undefined;
    const { account, newPassword } = this.#input;
    const { ledger, vault } = this.#tools;
    const stop = barred(await ledger.enter({ account, act: 'password-set', serial: this.#serial }));
    if (!stop) this.#kept = await vault.keep(account, newPassword);
    return stop;
  }

  /** Writes what became of the new password; nothing where it was never submitted. */
  async mark(state: 'confirmed' | 'rejected'): Promise<void> {
    if (this.#kept !== undefined) await this.#tools.vault.mark(this.#kept, state);
  }

  async finish(page: SuccessPage): Promise<ResetEnd> {
    this.#tools.journal.step('press the way back to the sign-in');
    await page.back();
    return submitted(true);
  }

  /** What the site's refusal of the last step means. */
  async complaint(page: WebPage): Promise<ResetEnd> {
    const step = this.handed.step as RecoveryStep;
    if (step === 'password') return submitted(false);
    if (step === 'send' && page.captcha && !this.handed.isLost(page)) return needsPerson('captcha');
    return refuse(refusalAt(step, this.handed.answer(page), page.complaint?.hints ?? []) ?? 'server');
  }

  async passwordRefused(page: NewPasswordPage): Promise<ResetEnd> {
    const reason = refusalAt('password', this.handed.answer(page), page.complaint?.hints ?? []);
    if (isAccident(reason)) return submitted(false);
    if (reason) return refuse(reason);
    if (page.blamesRepetition) return refuse('mismatch');
    const fault = faultOfPassword(this.#input.newPassword, this.#input);
    return fault ? refuse(fault) : { kind: 'doubted' };
  }

  /**
   * Has the page's captcha read, then does what hands the page in. Noted before, so that it is not done again
   * when its answer is lost. `entered`: what has to be written before that, when nothing stands in the way
   * any more.
   */
  async #handIn(
    step: RecoveryStep,
    page: WebPage,
    press: () => Promise<void>,
    entered?: () => Promise<RecoveryOutcome | undefined>,
  ): Promise<ResetEnd | undefined> {
    const stop = (await this.questions.solve(page)) ?? (await entered?.());
    if (stop) return stop;
    this.#tools.signal.throwIfAborted();
    this.handed.note(step, page.look);
    await press();
    return undefined;
  }
}

export const submitted = (message: boolean): Submitted => ({ kind: 'submitted', message });

export function refuse(reason: RecoveryRefusal): RecoveryOutcome {
  return { kind: 'refused', reason };
}
