import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import '../../live/ground.ts';
import { startAdbDaemon, type AdbDaemon } from './daemon.ts';
import { helperApks } from '../shell/package-helper-apks.ts';
import { fakeHandset, ONE_PIXEL, type FakeHandset } from '../shell/fake-handset.ts';

const skip = spawnSync('adb', ['version']).error ? 'adb is not installed (apt-get install adb)' : false;
const folder = mkdtempSync(join(tmpdir(), 'adb-daemon-'));
after(() => rmSync(folder, { recursive: true }));

interface Ran {
  code: number;
  out: Buffer;
  text: string;
}

/** Never blocks: the phone answers in this very process. */
function adb(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile('adb', args, { encoding: 'buffer', maxBuffer: 64e6, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, text: `${out.toString()}${err.toString()}` }),
    );
  });
}

/** A phone on the real adb server, taken off it again whatever happens. */
async function withPhone(
  work: (given: {
    serial: string;
    phone: FakeHandset;
    daemon: AdbDaemon;
    run: (...args: string[]) => Promise<Ran>;
  }) => Promise<void>,
  options: { authorized?: boolean; props?: Record<string, string> } = {},
): Promise<void> {
  const phone = fakeHandset(options.props);
  const status = createServer((_request, response) => response.end('{"value":{"ready":true}}'));
  const startUia2 = () => (stream: unknown) => void status.emit('connection', stream);
  const daemon = await startAdbDaemon({ handset: phone, authorized: options.authorized ?? true, startUia2 });
  const serial = `127.0.0.1:${daemon.port}`;
  try {
    await adb('connect', serial);
    await work({ serial, phone, daemon, run: (...args) => adb('-s', serial, ...args) });
  } finally {
    await adb('disconnect', serial);
    await daemon.close();
  }
}

