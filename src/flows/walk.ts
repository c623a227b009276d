import type { Browser } from 'webdriverio';
import type { Clock } from '../clock.ts';
import { shows } from '../../pageobjects/locator.ts';
import { PageSource } from '../../pageobjects/look.ts';
import type { Drift } from '../events.ts';
import { isGone, mayLookAgain, mayPass } from './passing.ts';
import type { Screen } from './screen.ts';
import type { LabelBook } from '../../pageobjects/label.ts';
import { AnyPage, type Page, type PageClass } from '../../pageobjects/page.ts';

/** What to do on one page. `O` is what ends the walk; nothing lets it go on. */
export interface Rule<O> {
  on: PageClass;
  /** A finer condition on the page, read from the look it was made from. */
  when?: (page: never) => boolean;
  /**
   * What a person would do here; an outcome ends the walk. Missing: wait for the page to go, 90 s at most.
   */
  act?: (page: never) => Promise<O>;
  /** Without `act`: how long the page may stay, ms. Asked at every look. */
  limit?: () => number;
  /**
   * How often it may be done in one walk. After the last time the walk only waits for the page to go. Default
   * 3.
   */
  times?: number;
  /** How long the phone may take to react before it is done again, ms. Default 3000. */
  patience?: number;
}

/** A rule with its page's type, so that `act` is checked against the page it acts on. */
export function on<P extends Page, O>(
  page: PageClass<P>,
  act: (page: P) => Promise<O>,
  limits: { when?: (page: P) => boolean; times?: number; patience?: number } = {},
): Rule<O> {
  return { on: page, act, ...limits };
}

/** Why a walk ended without an outcome of its rules. `locked`: behind a lock that asks for something. */
export type Stuck = { kind: 'unknown-page' | 'stuck' | 'out-of-time' | 'locked'; page: string };

export type Rules<O> = readonly Rule<O | void | undefined>[];

/** The pages that rules act on or wait for, each once, in the order of the rules. */
export const pagesOf = (rules: readonly Rule<unknown>[]): readonly PageClass[] => [
  ...new Set(rules.map((rule) => rule.on)),
];

export interface WalkOptions<O> {
  browser: Browser;
  labels: LabelBook;
  clock: Clock;
  signal: AbortSignal;
  /** The whole walk may take this long, ms. */
  timeLimit: number;
  /** Asked at every look beside the page source; an outcome ends the walk. */
  judge?: () => Promise<O | undefined>;
  /** What the page is called on which the judge ends the walk. */
  end?: string;
  /** Called with every page that comes into view, before anything is done to it. */
  onPage?: (name: string, look: PageSource) => Promise<void>;
  /** Called with each thing that a page has elsewhere than expected, once the page was acted on. */
  onDrift?: (drift: Drift) => void;
  /**
   * Ways to the first page, tried one after another from a page that no rule knows: the first at once, the
   * next when the screen stays unknown. None once a rule has acted.
   */
  ways?: readonly ((page: AnyPage) => Promise<void>)[];
  /**
   * Whether the screen is lit, asked where nothing goes on; a dark one is woken. Missing: it is taken to be
   * lit.
   */
  screen?: () => Promise<Screen>;
  /** Decides what a page that no rule knows, or that will not go away, means. Undefined: go on looking. */
  onStuck: (stuck: Stuck) => Promise<O | undefined>;
}

const HOME = 'com.miui.home';
const NOTHING = '<hierarchy/>';
const PATIENCE = 3000;
// Screens come in pieces: an unknown one counts when it has stayed this long, ms.
const UNKNOWN_AFTER = 3000;
// A page that is still there this long after the last thing that may be done to it will not go away, ms.
const STUCK_AFTER = 30_000;
/**
 * How long a page is waited for to go by itself, where nothing else is said: servers in China asked from
 * elsewhere take their time, ms.
 */
export const WAIT_LIMIT = 90_000;
// What a look has shown may be gone when it is touched: a dialog has come up since. That often it is looked
// at again.
const MISSES = 3;
// A look itself may fail, or show nothing at all. That often it is taken again; the server on the phone gives
// up after 10 s each time.
const BLINKS = 5;

/**
 * Between two looks at what has not changed for `ms`, the first of which is at once: a tenth of it, so that
 * nothing is waited for much longer than it takes.
 */
export const pauseAfter = (ms: number) => Math.min(Math.max(ms / 10, 50), 300);

/**
 * Looks, acts, looks again, until a rule, the judge or `lost` gives an outcome. The phone decides the order
 * of its pages: one look (one page source) is matched against all rules in their order. A walk can start on
 * any page, so it is simply run again after a fault. Rejects with the signal's reason when aborted; a fault
 * of the session passes through.
 */
