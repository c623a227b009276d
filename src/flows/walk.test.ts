import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import type { Landmark, Locator } from '../../pageobjects/locator.ts';
import { label, type LabelBook } from '../../pageobjects/label.ts';
import { Page } from '../../pageobjects/page.ts';
import { instantClock, type Clock } from '../clock.ts';
import type { Drift } from '../events.ts';
import { labelBook } from '../phone/labels.ts';
import { on, walk, type Rules, type Stuck, type WalkOptions } from './walk.ts';

/** A phone that shows one page after another: `tap` and `open` move it on. */
class Screens {
  readonly shown: string[];
  looks = 0;
  readonly browser: Browser;

  constructor(...shown: string[]) {
    this.shown = shown;
    const getPageSource = () => {
      this.looks++;
      const id = this.shown[0] ?? '';
      return Promise.resolve(
        `<hierarchy><android.view.View class="android.view.View" package="app.${id}" resource-id="${id}" text="" bounds="[0,0][1,1]"/></hierarchy>`,
      );
    };
    this.browser = { getPageSource } as unknown as Browser;
  }

  next = (): Promise<void> => {
    this.shown.shift();
    return Promise.resolve();
  };
}

class First extends Page {
  static readonly title = 'first';
  static readonly landmark: Landmark = { ways: [{ id: ['first'] }] };
}
class Second extends Page {
  static readonly title = 'second';
  static readonly landmark: Landmark = { ways: [{ id: ['second'] }] };
}

function options(screens: Screens, more: Partial<WalkOptions<string>> = {}): WalkOptions<string> {
  return {
    browser: screens.browser,
    labels: labelBook(new Map()),
    clock: instantClock(),
    signal: new AbortController().signal,
    timeLimit: 60_000,
    onStuck: ({ kind, page }: Stuck) => Promise.resolve(`${kind}: ${page}`),
    ...more,
  };
}

test('acts on whatever page is shown, in the order the phone chooses', async () => {
  const rules = (screens: Screens): Rules<string> => [
    on(First, screens.next),
    on(Second, screens.next),
    on(End, () => Promise.resolve('end')),
  ];
  for (const order of [['first', 'second', 'end'], ['second', 'first', 'end'], ['second', 'end'], ['end']]) {
    const screens = new Screens(...order);
    assert.equal(await walk(rules(screens), options(screens)), 'end');
  }
});

class End extends Page {
  static readonly title = 'end';
  static readonly landmark: Landmark = { ways: [{ id: ['end'] }] };
}

test('a rule that may act once acts once, however long its page stays', async () => {
  const screens = new Screens('first');
  let acted = 0;
  const act = () => Promise.resolve(void acted++);
  assert.equal(await walk<string>([on(First, act, { times: 1 })], options(screens)), 'stuck: first');
  assert.equal(acted, 1);
});

test('does not act again while the phone may still be reacting', async () => {
  const screens = new Screens('first');
  const clock = instantClock();
  const at: number[] = [];
  const act = () => Promise.resolve(void at.push(clock.now()));
  await walk<string>([on(First, act, { times: 2, patience: 5000 })], options(screens, { clock }));
  assert.equal(at.length, 2);
  assert.ok((at[1] ?? 0) - (at[0] ?? 0) >= 5000);
});

/** The screens, each look at which takes so many ms, and the pauses between two looks. Nothing else takes time. */
function dearScreens(cost: number, ...shown: string[]) {
  const screens = new Screens(...shown);
  const { getPageSource } = screens.browser;
  const pauses: number[] = [];
  let time = 0;
  let seen: number | undefined;
  const clock: Clock = {
    now: () => time,
    elapsed: () => time,
    async sleep(ms) {
      time += ms;
      await new Promise((turn) => setImmediate(turn));
    },
  };
  screens.browser.getPageSource = async () => {
    if (seen !== undefined) pauses.push(time - seen);
    time += cost;
    seen = time;
    return getPageSource();
  };
  return { screens, clock, pauses };
}

test('where a look is dear, a page that works, or that was just acted on, is not looked at again at once', async () => {
  const works = { on: First };
  const acted = on(First, () => Promise.resolve(), { times: 1 });
  for (const rule of [works, acted] as Rules<string>) {
    const pausesAt = async (cost: number) => {
      const { screens, clock, pauses } = dearScreens(cost, 'first');
      const judge = () => Promise.resolve(pauses.length === 4 ? 'over' : undefined);
      await walk<string>([rule], options(screens, { clock, judge }));
      // The fifth is none: the judge ends it.
      return pauses.slice(0, 4);
    };
    assert.ok(Math.min(...(await pausesAt(500))) >= 350);
    assert.ok(Math.min(...(await pausesAt(100))) <= 100);
  }
});

