import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { freePort } from '../port.ts';
import type { InboxEvent, Message } from './inbox.ts';
import { smtpInbox } from './smtp.ts';

const code = {
  from: 'Xiaomi <noreply@notice.xiaomi.com>',
  to: 'owner@example.com',
  subject: 'Code',
  text: 'Your code is 482913.',
};

async function arrange(t: TestContext) {
  const events: InboxEvent[] = [];
  const inbox = smtpInbox({ listen: { host: '127.0.0.1', port: 0 }, onEvent: (event) => events.push(event) });
  t.after(() => inbox.close());
  await inbox.check();
  const transport = createTransport({ host: '127.0.0.1', port: inbox.port, pool: true, maxConnections: 5 });
  t.after(() => transport.close());
  return {
    inbox,
    events,
    mail: (changes: SendMailOptions = {}) => transport.sendMail({ ...code, ...changes }),
  };
}

/** What follows `from`, as it comes; `until` resolves when there are so many. */
function follow(t: TestContext, inbox: ReturnType<typeof smtpInbox>, from: Record<string, number>) {
  const messages: Message[] = [];
  const stop = new AbortController();
  let look = () => {};
  const following = inbox.follow(from, (message) => (messages.push(message), look()), stop.signal);
  t.after(async () => (stop.abort(), following));
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      look = () => void (messages.length >= count && resolve());
      look();
    });
  return { messages, until, stop: async () => (stop.abort(), following) };
}

test('a mail is delivered with sender, recipient and the text its reader sees', async (t) => {
  const { inbox, mail } = await arrange(t);
  const before = Date.now();
  const { messages, until } = follow(t, inbox, await inbox.position());
  await mail({
    text: undefined,
    html: '<style>p { color: #123456 }</style><p>Your code is <b>482913</b>.</p>',
  });
  await until(1);
  const [message] = messages;
  assert.ok(message);
  assert.equal(message.channel, 'mail');
  assert.equal(message.from, 'noreply@notice.xiaomi.com');
  assert.deepEqual(message.to, ['owner@example.com']);
  assert.match(message.text, /482913/);
  assert.doesNotMatch(message.text, /123456|<b>/);
  assert.ok(message.receivedAt >= before && message.receivedAt <= Date.now());
});

test('a mail that its sender knows to be taken is in the inbox', async (t) => {
  const { inbox, mail } = await arrange(t);
  const [[stream, first] = ['', 0]] = Object.entries(await inbox.position());
  for (let sent = 1; sent <= 3; sent++) {
    await mail();
    assert.deepEqual(await inbox.position(), { [stream]: first + sent });
  }
});

test('what came before the position is not delivered, what came between position and follow is', async (t) => {
  const { inbox, mail } = await arrange(t);
  await mail({ text: 'Your code is 111111.' });
  const position = await inbox.position();
  await mail({ text: 'Your code is 222222.' });
  const { messages, until } = follow(t, inbox, position);
  await mail({ text: 'Your code is 333333.' });
  await until(2);
  assert.deepEqual(
    messages.map(({ text }) => /\d{6}/.exec(text)?.[0]),
    ['222222', '333333'],
  );
});

test('a mail is for all its recipients, those the header does not name too', async (t) => {
  const { inbox, mail } = await arrange(t);
  const { messages, until } = follow(t, inbox, {});
  await mail({ to: ['Owner@Example.com', 'second@example.com'], bcc: 'hidden@example.com' });
  await mail({ to: 'alias@example.com', envelope: { from: 'bounce@mi.com', to: 'forwarded@example.net' } });
  await until(2);
  assert.deepEqual(
    messages.map(({ to }) => [...to].sort()),
    [
      ['hidden@example.com', 'owner@example.com', 'second@example.com'],
      ['alias@example.com', 'forwarded@example.net'],
    ],
  );
});

test('fifty mails at once are delivered once each, in the order of their numbers, to all who follow', async (t) => {
  const { inbox, mail } = await arrange(t);
  const both = [follow(t, inbox, {}), follow(t, inbox, {})];
  await Promise.all(
    Array.from({ length: 50 }, (_, index) => mail({ text: `Your code is ${100_000 + index}.` })),
  );
  for (const { messages, until } of both) {
    await until(50);
    assert.equal(messages.length, 50);
    assert.equal(new Set(messages.map(({ id }) => id)).size, 50);
    assert.equal(new Set(messages.map(({ text }) => /\d{6}/.exec(text)?.[0])).size, 50);
    assert.deepEqual(
      messages.map(({ number }) => number),
      messages.map(({ number }) => number).sort((a, b) => a - b),
    );
  }
});

test('a copy of a mail has the id of that mail', async (t) => {
  const { inbox, mail } = await arrange(t);
  const { messages, until } = follow(t, inbox, {});
  await mail({ messageId: '<one@mi.com>' });
  await mail({ messageId: '<one@mi.com>', envelope: { from: 'a@mi.com', to: 'copy@example.com' } });
  await mail({ messageId: '<two@mi.com>' });
  await until(3);
  const [one, copy, two] = messages.map(({ id }) => id);
  assert.equal(one, copy);
  assert.notEqual(one, two);
});

test('a mail of more than 5 MiB is refused, whether its size was announced or not, and the next is taken', async (t) => {
  const { inbox, mail } = await arrange(t);
  const { messages, until } = follow(t, inbox, {});
  const large = { text: 'x'.repeat(60).concat('\n').repeat(90_000) };
  const announced = mail({ ...large, envelope: { from: 'a@mi.com', to: 'b@mi.com', size: 6_000_000 } });
  await assert.rejects(announced, /larger than allowed 5242880/);
  await assert.rejects(mail(large), { responseCode: 552 });
  await mail();
  await until(1);
  assert.match(messages[0]?.text ?? '', /482913/);
});

