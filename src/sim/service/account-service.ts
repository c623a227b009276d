import { captchaLetters } from './account-captcha.ts';
import {
  checkCode,
  goodCode,
  limitReached,
  noCodes,
  replaceCode,
  validMs,
  type Codes,
  type CodeVerdict,
  type Purpose,
} from './account-codes.ts';
import { passwordFault, type NewPasswordFault } from './account-password.ts';
import type { WitnessEntry } from './account-witness.ts';
import { LockBook } from './lock-book.ts';
import { generator } from '../time.ts';
import type { CodeMessage, Post } from './post.ts';
import type { AccountSpec } from '../spec.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LOCK_DAYS = 3;
/** How long a right code lets its owner change the password. */
const IDENTITY = 10 * MINUTE;

export type PasswordVerdict =
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

export interface CodeSending {
  account: string;
  by: CodeMessage['by'];
  purpose: Purpose;
  /** Empty from the web. */
  serial: string;
  region: 'global' | 'china';
  at: number;
  /** Of the message. Missing: English. */
  language?: string;
}

export type CodeAnswer =
  | { kind: 'sent'; validMs: number }
  | { kind: 'limit' }
  | { kind: 'no-contact' }
  | { kind: 'unknown-account' };

export interface PasswordChange {
  account: string;
  newPassword: string;
  serial: string;
  at: number;
  by: 'phone' | 'web';
}

interface Entry {
  spec: AccountSpec;
  /** As the spec has it until it is changed. */
  password: string;
  wrongTries: number;
  passwordChangedAt: number;
  /** What the captcha picture says, while one is asked for. */
  captcha?: string;
  codes: Codes;
  /** When each phone's owner, or the web's, has proved who they are. */
  identities: Map<string, number>;
  /** When they have typed the first of two codes. */
  halfway: Map<string, number>;
  /** Where the last code went. */
  sentBy: CodeMessage['by'];
  /** The same for all of them. */
  identityAt: number;
}

/**
 * Xiaomi's account service as the phones see it: one truth behind all of them. Waiting is the phone's part;
 * answers come at once.
 */
export class AccountService {
  readonly log: WitnessEntry[] = [];
  readonly locks = new LockBook();
  readonly #accounts = new Map<string, Entry>();
  readonly #post: Post | undefined;
  readonly #random: () => number;
  #drawn = 0;

  /**
   * Without a post no code reaches anybody. `seed`: of the codes; missing: other ones each time, so that none
   * can be foretold.
   */
  constructor({
    post,
    seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
  }: { post?: Post; seed?: number } = {}) {
    this.#post = post;
    this.#random = generator(seed);
  }

