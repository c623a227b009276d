import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailId } from './mail-id.ts';

const idOf = (...lines: string[]) => mailId(Buffer.from(lines.join('\r\n')));

test('copies of a mail have one id, whatever the way they came', () => {
  const id = idOf('Message-ID: <a@mi.com>', 'Subject: Code', '', '123456');
  assert.ok(id);
  assert.equal(idOf('Received: from here', 'MESSAGE-id:', ' <a@mi.com>', '', 'other'), id);
  assert.equal(mailId(Buffer.from('Message-Id: <a@mi.com>\n\ntext')), id);
});

test('other mails have other ids, and a mail without a Message-ID has none', () => {
  assert.notEqual(idOf('Message-ID: <b@mi.com>', '', ''), idOf('Message-ID: <a@mi.com>', '', ''));
  assert.equal(idOf('Subject: Code', '', 'Message-ID: <quoted@mi.com>'), undefined);
  assert.equal(mailId(new Uint8Array()), undefined);
});

test('the id tells nobody the address a sender wrote into it', () => {
  assert.doesNotMatch(idOf('Message-ID: <someone=example.com@mi.com>', '', '') ?? '', /someone|example/);
});
