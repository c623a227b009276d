import { randomInt } from 'node:crypto';
import { Secret } from '../secret.ts';

/**
 * What a Mi Account's password may be: 8 to 16 characters, at least two of letters, digits and symbols
 * (com.xiaomi.account `passport_password_req_notice`, MIUI 10.3); HyperOS 3 also refuses the account's own
 * number, address or id in it and patterns that are easily guessed.
 */

const LENGTH = 14;
/** Without what is mistaken for something else when read out or typed off: no 0 O o, 1 l I i. */
const KINDS = ['abcdefghjkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789'] as const;
/** Text of the account's own that is shorter says nothing of it. */
const TELLING = 4;

/** A new password. `own`: what belongs to the account (id, address, number), no part of which is in it. */
export function generatePassword(own: readonly string[] = []): Secret {
  for (;;) {
    const letters = Array.from({ length: LENGTH }, (_, index) => pick(KINDS[index] ?? KINDS.join('')));
    for (let last = LENGTH - 1; last > 0; last--) swap(letters, last, randomInt(last + 1));
    const password = letters.join('');
    if (passwordProblem(password, own) === undefined) return new Secret(password);
  }
}

/**
 * Why Xiaomi would not take a password, as far as that can be known before; undefined when nothing speaks
 * against it.
 */
export function passwordProblem(password: string, own: readonly string[] = []): string | undefined {
  const length = [...password].length;
  if (length < 8 || length > 16) return `it has ${length} characters, and 8 to 16 are taken`;
  if (/[^\x21-\x7e]/.test(password))
    return 'it holds a character that is neither a letter from A to Z, a digit nor a common symbol';
  const kinds = [/[A-Za-z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  if (kinds < 2) return 'it needs at least two of letters, digits and symbols';
  if (own.some((text) => holds(password, text)))
    return "it holds a part of the account's own id, address or number";
  if (/(.)\1\1/.test(password) || hasRow(password))
    return 'it holds a row that is easily guessed, such as aaa, 1234 or abcd';
  return undefined;
}

/** Not 8 to 16 characters, or not two of letters, digits and symbols. */
export function isWeak(password: string): boolean {
  const kinds = [/\p{L}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u].filter((kind) => kind.test(password)).length;
  return kinds < 2 || password.length < 8 || password.length > 16;
}

/** A part of an address or number that a person would recognise. */
function holds(password: string, own: string): boolean {
  const parts = own
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part.length >= TELLING);
  const digits = own.replace(/\D/g, '');
  const tails = digits.length >= 6 ? [digits.slice(-6)] : [];
  return [...parts, ...tails].some((part) => password.toLowerCase().includes(part));
}

/** Four characters that follow each other. */
function hasRow(password: string): boolean {
  const codes = [...password.toLowerCase()].map((letter) => letter.charCodeAt(0));
  return codes.some((_, at) =>
    [1, -1].some((step) => [1, 2, 3].every((n) => codes[at + n] === (codes[at] ?? NaN) + n * step)),
  );
}

function pick(from: string): string {
  return from.charAt(randomInt(from.length));
}

function swap(list: string[], one: number, other: number): void {
  [list[one], list[other]] = [list[other] ?? '', list[one] ?? ''];
}
