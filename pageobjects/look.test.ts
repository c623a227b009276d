import { shows } from './locator.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageSource } from './look.ts';
import { label, type LabelBook } from './label.ts';

const node = (attributes: Record<string, string>, children = '') => {
  const all = {
    class: 'android.view.View',
    package: 'com.xiaomi.account',
    text: '',
    'resource-id': '',
    bounds: '[0,0][10,10]',
    ...attributes,
  };
  const written = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
  return `<${all.class} ${written.join(' ')}>${children}</${all.class}>`;
};
const source = (...nodes: string[]) =>
  `<?xml version='1.0' encoding='UTF-8'?><hierarchy index="0" rotation="0">${nodes.join('')}</hierarchy>`;
/** A phone that knows one label. */
const book: LabelBook = {
  matches: ({ name }, text) => name === 'logout_account' && text === 'Sign out',
  values: () => [],
  text: () => undefined,
};

test('a landmark is matched by the app in front and any one of its ids or labels', () => {
  const look = new PageSource(
    source(
      node({
        class: 'android.widget.Button',
        text: 'Sign out',
        'resource-id': 'com.xiaomi.account:id/new_btn',
      }),
    ),
  );
  const byId = { id: ['com.xiaomi.account:id/logout_btn'] };
  const ways = [byId, { label: label('com.xiaomi.account', 'logout_account') }];
  assert.equal(shows(look, { ways }, book), true);
  assert.equal(shows(look, { ways: [byId] }, book), false);
  assert.equal(shows(look, { ways, package: ['com.android.settings'] }, book), false);
  assert.equal(shows(look, { ways: [{ id: ['com.xiaomi.account:id/new_btn'] }] }, book), true);
});

test('a label the release does not have matches nothing', () => {
  const look = new PageSource(source(node({ text: '' }), node({ text: 'Anything' })));
  assert.equal(look.byLabel(label('com.xiaomi.account', 'no_such_string'), book), undefined);
});

test('what a password field holds is neither in the nodes nor in the source that is kept', () => {
  const look = new PageSource(
    source(node({ class: 'android.widget.EditText', password: 'true', text: 'hunter2' })),
  );
  assert.doesNotMatch(look.source, /hunter2/);
  assert.equal(look.nodes.find(({ password }) => password)?.text, '');
  assert.doesNotMatch(look.fingerprint, /hunter2/);
});

test('a toast does not decide which app is in front', () => {
  const look = new PageSource(
    source(node({ class: 'android.widget.Toast', package: 'com.other', text: 'Changed' }), node({})),
  );
  assert.equal(look.package, 'com.xiaomi.account');
  assert.deepEqual(look.toasts, ['Changed']);
});

test('text of the phone keeps its markup characters', () => {
  const look = new PageSource(source(node({ text: 'Keep &lt;b&gt; &amp; &quot;go&quot;' })));
  assert.equal(look.nodes[0]?.text, 'Keep <b> & "go"');
});

test('what is typed into any field, and what may be a code, is in no source that is kept', () => {
  const look = new PageSource(
    source(
      node({ class: 'android.widget.EditText', text: '918273' }),
      node({ text: 'Your code is 564738.' }),
      node({ class: 'android.widget.Toast', 'content-desc': 'code 564 738' }),
      node({ text: '6230001535, 1234567, 12345' }),
    ),
  );
  assert.doesNotMatch(look.source, /918273|564738|564 738/);
  assert.match(look.source, /Your code is ••••••\./);
  assert.match(look.source, /6230001535, 1234567, 12345/);
  assert.deepEqual(
    look.nodes.map(({ secret }) => secret),
    [true, true, true, false],
  );
  assert.equal(look.nodes[1]?.text, 'Your code is 564738.');
});
