import type { Browser } from 'webdriverio';
import { lookAtPage, type WebLook } from '../../../pageobjects/web/look.ts';
import type { WebPage, WebPageClass } from '../../../pageobjects/web/page.ts';
import type { Clock } from '../../clock.ts';
import type { Progress } from '../../errors.ts';
import { mayLookAgain } from '../passing.ts';
import { pauseAfter } from '../walk.ts';
import { webFault } from './fault.ts';

/** What to do on one page of a web site, as in `walk`. */
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
  /** What leads to the first page. */
  begin: () => Promise<void>;
  clock: Clock;
  signal: AbortSignal;
  /** When it has to be over, ms since the epoch; asked at every look. */
  deadline: () => number;
  progress: () => Progress;
  onPage: (name: string, look: WebLook) => Promise<void>;
  /** A dialog of the browser's own lay over the page, and was closed. */
  onAlert?: () => void;
  /** Decides what a page means that no rule knows, or that does not go away. Undefined: go on looking. */
  onStuck: (kind: 'unknown-page' | 'stuck' | 'out-of-time') => Promise<O | undefined>;
}

/** A known page on which nothing is left to be done is given this long to change, ms. */
const STUCK_AFTER = 30_000;
/** Pages of scripts come in pieces: an unknown one counts when it has stayed this long, ms. */
const UNKNOWN_AFTER = 8000;
/** So many looks in a row may fail of something else than what passes by itself. */
const BLINKS = 5;
/**
 * What was seen may be gone when it is touched, a page may be on its way out, and a dialog of the browser's
 * own may lie over it.
 */
const PASSING =
  /stale element|no such element|not interactable|click intercepted|unexpected alert|no such execution context|aborted by navigation|detached|timed out receiving/i;

/**
 * Looks, acts, looks again, until a rule or `lost` gives an outcome. The site decides the order of its pages.
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
  let blinks = 0;

  for (;;) {
    signal.throwIfAborted();
    const look = await passing(() => lookAtPage(browser), undefined, ++blinks <= BLINKS);
    if (look) blinks = 0;
    const now = clock.elapsed();
    if (look && look.fingerprint !== last?.fingerprint)
      last = { fingerprint: look.fingerprint, since: now, looks: 0 };
    const still = now - (last?.since ?? now);
    const rule = look && rules.find(({ on, when }) => on.isOn(look) && when(new on(browser, look) as never));
    // Without a rule that applies now, a page that rules know is waited on.
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
    if (last && last.looks++ > 0) await clock.sleep(pauseAfter(still), `the page after ${name}`, signal);
  }

  /**
   * `isLook`: it changes nothing, so it may be done again whatever it fails of, unless the browser is gone.
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
      // Not counted, and not for ever: the deadline holds.
      await clock.sleep(100, 'the page that is on its way', signal);
      return undefined;
    }
  }
}
