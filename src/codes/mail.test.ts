import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { mailId, readMail } from './mail.ts';

const arrival = { id: 'mail-1', stream: 'INBOX/7', number: 42, receivedAt: 1_700_000_000_000 };
const read = (raw: string | Buffer, envelopeTo?: string[]) =>
  readMail(Buffer.from(raw as string), { ...arrival, ...(envelopeTo ? { envelopeTo } : {}) });
const mail = (headers: string[], ...body: string[]) => `${headers.join('\r\n')}\r\n\r\n${body.join('\r\n')}`;
const utf8 = 'Content-Type: text/plain; charset=utf-8';
const head = [
  'From: Xiaomi Corporation <NoReply@Notice.Xiaomi.com>',
  'To: Lab <Lab+1@Example.com>',
  'Subject: Hello',
];

/** A part in an encoding Node cannot write: its bytes as they stand in the charset's table. */
const part = (charset: string, bytes: Buffer, type = 'text/plain') =>
  mail(
    [...head, `Content-Type: ${type}; charset=${charset}`, 'Content-Transfer-Encoding: base64'],
    bytes.toString('base64'),
  );
const bytes = (hex: string, ascii: string) =>
  Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from(ascii, 'latin1')]);

test('a mail is read with who sent it, to whom, when, and what it says', async () => {
  const message = await read(
    mail(
      [...head, 'Cc: b@example.com', 'Date: Tue, 14 Nov 2023 22:13:00 +0800 (CST)', utf8],
      'Your code is 012345',
      'Bye',
    ),
  );
  assert.deepEqual(message, {
    ...arrival,
    channel: 'mail',
    from: 'noreply@notice.xiaomi.com',
    to: ['lab+1@example.com', 'b@example.com'],
    text: 'Hello\nYour code is 012345\nBye',
    sentAt: Date.UTC(2023, 10, 14, 14, 13),
  });
});

test('a time nobody can read is left out', async () => {
  assert.ok(!('sentAt' in (await read(mail([...head, 'Date: yesterday', utf8], 'x')))));
  assert.ok(!('sentAt' in (await read(mail([...head, utf8], 'x')))));
});

test('how long a mail was under way is reported by the last stamp of another computer', async () => {
  const stamp = (by: string, at: string) => `Received: from a by ${by} with ESMTP id 1 (x; y); ${at}`;
  const transit = async (...headers: string[]) =>
    (await read(mail([...headers, ...head, utf8], 'x'))).transit;
  const date = 'Date: Tue, 14 Nov 2023 22:13:00 +0000';
  const late = stamp('mx.example.com', 'Tue, 14 Nov 2023 22:23:00 +0000 (UTC)');
  assert.equal(
    await transit(late, stamp('out.xiaomi.com', 'Tue, 14 Nov 2023 22:13:01 +0000'), date),
    600_000,
  );
  assert.equal(
    await transit(
      stamp(hostname(), 'Tue, 14 Nov 2023 23:59:00 +0000'),
      stamp('localhost', 'Tue'),
      late,
      date,
    ),
    600_000,
  );
  assert.equal(await transit(stamp(hostname(), 'Tue, 14 Nov 2023 23:59:00 +0000'), date), undefined);
  assert.equal(await transit(late), undefined);
});

test('the address counts, not the name that stands before it', async () => {
  assert.equal(
    (await read(mail(['From: "noreply@notice.xiaomi.com" <thief@evil.example>'], 'x'))).from,
    'thief@evil.example',
  );
  assert.equal(
    (await read(mail(['From: =?utf-8?B?5bCP57GzIDxub3JlcGx5QHhpYW9taS5jb20+?= <thief@evil.example>'], 'x')))
      .from,
    'thief@evil.example',
  );
  assert.equal((await read(mail(['To: a@example.com'], 'x'))).from, '');
});

const authors: [header: string, from: string][] = [
  ['From: noreply@xiaomi.com (Xiaomi)', 'noreply@xiaomi.com'],
  ['From: "a \\" b@c" <noreply@xiaomi.com>', 'noreply@xiaomi.com'],
  ['From: "no reply"@xiaomi.com', 'no reply@xiaomi.com'],
  ['From: thief@evil.example (noreply@xiaomi.com)', 'thief@evil.example'],
  ['From: noreply@xiaomi.com, thief@evil.example', ''],
  ['From: thief@evil.example, noreply@xiaomi.com', ''],
  ['From: Xiaomi: noreply@xiaomi.com, thief@evil.example;', ''],
  ['From: <noreply@xiaomi.com> <thief@evil.example>', ''],
  ['From: noreply@xiaomi.com thief@evil.example', ''],
  ['From: <@xiaomi.com:thief@evil.example>', ''],
  ['From: noreply@xiaomi.com\r\nFrom: thief@evil.example', ''],
  ['Reply-To: noreply@xiaomi.com\r\nSender: noreply@xiaomi.com', ''],
];
for (const [header, from] of authors) {
  test(`a mail with '${header.replace('\r\n', ' / ')}' is from ${from || 'nobody that could be known'}`, async () => {
    assert.equal((await read(mail([header, utf8], 'x'))).from, from);
  });
}

