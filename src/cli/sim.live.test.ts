import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { extractCode } from '../codes/extract-code.ts';
import { smtpInbox } from '../codes/smtp.ts';
import type { Message } from '../codes/inbox.ts';
import { LiveProgram } from '../live/program.ts';

const ID = '6230001535';

/** An SMS gateway's webhook that keeps what it is given by those who know its secret. */
async function gateway(t: TestContext, secret: string) {
  const texts: string[] = [];
  const server = createServer((request, response) => {
    const known = request.headers.authorization === `Bearer ${secret}`;
    void json(request).then((body) => {
      if (known) texts.push((body as { text: string }).text);
      response.writeHead(known ? 200 : 401).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.close(), server.closeAllConnections()));
  return { texts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms` };
}

/** The mails of an inbox, each when it is there. */
async function mails(t: TestContext) {
  const inbox = smtpInbox({ listen: { host: '127.0.0.1', port: 0 } });
  await inbox.check();
  const came: Message[] = [];
  let look = () => {};
  const stop = new AbortController();
  const following = inbox.follow({}, (message) => (came.push(message), look()), stop.signal);
  t.after(async () => {
    stop.abort();
    await following;
    await inbox?.close();
  });
  const next = () =>
    new Promise<Message>((resolve) => (look = () => void (came[0] && resolve(came.shift()!)))());
  return { next, url: `smtp://127.0.0.1:${inbox.port}` };
}

test('sim --site resets a password with the code it mailed, or sent to the SMS gateway', async (t) => {
  const { next, url: mail } = await mails(t);
  const { texts, url: sms } = await gateway(t, 'between-us');
  const args = [
    'sim',
    '--json',
    '--pace',
    'instant',
    '--account',
    `${ID}:Right-pass1`,
    '--site',
    '--mail',
    mail,
    '--sms',
    sms,
  ];
  const sim = new LiveProgram([...args, '--sms-secret-env', 'TEST_SMS_SECRET'], {
    env: { TEST_SMS_SECRET: 'between-us' },
  });
  t.after(() => sim.signal('SIGKILL'));
  await sim.says('web site: http://127.0.0.1');
  const { site, control } = JSON.parse(sim.stdout) as { site: string; control: string };

  const reset = async (method: string, password: string, code: () => Promise<string>) => {
    let cookie = '';
    const post = async (action: string, body: object = {}) => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify(body),
      };
      const response = await fetch(`${site}/fe/api/${action}`, init);
      cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? '';
      return ((await response.json()) as { step: string }).step;
    };
    await post('next', { account: `${ID}@example.com` });
    await post('choose', { method });
    await post('send');
    await post('verify', { ticket: await code() });
    return post('set-password', { password, again: password });
  };
  const codeIn = (found: ReturnType<typeof extractCode>) =>
    'code' in found ? found.code : assert.fail(found.none);
  assert.equal(await reset('email', 'Better-pass2', async () => codeIn(extractCode(await next()))), 'done');
  assert.equal(
    await reset('phone', 'Better-pass3', async () =>
      codeIn(extractCode({ channel: 'sms', text: texts[0] ?? '' })),
    ),
    'done',
  );

  const seen = (await (await fetch(`${control}/site`)).json()) as { service: { kind: string }[] };
  assert.equal(seen.service.filter(({ kind }) => kind === 'password-changed').length, 2);
  assert.doesNotMatch(JSON.stringify(seen), /Right-pass1|Better-pass|between-us/);
  for (const [, line] of sim.processes()) assert.doesNotMatch(line, /between-us/);
  sim.signal('SIGINT');
  const { code, stderr } = await sim.ended;
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /Better-pass|between-us/);
});
