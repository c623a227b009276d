import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadAnswerError } from '../src/errors.ts';
import { PageSource } from './look.ts';

const MB = 1024 * 1024;
const page = (content: string) => `<hierarchy width="1080" height="2400">${content}</hierarchy>`;
const node = (attributes = '', content = '') => `<node class="a.View" ${attributes}>${content}</node>`;

/** What a broken or hostile phone may send for a page, and what is said of it. */
const hostile: Record<string, [source: string, came: RegExp]> = {
  '10,000 views inside one another': [
    page('<node class="a">'.repeat(10_000) + '</node>'.repeat(10_000)),
    /sent more than 200 views inside one another/,
  ],
  'views that are never closed': ['<a>'.repeat(10_000), /more than 200 views inside one another/],
  '100 MB': [page(node(`text="${'x'.repeat(100 * MB)}"`)), /a page of \d+ characters/],
  'a text of 3 MB': [page(node(`text="${'x'.repeat(3 * MB)}"`)), /a text of \d+ characters/],
  'a million views': [page('<n/>'.repeat(900_000)), /more than 10000 views/],
  'a hundred thousand attributes': [
    page(`<node ${Array.from({ length: 100_000 }, (_, at) => `a${at}="1"`).join(' ')}/>`),
    /more than 100 attributes/,
  ],
  'attributes without values': [page(`<node ${'a '.repeat(MB)}/>`), /more than 100 attributes/],
  'attributes without quotes': [page(`<node ${'a=b '.repeat(MB / 2)}/>`), /more than 100 attributes/],
  'entities that grow': [
    `<!DOCTYPE h [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${page(node('text="&b;"'))}`,
    /words of its own/,
  ],
  'a tag that does not end': [page('<node '.repeat(1)).slice(0, -12) + ' a'.repeat(1000), /breaks off/],
  'tags in a row that do not end': [`<${'<'.repeat(MB)}`, /.+/],
  'quotes that do not end': [page(`<node a="`.repeat(1)), /breaks off/],
  'comments that do not end': [page('<!--'.repeat(MB / 2)), /breaks off/],
  'an id of 50,000 characters': [page(node(`resource-id=":id/${'nick'.repeat(12_000)}!"`)), /a name of/],
};

for (const [what, [source, came]] of Object.entries(hostile)) {
  test(`a page of ${what} is refused in words`, () => {
    assert.throws(
      () => new PageSource(source),
      (error: unknown) => {
        assert.ok(error instanceof BadAnswerError, String(error));
        assert.match(error.message, /^asked for the page it shows, the phone sent /);
        assert.match(error.message, came);
        return true;
      },
    );
  });
}

test('a page as deep, as long and as rich as pages are is read', () => {
  const deep = Array.from({ length: 120 }).reduce<string>((inside) => node('', inside), node('text="deep"'));
  const long = Array.from({ length: 5000 }, (_, at) => node(`text="row ${at} &lt;&amp;&gt; >"`)).join('');
  const rich = node(Array.from({ length: 60 }, (_, at) => `a${at}="${at}"`).join(' '));
  const look = new PageSource(`<?xml version="1.0"?><!-- <a> -->${page(deep + long + rich)}`);
  assert.equal(look.nodes.length, 121 + 5000 + 1);
  assert.equal(look.nodes[121]?.text, 'row 0 <&> >');
  assert.equal(new PageSource(look.source).nodes.length, look.nodes.length);
});

test('texts with odd characters are read, kept and read again', () => {
  for (const text of ['\uD800', '\u202Ea\u202C', '👩‍👩‍👧‍👧', '%1$s', '&#10;&#x1F600;', '&nope;', 'a&#0;b'])
    new PageSource(new PageSource(page(node(`text="${text}"`))).source);
});