test('the rest after a dear look ends at once where the judge has a verdict, and the last look is taken then', async () => {
  const { screens, clock, pauses } = dearScreens(500, 'first');
  let asked = 0;
  // Beside the first look there is none yet, a moment later there is.
  const judge = () => Promise.resolve(++asked > 1 ? 'over' : undefined);
  assert.equal(await walk<string>([{ on: First }], options(screens, { clock, judge })), 'over');
  assert.deepEqual([pauses, screens.looks, asked], [[0], 2, 3]);
  const working = dearScreens(500, 'first');
  const saidAt = (ms: number) => () => Promise.resolve(working.clock.elapsed() >= ms ? 'over' : undefined);
  await walk<string>([{ on: First }], options(working.screens, { clock: working.clock, judge: saidAt(620) }));
  assert.deepEqual(working.pauses, [150], 'it is asked each 50 ms, not at the end of the rest of 350');
  const cheap = dearScreens(100, 'first');
  let times = 0;
  const later = () => Promise.resolve(++times > 3 ? 'over' : undefined);
  await walk<string>([{ on: First }], options(cheap.screens, { clock: cheap.clock, judge: later }));
  assert.equal(cheap.screens.looks, times, 'a cheap look has the judge beside it, and that is enough');
});

test('a list that scrolls is looked at again at once, as no window opens', async () => {
  const { screens, clock, pauses } = dearScreens(500, 'first');
  let scrolls = 0;
  const scroll = () => Promise.resolve(++scrolls === 5 ? 'end' : undefined);
  await walk<string>([on(First, scroll, { times: 5, patience: 0 })], options(screens, { clock }));
  assert.deepEqual(pauses, [0, 0, 0, 0]);
});

test('an unknown page is given time to become a known one', async () => {
  const screens = new Screens('half-drawn', 'first');
  const getPageSource = screens.browser.getPageSource.bind(screens.browser);
  screens.browser.getPageSource = async () => {
    if (screens.looks === 3) await screens.next();
    return getPageSource();
  };
  assert.equal(
    await walk<string>([on(First, () => Promise.resolve('reached'))], options(screens)),
    'reached',
  );
});

test('sets out at once from an unknown page, and tries the next way when the screen stays unknown', async () => {
  const screens = new Screens('launcher');
  const tried: string[] = [];
  const ways = [
    () => Promise.resolve(void tried.push('first way')),
    async () => {
      tried.push('second way');
      screens.shown[0] = 'first';
    },
  ];
  assert.equal(
    await walk<string>([on(First, () => Promise.resolve('reached'))], options(screens, { ways })),
    'reached',
  );
  assert.deepEqual(tried, ['first way', 'second way']);
  assert.ok(screens.looks > 3);
});

test('does not set out again when a page it was on turns into an unknown one', async () => {
  const screens = new Screens('first', 'strange');
  let set = 0;
  const lost: Stuck[] = [];
  const found = await walk<string>(
    [on(First, screens.next)],
    options(screens, {
      ways: [() => Promise.resolve(void set++)],
      onStuck: (stuck) => {
        lost.push(stuck);
        return Promise.resolve('lost');
      },
    }),
  );
  assert.equal(found, 'lost');
  assert.equal(set, 0);
  assert.deepEqual(lost, [{ kind: 'unknown-page', page: 'app.strange' }]);
});

test('reports each page once, before anything is done to it', async () => {
  const screens = new Screens('first', 'second', 'end');
  const events: string[] = [];
  const act = (name: string) => async () => {
    events.push(`act on ${name}`);
    await screens.next();
  };
  await walk<string>(
    [on(First, act('first')), on(Second, act('second')), on(End, () => Promise.resolve('end'))],
    options(screens, {
      onPage: (name) => Promise.resolve(void events.push(`see ${name}`)),
    }),
  );
  assert.deepEqual(events, ['see first', 'act on first', 'see second', 'act on second', 'see end']);
});

test('the judge ends the walk whatever is on the screen', async () => {
  const screens = new Screens('first');
  const judge = () => Promise.resolve(screens.looks > 2 ? 'judged' : undefined);
  assert.equal(await walk<string>([{ on: First }], options(screens, { judge })), 'judged');
});

