import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { AdbAddress } from '../adb-address.ts';
import { adbOf, childEnvironment, keepLoopbackDirect, loadSettings } from './config.ts';

const addresses: [given: string, host: string, port: number][] = [
  ['2525', '127.0.0.1', 2525],
  ['0.0.0.0:80', '0.0.0.0', 80],
  ['[::1]:8090', '::1', 8090],
  ['lab.example:8090', 'lab.example', 8090],
];
for (const [given, host, port] of addresses) {
  test(`'${given}' is an address to listen on`, () => {
    assert.deepEqual(loadSettings({ SMTP_LISTEN: given }).smtpListen, { host, port });
  });
}

const loopback = '127.0.0.1,localhost,::1,[::1]';
const proxies: readonly [string, Record<string, string>, Record<string, string>][] = [
  ['without a list', {}, { NO_PROXY: loopback, no_proxy: loopback }],
  [
    'with an upper one',
    { NO_PROXY: 'a.example' },
    { NO_PROXY: `a.example,${loopback}`, no_proxy: `a.example,${loopback}` },
  ],
  [
    'with a lower one',
    { no_proxy: '.b.example' },
    { NO_PROXY: `.b.example,${loopback}`, no_proxy: `.b.example,${loopback}` },
  ],
  [
    'with one of each',
    { NO_PROXY: 'a.example', no_proxy: 'b.example' },
    { NO_PROXY: `a.example,${loopback}`, no_proxy: `b.example,${loopback}` },
  ],
  [
    'with an empty one',
    { NO_PROXY: '', no_proxy: 'b.example' },
    { NO_PROXY: `b.example,${loopback}`, no_proxy: `b.example,${loopback}` },
  ],
  ['with all hosts in it', { NO_PROXY: '*' }, { NO_PROXY: `*,${loopback}`, no_proxy: '*' }],
  [
    "with npm's",
    { npm_config_no_proxy: 'c.example' },
    { NO_PROXY: loopback, no_proxy: loopback, npm_config_no_proxy: `c.example,${loopback}` },
  ],
  [
    'with loopback in it already',
    { NO_PROXY: loopback, no_proxy: loopback },
    { NO_PROXY: loopback, no_proxy: loopback },
  ],
];
for (const [name, given, right] of proxies) {
  test(`case e1: loopback takes no proxy, and other hosts go as they did, ${name}`, () => {
    const env = { HTTP_PROXY: 'http://proxy.example:3128', ...given };
    keepLoopbackDirect(env);
    assert.deepEqual(env, { HTTP_PROXY: 'http://proxy.example:3128', ...right });
  });
}

test('case e1: a child process inherits that loopback takes no proxy', () => {
  for (const name of ['NO_PROXY', 'no_proxy'])
    assert.match(childEnvironment()[name] ?? '', /(^|,)127\.0\.0\.1,localhost,::1,\[::1\]$/);
});

test('case e1: what this process asks of loopback goes past a proxy, and what it asks of others through it', async (t) => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('by proxy');
  });
  proxy.on('connect', ({ url }, socket) => {
    asked.push(url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  const own = createServer((_, response) => response.end('direct'));
  const ports = await Promise.all([proxy, own].map(listening));
  t.after(() => [proxy, own].map((server) => server.close()));
  const script = `await import(${JSON.stringify(new URL('config.ts', import.meta.url).href)});
    const ask = (url) => fetch(url).then((answer) => answer.text(), () => 'refused');
    console.log(await ask('http://127.0.0.1:${ports[1]}/'), await ask('http://hook.example/'));`;
  const at = `http://127.0.0.1:${ports[0]}`;
  const env = {
    PATH: childEnvironment().PATH,
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: at,
    HTTPS_PROXY: at,
    ALL_PROXY: at,
    NO_PROXY: 'other.example',
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env,
  });
  assert.match(stdout, /^direct /);
  assert.ok(asked.length > 0 && asked.every((url) => url.includes('hook.example')), asked.join());
});

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

const sockets: readonly [env: Record<string, string>, AdbAddress][] = [
  [{}, 5037],
  [{ ANDROID_ADB_SERVER_PORT: '5099' }, 5099],
  [{ ANDROID_ADB_SERVER_ADDRESS: 'localhost' }, 5037],
  [
    { ANDROID_ADB_SERVER_ADDRESS: 'bench.example', ANDROID_ADB_SERVER_PORT: '5099' },
    { host: 'bench.example', port: 5099 },
  ],
  [{ ADB_SERVER_SOCKET: 'tcp:5098' }, 5098],
  [{ ADB_SERVER_SOCKET: 'tcp:127.0.0.1:5098' }, 5098],
  [{ ADB_SERVER_SOCKET: 'tcp:[::1]:5098' }, 5098],
  [{ ADB_SERVER_SOCKET: 'tcp:[2001:db8::7]:5098' }, { host: '2001:db8::7', port: 5098 }],
  [
    {
      ADB_SERVER_SOCKET: 'tcp:bench.example:5098',
      ANDROID_ADB_SERVER_ADDRESS: 'other.example',
      ANDROID_ADB_SERVER_PORT: '1',
    },
    { host: 'bench.example', port: 5098 },
  ],
  [{ ADB_SERVER_SOCKET: 'tcp:5098', ANDROID_ADB_SERVER_ADDRESS: 'other.example' }, 5098],
];
for (const [env, place] of sockets) {
  test(`case d6: the adb server of ${JSON.stringify(env)} is where adb's own command looks for it`, () => {
    assert.deepEqual(adbOf(loadSettings(env)), place);
  });
}
for (const socket of [
  'localfilesystem:/run/adb',
  'local:adb',
  'vsock:2:5037',
  'tcp:',
  'tcp:host',
  'tcp:host:0',
  'tcp:70000',
]) {
  test(`case d6: ADB_SERVER_SOCKET '${socket}' is refused`, () => {
    assert.throws(
      () => loadSettings({ ADB_SERVER_SOCKET: socket }),
      /ADB_SERVER_SOCKET is '.*', and it takes tcp:HOST:PORT or tcp:PORT/,
    );
  });
}
