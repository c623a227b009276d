import type { Clock } from '../clock.ts';
import type { Baseline, CodeSource } from '../codes/source.ts';
import type { Secret } from '../secret.ts';
import type { Ledger } from '../store/ledger.ts';
import type { Vault } from '../store/vault.ts';
import type { AccountGuard, Stop } from './account-guard.ts';
import type { Lost } from './outcome.ts';
import type { Journal } from './journal.ts';

/** What a new password is set with, on the phone or on the site. */
export interface RecoveryInput {
  /**
   * The account as its site knows it: the numeric Mi id, or the e-mail address or telephone number it signs
   * in with.
   */
  account: string;
  /** Where the code is sent. */
  by: 'phone' | 'email';
  /** That e-mail address or telephone number. */
  contact: string;
  /** Further contacts of the account, for a second code. The code source reads what comes to them as well. */
  others?: readonly string[] | undefined;
  newPassword: Secret;
}

export interface RecoveryTools {
  codes: CodeSource;
  ledger: Ledger;
  vault: Vault;
  person: Person;
  clock: Clock;
  signal: AbortSignal;
  journal: Journal;
  /** The whole flow may take this long, ms; the time a person takes to answer is not counted. */
  timeLimit?: number;
  /** How long a code may take to come, ms. */
  codeLimit?: number;
  /**
   * Where the source stood before an earlier run requested a code on this phone for this contact. That run
   * may have ended before it typed the code.
   */
  left?: Baseline | undefined;
  /** Compares the account that was named with the phone's. Missing: none was named. */
  guard?: AccountGuard | undefined;
}

/** The person who is asked what only a person may answer. */
export interface Person {
  /**
   * What was typed; undefined where there is no terminal or the deadline passed. Rejects with the signal's
   * reason when aborted.
   */
  ask(question: Question, signal: AbortSignal): Promise<string | undefined>;
}

export interface Question {
  what: 'captcha' | 'second-factor' | 'agreement' | 'password';
  /** One line: what to do. */
  prompt: string;
  /** Path of a picture to look at. */
  picture?: string;
}

/** How a password change ended. Anything else is thrown: then there is no outcome. */
export type RecoveryOutcome =
  /** The account's password is the new one. `proof`: what shows it; `message` is only what the page says. */
  | { kind: 'changed'; proof: 'message' | 'sign-in' | 'sign-out' }
  /**
   * It was submitted, and the answer is unknown: the account has the old password or the new one, which is
   * kept.
   */
  | { kind: 'unclear' }
  | { kind: 'refused'; reason: RecoveryRefusal; retryFrom?: string; hint?: string }
  | Stop
  | Lost
  | {
      kind: 'needs-person';
      reason:
        | 'captcha'
        | 'second-factor'
        | 'agreement'
        | 'unknown-page'
        | 'not-recorded'
        | 'no-answer'
        | 'keyboard'
        | 'done-before'
        | SecondCode
        | 'locked';
    };

/** Another code is asked for after a right one, and it was not sent. */
type SecondCode =
  /** The budget of codes is spent. */
  | 'second-code-budget'
  /** It goes to a contact that the order does not have, or whose messages the source does not read. */
  | 'second-code-contact'
  /** It would be the third. */
  | 'third-code';

export type RecoveryRefusal =
  /** The code was not accepted. It is typed once, and no other one is asked for. */
  | 'wrong-code'
  | 'code-expired'
  /** Xiaomi sends no more codes today. */
  | 'code-limit'
  /** The budget of codes for this account is spent; `retryFrom` says until when. */
  | 'code-budget'
  /** The account has no such contact, or does not offer it. */
  | 'no-contact'
  | 'unknown-account'
  | 'same-password'
  | 'weak-password'
  /** It contains a part of the account, was used before, or is easy to guess. */
  | 'risky-password'
  /** The page found the two entries different, though the same was typed twice. */
  | 'mismatch'
  /** The phone could not begin the identity check. */
  | 'identity-check'
  | 'network'
  | 'server'
  | 'access-denied';
