import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { httpInbox } from './http-inbox.ts';
import { maildev } from './http-inbox-maildev.ts';
import { follow, byNewsOnly } from './inbox-story.ts';
import { mailCatcherSite } from './mail-catcher.ts';

/** Its two REST APIs and its Socket.IO, as its source has them. The program itself is tried live. */

const raw = (code: number) =>
  `From: noreply@notice.xiaomi.com\r\nTo: owner@example.com\r\nSubject: Code\r\n\r\nYour code is ${code}.\r\n`;
const running = () => new AbortController().signal;

async function serve(t: TestContext, answer: (path: string, body: string) => unknown) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const path = (request.url ?? '').slice(1);
      asked.push(`${request.method} ${path}${body && ` ${body}`}`);
      void Promise.resolve(answer(path, body)).then((said) => {
        if (said === undefined) response.writeHead(404);
        response.end(typeof said === 'string' ? said : JSON.stringify(said));
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, site: mailCatcherSite(url) };
}

const VERSION_2 = [
  { id: 'a', to: [{ address: 'a@x.y' }], envelope: { to: [{ address: 'Hidden@x.y' }] } },
  { id: 'b', cc: [{ address: 'c@x.y' }, {}] },
];

test('MailDev 2 gives all mails in one list, the newest last, and says its version', async (t) => {
  const { site, asked } = await serve(t, (path) => {
    if (path === 'config') return { version: '2.2.1', smtpPort: 1025 };
    if (path === 'email') return VERSION_2;
    return path === 'email/a/source' ? raw(482913) : undefined;
  });
  const catcher = await maildev(site, running());
  assert.equal(catcher?.product, 'MailDev 2.2.1');
  assert.deepEqual(await catcher.page(0, running()), {
    mails: [
      { id: 'b', to: ['c@x.y'] },
      { id: 'a', to: ['a@x.y', 'Hidden@x.y'] },
    ],
    total: 2,
  });
  assert.deepEqual(
    (await catcher.page(1, running())).mails.map(({ id }) => id),
    ['a'],
  );
  assert.match(String(Buffer.from((await catcher.source('a', running())) ?? [])), /482913/);
  assert.equal(await catcher.source('gone', running()), undefined);
  await catcher.remove('a');
  assert.ok(asked.includes('DELETE email/a'), asked.join());
  assert.equal(catcher.send, undefined);
});

test('what is no MailDev is reported from it, and a list that is none is a fault', async (t) => {
  for (const config of [undefined, {}, { version: 2, smtpPort: 1 }, { version: '2' }]) {
    const { site } = await serve(t, (path) => (path === 'config' ? config : undefined));
    assert.equal(await maildev(site, running()), undefined, JSON.stringify(config));
  }
  let lists = 0;
  const two = await serve(t, (path) => (path === 'config' ? { version: '2', smtpPort: 1 } : { no: 'list' }));
  await assert.rejects(
    async () => (await maildev(two.site, running()))?.page(0, running()),
    /no list of mails/,
  );
  const three = await serve(t, () => (lists++ === 0 ? { items: [], total: 0 } : { no: 'items' }));
  await assert.rejects(
    async () => (await maildev(three.site, running()))?.page(0, running()),
    /no list of mails/,
  );
});

test('MailDev 3 tells of a mail by its long poll, and is reported that somebody is there', async (t) => {
  const mails = [{ id: 'old', to: [{ address: 'owner@example.com' }] }];
  const polls: ((packets: string) => void)[] = [];
  let next = Promise.withResolvers<void>();
  const { url, asked } = await serve(t, (path, body) => {
    if (path.startsWith('api/email/summary')) return { items: [...mails].reverse(), total: mails.length };
    if (path.endsWith('/source')) return raw(path.includes('new') ? 482913 : 111111);
    if (!path.startsWith('socket.io')) return undefined;
    if (!path.includes('sid=')) return '0{"sid":"s1"}';
    if (body !== '') return 'ok';
    next.resolve();
    return new Promise<string>((resolve) => polls.push(resolve));
  });
  const inbox = httpInbox({ url, clock: byNewsOnly });
  assert.match(await inbox.check(), /^MailDev 3 at /);
  const { messages, until } = follow(t, inbox, await inbox.position());
  await next.promise;
  next = Promise.withResolvers();
  polls.shift()?.('2');
  await next.promise;
  assert.ok(
    asked.some((one) => /^POST socket\.io\/\?EIO=4&transport=polling&sid=s1 3$/.test(one)),
    asked.join('\n'),
  );
  assert.ok(asked.some((one) => /sid=s1 40$/.test(one)));
  mails.push({ id: 'new', to: [{ address: 'owner@example.com' }] });
  polls.shift()?.('6\x1e42["newMail",{}]');
  await until(1);
  assert.match(messages[0]?.text ?? '', /482913/);
  await assert.rejects(async () => inbox.send?.({ from: 'a@mi.com', to: 'b@mi.com', text: '1' }), {
    message: /MailDev 3 takes no mail over HTTP/,
    hint: /SMTP port \(1025/,
  });
});