const addressed: [headers: string[], to: string[]][] = [
  [
    ['To: Phones: a@example.com, "B, b" <b@example.com>;', 'Cc: A@example.com'],
    ['a@example.com', 'b@example.com'],
  ],
  [
    ['To: undisclosed-recipients:;', 'Delivered-To: real@example.com', 'X-Original-To: <Alias@example.com>'],
    ['real@example.com', 'alias@example.com'],
  ],
  [['To: ', 'Envelope-To: lab@example.com'], ['lab@example.com']],
  [['Subject: to nobody'], ['envelope@example.com']],
];
for (const [headers, to] of addressed) {
  test(`a mail with '${headers.join(' / ')}' is to ${to.join(' and ')}`, async () => {
    assert.deepEqual((await read(mail(headers, 'x'), ['Envelope@example.com'])).to, to);
  });
}

const subjects: [raw: string, subject: string][] = [
  ['=?UTF-8?B?5bCP57Gz?=\r\n =?UTF-8?B?6aqM6K+B56CB?=', '小米验证码'],
  ['=?UTF-8?B?TWnp?= =?UTF-8?B?qozor4HnoIE=?=', 'Mi验证码'],
  ['=?windows-1251?Q?=CA=EE=E4_123456?=', 'Код 123456'],
  ['=?gb18030?B?0enWpMLr?=', '验证码'],
  ['Код', 'Код'],
];
for (const [raw, subject] of subjects) {
  test(`the subject ${raw.replace(/\s+/g, ' ')} says ${subject}`, async () => {
    assert.equal((await read(mail([`Subject: ${raw}`, utf8], 'x'))).text, `${subject}\nx`);
  });
}

const utf16be = Buffer.from('\uFEFF验证码：123456', 'utf16le').swap16();
const bodies: [what: string, raw: string | Buffer, says: string][] = [
  ['GB18030', part('GB18030', bytes('d1e9d6a4c2eba3ba', '123456')), '验证码：123456'],
  ['GB2312', part('gb2312', bytes('d1e9d6a4c2eba3ba', '123456')), '验证码：123456'],
  ['Big5', part('Big5', bytes('c5e7c3d2bd58', ' 123456')), '驗證碼 123456'],
  ['windows-1251', part('windows-1251', bytes('caeee4', ': 123456')), 'Код: 123456'],
  ['KOI8-R', part('koi8-r', bytes('ebcfc4', ': 123456')), 'Код: 123456'],
  ['ISO-8859-6', part('iso-8859-6', bytes('d1e5d2', ': 123456')), 'رمز: 123456'],
  ['ISO-2022-JP', part('iso-2022-jp', bytes('1b244247273e5a1b2842', ' 123456')), '認証 123456'],
  ['EUC-KR', part('ks_c_5601-1987', bytes('c0cec1f5', ' 123456')), '인증 123456'],
  [
    'UTF-16 with a mark, little endian',
    part('utf-16', Buffer.from('\uFEFF验证码：123456', 'utf16le')),
    '验证码：123456',
  ],
  ['UTF-16 with a mark, big endian', part('utf-16', utf16be), '验证码：123456'],
  ['UTF-16BE', part('utf-16be', utf16be), '验证码：123456'],
  ['UTF-8 with a mark', part('utf-8', Buffer.from('\uFEFF123456')), '123456'],
  ['a charset nobody knows', part('x-nonsense', Buffer.from('code 123456')), 'code 123456'],
  ['8 bit without a charset', mail([...head], 'Код: 123456'), 'Код: 123456'],
  [
    'quoted-printable that breaks the code in two',
    mail([...head, utf8, 'Content-Transfer-Encoding: quoted-printable'], '=D0=9A=D0=BE=D0=B4: 123=', '456'),
    'Код: 123456',
  ],
  [
    'format=flowed',
    mail([...head, `${utf8}; format=flowed`], 'Your code is ', '123456'),
    'Your code is 123456',
  ],
];
for (const [what, raw, says] of bodies) {
  test(`a body in ${what} is decoded`, async () => assert.equal((await read(raw)).text, `Hello\n${says}`));
}

