import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ConfigError } from '../../errors.ts';
import type { Letter } from '../../letters/letter.ts';
import { Secret } from '../../secret.ts';
import { emlOf, openMailer } from './mailer.ts';

const FROM = 'Lab <lab@example.com>';
const LETTER = {
  language: 'en',
  subject: 'Your phone',
  text: 'It is locked.',
  html: '<p>It is locked.</p>',
} as Letter;

/** A mail server that gives these answers to words of SMTP; undefined: it hangs up. */
async function server(t: TestContext, answers: Record<string, string | undefined> = {}) {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const usual: Record<string, string> = {
    ...{
      EHLO: '250 mail.example.com',
      MAIL: '250 ok',
      RCPT: '250 ok',
      DATA: '354 go on',
      '.': '250 taken',
      QUIT: '221 bye',
    },
  };
  const all = { ...usual, ...answers };
  const smtp = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const say = (word: string) => {
      const answer = all[word];
      if (answer === undefined) socket.destroy();
      else socket.write(`${answer}\r\n`);
    };
    socket.write('220 mail.example.com ESMTP\r\n');
    let isMail = false;
    let held = '';
    socket.on('data', (data: Buffer) => {
      held += data.toString();
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        heard.push(line);
        const word = line.split(' ')[0] ?? '';
        if (isMail && line !== '.') continue;
        isMail = word === 'DATA' && all['DATA']?.startsWith('354') === true;
        say(word);
      }
    });
  });
  await once(smtp.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    smtp.close();
  });
  const url = `127.0.0.1:${(smtp.address() as AddressInfo).port}`;
  const mailer = openMailer(new Secret(`smtp://${url}`), FROM);
  t.after(() => mailer.close());
  return { heard, mailer, url };
}
const REFUSED = 'the mail server of SMTP_SEND_URL did not take it: ';

test('a letter goes out in two forms, from the lab, under a name by which the log of the server is searched', async (t) => {
  const { heard, mailer } = await server(t);
  assert.deepEqual(await mailer.send(LETTER, 'owner@example.org', 'letter-7-2026-11-30'), { kind: 'sent' });
  assert.ok(heard.includes('MAIL FROM:<lab@example.com>'), heard.join('\n'));
  assert.ok(heard.includes('RCPT TO:<owner@example.org>'));
  for (const line of [
    ...['From: Lab <lab@example.com>', 'To: owner@example.org', 'Subject: Your phone'],
    ...[
      'Message-ID: <letter-7-2026-11-30@example.com>',
      'Auto-Submitted: auto-generated',
      'It is locked.',
      '<p>It is locked.</p>',
    ],
  ])
    assert.ok(heard.includes(line), line);
});

test('a server that says no has not taken it; one that hangs up in the middle perhaps has', async (t) => {
  for (const [answers, sent] of [
    [{ MAIL: '554 go away' }, { kind: 'refused', why: `${REFUSED}it answers 554` }],
    [{ RCPT: '550 no such user owner@example.org' }, { kind: 'refused', why: `${REFUSED}it answers 550` }],
    [{ '.': '451 try later' }, { kind: 'refused', why: `${REFUSED}it answers 451` }],
    [
      { EHLO: '421 busy', HELO: '421 busy' },
      { kind: 'refused', why: `${REFUSED}it answers 421` },
    ],
  ] as const) {
    const { mailer } = await server(t, answers);
    assert.deepEqual(await mailer.send(LETTER, 'owner@example.org', 'l'), sent);
  }
  const { mailer } = await server(t, { '.': undefined });
  const cut = await mailer.send(LETTER, 'owner@example.org', 'l');
  assert.equal(cut.kind, 'perhaps');
  assert.ok('why' in cut && cut.why.startsWith(REFUSED), JSON.stringify(cut));
  assert.ok(!JSON.stringify(cut).includes('owner@'));
});

test('a server that is not there has sent nothing', async () => {
  // Nothing listens on port 1.
  const mailer = openMailer(new Secret('smtp://127.0.0.1:1'), FROM);
  assert.deepEqual(await mailer.send(LETTER, 'owner@example.org', 'l'), {
    ...{ kind: 'refused', why: `${REFUSED}nothing listens there` },
  });
  mailer.close();
});

test('who signs in does so with the words of the address as they are meant', async (t) => {
  const plain = Buffer.from('\0la b@x\0p:w').toString('base64');
  const { url, heard } = await server(t, { EHLO: '250-mail\r\n250 AUTH PLAIN', AUTH: '235 welcome' });
  const mailer = openMailer(new Secret(`smtp://la%20b%40x:p%3Aw@${url}`), FROM);
  t.after(() => mailer.close());
  assert.deepEqual(await mailer.send(LETTER, 'owner@example.org', 'l'), { kind: 'sent' });
  assert.ok(heard.includes(`AUTH PLAIN ${plain}`), heard.join('\n'));
});

test('letters need an address that they come from', () => {
  assert.throws(
    () => openMailer(new Secret('smtp://127.0.0.1:1'), undefined),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.problems, [
        'LETTER_FROM has to be the address that letters come from, such as Lab <lab@example.com>',
      ]);
      return true;
    },
  );
});

test('a letter as a file is the same mail, from this computer where no sender is known', async () => {
  const text = (await emlOf(LETTER, 'owner@example.org')).toString();
  for (const line of [/^From: lab@localhost\r$/m, /^To: owner@example\.org\r$/m, /^Subject: Your phone\r$/m])
    assert.match(text, line);
  assert.match(
    (await emlOf(LETTER, 'owner@example.org', FROM)).toString(),
    /^From: Lab <lab@example\.com>\r$/m,
  );
});
