import type { Ask } from './ask.ts';
import { uiObjectNotFound } from './errors.ts';
import { findUiObject, waitForUiObject } from './find.ts';
import { findByUiSelector, matchesWithin } from './match.ts';
import type { Call, ScrollableExpression } from './selector.ts';
import { scrollSwipe, SWIPE_STEP_MS } from './touch.ts';
import type { AxNode } from './tree.ts';
import { selectorOf, selectorText, withCriterion, withStep } from './uiselector.ts';
import type { UiSelector } from './uiselector.ts';

const SCROLL_STEPS = 55;
const FLING_STEPS = 5;
const MAX_SEARCH_SWIPES = 30;
const DEAD_ZONE = 0.1;

/**
 * Carries a UiScrollable expression out and returns what to look for then (UiScrollableParser): the last call
 * in the chain that returned an object says it. So `….setMaxSearchSwipes(9).scrollIntoView(x)` finds x where
 * x is in view already, but the list itself where scrolling was needed: a trap of the real server, kept.
 */
export async function runScrollable(
  ask: Ask,
  { container, calls }: ScrollableExpression,
): Promise<UiSelector> {
  const list = new Scrollable(ask, container);
  let last: UiSelector | undefined;
  let argument: UiSelector | undefined;
  for (const { method, args } of calls) {
    argument = soughtBy({ method, args }) ?? argument;
    if (method.startsWith('scroll') && method.endsWith('IntoView')) {
      // Not searched for within the list, and without waiting.
      if (await findUiObject(ask, argument!)) last = argument;
      else await list.scrollIntoView(argument!);
    } else last = (await list.call(method, args)) ?? last;
  }
  return last ?? argument ?? container;
}

function soughtBy({ method, args }: Call): UiSelector | undefined {
  if (method === 'scrollTextIntoView') return selectorOf({ text: args[0] as string });
  if (method === 'scrollDescriptionIntoView') return selectorOf({ description: args[0] as string });
  return args.find((arg): arg is UiSelector => typeof arg === 'object' && 'criteria' in arg);
}

class Scrollable {
  readonly #ask: Ask;
  readonly #selector: UiSelector;
  #vertical = true;
  #maxSwipes = MAX_SEARCH_SWIPES;
  #deadZone = DEAD_ZONE;

  constructor(ask: Ask, selector: UiSelector) {
    this.#ask = ask;
    this.#selector = selector;
  }

  /** Selector of the object the method returns, if it returns one. */
  async call(method: string, args: Call['args']): Promise<UiSelector | undefined> {
    const [first, second] = args;
    switch (method) {
      case 'setAsVerticalList':
      case 'setAsHorizontalList':
        this.#vertical = method === 'setAsVerticalList';
        return this.#selector;
      case 'setMaxSearchSwipes':
        this.#maxSwipes = Number(first);
        return this.#selector;
      case 'setSwipeDeadZonePercentage':
        this.#deadZone = Number(first);
        return this.#selector;
      case 'scrollForward':
      case 'scrollBackward':
        await this.#scroll(method === 'scrollForward', Number(first ?? SCROLL_STEPS));
        return undefined;
      case 'flingForward':
      case 'flingBackward':
        await this.#scroll(method === 'flingForward', FLING_STEPS);
        return undefined;
      case 'scrollToBeginning':
      case 'scrollToEnd':
        await this.#scrollOn(method === 'scrollToEnd', Number(first), Number(second ?? SCROLL_STEPS));
        return undefined;
      case 'flingToBeginning':
      case 'flingToEnd':
        await this.#scrollOn(method === 'flingToEnd', Number(first), FLING_STEPS);
        return undefined;
      case 'getChildByInstance':
        return this.#child(first as UiSelector, Number(second));
      case 'getChildByText':
      case 'getChildByDescription':
        return this.#childSaying(
          first as UiSelector,
          second as string,
          method === 'getChildByText',
          args[2] !== false,
        );
      default:
        // getMaxSearchSwipes, getSwipeDeadZonePercentage: numbers that are not read here.
        return undefined;
    }
  }

  /** From the beginning on, until it shows or the list ends. */
  async scrollIntoView(sought: UiSelector): Promise<void> {
    const inside = withStep(this.#selector, 'child', sought);
    const isThere = async (): Promise<boolean> => (await findUiObject(this.#ask, inside)) !== undefined;
    if (await isThere()) return;
    await this.#scrollOn(false, this.#maxSwipes, SCROLL_STEPS);
    if (await isThere()) return;
    for (let swipes = 0; swipes < this.#maxSwipes; swipes++) {
      const goesOn = await this.#scroll(true, SCROLL_STEPS);
      if ((await isThere()) || !goesOn) return;
    }
  }

  async #scrollOn(forward: boolean, maxSwipes: number, steps: number): Promise<void> {
    for (let swipes = 0; swipes < maxSwipes; swipes++) if (!(await this.#scroll(forward, steps))) return;
  }

  /** One swipe across the list but for its dead zones. False at the end, and where nothing moved. */
  async #scroll(forward: boolean, steps: number): Promise<boolean> {
    const ask = this.#ask;
    const list = await this.#list();
    const { bounds } = list.node!;
    const along = this.#vertical ? bounds.height : bounds.width;
    const dead = Math.floor(along * this.#deadZone);
    const start = (this.#vertical ? bounds.y : bounds.x) + dead;
    const end = (this.#vertical ? bounds.y + bounds.height : bounds.x + bounds.width) - dead;
    const point = (at: number): { x: number; y: number } =>
      this.#vertical
        ? { x: bounds.x + Math.floor(bounds.width / 2), y: at }
        : { x: at, y: bounds.y + Math.floor(bounds.height / 2) };
    const points = forward ? [point(end), point(start)] : [point(start), point(end)];
    const { moved, atStart, atEnd } = await scrollSwipe(
      ask,
      list,
      points,
      steps * SWIPE_STEP_MS,
      ask.settings.get('scrollAcknowledgmentTimeout'),
    );
    return moved && !(forward ? atEnd : atStart);
  }

  async #list(): Promise<AxNode> {
    const found = await waitForUiObject(
      this.#ask,
      this.#selector,
      this.#ask.settings.get('waitForSelectorTimeout'),
    );
    if (!found) throw uiObjectNotFound(selectorText(this.#selector));
    return found.ax;
  }

  #child(pattern: UiSelector, instance: number): UiSelector {
    return { ...withCriterion(pattern, 'instance', instance), within: this.#selector };
  }

  /** The row that says `wanted`, or has something in it that does. */
  async #childSaying(
    pattern: UiSelector,
    wanted: string,
    asText: boolean,
    mayScroll: boolean,
  ): Promise<UiSelector> {
    const inside = selectorOf(asText ? { text: wanted } : { descriptionContains: wanted });
    if (mayScroll) await this.scrollIntoView(inside);
    const rows = matchesWithin(pattern, await this.#list());
    const row = rows.findIndex(
      (ax) =>
        ax.children.some((child) => findByUiSelector(inside, child)) || findByUiSelector(inside, ax) === ax,
    );
    if (row < 0) throw uiObjectNotFound(`for ${asText ? 'text' : 'description'}= "${wanted}"`);
    return this.#child(pattern, row);
  }
}
