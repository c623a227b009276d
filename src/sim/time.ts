import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

/**
 * The phone's own time: what it waits for, what is going on, and when nothing is any more. Stopped when the
 * phone's state is replaced.
 */
export class Pace {
  readonly clock: Clock;
  readonly #real: boolean;
  readonly #slowness: number;
  readonly #life = new AbortController();
  #waiting = 0;
  #since = 0;
  #waited = 0;
  #moving = 0;
  #watchers: (() => void)[] = [];

  /**
   * `real`: waits last; otherwise they take one turn of the event loop. `slowness`: how many times as long as
   * usual.
   */
  constructor(clock: Clock, real: boolean, slowness = 1) {
    this.clock = clock;
    this.#real = real;
    this.#slowness = slowness;
  }

  /** Milliseconds in which at least one wait was going on. */
  get waited(): number {
    return this.#waited + (this.#waiting > 0 && this.#real ? this.clock.now() - this.#since : 0);
  }

  /** A window is opening or closing. */
  get moving(): boolean {
    return this.#moving > 0;
  }

  async wait(ms: number, why: string): Promise<void> {
    const { signal } = this.#life;
    if (this.#waiting++ === 0) this.#since = this.clock.now();
    try {
      await this.clock.sleep(this.#real ? ms * this.#slowness : 0, why, signal);
      signal.throwIfAborted();
    } finally {
      if (--this.#waiting === 0 && this.#real) this.#waited += this.clock.now() - this.#since;
      this.#look();
    }
  }

  /** Lets time pass in which the phone answers: it is not waiting for anything itself. */
  async spend(ms: number, why: string): Promise<void> {
    const { signal } = this.#life;
    await this.clock.sleep(ms, why, signal);
    signal.throwIfAborted();
  }

  /**
   * Work that goes on by itself. What stop() ends is forgotten; any other failure is the simulator's own
   * fault and surfaces.
   */
  work(job: () => Promise<void>): void {
    void this.#run(job);
  }

  /** Work during which the windows move. */
  move(job: () => Promise<void>): void {
    this.#moving++;
    this.work(async () => {
      try {
        await job();
      } finally {
        this.#moving--;
      }
    });
  }

  async #run(job: () => Promise<void>): Promise<void> {
    try {
      await job();
    } catch (error) {
      if (!this.#life.signal.aborted) throw error;
    } finally {
      this.#look();
    }
  }

  #look(): void {
    for (const look of this.#watchers.splice(0)) look();
  }

  /** Resolves when no window moves any more, or after `timeoutMs`. */
  still(timeoutMs: number): Promise<void> {
    return this.#until(() => !this.moving, timeoutMs);
  }

  /** Resolves when nothing goes on by itself any more: the phone waits for a person. */
  async quiet(): Promise<void> {
    do {
      await this.#until(() => this.#waiting === 0);
      // What was waited for may go on to the next wait within this turn.
      await nextTurn();
    } while (this.#waiting > 0);
  }

  stop(): void {
    this.#life.abort();
  }

  /** The same time, with nothing going on. */
  anew(): Pace {
    return new Pace(this.clock, this.#real, this.#slowness);
  }

  async #until(done: () => boolean, timeoutMs?: number): Promise<void> {
    if (done()) return;
    const enough = new AbortController();
    const reached = new Promise<void>((resolve) => {
      const look = (): void => (done() || enough.signal.aborted ? resolve() : void this.#watchers.push(look));
      look();
    });
    if (timeoutMs === undefined) return reached;
    await Promise.race([reached, this.#patience(timeoutMs, enough.signal)]);
    enough.abort();
  }

  /** In slices: on an instant clock each one gives the phone's own work a turn. */
  async #patience(ms: number, signal: AbortSignal): Promise<void> {
    try {
      for (let left = ms; left > 0; left -= 100) await this.clock.sleep(Math.min(100, left), 'idle', signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** Numbers in 0…1 that are the same for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
