import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startFakeAdb } from './adb-server-fake.ts';
import { makeAppiumHome, removeAppiumHome } from './appium-home.ts';
import { appiumPort, runningAppium, startAppium, withoutPages } from './appium.ts';
import { AppiumPortTakenError, AppiumStartError } from '../errors.ts';
import { Secret } from '../secret.ts';

/** Loaded before Appium, in whose place it runs these lines. */
const INSTEAD = `
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (!url.includes('/appium/index')) return next(url, context);
    return { format: 'commonjs', shortCircuit: true, source: process.env.INSTEAD };
  },
});
`;
const READY = "console.log('[HTTP] Could be listener started on http://127.0.0.1');";
const STAYS = 'setInterval(() => undefined, 1e6);';
const NOTES =
  "require('node:fs').writeFileSync(process.env.NOTES, JSON.stringify({ args: process.argv.slice(2), env: process.env, cwd: process.cwd() }));";

async function arrange(t: TestContext, instead: string) {
  const folder = mkdtempSync(join(tmpdir(), 'appium-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const preload = join(folder, 'instead.mjs');
  writeFileSync(preload, INSTEAD);
  const { port: adbPort } = await startFakeAdb(t, '');
  const [log, notes] = [join(folder, 'appium.log'), join(folder, 'notes')];
  const env = {
    NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`,
    INSTEAD: `${NOTES} ${instead}`,
    NOTES: notes,
    ADB_SERVER_SOCKET: 'tcp:elsewhere:1',
  };
  const noted = () =>
    JSON.parse(readFileSync(notes, 'utf8')) as { args: string[]; env: Record<string, string>; cwd: string };
  return { options: { port: 0, adbPort, env, log }, noted, log, folder };
}

test('Appium is started with a home of its own, behind the gate, and nothing is left of it', async (t) => {
  const { options, noted, log } = await arrange(
    t,
    `console.log('typed Kanarie-7Qx!'); console.error('to the log too'); ${READY} ${STAYS}`,
  );
  const before = process.listenerCount('exit');
  const appium = await startAppium({ ...options, hide: [new Secret('Kanarie-7Qx!')] });
  t.after(() => appium.stop());
  const { args, env } = noted();
  const config = join(env['APPIUM_HOME'] ?? '', 'appium.json');
  assert.deepEqual(args, [
    'server',
    ...['--address', '127.0.0.1', '--port', String(appium.port)],
    ...['--log-level', 'info', '--config', config, '--log-no-colors', '--log-timestamp'],
  ]);
  const home = env['APPIUM_HOME'] ?? '';
  assert.ok(existsSync(home));
  // It asks for the user's home as it loads, which a user without a name has not.
  assert.equal(env['HOME'], home);
  assert.equal(env['ANDROID_ADB_SERVER_PORT'], String(appium.adbPort));
  assert.equal(env['ADB_SERVER_SOCKET'], undefined);
  assert.deepEqual(
    [appium.protocol, appium.hostname, appium.path, appium.aliases, appium.hasEnded()],
    ['http', '127.0.0.1', '/', true, false],
  );
  assert.notEqual(appium.adbPort, options.adbPort);
  assert.equal(process.listenerCount('exit'), before + 1);
  await appium.stop();
  assert.equal(appium.hasEnded(), true);
  assert.equal(process.listenerCount('exit'), before);
  assert.ok(!existsSync(home));
  const said = readFileSync(log, 'utf8');
  assert.match(said, /listener started on/);
  assert.match(said, /to the log too/);
  assert.doesNotMatch(said, /Kanarie/);
});

test('a home and a level that are given are kept', async (t) => {
  const { options, noted, folder } = await arrange(t, `${READY} ${STAYS}`);
  const appium = await startAppium({ ...options, level: 'debug', env: { ...options.env, HOME: folder } });
  await appium.stop();
  assert.equal(noted().env['HOME'], folder);
  assert.equal(noted().args[6], 'debug');
});

test('an Appium that ends at once is reported with its exit code and its log, and nothing is left of it', async (t) => {
  const { options, noted, log } = await arrange(t, 'process.exit(7);');
  const before = process.listenerCount('exit');
  await assert.rejects(
    startAppium(options),
    (error) =>
      error instanceof AppiumStartError &&
      error.message === `Appium did not start: it ended at once with exit code 7, see ${log}.`,
  );
  assert.ok(!existsSync(noted().env['APPIUM_HOME'] ?? ''));
  assert.equal(process.listenerCount('exit'), before);
});

test('where the log lies may become known while Appium starts: it gets all lines, and a fault names it', async (t) => {
  const { options, log } = await arrange(t, "console.log('first words'); process.exit(7);");
  const known = Promise.withResolvers<string>();
  const starting = startAppium({ ...options, log: known.promise });
  let isSettled = false;
  starting.catch(() => undefined).finally(() => (isSettled = true));
  await pause(50);
  assert.ok(!isSettled, 'a fault is not said before it can name the log');
  known.resolve(log);
  await assert.rejects(starting, (error) => {
    const says = `Appium did not start: it ended at once with exit code 7, see ${log}.`;
    return error instanceof AppiumStartError && error.message === says;
  });
  assert.match(readFileSync(log, 'utf8'), /first words/);
});

test('one that is still starting ends when nothing needs it, and nothing is left of it', async (t) => {
  const { options, noted, log } = await arrange(t, STAYS);
  const before = process.listenerCount('exit');
  const needed = new AbortController();
  const { promise: never } = Promise.withResolvers<string>();
  const starting = startAppium({ ...options, log: never, signal: needed.signal });
  while (!existsSync(options.env.NOTES)) await pause(20);
  needed.abort(new Error('no phone needs it'));
  await assert.rejects(starting, { message: 'no phone needs it' });
  assert.ok(!existsSync(noted().env['APPIUM_HOME'] ?? ''));
  assert.ok(!existsSync(log));
  assert.equal(process.listenerCount('exit'), before);
});

test('a port that another program has is reported, and a free one is taken for 0', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await assert.rejects(appiumPort(port), new AppiumPortTakenError(port));
  assert.ok((await appiumPort(0)) > 1023);
});

test('one that runs already is reached as its address says, and left alone', async () => {
  const here = runningAppium('http://127.0.0.1:4723/wd/hub', 5037);
  assert.deepEqual(
    [here.protocol, here.hostname, here.port, here.path, here.adbHost, here.adbPort, here.aliases],
    ['http', '127.0.0.1', 4723, '/wd/hub', undefined, 5037, false],
  );
  assert.equal(here.hasEnded(), false);
  assert.equal(here.shut, undefined);
  await here.stop();
  const grid = { host: 'bench.example', port: 5038 };
  assert.equal(runningAppium('http://grid.example', grid).port, 80);
  const safe = runningAppium('https://grid.example/', grid);
  assert.deepEqual(
    [safe.protocol, safe.port, safe.adbHost, safe.adbPort],
    ['https', 443, 'bench.example', 5038],
  );
});

test("an Appium's home names the driver that is installed, and goes with it", () => {
  const { home, config } = makeAppiumHome();
  assert.deepEqual(JSON.parse(readFileSync(config, 'utf8')), { server: {} });
  const { drivers, schemaRev } = JSON.parse(
    readFileSync(join(home, 'node_modules/.cache/appium/extensions.yaml'), 'utf8'),
  ) as { schemaRev: number; drivers: Record<string, Record<string, string>> };
  assert.equal(schemaRev, 4);
  const { installPath = '', installType, pkgName, version, installSpec } = drivers['uiautomator2'] ?? {};
  assert.ok(existsSync(join(installPath, 'package.json')));
  assert.deepEqual([installType, pkgName], ['dev', 'appium-uiautomator2-driver']);
  assert.equal(installSpec, `appium-uiautomator2-driver@${version}`);
  removeAppiumHome(home);
  assert.ok(!existsSync(home));
});

test(
  'where the folder for temporary files cannot be written, Appium is not begun and the setting is named',
  { skip: process.platform === 'win32' && 'TMPDIR is not asked there' },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'appium-test-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o600);
    const program = `
      import { makeAppiumHome } from '${new URL('appium-home.ts', import.meta.url).href}';
      try { makeAppiumHome(); } catch ({ message, hint }) { console.log(JSON.stringify([message, hint])); }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { TMPDIR: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const [message = '', hint = ''] = JSON.parse(String(said)) as string[];
    assert.match(message, /the folder for temporary files, .*\/file, cannot be written/);
    assert.match(hint, /set TMPDIR to a folder that you may write to/);
  },
);

test('what Appium has compiled is kept for its next start, though it is killed in the end', async (t) => {
  const { options, folder } = await arrange(
    t,
    "require('node:http').createServer((_, answer) => answer.end()).listen(process.argv[process.argv.indexOf('--port') + 1]); " +
      READY,
  );
  const cache = join(folder, 'compiled');
  const appium = await startAppium({ ...options, env: { ...options.env, NODE_COMPILE_CACHE: cache } });
  const kept = () =>
    readdirSync(cache, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  // It is written when Appium answers; the test's own limit ends a wait in vain.
  while (kept().length === 0) await pause(20);
  const answer = await fetch(`http://127.0.0.1:${appium.port}`).catch(() => undefined);
  await appium.stop();
  assert.equal(answer?.ok, true, 'it goes on');
});

test('a child ends, and takes its folder along, when the process that started it is killed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'appium-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const preload = new URL('end-with-parent.ts', import.meta.url);
  preload.searchParams.set('folder', folder);
  const child = `['--import', ${JSON.stringify(preload.href)}, '-e', "console.log('up'); ${STAYS}"]`;
  const program = `
    import { spawn } from 'node:child_process';
    const child = spawn(process.execPath, ${child}, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    ${STAYS}`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => parent.kill('SIGKILL'));
  let said = '';
  while (!said.includes('up')) said += String((await once(parent.stdout, 'data'))[0]);
  const ended = once(parent.stdout.resume(), 'close');
  parent.kill('SIGKILL');
  // Its output is the parent's, and is closed once both are gone.
  await ended;
  assert.ok(!existsSync(folder));
});

test('a child ends, and takes its folder along, also where the process that started it was gone before it ran', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'appium-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const preload = new URL('end-with-parent.ts', import.meta.url);
  preload.searchParams.set('folder', folder);
  const child = spawn(process.execPath, ['--import', preload.href, '-e', STAYS], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  child.disconnect();
  await once(child, 'exit');
  assert.ok(!existsSync(folder));
});

test("no page of the phone stands in Appium's log, also at debug, where Appium writes how each begins", () => {
  const begin = 'Got response with status 200: {"value":"';
  const page = String.raw`<?xml version='1.0' ?>\r\n<hierarchy index=\"0\"><node text=\"6230001535\" />`;
  assert.equal(withoutPages(`${begin}${page}`), `${begin}[page source]`);
  const [, bare = ''] = page.split(String.raw`\n`);
  assert.equal(withoutPages(`${begin}${bare}`), `${begin}[page source]`);
  const other = 'Matched JSONWP error code 7 to NoSuchElementError <-- GET /session/1/source 200 12 ms';
  assert.equal(withoutPages(other), other);
});
