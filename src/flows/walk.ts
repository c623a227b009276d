import type { Browser } from 'webdriverio';
import type { Clock } from '../clock.ts';
import { shows } from '../../pageobjects/locator.ts';
import { PageSource } from '../../pageobjects/look.ts';
import type { Drift } from '../events.ts';
import { isGone, mayLookAgain, mayPass } from './passing.ts';
import type { Screen } from './screen.ts';
import type { LabelBook } from '../../pageobjects/label.ts';
import { AnyPage, type Page, type PageClass } from '../../pageobjects/page.ts';

/** What to do on one page. `O` ends the walk; without one it goes on. */
export interface Rule<O> {
  on: PageClass;
  /** A further condition on the page as it was seen. */
  when?: (page: never) => boolean;
  /**
   * Acts on the page; an outcome ends the walk. Missing: wait until the page goes, 90 s at most.
   */
  act?: (page: never) => Promise<O>;
  /** Without `act`: how long the page may stay, ms. Asked at every look. */
  limit?: () => number;
  /**
   * How often it may act in one walk. After the last time the walk waits until the page goes. Default 3.
   */
  times?: number;
  /** How long the phone may take to react before the rule acts again, ms. Default 3000. */
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

/** Why the rules gave no outcome. `locked`: the phone shows a lock screen that asks for a code. */
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
  /** Name of the page on which the judge ends the walk. */
  end?: string;
  /** Called with every page that comes into view, before anything is done to it. */
  onPage?: (name: string, look: PageSource) => Promise<void>;
  /** Called in its place with the page on which the judge ends the walk. */
  onEnd?: (name: string, look: PageSource, verdict: O) => Promise<void>;
  /** Called with each thing that a page has elsewhere than expected, once the page was acted on. */
  onDrift?: (drift: Drift) => void;
  /**
   * Ways to the first page, tried one after another on a page that no rule knows: the first at once, the next
   * when the page stays unknown. Once a rule has acted, no way is tried any more.
   */
  ways?: readonly ((page: AnyPage) => Promise<void>)[];
  /**
   * Whether the screen is lit, asked when nothing changes; a dark screen is woken. Missing: the screen counts
   * as lit.
   */
  screen?: () => Promise<Screen>;
  /** Decides about a page that no rule knows or that does not go away. Undefined: look again. */
  onStuck: (stuck: Stuck) => Promise<O | undefined>;
}

export const HOME = 'com.miui.home';
const NOTHING = '<hierarchy/>';
const PATIENCE = 3000;
// A screen is built piece by piece: an unknown one counts when it has stayed this long, ms.
const UNKNOWN_AFTER = 3000;
// A page that stays this long after the last act that is allowed on it counts as stuck, ms.
const STUCK_AFTER = 30_000;
/**
 * How long the walk waits until a page goes by itself, where a rule sets no limit, ms. The servers are in
 * China and may answer slowly.
 */
export const WAIT_LIMIT = 90_000;
// What a look has shown may be gone when it is tapped, as a dialog may have opened. So often the walk looks
// again.
const MISSES = 3;
// A look may fail or show nothing. So often it is repeated; the server on the phone gives up after 10 s each
// time.
const FAILED_LOOKS = 5;

/**
 * How long a window takes to open or close, ms. A look that takes longer is dear: begun at once after an act, it
 * would only show the window before; begun at once after a look, it would keep the phone busy for nothing.
 */
const OPENING = 350;
/** The rest after a dear look, in times of what it took, and its limit, ms. */
const REST = { share: 0.7, limit: 500 };

/**
 * Pause between two looks at a page that has not changed for `ms`: a tenth of that time, so that a change is
 * noticed soon; after a dear look a rest.
 */
export function pauseAfter(ms: number, lookTook = 0): number {
  const pause = Math.min(Math.max(ms / 10, 50), 300);
  return lookTook > OPENING ? Math.max(pause, Math.min(REST.share * lookTook, REST.limit)) : pause;
}