export async function walk<O>(rules: Rules<O>, options: WalkOptions<O>): Promise<O> {
  const { browser, labels, clock, signal } = options;
  const done = new Map<Rule<unknown>, { times: number; at: number }>();
  const ways = [...(options.ways ?? [])];
  let waiting: { rule: Rule<unknown>; since: number; misses: number } | undefined;
  const deadline = clock.elapsed() + options.timeLimit;
  let hasActed = false;
  let shown: string | undefined;
  let fingerprint = '';
  let still = 0;
  let stillSince = clock.elapsed();

  for (;;) {
    signal.throwIfAborted();
    const { look, verdict } = await lookAround();
    if (verdict !== undefined) {
      await options.onPage?.(options.end ?? 'end', look);
      return verdict;
    }
    const now = clock.elapsed();
    if (look.fingerprint !== fingerprint) {
      fingerprint = look.fingerprint;
      still = 0;
      stillSince = now;
    }
    const rule = rules.find((candidate) => matches(candidate, look));
    const name =
      rule?.on.title ?? (look.package === HOME ? 'home screen' : `page of ${look.package || 'no app'}`);

    // A page without a rule may be a screen that is still being built: it is recorded where the walk starts,
    // or once it stays.
    if (name !== shown && (rule || shown === undefined || still > 1)) {
      shown = name;
      await options.onPage?.(name, look);
    }
    if (now > deadline) {
      const end = await options.onStuck({ kind: 'out-of-time', page: name });
      if (end !== undefined) return end;
    }
    const outcome = rule ? await actOn(rule, look, now) : await unknown(look, now);
    if (outcome !== undefined) return outcome;
    if (still++ > 0)
      await clock.sleep(pauseAfter(clock.elapsed() - stillSince), `the page after ${name}`, signal);
  }

  /** What is on the screen, and what the judge says, which counts whether there is anything to see or not. */
  async function lookAround(): Promise<{ look: PageSource; verdict: O | undefined }> {
    for (let blinks = 0; ; blinks++) {
      signal.throwIfAborted();
      const source = browser.getPageSource().then((text) => new PageSource(text));
      const [seen, judged] = await Promise.allSettled([source, options.judge?.()]);
      if (judged.status === 'rejected') throw judged.reason;
      const look = seen.status === 'fulfilled' ? seen.value : new PageSource(NOTHING);
      if (judged.value !== undefined || look.nodes.length > 0) return { look, verdict: judged.value };
      if (seen.status === 'rejected' && (blinks >= BLINKS || !mayLookAgain(seen.reason))) throw seen.reason;
      if (blinks >= BLINKS) return { look, verdict: undefined };
      // A dark screen may show nothing.
      if (blinks > 0) await options.screen?.();
      await clock.sleep(PATIENCE / 10, 'a look that shows something', signal);
    }
  }

  function matches(rule: Rule<unknown>, look: PageSource): boolean {
    if (!shows(look, rule.on.landmark, labels)) return false;
    return !rule.when || rule.when(new rule.on(browser, look, labels) as never);
  }

  async function actOn(
    rule: Rule<O | void | undefined>,
    look: PageSource,
    now: number,
  ): Promise<O | undefined> {
    if (rule !== waiting?.rule) waiting = { rule, since: now, misses: 0 };
    if (!rule.act) {
      return now - waiting.since > (rule.limit?.() ?? WAIT_LIMIT)
        ? lost({ kind: 'stuck', page: rule.on.title })
        : undefined;
    }
    const before = done.get(rule) ?? { times: 0, at: -Infinity };
    if (now - before.at < (rule.patience ?? PATIENCE)) return undefined;
    if (before.times >= (rule.times ?? 3))
      return now - before.at > STUCK_AFTER ? lost({ kind: 'stuck', page: rule.on.title }) : undefined;
    // What was done may not have been felt: a dark screen feels nothing.
    if (before.times > 0 && rule.patience !== 0) {
      const screen = await options.screen?.();
      if (screen === 'locked') return options.onStuck({ kind: 'locked', page: rule.on.title });
      if (screen === 'woken') return undefined;
    }
    signal.throwIfAborted();
    let result: O | void | undefined;
    const page = new rule.on(browser, look, labels);
    try {
      result = await rule.act(page as never);
    } catch (error) {
      const isLast = ++waiting.misses > MISSES;
      if (!mayPass(error) || (isLast && !isGone(error))) throw error;
      return isLast ? lost({ kind: 'stuck', page: rule.on.title }) : undefined;
    } finally {
      if (options.onDrift) page.drift.forEach(options.onDrift);
    }
    hasActed = true;
    stillSince = clock.elapsed();
    done.set(rule, { times: before.times + 1, at: stillSince });
    still = 0;
    return result ?? undefined;
  }

  async function unknown(look: PageSource, now: number): Promise<O | undefined> {
    // Once something was done on a page, an unknown one is no longer a place to set out from.
    const setOut = !hasActed;
    const first = setOut && ways.length === options.ways?.length && ways.length > 0;
    if (!first && now - stillSince < UNKNOWN_AFTER) return undefined;
    still = 0;
    stillSince = now;
    const way = setOut ? ways.shift() : undefined;
    if (!way) return lost({ kind: 'unknown-page', page: look.package });
    await way(new AnyPage(browser, look, labels));
    return undefined;
  }

  /**
   * A page known by its words is unknown when the phone's language has changed meanwhile, and one in
   * the dark stays as it is.
   */
  async function lost(stuck: Stuck): Promise<O | undefined> {
    if (await labels.refresh?.(signal)) return undefined;
    const screen = await options.screen?.();
    if (screen === 'locked') return options.onStuck({ kind: 'locked', page: stuck.page });
    if (screen !== 'woken') return options.onStuck(stuck);
    // What was done in the dark is done again, but for what is done once.
    for (const rule of done.keys()) if (rule.times === undefined) done.delete(rule);
    waiting = undefined;
    return undefined;
  }
}
