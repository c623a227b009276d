import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visibleText } from './visible-text.ts';

const shapes: [what: string, html: string, text: string][] = [
  [
    'blocks are lines',
    '<h1>Mi Account</h1><div>Your <b>code</b></div><p>123456</p>bye',
    'Mi Account\nYour code\n123456\nbye',
  ],
  ['a line break is one', 'code<br>123456<br/>bye', 'code\n123456\nbye'],
  ['what a person sees in one piece stays in one piece', '<p>12<span>34</span><b>56</b></p>', '123456'],
  ['line ends in the source are spaces', '<p>your\r\n code\n 123456</p>', 'your code 123456'],
  ['preformatted text keeps its lines', '<pre>code\n123456</pre>', 'code\n123456'],
  [
    'cells are kept apart, rows are lines',
    '<table><tr><td>a</td><td>1</td></tr><tr><th>b</th><td>2</td></tr></table>',
    'a\t1\nb\t2',
  ],
  [
    'a layout of tables is read in its order',
    '<table><tr><td><table><tr><td>Hi</td></tr></table><div>123456</div></td></tr></table>',
    'Hi\n123456',
  ],
  ['lists get no numbers', '<ol><li>one</li><li>two</li></ol><ul><li>three</li></ul>', 'one\ntwo\nthree'],
  [
    'entities are characters',
    '<p>&#49;23&#x34;56 &amp; &lt;b&gt;&nbsp;&copy;2024</p>',
    '123456 & <b>\u00a0©2024',
  ],
  ['capitals stay as they are', '<h1>Code aB</h1><th>x</th>', 'Code aB\nx'],
  ['no address of a link', '<a href="https://x.example/123456">Sign in</a>', 'Sign in'],
  ['no image', 'a<img src="https://x.example/123456.png" alt="654321">b', 'ab'],
  [
    'no attribute',
    '<p id="123456" data-code="123456" title="123456" style="color:#123456" bgcolor="#123456">x</p>',
    'x',
  ],
  [
    'no style, script or head',
    '<head><title>123456</title><style>a{color:#123456}</style></head><body><style>123456</style><script>123456</script>x',
    'x',
  ],
  ['no comment', '<!-- 123456 -->x<!--[if mso]><p>123456</p><![endif]--><![if !mso]>y<![endif]>', 'xy'],
  [
    'nothing that is not displayed',
    '<div style="color:red; DISPLAY : None !important">123456<p>7</p></div>x',
    'x',
  ],
  ['no word that is hidden', 'a<span style="display:none">123456</span>b<td hidden>1</td>', 'ab'],
  ['nothing hidden by its attribute', '<p hidden>123456</p><p hidden="">1</p>x', 'x'],
  ['nothing invisible', '<p style="visibility:hidden">123456<b>1</b></p>x', 'x'],
  [
    'what is made visible again',
    '<div style="visibility:hidden">1<p style="visibility:visible">2</p></div>',
    '2',
  ],
  [
    'nothing of size 0',
    '<p style="font-size:0">1</p><p style="font-size:0px">2<b>3</b></p><p style="font-size: 0.0em;">4</p>x',
    'x',
  ],
  [
    'what gets its size back in a cell of size 0',
    '<td style="font-size:0px">1<div style="font-size:13px">2</div></td>',
    '2',
  ],
  [
    'a box for each digit',
    '<div style="display:inline-block">1</div><div style="display:inline-block">2</div><div>3</div>',
    '1\t2\n3',
  ],
  ['what has no width is no space', '<p>12&#8203;34&zwj;56</p>', '12\u200b34\u200d56'],
  [
    'nothing that is shown in another order',
    '<bdo dir="rtl">123</bdo><b style="unicode-bidi:bidi-override;direction:rtl">456</b>x',
    'x',
  ],
  ['a small size', '<p style="font-size:0.8em">1</p><p style="font-size:05px">2</p>', '1\n2'],
  ['the last word of a style', '<p style="display:none;display:block">1</p>', '1'],
  [
    'a style that only sounds like one',
    '<p style="x-display:none;font-size-adjust:0;background:url(display:none)">1</p>',
    '1',
  ],
  ['text outside the body', 'a<body>b</body>c', 'a\nb\nc'],
  ['two documents, one after the other', '<html><body>a</body></html>\n<html><body>b</body></html>', 'a\nb'],
  ['tags that are never closed', '<table><tr><td>code<td>123456<tr><td><p>bye', 'code\t123456\nbye'],
  [
    'a body in a head that is never closed',
    '<head><title>t</title><style>123456</style><body><p>x</p></body>',
    'x',
  ],
  ['nothing', '', ''],
];
for (const [what, html, text] of shapes) {
  test(`visible: ${what}`, () => assert.equal(visibleText(html), text));
}

