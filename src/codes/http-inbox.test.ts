import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { MailpitClient } from 'mailpit-api';
import { instantClock, type Clock } from '../clock.ts';
import { Secret } from '../secret.ts';
import { httpInbox } from './http-inbox.ts';
import { codes, codesOf, follow, mail, byNewsOnly } from './inbox-story.ts';
import type { InboxEvent } from './inbox.ts';
import { startMailpitFake } from '../live/mailpit.ts';
import { assertSince } from '../live/moment.ts';

interface Wanted {
  auth?: string;
  silent?: boolean;
  webroot?: string;
  byDate?: boolean;
  clock?: Clock;
}

async function arrange(
  t: TestContext,
  { auth, clock, webroot = '/', silent = false, byDate = false }: Wanted = {},
) {
  const fake = await startMailpitFake({ webroot, silent, byDate, ...(auth ? { auth } : {}) });
  t.after(() => fake.stop());
  const events: InboxEvent[] = [];
  const inbox = httpInbox({
    url: `http://127.0.0.1:${fake.port}${webroot}`,
    auth: auth ? new Secret(auth) : undefined,
    onEvent: (event) => events.push(event),
    ...(clock ? { clock } : {}),
  });
  return { fake, inbox, events };
}

/** Resolves when the fake has been asked for something like this since now. */
async function asked(fake: { requests: readonly string[] }, what: RegExp): Promise<void> {
  const seen = fake.requests.length;
  while (!fake.requests.slice(seen).some((request) => what.test(request)))
    await new Promise((turn) => setTimeout(turn, 5));
}

async function heard(fake: { listeners(): number }): Promise<void> {
  while (fake.listeners() === 0) await new Promise((turn) => setTimeout(turn, 5));
}

test("the stand-in for Mailpit answers Mailpit's public client, and tells a WebSocket of arrivals", async (t) => {
  const { fake } = await arrange(t, { auth: 'bench:secret' });
  const url = `http://127.0.0.1:${fake.port}`;
  await assert.rejects(new MailpitClient(url).listMessages(), /401/);
  const client = new MailpitClient(url, { auth: { username: 'bench', password: 'secret' } });
  const first = await client.sendMessage({
    From: { Email: 'a@mi.com' },
    To: [{ Email: 'b@mi.com' }],
    Subject: 'S',
    Text: '482913',
  });
  await fake.catch(mail(222222));
  const { messages, total } = await client.listMessages(1, 1);
  assert.deepEqual([messages[0]?.ID, messages[0]?.To[0]?.Address, total], [first.ID, 'b@mi.com', 2]);
  assert.match((await client.getMessageSummary(first.ID)).Text, /482913/);
  assert.match(await client.getMessageSource('latest'), /222222/);
  await client.deleteMessages({ IDs: [first.ID] });
  assert.equal((await client.getInfo()).Messages, 1);

  const open = await arrange(t);
  const socket = new WebSocket(`ws://127.0.0.1:${open.fake.port}/api/events`);
  await once(socket, 'open');
  const onEvent = once(socket, 'message') as Promise<[MessageEvent<string>]>;
  const id = await open.fake.catch(mail(333333));
  const [{ data }] = await onEvent;
  const event = JSON.parse(data) as { Type: string; Data: { ID: string } };
  assert.deepEqual([event.Type, event.Data.ID], ['new', id]);
});

test('Mailpit: what was there before the position is not delivered, whether it had been noticed or not', async (t) => {
  const { fake, inbox } = await arrange(t);
  await fake.catch(mail(111111));
  await inbox.position();
  await fake.catch(mail(222222));
  const position = await inbox.position();
  await fake.catch(mail(333333));
  const { messages, until } = follow(t, inbox, position);
  await until(1);
  assert.deepEqual(codesOf(messages), ['333333']);
});

