import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { PageSource, type SourceNode } from './look.ts';
import { label, type LabelBook } from './label.ts';
import { Page } from './page.ts';

const APP = 'com.example';
const BOOK: LabelBook = {
  matches: ({ name }, text) => text === `⟦${name}⟧`,
  values: () => [],
  text: ({ name }) => `⟦${name}⟧`,
};
const node = (attributes: string, inside = '') =>
  `<node class="android.view.View" package="${APP}" ${attributes}>${inside}</node>`;

/** A thing of the app that was looked at, whatever is in front by then. */
const IN = `new UiSelector().packageName("${APP}")`;
const OF = `android=${IN}`;

/** A page with two things on it, whatever it is. */
class Sample extends Page {
  static readonly title = 'sample page';
  static readonly landmark = { package: [APP], ways: [{ id: ['first'] }, { label: label(APP, 'title') }] };
  static readonly locators = {
    thing: [{ id: ['new_id', 'older_id'] }, { label: label(APP, 'thing') }],
    words: [{ label: label(APP, 'words') }],
  };

  selector(node: SourceNode): string {
    return (this.at(node) as unknown as { selector: string }).selector;
  }
  classSelector(node: SourceNode): string {
    return (this.atClass(node) as unknown as { selector: string }).selector;
  }
  named(name: string): string {
    return (this.element(name) as unknown as { selector: string }).selector;
  }
  dots(shown: string): Promise<number | undefined> {
    return this.dotsIn({ getText: () => Promise.resolve(shown) } as never);
  }
}

function pageOf(...nodes: string[]) {
  const done: unknown[] = [];
  const element = (selector: string): object => ({ selector, elementId: Promise.resolve(selector) });
  const browser = {
    $: element,
    execute: (...words: unknown[]) => Promise.resolve(void done.push(words)),
  } as unknown as Browser;
  const look = new PageSource(`<hierarchy>${nodes.join('')}</hierarchy>`);
  return { page: new Sample(browser, look, BOOK), look, done };
}

const selectors: [what: string, nodes: string[], place: number, selector: string][] = [
  ['an id of its own', [node('resource-id="a" text="x"')], 0, `${OF}.resourceId("a").text("x")`],
  [
    'an id it shares, by the box around it',
    [
      node('resource-id="one"', node('resource-id="same"')),
      node('resource-id="two"', node('resource-id="same"')),
    ],
    3,
    `${OF}.resourceId("two").childSelector(${IN}.resourceId("same"))`,
  ],
  [
    'an id every row has, by its text',
    [node('resource-id="android:id/title" text="⟦row⟧"')],
    0,
    `${OF}.resourceId("android:id/title").text("⟦row⟧")`,
  ],
  [
    'a text it shares, by its place',
    [node('text="⟦row⟧"'), node('text="⟦row⟧"')],
    1,
    `${OF}.text("⟦row⟧").instance(1)`,
  ],
  [
    'a description where it has no text',
    [node('content-desc="say &quot;a&quot;"')],
    0,
    OF + String.raw`.description("say \"a\"")`,
  ],
  [
    'a description it shares, by its place',
    [node('content-desc="d"'), node('content-desc="d"')],
    1,
    `${OF}.description("d").instance(1)`,
  ],
  [
    'its class and place where it has neither',
    [node(''), node('')],
    1,
    `${OF}.className("android.view.View").instance(1)`,
  ],
  [
    'an id it shares with another of the same box, by its text',
    [node('resource-id="box"', node('resource-id="same" text="a"') + node('resource-id="same" text="b"'))],
    2,
    `${OF}.resourceId("same").text("b")`,
  ],
];
for (const [what, nodes, place, selector] of selectors) {
  test(`a thing is touched by ${what}`, () => {
    const { page, look } = pageOf(...nodes);
    assert.equal(page.selector(look.nodes[place]!), selector);
  });
}

/** An answer of a dialog of the app, below its title. */
const answered = (title: string, id: string, words: string) =>
  pageOf(
    node(`resource-id="${APP}:id/alertTitle" text="${title}"`),
    node(`text="${words}"`),
    node(`resource-id="${id}" text="${words}"`),
  );

