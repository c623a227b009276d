import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { extractCode } from '../../codes/extract-code.ts';
import { readMail } from '../../codes/mail.ts';
import { Secret } from '../../secret.ts';
import { openPost } from './post-office.ts';
import type { CodeMessage } from './post.ts';

const message: CodeMessage = {
  by: 'email',
  to: 'ivan@example.com',
  code: '048291',
  language: 'en',
  account: '6230001535',
};

/** A mail server that keeps what it takes. */
async function mailServer(t: TestContext) {
  const mails: Buffer[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => (mails.push(Buffer.concat(chunks)), done()));
    },
  });
  const listening = once(server.server, 'listening');
  server.listen(0, '127.0.0.1');
  await listening;
  t.after(() => new Promise<void>((closed) => server.close(() => closed())));
  return { mails, url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}` };
}

test('the code is what the extractor finds in the mail, in every language, and the other mail has none', async (t) => {
  const { mails, url } = await mailServer(t);
  const post = openPost({ mail: url, settings: { decoyMail: 'before' } }, () => undefined);
  t.after(() => post.close());
  for (const language of ['en', 'bg', 'ru', 'zh-CN']) {
    await post.send({ ...message, language });
    const [other, mail] = mails.splice(0).map((raw) => raw.toString());
    assert.match(mail ?? '', /^From: Xiaomi Corporation <noreply@notice\.xiaomi\.com>$/m);
    assert.match(mail ?? '', /^Content-Transfer-Encoding: quoted-printable\r?$/m);
    const read = async (raw = '') =>
      readMail(Buffer.from(raw), { id: '', stream: '', number: 0, receivedAt: 0, envelopeTo: [] });
    assert.deepEqual(extractCode(await read(mail)), { code: '048291' }, language);
    assert.ok('none' in extractCode(await read(other)), language);
  }
});

test('a mail that comes twice has one id', async (t) => {
  const { mails, url } = await mailServer(t);
  const post = openPost({ mail: url, settings: { duplicate: true } }, () => undefined);
  t.after(() => post.close());
  await post.send(message);
  const ids = mails.map((raw) => /^Message-ID: (.+)$/m.exec(raw.toString())?.[1]);
  assert.equal(ids.length, 2);
  assert.ok(ids[0] !== undefined && ids[0] === ids[1]);
});

test('a mail server that is not there is in the log', async (t) => {
  const post = openPost({ mail: 'smtp://127.0.0.1:1' }, () => undefined);
  t.after(() => post.close());
  await assert.rejects(post.send(message));
  assert.equal(post.log[0]?.outcome, 'lost');
  assert.match(post.log[0]?.reason ?? '', /ECONNREFUSED/);
});

test('an SMS is handed to the gateway with its secret, and a gateway that refuses loses it', async (t) => {
  let status = 200;
  const taken: { authorization: string | undefined; body: Record<string, string> }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      taken.push({
        authorization: request.headers.authorization,
        body: JSON.parse(body) as Record<string, string>,
      });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.close(), server.closeAllConnections()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`;
  const post = openPost({ sms: { url, secret: new Secret('between-us') } }, () => undefined);
  t.after(() => post.close());
  await post.send({ ...message, by: 'phone', to: '+359888123456' });
  const [{ authorization, body } = assert.fail('nothing came')] = taken;
  assert.equal(authorization, 'Bearer between-us');
  assert.deepEqual(Object.keys(body), ['id', 'from', 'to', 'text', 'sentAt']);
  assert.equal(body.to, '+359888123456');
  assert.deepEqual(extractCode({ channel: 'sms', text: body.text ?? '' }), { code: '048291' });
  status = 401;
  await assert.rejects(post.send({ ...message, by: 'phone' }), /answered 401/);
});
