import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { html, raw, type Content } from './html.ts';

const HOSTILE = "\"><script>alert('1')</script>&amp;";
const SAFE = '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;amp;';

describe('a value in the text', () => {
  test('is escaped, also in a title', () => {
    assert.equal(html`<p>${HOSTILE}</p>`.text, `<p>${SAFE}</p>`);
    assert.equal(html`<title>${HOSTILE}</title>`.text, `<title>${SAFE}</title>`);
    assert.equal(String(html`${HOSTILE}`), SAFE);
  });

  test('is markup only where a template has made it, or raw names it', () => {
    assert.equal(
      html`<ul>${['a', 'b'].map((name) => html`<li>${name}</li>`)}</ul>`.text,
      '<ul><li>a</li><li>b</li></ul>',
    );
    assert.equal(html`<p>${raw('<b>bold</b>')}</p>`.text, '<p><b>bold</b></p>');
    const forged = JSON.parse('{"text": "<b>", "isRaw": true}') as Content;
    assert.throws(() => html`<p>${forged}</p>`, TypeError);
    assert.equal(html`<p>${html`<b>a</b>`.text}</p>`.text, '<p>&#60;b&#62;a&#60;/b&#62;</p>');
  });

  test('is nothing where there is none, and zero is a number', () => {
    assert.equal(html`<p>${false}${undefined}${''}${[]}${0}</p>`.text, '<p>0</p>');
  });
});

describe('a value in an attribute', () => {
  test('is escaped', () => {
    assert.equal(html`<p title="a ${HOSTILE}">b</p>`.text, `<p title="a ${SAFE}">b</p>`);
  });

  test('stands among several of an object, which are left out where they are not set', () => {
    const attributes = {
      id: HOSTILE,
      'aria-label': 'a',
      disabled: true,
      value: undefined,
      hidden: false,
      max: 6,
    };
    assert.equal(html`<input ${attributes}>`.text, `<input id="${SAFE}" aria-label="a" disabled max="6">`);
    assert.equal(html`<li ${{ class: false }}>a</li>`.text, '<li>a</li>');
  });

  test('of an object cannot be a script, a style or more than a name', () => {
    for (const name of ['onclick', 'style', 'srcdoc', 'srcset', 'a b', 'a="', 'A', ''])
      assert.throws(() => html`<p ${{ [name]: 'x' }}>a</p>`, TypeError, name);
  });
});

describe('an address', () => {
  const OWN = ['1.png', 'a/b.html', '/pass/login?x=1', '#failed', '?a=b:c', 'a/b:c', '../a', '', './a:b'];
  for (const address of OWN)
    test(`'${address}' stays as it is, as it stays on the site`, () => {
      assert.equal(html`<a href="${address}">a</a>`.text, `<a href="${address}">a</a>`);
    });

  const ELSEWHERE = [
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    '  javascript:alert(1)',
    'java\nscript:alert(1)',
    'java\tscript\r:alert(1)',
    '\u0001javascript:alert(1)',
    '\u00a0javascript:alert(1)',
    'vbscript:x',
    'data:text/html,x',
    'file:///etc/passwd',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
  ];
  for (const address of ELSEWHERE)
    test(`${JSON.stringify(address)} leads nowhere`, () => {
      assert.equal(html`<a href="${address}">a</a>`.text, '<a href="about:invalid">a</a>');
      assert.equal(html`<img ${{ src: address }}>`.text, '<img src="about:invalid">');
      assert.equal(html`<form action="${address}"></form>`.text, '<form action="about:invalid"></form>');
    });

  test('has a value behind other text as one part of it', () => {
    assert.equal(
      html`<a href="../${'a/../"b?'}/x.html">a</a>`.text,
      '<a href="../a%2F..%2F%22b%3F/x.html">a</a>',
    );
    assert.equal(html`<a href="${'/a'}?b=${'c&d=e'}">a</a>`.text, '<a href="/a?b=c%26d%3De">a</a>');
    assert.equal(html`<a href="${''}${'javascript:x'}">a</a>`.text, '<a href="javascript%3Ax">a</a>');
    assert.equal(html`<img src="a/${'\ud800'}">`.text, '<img src="a/%EF%BF%BD">');
  });
});

describe('a style and a script', () => {
  test('are what raw names', () => {
    assert.equal(html`<style>${raw('a>b{}')}</style><p>${1}</p>`.text, '<style>a>b{}</style><p>1</p>');
    assert.equal(html`<script>${raw('1 < 2')}</script>`.text, '<script>1 < 2</script>');
  });

  test('take no text, and no markup of a template', () => {
    assert.throws(() => html`<script>${'alert(1)'}</script>`, TypeError);
    assert.throws(() => html`<style>${'a{}'}</style>`, TypeError);
    assert.throws(() => html`<script>${html`alert(1)`}</script>`, TypeError);
    assert.throws(() => html`<script>const a = "${'"'}";</script>`, TypeError);
  });
});

const MISPLACED: [what: string, use: () => unknown][] = [
  ['the name of an element', () => html`<${'script'}>`],
  ['the end of the name of an element', () => html`<a${'b'}>`],
  ['the name of an end', () => html`<a></${'a'}>`],
  ['the name of an attribute', () => html`<a ${'onclick'}="x">`],
  ['the end of the name of an attribute', () => html`<a on${'click'}="x">`],
  ['an attribute without quotes', () => html`<a title=${'x'}>`],
  ['an attribute between single quotes', () => html`<a title='${'x'}'>`],
  ['an event', () => html`<a onclick="f(${1})">`],
  ['a style', () => html`<a style="color:${'red'}">`],
  ['a page within the page', () => html`<iframe srcdoc="${'x'}"></iframe>`],
  ['a list of addresses', () => html`<img srcset="${'x'}">`],
  ['what a meta says', () => html`<meta http-equiv="refresh" content="0;url=${'x'}">`],
  ['a script as an address', () => html`<a href="javascript:${'x'}">`],
  ['a comment', () => html`<!-- ${'x'} -->`],
  ['a declaration', () => html`<!doctype ${'x'}>`],
  ['markup in an attribute', () => html`<a title="${html`x`}">`],
  ['a list in an attribute', () => html`<a title="${['x']}">`],
];

describe('a template is refused', () => {
  for (const [what, use] of MISPLACED) test(`with a value as ${what}`, () => assert.throws(use, TypeError));

  for (const [what, use] of [
    ['a tag', () => html`<a `],
    ['an attribute', () => html`<a title="`],
    ['a comment', () => html`<!-- `],
    ['a script', () => html`<script>`],
  ] as const)
    test(`that ends within ${what}`, () => assert.throws(use, /A template ends within/));
});
