/**
 * Places for what runs at once. The lowest rank that waits gets the next place, and of one rank the first that
 * asked.
 */
export class Slots {
  #free: number;
  readonly #waiting: { rank: number; begin: () => void }[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Does it as soon as a place is free. */
  async with<T>(rank: number, work: () => Promise<T>): Promise<T> {
    // Those that ask at the same moment have all asked before the first begins.
    await new Promise<void>((begin) => {
      this.#waiting.push({ rank, begin });
      setImmediate(() => this.#next());
    });
    try {
      return await work();
    } finally {
      this.#free++;
      this.#next();
    }
  }

  #next(): void {
    if (this.#free === 0) return;
    const first = this.#waiting.toSorted((a, b) => a.rank - b.rank)[0];
    if (!first) return;
    this.#free--;
    this.#waiting.splice(this.#waiting.indexOf(first), 1);
    first.begin();
  }
}