test('Mailpit: a mail is delivered with sender, recipients and text, the moment Mailpit tells of it', async (t) => {
  const { fake, inbox } = await arrange(t, { clock: byNewsOnly });
  const before = Date.now();
  const { messages, until } = follow(t, inbox, await inbox.position());
  await heard(fake);
  const html = '<p>Your code is <b>482913</b>.</p>';
  await fake.catch({
    ...mail(''),
    text: undefined,
    html,
    cc: 'Second@example.com',
    headers: { Bcc: 'hidden@example.com' },
  });
  await until(1);
  const [message] = messages;
  assert.ok(message);
  assert.equal(message.channel, 'mail');
  assert.equal(message.from, 'noreply@notice.xiaomi.com');
  assert.deepEqual(message.to.slice(0, 2), ['owner@example.com', 'second@example.com']);
  assert.match(message.text, /482913/);
  assert.ok(message.receivedAt >= before && message.receivedAt <= Date.now());
});

test('Mailpit: more mails than fit on a page are all delivered, once each and oldest first', async (t) => {
  const { fake, inbox } = await arrange(t);
  for (const code of codes(110)) await fake.catch(mail(code));
  const position = await inbox.position();
  for (const code of codes(190, 500_000)) await fake.catch(mail(code));
  const { messages, until } = follow(t, inbox, position);
  await until(190);
  await fake.catch(mail(999999));
  await until(191);
  assert.deepEqual(codesOf(messages), [...codes(190, 500_000), '999999']);
  assert.deepEqual(
    messages.map(({ number }) => number),
    Array.from({ length: 191 }, (_, index) => 111 + index),
  );
});

test('Mailpit: a mail that was sent long before it came is delivered too, by news of it and without', async (t) => {
  for (const silent of [false, true]) {
    const { fake, inbox } = await arrange(t, {
      silent,
      byDate: true,
      clock: silent ? instantClock() : byNewsOnly,
    });
    for (const code of codes(110)) await fake.catch(mail(code));
    const { messages, until } = follow(t, inbox, await inbox.position());
    await (silent ? asked(fake, /messages/) : heard(fake));
    for (const [index, code] of ['888888', '999999'].entries()) {
      await fake.catch({ ...mail(code), date: new Date('2020-01-01') });
      await until(index + 1);
    }
    assert.deepEqual(codesOf(messages), ['888888', '999999']);
  }
});

test('Mailpit: where a proxy lets no WebSocket through, looking again and again finds what came', async (t) => {
  const { fake, inbox } = await arrange(t, { silent: true, webroot: '/mail/', clock: instantClock() });
  const { messages, until } = follow(t, inbox, await inbox.position());
  await asked(fake, /UPGRADE/);
  await fake.catch(mail(482913));
  await until(1);
  assert.equal(fake.listeners(), 0);
  assert.deepEqual(codesOf(messages), ['482913']);
});

test('Mailpit: what came while connections were cut, and while it was down, is delivered when it is back', async (t) => {
  const { fake, inbox, events } = await arrange(t, { clock: instantClock() });
  const { messages, until } = follow(t, inbox, await inbox.position());
  await heard(fake);
  fake.cut();
  await fake.catch(mail(111111));
  await until(1);
  await fake.stop();
  await fake.catch(mail(222222));
  while (events.at(-1)?.kind !== 'lost') await new Promise((turn) => setTimeout(turn, 5));
  await fake.start();
  await until(2);
  await heard(fake);
  await fake.catch(mail(333333));
  await until(3);
  assert.deepEqual(codesOf(messages), ['111111', '222222', '333333']);
  assert.equal(events.at(-1)?.kind, 'connected');
});

test('Mailpit: when it has been emptied, what comes then is delivered, and what was deleted holds nothing up', async (t) => {
  const { fake, inbox } = await arrange(t);
  await fake.catch(mail(111111));
  const position = await inbox.position();
  const deleted = await fake.catch(mail(222222));
  await inbox.position();
  const client = new MailpitClient(`http://127.0.0.1:${fake.port}`);
  await client.deleteMessages({ IDs: [deleted] });
  await client.deleteMessages();
  await fake.catch(mail(333333));
  const { messages, until } = follow(t, inbox, position);
  await until(1);
  assert.deepEqual(codesOf(messages), ['333333']);
});

