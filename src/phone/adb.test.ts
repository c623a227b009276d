import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { AdbServerError } from '../errors.ts';
import { startFakeAdb } from '../host/adb-server-fake.ts';
import { framed } from '../host/adb-wire.ts';
import { systemClock } from '../clock.ts';
import { AdbServer } from './adb.ts';

const line = (serial: string, state: string, id: number) =>
  `${serial.padEnd(22)} ${state} usb:1-${id} transport_id:${id}\n`;

test('cases d1, d2, d3: every phone is listed, whatever its state and its serial', async (t) => {
  const twice = 'adb-77aa88bb-QwErTy (2)._adb-tls-connect._tcp';
  const { port } = await startFakeAdb(
    t,
    line('a1b2c3d4', 'no permissions; see [http://…]', 1) + line(twice, 'device', 2) + line('ü', 'rescue', 3),
  );
  const phones = await new AdbServer(port).phones();
  assert.deepEqual(
    phones.map(({ serial, state }) => [serial, state]),
    [
      ['a1b2c3d4', 'no permissions'],
      [twice, 'device'],
      ['ü', 'rescue'],
    ],
  );
});

test('a change of any state is reported at once, and a server that is gone has no phones', async (t) => {
  const fake = await startFakeAdb(t, line('a1b2c3d4', 'device', 1));
  const end = new AbortController();
  const seen: string[] = [];
  let next = Promise.withResolvers<void>();
  const watching = new AdbServer(fake.port).watch(
    (phones) => {
      seen.push(phones.map(({ state }) => state).join());
      next.resolve();
    },
    { signal: end.signal, clock: systemClock, revive: () => Promise.resolve() },
  );
  for (const state of ['recovery', 'sideload', 'device']) {
    await next.promise;
    next = Promise.withResolvers();
    fake.change(line('a1b2c3d4', state, 1));
  }
  await next.promise;
  end.abort();
  await watching;
  assert.deepEqual(seen, ['device', 'recovery', 'sideload', 'device']);
});

test('a server that refuses to reconnect a phone is no fault', async (t) => {
  const { port, asked } = await startFakeAdb(t, '');
  await new AdbServer(port).reconnect({ serial: 'a b' });
  assert.deepEqual(asked, ['host-serial:a b:reconnect']);
});

test('a phone on the network is connected to, however often, and also before it has allowed this computer', async (t) => {
  const answers: [answer: string, isTaken: boolean][] = [
    ['connected to 10.0.0.7:5555', true],
    ['already connected to 10.0.0.7:5555', true],
    ['failed to connect to 10.0.0.7:5555', true],
    ['failed to authenticate to 10.0.0.7:5555', true],
    ['connected to 10.0.0.8:5555', false],
    ["failed to connect to '10.0.0.7:5555': Connection refused", false],
    ['cannot resolve host', false],
  ];
  let says = '';
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.once('data', (data) => (asked.push(String(data)), socket.end(`OKAY${framed(says)}`)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const adb = new AdbServer((server.address() as AddressInfo).port);
  for (const [answer, isTaken] of answers) {
    says = answer;
    const connecting = adb.connect('10.0.0.7:5555');
    if (isTaken) await connecting;
    else await assert.rejects(connecting, { message: answer });
  }
  await adb.disconnect('10.0.0.7:5555');
  assert.equal(asked[0], framed('host:connect:10.0.0.7:5555'));
  assert.equal(asked.at(-1), framed('host:disconnect:10.0.0.7:5555'));
});

test('a server that is away is named, with how to start it, and a try to reconnect over it is a fault', async () => {
  await assert.rejects(new AdbServer(1).phones(), (error: AdbServerError) => {
    assert.ok(error instanceof AdbServerError);
    assert.match(error.message, /port 1\b.*it does not answer/);
    assert.equal(error.hint, "run 'adb start-server', then this command again");
    return true;
  });
  await assert.rejects(new AdbServer(1).reconnect({ serial: 'a' }), /ECONNREFUSED/);
});

test('what is asked of a phone is one command of its own: a file, a picture, a line', async (t) => {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      asked.push(data.toString('utf8', 4));
      if (asked.length % 2 === 1) socket.write('OKAY');
      else socket.end(Buffer.concat([Buffer.from('OKAY'), Buffer.from([0xff, 0x0d, 0x0a])]));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const phone = new AdbServer((server.address() as AddressInfo).port).phone('a b');
  assert.equal(phone.serial, 'a b');
  assert.deepEqual(await phone.pull("/sdcard/it's"), Buffer.from([0xff, 0x0d, 0x0a]));
  assert.deepEqual(await phone.picture(), Buffer.from([0xff, 0x0d, 0x0a]));
  assert.equal(await phone.shell('id'), '\ufffd\r\n');
  assert.deepEqual(asked, [
    ...['host:transport:a b', String.raw`exec:cat '/sdcard/it'\''s'`],
    ...['host:transport:a b', 'exec:screencap -p'],
    ...['host:transport:a b', 'exec:id'],
  ]);
  const stop = new Error('stopped');
  await assert.rejects(phone.picture(AbortSignal.abort(stop)), stop);
  await assert.rejects(phone.shell('id', AbortSignal.abort(stop)), stop);
  assert.equal(asked.length, 6, 'nothing more was asked');
});

test('a phone that answers is not lost', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      const request = data.toString('utf8', 4);
      if (request === 'host:devices-l') socket.end(`OKAY${framed(line('a1b2c3d4', 'device', 1))}`);
      else if (request.startsWith('host:')) socket.write('OKAY');
      else socket.end('OKAY\n');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const phone = new AdbServer((server.address() as AddressInfo).port).phone('a1b2c3d4');
  assert.equal(await phone.loss?.(), undefined);
});

test('a server that is gone is asked for again after a second, and revived before', async () => {
  const end = new AbortController();
  const did: unknown[] = [];
  await new AdbServer(1).watch((phones) => void did.push(phones), {
    signal: end.signal,
    clock: {
      ...systemClock,
      sleep: async (ms, why) => {
        did.push([ms, why]);
        if (did.length > 4) end.abort();
      },
    },
    revive: () => (did.push('revive'), Promise.reject(new Error('no adb'))),
  });
  const look = ['revive', [1000, 'phones that come and go']];
  assert.deepEqual(did, [[], ...look, ...look]);
});
