import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BottomLines } from './bottom-lines.ts';

function terminal(columns: number, rows = 5) {
  const written: string[] = [];
  const out = { columns, rows, isTTY: true, write: (text: string) => (written.push(text), true) };
  return { written, out, lines: new BottomLines(out, { isStyled: false }) };
}

test('what is said stands above the lines, which are written again below it', () => {
  const { written, lines } = terminal(40);
  lines.show(['one']);
  lines.say('done');
  lines.show(['two', 'three']);
  lines.show([]);
  assert.deepEqual(written, [
    'one\x1b[K\n\x1b[0J',
    '\r\x1b[1A\x1b[0Jdone\none\n',
    '\r\x1b[1Atwo\x1b[K\nthree\x1b[K\n\x1b[0J',
    '\r\x1b[2A\x1b[0J',
  ]);
});

test('in a window that became narrower a line takes more rows, and never more than there are', () => {
  const { written, out, lines } = terminal(11);
  lines.show(['1234567890']);
  out.columns = 5;
  lines.show(['x']);
  assert.ok(written.at(-1)?.startsWith('\r\x1b[2A'));
  const full = terminal(20);
  full.lines.show(Array.from({ length: 9 }, (_, nth) => `line ${nth}`));
  assert.equal(full.written.join('').match(/line/g)?.length, 4, 'one row is left for what is typed');
  full.out.columns = 2;
  full.lines.show(['x']);
  assert.ok(full.written.at(-1)?.startsWith('\r\x1b[4A'));
});

test('while something is typed there are no lines, and without a terminal there are none at all', () => {
  const { written, lines } = terminal(40);
  lines.show(['one']);
  const over = lines.still();
  lines.show(['two']);
  over();
  lines.show(['three']);
  assert.deepEqual(written, ['one\x1b[K\n\x1b[0J', '\r\x1b[1A\x1b[0J', 'three\x1b[K\n\x1b[0J']);
  const piped: string[] = [];
  const out = { isTTY: false, write: (text: string) => (piped.push(text), true) };
  const plain = new BottomLines(out as never, { isStyled: false });
  plain.show(['one']);
  plain.say('done');
  assert.deepEqual(piped, ['done\n']);
});
