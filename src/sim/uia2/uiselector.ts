import { Uia2Error } from './errors.ts';

/**
 * Conditions by method name (`text`, `classNameMatches` …), and at most one step on: to a descendant, or
 * through the parent.
 */
export interface UiSelector {
  criteria: ReadonlyMap<string, string | number | boolean | RegExp>;
  child?: UiSelector;
  parent?: UiSelector;
  /**
   * A pattern search: the `criteria` are counted among what `within` finds (UiCollection.getChildByInstance).
   */
  within?: UiSelector;
}

/**
 * Methods of androidx.test.uiautomator.UiSelector with their dump names, in the order of its SELECTOR_
 * constants.
 */
export const CRITERIA: Readonly<Record<string, readonly [dump: string, type: 'String' | 'boolean' | 'int']>> =
  {
    text: ['TEXT', 'String'],
    textStartsWith: ['START_TEXT', 'String'],
    textContains: ['CONTAINS_TEXT', 'String'],
    className: ['CLASS', 'String'],
    description: ['DESCRIPTION', 'String'],
    descriptionStartsWith: ['START_DESCRIPTION', 'String'],
    descriptionContains: ['CONTAINS_DESCRIPTION', 'String'],
    index: ['INDEX', 'int'],
    instance: ['INSTANCE', 'int'],
    enabled: ['ENABLED', 'boolean'],
    focused: ['FOCUSED', 'boolean'],
    focusable: ['FOCUSABLE', 'boolean'],
    scrollable: ['SCROLLABLE', 'boolean'],
    clickable: ['CLICKABLE', 'boolean'],
    checked: ['CHECKED', 'boolean'],
    selected: ['SELECTED', 'boolean'],
    packageName: ['PACKAGE NAME', 'String'],
    longClickable: ['LONG_CLICKABLE', 'boolean'],
    textMatches: ['TEXT_REGEX', 'String'],
    classNameMatches: ['CLASS_REGEX', 'String'],
    descriptionMatches: ['DESCRIPTION_REGEX', 'String'],
    packageNameMatches: ['PACKAGE_NAME_REGEX', 'String'],
    resourceId: ['RESOURCE_ID', 'String'],
    checkable: ['CHECKABLE', 'boolean'],
    resourceIdMatches: ['RESOURCE_ID_REGEX', 'String'],
  };

export const selectorOf = (criteria: Record<string, string | number | boolean>): UiSelector => ({
  criteria: new Map(Object.entries(criteria)),
});

export function withCriterion(
  selector: UiSelector,
  name: string,
  value: string | number | boolean | RegExp,
): UiSelector {
  return { ...selector, criteria: new Map(selector.criteria).set(name, value) };
}

/** `childSelector` and `fromParent` go on from the last step. */
export function withStep(selector: UiSelector, step: 'child' | 'parent', next: UiSelector): UiSelector {
  if (selector.child) return { ...selector, child: withStep(selector.child, step, next) };
  if (selector.parent) return { ...selector, parent: withStep(selector.parent, step, next) };
  return { ...selector, [step]: next };
}

/** As UiSelector.toString writes it; appears in error messages. */
export function selectorText({ criteria, child, parent, within }: UiSelector): string {
  const parts = Object.entries(CRITERIA).flatMap(([name, [dump]]) => {
    const value = criteria.get(name);
    return value === undefined
      ? []
      : [`${dump}=${value instanceof RegExp ? value.source.slice(4, -2) : value}`];
  });
  if (child) parts.push(`CHILD=${selectorText(child)}`);
  if (within) parts.push(`CONTAINER=${selectorText(within)}`);
  if (parent) parts.push(`PARENT=${selectorText(parent)}`);
  return `UiSelector[${parts.join(', ')}]`;
}

/**
 * A Java pattern that has to match the whole value; `.` matches line ends in texts and descriptions, as
 * UiSelector compiles them.
 */
export function javaRegex(pattern: string, method: string): RegExp {
  const inline = /^\(\?([is]+)\)/.exec(pattern);
  const body = pattern
    .slice(inline?.[0].length ?? 0)
    .replace(/\\Q(.*?)(?:\\E|$)/gs, (_, literal: string) => literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  const dotAll = method === 'textMatches' || method === 'descriptionMatches' || inline?.[1]?.includes('s');
  try {
    return new RegExp(
      `^(?:${body})$`,
      `${dotAll ? 's' : ''}${inline?.[1]?.includes('i') ? 'i' : ''}${body.includes('\\p{') ? 'u' : ''}`,
    );
  } catch (fault) {
    throw new Uia2Error(
      'unknown error',
      `java.util.regex.PatternSyntaxException: ${(fault as Error).message}`,
    );
  }
}
