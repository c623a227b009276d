import { systemClock, type Clock } from '../../clock.ts';

/** What the server keeps for one phone. */
interface Entry {
  locked: boolean;
  lost: boolean;
  /** Ms after which a lock that was taken off is gone for those who ask. */
  delayMs: number;
  /** Ms since the epoch at which it was taken off. */
  offAt: number;
}

/**
 * The lock that Xiaomi's server keeps for each phone, by its IMEIs. It follows Find device and the account; the phone
 * tells the server of both. It goes by the server's time, not by that of a phone.
 */
export class LockBook {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  put(imeis: readonly string[], entry: Omit<Entry, 'offAt'>): void {
    const made: Entry = { ...entry, offAt: -Infinity };
    for (const imei of imeis) this.#entries.set(imei, made);
  }

  set(imei: string, locked: boolean): void {
    const entry = this.#entries.get(imei);
    if (!entry || entry.locked === locked) return;
    entry.locked = locked;
    entry.offAt = locked ? -Infinity : this.#clock.now();
  }

  /** The owner removes the phone in the cloud, from afar. */
  clear(imei: string): void {
    const entry = this.#entries.get(imei);
    if (entry) entry.lost = false;
    this.set(imei, false);
  }

  /** Undefined: the server knows no such phone. */
  get(imei: string): { locked: boolean; lost: boolean } | undefined {
    const entry = this.#entries.get(imei);
    const now = this.#clock.now();
    return entry && { locked: entry.locked || now < entry.offAt + entry.delayMs, lost: entry.lost };
  }
}
