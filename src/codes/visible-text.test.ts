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