test('the greeting waits for no timer', async (t) => {
  const { inbox } = await arrange(t);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const socket = connect(inbox.port, '127.0.0.1');
  t.after(() => socket.destroy());
  const [greeting] = (await once(socket, 'data')) as [Buffer];
  assert.match(greeting.toString(), /^220 /);
  t.mock.timers.tick(1000);
  socket.write('QUIT\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString(), /^221 /);
});

test('a sender that hangs up in the middle of a mail leaves nothing behind', async (t) => {
  const { inbox, mail } = await arrange(t);
  const position = await inbox.position();
  const socket = connect(inbox.port, '127.0.0.1');
  for (const line of ['', 'EHLO me', 'MAIL FROM:<a@mi.com>', 'RCPT TO:<b@mi.com>', 'DATA']) {
    if (line) socket.write(`${line}\r\n`);
    await once(socket, 'data');
  }
  socket.end('Subject: Half\r\n\r\nYour code is 4829');
  await once(socket.resume(), 'close');
  assert.deepEqual(await inbox.position(), position);
  await mail();
});

test('a message it sends to itself arrives, and is taken away again', async (t) => {
  const { inbox } = await arrange(t);
  const first = follow(t, inbox, {});
  const takeAway = await inbox.send?.({
    from: 'test@xiaomi.com',
    to: 'owner@example.com',
    text: 'Your code is 482913.',
  });
  await first.until(1);
  assert.match(first.messages[0]?.text ?? '', /482913/);
  await first.stop();
  await takeAway?.();
  const second = follow(t, inbox, {});
  await inbox.send?.({ from: 'test@xiaomi.com', to: 'owner@example.com', text: 'Your code is 555555.' });
  await second.until(1);
  assert.match(second.messages[0]?.text ?? '', /555555/);
});

test('it says where it listens, and frees the port when it is closed, whoever is still connected', async (t) => {
  const { inbox, events } = await arrange(t);
  const says = `listening on 127.0.0.1:${inbox.port}`;
  assert.equal(await inbox.check(), says);
  assert.deepEqual(events, [{ kind: 'connected', what: says }]);
  const socket = connect(inbox.port, '127.0.0.1');
  await once(socket, 'data');
  const gone = once(socket, 'close');
  await inbox.close();
  await gone;
  assert.equal(await freePort(inbox.port), inbox.port);
});

test('a port that is taken is reported with the setting that names it', async (t) => {
  const { inbox } = await arrange(t);
  const second = smtpInbox({ listen: { host: '127.0.0.1', port: inbox.port } });
  await assert.rejects(second.position(), {
    code: 'code-source',
    message: `The code source 'smtp' cannot be used: another program listens on 127.0.0.1:${inbox.port}.`,
    hint: 'stop that program, or set SMTP_LISTEN to another port',
  });
  await inbox.close();
  assert.ok(await second.position(), 'it listens as soon as it can');
  await second.close();
});

test('an address of another computer is reported with the setting that names it', async () => {
  const inbox = smtpInbox({ listen: { host: '192.0.2.1', port: 0 } });
  await assert.rejects(inbox.check(), {
    message: /it cannot listen on 192\.0\.2\.1:0: this computer has no such address/,
    hint: /SMTP_LISTEN/,
  });
});

test('a mail to more than a hundred is taken for the first hundred, and the others are refused', async (t) => {
  const { inbox, mail } = await arrange(t);
  const { messages, until } = follow(t, inbox, {});
  const to = Array.from({ length: 101 }, (_, at) => `r${at}@example.com`);
  const { accepted, rejected } = await mail({ to: 'list@example.com', envelope: { from: 'a@mi.com', to } });
  assert.deepEqual([accepted.length, rejected], [100, ['r100@example.com']]);
  await until(1);
  assert.ok(messages[0]?.to.includes('r99@example.com'));
  assert.ok(!messages[0]?.to.includes('r100@example.com'));
});

test('of what came the last thousand are kept for a wait that begins later', async (t) => {
  const { inbox, mail } = await arrange(t);
  const codes = Array.from({ length: 1001 }, (_, at) => 100_000 + at);
  for (let at = 0; at < codes.length; at += 50)
    await Promise.all(codes.slice(at, at + 50).map((one) => mail({ text: `Your code is ${one}.` })));
  const { messages, until } = follow(t, inbox, {});
  await until(1000);
  assert.deepEqual([messages.length, messages[0]?.number, messages.at(-1)?.number], [1000, 2, 1001]);
});

test('a wait that is over before it begins follows nothing', async (t) => {
  const { inbox, mail } = await arrange(t);
  await mail();
  await inbox.follow({}, () => assert.fail('a mail is delivered'), AbortSignal.abort());
  const stop = AbortSignal.abort(new Error('enough'));
  await assert.rejects(
    async () => inbox.send?.({ from: 'a@mi.com', to: 'b@mi.com', text: 'x' }, stop),
    /enough/,
  );
});

test('an address of IPv6 is written with its port as in an address of the web', async (t) => {
  const inbox = smtpInbox({ listen: { host: '::1', port: 0 } });
  t.after(() => inbox.close());
  let says: string;
  try {
    says = await inbox.check();
  } catch (error) {
    // A computer without it.
    says = (error as Error).message;
  }
  assert.match(says, /listen(?:ing)? on \[::1\]:\d+/);
});