  /** Makes the account, or puts it back to what the spec says. */
  put(spec: AccountSpec, now: number): void {
    const ago = (amount: number | undefined, unit: number): number =>
      amount === undefined ? -Infinity : now - amount * unit;
    this.#accounts.set(spec.id, {
      spec,
      password: spec.password,
      wrongTries: 0,
      passwordChangedAt: ago(spec.passwordChangedDaysAgo, DAY),
      codes: noCodes(),
      identities: new Map(),
      halfway: new Map(),
      sentBy: 'email',
      identityAt: ago(spec.identityCheckedMinutesAgo, MINUTE),
    });
  }

  get(id: string): AccountSpec | undefined {
    return this.#accounts.get(id)?.spec;
  }

  /**
   * The account that is meant by an id, a mail address or a phone number, with or without the country's
   * part.
   */
  find(name: string): AccountSpec | undefined {
    const given = name.trim();
    const digits = given.replace(/[\s()-]/g, '').replace(/^(?:\+|00?)/, '');
    const specs = [...this.#accounts.values()].map(({ spec }) => spec);
    return (
      this.get(given) ??
      specs.find(({ email }) => email !== undefined && email.toLowerCase() === given.toLowerCase()) ??
      specs.find(({ phone }) => /^\d{8,}$/.test(digits) && phone?.replace(/\D/g, '').endsWith(digits))
    );
  }

  wrongTries(id: string): number {
    return this.#accounts.get(id)?.wrongTries ?? 0;
  }

  /**
   * What only the owner can know: the letters in the picture and the code in the message. For the one who
   * plays the owner.
   */
  secretsOfOwner(id: string): { captcha?: string; code?: string } {
    const { captcha, codes } = this.#accounts.get(id) ?? {};
    const code = codes?.current?.code;
    return { ...(captcha ? { captcha } : {}), ...(code ? { code } : {}) };
  }

  /** From now on the account's password is taken with these letters only. */
  drawCaptcha(account: string): string | undefined {
    const entry = this.#accounts.get(account);
    return entry && (entry.captcha ??= captchaLetters(++this.#drawn));
  }

  checkPassword(attempt: LoginAttempt): PasswordVerdict {
    const { account, serial, at } = attempt;
    const entry = this.#accounts.get(account);
    if (entry?.captcha !== undefined) {
      const right = attempt.captcha?.toLowerCase() === entry.captcha;
      this.log.push({ at, kind: 'captcha', account, serial, right });
      if (!right) return { kind: 'wrong-captcha', captcha: (entry.captcha = captchaLetters(++this.#drawn)) };
    }
    const right = entry !== undefined && entry.password === attempt.password;
    this.log.push({ at, kind: 'password', account, serial, right });
    if (!entry) return { kind: 'wrong' };
    if (!right) {
      entry.wrongTries++;
      if (!attempt.captchaAfterWrong) return { kind: 'wrong' };
      return { kind: 'wrong', captcha: (entry.captcha = captchaLetters(++this.#drawn)) };
    }
    delete entry.captcha;
    if (!attempt.secondFactor) return { kind: 'right' };
    if (goodCode(entry.codes, 'second-factor', entry.spec, at) === undefined) {
      const by = entry.spec.phone === undefined ? 'email' : 'phone';
      void this.#send(entry, { account, by, purpose: 'second-factor', serial, at });
    }
    return { kind: 'needs-code' };
  }

  /** The second step of a sign-in. */
  checkCode({
    account,
    code,
    serial,
    at,
  }: {
    account: string;
    code: string;
    serial: string;
    at: number;
  }): PasswordVerdict {
    const entry = this.#accounts.get(account);
    const right =
      entry !== undefined &&
      checkCode(entry.codes, { code, purpose: 'second-factor', at }, entry.spec).kind === 'right';
    this.log.push({ at, kind: 'code', account, serial, right });
    return { kind: right ? 'right' : 'wrong-code' };
  }

  /**
   * Sends a code, which takes the place of the one before. `sent` also when the post loses it: the service
   * cannot know.
   */
  async requestCode(request: CodeSending): Promise<CodeAnswer> {
    const { account, by, purpose, serial, region, at } = request;
    const entry = this.#accounts.get(account);
    const refuse = <K extends 'limit' | 'no-contact' | 'unknown-account'>(kind: K): { kind: K } => {
      this.log.push({ at, kind: 'code-refused', account, serial, by, purpose, reason: kind });
      return { kind };
    };
    if (!entry) return refuse('unknown-account');
    if (entry.spec[by] === undefined) return refuse('no-contact');
    if (limitReached(entry.codes, entry.spec, region, at)) return refuse('limit');
    await this.#send(entry, request);
    return { kind: 'sent', validMs: validMs(entry.spec) };
  }

  /** Never rejects. */
  async #send(
    entry: Entry,
    { account, by, purpose, serial, at, language = 'en' }: Omit<CodeSending, 'region'>,
  ): Promise<void> {
    const code = replaceCode(entry.codes, purpose, at, this.#random);
    entry.sentBy = by;
    const to = entry.spec[by];
    this.log.push({ at, kind: 'code-sent', account, serial, by, purpose });
    if (to === undefined) return;
    try {
      await this.#post?.send({ by, to, code, language, account });
    } catch (error) {
      this.log.push({
        at,
        kind: 'code-lost',
        account,
        serial,
        by,
        purpose,
        reason: (error as Error).message.replaceAll(code, '[hidden]'),
      });
    }
  }

  /**
   * A right code opens the time in which its owner may change the password, on this phone or (`serial` empty)
   * in the web; of an account that wants two, the second one. `more`: where that one goes.
   */
  verifyCode({
    account,
    code,
    purpose,
    serial,
    at,
  }: Omit<CodeSending, 'by' | 'region' | 'language'> & { code: string }):
    CodeVerdict | { kind: 'more'; by: CodeMessage['by'] } {
    const entry = this.#accounts.get(account);
    const verdict: CodeVerdict = entry
      ? checkCode(entry.codes, { code, purpose, at }, entry.spec)
      : { kind: 'wrong' };
    const right = verdict.kind === 'right';
    this.log.push({
      at,
      kind: 'code-checked',
      account,
      serial,
      purpose,
      right,
      ...(right ? {} : { reason: verdict.kind }),
    });
    if (!entry || !right || purpose === 'second-factor') return verdict;
    const more = secondContact(entry, serial, at);
    if (more === undefined) {
      entry.halfway.delete(serial);
      entry.identities.set(serial, at);
      return verdict;
    }
    entry.halfway.set(serial, at);
    return { kind: 'more', by: more };
  }

  identityValid(account: string, serial: string, at: number): boolean {
    const entry = this.#accounts.get(account);
    return (
      entry !== undefined &&
      at - Math.max(entry.identityAt, entry.identities.get(serial) ?? -Infinity) < IDENTITY
    );
  }

  changePassword(
    change: PasswordChange,
  ): { kind: 'changed' } | { kind: NewPasswordFault } | { kind: 'no-identity' } {
    const { account, newPassword, serial, at, by } = change;
    const entry = this.#accounts.get(account);
    const fault =
      entry && this.identityValid(account, serial, at)
        ? passwordFault(newPassword, entry.password, entry.spec)
        : ('no-identity' as const);
    if (!entry || fault) {
      this.log.push({ at, kind: 'password-refused', account, serial, by, reason: fault ?? 'no-identity' });
      return { kind: fault ?? 'no-identity' };
    }
    entry.password = newPassword;
    entry.passwordChangedAt = at;
    delete entry.captcha;
    this.log.push({ at, kind: 'password-changed', account, serial, by });
    return { kind: 'changed' };
  }

  /** Days the lock after a password change lasts, or undefined when Find device went off. */
  turnOffFindDevice(account: string, serial: string, at: number): number | undefined {
    const entry = this.#accounts.get(account);
    const days = entry?.spec.lockDays ?? LOCK_DAYS;
    const locked = entry !== undefined && at - entry.passwordChangedAt < days * DAY;
    this.log.push({ at, kind: locked ? 'find-device-locked' : 'find-device-off', account, serial });
    return locked ? days : undefined;
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
}

/** Where the second code goes; undefined where none is wanted, or this was the second. */
function secondContact(
  { spec, halfway, sentBy }: Entry,
  serial: string,
  at: number,
): CodeMessage['by'] | undefined {
  if (spec.secondCode === undefined || at - (halfway.get(serial) ?? -Infinity) < IDENTITY) return undefined;
  const other = sentBy === 'email' ? 'phone' : 'email';
  return spec.secondCode === 'other' && spec[other] !== undefined ? other : sentBy;
}
