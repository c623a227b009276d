import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { firstLineOf, holdsLine, markOf, secretFault, utf16Of, withoutBlanks } from './secret-text.ts';

suite('a secret', () => {
  for (const [value, fault] of [
    ['Lab-pass7 ', /^ends with a space$/],
    [' Lab-pass7', /^begins with a space$/],
    ['\u3000Lab-pass7\u00a0', /^begins and ends with a no-break space \(U\+00A0\)$/],
    ['Lab-pass7\u3000', /^ends with a blank \(U\+3000\)$/],
    ['Lab-pass7\u2028', /^ends with a blank/],
    ['\u200bLab-pass7', /^begins with an invisible character \(U\+200B\)$/],
    ['\ufeffLab-pass7', /^begins with an invisible character \(U\+FEFF\)$/],
    ['Lab-pass7\u2060', /^ends with an invisible character \(U\+2060\)$/],
    ['   ', /^holds nothing but blanks$/],
  ] as const) {
    test(`${JSON.stringify(value)} ${fault.source}, unless blanks are kept`, () => {
      assert.match(secretFault(value) ?? '', fault);
      assert.equal(secretFault(value, { keepBlanks: true }), undefined);
    });
  }

  for (const value of [
    'Lab\tpass7',
    'Lab-pass7\r',
    'Lab\0pass7',
    'Lab\x1bpass7',
    'Lab\u0085pass7',
    '\tLab-pass7',
    'Lab\ufffdpass7',
    'Lab\ud800',
  ])
    test(`${JSON.stringify(value)} is refused, also where blanks are kept`, () =>
      assert.match(
        secretFault(value, { keepBlanks: true }) ?? '',
        /^holds a (control character \(U\+00|character that was lost)/,
      ));

  test('is taken in any length and alphabet', () => {
    for (const value of [
      'x',
      'Lab pass 7',
      'пароль',
      '密码密码',
      'كلمة السر',
      'a\u200db',
      '👩‍🔧',
      '#',
      '"',
      "'",
      '\\',
      '=',
      'x'.repeat(5000),
    ])
      assert.equal(secretFault(value), undefined, value.slice(0, 20));
  });

  test('is not in what is said of it', () => {
    for (const value of ['Lab-pass7 ', 'Lab\tpass7'])
      assert.doesNotMatch(secretFault(value) ?? '', /Lab|pass/);
  });
});

suite('the first line of a file', () => {
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
  for (const [what, bytes] of [
    ['in UTF-8', Buffer.from('Lab-pass7')],
    ['with a byte order mark', Buffer.from('\ufeffLab-pass7\n')],
    ['with a line end of Windows', Buffer.from('Lab-pass7\r\nnotes\r\n')],
    ['with a line end of an old Mac', Buffer.from('Lab-pass7\r')],
    ['in UTF-16 with a mark', utf16('Lab-pass7\r\nnotes')],
    ['in UTF-16 of the other order', utf16('Lab-pass7\n').swap16()],
  ] as const)
    test(`${what} is it, without its end`, () => {
      assert.deepEqual(firstLineOf(bytes), { line: 'Lab-pass7' });
    });

  test('has a mark by its first bytes alone, all of them', () => {
    const marks = [
      [0xff, 0xfe],
      [0xfe, 0xff],
      [0xef, 0xbb, 0xbf],
      [0xef, 0xbb],
      [0xef, 0xbc, 0xbf],
      [0xef, 0xbb, 0xbe],
      [0xff, 0xff],
      [0xfe, 0xfe],
      [0xbb, 0xbf],
      [],
    ];
    assert.deepEqual(
      marks.map((bytes) => markOf(Uint8Array.from(bytes))),
      ['utf-16le', 'utf-16be', 'utf-8', ...Array.from({ length: 7 }, () => undefined)],
    );
  });

  test('keeps all but its end', () => {
    assert.deepEqual(firstLineOf(Buffer.from(' Lab pass7 \r\n')), { line: ' Lab pass7 ' });
    assert.deepEqual(firstLineOf(Buffer.from('Lab\rpass7\n')), { line: 'Lab\rpass7' });
    assert.deepEqual(firstLineOf(Buffer.from('Lab-pass7\r\r\n')), { line: 'Lab-pass7\r' });
  });

  test('is refused in an encoding that cannot be known', () => {
    assert.deepEqual(firstLineOf(utf16('Lab-pass7').subarray(2)), {
      fault: 'is in UTF-16 without a byte order mark: save it anew, in UTF-8',
    });
    assert.deepEqual(firstLineOf(Buffer.from('Pässe7', 'latin1')), {
      fault: 'is not in UTF-8: save it anew, in UTF-8',
    });
    assert.match(JSON.stringify(firstLineOf(utf16('Lab').subarray(0, 5))), /breaks off in the middle/);
  });

  test('is known to be complete when its end has come', () => {
    const whole = utf16('Ċab\n'); // Its first letter holds the byte 0x0a.
    for (let end = 1; end < whole.length; end++)
      assert.equal(holdsLine(whole.subarray(0, end)), false, `${end} bytes`);
    assert.equal(holdsLine(whole), true);
    assert.equal(holdsLine(Buffer.from('ab')), false);
    assert.equal(holdsLine(Buffer.from('ab\n')), true);
  });
});

suite('how much is read', () => {
  const LARGEST = 64 * 1024;

  test('a file of 64 KB is looked at, and a larger one is another file', () => {
    assert.deepEqual(firstLineOf(Buffer.from(`x\n${'y'.repeat(LARGEST - 2)}`)), { line: 'x' });
    const fault = { fault: 'is too large to hold a password only' };
    assert.deepEqual(firstLineOf(Buffer.from(`x\n${'y'.repeat(LARGEST - 1)}`)), fault);
  });

  test('no more is waited for than that, in any encoding', () => {
    assert.equal(holdsLine(Buffer.alloc(LARGEST, 'y')), false);
    assert.equal(holdsLine(Buffer.alloc(LARGEST + 1, 'y')), true);
    const wide = (length: number) =>
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.alloc(length - 2, 'y')]);
    assert.equal(holdsLine(wide(LARGEST)), false);
    assert.equal(holdsLine(wide(LARGEST + 1)), true);
  });

  test('a line of UTF-16 ends with a whole character, not with a byte of one', () => {
    const big = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    const little = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
    for (const encode of [big, little]) {
      assert.equal(holdsLine(encode('pass\n')), true);
      assert.equal(holdsLine(encode('pass')), false);
      // A letter of which one byte is that of a line end.
      assert.equal(holdsLine(encode('\u0a01\u010a')), false);
      assert.deepEqual(firstLineOf(encode('pass\r\nmore')), { line: 'pass' });
    }
    const [fault = ''] = Object.values(firstLineOf(little('pass').subarray(0, -1)));
    assert.match(fault, /^is in UTF-16 and breaks off in the middle of a character/);
  });
});

