import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { FakeClient, fakeHandset, list, text, windowOf } from './fake.ts';
import type { FakeHandset } from './fake.ts';
import type { ScrollState } from '../screen/view.ts';

const rows = Array.from({ length: 20 }, (_, n) => `Row ${n}`);

async function open(
  t: TestContext,
  scroll: ScrollState = { offset: 0, max: 0 },
): Promise<{ client: FakeClient; handset: FakeHandset; scroll: ScrollState }> {
  const handset = fakeHandset(windowOf({ cls: 'F', children: [text('Head'), list(scroll, rows)] }));
  const client = await FakeClient.start(handset);
  t.after(() => client.close());
  return { client, handset, scroll };
}

const LIST = 'new UiScrollable(new UiSelector().scrollable(true))';

async function said(client: FakeClient, expression: string): Promise<string> {
  const id = await client.find('-android uiautomator', expression);
  return id.includes(' ') ? id : client.textOf(id);
}

test('scrolls until the text shows', async (t) => {
  const { client, scroll } = await open(t);
  assert.equal(await said(client, `${LIST}.scrollIntoView(new UiSelector().text("Row 15"))`), 'Row 15');
  assert.equal(scroll.offset, 1200);
  assert.equal(
    await said(client, `${LIST}.scrollTextIntoView("Row 2")`),
    'Row 2',
    'begins at the beginning again',
  );
  assert.equal(scroll.offset, 0);
});

test('does not touch the list when it is in view already, even outside of the list', async (t) => {
  const { client, handset } = await open(t, { offset: 700, max: 0 });
  assert.equal(await said(client, `${LIST}.scrollIntoView(text("Row 8"))`), 'Row 8');
  assert.equal(await said(client, `${LIST}.scrollTextIntoView("Head")`), 'Head');
  assert.deepEqual(handset.felt, []);
});

test('finds nothing when the list ends before', async (t) => {
  const { client, scroll } = await open(t);
  assert.equal(await said(client, `${LIST}.scrollTextIntoView("Row 20")`), 'no such element');
  assert.equal(scroll.offset, scroll.max);
});

test('gives up after setMaxSearchSwipes', async (t) => {
  const { client, scroll } = await open(t);
  await said(client, `${LIST}.setMaxSearchSwipes(2).scrollIntoView(text("Row 15"))`);
  assert.equal(scroll.offset, 800);
});

test('a setter before scrollIntoView makes the list the result once scrolling was needed: the trap of the real server', async (t) => {
  const { client } = await open(t);
  const find = async (row: string): Promise<unknown> => {
    const id = await client.find(
      '-android uiautomator',
      `${LIST}.setAsVerticalList().scrollIntoView(text("${row}"))`,
    );
    return client.attribute(id, 'class');
  };
  assert.equal(await find('Row 15'), 'android.widget.ListView');
  assert.equal(await find('Row 15'), 'android.widget.TextView');
});

test('scrolls forward and backward, to the end and to the beginning', async (t) => {
  const { client, handset, scroll } = await open(t);
  const offsets: number[] = [];
  for (const call of [
    'scrollForward()',
    'scrollForward(10)',
    'scrollBackward()',
    'scrollToEnd(10)',
    'flingBackward()',
    'scrollToBeginning(1, 5)',
    'flingToBeginning(9)',
  ]) {
    const id = await client.find('-android uiautomator', `${LIST}.${call}`);
    assert.equal(await client.attribute(id, 'class'), 'android.widget.ListView');
    offsets.push(scroll.offset);
  }
  assert.deepEqual(offsets, [400, 800, 400, 1500, 1100, 700, 0]);
  assert.equal(handset.felt[0], 'swipe 540,630 540,230 275ms');
  assert.equal(handset.felt[1], 'swipe 540,630 540,230 50ms');
});

test('a horizontal list is swiped from side to side', async (t) => {
  const { client, handset } = await open(t);
  await said(client, `${LIST}.setAsHorizontalList().setSwipeDeadZonePercentage(0.25).scrollForward()`);
  assert.deepEqual(handset.felt, ['swipe 810,430 270,430 275ms']);
});

test('getChildByText and getChildByInstance find rows of the list', async (t) => {
  const { client } = await open(t);
  const row = 'new UiSelector().className("android.widget.LinearLayout")';
  const id = await client.find('-android uiautomator', `${LIST}.getChildByText(${row}, "Row 12")`);
  assert.equal(await client.attribute(id, 'class'), 'android.widget.LinearLayout');
  const inside = await client.find('-android uiautomator', 'className("android.widget.TextView")', id);
  assert.equal((await client.get(`/element/${inside}/text`)).value, 'Row 12');
  assert.equal(await said(client, `${LIST}.getChildByInstance(text("Row 12"), 0)`), 'Row 12');
  assert.equal(await said(client, `${LIST}.getChildByText(${row}, "Row 0", false)`), 'no such element');
});

test('waits for the list as long as waitForSelectorTimeout, then says it is missing', async (t) => {
  const { client, handset } = await open(t);
  handset.open = [windowOf(text('no list'))];
  const start = handset.clock.now();
  const { status, error, message } = await client.post('/element', {
    strategy: '-android uiautomator',
    selector: `${LIST}.scrollTextIntoView("x")`,
  });
  assert.deepEqual(
    [status, error, message],
    [
      404,
      'no such element',
      'androidx.test.uiautomator.UiObjectNotFoundException: UiSelector[SCROLLABLE=true]',
    ],
  );
  assert.ok(handset.clock.now() - start >= 10_000);
  assert.deepEqual(
    (
      await client.post('/elements', {
        strategy: '-android uiautomator',
        selector: `${LIST}.scrollForward()`,
      })
    ).value,
    [],
  );
});

test('finds a list that appears while it waits', async (t) => {
  const { client, handset } = await open(t);
  const later = handset.open;
  handset.open = [windowOf(text('not yet'))];
  const { clock } = handset;
  const sleep = clock.sleep.bind(clock);
  clock.sleep = async (ms, why) => {
    handset.open = later;
    return sleep(ms, why);
  };
  assert.equal(await said(client, `${LIST}.scrollTextIntoView("Row 7")`), 'Row 7');
});
