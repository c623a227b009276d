import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import { Secret } from '../secret.ts';
import { httpInbox } from './http-inbox.ts';
import { maildev } from './http-inbox-maildev.ts';
import { mailpit } from './http-inbox-mailpit.ts';
import { beginning, mailCatcherSite, titleOf } from './mail-catcher.ts';

/** Its API v1 as its Swagger file has it; how the whole is followed stands in http-inbox.test.ts. */

const running = () => new AbortController().signal;

async function serve(
  t: TestContext,
  answer: (path: string, body: string, response: ServerResponse) => unknown,
  onUpgrade?: (request: IncomingMessage, socket: Duplex) => void,
) {
  const asked: { line: string; body: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const path = (request.url ?? '').slice(1);
      asked.push({ line: `${request.method} ${path}`, body, headers: request.headers });
      const said = answer(path, body, response);
      if (said === undefined && !response.headersSent) response.writeHead(404);
      response.end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  if (onUpgrade) server.on('upgrade', onUpgrade);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, site: mailCatcherSite(url, new Secret('lab:secret')) };
}

const LIST = {
  total: 2,
  messages: [
    {
      ID: 'b',
      Created: '2026-03-02T10:00:00Z',
      To: [{ Address: 'a@x.y' }],
      Cc: [{ Address: 'c@x.y' }],
      Bcc: null,
    },
    { ID: 'a', Created: '2026-03-01T10:00:00Z', To: null, Cc: null, Bcc: [{ Address: 'hidden@x.y' }] },
  ],
};

test('Mailpit gives a page of a hundred mails with who they are for and when they came', async (t) => {
  const { site, asked } = await serve(t, (path) => {
    if (path.startsWith('api/v1/messages')) return LIST;
    return path === 'api/v1/message/a/raw' ? 'the mail' : undefined;
  });
  const catcher = await mailpit(site, running());
  assert.equal(catcher?.product, 'Mailpit');
  assert.deepEqual(await catcher.page(7, running()), {
    total: 2,
    mails: [
      { id: 'b', to: ['a@x.y', 'c@x.y'], receivedAt: Date.UTC(2026, 2, 2, 10) },
      { id: 'a', to: ['hidden@x.y'], receivedAt: Date.UTC(2026, 2, 1, 10) },
    ],
  });
  assert.equal(Buffer.from((await catcher.source('a', running())) ?? []).toString(), 'the mail');
  assert.equal(await catcher.source('gone', running()), undefined);
  assert.deepEqual(
    asked.map(({ line }) => line),
    [
      'GET api/v1/messages?start=0&limit=1',
      'GET api/v1/messages?start=7&limit=100',
      'GET api/v1/message/a/raw',
      'GET api/v1/message/gone/raw',
    ],
  );
  assert.ok(asked.every(({ headers }) => headers.connection === 'close'));
  assert.ok(
    asked.every(
      ({ headers }) => headers.authorization === `Basic ${Buffer.from('lab:secret').toString('base64')}`,
    ),
  );
});

test('a mail is sent to Mailpit and removed there by its API, as JSON', async (t) => {
  const { site, asked } = await serve(t, (path) =>
    path.startsWith('api/v1/send') ? { ID: 'new' } : path.startsWith('api/v1/messages?') ? LIST : 'ok',
  );
  const catcher = await mailpit(site, running());
  assert.equal(await catcher?.send?.({ from: 'a@mi.com', to: 'b@x.y', text: '123456' }, running()), 'new');
  await catcher?.remove('new');
  assert.deepEqual(
    asked
      .slice(1)
      .map(({ line, body, headers }) => [line, JSON.parse(body) as unknown, headers['content-type']]),
    [
      [
        'POST api/v1/send',
        {
          From: { Email: 'a@mi.com' },
          To: [{ Email: 'b@x.y' }],
          Subject: 'Test of mi-unbind',
          Text: '123456',
        },
        'application/json',
      ],
      ['DELETE api/v1/messages', { IDs: ['new'] }, 'application/json'],
    ],
  );
});

test('a mail that Mailpit does not take, and a list that it gives no more, are faults', async (t) => {
  let lists = 0;
  const { site } = await serve(t, (path) =>
    path.startsWith('api/v1/send') ? { Error: 'no recipient' } : lists++ === 0 ? LIST : { error: 1 },
  );
  const catcher = await mailpit(site, running());
  await assert.rejects(
    async () => catcher?.send?.({ from: 'a@mi.com', to: '', text: '' }, running()),
    /Mailpit says: no recipient/,
  );
  await assert.rejects(async () => catcher?.page(0, running()), /no list of messages/);
});

