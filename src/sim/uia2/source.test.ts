import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClient, fakeHandset, field, text, windowOf } from './fake.ts';

const source = async (client: FakeClient): Promise<string> => {
  const { value } = await client.get('/source');
  client.close();
  return String(value);
};
const node = (xml: string, cls: string): string => new RegExp(`<${cls} .*?>`).exec(xml)?.[0] ?? '';

test('the page source has the shape of the real one', async () => {
  const root = {
    cls: 'android.widget.FrameLayout',
    children: [text('Hi', { id: 'a:id/b', desc: 'greeting' })],
  };
  const handset = fakeHandset(windowOf(root));
  handset.message = { text: 'Done', package: 'com.example' };
  const tail =
    'a11y-important="IMPORTANT" screen-reader-focusable="false" drawing-order="1" showing-hint="false" text-entry-key="false" ' +
    'dismissable="false" a11y-focused="false" heading="false" live-region="0" context-clickable="false" content-invalid="false" window-id="1"';
  const flags =
    'checkable="false" checked="false" clickable="false" enabled="true" focusable="false" focused="false" long-clickable="false" ' +
    'password="false" scrollable="false" selected="false" bounds="[0,80][1080,180]" displayed="true"';
  assert.equal(
    await source(await FakeClient.start(handset)),
    [
      "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>",
      '<hierarchy index="0" class="hierarchy" rotation="0" width="1080" height="2210">',
      `  <android.widget.FrameLayout index="0" package="com.example" class="android.widget.FrameLayout" text="" ${flags} ${tail.replace('IMPORTANT', 'false')}>`,
      `    <android.widget.TextView index="0" package="com.example" class="android.widget.TextView" text="Hi" content-desc="greeting" resource-id="a:id/b" ${flags} ${tail.replace('IMPORTANT', 'true')} />`,
      '  </android.widget.FrameLayout>',
      '  <android.widget.Toast index="1" package="com.android.settings" class="android.widget.Toast" text="Done" displayed="true" />',
      '</hierarchy>',
    ].join('\r\n'),
  );
});

test('escapes what XML needs escaped, as Android does', async () => {
  const said = [
    'a & b < c > d',
    'say "hi"',
    'it\'s "so"',
    'two\nlines\t\r',
    'zero\0width',
    '\u{1F600}',
    '帐号',
  ];
  const xml = await source(
    await FakeClient.start(fakeHandset(windowOf({ cls: 'F', children: said.map((one) => text(one)) }))),
  );
  const texts = [...xml.matchAll(/TextView .*? text=((["']).*?\2)/g)].map(([, quoted]) => quoted);
  assert.deepEqual(texts, [
    '"a &amp; b &lt; c &gt; d"',
    '\'say "hi"\'',
    '\'it&apos;s "so"\'',
    '"two&#10;lines&#9;&#13;"',
    '"zero?width"',
    '"&#128512;"',
    '"帐号"',
  ]);
});

test('an empty field shows its hint, a full one its content, a password dots', async () => {
  const hinted = await FakeClient.start(
    fakeHandset(windowOf(field('a:id/pw', { hint: 'Password', password: true }))),
  );
  assert.match(
    node(await source(hinted), 'android.widget.EditText'),
    /text="Password" .*password="true" .*hint="Password" .*input-type="129" .*showing-hint="true"/,
  );
  const typed = await FakeClient.start(
    fakeHandset(windowOf(field('a:id/pw', { text: 'geheim', password: true }))),
  );
  const xml = await source(typed);
  assert.match(node(xml, 'android.widget.EditText'), /text="••••••"/);
  assert.ok(!xml.includes('geheim'));
});

test('attributes of later releases are missing on earlier ones', async () => {
  const handset = fakeHandset(windowOf(text('Hi')));
  handset.props.set('ro.build.version.sdk', '27');
  const xml = await source(await FakeClient.start(handset));
  for (const name of ['heading', 'screen-reader-focusable', 'text-entry-key'])
    assert.ok(!xml.includes(`${name}=`), name);
});

test('makes element names of class names', async () => {
  const classes = ['com.example.Outer$Inner', '.Dotted.', 'a..b', '9', 'com.example.Größe Ü', ''];
  const xml = await source(
    await FakeClient.start(fakeHandset(windowOf({ cls: 'F', children: classes.map((cls) => ({ cls })) }))),
  );
  const tags = [...xml.matchAll(/ {4}<(\S+)/g)].map(([, tag]) => tag);
  assert.deepEqual(tags, [
    'com.example.Outer.Inner',
    'Dotted',
    'a.b',
    'android.view.View',
    'com.example.Größe_Ü',
    'android.view.View',
  ]);
});

test('cuts the tree at snapshotMaxDepth', async () => {
  const client = await FakeClient.start(
    fakeHandset(windowOf({ cls: 'A', children: [{ cls: 'B', children: [{ cls: 'C' }] }] })),
  );
  await client.post('/appium/settings', { settings: { snapshotMaxDepth: 2 } });
  const xml = await source(client);
  assert.ok(xml.includes('<B ') && !xml.includes('<C '));
});

test('leaves the toast out when nobody listens for it', async () => {
  const handset = fakeHandset(windowOf(text('Hi')));
  handset.message = { text: 'Done', package: 'com.example' };
  const client = await FakeClient.start(handset);
  await client.post('/appium/settings', { settings: { enableNotificationListener: false } });
  assert.ok(!(await source(client)).includes('Toast'));
});
