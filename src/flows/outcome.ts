import type { Trouble } from '../../pageobjects/alert.page.ts';

/** How a sign-out ended. Anything else is thrown: then there is no outcome. */
export type Outcome =
  | { kind: 'signed-out' }
  | { kind: 'already-signed-out' }
  /** The phone asked for a password and none was given; it was left as it was. */
  | { kind: 'cancelled'; reason: 'no-password' }
  /** `retryFrom` is an ISO date: trying before it is useless. */
  | { kind: 'refused'; reason: Exclude<Trouble, 'wrong-captcha' | 'wrong-code'> | 'password-budget'; retryFrom?: string }
  | {
      kind: 'needs-person';
      reason: 'captcha' | 'second-factor' | 'unknown-page' | 'no-answer' | 'keyboard' | 'account-row-not-found' | 'done-before';
    };

const DAY = 24 * 60 * 60_000;

/** What a message of the phone means for the job. `days` is the wait the message names, counted from `now` (ms since the epoch). */
export function refusal(trouble: Trouble, days: number | undefined, now: number): Outcome {
  if (trouble === 'wrong-captcha') return { kind: 'needs-person', reason: 'captcha' };
  if (trouble === 'wrong-code') return { kind: 'needs-person', reason: 'second-factor' };
  if (trouble !== 'find-device-locked' || days === undefined) return { kind: 'refused', reason: trouble };
  return { kind: 'refused', reason: trouble, retryFrom: new Date(now + days * DAY).toISOString().slice(0, 10) };
}

/** 0 signed out · 1 refused or cancelled · 3 needs a person. */
export function exitCode(outcome: Outcome): 0 | 1 | 3 {
  if (outcome.kind === 'needs-person') return 3;
  return outcome.kind === 'signed-out' || outcome.kind === 'already-signed-out' ? 0 : 1;
}
