import type { LedgerAnswer } from '../store/ledger.ts';
import type { Trouble } from '../../pageobjects/alert.page.ts';
import type { Stop } from './account-guard.ts';

/** How a sign-out ended. Anything else is thrown: then there is no outcome. */
export type Outcome =
  | { kind: 'signed-out' }
  | { kind: 'already-signed-out' }
  /** The phone asked for a password and none was given; it was left as it was. */
  | { kind: 'cancelled'; reason: 'no-password' }
  /** `retryFrom` is an ISO date: trying before it is useless. */
  | {
      kind: 'refused';
      reason: Exclude<Trouble, 'wrong-captcha' | 'wrong-code'> | 'password-budget';
      retryFrom?: string;
      hint?: string;
    }
  | {
      kind: 'needs-person';
      reason:
        | 'captcha'
        | 'second-factor'
        | 'unknown-page'
        | 'not-recorded'
        | 'no-answer'
        | 'keyboard'
        | 'account-row-not-found'
        | 'password-not-set'
        | 'done-before';
    }
  | Stop
  /** What a person has answered was not accepted; or the phone has locked its screen. */
  | { kind: 'needs-person'; reason: 'wrong-captcha' | 'wrong-second-factor' | 'locked' }
  /** The Mi Account is gone, and a Google account is not, which the operator does not accept. */
  | { kind: 'needs-person'; reason: 'google-account' }
  /** The Mi Account is gone, and the server does not say that the lock is off, which the operator wants. */
  | { kind: 'needs-person'; reason: 'lock-still-on' }
  | Lost;

/** Its owner has reported the phone as lost at Xiaomi: it is not worked on. */
export type Lost = { kind: 'needs-person'; reason: 'lost-mode' };
export const LOST: Lost = { kind: 'needs-person', reason: 'lost-mode' };

const DAY = 24 * 60 * 60_000;

/** What a person has been asked for in a run, and has answered. */
export type Answered = 'captcha' | 'second-factor';

/**
 * What a message of the phone means for the job. `days` is the wait the message names, counted from `now` (ms
 * since the epoch).
 */
export function refusal(
  trouble: Trouble,
  days: number | undefined,
  now: number,
  answered?: Answered,
): Outcome {
  if (trouble === 'wrong-captcha')
    return { kind: 'needs-person', reason: answered === 'captcha' ? 'wrong-captcha' : 'captcha' };
  if (trouble === 'wrong-code')
    return {
      kind: 'needs-person',
      reason: answered === 'second-factor' ? 'wrong-second-factor' : 'second-factor',
    };
  if (trouble !== 'find-device-locked' || days === undefined) return { kind: 'refused', reason: trouble };
  return {
    kind: 'refused',
    reason: trouble,
    retryFrom: new Date(now + days * DAY).toISOString().slice(0, 10),
  };
}

/**
 * What a budget that is spent says: from when it is not, and what to do where other accounts may have spent
 * it.
 * @internal
 */
export function spent({ freeFrom, alike }: Extract<LedgerAnswer, { kind: 'spent' }>): {
  retryFrom: string;
  hint?: string;
} {
  return { retryFrom: freeFrom, ...(alike ? { hint: ALIKE } : {}) };
}

const ALIKE =
  "the phone hides a part of the account's name, so what was done for every account that looks the same counts. If this is another one than those, say so: --another-account; in a list another_account = yes, or 'mi-unbind jobs retry ID --another-account'";

/** 0 signed out · 1 refused or cancelled · 3 needs a person. */
export function exitCode(outcome: Outcome): 0 | 1 | 3 {
  if (outcome.kind === 'needs-person') return 3;
  return outcome.kind === 'signed-out' || outcome.kind === 'already-signed-out' ? 0 : 1;
}

export function person(reason: Extract<Outcome, { kind: 'needs-person' }>['reason']): Promise<Outcome> {
  return Promise.resolve({ kind: 'needs-person', reason });
}
