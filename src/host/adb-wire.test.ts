import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { argumentsFor, inWords, isHere } from '../adb-address.ts';
import { askPhone, askServer, followPhones, framed, AdbRefusal, TooLongAnswer } from './adb-wire.ts';

/** A server that does this on each request; resolves with its port and what it was asked. */
async function listen(t: TestContext, answer: (socket: Socket) => void) {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => (asked.push(String(data)), answer(socket)));
    t.after(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

test('a request is framed by its length in bytes, and a text is handed over whole, however it comes', async (t) => {
  const { port, asked } = await listen(t, (socket) => {
    const answer = Buffer.from('OKAY0005a bü');
    for (const [place, byte] of answer.entries()) setTimeout(() => socket.write(Buffer.of(byte)), place);
  });
  assert.equal(framed('ü'), '0002ü');
  assert.equal(await askServer(port, 'host:ü'), 'a bü');
  assert.deepEqual(asked, ['0007host:ü']);
});

const faults: [what: string, answer: (socket: Socket) => void, says: RegExp][] = [
  ['refuses', (socket) => socket.end(`FAIL${framed('no such phone')}`), /^Error: no such phone$/],
  ['is no adb server', (socket) => socket.end('HTTP/1.1 400'), /not an answer of an adb server/],
  ['tells no length', (socket) => socket.end('OKAYzzzz'), /not an answer of an adb server/],
  ['hangs up in the middle', (socket) => socket.end('OKAY0009abc'), /hung up in the middle of its answer/],
  ['hangs up at once', (socket) => socket.end(), /hung up in the middle of its answer/],
  ['says nothing', () => undefined, /no answer within 200 ms/],
];
for (const [what, answer, says] of faults) {
  test(`a server that ${what} is reported as that`, async (t) => {
    const { port } = await listen(t, answer);
    await assert.rejects(askServer(port, 'host:version', 200), (error: Error) => {
      assert.equal(error instanceof AdbRefusal, what === 'refuses');
      assert.match(String(error), says);
      return true;
    });
  });
}

test('phones are followed until it is stopped, and a server that goes is reported once', async (t) => {
  const sockets: Socket[] = [];
  const { port, asked } = await listen(t, (socket) => {
    sockets.push(socket);
    socket.write(`OKAY${framed('')}`);
  });
  let changes = 0;
  let next = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<void>();
  const changed = () => (changes++, next.resolve());
  await followPhones(port, changed, lost.resolve);
  await next.promise;
  next = Promise.withResolvers();
  sockets[0]?.write(framed('x device'));
  await next.promise;
  assert.deepEqual([changes, asked], [2, ['0014host:track-devices-l']]);
  sockets[0]?.end();
  await lost.promise;
  const { stop } = await followPhones(port, changed, () => undefined);
  const closed = once(sockets[1]!, 'close');
  stop();
  await closed;
});

test('phones that come and go for days leave nothing behind that listens', async (t) => {
  const { port } = await listen(t, (socket) => {
    socket.write('OKAY');
    for (let change = 0; change < 30; change++) setTimeout(() => socket.write(framed(`x ${change}`)), change);
  });
  const warnings: string[] = [];
  const warned = ({ name }: Error) => void warnings.push(name);
  process.on('warning', warned);
  t.after(() => process.off('warning', warned));
  let changes = 0;
  const all = Promise.withResolvers<void>();
  const { stop } = await followPhones(
    port,
    () => ++changes === 30 && all.resolve(),
    () => undefined,
  );
  await all.promise;
  stop();
  await new Promise((turn) => setImmediate(turn));
  assert.deepEqual(warnings, []);
});

const fails = () => assert.fail('it is called back');

test('phones of a server that refuses, or that is not there, are not followed', async (t) => {
  const { port } = await listen(t, (socket) => socket.end(`FAIL${framed('no')}`));
  await assert.rejects(followPhones(port, fails, fails), AdbRefusal);
  await assert.rejects(followPhones(1, fails, fails), { code: 'ECONNREFUSED' });
});

test('a server of this computer is reported from one of another, in words and as arguments', () => {
  const rows: [Parameters<typeof isHere>[0], boolean, string, string[]][] = [
    [5037, true, 'on port 5037', ['-P', '5037']],
    [{ host: 'localhost', port: 5038 }, true, 'on port 5038', ['-P', '5038']],
    [{ host: '::1', port: 5038 }, true, 'on port 5038', ['-P', '5038']],
    [{ host: '10.0.0.5', port: 5037 }, false, 'at 10.0.0.5:5037', ['-H', '10.0.0.5', '-P', '5037']],
    [{ host: 'fd00::5', port: 5037 }, false, 'at [fd00::5]:5037', ['-H', 'fd00::5', '-P', '5037']],
    [
      { host: 'localhost.example', port: 1 },
      false,
      'at localhost.example:1',
      ['-H', 'localhost.example', '-P', '1'],
    ],
  ];
  for (const [address, here, words, args] of rows) {
    assert.equal(isHere(address), here);
    assert.equal(inWords(address), words);
    assert.deepEqual(argumentsFor(address), args);
  }
});

/** A server with a phone that gives this answer to each service. `cut`: the connection is over. */
async function phoneThatSays(t: TestContext, answer: string, { hangsUp = true } = {}) {
  const asked: string[] = [];
  const cut = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('close', () => cut.resolve());
    socket.on('data', (data) => {
      asked.push(String(data));
      socket.write('OKAY');
      if (asked.length === 2) socket[hangsUp ? 'end' : 'write'](answer);
    });
    t.after(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, asked, cut: cut.promise };
}
const shell = (limit: number, signal = new AbortController().signal) => ({
  ...{ serial: 'X1', service: 'shell:id', limit, signal },
});

test('a phone is asked by its serial, and heard up to the limit, with its bytes counted as they come', async (t) => {
  const { port, asked } = await phoneThatSays(t, 'uid=2000');
  let counted = 0;
  const answer = await askPhone(port, { ...shell(8), onBytes: (count) => void (counted = count) });
  assert.deepEqual([String(answer), counted], ['uid=2000', 8]);
  assert.deepEqual(asked, [framed('host:transport:X1'), framed('shell:id')]);
});

test('a phone that answers more than the limit is cut off, and the limit is named', async (t) => {
  const { port, cut } = await phoneThatSays(t, 'uid=2000', { hangsUp: false });
  await assert.rejects(askPhone(port, shell(7)), (error: Error) => {
    assert.ok(error instanceof TooLongAnswer);
    assert.equal(error.message, 'more than 7 bytes');
    return true;
  });
  await cut;
});

test('a phone that goes on is not waited for once that is stopped, and the reason is the one of the stop', async (t) => {
  const { port, cut } = await phoneThatSays(t, 'uid', { hangsUp: false });
  const stop = new AbortController();
  const reason = new Error('the operator stopped it');
  const asked = askPhone(port, { ...shell(100, stop.signal), onBytes: () => stop.abort(reason) });
  await assert.rejects(asked, reason);
  await cut;
  await assert.rejects(askPhone(port, shell(100, stop.signal)), reason, 'nor asked at all');
});
