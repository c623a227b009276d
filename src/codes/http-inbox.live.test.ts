import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createTransport } from 'nodemailer';
import { childEnvironment } from '../config/config.ts';
import { freePort } from '../port.ts';
import { Secret } from '../secret.ts';
import { httpInbox } from './http-inbox.ts';
import { codes, codesOf, follow, mail, byNewsOnly } from './inbox-story.ts';

async function startMaildev() {
  const folder = await mkdtemp(join(tmpdir(), 'maildev-'));
  const [smtp, web] = [await freePort(), await freePort()];
  const program = join(import.meta.dirname, '../../node_modules/maildev/dist/bin/maildev.js');
  const flags = {
    smtp,
    web,
    ip: '127.0.0.1',
    'web-ip': '127.0.0.1',
    'web-user': 'bench',
    'mail-directory': folder,
  };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  let stop = async () => {};
  async function start() {
    const env = childEnvironment({ MAILDEV_WEB_PASS: 'secret' });
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    stop = async () => (child.kill('SIGKILL'), void (await ended));
    let said = '';
    while (!said.includes('API running'))
      said += String((await once(child.stdout.setEncoding('utf8'), 'data'))[0]);
  }
  const transport = createTransport({ host: '127.0.0.1', port: smtp, ignoreTLS: true, pool: true });
  async function close() {
    transport.close();
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
  await start();
  return {
    url: `http://127.0.0.1:${web}`,
    start,
    stop: () => stop(),
    close,
    send: (code: string | number, date = new Date()) => transport.sendMail({ ...mail(code), date }),
  };
}

describe('MailDev', () => {
  let maildev: Awaited<ReturnType<typeof startMaildev>>;
  before(async () => (maildev = await startMaildev()));
  after(() => maildev?.close());

  it('delivers what comes after the position, also after a restart, and nothing that came before', async (t) => {
    const inbox = httpInbox({ url: maildev.url, auth: new Secret('bench:secret') });
    assert.match(await inbox.check(), /^MailDev 3 at http:\/\/127\.0\.0\.1:\d+$/);
    await maildev.send(111111);
    const position = await inbox.position();
    await maildev.send(222222);
    const { messages, until } = follow(t, inbox, position);
    await until(1);
    await maildev.send(333333);
    await until(2);
    await maildev.stop();
    await maildev.start();
    await maildev.send(444444);
    await until(3);
    assert.deepEqual(codesOf(messages), ['222222', '333333', '444444']);
    assert.deepEqual(
      messages.map(({ from, to }) => [from, ...to]),
      Array.from({ length: 3 }, () => ['noreply@notice.xiaomi.com', 'owner@example.com']),
    );
    await assert.rejects(httpInbox({ url: maildev.url }).position(), {
      hint: 'set HTTP_INBOX_AUTH to USER:PASSWORD',
    });
    const message = { from: 'a@mi.com', to: 'b@mi.com', text: '482913' };
    await assert.rejects(async () => inbox.send?.(message), { message: /MailDev 3 takes no mail over HTTP/ });
  });

  it('delivers all of more mails than fit on a page, once each, and one sent long before it came the moment MailDev tells of it', async (t) => {
    const inbox = httpInbox({ url: maildev.url, auth: new Secret('bench:secret'), clock: byNewsOnly });
    const position = await inbox.position();
    await Promise.all(codes(110).map((code) => maildev.send(code)));
    const { messages, until } = follow(t, inbox, position);
    await until(110);
    // The first of two may still be found by the look that listening begins with. MailDev lists them by the
    // time they were sent.
    for (const [index, code] of ['888888', '999999'].entries()) {
      await maildev.send(code, new Date('2020-01-01'));
      await until(111 + index);
    }
    assert.deepEqual(codesOf(messages).sort(), [...codes(110), '888888', '999999']);
  });
});
