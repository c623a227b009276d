import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { FakeClient, fakeHandset, field, list, text, windowOf } from './fake.ts';
import type { FakeHandset } from './fake.ts';
import type { Window } from '../screen/view.ts';

async function open(t: TestContext, handset: FakeHandset): Promise<FakeClient> {
  const client = await FakeClient.start(handset);
  t.after(() => client.close());
  return client;
}

test('an element outlives a redraw of its window', async (t) => {
  const handset = fakeHandset(windowOf(text('0 s')));
  const client = await open(t, handset);
  const id = await client.find('class name', 'android.widget.TextView');
  handset.open = [windowOf(text('1 s'))];
  assert.equal(await client.textOf(id), '1 s');
  assert.equal(await client.find('class name', 'android.widget.TextView'), id);
});

test('an element is stale when its window closed, even when the same page opens again', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  const client = await open(t, handset);
  const id = await client.find('xpath', '//*[@text="Hi"]');
  handset.open = [windowOf(text('Hi'), { serial: 2 })];
  const { status, error, message, stacktrace } = await client.get(`/element/${id}/text`);
  assert.deepEqual(
    [status, error, message],
    [
      404,
      'stale element reference',
      `The element 'By.xpath: //*[@text="Hi"]' is not linked to the same object in DOM anymore`,
    ],
  );
  assert.match(stacktrace, /^io\.appium\.uiautomator2\.common\.exceptions\.StaleElementReferenceException: /);
});

test('an element is stale when another view took its place or none did', async (t) => {
  const handset = fakeHandset(windowOf({ cls: 'F', children: [text('Hi', { id: 'a:id/x' })] }));
  const client = await open(t, handset);
  const id = await client.find('id', 'a:id/x');
  assert.deepEqual(await client.findAll('class name', 'android.widget.TextView'), [id]);
  const message = async (): Promise<string> => (await client.get(`/element/${id}/text`)).message;
  handset.open = [windowOf({ cls: 'F', children: [text('Hi', { id: 'a:id/y' })] })];
  assert.equal(
    await message(),
    "Cached elements 'By.clazz: android.widget.TextView' do not exist in DOM anymore",
  );
  handset.open = [windowOf({ cls: 'F', children: [text('Hi', { id: 'a:id/x' })] })];
  assert.equal(await client.find('id', 'a:id/x'), id);
  handset.open = [windowOf(text('Bye'))];
  assert.equal(await message(), "The element 'By.id: a:id/x' does not exist in DOM anymore");
});

test('an element in a window below the dialog stays usable', async (t) => {
  const below = windowOf(text('Below'));
  const handset = fakeHandset(below);
  const client = await open(t, handset);
  const id = await client.find('class name', 'android.widget.TextView');
  handset.open = [below, windowOf(text('Dialog'), { serial: 2, kind: 'dialog' })];
  assert.equal(await client.textOf(id), 'Below');
});

test('an element found by UiSelector is looked up anew each time, and waited for before it is stale', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  const client = await open(t, handset);
  const id = await client.find('-android uiautomator', 'text("Hi")');
  handset.open = [
    windowOf({ cls: 'F', children: [text('Bye'), text('Hi', { desc: 'moved' })] }, { serial: 2 }),
  ];
  assert.equal((await client.get(`/element/${id}/name`)).value, 'moved');
  handset.open = [windowOf(text('Bye'), { serial: 3 })];
  const start = handset.clock.now();
  const { status, error } = await client.post(`/element/${id}/click`);
  const waited = handset.clock.now() - start;
  assert.deepEqual([status, error], [404, 'stale element reference']);
  assert.ok(waited >= 10_000 && waited < 12_500, `waited ${waited} ms`);
  await client.post('/appium/settings', { settings: { waitForSelectorTimeout: 0 } });
  const again = handset.clock.now();
  await client.post(`/element/${id}/click`);
  assert.ok(handset.clock.now() - again < 500);
});

test('a toast is found and read, but not touched', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  handset.message = { text: 'Changed', package: 'com.xiaomi.account' };
  const client = await open(t, handset);
  const id = await client.find('xpath', '//android.widget.Toast[@text="Changed"]');
  assert.equal(await client.textOf(id), 'Changed');
  assert.equal((await client.post(`/element/${id}/click`)).error, 'stale element reference');
  handset.message = undefined;
  assert.equal((await client.get(`/element/${id}/text`)).error, 'stale element reference');
  assert.equal(await client.find('-android uiautomator', 'text("Changed")'), 'no such element');
});

test('forgets the least recently used of more than 500 elements', async (t) => {
  const page = (serial: number): Window =>
    windowOf({ cls: 'F', children: Array.from({ length: 20 }, () => text('x')) }, { serial });
  const handset = fakeHandset(page(1));
  const client = await open(t, handset);
  const [used = '', unused = ''] = await client.findAll('class name', 'android.widget.TextView');
  for (let serial = 2; serial <= 26; serial++) {
    handset.open = [page(1), page(serial)];
    assert.equal(await client.textOf(used), 'x');
    await client.post('/elements', { strategy: 'class name', selector: 'android.widget.TextView' });
  }
  assert.equal(await client.textOf(used), 'x');
  const { status, error, message } = await client.get(`/element/${unused}/text`);
  assert.deepEqual([status, error], [404, 'no such element']);
  assert.match(message, /is not present in the cache or has expired/);
});

