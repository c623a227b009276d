/** What is open, and how each thing of it is closed. */
export class Openings implements AsyncDisposable {
  readonly #opened: { what: string; close: () => Promise<unknown> }[] = [];
  readonly #opening = new Set<Promise<unknown>>();
  readonly #onFault: (what: string, fault: unknown) => void;
  #isClosed = false;

  /** `onFault`: gets what could not be closed. It keeps nothing else open, and hides no other fault. */
  constructor(onFault: (what: string, fault: unknown) => void) {
    this.#onFault = onFault;
  }

  /**
   * Gives what is being opened, as soon as it is open. What is opened with the help of another thing is open
   * after it, and so is closed before it.
   */
  add<T>(what: string, opening: Promise<T>, close: (opened: T) => Promise<unknown>): Promise<T> {
    const adding = opening.then((opened) => {
      this.#opened.push({ what, close: async () => close(opened) });
      return opened;
    });
    const settled = adding.catch(() => undefined).finally(() => this.#opening.delete(settled));
    this.#opening.add(settled);
    return adding;
  }

  /** Waits for what is still being opened, then closes everything, what was opened last first. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    while (this.#opening.size > 0) await Promise.all(this.#opening);
    for (const { what, close } of this.#opened.splice(0).reverse())
      await close().catch((fault: unknown) => this.#onFault(what, fault));
  }
}
