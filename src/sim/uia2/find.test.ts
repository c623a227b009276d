import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { FakeClient, fakeHandset, field, list, text, windowOf } from './fake.ts';
import type { FakeHandset } from './fake.ts';
import type { View } from '../screen/view.ts';

function settingsPage(): View {
  return {
    cls: 'android.widget.FrameLayout',
    children: [
      text('Settings', { id: 'com.example:id/title', desc: 'Page title' }),
      list({ offset: 0, max: 0 }, ['Wi-Fi', 'Bluetooth', 'About phone']),
      {
        cls: 'android.widget.LinearLayout',
        id: 'com.example:id/buttons',
        children: [
          {
            cls: 'android.widget.Button',
            id: 'com.example:id/cancel',
            text: 'Cancel',
            clickable: true,
            focusable: true,
            longClickable: true,
          },
          {
            cls: 'android.widget.Button',
            id: 'com.example:id/ok',
            text: 'OK',
            clickable: true,
            enabled: false,
            selected: true,
          },
          { cls: 'android.widget.CheckBox', text: 'multi\nline', checkable: true, checked: true },
        ],
      },
    ],
  };
}

async function open(
  t: TestContext,
  handset: FakeHandset,
  capabilities: Record<string, unknown> = {},
): Promise<FakeClient> {
  const client = await FakeClient.start(handset, capabilities);
  t.after(() => client.close());
  return client;
}

const found: [strategy: string, selector: string, texts: string[]][] = [
  ['id', 'com.example:id/ok', ['OK']],
  ['id', 'android:id/title', ['Wi-Fi', 'Bluetooth', 'About phone']],
  ['id', 'ok', []],
  ['accessibility id', 'Page title', ['Settings']],
  ['accessibility id', 'page title', []],
  ['class name', 'android.widget.Button', ['Cancel', 'OK']],
  ['class name', '.CheckBox', ['multi\nline']],
  ['xpath', '//android.widget.Button', ['Cancel', 'OK']],
  ['xpath', '//*[@resource-id="com.example:id/ok"]', ['OK']],
  ['xpath', '/hierarchy/android.widget.FrameLayout/android.widget.TextView', ['Settings']],
  ['xpath', '//android.widget.Button[2]', ['OK']],
  ['xpath', '//*[@text="Cancel"]/following-sibling::*[1]', ['OK']],
  ['xpath', '//*[@text="Bluetooth"]/../preceding-sibling::*[1]/*', ['Wi-Fi']],
  ['xpath', '//*[matches(@text, "^(OK|Cancel)$")]', ['Cancel', 'OK']],
  ['xpath', '//*[contains(lower-case(@text), "blue")]', ['Bluetooth']],
  ['xpath', '//*[@checked="true"] | //*[@enabled="false"]', ['OK', 'multi\nline']],
  ['xpath', '//*[@content-desc]', ['Settings']],
  ['xpath', '(//android.widget.TextView)[last()]', ['About phone']],
  ['xpath', '//*[attribute::text="OK"]', []],
  ['xpath', '//*[@*="Cancel"]', ['Cancel']],
  ['xpath', 'count(//*)', []],
  ['-android uiautomator', 'text("OK")', ['OK']],
  ['-android uiautomator', 'text("ok")', []],
  ['-android uiautomator', 'textContains("FI")', ['Wi-Fi']],
  ['-android uiautomator', 'textStartsWith("blue")', ['Bluetooth']],
  ['-android uiautomator', 'textMatches("multi.line")', ['multi\nline']],
  ['-android uiautomator', 'textMatches("multi")', []],
  ['-android uiautomator', 'textMatches("(?i)CANCEL|ok")', ['Cancel', 'OK']],
  ['-android uiautomator', 'textMatches("\\Q(\\E?Cancel")', ['Cancel']],
  ['-android uiautomator', 'description("Page title")', ['Settings']],
  ['-android uiautomator', 'descriptionContains("TITLE")', ['Settings']],
  ['-android uiautomator', 'descriptionStartsWith("page")', ['Settings']],
  ['-android uiautomator', 'descriptionMatches("Page.*")', ['Settings']],
  ['-android uiautomator', 'resourceId("com.example:id/ok")', ['OK']],
  ['-android uiautomator', 'resourceIdMatches(".*:id/(ok|cancel)")', ['Cancel', 'OK']],
  ['-android uiautomator', 'className("android.widget.Button").enabled(false)', ['OK']],
  ['-android uiautomator', 'packageName("com.example").checked(true)', ['multi\nline']],
  ['-android uiautomator', 'packageNameMatches("com.*").checkable(true)', ['multi\nline']],
  ['-android uiautomator', 'focusable(true)', ['Cancel']],
  ['-android uiautomator', 'longClickable(true)', ['Cancel']],
  ['-android uiautomator', 'selected(true)', ['OK']],
  ['-android uiautomator', 'className("android.widget.Button").instance(1)', ['OK']],
  ['-android uiautomator', 'className("android.widget.Button").index(1)', ['OK']],
  [
    '-android uiautomator',
    'className("android.widget.LinearLayout").childSelector(text("Bluetooth"))',
    ['Bluetooth'],
  ],
  ['-android uiautomator', 'text("Cancel").fromParent(text("OK"))', ['OK']],
  [
    '-android uiautomator',
    'text("Cancel").fromParent(className("android.widget.CheckBox"))',
    ['multi\nline'],
  ],
  ['-android uiautomator', 'text("OK"); text("Cancel"); text("OK")', ['OK', 'Cancel']],
];
for (const [strategy, selector, texts] of found) {
  test(`finds by ${strategy} ${selector}`, async (t) => {
    const client = await open(t, fakeHandset(windowOf(settingsPage())));
    assert.deepEqual(await client.texts(strategy, selector), texts);
  });
}