const html =
  '<style>p{color:#654321}</style><p>Your <b>code</b>: 123456</p><img src="https://t.example/999999">';
const both = (plain: string) =>
  mail(
    [...head, 'Content-Type: multipart/alternative; boundary=b'],
    '--b',
    utf8,
    '',
    plain,
    '--b',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(html).toString('base64'),
    '--b--',
  );

test('of two alternatives both are read', async () => {
  assert.equal((await read(both('Plain code 123456'))).text, 'Hello\nPlain code 123456\nYour code: 123456');
  assert.equal((await read(both('Your code: 123456'))).text, 'Hello\nYour code: 123456');
  for (const plain of ['', ' '])
    assert.equal((await read(both(plain))).text, 'Hello\nYour code: 123456', plain);
});

test('HTML alone is read as it is displayed', async () => {
  assert.equal((await read(part('utf-8', Buffer.from(html), 'text/html'))).text, 'Hello\nYour code: 123456');
  assert.equal(
    (await read(part('gb18030', bytes('3c703ed1e9d6a4c2eb3c2f703e', '123456'), 'text/html'))).text,
    'Hello\n验证码\n123456',
  );
});

test('HTML that is said to be plain text is read as it is displayed', async () => {
  for (const page of [
    `<html><body>${html}</body></html>`,
    `<!DOCTYPE html>\n${html}`,
    `<div style="width:600000">${html}</div>`,
  ]) {
    assert.equal((await read(part('utf-8', Buffer.from(page)))).text, 'Hello\nYour code: 123456');
  }
});

const attachments: [what: string, headers: string[]][] = [
  ['a file', [utf8, 'Content-Disposition: attachment; filename=a.txt', '']],
  ['a mail', ['Content-Type: message/rfc822', '', 'From: noreply@xiaomi.com', utf8, '']],
];
for (const [what, headers] of attachments) {
  test(`${what} that is attached is not read`, async () => {
    const raw = mail(
      [...head, 'Content-Type: multipart/mixed; boundary=b'],
      ...['--b', utf8, '', 'Hi', '--b', ...headers, '123456', '--b--'],
    );
    assert.equal((await read(raw)).text, 'Hello\nHi');
  });
}

const deep = (levels: number) =>
  Array.from(
    { length: levels },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  ).join('');
const broken: [what: string, raw: string | Buffer][] = [
  ['nothing', ''],
  ['no header', '\r\n\r\n123456'],
  ['noise', Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 256))],
  ['an open boundary', mail([...head, 'Content-Type: multipart/mixed; boundary=b'], '--b', utf8, '', 'x')],
  ['no boundary', mail([...head, 'Content-Type: multipart/alternative'], 'x')],
  ['base64 that is none', mail([...head, utf8, 'Content-Transfer-Encoding: base64'], '%%%=', '=\0')],
  ['a header of 3 MiB', mail([`Subject: ${'x'.repeat(3 * 2 ** 20)}`], 'x')],
  ['300 levels of parts', deep(300)],
  ['20 000 levels of HTML', part('utf-8', Buffer.from('<div>'.repeat(20_000) + '123456'), 'text/html')],
  ['addresses that are none', mail(['From: <<>>,,;:@', 'To: :;:;<', 'Date: 99 Foo 99999'], 'x')],
];
for (const [what, raw] of broken) {
  test(`${what} is read without a fault`, async () => {
    const message = await read(raw);
    assert.equal(message.id, arrival.id);
    assert.equal(typeof message.text, 'string');
  });
}

test('a mail to thousands is to its first hundred, and a header without an end has no sender', async () => {
  const crowd = Array.from({ length: 2000 }, (_, n) => `lab+${n}@example.com`).join(',\r\n ');
  assert.equal((await read(mail(['From: a@xiaomi.com', `To: ${crowd}`], 'x'))).to.length, 100);
  const endless = await read(
    mail(['From: a@xiaomi.com', `X-Pad: ${'x'.repeat(70_000)}`, 'From: thief@evil.example'], 'x'),
  );
  assert.equal(endless.from, '');
});

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

test('lines of one character are none of the empty ones that are left out', async () => {
  const digits = [...'482913'];
  const raw = `${[...head, utf8].join('\n')}\n\n${digits.join('\n')}\n\n\n\n\n\nBye\n`;
  assert.equal((await read(raw)).text, `Hello\n${digits.join('\n')}\n\n\nBye`);
});
