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
  return new Walk(rules, options).run();
}

/** One walk: what it has done, and what it has seen last. */
class Walk<O> {
  readonly #rules: Rules<O>;
  readonly #options: WalkOptions<O>;
  readonly #done = new Map<Rule<unknown>, { times: number; at: number }>();
  readonly #ways: ((page: AnyPage) => Promise<void>)[];
  readonly #deadline: number;
  /** The rule whose page is in view, since when, and how often its act has missed. */
  #waiting: { rule: Rule<unknown>; since: number; misses: number } | undefined;
  #hasActed = false;
  /** The name that was reported last. */
  #shown: string | undefined;
  #lookTook = 0;
  #fingerprint = '';
  /** Looks at a page that has not changed, and since when. */
  #still = 0;
  #stillSince: number;

  constructor(rules: Rules<O>, options: WalkOptions<O>) {
    const now = options.clock.elapsed();
    this.#rules = rules;
    this.#options = options;
    this.#ways = [...(options.ways ?? [])];
    this.#deadline = now + options.timeLimit;
    this.#stillSince = now;
  }

  async run(): Promise<O> {
    const { clock, signal, onPage, onEnd = onPage, onStuck, end: atEnd = 'end' } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const { look, verdict } = await this.#lookAround();
      if (verdict !== undefined) {
        await onEnd?.(atEnd, look, verdict);
        return verdict;
      }
      const now = clock.elapsed();
      this.#noteChange(look, now);
      const rule = this.#rules.find((candidate) => this.#matches(candidate, look));
      const name =
        rule?.on.title ?? (look.package === HOME ? 'home screen' : `page of ${look.package || 'no app'}`);
      await this.#report(name, look, rule !== undefined);
      if (now > this.#deadline) {
        const end = await onStuck({ kind: 'out-of-time', page: name });
        if (end !== undefined) return end;
      }
      const outcome = rule ? await this.#actOn(rule, look, now) : await this.#unknown(look, now);
      if (outcome !== undefined) return outcome;
      // A page that works is looked at again at once only where a look is not dear.
      const works = rule !== undefined && !rule.act && this.#isDear;
      if (this.#still++ > 0 || works) {
        const pause = pauseAfter(now - this.#stillSince, this.#lookTook);
        await this.#rest(now + pause, works, `the page after ${name}`);
      }
    }
  }

  /**
   * Until that moment. Beside a page that works after a dear look the judge is asked meanwhile, which takes a tenth of
   * a look: its verdict ends the rest.
   */
  async #rest(until: number, works: boolean, why: string): Promise<void> {
    const { clock, signal, judge } = this.#options;
    for (;;) {
      if (works && (await judge?.()) !== undefined) return;
      const left = Math.max(until - clock.elapsed(), 0);
      const still = pauseAfter(clock.elapsed() - this.#stillSince);
      await clock.sleep(works ? Math.min(left, still) : left, why, signal);
      if (!works || left <= still) return;
    }
  }