/**
 * Looks, acts, looks again, until a rule, the judge or `onStuck` gives an outcome. The phone decides the
 * order of its pages: one look (one page source) is matched against all rules in their order. A walk can
 * start on any page, so it is simply run again after a fault. Rejects with the signal's reason when aborted;
 * a fault of the session passes through.
 */
export async function walk<O>(rules: Rules<O>, options: WalkOptions<O>): Promise<O> {
  const { browser, labels, clock, signal } = options;
  const done = new Map<Rule<unknown>, { times: number; at: number }>();
  const ways = [...(options.ways ?? [])];
  let waiting: { rule: Rule<unknown>; since: number; misses: number } | undefined;
  const deadline = clock.elapsed() + options.timeLimit;
  let hasActed = false;
  let shown: string | undefined;
  let lookTook = 0;
  let fingerprint = '';
  let still = 0;
  let stillSince = clock.elapsed();

  for (;;) {
    signal.throwIfAborted();
    const { look, verdict } = await lookAround();
    if (verdict !== undefined) {
      await (options.onEnd ?? options.onPage)?.(options.end ?? 'end', look, verdict);
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

    // A page without a rule may be a screen that is not complete yet: it is reported where the walk starts,
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
    // A page that works is looked at again at once only where a look is not dear.
    const works = rule !== undefined && !rule.act && lookTook > OPENING;
    if (still++ > 0 || works) {
      const pause = pauseAfter(clock.elapsed() - stillSince, lookTook) - (clock.elapsed() - now);
      await clock.sleep(Math.max(pause, 0), `the page after ${name}`, signal);
    }
  }

  /** What is on the screen, and what the judge says; the judge counts also when the look shows nothing. */
  async function lookAround(): Promise<{ look: PageSource; verdict: O | undefined }> {
    for (let failures = 0; ; failures++) {
      signal.throwIfAborted();
      const began = clock.elapsed();
      const source = browser.getPageSource().then((text) => {
        lookTook = clock.elapsed() - began;
        return new PageSource(text);
      });
      const [seen, judged] = await Promise.allSettled([source, options.judge?.()]);
      if (judged.status === 'rejected') throw judged.reason;
      const look = seen.status === 'fulfilled' ? seen.value : new PageSource(NOTHING);
      if (judged.value !== undefined || look.nodes.length > 0) return { look, verdict: judged.value };
      if (seen.status === 'rejected' && (failures >= FAILED_LOOKS || !mayLookAgain(seen.reason)))
        throw seen.reason;
      if (failures >= FAILED_LOOKS) return { look, verdict: undefined };
      // A dark screen may show nothing.
      if (failures > 0) await options.screen?.();
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
    // The act may have had no effect: a dark screen does not react.
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
      return isLast ? await lost({ kind: 'stuck', page: rule.on.title }) : undefined;
    } finally {
      if (options.onDrift) page.drift.forEach(options.onDrift);
    }
    hasActed = true;
    stillSince = clock.elapsed();
    done.set(rule, { times: before.times + 1, at: stillSince });
    still = 0;
    // What may act again at once, such as a list that scrolls, opens no window.
    if (result === undefined && lookTook > OPENING && rule.patience !== 0)
      await clock.sleep(OPENING, `what follows on ${rule.on.title}`, signal);
    return result ?? undefined;
  }

  async function unknown(look: PageSource, now: number): Promise<O | undefined> {
    // Once a rule has acted, the ways to the first page are not tried any more.
    const mayStart = !hasActed;
    const first = mayStart && ways.length === options.ways?.length && ways.length > 0;
    if (!first && now - stillSince < UNKNOWN_AFTER) return undefined;
    still = 0;
    stillSince = now;
    const way = mayStart ? ways.shift() : undefined;
    if (!way) return lost({ kind: 'unknown-page', page: look.package });
    await way(new AnyPage(browser, look, labels));
    if (lookTook > OPENING) await clock.sleep(OPENING, 'the first page', signal);
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
    // What was done on a dark screen is done again, except what may be done only once.
    for (const rule of done.keys()) if (rule.times === undefined) done.delete(rule);
    waiting = undefined;
    return undefined;
  }
}
