import { selectorSyntaxError, Uia2Error } from './errors.ts';
import { CRITERIA, javaRegex, withCriterion, withStep } from './uiselector.ts';
import type { UiSelector } from './uiselector.ts';

/**
 * The `-android uiautomator` strategy: Java-like expressions of UiSelector and UiScrollable, several of them
 * parted by `;`. Parsed by recursive descent over typed arguments; `new UiSelector()` may be left out, and so
 * may `new`.
 */
export type Expression =
  { kind: 'selector'; selector: UiSelector } | ({ kind: 'scrollable' } & ScrollableExpression);

export interface ScrollableExpression {
  text: string;
  container: UiSelector;
  calls: Call[];
}
export interface Call {
  method: string;
  args: Argument[];
}
type Argument = string | number | boolean | RegExp | UiSelector;

type Type = 'String' | 'boolean' | 'int' | 'double' | 'Class' | 'UiSelector';
type Signatures = Record<string, readonly (readonly Type[])[]>;

const SELECTOR_METHODS: Signatures = {
  ...Object.fromEntries(Object.entries(CRITERIA).map(([method, [, type]]) => [method, [[type]]])),
  className: [['String'], ['Class']],
  childSelector: [['UiSelector']],
  fromParent: [['UiSelector']],
};
const SCROLLABLE_METHODS: Signatures = {
  setAsVerticalList: [[]],
  setAsHorizontalList: [[]],
  setMaxSearchSwipes: [['int']],
  getMaxSearchSwipes: [[]],
  setSwipeDeadZonePercentage: [['double']],
  getSwipeDeadZonePercentage: [[]],
  scrollIntoView: [['UiSelector']],
  scrollTextIntoView: [['String']],
  scrollDescriptionIntoView: [['String']],
  getChildByText: [
    ['UiSelector', 'String'],
    ['UiSelector', 'String', 'boolean'],
  ],
  getChildByDescription: [
    ['UiSelector', 'String'],
    ['UiSelector', 'String', 'boolean'],
  ],
  getChildByInstance: [['UiSelector', 'int']],
  scrollForward: [[], ['int']],
  scrollBackward: [[], ['int']],
  flingForward: [[]],
  flingBackward: [[]],
  scrollToBeginning: [['int'], ['int', 'int']],
  scrollToEnd: [['int'], ['int', 'int']],
  flingToBeginning: [['int']],
  flingToEnd: [['int']],
};

/** A method the UiAutomator library has not; the caller may want to know that it was asked for. */
export class UnknownMethod extends Uia2Error {
  readonly method: string;

  constructor(expression: string, cls: string, method: string) {
    super('invalid selector', selectorSyntaxError(expression, `${cls} has no \`${method}\` method`).message);
    this.method = `${cls}.${method}`;
  }
}

export function parseUiAutomator(text: string): Expression[] {
  if (text === '') {
    throw selectorSyntaxError(
      text,
      'Tried to parse an empty string. Expected to see a string consisting of text to be interpreted as UiAutomator java code.',
    );
  }
  const statements = split(text.trim().replace(/;$/, ''), ';');
  if (statements.length === 1 && statements[0] === '') throw selectorSyntaxError(text);
  return statements.map(parseStatement);
}

function parseStatement(text: string): Expression {
  if (!/^(new )?UiScrollable/.test(text)) return { kind: 'selector', selector: parseSelector(text) };
  const { expression, constructorArgs, calls } = parseChain(
    text.replace(/^(new )?UiScrollable/, 'new UiScrollable'),
    'UiScrollable',
  );
  const [container] = coerceAll(expression, [['UiSelector']], constructorArgs, () =>
    noConstructor('UiScrollable', constructorArgs),
  );
  const typed = calls.map(({ method, args }) =>
    typedCall(expression, 'UiScrollable', SCROLLABLE_METHODS, method, args),
  );
  return { kind: 'scrollable', text: expression, container: container as UiSelector, calls: typed };
}

function parseSelector(text: string): UiSelector {
  const trimmed = text.trim();
  const full = /^new UiSelector/.test(trimmed)
    ? trimmed
    : trimmed.startsWith('UiSelector')
      ? `new ${trimmed}`
      : `new UiSelector()${trimmed.startsWith('.') ? '' : '.'}${trimmed}`;
  const { expression, constructorArgs, calls } = parseChain(full, 'UiSelector');
  if (constructorArgs.length > 0)
    throw selectorSyntaxError(expression, noConstructor('UiSelector', constructorArgs));
  let selector: UiSelector = { criteria: new Map() };
  for (const call of calls) {
    const { method, args } = typedCall(expression, 'UiSelector', SELECTOR_METHODS, call.method, call.args);
    const value = args[0]!;
    if (typeof value === 'object' && 'criteria' in value)
      selector = withStep(selector, method === 'childSelector' ? 'child' : 'parent', value);
    else
      selector = withCriterion(
        selector,
        method,
        method.endsWith('Matches') ? javaRegex(String(value), method) : value,
      );
  }
  return selector;
}