test('ends when time is up, and says on which page', async () => {
  const screens = new Screens('first');
  const rules: Rules<string> = [{ on: First }];
  assert.equal(await walk(rules, options(screens, { timeLimit: 20_000 })), 'out-of-time: first');
});

test('stops between two steps when its signal aborts', async () => {
  const screens = new Screens('first', 'second');
  const controller = new AbortController();
  const act = async () => {
    await screens.next();
    controller.abort(new Error('stop'));
  };
  await assert.rejects(
    walk<string>([on(First, act), on(Second, act)], options(screens, { signal: controller.signal })),
    /stop/,
  );
  assert.deepEqual(screens.shown, ['second']);
});

test('what a look has shown and a touch does not find is looked for again, three times at most', async () => {
  for (const [misses, expected] of [
    [3, 'reached'],
    [9, 'stuck: first'],
  ] as const) {
    const screens = new Screens('first');
    let left = misses;
    const act = () =>
      left-- > 0
        ? Promise.reject(new Error("Can't call click on element because element wasn't found"))
        : Promise.resolve('reached');
    assert.equal(await walk<string>([on(First, act)], options(screens)), expected);
  }
});

test('a fault that is no missing element ends the walk as it is', async () => {
  const act = () => Promise.reject(new Error('socket hang up'));
  await assert.rejects(walk<string>([on(First, act)], options(new Screens('first'))), /socket hang up/);
});

class Renamed extends Page {
  static readonly title = 'renamed';
  static readonly landmark: Landmark = { ways: [{ id: ['before'] }, { id: ['first'] }] };
  static readonly locators: Record<string, Locator> = {
    go: [{ id: ['go'] }, { id: ['first'] }],
    other: [{ id: ['other'] }, { id: ['first'] }],
  };

  get canGo(): boolean {
    return this.seen('go') !== undefined && this.seen('other') !== undefined;
  }

  async go(): Promise<void> {
    this.element('go');
  }
}

test('reports what a page that was acted on has elsewhere than expected, and of its things those that were used', async () => {
  const events: string[] = [];
  const screens = new Screens('first', 'end');
  screens.browser.$ = (() => ({})) as unknown as Browser['$'];
  const rules: Rules<string> = [
    on(Renamed, (page) => page.go().then(screens.next), { when: (page) => page.canGo }),
    on(End, () => Promise.resolve('end')),
  ];
  const drift = ({ locator, wanted, found }: Drift) => void events.push(`${locator}: ${wanted}, ${found}`);
  assert.equal(await walk<string>(rules, options(screens, { onDrift: drift })), 'end');
  assert.deepEqual(events, ['landmark: id before, id first', 'go: id go, id first']);
});

test('reads the labels anew where a page is strange only because the language has changed', async () => {
  for (const [changes, expected] of [
    [1, 'reached'],
    [0, 'unknown-page: app.first'],
  ] as const) {
    let left = changes as number;
    let known = false;
    const labels: LabelBook = {
      ...labelBook(new Map()),
      matches: () => known,
      refresh: async () => {
        if (left-- > 0) known = true;
        return known && left >= 0;
      },
    };
    class Worded extends Page {
      static readonly title = 'worded';
      static readonly landmark: Landmark = { ways: [{ label: label('app', 'title') }] };
    }
    const screens = new Screens('first');
    const getPageSource = screens.browser.getPageSource.bind(screens.browser);
    screens.browser.getPageSource = async () => (await getPageSource()).replace('text=""', 'text="عنوان"');
    assert.equal(
      await walk<string>([on(Worded, () => Promise.resolve('reached'))], options(screens, { labels })),
      expected,
    );
  }
});

/** A computer whose clock is set right at each look: by two hours, back and forth. */
function jumpingClock(): Clock {
  const clock = instantClock();
  let looks = 0;
  return { ...clock, now: () => clock.now() + (looks++ % 2) * 2 * 60 * 60_000 };
}

test("a computer's clock that jumps ends no walk", async () => {
  const screens = new Screens('first', 'wait', 'second', 'end');
  class Wait extends Page {
    static readonly title = 'wait';
    static readonly landmark: Landmark = { ways: [{ id: ['wait'] }] };
  }
  const rules: Rules<string> = [
    on(First, screens.next),
    { on: Wait, when: () => screens.looks < 20 || (void screens.next(), false) },
    on(Second, screens.next),
    on(End, () => Promise.resolve('end')),
  ];
  assert.equal(await walk(rules, options(screens, { clock: jumpingClock() })), 'end');
});
