import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { askServer, framed } from '../host/adb-wire.ts';
import { systemClock, type Clock } from '../clock.ts';
import { PhoneAnswerError, PhoneLostError } from '../errors.ts';
import { AdbServer } from './adb.ts';

/** An adb server whose one phone answers each command as `answer` does. */
async function startPhone(
  t: TestContext,
  answer: (socket: Socket, command: string) => void,
): Promise<{ port: number; closed: (socket: Socket) => Promise<unknown> }> {
  const sockets = new Set<Socket>();
  // Each byte goes out at once, not together with the next ones.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.on('data', (data) => {
      const request = data.toString('utf8', 4);
      socket.write('OKAY');
      if (request.startsWith('exec:')) answer(socket, request.slice(5));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    closed: (socket) =>
      new Promise((resolve) => (sockets.has(socket) ? socket.once('close', resolve) : resolve(undefined))),
  };
}

/** A clock whose limit comes when the test says so. */
function stopwatch(): { clock: Clock; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { clock: { ...systemClock, sleep: () => promise }, end: resolve };
}

test('a phone that prints without end is cut off after a bounded number of bytes', async (t) => {
  let sent = 0;
  let asked: Socket | undefined;
  const chunk = Buffer.alloc(65_536, 'a');
  const flood = (socket: Socket): void => {
    asked = socket;
    while (!socket.destroyed) {
      sent += chunk.length;
      if (!socket.write(chunk)) return void socket.once('drain', () => flood(socket));
    }
  };
  const { port, closed } = await startPhone(t, flood);
  const question = new AdbServer(port).phone('a1b2c3d4').shell('echo @@mark; getprop 2>/dev/null; id');
  await assert.rejects(question, (error: unknown) => {
    assert.ok(error instanceof PhoneAnswerError, String(error));
    assert.match(error.message, /'a1b2c3d4' cannot be used: asked for 'getprop', it sent more than 8 MB\./);
    return true;
  });
  assert.ok(asked);
  await closed(asked);
  assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes were taken`);
});

test('a phone that answers byte by byte is cut off when its time is over, and says what came', async (t) => {
  const { clock, end } = stopwatch();
  let asked: Socket | undefined;
  let sent = 0;
  // So many turns of this process, which also reads what comes, that some of it has come.
  const drip = (socket: Socket): void => {
    asked = socket;
    socket.write('a');
    if (++sent === 1000) end();
    else setImmediate(drip, socket);
  };
  const { port, closed } = await startPhone(t, drip);
  const question = new AdbServer(port, clock).phone('a1b2c3d4').shell('dumpsys account');
  await assert.rejects(question, (error: unknown) => {
    assert.ok(error instanceof PhoneAnswerError, String(error));
    const late = /asked for 'dumpsys account', it sent \d+ bytes in 30 s, and the answer had not ended/;
    assert.match(error.message, late);
    return true;
  });
  assert.ok(asked);
  await closed(asked);
});

for (const [command, shown] of [
  ['echo @@mark; getprop ro.product.name 2>/dev/null; id', 'getprop ro.product.name'],
  ['a'.repeat(60), 'a'.repeat(60)],
  ['a'.repeat(61), `${'a'.repeat(59)}…`],
  ['echo @@mark', 'echo @@mark'],
] as const)
  test(`a question of ${command.length} letters stands in an error as ${shown.length}`, async (t) => {
    const { clock, end } = stopwatch();
    let turns = 0;
    const drip = (socket: Socket): void => {
      socket.write('a');
      if (++turns === 1000) end();
      else setImmediate(drip, socket);
    };
    const { port } = await startPhone(t, drip);
    await assert.rejects(new AdbServer(port, clock).phone('a1b2c3d4').shell(command), (error: Error) => {
      assert.ok(error.message.includes(`asked for '${shown}', it sent`), error.message);
      return true;
    });
  });

test('a phone that answers nothing is lost, not broken', async (t) => {
  const { clock, end } = stopwatch();
  const { port } = await startPhone(t, () => end());
  await assert.rejects(new AdbServer(port, clock).phone('a1b2c3d4').shell('getprop'), PhoneLostError);
});

test('a long answer in small pieces comes whole, and a file byte for byte', async (t) => {
  const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, place) => place % 251));
  const { port } = await startPhone(t, (socket, command) => {
    assert.equal(command, `cat '/data/app/it'\\''s here/base.apk'`);
    for (let at = 0; at < bytes.length; at += 997) socket.write(bytes.subarray(at, at + 997));
    socket.end();
  });
  const pulled = await new AdbServer(port).phone('a1b2c3d4').pull("/data/app/it's here/base.apk");
  assert.ok(bytes.equals(pulled));
});

test('a command that is stopped closes its connection and says that it was stopped', async (t) => {
  const ending = new AbortController();
  const reason = new Error('stopped');
  let asked: Socket | undefined;
  const { port, closed } = await startPhone(t, (socket) => {
    asked = socket;
    ending.abort(reason);
  });
  await assert.rejects(new AdbServer(port).phone('a1b2c3d4').shell('getprop', ending.signal), reason);
  assert.ok(asked);
  await closed(asked);
});

test('an adb server that answers byte by byte is given up', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(`OKAYffff`);
    const drip = setInterval(() => socket.write('a'), 5);
    socket.on('close', () => clearInterval(drip));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  await assert.rejects(askServer(port, 'host:version', 100), /no answer within 100 ms/);
});

test('an adb server that sends many answers at once is read answer by answer', async (t) => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(`OKAY${framed('x'.repeat(60_000))}${framed('more')}`));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  assert.equal((await askServer(port, 'host:devices-l')).length, 60_000);
});
