import { sourceAttribute } from './attributes.ts';
import { descendants } from './tree.ts';
import type { AxNode } from './tree.ts';
import type { UiSelector } from './uiselector.ts';

const FACTS = { sdk: 0 };
const is = (ax: AxNode, attribute: string): boolean => sourceAttribute(ax, attribute, FACTS) === 'true';
const lower = (value: unknown): string => String(value).toLowerCase();

type Text = string | undefined;
const equals = (text: Text, wanted: unknown): boolean => text === wanted;
const starts = (text: Text, wanted: unknown): boolean =>
  text !== undefined && text.toLowerCase().startsWith(lower(wanted));
const contains = (text: Text, wanted: unknown): boolean =>
  text !== undefined && text.toLowerCase().includes(lower(wanted));
const matches = (text: Text, wanted: unknown): boolean => text !== undefined && (wanted as RegExp).test(text);
const flag =
  (attribute: string) =>
  (ax: AxNode, wanted: unknown): boolean =>
    is(ax, attribute) === wanted;

const CHECKS: Record<string, (ax: AxNode, wanted: unknown, index: number) => boolean> = {
  text: (ax, wanted) => equals(ax.text, wanted),
  textStartsWith: (ax, wanted) => starts(ax.text, wanted),
  textContains: (ax, wanted) => contains(ax.text, wanted),
  textMatches: (ax, wanted) => matches(ax.text, wanted),
  className: (ax, wanted) => equals(ax.cls, wanted),
  classNameMatches: (ax, wanted) => matches(ax.cls, wanted),
  description: (ax, wanted) => equals(ax.node?.view.desc, wanted),
  descriptionStartsWith: (ax, wanted) => starts(ax.node?.view.desc, wanted),
  descriptionContains: (ax, wanted) => contains(ax.node?.view.desc, wanted),
  descriptionMatches: (ax, wanted) => matches(ax.node?.view.desc, wanted),
  resourceId: (ax, wanted) => equals(ax.node?.view.id, wanted),
  resourceIdMatches: (ax, wanted) => matches(ax.node?.view.id, wanted),
  packageName: (ax, wanted) => equals(ax.package, wanted),
  packageNameMatches: (ax, wanted) => matches(ax.package, wanted),
  index: (_ax, wanted, index) => index === wanted,
  instance: () => true,
  enabled: flag('enabled'),
  focused: flag('focused'),
  focusable: flag('focusable'),
  scrollable: flag('scrollable'),
  clickable: flag('clickable'),
  checkable: flag('checkable'),
  checked: flag('checked'),
  selected: flag('selected'),
  longClickable: flag('long-clickable'),
};

const fits = ({ criteria }: UiSelector, ax: AxNode, index: number): boolean =>
  [...criteria].every(([name, wanted]) => CHECKS[name]!(ax, wanted, index));

/**
 * What UiSelector finds below `root`, which may be found itself: QueryController.findNodeRegularRecursive.
 */
export function findByUiSelector(selector: UiSelector, root: AxNode): AxNode | undefined {
  if (selector.within) return findInPattern(selector, root);
  return search({ selector, seen: 0 }, root, 0);
}

/** `seen` counts matches on the way to the wanted instance. */
interface Counting {
  selector: UiSelector;
  seen: number;
}

function search(counting: Counting, ax: AxNode, index: number): AxNode | undefined {
  const { selector } = counting;
  let from = ax;
  let next = counting;
  if (fits(selector, ax, index) && isWantedInstance(counting)) {
    if (!selector.child && !selector.parent) return ax;
    // The next step counts anew for each match of this one.
    next = { selector: (selector.child ?? selector.parent)!, seen: 0 };
    if (selector.parent && !selector.child) {
      if (ax.parent?.kind !== 'view') return undefined;
      from = ax.parent;
    }
  }
  for (const [at, child] of from.children.entries()) {
    const found = search(next, child, at);
    if (found) return found;
  }
  return undefined;
}

function isWantedInstance(counting: Counting): boolean {
  const wanted = counting.selector.criteria.get('instance') ?? 0;
  if (wanted === counting.seen) return true;
  if (Number(wanted) > counting.seen) counting.seen++;
  return false;
}

function findInPattern(selector: UiSelector, root: AxNode): AxNode | undefined {
  const container = findByUiSelector(selector.within!, root);
  if (!container) return undefined;
  const item = matchesWithin(selector, container)[Number(selector.criteria.get('instance') ?? 0)];
  return item && selector.child ? findByUiSelector(selector.child, item) : item;
}

/** All nodes below `container`, itself too, that fulfil the criteria, in document order. */
export function matchesWithin(selector: UiSelector, container: AxNode): AxNode[] {
  return [...descendants(container)].filter((ax) => fits(selector, ax, ax.index));
}

/** What By finds below each root, itself too: ByMatcher adds a node after what it found inside of it. */
export function findByPredicate(roots: readonly AxNode[], wanted: (ax: AxNode) => boolean): AxNode[] {
  return roots.flatMap((root) => [
    ...findByPredicate(root.children, wanted),
    ...(wanted(root) ? [root] : []),
  ]);
}

/**
 * A selector of everything that can be known of a node, as the server makes one to search below an element it
 * found otherwise.
 */
export function selectorFor(ax: AxNode): UiSelector {
  const criteria = new Map<string, string | number | boolean>([['className', ax.cls]]);
  const texts: [string, Text][] = [
    ['packageName', ax.package],
    ['text', ax.text],
    ['description', ax.node?.view.desc],
    ['resourceId', ax.node?.view.id],
  ];
  for (const [name, value] of texts) if (value !== undefined) criteria.set(name, value);
  const flags: [string, string][] = [
    ...['checkable', 'checked', 'clickable', 'enabled', 'focusable', 'scrollable', 'selected'].map(
      (name): [string, string] => [name, name],
    ),
    ['longClickable', 'long-clickable'],
  ];
  for (const [name, attribute] of flags) criteria.set(name, is(ax, attribute));
  return { criteria: criteria.set('index', ax.index) };
}