test('what is no Mailpit is none: another path, another answer', async (t) => {
  for (const said of [undefined, 'hello', {}, { messages: 'none' }]) {
    const { site } = await serve(t, () => said);
    assert.equal(await mailpit(site, running()), undefined, JSON.stringify(said));
  }
});

test('each frame of the WebSocket tells of a change, and the connection ends with its signal', async (t) => {
  const sockets: Duplex[] = [];
  const { site } = await serve(
    t,
    () => LIST,
    (request, socket) => {
      assert.equal(request.url, '/api/events');
      assert.equal(request.headers.authorization, site.headers()['authorization']);
      assert.equal(request.headers['sec-websocket-version'], '13');
      assert.equal(Buffer.from(String(request.headers['sec-websocket-key']), 'base64').length, 16);
      sockets.push(socket.resume());
      socket.on('error', () => undefined).on('end', () => socket.end());
      t.after(() => socket.destroy());
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    },
  );
  const catcher = await mailpit(site, running());
  const stop = new AbortController();
  let changes = 0;
  const listening = catcher?.listen(() => changes++, stop.signal);
  while (changes === 0) await after(2);
  sockets[0]?.write('a frame');
  while (changes === 1) await after(2);
  const closed = once(sockets[0]!, 'close');
  stop.abort();
  await listening;
  await closed;

  // The other side ends it.
  const second = catcher?.listen(() => changes++, running());
  while (sockets.length < 2) await after(2);
  sockets[1]?.end();
  await second;
});

test('a proxy that lets no WebSocket through is a fault of it, with its status', async (t) => {
  const { site } = await serve(t, (path) => (path.startsWith('api/v1/messages') ? LIST : undefined));
  const catcher = await mailpit(site, running());
  await assert.rejects(async () => catcher?.listen(() => assert.fail(), running()), /HTTP 404/);
});

test('a long poll of MailDev that is refused is a fault, and one that the server closes is over', async (t) => {
  let polls = 0;
  const said = ['0{"sid":"s"}', 'ok', '42["x"]', '1'];
  const { site, asked } = await serve(t, (path) =>
    path.startsWith('api/email') ? { items: [], total: 0 } : said[polls++],
  );
  const catcher = await maildev(site, running());
  let changes = 0;
  await catcher?.listen(() => changes++, running());
  assert.equal(changes, 2);
  await assert.rejects(async () => catcher?.listen(() => assert.fail(), running()), /HTTP 404/);
  assert.deepEqual(
    asked.slice(1, 5).map(({ line, body }) => `${line} ${body}`.trim()),
    [
      'GET socket.io/?EIO=4&transport=polling',
      'POST socket.io/?EIO=4&transport=polling&sid=s 40',
      'GET socket.io/?EIO=4&transport=polling&sid=s',
      'GET socket.io/?EIO=4&transport=polling&sid=s',
    ],
  );
});

test('an answer that says no to whatever is asked is a fault, and one like Not found is none', async (t) => {
  const { site } = await serve(t, (path, _body, response) => (response.writeHead(Number(path)), 'said'));
  for (const status of [401, 403, 429, 500, 503])
    await assert.rejects(site.ask(String(status), running()), { status, message: `HTTP ${status}` });
  for (const status of [200, 404, 405]) {
    const response = await site.ask(String(status), running());
    assert.equal(response.status, status);
    await response.body?.cancel();
  }
  await assert.rejects(site.ask('200', AbortSignal.abort(new Error('enough'))), /enough/);
});

test('of an answer its first bytes are read, and the name of a page is its title', async (t) => {
  const { site } = await serve(t, (path) =>
    path === 'long' ? 'x'.repeat(100_000) : '<title>MailHog</title>',
  );
  const response = await site.ask('long', running());
  assert.equal((await beginning(response, 1000)).byteLength, 1000);
  assert.equal(await titleOf(site, running()), 'MailHog');
  assert.equal(await titleOf(mailCatcherSite('http://127.0.0.1:1'), running()), undefined);
  const plain = await serve(t, () => 'hello');
  assert.equal(await titleOf(plain.site, running()), undefined);
  await assert.rejects(httpInbox({ url: site.address }).check(), {
    message: /is MailHog, and only Mailpit and MailDev are read/,
  });
});

test('a server that tells no time has none', async (t) => {
  const { url } = await serve(t, (_path, _body, response) => ((response.sendDate = false), 'x'));
  assert.equal(await httpInbox({ url }).serverTime?.(), undefined);
});