/** What hides a text with all that is in it, and what only looks as if it did. */
const styles: [style: string, seen: boolean][] = [
  ...['display:none', 'opacity:0', 'opacity:.0', 'opacity:0%', 'opacity:0.00'].map(hides),
  ...['display:block', 'opacity:0.5', 'opacity:1', 'opacity:.05'].map(shows),
  ...['unicode-bidi:isolate-override', 'flex-direction:row-reverse', 'flex-flow:wrap row-reverse'].map(hides),
  ...['unicode-bidi:isolate', 'flex-direction:row', 'flex-flow:row wrap'].map(shows),
  ...['order:1', 'order:-2'].map(hides),
  ...['order:0', 'order:inherit'].map(shows),
  ...['transform:scaleX(-1)', 'transform:rotate(180deg)', 'transform:rotate(-180deg)'].map(hides),
  ...['transform:scaleX(1)', 'transform:rotate(18deg)'].map(shows),
  ...['text-indent:-999px'].map(hides),
  ...['text-indent:-99px', 'text-indent:999px'].map(shows),
  ...['position:absolute;left:-9999px', 'position:fixed;top:-100px', 'position:absolute;right:-100em'].map(
    hides,
  ),
  ...[
    'position:absolute',
    'position:absolute;left:-10px',
    'left:-9999px',
    'position:relative;top:-999px',
  ].map(shows),
  ...['overflow:hidden;max-height:0', 'overflow:hidden;height:0px', 'overflow:hidden;max-width:0'].map(hides),
  ...['overflow:hidden;width:0'].map(hides),
  ...['overflow:hidden', 'max-height:0', 'overflow:hidden;height:05px', 'overflow:auto;width:0'].map(shows),
  ...['color:transparent', 'color:rgba(1,2,3,0)', 'color:rgba(1, 2, 3, .0)'].map(hides),
  ...['-webkit-text-fill-color:transparent'].map(hides),
  ...['color:rgba(0,0,0,1)', 'color:black', 'background:transparent'].map(shows),
  ...['font-size:1px', 'font-size:.9pt', 'font-size:1.0px', 'font-size:0em'].map(hides),
  ...['font-size:2px', 'font-size:1.5px', 'font-size:1em', 'font-size:10px'].map(shows),
  ...['visibility:hidden', 'visibility:collapse'].map(hides),
  ...['visibility:visible'].map(shows),
];
function hides(style: string): [string, boolean] {
  return [style, false];
}
function shows(style: string): [string, boolean] {
  return [style, true];
}
for (const [style, isSeen] of styles)
  test(`'${style}' ${isSeen ? 'shows' : 'hides'} a text, on the element and by its class`, () => {
    const says = `a\n${isSeen ? '123456\n' : ''}b`;
    assert.equal(visibleText(`<p>a</p><div style="${style}">123456</div><p>b</p>`), says);
    assert.equal(
      visibleText(`<style>.c{${style} }</style><p>a</p><div class="x C">123456</div><p>b</p>`),
      says,
    );
    assert.equal(visibleText(`<style>#c{${style}}</style><p>a</p><div id="c">123456</div><p>b</p>`), says);
    assert.equal(visibleText(`<style>#c{${style}}</style>a<div id="d" class="c">1</div>b`), 'a\n1\nb');
  });

test('a style of the element stands over that of its class, and what is for a screen alone counts for nothing', () => {
  const sheet = '<style>p.a, td .b {display:none} @media print {.c {display:none}} .d{display:none}</style>';
  assert.equal(
    visibleText(
      `${sheet}<p class="a">1</p><p class="a" style="display:block">2</p><p class="b">3</p><p class="c">4</p><p class="d">5</p>`,
    ),
    '2\n3\n4',
  );
});

test('boxes that stand beside one another are cells, and an inline block is no line', () => {
  for (const display of ['inline-block', 'inline-flex', 'inline-table', 'inline-grid'])
    assert.equal(
      visibleText(`<b style="display:${display}">1</b><b style="display:${display}">2</b>`),
      '1\t2',
      display,
    );
  assert.equal(visibleText('<p style="display:inline">1</p><p style="display:inline">2</p>'), '1\t2');
  assert.equal(visibleText('<b style="display:inline">1</b><b>2</b>'), '12');
});

test('of a drawing its texts are read, each as a cell, and what is foreign to it as it is', () => {
  assert.equal(
    visibleText('a<svg><desc>7</desc>8<text>1</text><text><tspan>2</tspan></text></svg>b'),
    'a1\t2\tb',
  );
  assert.equal(visibleText('<svg><foreignObject><div>3</div></foreignObject></svg>'), '3');
});

test('spaces between two pieces are one, and a tab in a text is none', () => {
  assert.equal(visibleText('<b>a </b> <i> b</i>\t\tc'), 'a b c');
  assert.equal(visibleText('<pre>a\n\n  b</pre> c'), 'a\nb\nc');
});

test('as many elements and as deep as in any mail are read, and none of more', () => {
  const deep = (count: number) => `${'<b>'.repeat(count)}1`;
  assert.equal(visibleText(deep(255)), '1');
  assert.equal(visibleText(deep(256)), '');
  const many = (count: number) => `${'<b></b>'.repeat(count)}1`;
  assert.equal(visibleText(many(10_000)), '1');
  assert.equal(visibleText(many(10_001)), '');
});

test('of a thousand rules of style the first are looked at, and of twenty classes', () => {
  const rules = (count: number) => Array.from({ length: count }, (_, at) => `.c${at}{display:none}`).join('');
  const shown = (count: number) =>
    visibleText(`<style>${rules(count)}</style><p class="c${count - 1}">1</p>`);
  assert.equal(shown(1000), '');
  assert.equal(shown(1001), '1');
  const classes = (count: number) => Array.from({ length: count }, (_, at) => `x${at}`).join(' ');
  const named = (count: number) =>
    visibleText(`<style>.c{display:none}</style><p class="${classes(count)} c">1</p>`);
  assert.equal(named(19), '');
  assert.equal(named(20), '1');
});
