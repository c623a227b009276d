import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { systemClock } from '../src/clock.ts';
import { CodeMatcher } from '../src/codes/matcher.ts';
import { startDovecot } from '../src/live/dovecot.ts';
import { extractCode } from '../src/codes/extract-code.ts';
import { imapInbox } from '../src/codes/imap/imap.ts';
import type { Inbox } from '../src/codes/inbox.ts';
import { readMail } from '../src/codes/mail.ts';
import { smsWebhookInbox } from '../src/codes/webhook/webhook.ts';
import { smtpInbox } from '../src/codes/smtp.ts';
import { childEnvironment } from '../src/config/config.ts';
import { freePort } from '../src/port.ts';
import { Secret } from '../src/secret.ts';
import { openStore } from '../src/store/store.ts';
import { worstMessages } from './worst-messages.ts';

/**
 * From the moment the server has a message to the moment its code is there, and beside it the loop of a
 * second that one would write.
 */

const POLL = 1000;
const MAILBOX = 'lab@example.com';
const NUMBER = '+359888123456';
const sender = 'noreply@notice.xiaomi.com';

/** One way to a code under measurement. */
interface Contestant {
  inbox: Inbox;
  to: string;
  /** Hands the message to the server; resolves with the moment from which one waits, `performance.now()`. */
  deliver(text: string): Promise<number>;
  /**
   * What the server itself lets one wait after that, ms, measured with the same message by a client that only
   * listens.
   */
  bare?: () => Promise<number>;
  /** The loop of a second: resolves when it has seen the message. */
  polled(code: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface Row {
  source: string;
  p50: number;
  p95: number;
  /** With the server's own delay, its median, taken off, where it has one. */
  beyond50: number;
  beyond95: number;
  polling50: number;
  /** Median of polling ÷ ours, message by message. */
  ratio: number;
}

const desk = (inbox: Inbox) =>
  new CodeMatcher(inbox, {
    clock: systemClock,
    allowed: { mail: ['xiaomi.com'], sms: [] },
    claim: () => Promise.resolve(true),
  });

async function measure(source: string, start: () => Promise<Contestant>, rounds: number): Promise<Row> {
  const one = await start();
  const codes = desk(one.inbox);
  const ours: number[] = [];
  const delays: number[] = [];
  const polling: number[] = [];
  try {
    for (let round = -1; round < rounds; round++) {
      const code = String(100_000 + Math.floor(Math.random() * 900_000));
      const since = await codes.baseline();
      const over = new AbortController();
      // The loop began some time ago, not at the moment of the message.
      await pause(Math.random() * 200);
      const bare = one.bare?.();
      const waiting = codes
        .waitForCode({ since, address: one.to, timeoutMs: 30_000 })
        .then(({ code }) => [code.reveal(), performance.now()] as const);
      const loop = one.polled(code, over.signal).then(() => performance.now());
      await pause(Math.random() * POLL);
      const began = await one.deliver(`Your Mi Account verification code is ${code}.`);
      const [got, at] = await waiting;
      if (got !== code) throw new Error(`${source} gave another code than was sent`);
      const bareAt = await bare;
      const seen = await loop;
      over.abort();
      // The first message warms up.
      if (round < 0) continue;
      ours.push(at - began);
      delays.push((bareAt ?? began) - began);
      polling.push(seen - began);
    }
  } finally {
    await codes.close();
    await one.close();
  }
  const ratios = polling.map((ms, n) => ms / (ours[n] ?? NaN));
  const of = (values: number[], share: number) =>
    values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
  return {
    source,
    p50: of(ours, 0.5),
    p95: of(ours, 0.95),
    beyond50: of(ours, 0.5) - of(delays, 0.5),
    beyond95: of(ours, 0.95) - of(delays, 0.5),
    polling50: of(polling, 0.5),
    ratio: of(ratios, 0.5),
  };
}

/** Asks once a second until something fits. */
async function everySecond(fits: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await fits())) await pause(POLL, undefined, { signal }).catch(() => undefined);
}

