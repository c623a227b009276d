import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test, type TestContext } from 'node:test';
import type { Clock } from '../../clock.ts';
import { type CodeSourceError, StoreError } from '../../errors.ts';
import { freePort } from '../../port.ts';
import { Secret } from '../../secret.ts';
import type { Inbox, InboxEvent, Message } from '../inbox.ts';
import { smsWebhookInbox, type SmsWebhook } from './webhook.ts';
import { FakeMessageStore } from '../../live/message-store.ts';
import { assertSince } from '../../live/moment.ts';

const SECRET = 's3cret-of-the-gateway';
const XIAOMI = { from: 'Xiaomi', to: '+359888123456', text: '【小米】123456' };

/** Time that passes when it is asked to. */
function handClock() {
  const waiting = new Set<() => void>();
  const clock: Clock = {
    now: () => Date.parse('2026-03-01T10:00:00Z'),
    elapsed: () => 0,
    async sleep(_ms, _why, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      signal?.addEventListener('abort', () => resolve());
      await promise.finally(() => waiting.delete(resolve));
      signal?.throwIfAborted();
    },
  };
  return { clock, waiting, tick: () => waiting.forEach((resolve) => resolve()) };
}

async function arrange(t: TestContext) {
  const store = new FakeMessageStore();
  const listen = { host: '127.0.0.1', port: await freePort() };
  const address = `127.0.0.1:${listen.port}`;
  /** One process that uses the port. */
  const open = (changes: Partial<SmsWebhook> = {}) => {
    const time = handClock();
    const events: InboxEvent[] = [];
    const onEvent = (event: InboxEvent) => void events.push(event);
    const inbox = smsWebhookInbox({
      listen,
      preset: 'json',
      secret: new Secret(SECRET),
      store,
      onEvent,
      clock: time.clock,
      ...changes,
    });
    t.after(() => inbox.close());
    return { inbox, events, ...time };
  };
  return { store, listen, address, open };
}

/** Lets everything happen that waits for no time. */
async function until(true_: () => boolean): Promise<void> {
  const limit = Date.now() + 50_000;
  while (!true_()) {
    assert.ok(Date.now() < limit, `it never came that ${true_.toString()}`);
    await new Promise((turn) => setImmediate(turn));
  }
}

/** Follows until the test is over, and gives the messages one by one. */
function follow(t: TestContext, inbox: Inbox, from = {}) {
  const end = new AbortController();
  const seen: Message[] = [];
  const ended = inbox.follow(from, (message) => void seen.push(message), end.signal);
  const stop = async () => {
    end.abort();
    await ended;
  };
  t.after(stop);
  return {
    async next(): Promise<Message> {
      await until(() => seen.length > 0);
      return seen.shift()!;
    },
    /** Gives what was delivered and not asked for. */
    stop: async () => stop().then(() => seen),
  };
}

test('a message is delivered as it came', async (t) => {
  const { open } = await arrange(t);
  const { inbox } = open();
  assert.deepEqual(await inbox.position(), { 'sms-webhook': 1 });
  const following = follow(t, inbox);
  const before = Date.now();
  await inbox.send!(XIAOMI);
  const { receivedAt, ...message } = await following.next();
  assert.deepEqual(message, {
    id: 'sms-webhook:1',
    channel: 'sms',
    from: 'Xiaomi',
    to: ['+359888123456'],
    text: '【小米】123456',
    stream: 'sms-webhook',
    number: 1,
  });
  assertSince(before, receivedAt);
  assert.deepEqual(await inbox.position(), { 'sms-webhook': 2 });
});

test('what came before the position is not delivered, and what came meanwhile is', async (t) => {
  const { open } = await arrange(t);
  const { inbox } = open();
  await inbox.send!({ ...XIAOMI, text: 'old' });
  const position = await inbox.position();
  await inbox.send!({ ...XIAOMI, text: 'new', to: '' });
  const following = follow(t, inbox, position);
  assert.partialDeepStrictEqual(await following.next(), { text: 'new', to: [], number: 2 });
  assert.deepEqual(await following.stop(), []);
});

test('a message that comes while the store is being read is delivered at once', async (t) => {
  const { store, open } = await arrange(t);
  const { inbox } = open();
  const read = store.from.bind(store);
  const late = { source: 'sms-webhook', externalId: 'late', ...XIAOMI };
  t.mock.method(store, 'from', async (source: string, id: number) => {
    const found = await read(source, id);
    await store.add(late);
    return found;
  });
  assert.equal((await follow(t, inbox).next()).number, 1);
});

