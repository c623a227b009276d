import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { freePort, releasePort } from './port.ts';

test('a port that is wanted is given while nothing listens on it', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const { port } = server.address() as AddressInfo;
  t.after(() => server.close());
  await assert.rejects(freePort(port), { code: 'EADDRINUSE' });
  await new Promise((closed) => server.close(closed));
  assert.equal(await freePort(port), port);
});

test('no port is given twice before its program listens, not to another process either', async (t) => {
  // Every process draws the same numbers.
  const script = `let at = 0;
    Math.random = () => at++ / 12000;
    const { freePort } = await import(${JSON.stringify(import.meta.resolve('./port.ts'))});
    console.log(JSON.stringify([await freePort(), await freePort()]));
    process.stdin.resume();`;
  const begun = Array.from({ length: 3 }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: {},
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => child.kill());
    return new Promise<number[]>((said) =>
      child.stdout.once('data', (text) => said(JSON.parse(String(text)) as number[])),
    );
  });
  const ports = (await Promise.all(begun)).flat();
  assert.equal(new Set(ports).size, 6, ports.join(' '));
});

test('a port that its program has taken is held no longer, so that none are held for each session', async (t) => {
  const port = await freePort();
  const twin = async () => {
    const socket = createSocket('udp4').bind({ port, address: '127.0.0.1', exclusive: true });
    t.after(() => socket.close());
    await once(socket, 'listening');
  };
  await assert.rejects(twin(), { code: 'EADDRINUSE' });
  releasePort(port);
  releasePort(port);
  await twin();
});

test('a port is one that the system gives to no outgoing connection; twenty are tried, then it is asked for one', async (t) => {
  const [lowest, highest] = [20_000, 32_000];
  const port = await freePort();
  t.after(() => releasePort(port));
  assert.ok(port >= lowest && port < highest, String(port));
  // From now on the same one is drawn, and it is held.
  const drawn = (port - lowest + 0.5) / (highest - lowest);
  const draw = t.mock.method(Math, 'random', () => drawn);
  const other = await freePort();
  assert.notEqual(other, port);
  assert.ok(other < lowest || other >= highest, `${other} is the system's choice`);
  assert.equal(draw.mock.callCount(), 20);
});

test('a port on which a program listens already is not given, and is not held', async (t) => {
  const port = await freePort();
  releasePort(port);
  const busy = createServer().listen(port, '127.0.0.1');
  t.after(() => busy.close());
  await once(busy, 'listening');
  const draws = [port, port + 1].map((one) => (one - 20_000 + 0.5) / 12_000);
  t.mock.method(Math, 'random', () => draws.shift() ?? 0.999);
  assert.notEqual(await freePort(), port);
});
