import type { WebLook } from '../../../pageobjects/web/look.ts';
import { codeFields, type WebPage } from '../../../pageobjects/web/page.ts';
import type { Clock } from '../../clock.ts';
import { faultOf, isAccident, type RecoveryStep } from './refusal.ts';

/** A page that the site has answered, that says something new and stays this long has refused, ms. */
export const STAYS = 3000;
// A page that says nothing for this long has sent the code, ms.
const SILENCE = 5000;
// A page that has not gone on this long after the question over it went does not go on by itself, ms.
const UNCOVERED = 4000;

/** What was handed in last, and how the site has answered it. */
export class Handed {
  step: RecoveryStep | undefined;
  #look: WebLook | undefined;
  #at = 0;
  #saidMore: number | undefined;
  #uncovered: number | undefined;
  readonly #clock: Clock;
  readonly #asksAnew: (page: WebPage) => boolean;

  /** `asksAnew`: the question on the page is not the one that a person has answered. */
  constructor(clock: Clock, asksAnew: (page: WebPage) => boolean) {
    this.#clock = clock;
    this.#asksAnew = asksAnew;
  }

  /** Call it before the press, so that it is not repeated when the answer is lost. */
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

  /** The browser has shown a dialog of the page. */
  alerted(): void {
    this.#saidMore ??= this.#clock.elapsed();
  }

  /** HTTP status of the site's answer; undefined until there is one. */
  answer({ look }: WebPage): number | undefined {
    return this.#look && look.answerSince(this.#look);
  }

  /** The page is as it was handed in, and may still be sent. */
  isUnderWay(page: WebPage): boolean {
    return this.step !== undefined && !page.look.hasDialog && this.answer(page) === undefined;
  }

  isLost(page: WebPage): boolean {
    return isAccident(faultOf(this.answer(page)));
  }

  /**
   * The page is here for the first time, or the site has answered and also asks for a captcha. Where the
   * answer was lost, the site may have done it already. The account page changes nothing, so it may be filled
   * in again where a question lay over it.
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

  /** The page that was handed in stays and shows an error, or its script got no answer. */
  isRefused(page: WebPage, step: RecoveryStep): boolean {
    if (this.step !== step || !this.#look) return false;
    const answer = this.answer(page);
    if (faultOf(answer)) return true;
    const texts = (look: WebLook) => look.read.errors.map(({ text }) => text).join();
    if (page.complaint) return answer !== undefined || texts(page.look) !== texts(this.#look);
    // The text may go soon. Where a code can be typed, the text may say that one was sent.
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
