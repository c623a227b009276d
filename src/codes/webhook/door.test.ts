import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';

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