test('a message of the own endpoint is delivered when it is committed, and once', async (t) => {
  const { store, open } = await arrange(t);
  let tell = () => {};
  t.mock.method(
    store,
    'watch',
    async (_source: string, added: () => void) => ((tell = added), async () => {}),
  );
  const { inbox } = open();
  const following = follow(t, inbox);
  await inbox.send!(XIAOMI);
  assert.equal((await following.next()).number, 1);

  await store.add({ source: 'sms-webhook', externalId: 'of another process', ...XIAOMI });
  tell();
  assert.equal((await following.next()).number, 2);
  assert.deepEqual(await following.stop(), []);
});

for (const preset of ['generic', 'kannel', 'twilio', 'sms-gate', 'json'] as const) {
  test(`a message of one's own comes the way of ${preset}`, async (t) => {
    const { open } = await arrange(t);
    const { inbox } = open({ preset, publicUrl: 'https://sms.example.com/hook' });
    const following = follow(t, inbox);
    const takeAway = await inbox.send!(XIAOMI);
    assert.partialDeepStrictEqual(await following.next(), { ...XIAOMI, to: [XIAOMI.to] });
    await takeAway();
  });
}

test('two that use one port share its messages, and the second listens when the first ends', async (t) => {
  const { address, open } = await arrange(t);
  const [first, second] = [open(), open()];
  const following = [follow(t, first.inbox), follow(t, second.inbox)];
  await until(() => second.waiting.size > 0);
  assert.deepEqual(
    [first.events, second.events],
    [
      [{ kind: 'connected', what: `listening on ${address} for json` }],
      [{ kind: 'connected', what: `another mi-unbind listens on ${address} for json` }],
    ],
  );
  assert.equal(await second.inbox.check(), `another mi-unbind listens on ${address} for json`);
  await second.inbox.send!(XIAOMI);
  for (const one of following) assert.equal((await one.next()).number, 1);

  await following[0]!.stop();
  await first.inbox.close();
  second.tick();
  await until(() => second.events.length > 1);
  assert.deepEqual(second.events[1], { kind: 'connected', what: `listening on ${address} for json` });
  await second.inbox.send!({ ...XIAOMI, text: '654321' });
  assert.equal((await following[1]!.next()).text, '654321');
  assert.deepEqual(await following[1]!.stop(), []);
});

test('another program on the port is reported with what to change', async (t) => {
  const { listen, address, open } = await arrange(t);
  const foreign = createServer((_request, response) => response.end('<html>')).listen(
    listen.port,
    listen.host,
  );
  await once(foreign, 'listening');
  t.after(() => foreign.close());
  const error = {
    code: 'code-source',
    message: `The code source 'sms-webhook' cannot be used: ${address} is taken by another program.`,
    hint: 'stop that program, or set SMS_WEBHOOK_LISTEN to another port and have the gateway call that one',
  };
  const { inbox } = open();
  await assert.rejects(inbox.position(), error);
  await assert.rejects(inbox.check(), error);
  await assert.rejects(
    inbox.follow({}, () => assert.fail(), new AbortController().signal),
    error,
  );
});

test('another mi-unbind that takes messages of another gateway is reported with what to change', async (t) => {
  const { address, open } = await arrange(t);
  await open({ preset: 'kannel' }).inbox.position();
  await assert.rejects(open().inbox.position(), {
    message: `The code source 'sms-webhook' cannot be used: another mi-unbind listens on ${address} for kannel, and this one is to listen there for json.`,
    hint: 'give both the same SMS_WEBHOOK_PRESET, or this one another SMS_WEBHOOK_LISTEN',
  });
});

test('an address that is not of this machine is reported with what to change', async (t) => {
  const { open } = await arrange(t);
  await assert.rejects(open({ listen: { host: '192.0.2.1', port: 8090 } }).inbox.position(), {
    message:
      "The code source 'sms-webhook' cannot be used: it cannot listen on 192.0.2.1:8090: this computer has no such address.",
    hint: "set SMS_WEBHOOK_LISTEN to a port from 1024 on, with a host that is this machine's",
  });
});

test('the check counts what was kept and refused, and neither it nor what is reported quotes a request', async (t) => {
  const { address, open } = await arrange(t);
  const { inbox, events } = open();
  await inbox.send!(XIAOMI);
  const ask = (headers: Record<string, string>, body: string) =>
    fetch(`http://${address}/sms`, { method: 'POST', headers, body });
  const typed = { 'content-type': 'application/json' };
  for (const secret of ['guess-1', 'guess-2'])
    await ask({ ...typed, 'x-secret': secret }, '{"text":"987654"}');
  await ask({ ...typed, 'x-secret': SECRET }, ' '.repeat(1024 * 1024 + 1));
  assert.equal(
    await inbox.check(),
    `listening on ${address} for json; 1 message kept, 3 requests refused (2 wrong secret, 1 too large)`,
  );
  assert.deepEqual(
    events.map(({ kind, what }) => `${kind}: ${what}`),
    [
      `connected: listening on ${address} for json`,
      'refused: a request was answered 401: wrong secret',
      'refused: a request was answered 401: wrong secret',
      'refused: a request was answered 413: too large',
    ],
  );
});

