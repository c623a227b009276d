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
  /** Selectors inside one another are written with `>`. */
  const element = (selector: string): object => ({
    selector,
    $: (inner: string) => element(`${selector} > ${inner}`),
  });
  const browser = {
    $: element,
    execute: (...words: unknown[]) => Promise.resolve(void done.push(words)),
  } as unknown as Browser;
  const look = new PageSource(`<hierarchy>${nodes.join('')}</hierarchy>`);
  return { page: new Sample(browser, look, BOOK), look, done };
}

const selectors: [what: string, nodes: string[], place: number, selector: string][] = [
  ['an id of its own', [node('resource-id="a" text="x"')], 0, 'id:a'],
  [
    'an id it shares, by the box around it',
    [
      node('resource-id="one"', node('resource-id="same"')),
      node('resource-id="two"', node('resource-id="same"')),
    ],
    3,
    'id:two > id:same',
  ],
  [
    'an id every row has, by its text',
    [node('resource-id="android:id/title" text="⟦row⟧"')],
    0,
    'android=new UiSelector().text("⟦row⟧")',
  ],
  [
    'a text it shares, by its place',
    [node('text="⟦row⟧"'), node('text="⟦row⟧"')],
    1,
    'android=new UiSelector().text("⟦row⟧").instance(1)',
  ],
  [
    'a description where it has no text',
    [node('content-desc="say &quot;a&quot;"')],
    0,
    String.raw`android=new UiSelector().description("say \"a\"")`,
  ],
  [
    'a description it shares, by its place',
    [node('content-desc="d"'), node('content-desc="d"')],
    1,
    'android=new UiSelector().description("d").instance(1)',
  ],
  [
    'its class and place where it has neither',
    [node(''), node('')],
    1,
    'android=new UiSelector().className("android.view.View").instance(1)',
  ],
  [
    'an id it shares with another of the same box, by its text',
    [node('resource-id="box"', node('resource-id="same" text="a"') + node('resource-id="same" text="b"'))],
    2,
    'android=new UiSelector().text("b")',
  ],
];
for (const [what, nodes, place, selector] of selectors) {
  test(`a thing is touched by ${what}`, () => {
    const { page, look } = pageOf(...nodes);
    assert.equal(page.selector(look.nodes[place]!), selector);
  });
}

test('by its class a thing is touched with its words where those are alone, else by its place', () => {
  const { page, look } = pageOf(
    node('text="a"'),
    node('text="b"'),
    node('text="b"'),
    node('content-desc="d"'),
  );
  const begin = 'android=new UiSelector().className("android.view.View").';
  assert.deepEqual(
    look.nodes.map((one) => page.classSelector(one)),
    [`${begin}text("a")`, `${begin}instance(1)`, `${begin}instance(2)`, `${begin}description("d")`],
  );
});

test('a list is moved by most of its height, with the finger off its edges, and nothing else is', async () => {
  const { page, done } = pageOf(node('scrollable="true" bounds="[10,100][1090,1100]"'));
  assert.equal(page.isList, true);
  await page.scroll('down');
  assert.deepEqual(done, [
    [
      'mobile: scrollGesture',
      { left: 10, top: 200, width: 1080, height: 800, direction: 'down', percent: 0.9 },
    ],
  ]);
  const still = pageOf(node(''));
  assert.equal(still.page.isList, false);
  await still.page.scroll('up');
  assert.deepEqual(still.done, []);
});

test('a thing is found by the first of its ways, and one that is not there yet by its first id', () => {
  assert.equal(pageOf(node('resource-id="older_id"')).page.named('thing'), 'id:older_id');
  assert.equal(pageOf(node('')).page.named('thing'), 'id:new_id');
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