test('Mailpit: a password that is wrong ends it at once and is reported; the right one is let in', async (t) => {
  const { fake, inbox } = await arrange(t, { auth: 'bench:secret' });
  const { messages, until } = follow(t, inbox, await inbox.position());
  await heard(fake);
  await fake.catch(mail(482913));
  await until(1);
  assert.equal(messages.length, 1);
  for (const auth of [undefined, new Secret('bench:wrong')]) {
    const other = httpInbox({ url: `http://127.0.0.1:${fake.port}`, auth });
    await assert.rejects(other.position(), { code: 'code-source', hint: /HTTP_INBOX_AUTH/ });
    await assert.rejects(
      other.follow({}, () => undefined, AbortSignal.timeout(50_000)),
      { code: 'code-source', hint: /HTTP_INBOX_AUTH/ },
    );
  }
});

test('Mailpit: a message sent to it arrives, and is taken away again, and it alone', async (t) => {
  const { fake, inbox } = await arrange(t);
  await fake.catch(mail(111111));
  const { messages, until } = follow(t, inbox, await inbox.position());
  const takeAway = await inbox.send?.({
    from: 'test@xiaomi.com',
    to: 'owner@example.com',
    text: 'Your code is 482913.',
  });
  await until(1);
  assert.deepEqual(
    [messages[0]?.from, messages[0]?.to, ...codesOf(messages)],
    ['test@xiaomi.com', ['owner@example.com'], '482913'],
  );
  await takeAway?.();
  const left = await new MailpitClient(`http://127.0.0.1:${fake.port}`).listMessages();
  assert.equal(left.total, 1);
});

test('an aborted wait hangs up everything', async (t) => {
  const { fake, inbox } = await arrange(t);
  const { end } = follow(t, inbox, {});
  await heard(fake);
  await end();
  while (fake.listeners() > 0) await new Promise((turn) => setTimeout(turn, 5));
  await assert.rejects(inbox.position(AbortSignal.abort(new Error('enough'))), /enough/);
});

test("case a11: the mail catcher's clock can be asked for", async (t) => {
  const { inbox } = await arrange(t, { auth: 'bench:secret' });
  const before = Date.now();
  const theirs = await inbox.serverTime?.();
  assertSince(before, theirs);
});

test('a web page that is no mail catcher, and nothing at all, are distinguished', async () => {
  const server = createServer((_request, response) => response.end('<html>It works!</html>')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const inbox = httpInbox({ url: `http://127.0.0.1:${port}` });
  await assert.rejects(inbox.check(), {
    message: /answers, but is neither Mailpit nor MailDev/,
    hint: /HTTP_INBOX_URL/,
  });
  server.closeAllConnections();
  await once(server.close(), 'close');
  await assert.rejects(inbox.check(), {
    message: /cannot be reached: nothing listens there/,
    hint: /HTTP_INBOX_URL/,
  });
});

test('the time of a server is read from its answer, of which nothing is left open', async (t) => {
  const date = new Date('2026-03-02T10:00:00Z');
  // Else its limit would close it in the end.
  t.mock.method(AbortSignal, 'timeout', () => new AbortController().signal);
  const closed = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    response.writeHead(200, { date: date.toUTCString() }).write('an answer that never ends');
    response.once('close', closed.resolve);
  }).listen(0, '127.0.0.1');
  t.after(() => (server.closeAllConnections(), server.close()));
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const inbox = httpInbox({ url, auth: undefined, onEvent: () => undefined });
  assert.equal(await inbox.serverTime?.(new AbortController().signal), date.getTime());
  await closed.promise;
});
