import assert from 'node:assert/strict';
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { FakeClient, fakeHandset, text, windowOf } from './fake.ts';
import type { ServerAnswer, FakeHandset } from './fake.ts';
import { createUia2Server } from './server.ts';
import type { View } from '../screen/view.ts';

async function open(
  t: TestContext,
  handset: FakeHandset = fakeHandset(windowOf(text('Hi'))),
): Promise<FakeClient> {
  const client = await FakeClient.start(handset);
  t.after(() => client.close());
  return client;
}

test('answers many requests on one stream, with and without the old prefix', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  handset.packages.set('io.appium.uiautomator2.server', {
    name: 'io.appium.uiautomator2.server',
    versionName: '10.6.6',
    versionCode: 266,
    path: '',
    system: false,
  });
  const client = new FakeClient(handset);
  t.after(() => client.close());
  const expected = {
    ready: true,
    message: 'UiAutomator2 Server is ready to accept commands',
    build: { version: '10.6.6', versionCode: 266 },
  };
  for (const path of ['/status', '/wd/hub/status', '/status?x=1']) {
    const { status, value, sessionId, headers } = await client.raw('GET', path);
    assert.deepEqual([status, value, sessionId], [200, expected, 'None']);
    assert.match(
      headers,
      /Content-Type: application\/json\r\nContent-Encoding: identity\r\n[^]*Cache-Control: no-store\r\nPragma: no-cache/,
    );
    assert.match(headers, /Connection: keep-alive/);
  }
});

test('an answer is one write', async (t) => {
  const [client, phone] = duplexPair();
  t.after(() => client.destroy());
  createUia2Server(fakeHandset(windowOf(text('Hi')))).emit('connection', phone);
  client.write('GET /status HTTP/1.1\r\nHost: phone\r\n\r\n');
  const [chunk] = (await once(client, 'data')) as [Buffer];
  assert.match(chunk.toString(), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{.*\}$/);
});

test('a session begins, is listed, and ends with the server', async (t) => {
  const client = new FakeClient(fakeHandset(windowOf(text('Hi'))));
  t.after(() => client.close());
  assert.deepEqual((await client.raw('GET', '/sessions')).value, []);
  const asked = {
    alwaysMatch: { platformName: 'Android', 'appium:appPackage': 'com.example' },
    firstMatch: [{ 'appium:WAITFORIDLETIMEOUT': 7 }],
  };
  const { status, value, sessionId } = await client.raw('POST', '/session', { capabilities: asked });
  assert.equal(status, 200);
  assert.deepEqual(value, { sessionId, capabilities: asked });
  client.session = sessionId!;
  const capabilities = { platformName: 'Android', appPackage: 'com.example' };
  assert.deepEqual((await client.raw('GET', '/sessions')).value, [
    { id: sessionId, sessionId, capabilities },
  ]);
  assert.deepEqual((await client.get('')).value, { lastScrollData: null });
  assert.equal((await client.settings())['waitForIdleTimeout'], 7);
  const ended = once(client.server, 'shutdown');
  assert.deepEqual((await client.ask('DELETE', '')).value, null);
  await ended;
  assert.equal((await client.get('/source')).error, 'invalid session id');
});

test('a new session has fresh settings and elements', async (t) => {
  const client = await open(t);
  const id = await client.find('class name', 'android.widget.TextView');
  await client.post('/appium/settings', { settings: { waitForIdleTimeout: 1 } });
  const { sessionId } = await client.raw('POST', '/session', {
    capabilities: { firstMatch: [{}], alwaysMatch: {} },
  });
  const { status, message } = await client.get('/appium/settings');
  assert.deepEqual([status, message], [404, `The session identified by ${client.session} is not known`]);
  client.session = sessionId!;
  assert.equal((await client.settings())['waitForIdleTimeout'], 10_000);
  assert.equal((await client.get(`/element/${id}/text`)).error, 'no such element');
});

test('a session needs capabilities that make sense', async (t) => {
  const client = new FakeClient(fakeHandset(windowOf(text('Hi'))));
  t.after(() => client.close());
  const refused: [body: unknown, message: RegExp][] = [
    [{}, /InvalidArgumentException: 'capabilities' are mandatory for session creation/],
    [
      { capabilities: { alwaysMatch: { a: 1 }, firstMatch: [{ a: 2 }] } },
      /Could not find matching capabilities/,
    ],
    [
      { capabilities: { alwaysMatch: { 'appium:platformName': 'Android' } } },
      /\[platformName\] are standard capabilities/,
    ],
    [
      { capabilities: { alwaysMatch: { 'appium:waitForIdleTimeout': 'long' } } },
      /Invalid 'waitForIdleTimeout' setting value type/,
    ],
  ];
  for (const [body, why] of refused) {
    const { status, sessionId, error, message } = await client.raw('POST', '/session', body);
    assert.deepEqual([status, error, sessionId], [500, 'session not created', null]);
    assert.match(message, why);
  }
});