const noConstructor = (cls: string, args: string[]): string =>
  `${cls} has no suitable constructor with arguments [${args.join(', ')}]`;

interface Chain {
  expression: string;
  constructorArgs: string[];
  calls: { method: string; args: string[] }[];
}

/** `new CLASS(…).method(…).method(…)` with arguments still as text. */
function parseChain(expression: string, cls: string): Chain {
  const fail = (message: string, at?: number): never => {
    throw selectorSyntaxError(expression, at === undefined ? message : `${message} at position ${at}`);
  };
  let at = `new ${cls}`.length;
  const skipSpaces = (): void => {
    while (expression[at] === ' ') at++;
  };
  const takeArguments = (): string[] => {
    skipSpaces();
    const end = expression[at] === '(' ? closing(expression, at) : -1;
    if (end < 0) fail('Unclosed paren in expression');
    const inside = expression.slice(at + 1, end);
    const args = inside.trim() === '' ? [] : split(inside, ',');
    if (args.includes('')) fail('Missing argument', at);
    at = end + 1;
    return args;
  };
  const constructorArgs = takeArguments();
  const calls: Chain['calls'] = [];
  while (at < expression.length) {
    skipSpaces();
    if (expression[at] !== '.') fail('Expected "."', at);
    at++;
    skipSpaces();
    const open = expression.indexOf('(', at);
    if (open < 0) fail('No opening parenthesis after method name', at);
    const method = expression.slice(at, open).trim();
    if (method === '') fail('Missing method name', at);
    at = open;
    calls.push({ method, args: takeArguments() });
  }
  return { expression, constructorArgs, calls };
}

/** Walks over text outside of string literals; `visit` returning true ends the walk. */
function walk(text: string, from: number, visit: (char: string, at: number) => boolean | void): void {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"' && !(quoted && text[at - 1] === '\\')) quoted = !quoted;
    else if (!quoted && visit(char, at)) return;
  }
}

function closing(text: string, open: number): number {
  let depth = 0;
  let end = -1;
  walk(text, open, (char, at) => {
    if (char === '(') depth++;
    if (char === ')' && --depth === 0) end = at;
    return end >= 0;
  });
  return end;
}

/** Parts between separators that lie in no parentheses and no string. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  walk(text, 0, (char, at) => {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char !== separator || depth > 0) return;
    parts.push(text.slice(start, at).trim());
    start = at + 1;
  });
  return [...parts, text.slice(start).trim()];
}

function typedCall(
  expression: string,
  cls: string,
  methods: Signatures,
  method: string,
  args: string[],
): Call {
  const overloads = Object.hasOwn(methods, method) ? methods[method]! : undefined;
  if (!overloads) throw new UnknownMethod(expression, cls, method);
  const unsuitable = (why: string): string =>
    `\`${cls}\` doesn't have suitable method \`${method}\` with arguments [${args.join(', ')}]: ${why}`;
  return { method, args: coerceAll(expression, overloads, args, unsuitable) };
}

function coerceAll(
  expression: string,
  overloads: readonly (readonly Type[])[],
  args: string[],
  message: (why: string) => string,
): Argument[] {
  let why = '';
  for (const types of overloads) {
    try {
      if (types.length !== args.length) {
        throw selectorSyntaxError(
          expression,
          `Invalid arguments count. Actual: ${args.length}. Expected: ${types.length}.`,
        );
      }
      return types.map((type, at) => coerce(expression, type, args[at]!));
    } catch (thrown) {
      if (
        !(thrown instanceof Uia2Error) ||
        thrown.code !== 'invalid selector' ||
        thrown instanceof UnknownMethod
      )
        throw thrown;
      why = thrown.message;
    }
  }
  throw selectorSyntaxError(expression, message(why));
}

function coerce(expression: string, type: Type, argument: string): Argument {
  const wrong = (what: string): Uia2Error => selectorSyntaxError(expression, `${argument} ${what}`);
  switch (type) {
    case 'UiSelector':
      return parseSelector(argument);
    case 'String':
      if (!/^"[^]*"$/.test(argument) || argument.length < 2) throw wrong('is not a string');
      return argument.slice(1, -1).replaceAll('\\"', '"');
    case 'boolean':
      if (argument !== 'true' && argument !== 'false') throw wrong('is not a boolean');
      return argument === 'true';
    case 'int':
      if (!/^[+-]?\d+$/.test(argument)) throw wrong('is not a integer');
      return Number(argument);
    case 'double':
      if (Number.isNaN(Number.parseFloat(argument))) throw wrong('is not a double');
      return Number(argument.replace(/[dDfF]$/, ''));
    case 'Class':
      // Class.forName finds what Android itself brings.
      if (!/^(android|java)\.[\w.$]+(?<!\.class)$/.test(argument)) throw wrong('class could not be found');
      return argument;
  }
}
