import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { FakeClient, fakeHandset, text, windowOf } from './fake.ts';
import type { FakeHandset } from './fake.ts';

async function open(t: TestContext): Promise<{ client: FakeClient; handset: FakeHandset; id: string }> {
  const handset = fakeHandset(windowOf(text('Hi')));
  const client = await FakeClient.start(handset);
  t.after(() => client.close());
  return { client, handset, id: await client.find('class name', 'android.widget.TextView') };
}

const move = (x: number, y: number, duration = 0, origin?: unknown): object => ({
  type: 'pointerMove',
  x,
  y,
  duration,
  ...(origin ? { origin } : {}),
});
const down = { type: 'pointerDown', button: 0 };
const up = { type: 'pointerUp', button: 0 };
const pause = (duration: number): object => ({ type: 'pause', duration });
const finger = (...actions: object[]): object => ({
  type: 'pointer',
  id: 'finger1',
  parameters: { pointerType: 'touch' },
  actions,
});
const keys = (...actions: object[]): object => ({ type: 'key', id: 'keyboard', actions });
const typed = (said: string): object[] => [...said].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]); // prettier-ignore

const performed: [name: string, actions: object[], felt: string[]][] = [
  ['a tap', [finger(move(5, 6), down, pause(50), up)], ['tap 5,6']],
  ['a tap with a trembling finger', [finger(move(5, 6), down, move(8, 9, 100), up)], ['tap 5,6']],
  ['a long press', [finger(move(5, 6), down, pause(700), up)], ['press 5,6 700ms']],
  ['a swipe', [finger(move(5, 900), down, move(5, 100, 295), up)], ['swipe 5,900 5,100 300ms']],
  [
    'a swipe by steps',
    [finger(move(5, 900), down, move(0, -300, 100, 'pointer'), move(0, -300, 100, 'pointer'), up)],
    ['swipe 5,900 5,600 5,300 200ms'],
  ],
  ['two taps', [finger(move(5, 6), down, up, pause(100), down, up)], ['tap 5,6', 'tap 5,6']],
  [
    'a cancelled move',
    [finger(move(5, 6), move(500, 600), { type: 'pointerCancel' }, down, up)],
    ['tap 5,6'],
  ],
  [
    'keys',
    [keys(...typed('ab'), ...typed('\uE007'), ...typed('\uE003'))],
    ['type 1', 'type 1', 'key 66', 'key 67'],
  ],
  [
    'keys before touches of the same time',
    [finger(move(1, 1), down, up), keys(...typed('a'))],
    ['type 1', 'tap 1,1'],
  ],
  ['nothing at all', [], []],
];
for (const [name, actions, felt] of performed) {
  test(`performs ${name}`, async (t) => {
    const { client, handset } = await open(t);
    const { status, value } = await client.post('/actions', { actions });
    assert.deepEqual([status, value, handset.felt], [200, null, felt]);
  });
}

test('counts from the centre of an element', async (t) => {
  const { client, handset, id } = await open(t);
  await client.post('/actions', {
    actions: [finger(move(10, -20, 0, { 'element-6066-11e4-a52e-4f735466cecf': id }), down, up)],
  });
  await client.post('/actions', { actions: [finger(move(0, 0, 0, { ELEMENT: id }), down, up)] });
  assert.deepEqual(handset.felt, ['tap 550,110', 'tap 540,130']);
});

test('takes as long as it is reported', async (t) => {
  const { client, handset } = await open(t);
  const start = handset.clock.now();
  await client.post('/actions', { actions: [finger(move(1, 1), down, up, pause(2000))] });
  const took = handset.clock.now() - start;
  assert.ok(took >= 2000 && took < 2500, `${took} ms`);
});

test('shift makes capitals while it is held', async (t) => {
  const { client, handset } = await open(t);
  let said = '';
  handset.type = (content) => void (said += content);
  const shift = '\uE008';
  await client.post('/actions', {
    actions: [
      keys({ type: 'keyDown', value: shift }, ...typed('a'), { type: 'keyUp', value: shift }, ...typed('b')),
    ],
  });
  assert.equal(said, 'Ab');
});

test('several fingers at once are noted and only the first one felt', async (t) => {
  const { client, handset } = await open(t);
  const second = { ...finger(move(100, 100), down, move(900, 100, 100), up), id: 'finger2' };
  await client.post('/actions', { actions: [finger(move(5, 900), down, move(5, 100, 100), up), second] });
  assert.deepEqual(handset.felt, ['swipe 5,900 5,100 100ms']);
  assert.deepEqual(handset.unknown, [{ where: 'uiautomator2', asked: 'several fingers at once' }]);
});

const refused: [name: string, body: object, message: RegExp][] = [
  ['no actions', {}, /W3CActionsModel: The mandatory field 'actions'/],
  [
    'a source without id',
    { actions: [{ type: 'pointer', actions: [] }] },
    /W3CItemModel: The mandatory field 'id'/,
  ],
  [
    'two sources of one id',
    { actions: [finger(), finger()] },
    /The action id 'finger1' has one one or more duplicates/,
  ],
  [
    'an unknown source',
    { actions: [{ type: 'wheel', id: 'w', actions: [] }] },
    /Only \[pointer, key, none\] values are supported for type key\. 'wheel'/,
  ],
  [
    'an unknown pointer',
    { actions: [{ type: 'pointer', id: 'p', parameters: { pointerType: 'nose' }, actions: [] }] },
    /'nose' is passed instead/,
  ],
  [
    'an item of another source',
    { actions: [finger({ type: 'keyDown', value: 'a' })] },
    /'keyDown' is passed instead for action 'finger1'/,
  ],
  ['an item without type', { actions: [finger({})] }, /W3CGestureModel: The mandatory field 'type'/],
  [
    'a touch nowhere',
    { actions: [finger(down)] },
    /should be preceded with at least one item having absolute coordinates/,
  ],
  [
    'a move from nowhere',
    { actions: [finger(move(1, 1, 0, 'pointer'))] },
    /should be preceded with at least one item containing absolute/,
  ],
  [
    'a move without duration',
    { actions: [finger({ type: 'pointerMove', x: 1, y: 1 })] },
    /Missing duration key for action item 'pointerMove'/,
  ],
  [
    'a move without y',
    { actions: [finger({ type: 'pointerMove', x: 1, duration: 0 })] },
    /Both coordinates must be be set/,
  ],
  ['a pause back in time', { actions: [finger(pause(-1))] }, /duration key cannot be negative/],
  [
    'two touches at once',
    { actions: [finger(move(1, 1), down, down)] },
    /cannot perform two or more 'pointerDown' actions without a pause/,
  ],
  ['a key without value', { actions: [keys({ type: 'keyDown' })] }, /Missing value key/],
  [
    'a key with an empty value',
    { actions: [keys({ type: 'keyDown', value: '' })] },
    /value key cannot be empty/,
  ],
  [
    'a character no virtual keyboard has',
    { actions: [keys(...typed('帐'))] },
    /unable to synthesize KeyEvent sequence out of '24080' key code/,
  ],
];
for (const [name, body, why] of refused) {
  test(`refuses ${name}`, async (t) => {
    const { client, handset } = await open(t);
    const { status, error, message } = await client.post('/actions', body);
    assert.deepEqual([status, error, handset.felt], [400, 'invalid argument', []]);
    assert.match(message, why);
  });
}