test('what the server does not know is an unknown command and is noted', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  const client = await open(t, handset);
  for (const [method, path] of [
    ['GET', '/window/rect'],
    ['POST', '/touch/perform'],
    ['DELETE', '/source'],
    ['PUT', '/source'],
  ] as const) {
    // prettier-ignore
    const { status, value, sessionId, error } = await client.ask(method, path);
    assert.deepEqual([status, error, sessionId], [404, 'unknown command', null]);
    assert.deepEqual(Object.keys(value as object), ['error', 'message', 'stacktrace']);
  }
  assert.deepEqual(
    handset.unknown.map(({ asked }) => asked),
    [
      'GET /session/:sessionId/window/rect',
      'POST /session/:sessionId/touch/perform',
      'DELETE /session/:sessionId/source',
      'PUT /session/:sessionId/source',
    ],
  );
});

test('a body that is no JSON object is an invalid argument and is not quoted', async (t) => {
  const client = await open(t);
  for (const body of ['{"text":"secret', '[]', '"secret"']) {
    const { status, error, message } = await client.post('/keys', body);
    assert.deepEqual([status, error], [400, 'invalid argument']);
    assert.ok(!message.includes('secret'));
  }
});

test('settings have the real names and defaults', async (t) => {
  const settings = await (await open(t)).settings();
  assert.equal(Object.keys(settings).length, 35);
  const {
    actionAcknowledgmentTimeout,
    scrollAcknowledgmentTimeout,
    waitForSelectorTimeout,
    snapshotMaxDepth,
    elementResponseAttributes,
  } = settings;
  assert.deepEqual(
    [
      actionAcknowledgmentTimeout,
      scrollAcknowledgmentTimeout,
      waitForSelectorTimeout,
      snapshotMaxDepth,
      elementResponseAttributes,
    ],
    [3000, 200, 10_000, 70, 'name,text'],
  );
});

test('settings take values of their type, pass over unknown names, and keep their range', async (t) => {
  const client = await open(t);
  const set = (settings: unknown): Promise<ServerAnswer> => client.post('/appium/settings', { settings });
  assert.equal(
    (
      await set({
        waitForIdleTimeout: 12.7,
        nonsense: 1,
        snapshotMaxDepth: 0,
        mjpegScalingFactor: 101,
        enforceXPath1: null,
      })
    ).status,
    200,
  );
  const { waitForIdleTimeout, snapshotMaxDepth, mjpegScalingFactor, nonsense } = await client.settings();
  assert.deepEqual(
    [waitForIdleTimeout, snapshotMaxDepth, mjpegScalingFactor, nonsense],
    [12, 70, 50, undefined],
  );
  const wrong = await set({ waitForIdleTimeout: '12' });
  assert.equal(wrong.status, 400);
  assert.equal(
    wrong.message,
    "Invalid 'waitForIdleTimeout' setting value type. Got: java.lang.String. Expected: java.lang.Long.",
  );
  assert.match(
    (await client.post('/appium/settings', {})).message,
    /SettingsModel: The mandatory field 'settings'/,
  );
});

test('waits for the phone to be idle as long as it is reported', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  const waits: number[] = [];
  handset.idle = async (ms) => void waits.push(ms);
  const client = await open(t, handset);
  await client.get('/source');
  await client.post('/appium/settings', { settings: { waitForIdleTimeout: 100 } });
  await client.find('xpath', '//*[@text="Hi"]');
  await client.post('/appium/settings', { settings: { waitForIdleTimeout: 0 } });
  await client.get('/source');
  assert.deepEqual(waits, [10_000, 100]);
});

test('tells the device', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  handset.props.set('persist.sys.locale', 'bg-BG');
  const client = await open(t, handset);
  const get = async (path: string): Promise<unknown> => (await client.get(path)).value;
  assert.equal(await get('/appium/device/pixel_ratio'), 2.75);
  assert.equal(await get('/appium/device/display_density'), 440);
  assert.deepEqual(await get('/appium/device/system_bars'), { statusBar: 80 });
  assert.deepEqual(await get('/window/current/size'), { width: 1080, height: 2340 });
  assert.equal(await get('/orientation'), 'PORTRAIT');
  assert.deepEqual(await get('/rotation'), { x: 0, y: 0, z: 0 });
  const info = (await get('/appium/device/info')) as Record<string, unknown>;
  assert.deepEqual(
    [info['model'], info['apiVersion'], info['locale'], info['realDisplaySize']],
    ['Fake 9', '30', 'bg_BG', '1080x2340'],
  );
  assert.match(String(await get('/screenshot')), /^iVBORw0/);
});

test('a phone that does not turn refuses to after two seconds', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  const client = await open(t, handset);
  assert.equal((await client.post('/orientation', { orientation: 'portrait' })).value, 'PORTRAIT');
  assert.equal((await client.post('/rotation', { z: 0 })).value, 'ROTATION_0');
  const start = handset.clock.now();
  const { status, error } = await client.post('/orientation', { orientation: 'LANDSCAPE' });
  assert.deepEqual([status, error], [400, 'invalid element state']);
  assert.ok(handset.clock.now() - start >= 2000);
  assert.equal((await client.post('/rotation', { z: 45 })).error, 'invalid argument');
});

