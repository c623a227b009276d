import { setTimeout as wait } from 'node:timers/promises';

/** The one source of time. Everything that waits asks a clock, so a test never sleeps. */
export interface Clock {
  /**
   * Milliseconds since the epoch, as this computer tells it: for what people read and what other computers
   * wrote. It jumps when the computer is set right, by hand or by NTP, and when it wakes up.
   */
  now(): number;
  /**
   * Milliseconds since some moment, which only ever grow, one each millisecond: for limits, pauses and how
   * long something took.
   */
  elapsed(): number;
  /**
   * Lets `ms` milliseconds pass. `why` names what is waited for; rejects with the signal's reason when
   * aborted.
   */
  sleep(ms: number, why: string, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  sleep: (ms, _why, signal) => wait(ms, undefined, signal ? { signal } : {}),
};

/** A clock on which waiting costs nothing: time jumps forward and the event loop gets one turn. */
export function instantClock(start: number = Date.now()): Clock {
  let skipped = 0;
  const began = performance.now();
  const elapsed = () => performance.now() - began + skipped;
  return {
    now: () => start + Math.round(elapsed()),
    elapsed,
    async sleep(ms, _why, signal) {
      signal?.throwIfAborted();
      skipped += ms;
      await new Promise((turn) => setImmediate(turn));
      signal?.throwIfAborted();
    },
  };
}
