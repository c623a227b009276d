import type { Browser } from 'webdriverio';
import type { Clock } from '../clock.ts';
import { NOT_RECORDED } from '../survey.ts';
import type { Journal } from './journal.ts';
import type { Stuck } from './walk.ts';

/** Why a page is given up. */
export type GivenUp = 'locked' | 'no-answer' | 'unknown-page' | 'not-recorded';

/** What differs between the flows. */
export interface StuckPolicy<O> {
  browser: Browser;
  clock: Clock;
  journal: Journal;
  /** This page stands for a known case, which is answered like this. */
  instead?: (stuck: Stuck) => (() => Promise<O | undefined>) | undefined;
  /** What was submitted may still be under way behind this page: it gets time, and nothing is pressed. */
  mayBeUnderWay?: (stuck: Stuck) => boolean;
  /** An unknown page of this app may be a step of the flow itself: it gets time, and nothing is pressed. */
  isOwnStep?: (app: string) => boolean;
  /** Opens the first page of the flow again. Undefined where that is not allowed any more. */
  reopen?: () => (() => Promise<O | undefined>) | undefined;
  /** How often an unknown page is left before it is given up. Default 6. */
  most?: number;
  giveUp: (why: GivenUp, detours: number) => O;
}

/** How long a page may stay behind which something that was submitted may be under way, ms. */
export const UNDER_WAY_LIMIT = 60_000;
/** How often a page that may be a step of the flow is given time. */
const OWN_STEP_WAITS = 2;

/**
 * What every flow on the phone does about a page that no rule knows, that does not go away, or that lies
 * behind a lock, in this order:
 *
 * 1. What was submitted may be under way: the page gets a minute. A key press could break the sign-out or the
 *    change, and what was submitted must not be submitted again.
 * 2. A lock, or a known page that stays: the flow gives up. Only a person can go on.
 * 3. An unknown page that may be a step of the flow gets time.
 * 4. Any other unknown page gets Back, which means "not now". Every second time the flow opens its first page
 *    again, as Back may have led away from it.
 *
 * Before all that, the page of a phone that plays a survey back, where the survey has none: nothing leads further.
 */
export function onStuck<O>(policy: StuckPolicy<O>): (stuck: Stuck) => Promise<O | undefined> {
  const { browser, clock, journal, giveUp, most = 6 } = policy;
  let detours = 0;
  let since: number | undefined;

  return async (stuck) => {
    const { kind, page } = stuck;
    if (page === NOT_RECORDED) return giveUp('not-recorded', detours);
    const instead = policy.instead?.(stuck);
    if (instead) return instead();
    if (policy.mayBeUnderWay?.(stuck)) {
      since ??= clock.elapsed();
      if (clock.elapsed() - since < UNDER_WAY_LIMIT) return undefined;
      return giveUp(kind === 'locked' ? 'locked' : 'unknown-page', detours);
    }
    if (kind !== 'unknown-page') return giveUp(kind === 'locked' ? 'locked' : 'no-answer', detours);
    if (detours++ >= most) return giveUp('unknown-page', detours);
    if (policy.isOwnStep?.(page))
      return detours > OWN_STEP_WAITS ? giveUp('unknown-page', detours) : undefined;
    const reopen = detours % 2 === 0 ? policy.reopen?.() : undefined;
    if (reopen) return reopen();
    journal.step(`press Back: a page of ${page} is in the way`);
    await browser.back();
    return undefined;
  };
}
