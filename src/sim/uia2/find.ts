import type { Ask } from './ask.ts';
import { Uia2Error } from './errors.ts';
import { findByPredicate, findByUiSelector, selectorFor } from './match.ts';
import { runScrollable } from './scrollable.ts';
import { parseUiAutomator, UnknownMethod } from './selector.ts';
import type { AxNode } from './tree.ts';
import { withCriterion, withStep } from './uiselector.ts';
import type { UiSelector } from './uiselector.ts';
import { selectByXPath } from './xpath.ts';

/** Strategies in the order the server lists them, with the name each has in its messages. */
const STRATEGIES = {
  id: 'By.id',
  xpath: 'By.xpath',
  'accessibility id': 'By.accessibilityId',
  'class name': 'By.clazz',
  '-android uiautomator': 'By.AndroidUiAutomator',
} as const;

export interface By {
  strategy: keyof typeof STRATEGIES;
  selector: string;
}

/** Something found. With a selector it is a UiObject: looked up by it anew whenever it is used. */
export interface Match {
  ax: AxNode;
  selector?: UiSelector;
}

export const byText = ({ strategy, selector }: By): string => `${STRATEGIES[strategy]}: ${selector}`;

export function toBy(strategy: string, selector: string): By {
  if (Object.hasOwn(STRATEGIES, strategy)) return { strategy: strategy as By['strategy'], selector };
  const supported = `Only the following selector strategies are supported: [${Object.keys(STRATEGIES).join(', ')}]`;
  throw new Uia2Error('invalid selector', `Selector strategy '${strategy}' is not supported. ${supported}`);
}

/** The first match; `context` is the element to search in. */
export async function findOne(ask: Ask, by: By, context?: Match): Promise<Match | undefined> {
  if (by.strategy !== '-android uiautomator') return (await findPlain(ask, by, context))[0];
  const [selector] = await toUiSelectors(ask, by.selector);
  return findUiObject(ask, inContext(selector!, context));
}

export async function findAll(ask: Ask, by: By, context?: Match): Promise<Match[]> {
  if (by.strategy !== '-android uiautomator') return findPlain(ask, by, context);
  const found = new Map<AxNode, Match>();
  for (const selector of await toUiSelectors(ask, by.selector)) {
    for (const match of await findUiObjects(ask, selector, context))
      if (!found.has(match.ax)) found.set(match.ax, match);
  }
  return [...found.values()];
}

async function findPlain(ask: Ask, by: By, context: Match | undefined): Promise<Match[]> {
  const glance = await ask.look();
  if (by.strategy === 'xpath') {
    const scoped = context && ask.settings.get('limitXPathContextScope');
    const found = selectByXPath(
      by.selector,
      scoped ? context.ax : glance.hierarchy(),
      ask.sourceOptions,
      scoped ? undefined : context?.ax,
    );
    return found.map((ax) => ({ ax }));
  }
  const wanted = predicate(ask, by);
  return findByPredicate(context ? [context.ax] : glance.roots(), wanted).map((ax) => ({ ax }));
}

function predicate(ask: Ask, { strategy, selector }: By): (ax: AxNode) => boolean {
  if (strategy === 'accessibility id') return (ax) => (ax.node?.view.desc ?? '') === selector;
  if (strategy === 'class name') {
    const cls = selector.startsWith('.') ? `android.widget${selector}` : selector;
    return (ax) => ax.cls === cls;
  }
  const id = fullId(ask, selector);
  return (ax) => (ax.node?.view.id ?? '') === id;
}

/** An id without a package is taken for one of the app under test, else of the server itself. */
function fullId(ask: Ask, id: string): string {
  if (ask.settings.get('disableIdLocatorAutocompletion') || /^[a-zA-Z_][a-zA-Z0-9._]*:[^/]+\/\S+$/.test(id))
    return id;
  const { appPackage } = ask.session.capabilities;
  return `${typeof appPackage === 'string' && appPackage.trim() !== '' ? appPackage : 'io.appium.uiautomator2.server'}:id/${id}`;
}

async function toUiSelectors(ask: Ask, text: string): Promise<UiSelector[]> {
  try {
    const selectors: UiSelector[] = [];
    for (const expression of parseUiAutomator(text)) {
      selectors.push(
        expression.kind === 'selector' ? expression.selector : await runScrollable(ask, expression),
      );
    }
    return selectors;
  } catch (fault) {
    if (fault instanceof UnknownMethod) ask.handset.ignorant('uiautomator2', fault.method);
    throw fault;
  }
}

function inContext(selector: UiSelector, context: Match | undefined): UiSelector {
  return context ? withStep(context.selector ?? selectorFor(context.ax), 'child', selector) : selector;
}

export async function findUiObject(ask: Ask, selector: UiSelector): Promise<Match | undefined> {
  const ax = findByUiSelector(selector, (await ask.look()).active());
  return ax && { ax, selector };
}

/**
 * Counts instances up until one is missing. With a class pattern the server counts `index` instead, and so
 * finds less.
 */
async function findUiObjects(ask: Ask, selector: UiSelector, context: Match | undefined): Promise<Match[]> {
  if (selector.criteria.has('instance')) {
    const only = await findUiObject(ask, selector);
    return only ? [only] : [];
  }
  const counter = !context && selector.criteria.has('classNameMatches') ? 'index' : 'instance';
  const found: Match[] = [];
  for (;;) {
    const next = await findUiObject(ask, inContext(withCriterion(selector, counter, found.length), context));
    if (!next) return found;
    found.push(next);
  }
}

/**
 * Looks for a UiObject once a second until it is there or `timeoutMs` is over:
 * UiObject.findAccessibilityNodeInfo.
 */
export async function waitForUiObject(
  ask: Ask,
  selector: UiSelector,
  timeoutMs: number,
): Promise<Match | undefined> {
  const { clock } = ask.handset;
  const start = clock.now();
  for (;;) {
    await ask.idle();
    const found = await findUiObject(ask, selector);
    if (found || clock.now() - start > timeoutMs) return found;
    if (timeoutMs <= 0) return undefined;
    await clock.sleep(1000, 'UiSelector');
  }
}