test("a message of one's own under another secret than the listener's is onEvent with what to do", async (t) => {
  const { address, open } = await arrange(t);
  await open().inbox.position();
  await assert.rejects(open({ secret: new Secret('other') }).inbox.send!(XIAOMI), {
    message: `The code source 'sms-webhook' cannot be used: the endpoint on ${address} answered 401 (wrong secret).`,
    hint: /SMS_WEBHOOK_SECRET/,
  });
});

test('a store that fails is reported once and tried again, and nothing is missed', async (t) => {
  const { store, open } = await arrange(t);
  const { inbox, events, waiting, tick } = open();
  await inbox.send!(XIAOMI);
  const from = t.mock.method(store, 'from', async () =>
    Promise.reject(new StoreError('it was restarted', 'wait')),
  );
  const following = follow(t, inbox);
  for (let times = 1; times <= 3; times++) {
    await until(() => waiting.size > 0 && from.mock.callCount() >= times);
    tick();
    await until(() => from.mock.callCount() > times);
  }
  from.mock.restore();
  await until(() => waiting.size > 0);
  tick();
  assert.equal((await following.next()).number, 1);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'lost'),
    [{ kind: 'lost', what: 'The store cannot be used: it was restarted.' }],
  );
});

test('a message the store did not take is reported, without the message', async (t) => {
  const { store, open } = await arrange(t);
  const { inbox, events } = open();
  await inbox.position();
  store.failures = 1;
  await assert.rejects(inbox.send!(XIAOMI), { message: /did not take/ });
  assert.deepEqual(events.slice(1), [
    {
      kind: 'lost',
      what: 'the store did not take a message; 503 was answered, so that it is delivered again',
    },
  ]);
});

test('nothing is left behind when nobody uses it any more', async (t) => {
  const { store, listen, open } = await arrange(t);
  const { inbox, waiting } = open();
  await inbox.position();
  const following = follow(t, inbox);
  await inbox.send!(XIAOMI);
  await following.next();
  await following.stop();
  assert.equal(store.watchers.size, 0);
  await assert.rejects(freePort(listen.port), 'the position keeps it');
  await inbox.close();
  assert.equal(await freePort(listen.port), listen.port);
  assert.equal(waiting.size, 0);
});

test("the check goes the gateway's way, and says what to mend where that leads elsewhere", async (t) => {
  const { address, open } = await arrange(t);
  assert.match(
    await open({ publicUrl: `http://${address}/sms` }).inbox.check(),
    new RegExp(`; reached through ${address}$`),
  );
  const stranger = createServer((_request, response) => response.end('hello'));
  t.after(() => stranger.close());
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as { port: number };
  await assert.rejects(
    open({ publicUrl: `http://127.0.0.1:${port}/sms` }).inbox.check(),
    (error: CodeSourceError) =>
      /no mi-unbind answers at http:\/\/127\.0\.0\.1/.test(error.message) &&
      /SMS_WEBHOOK_URL/.test(error.hint),
  );
});

test('what a gateway signs with is asked for before anything listens', async (t) => {
  const { open } = await arrange(t);
  assert.throws(() => open({ preset: 'twilio' }), { code: 'code-source', hint: /SMS_WEBHOOK_URL/ });
  assert.throws(() => open({ preset: 'telnyx' }), {
    code: 'code-source',
    message: /no public key/,
    hint: /SMS_WEBHOOK_SECRET/,
  });
  const key = new Secret(`${'A'.repeat(43)}=`);
  const telnyx = open({ preset: 'telnyx', secret: key }).inbox;
  assert.equal(telnyx.send, undefined, 'only Telnyx can sign a message');
});

test('case b10: the parts of a long SMS are delivered as one message', async (t) => {
  const { address, open } = await arrange(t);
  const { inbox } = open({ parts: ['ref', 'part', 'total'] });
  const following = follow(t, inbox, await inbox.position());
  const headers = { 'content-type': 'application/json', 'x-secret': SECRET };
  for (const [part, text] of [
    [2, '213. Do not share it.'],
    [1, 'Xiaomi code 048'],
  ] as const)
    await fetch(`http://${address}/sms`, {
      ...{ method: 'POST', headers },
      body: JSON.stringify({ from: 'Xiaomi', to: '1', text, id: `p${part}`, ref: '7', part, total: 2 }),
    });
  assert.partialDeepStrictEqual(await following.next(), {
    text: 'Xiaomi code 048213. Do not share it.',
    number: 2,
  });
  assert.deepEqual(await following.stop(), []);
});
