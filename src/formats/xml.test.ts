import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escaped } from './svg.ts';
import { xml } from './xml.ts';

test('a text stands in XML as it is, also between quotes, without what XML cannot hold', () => {
  assert.equal(xml(`a&b<c>d"e'f`), 'a&#38;b&#60;c&#62;d&#34;e&#39;f');
  assert.equal(xml('a\tb\nc\rd'), 'a&#9;b&#10;c&#13;d');
  assert.equal(xml('a\0b\u000bc\ufffed\uffffe\ud800f\udc00g'), 'abcdefg');
  assert.equal(xml('\u{1f600} \u{10ffff} \ud7ff\ue000\ufffd'), '\u{1f600} \u{10ffff} \ud7ff\ue000\ufffd');
});

test('a text stands in a drawing as it is, without what XML cannot hold', () => {
  assert.equal(escaped(`a&b<c>d"e'f`), `a&amp;b&lt;c&gt;d&quot;e'f`);
  assert.equal(escaped('a\tb\nc\0d\ufffee'), 'a\tb\ncde');
});
