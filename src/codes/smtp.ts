import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { abortable } from '../abortable.ts';
import { systemClock, type Clock } from '../clock.ts';
import { CodeSourceError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import type { Inbox, Message, OnInboxEvent } from './inbox.ts';
import { ENOUGH, mailId } from './mail.ts';
import { mailReader, type MailReader } from './reading.ts';

export interface SmtpInbox extends Inbox {
  /** The port it listens on; before it does, the one it was given. */
  readonly port: number;
}

/** Bytes. A mail with a code has some thousand. */
const LARGEST = 5 * 1024 * 1024;
/** A mail to more counts as one without a recipient. */
const MOST_RECIPIENTS = 100;
/** Mails kept for waits that begin later, and characters of all of them; the oldest go first. */
const KEPT = 1000;
const KEPT_CHARACTERS = 8 * 1024 * 1024;

export interface SmtpOptions {
  listen: { host: string; port: number };
  read?: MailReader;
  onEvent?: OnInboxEvent;
  clock?: Clock;
}

/**
 * An inbox of its own: takes the mails for any recipient on a port of this computer, and keeps them in
 * memory. It listens from the first `position`, `follow`, `check` or `send` until `close`. A mail is in the
 * inbox before its sender is notified that it was taken.
 */
export function smtpInbox(options: SmtpOptions): SmtpInbox {
  const { listen, read = mailReader(), onEvent = () => undefined, clock = systemClock } = options;
  const stream = `smtp/${randomUUID()}`;
  const followers = new Set<(message: Message) => void>();
  const sockets = new Set<Socket>();
  let kept: Message[] = [];
  let next = 1;
  let opened: Promise<SMTPServer> | undefined;
  let port = listen.port;

  const address = () => (listen.host.includes(':') ? `[${listen.host}]:${port}` : `${listen.host}:${port}`);

  function open(): Promise<SMTPServer> {
    opened ??= start().catch((error: unknown) => {
      opened = undefined;
      throw cannotListen(address(), error);
    });
    return opened;
  }

  async function start(): Promise<SMTPServer> {
    const server = promptServer((raw, recipients) => take(raw, recipients));
    server.server.on('connection', (socket: Socket) =>
      sockets.add(socket.once('close', () => sockets.delete(socket))),
    );
    // It speaks of senders that hung up in the middle of a mail: they send it again. What keeps it from
    // listening is heard below.
    server.on('error', () => undefined);
    const listening = once(server.server, 'listening');
    server.listen(listen.port, listen.host);
    await listening;
    port = (server.server.address() as AddressInfo).port;
    onEvent({ kind: 'connected', what: `listening on ${address()}` });
    return server;
  }

  async function take(raw: Buffer, recipients: readonly string[]): Promise<void> {
    const receivedAt = clock.now();
    const mail = await read(raw, { id: '', stream, number: 0, receivedAt, envelopeTo: recipients });
    // Numbered only now: a position taken while it was being read has it before itself otherwise, though
    // no run could see it yet.
    const number = next++;
    const to = [...new Set([...recipients.map((recipient) => recipient.toLowerCase()), ...mail.to])];
    // The time it came is of this computer's clock; how long it was under way is known from others' alone.
    const message = { ...mail, id: mail.id || `${stream}/${number}`, to, number, transit: mail.transit ?? 0 };
    kept = newest([...kept, message]);
    for (const deliver of followers) deliver(message);
  }

  return {
    name: 'smtp',
    get port() {
      return port;
    },
    async position() {
      await open();
      return { [stream]: next };
    },
    async follow(from, deliver, signal) {
      if (signal.aborted) return;
      await open();
      if (signal.aborted) return;
      const first = from[stream] ?? 0;
      for (const message of kept.filter(({ number }) => number >= first)) deliver(message);
      followers.add(deliver);
      await new Promise((aborted) => signal.addEventListener('abort', aborted, { once: true }));
      followers.delete(deliver);
    },
    async check() {
      await open();
      return `listening on ${address()}`;
    },
    async send({ from, to, text }, signal) {
      await open();
      const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listen.host] ?? listen.host;
      const transport = createTransport({ host, port, ignoreTLS: true });
      const sent = transport
        .sendMail({ from, to, subject: 'Test of mi-unbind', text })
        .finally(() => transport.close());
      const { messageId } = await (signal ? abortable(sent, signal) : sent);
      const id = mailId(Buffer.from(`Message-ID: ${messageId}`));
      return async () => void (kept = kept.filter((message) => message.id !== id));
    },
    async close() {
      const server = await opened?.catch(() => undefined);
      opened = undefined;
      if (!server) return;
      const closed = new Promise<void>((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/**
 * Takes every mail without a login. smtp-server lets a client wait 100 ms for the greeting, to find out
 * spammers; this one does not.
 */
function promptServer(take: (raw: Buffer, recipients: readonly string[]) => Promise<void>): SMTPServer {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST,
    rejectOversized: true,
    maxClients: 100,
    onRcptTo(_address, { envelope }, answer) {
      const full = envelope.rcptTo.length >= MOST_RECIPIENTS;
      answer(full ? Object.assign(new Error('Too many recipients'), { responseCode: 452 }) : undefined);
    },
    onData(data, { envelope }, answer) {
      void (async () => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        for await (const chunk of data) {
          if (bytes < ENOUGH) chunks.push(chunk as Buffer);
          bytes += (chunk as Buffer).byteLength;
        }
        const recipients = envelope.rcptTo.map(({ address }) => address);
        if (!data.sizeExceeded) await take(Buffer.concat(chunks), recipients);
      })().then(() => answer(), answer);
    },
  });
  const connect = server.connect.bind(server);
  server.connect = (socket, options) => {
    connect(socket, options);
    const connection = [...server.connections].at(-1);
    if (!connection) return;
    connection.connectionReady();
    // What the timer of 100 ms calls.
    connection.connectionReady = () => undefined;
  };
  return server;
}

/** As many of the last as may be kept. */
function newest(messages: readonly Message[]): Message[] {
  let characters = 0;
  const fits = ({ text }: Message) => (characters += text.length) <= KEPT_CHARACTERS;
  const first = messages.findLastIndex((message, n) => n < messages.length - KEPT || !fits(message));
  return messages.slice(first + 1);
}

function cannotListen(address: string, error: unknown): CodeSourceError {
  const reasons: Record<string, [why: string, hint: string]> = {
    EADDRINUSE: [
      `another program listens on ${address}`,
      'stop that program, or set SMTP_LISTEN to another port',
    ],
    EACCES: [
      `this user may not listen on ${address}`,
      'set SMTP_LISTEN to a port from 1024 on, such as 2525; those below are for root, who can forward port 25 to it',
    ],
  };
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const [why, hint] = reasons[code] ?? [
    `it cannot listen on ${address}: ${fileFault(error)}`,
    'set SMTP_LISTEN to a port, or to HOST:PORT where the host is an address of this computer',
  ];
  return new CodeSourceError('smtp', why, hint, error);
}
