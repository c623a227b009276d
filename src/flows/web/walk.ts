import type { Browser } from 'webdriverio';
import { lookAtPage, type WebLook } from '../../../pageobjects/web/look.ts';
import type { WebPage, WebPageClass } from '../../../pageobjects/web/page.ts';
import type { Clock } from '../../clock.ts';
import type { Progress } from '../../errors.ts';
import { mayLookAgain } from '../passing.ts';
import { pauseAfter } from '../walk.ts';
import { webFault } from './fault.ts';

/**
 * What to do on one page of a web site, as in `walk`. The two walks share no engine: half of `walk` is about
 * what a browser does not have (labels, a dark screen, a lock, a judge beside the page, ways to set out,
 * other apps), and a web page counts as known also when no rule applies to it now, which changes every
 * decision of the loop. They share what is the same: how long to pause, and which faults pass.
 */
export interface WebRule<O> {
  on: WebPageClass;
  when: (page: never) => boolean;
  act: (page: never) => Promise<O>;
  times: number;
}

export function onWeb<P extends WebPage, O>(
  page: WebPageClass<P>,
  act: (page: P) => Promise<O>,
  { when = () => true, times = 3 }: { when?: (page: P) => boolean; times?: number } = {},
): WebRule<O> {
  return { on: page, act, when, times };
}

export type WebRules<O> = readonly WebRule<O | undefined | void>[];

export interface WebWalk<O> {
  browser: Browser;
  /** Opens the first page. */
  begin: () => Promise<void>;
  clock: Clock;
  signal: AbortSignal;
  /** When it has to be over, ms since the epoch; asked at every look. */
  deadline: () => number;
  progress: () => Progress;
  onPage: (name: string, look: WebLook) => Promise<void>;
  /** Called when a dialog of the browser itself lay over the page and was closed. */
  onAlert?: () => void;
  /** Decides about a page that no rule knows or that does not go away. Undefined: look again. */
  onStuck: (kind: 'unknown-page' | 'stuck' | 'out-of-time') => Promise<O | undefined>;
}

/** A known page on which no rule may act any more counts as stuck after this time, ms. */
const STUCK_AFTER = 30_000;
/** Scripts build a page piece by piece: an unknown page counts when it has stayed this long, ms. */
const UNKNOWN_AFTER = 8000;
/**
 * Most answers of a server come within this time, ms. So long the walk looks as often as it may: a look at a web
 * page takes a few ms.
 */
const SOON = 2000;
/** How many looks in a row may fail with a fault that does not pass by itself. */
const FAILED_LOOKS = 5;
/**
 * Faults that pass: what was seen may be gone when it is pressed, the page may be about to change, and a
 * dialog of the browser itself may lie over it.
 */
const PASSING =
  /stale element|no such element|not interactable|click intercepted|unexpected alert|no such execution context|aborted by navigation|detached|timed out receiving/i;

/**
 * Looks, acts, looks again, until a rule or `onStuck` gives an outcome. The site decides the order of its
 * pages.
 */
export async function webWalk<O>(rules: WebRules<O>, options: WebWalk<O>): Promise<O> {
  try {
    await options.begin();
    return await walkOn(rules, options);
  } catch (cause) {
    throw webFault(cause, options.progress(), options.signal);
  }
}

async function walkOn<O>(rules: WebRules<O>, options: WebWalk<O>): Promise<O> {
  const { browser, clock, signal } = options;
  const done = new Map<WebRule<unknown>, number>();
  let last: { fingerprint: string; since: number; looks: number } | undefined;
  let shown = '';
  let failures = 0;

  for (;;) {
    signal.throwIfAborted();
    const look = await passing(() => lookAtPage(browser), undefined, ++failures <= FAILED_LOOKS);
    if (look) failures = 0;
    const now = clock.elapsed();
    if (look && look.fingerprint !== last?.fingerprint)
      last = { fingerprint: look.fingerprint, since: now, looks: 0 };
    const still = now - (last?.since ?? now);
    const rule = look && rules.find(({ on, when }) => on.isOn(look) && when(new on(browser, look) as never));
    // On a page that rules know but none applies to now, the walk waits.
    const known = rule ?? (look && rules.find(({ on }) => !on.vague && on.isOn(look)));
    const name = known?.on.title ?? 'web page';
    if (look && name !== shown && (known || still > UNKNOWN_AFTER)) {
      shown = name;
      await passing(() => options.onPage(name, look));
    }
    if (now > options.deadline()) {
      const outcome = await options.onStuck('out-of-time');
      if (outcome !== undefined) return outcome;
    }
    const times = rule ? (done.get(rule) ?? 0) : 0;
    if (rule && times < rule.times) {
      const act = () => rule.act(new rule.on(browser, look) as never);
      const outcome = await passing(act, () => done.set(rule, times + 1));
      if (outcome !== undefined) return outcome;
      last = undefined;
    } else if (still > (known ? STUCK_AFTER : UNKNOWN_AFTER)) {
      const outcome = await options.onStuck(known ? 'stuck' : 'unknown-page');
      if (outcome !== undefined) return outcome;
      last = undefined;
    }
    if (last && last.looks++ > 0)
      await clock.sleep(pauseAfter(still - SOON), `the page after ${name}`, signal);
  }

  /**
   * `isLook`: a look changes nothing, so it may be repeated after any fault, unless the browser is gone.
   */
  async function passing<T>(
    work: () => Promise<T | void>,
    after?: () => void,
    isLook = false,
  ): Promise<T | undefined> {
    try {
      const result = await work();
      after?.();
      return result ?? undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!PASSING.test(String(error)) && !(isLook && mayLookAgain(error))) throw error;
      if (/unexpected alert/i.test(String(error))) options.onAlert?.();
      // These repetitions are not counted; the deadline ends them.
      await clock.sleep(100, 'the page that is on its way', signal);
      return undefined;
    }
  }
}
