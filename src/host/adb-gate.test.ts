import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { alias, startAdbGate } from './adb-gate.ts';
import { instantClock } from '../clock.ts';
import { freePort } from '../port.ts';

const PHONE = 'emulator-5554';
const PICKED = 'OKAY\x01\0\0\0\0\0\0\0';
const framed = (request: string) => request.length.toString(16).padStart(4, '0') + request;

/**
 * An adb server with one phone, whose port 6790 refuses connections at first and then answers with what it is
 * asked.
 */
async function arrange(t: TestContext, { refusals = 0 } = {}) {
  let opened = 0;
  const last = (socket: Socket, answer: string) => void socket.end(answer, 'latin1');
  const go = (socket: Socket, answer: string) => void socket.write(answer, 'latin1');
  const answers: Record<string, (socket: Socket) => void> = {
    'host:version': (socket) => last(socket, 'OKAY00040029'),
    'host:tport:serial:gone': (socket) => last(socket, `FAIL${framed("device 'gone' not found")}`),
    [`host:tport:serial:${PHONE}`]: (socket) => go(socket, PICKED),
    [`host:transport:${PHONE}`]: (socket) => go(socket, 'OKAY'),
    'host:devices': (socket) => last(socket, `OKAY${framed(`${PHONE}\tdevice\nadb-1 (2)._tcp\toffline\n`)}`),
    'host:tport:serial:adb-1 (2)._tcp': (socket) => go(socket, PICKED),
    'host:transport:adb-1 (2)._tcp': (socket) => go(socket, 'OKAY'),
    'host-serial:adb-1 (2)._tcp:features': (socket) => last(socket, `OKAY${framed('cmd')}`),
    'shell:echo hi': (socket) => last(socket, 'OKAYhi\n'),
    // Answers without an end, as fast as it is read.
    'tcp:6791': (socket) => {
      go(socket, 'OKAY');
      const piece = Buffer.alloc(1024 * 1024);
      const flood = () => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.removeAllListeners('data').on('drain', flood).on('data', flood);
    },
    'tcp:6790': (socket) => {
      if (++opened <= refusals) return last(socket, `FAIL${framed('closed')}`);
      go(socket, 'OKAY');
      let asked = '';
      socket.removeAllListeners('data').on('data', (piece) => {
        asked += piece.toString();
        if (asked.endsWith('\r\n\r\n')) last(socket, `phone: ${asked}`);
      });
    },
  };
  const server = createServer((socket) => {
    let heard = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      while (heard.length >= 4 && heard.length >= 4 + parseInt(heard, 16)) {
        const request = heard.slice(4, 4 + parseInt(heard.slice(0, 4), 16));
        heard = heard.slice(4 + request.length);
        answers[request]?.(socket);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gate = await startAdbGate((server.address() as AddressInfo).port, instantClock());
  t.after(async () => {
    await gate.close();
    server.close();
  });
  return { ...gate, opened: () => opened };
}

/** All that comes back for these requests, sent one after another as answers come. */
async function ask(port: number, ...requests: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let before = '';
  for (const request of requests.slice(0, -1)) {
    socket.write(request, 'latin1');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    before += answer.toString('latin1');
  }
  socket.write(requests.at(-1) ?? '', 'latin1');
  return before + (await text(socket));
}

const forward = (gate: number, local: number) =>
  ask(gate, framed(`host:tport:serial:${PHONE}`), framed(`host:forward:tcp:${local};tcp:6790`));

test('what is no forward passes as it is', async (t) => {
  const { port } = await arrange(t);
  assert.equal(await ask(port, framed('host:version')), 'OKAY00040029');
  assert.equal(
    await ask(port, framed(`host:tport:serial:${PHONE}`), framed('shell:echo hi')),
    `${PICKED}OKAYhi\n`,
  );
  assert.equal(await ask(port, framed('host:tport:serial:gone')), `FAIL${framed("device 'gone' not found")}`);
});

test('the first question for the status waits until the phone listens', async (t) => {
  const { port, opened } = await arrange(t, { refusals: 5 });
  const local = await freePort();
  assert.equal(await forward(port, local), `${PICKED}OKAYOKAY`);
  assert.equal(await ask(local, 'GET /status HTTP/1.1\r\n\r\n'), 'phone: GET /status HTTP/1.1\r\n\r\n');
  assert.equal(opened(), 6);
});

test('it does not wait for ever', async (t) => {
  const { port, opened } = await arrange(t, { refusals: Infinity });
  const local = await freePort();
  await forward(port, local);
  assert.equal(await ask(local, 'GET /status HTTP/1.1\r\n\r\n').catch(() => ''), '');
  assert.ok(opened() > 5);
});

test('other requests are refused at once, and never sent twice', async (t) => {
  const { port, opened } = await arrange(t, { refusals: 1 });
  const local = await freePort();
  await forward(port, local);
  assert.equal(await ask(local, 'POST /session/1/element/2/click HTTP/1.1\r\n\r\n').catch(() => ''), '');
  assert.equal(opened(), 1);
});

test('a request in pieces arrives whole', async (t) => {
  const { port } = await arrange(t);
  const local = await freePort();
  await forward(port, local);
  const socket = connect(local, '127.0.0.1');
  for (const piece of ['POST /session/1/element', '/2/value', ' HTTP/1.1\r\n\r\n']) {
    socket.write(piece);
    await new Promise((turn) => setImmediate(turn));
  }
  assert.equal(await text(socket), 'phone: POST /session/1/element/2/value HTTP/1.1\r\n\r\n');
});

test('a phone that is shut gets nothing more, by a command or a forward, until it is opened', async (t) => {
  const { port, shut, open, opened } = await arrange(t);
  const local = await freePort();
  await forward(port, local);
  shut(PHONE);
  assert.match(
    await ask(port, framed(`host:tport:serial:${PHONE}`)),
    /^FAIL.{4}another run works on this phone$/,
  );
  assert.equal(await ask(local, 'DELETE /session/1 HTTP/1.1\r\n\r\n').catch(() => ''), '');
  assert.equal(opened(), 0);
  assert.equal(await ask(port, framed('host:version')), 'OKAY00040029');
  open(PHONE);
  assert.equal(
    await ask(port, framed(`host:tport:serial:${PHONE}`), framed('shell:echo hi')),
    `${PICKED}OKAYhi\n`,
  );
});

test('what Appium has asked before a process stood still reaches a phone only while that is ours', async (t) => {
  const { port, open } = await arrange(t);
  let isSure = true;
  let isOurs = true;
  let asked = 0;
  const check = async () => {
    asked++;
    if (!isOurs) throw new Error('taken over');
  };
  open(PHONE, { isSure: () => isSure, check });
  const local = await freePort();
  await forward(port, local);
  const [command, request] = [connect(port, '127.0.0.1'), connect(local, '127.0.0.1')];
  command.write(framed(`host:tport:serial:${PHONE}`));
  await once(command, 'data');
  request.write('POST /session/1/element/2/click');
  await new Promise((turn) => setTimeout(turn, 50));
  assert.equal(asked, 0);

  isSure = false;
  const passed = ask(port, framed(`host:tport:serial:${PHONE}`), framed('shell:echo hi'));
  assert.equal(await passed, `${PICKED}OKAYhi\n`);
  assert.ok(asked > 0);
  isOurs = false;
  command.write(framed('shell:echo hi'));
  assert.match(await text(command), /^FAIL.{4}another run works on this phone$/);
  request.write(' HTTP/1.1\r\n\r\n');
  assert.equal(await text(request).catch(() => ''), '');
  assert.match(await ask(port, framed(`host:tport:serial:${PHONE}`)), /^FAIL/);
  assert.equal(await ask(local, 'DELETE /session/1 HTTP/1.1\r\n\r\n').catch(() => ''), '');
});

test('a removed forward frees its port', async (t) => {
  const { port } = await arrange(t);
  const local = await freePort();
  await forward(port, local);
  assert.equal(
    await ask(port, framed(`host:tport:serial:${PHONE}`), framed(`host:killforward:tcp:${local}`)),
    `${PICKED}OKAYOKAY`,
  );
  assert.equal(await freePort(local), local);
});

test('a port that is taken is reported as adb tells it', async (t) => {
  const { port } = await arrange(t);
  assert.match(await forward(port, port), /^OKAY.{8}OKAYFAIL[0-9a-f]{4}cannot bind listener: /s);
});

test('case d2: a serial with blanks is one word for Appium, in the list, in requests and in forwards', async (t) => {
  const { port } = await arrange(t);
  const name = alias('adb-1 (2)._tcp');
  assert.match(name, /^\S+$/);
  assert.equal(
    await ask(port, framed('host:devices')),
    `OKAY${framed(`${PHONE}\tdevice\n${name}\toffline\n`)}`,
  );
  assert.equal(
    await ask(port, framed(`host:tport:serial:${name}`), framed('shell:echo hi')),
    `${PICKED}OKAYhi\n`,
  );
  assert.equal(await ask(port, framed(`host-serial:${name}:features`)), `OKAY${framed('cmd')}`);
  const local = await freePort();
  await ask(port, framed(`host:tport:serial:${name}`), framed(`host:forward:tcp:${local};tcp:6790`));
  assert.equal(await ask(local, 'GET /status HTTP/1.1\r\n\r\n'), 'phone: GET /status HTTP/1.1\r\n\r\n');
});

test('an answer of the phone that does not end is cut, and the next request is answered', async (t) => {
  const gate = await arrange(t);
  const [flooded, local] = [await freePort(), await freePort()];
  const service = (port: number, to: number) =>
    ask(gate.port, framed(`host:tport:serial:${PHONE}`), framed(`host:forward:tcp:${port};tcp:${to}`));
  await service(flooded, 6791);
  const socket = connect(flooded, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  let came = 0;
  socket.on('data', (piece: Buffer) => (came += piece.length)).write('GET /source HTTP/1.1\r\n\r\n');
  await once(socket, 'close');
  assert.ok(came > 32 * 1024 * 1024 && came <= 65 * 1024 * 1024, `${came} bytes came`);
  await service(local, 6790);
  assert.match(await ask(local, 'GET /status HTTP/1.1\r\n\r\n'), /^phone: GET \/status/);
});