test('an answer of a dialog is touched only below the words that the dialog is known by', () => {
  for (const id of ['android:id/button1', `${APP}:id/positive`]) {
    const { page, look } = answered('⟦title⟧', id, 'OK (5)');
    // A message that says the same is counted too, and so is any number that a button counts down from.
    assert.equal(page.selector(look.nodes[2]!), `${OF}.textMatches("⟦title⟧|OK...{1,1}.").instance(2)`);
  }
  const own = answered('⟦title⟧', `${APP}:id/keep`, 'Keep');
  assert.equal(own.page.selector(own.look.nodes[2]!), `${OF}.resourceId("${APP}:id/keep").text("Keep")`);
  const counting = answered('⟦title⟧', `${APP}:id/keep`, 'Keep (5)');
  assert.equal(counting.page.selector(counting.look.nodes[2]!), `${OF}.resourceId("${APP}:id/keep")`);
  const other = answered('?', 'android:id/button1', 'OK');
  assert.equal(
    other.page.selector(other.look.nodes[2]!),
    `${OF}.resourceId("android:id/button1").text("OK")`,
  );
});

test('by its class a thing is touched with its words where those are alone, else by its place', () => {
  const { page, look } = pageOf(
    node('text="a"'),
    node('text="b"'),
    node('text="b"'),
    node('content-desc="d"'),
  );
  const begin = `${OF}.className("android.view.View").`;
  assert.deepEqual(
    look.nodes.map((one) => page.classSelector(one)),
    [`${begin}text("a")`, `${begin}instance(1)`, `${begin}instance(2)`, `${begin}description("d")`],
  );
});

test('a list is moved by most of its height, wherever it stands by then, and nothing else is', async () => {
  const { page, done } = pageOf(node('scrollable="true" bounds="[10,100][1090,1100]"'));
  assert.equal(page.isList, true);
  await page.scroll('down');
  assert.deepEqual(done, [
    [
      'mobile: scrollGesture',
      { elementId: `${OF}.className("android.view.View").instance(0)`, direction: 'down', percent: 0.9 },
    ],
  ]);
  const still = pageOf(node(''));
  assert.equal(still.page.isList, false);
  await still.page.scroll('up');
  assert.deepEqual(still.done, []);
});

test('a thing is found by the first of its ways, and one that is not there yet by its first id', () => {
  assert.equal(pageOf(node('resource-id="older_id"')).page.named('thing'), `${OF}.resourceId("older_id")`);
  assert.equal(pageOf(node('')).page.named('thing'), 'android=new UiSelector().resourceId("new_id")');
  assert.throws(() => pageOf(node('')).page.named('words'), /'words' wasn't found on the sample page/);
  assert.throws(() => pageOf(node('')).page.named('other'), /Sample has no locator 'other'/);
});

test('what was found elsewhere than expected is reported with what to change, the page itself too', () => {
  const { page } = pageOf(node('text="⟦title⟧"'), node('resource-id="renamed" text="⟦thing⟧"'));
  page.named('thing');
  assert.deepEqual(page.drift, [
    {
      page: 'sample page',
      locator: 'landmark',
      wanted: 'id first',
      found: 'label com.example:string/title',
      advice: 'put the label com.example:string/title first in Sample.landmark',
    },
    {
      page: 'sample page',
      locator: 'thing',
      wanted: 'id new_id or id older_id',
      found: 'label com.example:string/thing',
      advice: 'add the id renamed first in Sample.locators.thing',
    },
  ]);
  const expected = pageOf(node('resource-id="first"'), node('resource-id="new_id"')).page;
  expected.named('thing');
  assert.deepEqual(expected.drift, []);
});

test('the characters a field holds are counted by its dots, where it shows dots alone', async () => {
  const { page } = pageOf(node(''));
  assert.equal(await page.dots('••••'), 4);
  assert.equal(await page.dots('●●'), 2);
  assert.equal(await page.dots('***'), 3);
  for (const shown of ['', 'abc', '••a']) assert.equal(await page.dots(shown), undefined);
});
