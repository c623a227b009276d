import type { AccountSpec } from './spec.ts';

const DAY = 24 * 60 * 60 * 1000;
/** Days after a password change in which Find device cannot be turned off. */
export const LOCK_DAYS = 3;

/** What the account service saw, in order. Never a password, code or captcha. */
export interface WitnessEntry {
  at: number;
  kind: 'password' | 'captcha' | 'code' | 'find-device-off' | 'find-device-locked' | 'device-unbound' | 'signed-out' | 'signed-in';
  account: string;
  /** The phone's ro.serialno. */
  serial: string;
  right?: boolean;
  /** With `signed-out`: what became of the data on the phone. */
  data?: 'kept' | 'removed';
}

export type Verdict =
  | { kind: 'right' }
  | { kind: 'wrong'; captcha?: string }
  | { kind: 'wrong-captcha'; captcha: string }
  | { kind: 'needs-code' }
  | { kind: 'wrong-code' };

export interface LoginAttempt {
  account: string;
  password: string;
  serial: string;
  at: number;
  /** What was typed from the captcha picture. */
  captcha?: string;
  /** The service wants captchas after a wrong password. */
  captchaAfterWrong: boolean;
  secondFactor: boolean;
}

interface Entry {
  spec: AccountSpec;
  wrongTries: number;
  passwordChangedAt: number;
  /** What the captcha picture says, while one is asked for. */
  captcha?: string;
  /** The code sent to the owner, while one is waited for. */
  code?: string;
}

/** Xiaomi's account service as the phones see it: one truth behind all of them. Waiting is the phone's part; answers come at once. */
export class AccountService {
  readonly log: WitnessEntry[] = [];
  readonly #accounts = new Map<string, Entry>();
  #drawn = 0;

  /** Makes the account, or puts it back to what the spec says. */
  put(spec: AccountSpec, now: number): void {
    const changed = spec.passwordChangedDaysAgo;
    this.#accounts.set(spec.id, { spec, wrongTries: 0, passwordChangedAt: changed === undefined ? 0 : now - changed * DAY });
  }

  get(id: string): AccountSpec | undefined {
    return this.#accounts.get(id)?.spec;
  }

  wrongTries(id: string): number {
    return this.#accounts.get(id)?.wrongTries ?? 0;
  }

  /** What only the owner can know: the letters in the picture and the code in the message. For the one who plays the owner. */
  secretsOfOwner(id: string): { captcha?: string; code?: string } {
    const { captcha, code } = this.#accounts.get(id) ?? {};
    return { ...(captcha ? { captcha } : {}), ...(code ? { code } : {}) };
  }

  checkPassword(attempt: LoginAttempt): Verdict {
    const { account, serial, at } = attempt;
    const entry = this.#accounts.get(account);
    if (entry?.captcha !== undefined) {
      const right = attempt.captcha?.toLowerCase() === entry.captcha;
      this.log.push({ at, kind: 'captcha', account, serial, right });
      if (!right) return { kind: 'wrong-captcha', captcha: (entry.captcha = this.#letters()) };
    }
    const right = entry !== undefined && entry.spec.password === attempt.password;
    this.log.push({ at, kind: 'password', account, serial, right });
    if (!entry) return { kind: 'wrong' };
    if (!right) {
      entry.wrongTries++;
      if (!attempt.captchaAfterWrong) return { kind: 'wrong' };
      return { kind: 'wrong', captcha: (entry.captcha = this.#letters()) };
    }
    delete entry.captcha;
    if (!attempt.secondFactor) return { kind: 'right' };
    entry.code ??= String(100000 + ((this.#draw() * 7919) % 900000));
    return { kind: 'needs-code' };
  }

  checkCode(attempt: { account: string; code: string; serial: string; at: number }): Verdict {
    const { account, serial, at } = attempt;
    const entry = this.#accounts.get(account);
    const right = entry?.code !== undefined && entry.code === attempt.code;
    this.log.push({ at, kind: 'code', account, serial, right });
    if (!right) return { kind: 'wrong-code' };
    delete entry.code;
    return { kind: 'right' };
  }

  /** Days the lock after a password change lasts, or undefined when Find device went off. */
  turnOffFindDevice(account: string, serial: string, at: number): number | undefined {
    const changedAt = this.#accounts.get(account)?.passwordChangedAt ?? 0;
    const locked = at - changedAt < LOCK_DAYS * DAY;
    this.log.push({ at, kind: locked ? 'find-device-locked' : 'find-device-off', account, serial });
    return locked ? LOCK_DAYS : undefined;
  }

  unbindDevice(account: string, serial: string, at: number): void {
    this.log.push({ at, kind: 'device-unbound', account, serial });
  }

  signedOut(account: string, serial: string, at: number, data: 'kept' | 'removed'): void {
    this.log.push({ at, kind: 'signed-out', account, serial, data });
  }

  signedIn(account: string, serial: string, at: number): void {
    this.log.push({ at, kind: 'signed-in', account, serial });
  }

  #draw(): number {
    return ++this.#drawn;
  }

  /** Four letters that cannot be mistaken for each other, another set each time. */
  #letters(): string {
    const alphabet = 'abdefhkmnprtwxy';
    let seed = this.#draw() * 2654435761;
    let letters = '';
    for (let i = 0; i < 4; i++) {
      letters += alphabet[(seed >>> 0) % alphabet.length];
      seed = Math.imul(seed ^ (seed >>> 13), 1540483477);
    }
    return letters;
  }
}