test('a click lands at the centre of what is visible and the row under it hears it', async (t) => {
  const tapped: string[] = [];
  const scroll = { offset: 50, max: 0 };
  const handset = fakeHandset(
    windowOf(list(scroll, ['A', 'B', 'C', 'D', 'E', 'F', 'G'], (row) => tapped.push(row))),
  );
  const client = await open(t, handset);
  const id = await client.find('xpath', '//*[@text="A"]');
  assert.deepEqual((await client.get(`/element/${id}/rect`)).value, { x: 0, y: 80, width: 1080, height: 50 });
  assert.equal((await client.post(`/element/${id}/click`)).value, null);
  assert.deepEqual([handset.felt, tapped], [['tap 540,105'], ['A']]);
});

test('a field takes text: added, replaced, cleared', async (t) => {
  const view = field('a:id/name');
  const client = await open(t, fakeHandset(windowOf(view)));
  const id = await client.find('id', 'a:id/name');
  const send = (body: object): Promise<unknown> => client.post(`/element/${id}/value`, body);
  await send({ text: 'ab' });
  await send({ text: 'cd' });
  assert.equal(view.text, 'abcd');
  await send({ text: 'x', replace: true });
  assert.equal(view.text, 'x');
  await client.post(`/element/${id}/clear`, {});
  assert.equal(view.text, '');
});

test('text added to a field with a hint replaces what it held: the server takes the content for the hint', async (t) => {
  const view = field('a:id/name', { hint: 'Name' });
  const client = await open(t, fakeHandset(windowOf(view)));
  const id = await client.find('id', 'a:id/name');
  assert.equal(await client.textOf(id), 'Name');
  for (const said of ['ab', 'cd']) {
    await client.post(`/element/${id}/value`, { text: said });
    assert.equal(view.text, said);
  }
});

test('text added to a filled password field follows its dots, as on a real phone', async (t) => {
  const view = field('a:id/pw', { password: true, text: 'abc' });
  const client = await open(t, fakeHandset(windowOf(view)));
  const id = await client.find('id', 'a:id/pw');
  await client.post(`/element/${id}/value`, { text: 'z' });
  assert.equal(view.text, '•••z');
});

test('a text that ends in a written \\n is followed by the enter key', async (t) => {
  const view = field('a:id/name', { focused: true });
  const handset = fakeHandset(windowOf(view));
  const client = await open(t, handset);
  await client.post('/keys', { text: 'ab\\n' });
  assert.deepEqual([view.text, handset.felt], ['ab', ['text of 2', 'key 66']]);
});

test('what takes no text refuses it as invalid element state', async (t) => {
  const handset = fakeHandset(
    windowOf({ cls: 'F', children: [text('Hi'), field('a:id/off', { enabled: false })] }),
  );
  const client = await open(t, handset);
  for (const id of [await client.find('xpath', '//*[@text="Hi"]'), await client.find('id', 'a:id/off')]) {
    const { status, error } = await client.post(`/element/${id}/value`, { text: 'x' });
    assert.deepEqual([status, error], [400, 'invalid element state']);
    assert.equal((await client.post(`/element/${id}/clear`)).status, 200);
  }
  assert.equal((await client.post('/keys', { text: 'x' })).error, 'no such element');
});

test('tells attributes as strings, by any of their names', async (t) => {
  const client = await open(t, fakeHandset(windowOf(text('Hi', { desc: 'hello', clickable: true }))));
  const id = await client.find('class name', 'android.widget.TextView');
  const values: [name: string, value: string | null][] = [
    ['text', 'Hi'],
    ['name', 'Hi'],
    ['content-desc', 'hello'],
    ['contentDescription', 'hello'],
    ['className', 'android.widget.TextView'],
    ['CLICKABLE', 'true'],
    ['long-clickable', 'false'],
    ['enabled', 'true'],
    ['displayed', 'true'],
    ['package', 'com.example'],
    ['bounds', '[0,80][1080,180]'],
    ['resourceId', null],
    ['hint', null],
    ['is-collection', 'false'],
    ['contentSize', '{"width":1080,"height":100,"top":80,"left":0,"scrollableOffset":0,"touchPadding":0}'],
  ];
  for (const [name, value] of values) assert.equal(await client.attribute(id, name), value, name);
  for (const name of ['colour', 'index', 'input-type']) {
    const { status, error, message } = await client.get(`/element/${id}/attribute/${name}`);
    assert.deepEqual([status, error], [404, 'unknown command'], name);
    assert.ok(
      message.startsWith(
        `'${name}' attribute is unknown for the element. Only the following attributes are supported: [checkable,`,
      ),
    );
  }
});

test('tells more of an element when compact answers are off', async (t) => {
  const client = await open(t, fakeHandset(windowOf(text('Hi'))));
  const settings = {
    shouldUseCompactResponses: false,
    elementResponseAttributes: 'name,text,rect,attribute/package,attribute/nonsense',
  };
  await client.post('/appium/settings', { settings });
  const { value, ids } = await client.post('/element', { strategy: 'xpath', selector: '//*[@text="Hi"]' });
  assert.deepEqual(value, {
    ELEMENT: ids[0],
    'element-6066-11e4-a52e-4f735466cecf': ids[0],
    name: null,
    text: 'Hi',
    rect: { x: 0, y: 80, width: 1080, height: 100 },
    'attribute/package': 'com.example',
  });
});

test('cuts the picture of an element out of the screen', async (t) => {
  const client = await open(t, fakeHandset(windowOf(text('Hi'))));
  const id = await client.find('class name', 'android.widget.TextView');
  const png = Buffer.from(String((await client.get(`/element/${id}/screenshot`)).value), 'base64');
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1080, 100]);
});
