import type { Clock } from '../clock.ts';

/** A claim, and when its process last said that it works on it, in whatever form. */
export interface Heartbeat {
  claim: string;
  said: string;
}

/**
 * Claims of which nothing new was heard for some time, by this process's own measure. The database's clock
 * alone does not tell: when it is set right or its computer wakes up, all that were heard of a moment ago
 * look as if they had been silent for hours.
 */
export class Silence {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #ms: number;
  #heard = new Map<string, { said: string; since: number }>();

  constructor(ms: number, clock: Pick<Clock, 'elapsed'>) {
    this.#ms = ms;
    this.#clock = clock;
  }

  /** To be called with all words there are, again and again. */
  of(words: readonly Heartbeat[]): string[] {
    const now = this.#clock.elapsed();
    const since = ({ claim, said }: Heartbeat) => {
      const before = this.#heard.get(claim);
      return before?.said === said ? before.since : now;
    };
    this.#heard = new Map(words.map((word) => [word.claim, { said: word.said, since: since(word) }]));
    return [...this.#heard].flatMap(([claim, { since: from }]) => (now - from >= this.#ms ? claim : []));
  }
}