suite('a text in UTF-16 without a mark', () => {
  const bytes = (text: string) => Buffer.from(text, 'utf16le');

  test('has whole characters, and its zeros on one side alone', () => {
    assert.equal(utf16Of(Buffer.alloc(0)), undefined);
    assert.equal(utf16Of(Buffer.from([0x61])), undefined);
    assert.equal(utf16Of(Buffer.from([0x61, 0, 0x62])), undefined);
    assert.equal(utf16Of(Buffer.alloc(8)), undefined, 'zeros on both sides');
    // One of the other side is let pass for eight of this one.
    const odd = bytes('aaaaaaaaa');
    odd[0] = 0;
    assert.equal(utf16Of(odd), 'utf-16le');
    odd[2] = 0;
    assert.equal(utf16Of(odd), undefined);
  });

  test('is known by the zeros in every other byte, where a quarter of its characters has one', () => {
    assert.equal(utf16Of(bytes('Lab-pass7')), 'utf-16le');
    assert.equal(utf16Of(bytes('Lab-pass7').swap16()), 'utf-16be');
    // One of four characters, then one of five.
    assert.equal(utf16Of(bytes('aпар')), 'utf-16le');
    assert.equal(utf16Of(bytes('aпар').swap16()), 'utf-16be');
    assert.equal(utf16Of(bytes('aпаро')), undefined);
    assert.equal(utf16Of(bytes('парол')), undefined);
  });
});

test('what is no secret is taken without the blanks at its ends, however many', () => {
  for (const blanks of ['', ' ', '  ', '   ', '\u3000\u200b\t'])
    assert.equal(withoutBlanks(`${blanks}a b${blanks}`), 'a b', JSON.stringify(blanks));
  assert.equal(withoutBlanks('   '), '');
});

test('a control character is named with its place, counted as people count', () => {
  assert.equal(secretFault('a\u{1f600}b\tc'), 'holds a control character (U+0009 at place 4)');
  assert.equal(secretFault('\0'), 'holds a control character (U+0000 at place 1)');
});
