import type { Pace } from './time.ts';

/** What takes a phone time each time it is asked for it. */
export const costNames = ['shell', 'instrument', 'source', 'find', 'tap', 'picture', 'install'] as const;
export type CostName = (typeof costNames)[number];

type Range = readonly [least: number, most: number];
type Costs = Readonly<Record<CostName, Range>>;

/**
 * ms. `real`: as published measurements have it, of phones at a cable: a shell call, `am instrument` until
 * `/status` is answered, a page source, a find by id, a tap, a screenshot, the install of a helper app.
 * `slow`: a bad phone.
 */
const PACES: Readonly<Record<'real' | 'slow', Costs>> = {
  real: {
    shell: [25, 80],
    instrument: [1000, 3000],
    source: [200, 1000],
    find: [7, 32],
    tap: [5, 100],
    picture: [200, 600],
    install: [2000, 6000],
  },
  slow: {
    shell: [80, 250],
    instrument: [10_000, 10_000],
    source: [1500, 1500],
    find: [60, 200],
    tap: [300, 300],
    picture: [600, 1800],
    install: [6000, 18_000],
  },
};

export interface CostSpec {
  pace: 'real' | 'slow' | 'instant';
  /** `none`: answers at once; a number: always so many ms. */
  costs?: 'none' | Partial<Record<CostName, number>> | undefined;
}

/** How often a phone was looked at. */
export interface Looks {
  /** Page sources. */
  sources: number;
  /** Page sources that showed something else than the one before. */
  pages: number;
  /** Screenshots. */
  pictures: number;
}

/** Lets the phone's answers take their time, and counts what of it no program can save. */
export class Spending {
  readonly #pace: () => Pace;
  readonly #random: () => number;
  readonly #spec: CostSpec;
  readonly #looks: Looks = { sources: 0, pages: 0, pictures: 0 };
  #own = 0;
  #page = '';

  constructor(pace: () => Pace, random: () => number, spec: CostSpec) {
    this.#pace = pace;
    this.#random = random;
    this.#spec = spec;
  }

  /**
   * ms that the fastest program would have spent too: one page source a page, one call an act, the start of
   * the instrumentation and of apps that were installed.
   */
  get own(): number {
    return this.#own;
  }

  get looks(): Readonly<Looks> {
    return this.#looks;
  }

  /** `page`: the page source that is given. */
  async pay(what: CostName, page?: string): Promise<void> {
    if (what === 'picture') this.#looks.pictures++;
    const isNew = page !== undefined && page !== this.#page;
    if (page !== undefined) {
      this.#page = page;
      this.#looks.sources++;
      if (isNew) this.#looks.pages++;
    }
    const ms = this.#cost(what);
    if (isNew || what === 'tap' || what === 'instrument' || what === 'install') this.#own += ms;
    if (ms > 0) await this.#pace().spend(ms, what);
  }

  #cost(what: CostName): number {
    const { pace, costs } = this.#spec;
    if (pace === 'instant' || costs === 'none') return 0;
    const [least, most] = PACES[pace][what];
    const share = this.#random();
    return costs?.[what] ?? Math.round(least + share * (most - least));
  }
}
