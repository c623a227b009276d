import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { FakeClient, fakeHandset, field, list, text, windowOf } from './fake.ts';
import type { FakeHandset } from './fake.ts';

const rows = Array.from({ length: 20 }, (_, n) => `Row ${n}`);

async function open(t: TestContext): Promise<{ client: FakeClient; handset: FakeHandset; listId: string }> {
  const handset = fakeHandset(
    windowOf({ cls: 'F', children: [text('Head'), list({ offset: 0, max: 0 }, rows)] }),
  );
  const client = await FakeClient.start(handset);
  t.after(() => client.close());
  return { client, handset, listId: await client.find('id', 'android:id/list') };
}

const felt: [path: string, body: object, felt: string[]][] = [
  ['click', { offset: { x: 10.9, y: 20 } }, ['tap 10,20']],
  ['click', { origin: { ELEMENT: 'LIST' } }, ['tap 540,430']],
  [
    'click',
    { origin: { 'element-6066-11e4-a52e-4f735466cecf': 'LIST' }, offset: { x: 1, y: 2 } },
    ['tap 1,182'],
  ],
  ['click', { locator: { strategy: 'xpath', selector: '//*[@text="Head"]' } }, ['tap 540,130']],
  ['double_click', { offset: { x: 1, y: 2 } }, ['tap 1,2', 'tap 1,2']],
  ['long_click', { offset: { x: 1, y: 2 } }, ['press 1,2 500ms']],
  ['long_click', { offset: { x: 1, y: 2 }, duration: 1500 }, ['press 1,2 1500ms']],
  ['drag', { start: { x: 0, y: 0 }, end: { x: 30, y: 40 }, speed: 100 }, ['swipe 0,0 30,40 500ms']],
  [
    'drag',
    { origin: { ELEMENT: 'LIST' }, end: { x: 540, y: 0 }, speed: 430 },
    ['swipe 540,430 540,0 1000ms'],
  ],
  [
    'swipe',
    { area: { left: 0, top: 100, width: 200, height: 400 }, direction: 'up', percent: 0.5, speed: 200 },
    ['swipe 100,500 100,300 1000ms'],
  ],
  [
    'swipe',
    { area: { left: 0, top: 100, width: 200, height: 400 }, direction: 'LEFT', percent: 1, speed: 200 },
    ['swipe 200,300 0,300 1000ms'],
  ],
];
for (const [path, body, expected] of felt) {
  test(`${path} of ${JSON.stringify(body)}`, async (t) => {
    const { client, handset, listId } = await open(t);
    const { status, value } = await client.post(
      `/appium/gestures/${path}`,
      JSON.parse(JSON.stringify(body).replace('LIST', listId)),
    );
    assert.deepEqual([status, value, handset.felt], [200, null, expected]);
  });
}

test('scroll and fling tell whether the list goes on', async (t) => {
  const { client, listId } = await open(t);
  const scroll = async (direction: string, percent: number): Promise<unknown> =>
    (await client.post('/appium/gestures/scroll', { origin: { ELEMENT: listId }, direction, percent })).value;
  assert.equal(await scroll('up', 1), false);
  assert.equal(await scroll('down', 1), true);
  assert.equal(await scroll('left', 1), false);
  assert.equal(await scroll('down', 5), false);
  const area = { left: 0, top: 180, width: 1080, height: 500 };
  assert.equal((await client.post('/appium/gestures/fling', { area, direction: 'up' })).value, true);
});

const refused: [path: string, body: object, message: RegExp][] = [
  ['click', {}, /Click offset coordinates must be provided if element is not set/],
  ['click', { offset: { x: 1 } }, /PointModel: The mandatory field 'y' is not present in JSON/],
  ['click', { locator: { strategy: 'xpath' } }, /FindElementModel: The mandatory field 'selector'/],
  ['long_click', { offset: { x: 1, y: 1 }, duration: -1 }, /Long click duration cannot be negative/],
  ['drag', { start: { x: 1, y: 1 } }, /DragModel: The mandatory field 'end'/],
  ['drag', { end: { x: 1, y: 1 } }, /The starting point coordinates must be provided/],
  [
    'swipe',
    { area: { left: 0, top: 0, width: 1, height: 1 }, direction: 'north', percent: 1 },
    /Swipe direction must be one of \[LEFT, RIGHT, UP, DOWN\]/,
  ],
  [
    'swipe',
    { area: { left: 0, top: 0, width: 1, height: 1 }, direction: 'up', percent: 2 },
    /Percent must be between 0\.0f and 1\.0f/,
  ],
  ['swipe', { direction: 'up', percent: 1 }, /The swipe area coordinates must be provided/],
  [
    'swipe',
    { area: { left: 0, top: 0, width: -1, height: 1 }, direction: 'up', percent: 1 },
    /width must not be negative/,
  ],
  ['scroll', { direction: 'up' }, /ScrollModel: The mandatory field 'percent'/],
  [
    'fling',
    { area: { left: 0, top: 0, width: 1, height: 1 }, direction: 'up', speed: 1 },
    /Speed 1 is less than the minimum fling velocity 137/,
  ],
];
for (const [path, body, why] of refused) {
  test(`${path} refuses ${JSON.stringify(body)}`, async (t) => {
    const { client, handset } = await open(t);
    const { status, error, message } = await client.post(`/appium/gestures/${path}`, body);
    assert.deepEqual([status, error, handset.felt], [400, 'invalid argument', []]);
    assert.match(message, why);
  });
}

test('a pinch is noted as something this phone cannot feel', async (t) => {
  const { client, handset, listId } = await open(t);
  assert.equal(
    (await client.post('/appium/gestures/pinch_open', { origin: { ELEMENT: listId }, percent: 0.5 })).value,
    null,
  );
  assert.deepEqual(handset.unknown, [{ where: 'uiautomator2', asked: 'pinch' }]);
});

test('with the switch for it off, events are refused as with the fault', async (t) => {
  const { client, handset } = await open(t);
  handset.props.set('persist.security.adbinput', '0');
  assert.match((await client.post('/back')).message, /INJECT_EVENTS/);
  handset.props.set('persist.security.adbinput', '1');
  assert.equal((await client.post('/back')).status, 200);
});

test('without the permission to inject events every touch fails, and text still is set', async (t) => {
  const { client, handset, listId } = await open(t);
  const view = field('a:id/name');
  handset.faults.add('inject-events-denied');
  const asked: [path: string, body: object][] = [
    [`/element/${listId}/click`, {}],
    ['/back', {}],
    ['/appium/gestures/click', { offset: { x: 1, y: 1 } }],
  ];
  for (const [path, body] of asked) {
    const { status, error, message } = await client.post(path, body);
    assert.deepEqual([status, error], [500, 'unknown error'], path);
    assert.equal(
      message,
      'java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission',
    );
  }
  handset.props.set('ro.build.version.sdk', '34');
  assert.match(
    (await client.post('/back')).message,
    /Injecting input events requires the caller .* INJECT_EVENTS permission\.$/,
  );
  assert.deepEqual(handset.felt, []);
  handset.open = [windowOf(view)];
  await client.post(`/element/${await client.find('id', 'a:id/name')}/value`, { text: 'ab' });
  assert.equal(view.text, 'ab');
});
