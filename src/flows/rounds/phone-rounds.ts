import {
  CodePage,
  CodeRequestPage,
  type ContactCards,
  type ContactChoice,
} from '../../../pageobjects/identity-check.page.ts';
import type { Baseline } from '../../codes/source.ts';
import { CodeTimeoutError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { captchaIn } from '../ask.ts';
import { WAKE } from '../entry.ts';
import { barred, needsPerson, NewText, type RecoveryContext } from '../recovery-context.ts';
import type { RecoveryOutcome } from '../recovery.ts';
import { CODES_AT_MOST, newRound, unusedCode, type CodeRound } from './round.ts';
import type { FirstPage } from './second-code.ts';

export type CodeStep = CodeRequestPage | CodePage;

const CODE_LIMIT = 300_000;
/**
 * How long the code of an earlier run is waited for where the page can send another one, ms. It has come
 * already, or a gateway that was not heard delivers it again.
 */
const LEFT_LIMIT = 60_000;
/**
 * How long a new text has to stay on a page to be its answer, ms: where the button can be pressed again, and
 * where the page may still work.
 */
const ANSWER = 2000;
const SLOW_ANSWER = 10_000;

/**
 * The codes of one identity check on the phone: what is done on its pages, and what was done for the code in
 * hand (`round`). Each act ends the check by its outcome, or leaves the next step to the page that follows.
 */
export class PhoneRounds {
  round: CodeRound;
  /** Which code is asked for, from 1. */
  #nth = 1;
  #left: Baseline | undefined;
  /** Where the source stood before the first code: one that comes unasked is looked for from there. */
  #first: Baseline | undefined;
  readonly #used: Secret[] = [];
  readonly #contacts: readonly string[];
  readonly #newText: NewText;
  readonly #context: RecoveryContext;

  constructor(context: RecoveryContext) {
    const { input, tools } = context;
    this.#context = context;
    this.#left = tools.left;
    this.#contacts = [input.contact, ...(input.others ?? [])];
    this.#newText = new NewText(tools.clock);
    this.round = newRound(input.contact);
  }

  /** A code that an earlier run asked for may still come. */
  get mayHaveLeft(): boolean {
    return this.#left !== undefined;
  }

  /** Something was pressed that may send a code, or one was typed. */
  get begun(): boolean {
    const { requestedOn, counted, typed } = this.round;
    return this.#nth > 1 || requestedOn !== undefined || counted || typed;
  }

  /** A check begins from its first page: no code of an earlier run belongs to it. */
  anew(): void {
    this.#left = undefined;
  }

  /** The page has answered what was pressed. `open`: its button can be pressed again. */
  isAnswered(page: CodeStep, open: boolean): boolean {
    return this.#newText.stands(page, open ? ANSWER : SLOW_ANSWER);
  }

  /**
   * Of the contacts of the order the one that the page speaks of; else the one of the round. The first code goes
   * to the contact that was ordered; an earlier run may have left the page of a second one.
   */
  contactOn(page: CodeStep): string {
    const { contact } = this.round;
    const may = this.#nth > 1 || this.mayHaveLeft ? [contact, ...this.#contacts] : [contact];
    return may.find((one) => page.speaksOf(one) === true) ?? contact;
  }

  /** Another code is asked for. Nothing was pressed for it yet. */
  async begin(page: FirstPage): Promise<RecoveryOutcome | undefined> {
    this.#context.tools.journal.step('the phone asks for another code');
    if (this.#nth >= CODES_AT_MOST) return needsPerson('third-code');
    const next = this.#contacts.find((one) =>
      'option' in page ? page.option(one) !== undefined : page.speaksOf(one) !== false,
    );
    if (next === undefined) return needsPerson('second-code-contact');
    this.#nth++;
    this.#first = this.round.since;
    this.#left = undefined;
    this.round = newRound(next);
    return undefined;
  }

  async choose(page: ContactChoice): Promise<RecoveryOutcome | undefined> {
    const { codes, signal } = this.#context.tools;
    const option = page.option(this.round.contact);
    if (!option) return page.offers.length === 0 ? needsPerson('unknown-page') : this.noContact();
    // Of a second code the budget decides before anything is pressed.
    const stop = this.#nth > 1 ? await this.#count() : undefined;
    if (stop) return stop;
    // Before anything is pressed, so that a source that refuses the login costs no code.
    this.round.since ??= await codes.baseline(signal);
    this.#noteChoice(page);
    await page.choose(option);
    return undefined;
  }

  async chooseCard(page: ContactCards): Promise<RecoveryOutcome | undefined> {
    const card = page.option(this.round.contact);
    if (!card) return this.noContact();
    const stop = await this.#count();
    if (stop) return stop;
    this.#noteChoice(page);
    await page.choose(card);
    this.round.cardPressed = true;
    return undefined;
  }

  #noteChoice(page: ContactChoice | ContactCards): void {
    this.#context.tools.journal.step(`choose the ${wayOf(this.round.contact)}`);
    this.round.chosen = true;
    this.round.forms.note(page.constructor, page.lines);
  }

  async noContact(): Promise<RecoveryOutcome> {
    if (this.#nth > 1) return needsPerson('second-code-contact');
    return { kind: 'refused', reason: 'no-contact' };
  }

  /**
   * The request is in the ledger before it is sent, with the state of the source. `from`: the phone has sent it
   * unasked, and its message may be there already.
   */
  async #count(from?: Baseline): Promise<RecoveryOutcome | undefined> {
    if (this.round.counted) return undefined;
    const { session, input, tools } = this.#context;
    const { codes, ledger, guard, signal } = tools;
    const since = from ?? (await codes.baseline(signal));
    const other = await guard?.again(session.phone, signal);
    if (other) return other;
    const entry = await ledger.enter({
      account: input.account,
      also: guard?.names ?? [],
      act: 'code-requested',
      serial: session.phone.serial,
      nth: this.#nth,
      since,
    });
    const stop = barred(entry, this.#nth);
    if (stop) return stop;
    signal.throwIfAborted();
    this.round.counted = true;
    this.round.since = since;
    return undefined;
  }

  async send(page: CodeStep, where: 'request' | 'code'): Promise<RecoveryOutcome | undefined> {
    const stop = await this.#count();
    if (stop) return stop;
    // A tap that seems to have failed may have worked: from here on nothing is sent again.
    this.round.requestedOn = where;
    this.round.contact = this.contactOn(page);
    this.round.forms.note(page.constructor, page.lines);
    this.#left = undefined;
    this.#newText.from(page);
    this.#context.tools.journal.step('press Send');
    await page.send();
    return undefined;
  }

  async giveCaptcha(page: CodeStep): Promise<RecoveryOutcome | undefined> {
    const { ask, tools } = this.#context;
    const { journal } = tools;
    const letters = await ask(captchaIn(await page.captchaPicture(), journal));
    if (letters === undefined) return needsPerson('captcha');
    journal.step('type what the person read in the captcha');
    journal.progress.typed = {
      what: 'the characters of a captcha',
      on: page instanceof CodePage ? CodePage.title : CodeRequestPage.title,
    };
    await page.enterCaptcha(new Secret(letters));
    this.round.captchaAnswered = true;
    // One that came after Send has a button of its own.
    if (this.round.requestedOn === undefined) return undefined;
    this.#newText.from(page);
    await page.confirmCaptcha();
    return undefined;
  }

  async enter(page: CodePage): Promise<RecoveryOutcome | undefined> {
    const { codes, signal, journal, codeLimit = CODE_LIMIT } = this.#context.tools;
    this.round.contact = this.contactOn(page);
    const stop = this.#nth > 1 ? await this.#count(this.#first) : undefined;
    if (stop) return stop;
    this.round.submitMark = page.submitMark;
    if (!this.round.code) {
      // Send may have been pressed before this run: then any code that comes from now on is taken.
      this.round.since ??= this.#left ?? (await codes.baseline(signal));
      this.round.code = await this.#receive(this.round.since, 'wait for the code', codeLimit);
    }
    journal.step('type the code');
    journal.progress.typed = { what: 'a code', on: CodePage.title };
    await page.enterCode(this.round.code);
    this.round.typed = true;
    return undefined;
  }

  /** The page can send another code, but the one of the earlier run may be here already. */
  async takeUp(page: CodePage): Promise<RecoveryOutcome | undefined> {
    const from = this.#left as Baseline;
    this.round.contact = this.contactOn(page);
    this.#left = undefined;
    try {
      this.round.code = await this.#receive(from, 'wait for the code of an earlier run', LEFT_LIMIT);
    } catch (error) {
      if (!(error instanceof CodeTimeoutError)) throw error;
      this.#context.tools.journal.step('it has not come');
      return undefined;
    }
    return this.enter(page);
  }

  async #receive(from: Baseline, what: string, timeoutMs: number): Promise<Secret> {
    const { session, tools } = this.#context;
    const { codes, signal, journal, clock } = tools;
    journal.step(what);
    const request = { since: from, address: this.round.contact, signal, timeoutMs };
    const code = await unusedCode(codes, request, this.#used, clock);
    this.#used.push(code);
    // Meanwhile the screen may have gone dark.
    await session.phone.shell(WAKE, signal);
    return code;
  }

  async submit(page: CodePage): Promise<void> {
    const { signal, journal } = this.#context.tools;
    signal.throwIfAborted();
    this.round.submitted = true;
    this.round.forms.note(page.constructor, page.lines);
    this.#newText.from(page);
    journal.step('submit the code');
    await page.submit(this.round.submitMark);
  }
}

const wayOf = (contact: string) => (contact.includes('@') ? 'e-mail address' : 'telephone number');
