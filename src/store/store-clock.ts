import { systemClock, type Clock } from '../clock.ts';
import { storeFault } from './fault.ts';
import type { Store } from './store.ts';

/**
 * The database's time, by which all stations know what is due: their own clocks need not be right. Between two looks at
 * it this computer's clock counts on.
 */
export class StoreClock implements Clock {
  readonly #clock: Clock;
  /** How far the database is ahead, ms. */
  #ahead = 0;

  constructor(clock = systemClock) {
    this.#clock = clock;
  }

  /** Looks at the database's time. Throws StoreError where it is away. */
  async set({ pool }: Pick<Store, 'pool'>): Promise<void> {
    const asked = pool.query<{ now: number }>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
    );
    const [row] = (await asked.catch(storeFault)).rows;
    if (row) this.#ahead = row.now - this.#clock.now();
  }

  now(): number {
    return Math.round(this.#clock.now() + this.#ahead);
  }

  elapsed(): number {
    return this.#clock.elapsed();
  }

  sleep(ms: number, why: string, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, why, signal);
  }
}
