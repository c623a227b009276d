import type { WebLook } from '../../../pageobjects/web/look.ts';
import { codeFields, type WebPage } from '../../../pageobjects/web/page.ts';
import type { Clock } from '../../clock.ts';
import { faultOf, isAccident, type RecoveryStep } from './refusal.ts';

/** A page that has its answer, says something new and stays for so long has refused, ms. */
export const STAYS = 3000;
// A page that sends the code without saying so is taken at its silence, ms.
const SILENCE = 5000;
// So long after what lay over a page is gone, the page goes on by itself or never, ms.
const UNCOVERED = 4000;

/** What was handed in last, and what the site has made of it. */
export class Handed {
  step: RecoveryStep | undefined;
  #look: WebLook | undefined;
  #at = 0;
  #saidMore: number | undefined;
  #uncovered: number | undefined;
  readonly #clock: Clock;
  readonly #asksAnew: (page: WebPage) => boolean;

  /** `asksAnew`: what lies on the page to be answered by a person is not what they have answered. */
  constructor(clock: Clock, asksAnew: (page: WebPage) => boolean) {
    this.#clock = clock;
    this.#asksAnew = asksAnew;
  }

  /** To be noted before, so that it is not done again when its answer is lost. */
  note(step: RecoveryStep, look: WebLook): void {
    Object.assign(this, { step });
    this.#look = look;
    this.#at = this.#clock.elapsed();
    this.#saidMore = this.#uncovered = undefined;
  }

  /** What lay in front of the page was answered. */
  uncovered(): void {
    this.#uncovered = this.#clock.elapsed();
  }

  /** The browser has shown what the page had to say. */
  alerted(): void {
    this.#saidMore ??= this.#clock.elapsed();
  }

  /** HTTP status of what the site was answered with; undefined as long as it was not. */
  answer({ look }: WebPage): number | undefined {
    return this.#look && look.answerSince(this.#look);
  }

  /** It stands there as it was handed in, and may be on its way. */
  isUnderWay(page: WebPage): boolean {
    return this.step !== undefined && !page.look.hasDialog && this.answer(page) === undefined;
  }

  isLost(page: WebPage): boolean {
    return isAccident(faultOf(this.answer(page)));
  }

  /**
   * The page is here for the first time, or the site has answered and asks for a captcha too. Where the
   * answer was lost it may be done already. What asks for nothing and changes nothing may be done again where
   * a question lay over it.
   */
  mayFillIn(page: WebPage, step: RecoveryStep): boolean {
    if (this.step !== step) return true;
    if (page.captcha !== undefined && this.answer(page) !== undefined && !this.isLost(page))
      return this.#asksAnew(page);
    return (
      step === 'account' &&
      this.#uncovered !== undefined &&
      this.#clock.elapsed() - this.#uncovered > UNCOVERED
    );
  }

  /** The page that was handed in has stayed and complains, or its script got no answer. */
  isRefused(page: WebPage, step: RecoveryStep): boolean {
    if (this.step !== step || !this.#look) return false;
    const answer = this.answer(page);
    if (faultOf(answer)) return true;
    const texts = (look: WebLook) => look.read.errors.map(({ text }) => text).join();
    if (page.complaint) return answer !== undefined || texts(page.look) !== texts(this.#look);
    // What it says may be gone again soon. Where a code can be typed, one was sent that says so; another page
    // without a field is another step.
    const tells = step !== 'send' || codeFields(page.look) === undefined;
    if (tells && answer !== undefined && page.look.saysMoreThan(this.#look, step === 'send'))
      this.#saidMore ??= this.#clock.elapsed();
    return this.#saidMore !== undefined && this.#clock.elapsed() - this.#saidMore > STAYS;
  }

  /** The site was asked for a code on this page or on one before. */
  isSent(page: WebPage): boolean {
    if (this.step !== 'send' || this.#look?.read.url !== page.look.read.url) return true;
    return this.answer(page) !== undefined || this.#clock.elapsed() - this.#at > SILENCE;
  }
}