async function smtp(): Promise<Contestant> {
  const inbox = smtpInbox({ listen: { host: '127.0.0.1', port: 0 } });
  await inbox.position();
  const transport = createTransport({ host: '127.0.0.1', port: inbox.port, ignoreTLS: true });
  return {
    inbox,
    to: MAILBOX,
    async deliver(text) {
      const began = performance.now();
      void transport.sendMail({ from: sender, to: MAILBOX, subject: 'Xiaomi', text });
      return began;
    },
    // What a script of one's own would keep the mails in: a list it looks at.
    async polled(code, signal) {
      const seen: string[] = [];
      const over = new AbortController();
      const following = inbox.follow(
        await inbox.position(),
        ({ text }) => seen.push(text),
        AbortSignal.any([signal, over.signal]),
      );
      await everySecond(() => seen.some((text) => text.includes(code)), signal);
      over.abort();
      await following;
    },
    async close() {
      transport.close();
      await inbox.close();
    },
  };
}

async function imap(): Promise<Contestant> {
  const server = await startDovecot({ user: MAILBOX });
  const password = new Secret('secret');
  const inbox = imapInbox({
    url: `imaps://${encodeURIComponent(MAILBOX)}@localhost:${server.imapsPort}`,
    password,
    ca: server.ca,
  });
  const tutorial = new ImapFlow({
    host: 'localhost',
    port: server.imapsPort,
    secure: true,
    tls: { ca: server.ca },
    auth: { user: MAILBOX, pass: 'secret' },
    logger: false,
  });
  await tutorial.connect();
  await tutorial.mailboxOpen('INBOX');
  const listener = await bareIdle(server.imapPort);
  return {
    inbox,
    to: MAILBOX,
    async deliver(text) {
      await server.deliver(
        `From: <${sender}>\r\nTo: <${MAILBOX}>\r\nSubject: Xiaomi\r\nMessage-ID: <${crypto.randomUUID()}@x>\r\n\r\n${text}\r\n`,
      );
      return performance.now();
    },
    bare: () => listener.next(),
    async polled(code, signal) {
      const status = await tutorial.status('INBOX', { uidNext: true });
      const next = status ? (status.uidNext ?? 1) : 1;
      await everySecond(async () => {
        for await (const { source } of tutorial.fetch(`${next}:*`, { source: true }, { uid: true })) {
          const mail = await readMail(source ?? new Uint8Array(), {
            id: '',
            stream: '',
            number: 0,
            receivedAt: 0,
          });
          const found = extractCode(mail);
          if ('code' in found && found.code === code) return true;
        }
        return false;
      }, signal);
    },
    async close() {
      listener.close();
      await tutorial.logout();
      await server.close();
    },
  };
}

/** A client that does nothing but IDLE: when it hears of a mail is when the server says so. */
async function bareIdle(port: number) {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const heard = async (words: RegExp) => {
    for (;;) {
      const [text] = (await once(socket, 'data')) as [string];
      if (words.test(text)) return performance.now();
    }
  };
  await heard(/OK/);
  socket.write(`a LOGIN ${MAILBOX} secret\r\n`);
  await heard(/a OK/);
  socket.write('b SELECT INBOX\r\n');
  await heard(/b OK/);
  socket.write('c IDLE\r\n');
  await heard(/\+ idling/);
  return { next: () => heard(/EXISTS/), close: () => socket.destroy() };
}

