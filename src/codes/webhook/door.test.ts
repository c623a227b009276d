import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { CodeSourceError } from '../../errors.ts';
import { addressOf, openDoor } from './door.ts';

const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

test('case e2: behind a proxy too, a second mi-unbind finds the first on its port, and not another program', async (t) => {
  const health = { program: 'mi-unbind', source: 'sms-webhook', preset: 'generic' };
  const first = createServer((_, response) => response.end(JSON.stringify(health))).listen(0, '127.0.0.1');
  await once(first, 'listening');
  t.after(() => first.close());
  const listen = { host: '127.0.0.1', port: (first.address() as AddressInfo).port };
  const script = `
    await import(${here('../../config/config.ts')});
    const { openDoor } = await import(${here('door.ts')});
    const taken = () => Promise.reject(Object.assign(new Error('taken'), { code: 'EADDRINUSE' }));
    const door = openDoor(${JSON.stringify(listen)}, ${JSON.stringify(health)}, taken);
    console.log(await door.enter({}).catch((error) => error.message));`;
  // A proxy that is not there: what is sent to it is lost.
  const proxies = Object.fromEntries(
    ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'].map((name) => [name, 'http://127.0.0.1:9']),
  );
  const args = ['--use-env-proxy', '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: proxies });
  assert.equal(stdout, 'shared\n');
});

const HEALTH = { program: 'mi-unbind', source: 'sms-webhook', preset: 'json' };
const fault = (code: string) => Object.assign(new Error(code), { code });

/** Something that listens on a port and says this of itself. */
async function listening(t: TestContext, says: string) {
  const server = createServer((_, response) => response.end(says)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

test('a port is taken with the first user and given up with the last, however often one enters', async () => {
  const done: string[] = [];
  const start = async () => (done.push('open'), { close: async () => void done.push('closed') });
  const door = openDoor({ host: '127.0.0.1', port: 1 }, HEALTH, start);
  const [one, other] = [{}, {}];
  assert.deepEqual(await Promise.all([door.enter(one), door.enter(other), door.enter(one)]), [
    'ours',
    'ours',
    'ours',
  ]);
  await door.leave(one);
  await door.leave({});
  assert.deepEqual(done, ['open']);
  await Promise.all([door.leave(other), door.enter(one)]);
  assert.deepEqual(done, ['open', 'closed', 'open']);
});

test('a user that could not enter has nothing, and the next one tries again', async () => {
  let starts = 0;
  const closed: true[] = [];
  const door = openDoor({ host: '127.0.0.1', port: 1 }, HEALTH, async () => {
    if (starts++ === 0) throw fault('EACCES');
    return { close: async () => void closed.push(true) };
  });
  await assert.rejects(door.enter('one'), (error) => {
    assert.ok(error instanceof CodeSourceError);
    assert.match(error.message, /it cannot listen on 127\.0\.0\.1:1: /);
    assert.equal(
      error.hint,
      "set SMS_WEBHOOK_LISTEN to a port from 1024 on, with a host that is this machine's",
    );
    return true;
  });
  assert.equal(await door.enter('other'), 'ours');
  await door.leave('other');
  assert.deepEqual(closed, [true]);
});

test('a port whose owner is gone when it is asked is tried five times, and is then taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const listen = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  await once(server.close(), 'close');
  let starts = 0;
  const taken = openDoor(listen, HEALTH, async () => {
    starts++;
    throw fault('EADDRINUSE');
  });
  await assert.rejects(taken.enter({}), /is taken by another program/);
  assert.equal(starts, 5);
  const freed = openDoor(listen, HEALTH, async () => {
    if (starts++ < 9) throw fault('EADDRINUSE');
    return { close: async () => undefined };
  });
  assert.equal(await freed.enter({}), 'ours');
});

test('a port is shared with a mi-unbind of the same gateway alone', async (t) => {
  const enter = async (says: string) => {
    const listen = await listening(t, says);
    const door = openDoor(listen, HEALTH, () => Promise.reject(fault('EADDRINUSE')));
    return door.enter({}).catch((error: Error) => error.message.replace(/:\d+/, ':PORT'));
  };
  const begins = "The code source 'sms-webhook' cannot be used: ";
  assert.equal(await enter(JSON.stringify(HEALTH)), 'shared');
  assert.equal(
    await enter(JSON.stringify({ ...HEALTH, preset: 'kannel' })),
    `${begins}another mi-unbind listens on 127.0.0.1:PORT for kannel, and this one is to listen there for json.`,
  );
  for (const says of ['null', 'hello', '{}', JSON.stringify({ ...HEALTH, source: 'page' })])
    assert.equal(await enter(says), `${begins}127.0.0.1:PORT is taken by another program.`, says);
});

test('an address is written as a client on this machine reaches it', () => {
  for (const [host, address] of [
    ['0.0.0.0', '127.0.0.1:80'],
    ['::', '[::1]:80'],
    ['::1', '[::1]:80'],
    ['192.0.2.1', '192.0.2.1:80'],
    ['localhost', 'localhost:80'],
  ] as const)
    assert.equal(addressOf({ host, port: 80 }), address);
});
