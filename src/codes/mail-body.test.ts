import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bodyOf } from './mail-body.ts';

const of = (headers: string[], body: string | Buffer) =>
  bodyOf(Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`), Buffer.from(body as string)]));
const text = async (headers: string[], body: string | Buffer) => (await of(headers, body)).text;
const PLAIN = ['Content-Type: text/plain; charset=utf-8'];
const HTML = ['Content-Type: text/html; charset=utf-8'];

suite('the body of a mail', () => {
  test('is not read where its parts lie deeper in one another than those of any mail', async () => {
    const nested = (depth: number): string =>
      depth === 0
        ? 'Content-Type: text/plain\r\n\r\n123456\r\n'
        : `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n${nested(depth - 1)}\r\n--b${depth}--\r\n`;
    assert.deepEqual(await bodyOf(Buffer.from(nested(20))), { text: '123456' });
    assert.deepEqual(await bodyOf(Buffer.from(nested(40))), {
      text: '',
      unread: 'the mail cannot be decoded',
    });
  });

  test('is handed on as far as a code is looked for, and one character more, which says that it is too long', async () => {
    const line = `${'x'.repeat(999)}\r\n`;
    assert.equal((await text(PLAIN, line.repeat(150))).length, 100_001);
    assert.equal((await text(PLAIN, line.repeat(50))).length, 50_000 - 1);
  });

  test('of HTML ends after 256 KiB of it', async () => {
    const html = (characters: number) => `<p>${' '.repeat(characters - '<p>'.length)}`;
    assert.equal(await text(HTML, `${html(256 * 1024 - 1)}1`), '1');
    assert.equal(await text(HTML, `${html(256 * 1024)}1`), '');
  });

  test('keeps two empty lines in a row, and no more', async () => {
    assert.equal(await text(PLAIN, 'a\r\n\r\n\r\n\r\n\r\nb\n\n\n\n\nc'), 'a\n\n\nb\n\n\nc');
    assert.equal(await text(PLAIN, 'a\r\n1\r\n2\r\n3\r\nb'), 'a\n1\n2\n3\nb');
  });

  test('ends after six thousand lines, and after what is escaped more often than in any mail', async () => {
    // The header has two lines.
    const last = async (count: number) =>
      (await text(PLAIN, Array.from({ length: count }, (_, at) => `${at}`).join('\r\n'))).split('\n').at(-1);
    assert.equal(await last(5998), '5997');
    assert.equal(await last(6100), '5997');
    const quoted = [...PLAIN, 'Content-Transfer-Encoding: quoted-printable'];
    const escaped = async (count: number) =>
      (await text(quoted, `${`${'=61'.repeat(20)}\r\n`.repeat(count / 20)}end`)).endsWith('end');
    // One more stands in the header.
    assert.equal(await escaped(24_980), true);
    assert.equal(await escaped(25_020), false);
  });

  test('that is markup is read as a person sees it, however it is called', async () => {
    for (const start of ['<!DOCTYPE html>', '<html>', '<body>', '<table>', '<div class="x">', '<p>'])
      assert.equal(await text(PLAIN, `${start}<b>1</b>23`), '123', start);
    for (const start of ['<person@example.com>', '<span>', 'x<p>'])
      assert.match(await text(PLAIN, `${start}<b>1</b>`), /<b>/, start);
  });

  test('of two alternatives that say the same is read once', async () => {
    const alternatives = (plain: string, html: string) =>
      text(
        ['Content-Type: multipart/alternative; boundary=b'],
        `--b\r\nContent-Type: text/plain\r\n\r\n${plain}\r\n--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`,
      );
    assert.equal(await alternatives('123456', '<p>123456</p>'), '123456');
    assert.equal(await alternatives('123456', '<p>654321</p>'), '123456\n654321');
  });

  test('is UTF-8 where all of it is, whatever charset it names, and else what it names', async () => {
    const named = (charset: string, body: Buffer) =>
      text([`Content-Type: text/plain; charset="${charset}"`], body);
    assert.equal(await named('x-unknown', Buffer.from('код 123456')), 'код 123456');
    assert.equal(await named('windows-1251', Buffer.from('код 123456')), 'код 123456');
    assert.equal(await named('windows-1251', Buffer.from('eaeee420313233', 'hex')), 'код 123');
  });
});