test('presses keys', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  const client = await open(t, handset);
  await client.post('/back');
  await client.post('/appium/device/press_keycode', { keycode: 3 });
  await client.post('/appium/device/long_press_keycode', { keycode: 26 });
  await client.post('/appium/device/open_notifications');
  assert.deepEqual(handset.felt, ['key 4', 'key 3', 'key 26', 'swipe 540,0 540,1170 300ms']);
  assert.match(
    (await client.post('/appium/device/press_keycode', {})).message,
    /KeyCodeModel: The mandatory field 'keycode'/,
  );
});

test('lists windows topmost first, filtered', async (t) => {
  const dialog = windowOf(text('Sure?'), {
    serial: 2,
    kind: 'dialog',
    package: 'com.xiaomi.account',
    activity: 'com.xiaomi.account.ui.Q',
  });
  const client = await open(t, fakeHandset(windowOf(text('Hi')), dialog));
  const ids = async (filters?: object): Promise<number[]> =>
    ((await client.post('/appium/list_windows', { filters })).value as { windowId: number }[]).map(
      ({ windowId }) => windowId,
    );
  assert.deepEqual(await ids(), [2, 1]);
  assert.deepEqual(await ids({ packageName: 'com.xiaomi.*' }), [2]);
  assert.deepEqual(await ids({ isFocused: false }), [1]);
});

test('says after ten seconds that there is no window', async (t) => {
  const handset = fakeHandset();
  const client = await open(t, handset);
  const { status, error, message } = await client.get('/source');
  assert.deepEqual([status, error], [500, 'unknown error']);
  assert.match(
    message,
    /^Timed out after 10000ms waiting for the root AccessibilityNodeInfo in the active window/,
  );
});

function alert(): { root: View; answered: string[] } {
  const answered: string[] = [];
  const button = (id: string, said: string): View => ({
    cls: 'android.widget.Button',
    id,
    text: said,
    onTap: () => void answered.push(said),
  });
  const parts = [
    text('Sign out?', { id: 'android:id/alertTitle' }),
    text('Data stays.', { id: 'android:id/message' }),
    button('android:id/button2', 'Cancel'),
    button('android:id/button1', 'OK'),
  ];
  return { answered, root: { cls: 'android.widget.FrameLayout', id: 'android:id/content', children: parts } };
}

test('reads an alert, accepts and dismisses it', async (t) => {
  const { root, answered } = alert();
  const client = await open(t, fakeHandset(windowOf(root)));
  assert.equal((await client.get('/alert/text')).value, 'Sign out?\nData stays.');
  await client.post('/alert/accept', {});
  await client.post('/alert/dismiss', {});
  await client.post('/alert/accept', { buttonLabel: 'Cancel' });
  assert.deepEqual(answered, ['OK', 'Cancel', 'Cancel']);
  const wrong = await client.post('/alert/accept', { buttonLabel: 'Maybe' });
  assert.deepEqual([wrong.status, wrong.error], [400, 'invalid element state']);
});

test('a permission alert is answered by its allow and deny buttons', async (t) => {
  const answered: string[] = [];
  const button = (name: string): View => ({
    cls: 'B',
    id: `p:id/permission_${name}_button`,
    text: name,
    onTap: () => void answered.push(name),
  });
  const children = [text('May it?', { id: 'p:id/permission_message' }), button('deny'), button('allow')];
  const client = await open(t, fakeHandset(windowOf({ cls: 'F', children })));
  await client.post('/alert/accept', {});
  await client.post('/alert/dismiss', {});
  assert.deepEqual(answered, ['allow', 'deny']);
});

test('without an alert there is none', async (t) => {
  const client = await open(t);
  for (const answer of [
    await client.get('/alert/text'),
    await client.post('/alert/accept'),
    await client.post('/alert/dismiss'),
  ]) {
    assert.deepEqual(
      [answer.status, answer.error, answer.message],
      [404, 'no such alert', 'No alert is present on the screen'],
    );
  }
});

test('with looks-fail every third look at the tree finds no window, as the real server says it, and pictures fail too', async (t) => {
  const handset = fakeHandset(windowOf(text('Hi')));
  handset.faults.add('looks-fail');
  const client = await open(t, handset);
  const looks = [];
  for (let at = 0; at < 6; at++) looks.push((await client.get('/source')).status);
  assert.deepEqual(looks, [200, 200, 500, 200, 200, 500]);
  const pictures = [await client.get('/screenshot'), await client.get('/screenshot')];
  assert.match(
    JSON.stringify(pictures.map(({ value }) => value)),
    /waiting for the root AccessibilityNodeInfo/,
  );
});
