import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUiAutomator, UnknownMethod } from './selector.ts';
import { selectorText } from './uiselector.ts';

const dump = (text: string): string[] =>
  parseUiAutomator(text).map((expression) =>
    expression.kind === 'selector'
      ? selectorText(expression.selector)
      : `${selectorText(expression.container)} ${expression.calls.map(({ method, args }) => `${method}(${args.length})`).join(' ')}`,
  );

const accepted: [text: string, dump: string][] = [
  ['new UiSelector().text("Sign out")', 'UiSelector[TEXT=Sign out]'],
  ['UiSelector().text("a")', 'UiSelector[TEXT=a]'],
  ['.text("a")', 'UiSelector[TEXT=a]'],
  ['text("a")', 'UiSelector[TEXT=a]'],
  ['  new UiSelector().text("a") ; ', 'UiSelector[TEXT=a]'],
  ['new UiSelector().text("a \\"b\\" (c), d; e")', 'UiSelector[TEXT=a "b" (c), d; e]'],
  ['new UiSelector().text("")', 'UiSelector[TEXT=]'],
  ['new UiSelector().text("a").text("b")', 'UiSelector[TEXT=b]'],
  ['new UiSelector() . text ( "a" )', 'UiSelector[TEXT=a]'],
  [
    'new UiSelector().index(2).instance(-1).enabled(true).checked(false)',
    'UiSelector[INDEX=2, INSTANCE=-1, ENABLED=true, CHECKED=false]',
  ],
  ['new UiSelector().className(android.widget.Button)', 'UiSelector[CLASS=android.widget.Button]'],
  ['new UiSelector().textMatches("(?i)ok.*")', 'UiSelector[TEXT_REGEX=ok.*]'],
  [
    'new UiSelector().resourceId("a:id/b").packageName("a")',
    'UiSelector[PACKAGE NAME=a, RESOURCE_ID=a:id/b]',
  ],
  ['new UiSelector().text("p").childSelector(text("c"))', 'UiSelector[TEXT=p, CHILD=UiSelector[TEXT=c]]'],
  [
    'new UiSelector().text("p").childSelector(new UiSelector().text("c")).childSelector(new UiSelector().text("d")).index(1)',
    'UiSelector[TEXT=p, INDEX=1, CHILD=UiSelector[TEXT=c, CHILD=UiSelector[TEXT=d]]]',
  ],
  [
    'new UiSelector().text("x").fromParent(new UiSelector().text("y"))',
    'UiSelector[TEXT=x, PARENT=UiSelector[TEXT=y]]',
  ],
  [
    'new UiScrollable(new UiSelector().scrollable(true).instance(0)).setMaxSearchSwipes(5).getChildByText(new UiSelector().text("a"), "b", true)',
    'UiSelector[INSTANCE=0, SCROLLABLE=true] setMaxSearchSwipes(1) getChildByText(3)',
  ],
  [
    'UiScrollable(scrollable(true)).scrollTextIntoView("a)")',
    'UiSelector[SCROLLABLE=true] scrollTextIntoView(1)',
  ],
];
for (const [text, expected] of accepted) {
  test(`reads ${text}`, () => assert.deepEqual(dump(text), [expected]));
}

test('reads several statements parted by semicolons', () => {
  assert.deepEqual(dump('text("a;b"); new UiSelector().text("c");'), [
    'UiSelector[TEXT=a;b]',
    'UiSelector[TEXT=c]',
  ]);
});

const refused: [text: string, message: RegExp][] = [
  ['', /^Could not parse selector expression ``: Tried to parse an empty string/],
  [
    'new UiSelector().text(5)',
    /doesn't have suitable method `text` with arguments \[5\]: .*5 is not a string/,
  ],
  ['new UiSelector().text("a", "b")', /Invalid arguments count\. Actual: 2\. Expected: 1\./],
  ['new UiSelector().enabled("true")', /"true" is not a boolean/],
  ['new UiSelector().index(one)', /one is not a integer/],
  ['new UiSelector().className(no.such.Thing)', /no\.such\.Thing class could not be found/],
  ['new UiSelector().text("a"', /Unclosed paren in expression/],
  ['new UiSelector().text("a)', /Unclosed paren in expression/],
  ['new UiSelector()text("a")', /Expected "\." at position 16/],
  ['new UiSelector().text', /No opening parenthesis after method name at position 17/],
  ['new UiSelector().("a")', /Missing method name at position 17/],
  ['new UiSelector().text("a",)', /Missing argument at position 21/],
  ['new UiSelector("a").text("b")', /UiSelector has no suitable constructor with arguments \["a"\]/],
  ['new UiScrollable().scrollForward()', /UiScrollable has no suitable constructor with arguments \[\]/],
  ['//android.widget.TextView', /No opening parenthesis after method name/],
];
for (const [text, message] of refused) {
  test(`refuses ${text || 'an empty text'} as an invalid selector`, () => {
    assert.throws(() => parseUiAutomator(text), { code: 'invalid selector', status: 400, message });
  });
}

test('tells a method the library has not by name', () => {
  const unknown = (text: string, method: string): void =>
    assert.throws(
      () => parseUiAutomator(text),
      (fault) =>
        fault instanceof UnknownMethod &&
        fault.method === method &&
        fault.message.includes(`has no \`${method.split('.')[1]}\` method`),
    );
  unknown('new UiSelector().textEndsWith("a")', 'UiSelector.textEndsWith');
  unknown('new UiSelector().childSelector(nothing("a"))', 'UiSelector.nothing');
  unknown('new UiScrollable(scrollable(true)).exists(text("a"))', 'UiScrollable.exists');
  unknown('new UiSelector().toString()', 'UiSelector.toString');
});

test('a pattern Java could not compile is an unknown error, as from the server', () => {
  assert.throws(() => parseUiAutomator('textMatches("(")'), {
    code: 'unknown error',
    message: /^java\.util\.regex\.PatternSyntaxException/,
  });
});
