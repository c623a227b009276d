import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

interface Sleeper {
  at: number;
  /** Of two that end at one time, the one that began first. */
  place: number;
  wake(): void;
}

/** Turns of the event loop after which what goes on inside this process has come to rest. */
const TURNS = 3;

/**
 * Time that passes only while everything waits for it: when nothing else goes on, it jumps to the next moment
 * for which something waits. What runs on it alone takes the same course each time, however busy the computer
 * is.
 */
export class VirtualClock implements Clock {
  readonly #start: number;
  #elapsed = 0;
  #places = 0;
  #sleepers: Sleeper[] = [];
  #isRunning = false;

  constructor(start: number) {
    this.#start = start;
  }

  now = (): number => this.#start + Math.round(this.#elapsed);

  elapsed = (): number => this.#elapsed;

  sleep(ms: number, _why: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const end = () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        at: this.#elapsed + Math.max(0, ms),
        place: this.#places++,
        wake: () => {
          signal?.removeEventListener('abort', end);
          resolve();
        },
      };
      signal?.addEventListener('abort', end, { once: true });
      this.#sleepers.push(sleeper);
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (;;) {
      for (let turn = 0; turn < TURNS; turn++) await nextTurn();
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (first, one) =>
          first && (first.at < one.at || (first.at === one.at && first.place < one.place)) ? first : one,
        undefined,
      );
      if (!next) break;
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.wake();
    }
    this.#isRunning = false;
  }
}