/** What `adb devices` says of a serial; waits until it says so. */
async function becomes(serial: string, state: string | undefined): Promise<void> {
  const watching = spawn('adb', ['track-devices'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    for await (const chunk of watching.stdout) {
      const reported = new RegExp(`${serial}\\t(\\w+)`).exec(String(chunk))?.[1];
      if (reported === state) return;
    }
  } finally {
    watching.kill();
  }
}

const getState = async (serial: string) =>
  (await adb('devices')).text
    .split('\n')
    .find((line) => line.startsWith(serial))
    ?.split('\t')[1];

test('adb lists the phone by its product and runs commands with exit codes', { skip }, () =>
  withPhone(async ({ serial, run }) => {
    assert.match(
      (await adb('devices', '-l')).text,
      new RegExp(`^${serial} +device product:ginkgo model:Redmi_Note_8 device:ginkgo`, 'm'),
    );
    assert.deepEqual((await run('shell', 'getprop ro.product.model')).text, 'Redmi Note 8\n');
    assert.equal((await run('shell', 'exit 7')).code, 7);
    const lost = await run('shell', 'nonsense');
    assert.deepEqual([lost.code, lost.text], [127, '/system/bin/sh: nonsense: inaccessible or not found\n']);
  }),
);

test('a file of 5 MB comes back byte for byte', { skip }, () =>
  withPhone(async ({ run, phone }) => {
    const bytes = randomBytes(5 * 1024 * 1024);
    writeFileSync(join(folder, 'there'), bytes);
    assert.match((await run('push', join(folder, 'there'), '/data/local/tmp/big')).text, /1 file pushed/);
    assert.ok(phone.files.get('/data/local/tmp/big')?.data.equals(bytes));
    assert.match((await run('pull', '/data/local/tmp/big', join(folder, 'back'))).text, /1 file pulled/);
    assert.ok(readFileSync(join(folder, 'back')).equals(bytes));
    assert.match((await run('exec-out', 'cat /data/local/tmp/big | wc -c')).text, /^5242880\n/);
  }),
);

test('files can be pushed into a folder, listed, and not into the system', { skip }, () =>
  withPhone(async ({ run }) => {
    writeFileSync(join(folder, 'note.txt'), 'hello');
    await run('push', join(folder, 'note.txt'), '/sdcard/Download/');
    assert.equal((await run('shell', 'cat /sdcard/Download/note.txt')).text, 'hello');
    assert.match((await run('ls', '/sdcard/Download')).text, /^000081a4 00000005 \w+ note.txt$/m);
    assert.match((await run('push', join(folder, 'note.txt'), '/system/note.txt')).text, /Permission denied/);
    assert.match(
      (await run('pull', '/sdcard/no', join(folder, 'no'))).text,
      /No such file or directory|does not exist/,
    );
  }),
);

test('a helper APK is installed, pulled from its path, and removed', { skip }, () =>
  withPhone(async ({ run }) => {
    assert.match((await run('install', '-r', '-g', helperApks.settings.path)).text, /\nSuccess\n/);
    const path = (await run('shell', 'pm path io.appium.settings')).text.trim().replace('package:', '');
    await run('pull', path, join(folder, 'pulled.apk'));
    assert.ok(readFileSync(join(folder, 'pulled.apk')).equals(readFileSync(helperApks.settings.path)));
    assert.match((await run('uninstall', 'io.appium.settings')).text, /Success/);
  }),
);

test('refused installs reach the operator in the words of MIUI', { skip }, () =>
  withPhone(async ({ run, phone }) => {
    phone.faults.add('install-restricted');
    const { code, text } = await run('install', helperApks.settings.path);
    assert.equal(code, 1);
    assert.match(text, /Failure \[INSTALL_FAILED_USER_RESTRICTED: Install canceled by user\]/);
  }),
);

test('a screenshot and the log come through', { skip }, () =>
  withPhone(async ({ run }) => {
    assert.deepEqual((await run('exec-out', 'screencap -p')).out, ONE_PIXEL);
    assert.match(
      (await run('logcat', '-d', '-v', 'threadtime')).text,
      /^--------- beginning of main\n.* I mi-sim: boot completed\n/,
    );
  }),
);

test('input of a command reaches it', { skip }, () =>
  withPhone(async ({ serial }) => {
    const child = spawn('adb', ['-s', serial, 'shell', 'cat; echo done'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end('typed here\n');
    let text = '';
    for await (const chunk of child.stdout) text += String(chunk);
    assert.equal(text, 'typed here\ndone\n');
  }),
);

test('a shell without a command reads lines until exit', { skip }, () =>
  withPhone(async ({ serial }) => {
    const child = spawn('adb', ['-s', serial, 'shell'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.write('getprop ro.product.model\nexit 3\n');
    const exited = once(child, 'exit');
    let text = '';
    for await (const chunk of child.stdout) text += String(chunk);
    assert.equal(text, 'Redmi Note 8\n');
    assert.equal((await exited)[0], 3);
  }),
);

test('a terminal gets a prompt, its echo and Ctrl+C', { skip }, () =>
  withPhone(async ({ serial }) => {
    const child = spawn('adb', ['-s', serial, 'shell', '-tt'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (text.endsWith('ginkgo:/ $ ') && !text.includes('logcat')) child.stdin.write('logcat\r');
      else if (text.endsWith('boot completed\r\n')) child.stdin.write('\u0003');
      else if (text.endsWith('^C\r\nginkgo:/ $ ')) child.stdin.write('exit\r');
    }
    assert.match(
      text,
      /^ginkgo:\/ \$ logcat\r\n--------- beginning of main\r\n.*boot completed\r\n\^C\r\nginkgo:\/ \$ exit\r\n$/,
    );
  }),
);

test(
  'the UiAutomator2 server is reached through a forwarded port while its instrumentation runs',
  { skip },
  () =>
    withPhone(async ({ serial, run }) => {
      for (const { path } of Object.values(helperApks)) await run('install', '-r', path);
      const { text } = await run('forward', 'tcp:0', 'tcp:6790');
      const url = `http://127.0.0.1:${text.trim()}/status`;
      await assert.rejects(fetch(url));
      const child = spawn('adb', [
        '-s',
        serial,
        'shell',
        'am instrument -w io.appium.uiautomator2.server.test/androidx.test.runner.AndroidJUnitRunner',
      ]);
      await once(child.stdout, 'data');
      assert.deepEqual(await (await fetch(url, { headers: { connection: 'close' } })).json(), {
        value: { ready: true },
      });
      const exited = once(child, 'exit');
      await run('shell', 'am force-stop io.appium.uiautomator2.server');
      await exited;
      await assert.rejects(fetch(url));
    }),
);

test('services a phone does not have are refused and noted', { skip }, () =>
  withPhone(async ({ run, phone }) => {
    assert.match((await run('reboot')).text, /closed/);
    assert.match((await run('reverse', 'tcp:1', 'tcp:2')).text, /reverse forwarding is not available/);
    assert.match((await run('root')).text, /cannot run as root in production builds/);
    assert.deepEqual(
      phone.unknown.map(({ where, asked }) => `${where} ${asked}`),
      ['adb reboot:', 'adb reverse:forward:tcp:1;tcp:2'],
    );
  }),
);

test('a phone nobody has allowed is unauthorized until somebody does', { skip }, () =>
  withPhone(
    async ({ serial, run, daemon }) => {
      assert.equal(await getState(serial), 'unauthorized');
      assert.match((await run('shell', 'id')).text, /unauthorized/);
      daemon.authorize();
      await becomes(serial, 'device');
      assert.match((await run('shell', 'whoami')).text, /^shell\n$/);
    },
    { authorized: false },
  ),
);

test('a pulled cable breaks what runs; plugged in again, the phone is there at the same port', { skip }, () =>
  withPhone(async ({ serial, run, daemon }) => {
    const child = spawn('adb', ['-s', serial, 'logcat'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    const exited = once(child, 'exit');
    daemon.unplug();
    await exited;
    await becomes(serial, 'offline');
    assert.match((await run('shell', 'id')).text, /offline|not found/);
    await adb('disconnect', serial);
    assert.equal(await getState(serial), undefined);
    assert.doesNotMatch((await adb('connect', serial)).text, /^connected/);

    await daemon.plug();
    assert.match((await adb('connect', serial)).text, /connected to/);
    assert.equal((await run('shell', 'echo back')).text, 'back\n');
  }),
);

test('two phones at once keep apart', { skip }, () =>
  withPhone(async (one) => {
    await withPhone(
      async (two) => {
        const models = await Promise.all(
          [one, two].map(({ run }) => run('shell', 'getprop ro.product.model')),
        );
        assert.deepEqual(
          models.map(({ text }) => text),
          ['Redmi Note 8\n', 'Mi 8\n'],
        );
      },
      { props: { 'ro.product.model': 'Mi 8' } },
    );
  }),
);

test('bytes that are no ADB lose the connection and nothing else', { skip }, () =>
  withPhone(async ({ daemon, run }) => {
    const socket = connect(daemon.port, '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'close');
    assert.equal((await run('shell', 'echo fine')).text, 'fine\n');
  }),
);