test('classNameMatches finds fewer than there are: the server counts by index then', async (t) => {
  const client = await open(t, fakeHandset(windowOf(settingsPage())));
  assert.deepEqual(await client.texts('-android uiautomator', 'classNameMatches(".*Button")'), [
    'Cancel',
    'OK',
  ]);
  assert.deepEqual(await client.texts('-android uiautomator', 'classNameMatches(".*CheckBox")'), []);
});

test('searches inside an element with every strategy', async (t) => {
  const client = await open(t, fakeHandset(windowOf(settingsPage())));
  const buttons = await client.find('id', 'com.example:id/buttons');
  for (const [strategy, selector] of [
    ['id', 'com.example:id/cancel'],
    ['class name', 'android.widget.Button'],
    ['xpath', './/*[@clickable="true"]'],
    ['xpath', '//android.widget.Button'],
    ['-android uiautomator', 'clickable(true)'],
  ] as const) {
    const [first = ''] = await client.findAll(strategy, selector, buttons);
    assert.equal(await client.textOf(first), 'Cancel', `${strategy} ${selector}`);
  }
  assert.equal(await client.find('-android uiautomator', 'text("Wi-Fi")', buttons), 'no such element');
  assert.equal(await client.find('xpath', '//*[@text="Wi-Fi"]', buttons), 'no such element');
  await client.post('/appium/settings', { settings: { limitXPathContextScope: false } });
  assert.notEqual(await client.find('xpath', '//*[@text="Wi-Fi"]', buttons), 'no such element');
});

test('completes an id with the package of the app under test unless reported not to', async (t) => {
  const client = await open(t, fakeHandset(windowOf(settingsPage())), { 'appium:appPackage': 'com.example' });
  assert.deepEqual(await client.texts('id', 'ok'), ['OK']);
  await client.post('/appium/settings', { settings: { disableIdLocatorAutocompletion: true } });
  assert.deepEqual(await client.texts('id', 'ok'), []);
});

test('a child is found before what it lies in', async (t) => {
  const inner: View = { cls: 'A', desc: 'inner', children: [{ cls: 'A', desc: 'innermost' }] };
  const client = await open(t, fakeHandset(windowOf({ cls: 'A', desc: 'outer', children: [inner] })));
  const names: unknown[] = [];
  for (const id of await client.findAll('class name', 'A'))
    names.push(await client.attribute(id, 'content-desc'));
  assert.deepEqual(names, ['innermost', 'inner', 'outer']);
});

test('looks at the window with the focus, and at all of them with enableMultiWindows', async (t) => {
  const dialog = windowOf(text('Sure?'), { serial: 2, kind: 'dialog' });
  const client = await open(t, fakeHandset(windowOf(settingsPage()), dialog));
  assert.equal(await client.find('xpath', '//*[@text="Settings"]'), 'no such element');
  await client.post('/appium/settings', { settings: { enableMultiWindows: true } });
  assert.deepEqual(await client.texts('xpath', '//*[@text="Settings" or @text="Sure?"]'), [
    'Sure?',
    'Settings',
  ]);
});

test('lays the screen out once for a search', async (t) => {
  const handset = fakeHandset(windowOf(settingsPage()));
  const client = await open(t, handset);
  for (const [strategy, selector] of [
    ['id', 'com.example:id/ok'],
    ['xpath', '//*[@text="OK"]'],
    ['-android uiautomator', 'text("OK")'],
  ] as const) {
    handset.looks = 0;
    await client.find(strategy, selector);
    assert.equal(handset.looks, 1, strategy);
  }
});

test('takes views without importance out with ignoreUnimportantViews', async (t) => {
  const client = await open(t, fakeHandset(windowOf(settingsPage())));
  await client.post('/appium/settings', { settings: { ignoreUnimportantViews: true } });
  assert.deepEqual(await client.texts('xpath', '/hierarchy/*/android.widget.Button'), ['Cancel', 'OK']);
});

test('refuses a strategy and an XPath it does not know', async (t) => {
  const handset = fakeHandset(windowOf(settingsPage()));
  const client = await open(t, handset);
  const css = await client.post('/element', { strategy: 'css selector', selector: '#a' });
  assert.equal(css.status, 400);
  assert.match(
    css.message,
    /'css selector' is not supported\. .*\[id, xpath, accessibility id, class name, -android uiautomator\]/,
  );
  for (const selector of ['//*[', '//*[no-such-function()]']) {
    const { status, error } = await client.post('/element', { strategy: 'xpath', selector });
    assert.deepEqual([status, error], [400, 'invalid selector'], selector);
  }
  const missing = await client.post('/element', { strategy: 'xpath' });
  assert.match(missing.message, /FindElementModel: The mandatory field 'selector' is not present in JSON/);
  await client.post('/element', { strategy: '-android uiautomator', selector: 'textEndsWith("a")' });
  assert.deepEqual(handset.unknown, [{ where: 'uiautomator2', asked: 'UiSelector.textEndsWith' }]);
});

test('finds the element with the focus', async (t) => {
  const focused = field('com.example:id/b', { focused: true });
  const client = await open(
    t,
    fakeHandset(windowOf({ cls: 'F', children: [field('com.example:id/a'), focused] })),
  );
  const [id = ''] = (await client.get('/element/active')).ids;
  assert.equal(await client.attribute(id, 'resource-id'), 'com.example:id/b');
});
