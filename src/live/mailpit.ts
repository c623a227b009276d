import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { json } from 'node:stream/consumers';
import { createTransport, type SendMailOptions } from 'nodemailer';
import PostalMime from 'postal-mime';

export interface MailpitFake {
  readonly port: number;
  /** What is asked of it: `GET /api/v1/messages?start=0&limit=100`. */
  readonly requests: readonly string[];
  /** How many hear of changes now. */
  listeners(): number;
  /** As if the mail had come by SMTP. Gives its id. */
  catch(mail: SendMailOptions): Promise<string>;
  /** Cuts all connections, in the middle of whatever they carry. */
  cut(): void;
  /** Ends it; its mails stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

export interface FakeOptions {
  auth?: string;
  silent?: boolean;
  webroot?: string;
  byDate?: boolean;
}

interface Kept {
  id: string;
  created: Date;
  raw: Buffer;
  summary: object;
}

const OUTSIDE_ID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * For tests: the part of Mailpit's API v1 that reads, sends and deletes mails and tells of new ones, as its
 * Swagger file and its server (axllent/mailpit, server/apiv1) have it. With `silent` it refuses to tell of
 * new ones, as a proxy without WebSockets does. With `byDate` a mail's time is when it was sent, as with
 * --use-message-dates.
 */
export async function startMailpitFake(options: FakeOptions = {}): Promise<MailpitFake> {
  const { auth, silent = false, webroot = '/', byDate = false } = options;
  const composer = createTransport({ streamTransport: true, buffer: true });
  const requests: string[] = [];
  const sockets = new Set<Duplex>();
  const hearing = new Set<Duplex>();
  /** Newest first. */
  let mails: Kept[] = [];
  let port = 0;

  const expected = auth === undefined ? undefined : `Basic ${Buffer.from(auth).toString('base64')}`;
  const allowed = ({ headers }: IncomingMessage) =>
    expected === undefined || headers.authorization === expected;
  const server = createServer((request, response) => void answer(request, response));
  server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
  server.on('upgrade', upgrade);

  async function keep(mail: SendMailOptions): Promise<string> {
    const { message } = await composer.sendMail(mail);
    const created = byDate ? new Date(mail.date ?? Date.now()) : new Date();
    const given = { id: randomUUID(), created, raw: message as Buffer };
    const kept = { ...given, summary: await summarised(given) };
    mails = [kept, ...mails].sort((a, b) => b.created.getTime() - a.created.getTime());
    tell('new', kept.summary);
    return kept.id;
  }

  function tell(type: string, data: unknown): void {
    const payload = Buffer.from(JSON.stringify({ Type: type, Data: data }));
    // RFC 6455, 5.2: a whole text frame, its length in 16 bits.
    const head = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
    for (const socket of hearing) socket.write(Buffer.concat([head, payload]));
  }

  function upgrade(request: IncomingMessage, socket: Duplex): void {
    requests.push(`UPGRADE ${request.url}`);
    const status = !allowed(request)
      ? '401 Unauthorized'
      : silent || request.url !== `${webroot}api/events`
        ? '404 Not Found'
        : undefined;
    if (status)
      return void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${OUTSIDE_ID}`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    hearing.add(socket);
    const gone = () => void (hearing.delete(socket), socket.destroy());
    socket.resume().on('error', gone).once('end', gone).once('close', gone);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    requests.push(`${method} ${url}`);
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const give = (status: number, type: string, body: string | Buffer) =>
      response.writeHead(status, { 'content-type': type }).end(body);
    const giveJson = (body: unknown, status = 200) => give(status, 'application/json', JSON.stringify(body));
    if (!allowed(request)) return void give(401, 'text/plain', 'Unauthorized.\n');
    const path = pathname.startsWith(webroot) ? pathname.slice(webroot.length) : '';
    const body = method === 'GET' ? undefined : await json(request).catch(() => undefined);
    const [, wanted = '', part = ''] = /^api\/v1\/message\/([^/]+)(\/raw)?$/.exec(path) ?? [];
    const one = wanted === 'latest' ? mails[0] : mails.find(({ id }) => id === wanted);

    if (method === 'GET' && path === 'api/v1/messages') {
      const number = (name: string, otherwise: number) => Number(searchParams.get(name) ?? otherwise);
      const start = number('start', 0);
      const page = mails.slice(start, start + number('limit', 50));
      const counts = {
        total: mails.length,
        unread: mails.length,
        messages_count: mails.length,
        messages_unread: mails.length,
      };
      giveJson({
        ...counts,
        count: page.length,
        start,
        tags: [],
        messages: page.map(({ summary }) => summary),
      });
    } else if (method === 'GET' && path === 'api/v1/info') {
      giveJson({
        Version: 'v1.30.5',
        LatestVersion: 'disabled',
        Messages: mails.length,
        Unread: mails.length,
      });
    } else if (method === 'DELETE' && path === 'api/v1/messages') {
      const { IDs = [] } = (body ?? {}) as { IDs?: string[] };
      mails = IDs.length === 0 ? [] : mails.filter(({ id }) => !IDs.includes(id));
      tell(IDs.length === 0 ? 'truncate' : 'delete', null);
      give(200, 'text/plain', 'ok');
    } else if (method === 'POST' && path === 'api/v1/send') {
      const { From, To, Subject, Text, HTML } = body as { From: Named; To: Named[] } & Record<
        'Subject' | 'Text' | 'HTML',
        string
      >;
      const address = ({ Name = '', Email }: Named) => ({ name: Name, address: Email });
      giveJson({
        ID: await keep({
          from: address(From),
          to: To.map(address),
          subject: Subject,
          text: Text,
          html: HTML,
        }),
      });
    } else if (method === 'GET' && one && part === '/raw') {
      give(200, 'text/plain; charset=utf-8', one.raw);
    } else if (method === 'GET' && one) {
      const { text = '', html = '' } = await PostalMime.parse(one.raw);
      giveJson({ ...one.summary, Date: one.created.toISOString(), Text: text, HTML: html });
    } else {
      give(404, 'text/plain', '404 page not found');
    }
  }

  const fake: MailpitFake = {
    get port() {
      return port;
    },
    requests,
    listeners: () => hearing.size,
    catch: keep,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      fake.cut();
      await closed;
    },
    async start() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    },
  };
  await fake.start();
  return fake;
}

interface Named {
  Name?: string;
  Email: string;
}

async function summarised({ id, created, raw }: Omit<Kept, 'summary'>): Promise<object> {
  const {
    messageId = '',
    subject = '',
    from,
    to = [],
    cc = [],
    bcc = [],
    text = '',
  } = await PostalMime.parse(raw);
  const all = (addresses: typeof to) =>
    addresses.map(({ name, address = '' }) => ({ Name: name, Address: address }));
  return {
    ID: id,
    MessageID: messageId.replace(/^<|>$/g, ''),
    Read: false,
    From: all(from ? [from] : [])[0],
    To: all(to),
    Cc: all(cc),
    Bcc: all(bcc),
    Subject: subject,
    Created: created.toISOString(),
    Size: raw.length,
    Attachments: 0,
    Tags: [],
    Snippet: text.slice(0, 250),
  };
}