  /** The last look took longer than a window takes to open. */
  get #isDear(): boolean {
    return this.#lookTook > OPENING;
  }

  /** What is on the screen, and what the judge says; the judge counts also when the look shows nothing. */
  async #lookAround(): Promise<{ look: PageSource; verdict: O | undefined }> {
    const { clock, signal, judge, screen } = this.#options;
    for (let failures = 0; ; failures++) {
      signal.throwIfAborted();
      const [seen, judged] = await Promise.allSettled([this.#look(), judge?.()]);
      if (judged.status === 'rejected') throw judged.reason;
      const look = seen.status === 'fulfilled' ? seen.value : new PageSource(NOTHING);
      if (judged.value !== undefined || look.nodes.length > 0) return { look, verdict: judged.value };
      if (seen.status === 'rejected' && (failures >= FAILED_LOOKS || !mayLookAgain(seen.reason)))
        throw seen.reason;
      if (failures >= FAILED_LOOKS) return { look, verdict: undefined };
      // A dark screen may show nothing.
      if (failures > 0) await screen?.();
      await clock.sleep(PATIENCE / 10, 'a look that shows something', signal);
    }
  }

  #look(): Promise<PageSource> {
    const { browser, clock } = this.#options;
    const began = clock.elapsed();
    return browser.getPageSource().then((text) => {
      this.#lookTook = clock.elapsed() - began;
      return new PageSource(text);
    });
  }

  #noteChange({ fingerprint }: PageSource, now: number): void {
    if (fingerprint === this.#fingerprint) return;
    this.#fingerprint = fingerprint;
    this.#stays(now);
  }

  /** From here on the page counts as unchanged. */
  #stays(since: number): void {
    this.#still = 0;
    this.#stillSince = since;
  }

  /**
   * A page without a rule may be a screen that is not complete yet: it is reported where the walk starts, or once
   * it stays.
   */
  async #report(name: string, look: PageSource, isKnown: boolean): Promise<void> {
    if (name === this.#shown || !(isKnown || this.#shown === undefined || this.#still > 1)) return;
    this.#shown = name;
    await this.#options.onPage?.(name, look);
  }

  #matches(rule: Rule<unknown>, look: PageSource): boolean {
    const { browser, labels } = this.#options;
    if (!shows(look, rule.on.landmark, labels)) return false;
    return !rule.when || rule.when(new rule.on(browser, look, labels) as never);
  }

  async #actOn(rule: Rule<O | void | undefined>, look: PageSource, now: number): Promise<O | undefined> {
    const { clock, signal, screen, onStuck } = this.#options;
    const page = rule.on.title;
    if (rule !== this.#waiting?.rule) this.#waiting = { rule, since: now, misses: 0 };
    if (!rule.act) {
      const limit = rule.limit?.() ?? WAIT_LIMIT;
      return now - this.#waiting.since > limit ? this.#lost({ kind: 'stuck', page }) : undefined;
    }
    const before = this.#done.get(rule) ?? { times: 0, at: -Infinity };
    if (now - before.at < (rule.patience ?? PATIENCE)) return undefined;
    if (before.times >= (rule.times ?? 3))
      return now - before.at > STUCK_AFTER ? this.#lost({ kind: 'stuck', page }) : undefined;
    // The act may have had no effect: a dark screen does not react.
    if (before.times > 0 && rule.patience !== 0) {
      const lit = await screen?.();
      if (lit === 'locked') return onStuck({ kind: 'locked', page });
      if (lit === 'woken') return undefined;
    }
    signal.throwIfAborted();
    const did = await this.#perform(rule, look, this.#waiting);
    if ('missed' in did) return did.missed;
    this.#hasActed = true;
    const at = clock.elapsed();
    this.#stays(at);
    this.#done.set(rule, { times: before.times + 1, at });
    // What may act again at once, such as a list that scrolls, opens no window.
    if (did.result === undefined && this.#isDear && rule.patience !== 0)
      await clock.sleep(OPENING, `what follows on ${page}`, signal);
    return did.result;
  }

  /** `missed`: what it acts on was gone; with an outcome where that ends the walk. */
  async #perform(
    rule: Rule<O | void | undefined>,
    look: PageSource,
    waiting: { misses: number },
  ): Promise<{ result: O | undefined } | { missed: O | undefined }> {
    const { browser, labels, onDrift } = this.#options;
    const page = new rule.on(browser, look, labels);
    try {
      return { result: (await rule.act?.(page as never)) ?? undefined };
    } catch (error) {
      const isLast = ++waiting.misses > MISSES;
      if (!mayPass(error) || (isLast && !isGone(error))) throw error;
      return { missed: isLast ? await this.#lost({ kind: 'stuck', page: rule.on.title }) : undefined };
    } finally {
      if (onDrift) page.drift.forEach(onDrift);
    }
  }

  async #unknown(look: PageSource, now: number): Promise<O | undefined> {
    const { browser, labels, clock, signal, ways } = this.#options;
    // Once a rule has acted, the ways to the first page are not tried any more.
    const mayStart = !this.#hasActed;
    const first = mayStart && this.#ways.length === ways?.length && this.#ways.length > 0;
    if (!first && now - this.#stillSince < UNKNOWN_AFTER) return undefined;
    this.#stays(now);
    const way = mayStart ? this.#ways.shift() : undefined;
    if (!way) return this.#lost({ kind: 'unknown-page', page: look.package });
    await way(new AnyPage(browser, look, labels));
    if (this.#isDear) await clock.sleep(OPENING, 'the first page', signal);
    return undefined;
  }

  /**
   * A page known by its words is unknown when the phone's language has changed meanwhile, and one in
   * the dark stays as it is.
   */
  async #lost(stuck: Stuck): Promise<O | undefined> {
    const { labels, signal, screen, onStuck } = this.#options;
    if (await labels.refresh?.(signal)) return undefined;
    const lit = await screen?.();
    if (lit === 'locked') return onStuck({ kind: 'locked', page: stuck.page });
    if (lit !== 'woken') return onStuck(stuck);
    // What was done on a dark screen is done again, except what may be done only once.
    for (const rule of this.#done.keys()) if (rule.times === undefined) this.#done.delete(rule);
    this.#waiting = undefined;
    return undefined;
  }
}