async function smsWebhook(): Promise<Contestant> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mi-unbind-bench-'));
  const store = await openStore({ dataDir, env: childEnvironment(), keepSeconds: 1 });
  const listen = { host: '127.0.0.1', port: await freePort() };
  const secret = new Secret('bench-secret');
  const inbox = smsWebhookInbox({ listen, preset: 'json', secret, store: store.messages });
  let id = 0;
  return {
    inbox,
    to: NUMBER,
    async deliver(text) {
      const body = JSON.stringify({ from: 'Xiaomi', to: NUMBER, text, id: String(id++) });
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${secret.reveal()}` };
      const began = performance.now();
      void fetch(`http://127.0.0.1:${listen.port}/sms`, { method: 'POST', headers, body }).then((answer) =>
        answer.text(),
      );
      return began;
    },
    async polled(code, signal) {
      const from = await store.messages.next('sms-webhook');
      await everySecond(
        async () => (await store.messages.from('sms-webhook', from)).some(({ text }) => text.includes(code)),
        signal,
      );
    },
    async close() {
      await inbox.close();
      await store.close();
      // Its PostgreSQL ends a moment after us.
      await pause(3000);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * A hundred phones wait on one mailbox: how long until the last has its own code, and how many connections
 * that takes.
 */
async function crowd(phones: number): Promise<{ ms: number; connections: number }> {
  const server = await startDovecot({ user: MAILBOX });
  let connections = 0;
  const turnstile = createServer((socket) => {
    connections++;
    const onwards = connect(server.imapsPort, '127.0.0.1');
    pipeline(socket, onwards, socket, () => undefined);
  }).listen(0, '127.0.0.1');
  await once(turnstile, 'listening');
  const inbox = imapInbox({
    url: `imaps://${encodeURIComponent(MAILBOX)}@localhost:${(turnstile.address() as AddressInfo).port}`,
    password: new Secret('secret'),
    ca: server.ca,
  });
  const codes = desk(inbox);
  try {
    const since = await codes.baseline();
    const addresses = Array.from({ length: phones }, (_, n) => `lab+${n}@example.com`);
    const waiting = addresses.map((address) => codes.waitForCode({ since, address, timeoutMs: 60_000 }));
    for (const [n, address] of addresses.entries()) {
      await server.deliver(
        `From: <${sender}>\r\nTo: <${address}>\r\nSubject: Xiaomi\r\nMessage-ID: <${n}@x>\r\n\r\nYour code is ${200_000 + n}.\r\n`,
      );
    }
    const began = performance.now();
    const got = await Promise.all(waiting);
    const ms = performance.now() - began;
    if (got.some(({ code }, n) => code.reveal() !== String(200_000 + n)))
      throw new Error('one waiter got the code of another one');
    return { ms, connections };
  } finally {
    await codes.close();
    turnstile.close();
    await server.close();
  }
}

await new Command('bench:codes')
  .description('From delivery to code, for three sources, each beside a loop that asks once a second.')
  .option('--messages <n>', 'messages for each', '50')
  .option('--json', 'one JSON object on stdout')
  .action(async ({ messages, json }: { messages: string; json?: boolean }) => {
    const rows: Row[] = [];
    for (const [source, start] of Object.entries({ smtp, imap, 'sms-webhook': smsWebhook })) {
      rows.push(await measure(source, start, Number(messages)));
      process.stderr.write('.');
    }
    const together = await crowd(100);
    const worst = await worstMessages();
    process.stderr.write('\n');
    if (json) return void process.stdout.write(`${JSON.stringify({ rows, together, worst })}\n`);
    const ms = (value: number) => value.toFixed(1).padStart(9);
    const head =
      'ms from delivery to code       p50       p95   beyond the server: p50       p95   polling p50   polling ÷ ours';
    const lines = rows.map(({ source, p50, p95, beyond50, beyond95, polling50, ratio }) => {
      const cells = `${ms(p50)} ${ms(p95)}            ${ms(beyond50)} ${ms(beyond95)}     ${ms(polling50)}`;
      return `${source.padEnd(24)} ${cells}        ${ratio.toFixed(1).padStart(9)}`;
    });
    const { ms: last, connections } = together;
    lines.push(
      `100 phones on one mailbox: the last code ${Math.round(last)} ms after the last mail, ${connections} connections`,
    );
    lines.push(
      `the slowest of ${worst.messages} hostile messages: ${Math.round(worst.ms)} ms, ${worst.what}`,
    );
    process.stdout.write(`${[head, ...lines].join('\n')}\n`);
  })
  .parseAsync();
