import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { AdbShellChild, shellCommand } from './adb-shell-child.ts';

const AT = ['-H', '127.0.0.1', '-P', '5038', '-s', 'a b'];

test('a shell command of adb is known by its words, and any other program is left alone', () => {
  const command = { host: '127.0.0.1', port: 5038, serial: 'a b', line: 'am force-stop x' };
  for (const adb of ['adb', '/opt/platform-tools/adb', 'C:\\sdk\\adb.exe'])
    assert.deepEqual(shellCommand(adb, [...AT, 'shell', 'am', 'force-stop', 'x']), command);
  const shell = [...AT, 'shell', 'id'];
  assert.equal(shellCommand('/opt/aapt', shell), undefined);
  assert.equal(shellCommand('adb', [...AT, 'forward', 'tcp:1', 'tcp:2']), undefined);
  assert.equal(shellCommand('adb', [...AT, 'shell']), undefined);
  assert.equal(shellCommand('adb', [...AT, 'shell', '-t', 'id']), undefined);
  assert.equal(shellCommand('adb', ['-P', '5038', 'shell', 'id']), undefined);
  assert.equal(shellCommand('adb', ['-s', 'a', 'shell', 'id']), undefined);
  assert.equal(shellCommand('adb', ['-e', ...shell]), undefined);
  assert.equal(shellCommand('adb', shell, { stdio: 'inherit' }), undefined);
  assert.deepEqual(shellCommand('adb', shell, { shell: undefined, env: {} })?.line, 'id');
});

/** An adb server that answers each request so, one after the other; and what it was asked. */
async function server(t: TestContext, ...answers: (string | Buffer | undefined)[]) {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  const listener = createServer((socket) => {
    sockets.push(socket);
    const left = [...answers];
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      asked.push(bytes.toString('utf8', 4));
      const answer = left.shift();
      if (answer === undefined) socket.destroy();
      else for (const byte of Buffer.from(answer as string, 'latin1')) socket.write(Buffer.of(byte));
    });
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const { port } = listener.address() as AddressInfo;
  const started: string[] = [];
  const child = new AdbShellChild({ host: '127.0.0.1', port, serial: 'abc', line: 'id -u' }, () => {
    started.push('adb');
    return spawn(process.execPath, ['-e', 'console.log("of adb"); console.error("why"); process.exit(3)']);
  });
  return { child: child as unknown as ChildProcess, asked, started, sockets };
}

const PICKED = 'OKAY12345678';
const packet = (id: number, data: string) =>
  Buffer.concat([Buffer.of(id, data.length, 0, 0, 0), Buffer.from(data)]).toString('latin1');

/** What a child process writes, and how it ends, in the order of its events. */
async function heard(child: ChildProcess) {
  const events: unknown[] = [];
  child.on('exit', (...how) => events.push(['exit', ...how]));
  child.on('close', (...how) => events.push(['close', ...how]));
  const said = [text(child.stdout!), text(child.stderr!)];
  await once(child, 'close');
  const [out, err] = await Promise.all(said);
  return { out, err, events };
}
const ended = (code: number | null, signal: string | null) => [
  ['exit', code, signal],
  ['close', code, signal],
];

test('a shell command is asked of the server, in whatever pieces its answer comes, and ends as adb would', async (t) => {
  const answer = `OKAY${packet(1, '0\n')}${packet(2, 'hm')}${packet(1, 'more')}${packet(3, '\x07')}`;
  const { child, asked, started } = await server(t, PICKED, answer);
  assert.deepEqual(await heard(child), { out: '0\nmore', err: 'hm', events: ended(7, null) });
  assert.deepEqual(asked, ['host:tport:serial:abc', 'shell,v2,raw:id -u']);
  assert.deepEqual(started, []);
  assert.equal(child.exitCode, 7);
  assert.equal(child.kill(), false);
});

test('what the server or the phone does not take up is left to adb', async (t) => {
  const refused = 'FAIL0006closed';
  for (const answers of [[refused], [undefined], [PICKED, refused], [PICKED, undefined]]) {
    const { child, started } = await server(t, ...answers);
    assert.deepEqual(await heard(child), { out: 'of adb\n', err: 'why\n', events: ended(3, null) });
    assert.deepEqual(started, ['adb']);
  }
});

test('a command that is killed before the server answers is not begun', async (t) => {
  const { child, started } = await server(t, 'OKAY');
  child.kill();
  assert.deepEqual(await heard(child), { out: '', err: '', events: ended(null, 'SIGTERM') });
  assert.deepEqual(started, []);
});

test('a phone that is gone in the middle of a command is a failure, and the command is not run again', async (t) => {
  const { child, started, sockets } = await server(t, PICKED, `OKAY${packet(1, 'half')}`);
  const end = heard(child);
  await once(child.stdout!, 'data');
  for (const socket of sockets) socket.destroy();
  assert.deepEqual(await end, { out: 'half', err: 'error: closed\n', events: ended(1, null) });
  assert.deepEqual(started, []);
});

test('a command that is killed hangs up on the phone', async (t) => {
  const { child, sockets } = await server(t, PICKED, `OKAY${packet(1, 'runs')}`);
  const end = heard(child);
  await once(child.stdout!, 'data');
  const hungUp = Promise.all(sockets.map((socket) => once(socket, 'close')));
  assert.equal(child.kill('SIGINT'), true);
  assert.deepEqual((await end).events, ended(null, 'SIGINT'));
  await hungUp;
  assert.equal(child.signalCode, 'SIGINT');
});
