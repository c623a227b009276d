/** What shows for a while and goes by itself: a toast, a notification over the top of the screen. */
export class Passing<T> {
  readonly #lasts: number;
  #shown: { what: T; until: number } | undefined;

  /** `lasts`: ms. */
  constructor(lasts: number) {
    this.#lasts = lasts;
  }

  show(what: T, now: number): void {
    this.#shown = { what, until: now + this.#lasts };
  }

  at(now: number): T | undefined {
    return this.#shown && now < this.#shown.until ? this.#shown.what : undefined;
  }

  clear(): void {
    this.#shown = undefined;
  }
}
