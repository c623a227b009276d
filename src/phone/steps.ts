import { BadAnswerError, type BadAnswer } from '../errors.ts';

/**
 * How much work the answers of one phone may make before other phones have their turn. Where they make more,
 * they are refused.
 */
export class Steps {
  #left: number;
  #isOpen = false;
  readonly #limit: number;
  readonly #answer: BadAnswer;

  constructor(limit: number, answer: BadAnswer) {
    this.#limit = limit;
    this.#left = limit;
    this.#answer = answer;
  }

  /** Throws BadAnswerError when more than the limit was taken in one turn of the event loop. */
  take(count: number): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#left = this.#limit;
      setImmediate(() => (this.#isOpen = false)).unref();
    }
    this.#left -= count;
    if (this.#left < 0) throw new BadAnswerError(this.#answer);
  }
}
