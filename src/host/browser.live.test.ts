import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openHostBrowser } from './browser.ts';
import { leaksIn } from '../live/leaks.ts';
import { proc } from '../live/program.ts';
import { childEnvironment, loadSettings } from '../config/config.ts';
import { HostToolError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { waitUntil } from '../live/wait.ts';

const { path } = loadSettings();
const env = childEnvironment();
const missing = ['chromium', 'chromedriver'].filter((program) => spawnSync(program, ['--version']).error);
const skip =
  missing.length > 0 && `not installed: ${missing.join(', ')} (apt-get install chromium chromium-driver)`;
const FORM =
  '<!doctype html><title>Form</title><form method="post" action="/sent"><input name="a"><button>Send</button></form>';

/** A site that closes the connection on a form that is handed in. */
async function site(t: TestContext) {
  const posts: string[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void response.setHeader('content-type', 'text/html').end(FORM);
    posts.push(request.url ?? '');
    request.resume().on('end', () => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  return { posts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A folder of the test's own. */
function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'browser-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Opens a browser, says so, and ends on what is typed; its temporary files lie in a folder of its own. */
const HOLD = `
import { openHostBrowser } from '${pathToFileURL(join(import.meta.dirname, 'browser.ts')).href}';
const { path, env, chromedriver } = JSON.parse(process.argv[2]);
const web = await openHostBrowser({ path, env, chromedriver }).catch((error) => (console.log(error.message), undefined));
if (web) {
  console.log('open');
  process.stdin.once('data', () => web.close().then(() => process.exit()));
}
`;

function hold(t: TestContext, options: { chromedriver?: string } = {}) {
  const folder = folderOf(t);
  const scratch = mkdtempSync(join(folder, 'tmp-'));
  const mark = `mark-${crypto.randomUUID()}`;
  const program = join(folder, 'hold.mjs');
  writeFileSync(program, HOLD);
  const wish = JSON.stringify({ path, env: { ...env, MARK: mark }, ...options });
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, wish], {
    env: { ...env, TMPDIR: scratch, SECRET: 'Kanarie-7Qx!' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return {
    child,
    said: once(child.stdout, 'data').then(([data]) => String(data).trim()),
    left: () => readdirSync(scratch),
    /** What runs of the browser, by pid. Elsewhere than on Linux there is nothing to see. */
    running: () =>
      process.platform === 'linux'
        ? readdirSync('/proc').filter((pid) => proc(pid, 'environ').includes(mark))
        : [],
  };
}

test('a form whose answer is lost is sent once, and a typed secret stands in no log', { skip }, async (t) => {
  const { posts, url } = await site(t);
  const folder = folderOf(t);
  const web = await openHostBrowser({ path, env, log: { level: 'debug', folder } });
  try {
    for (let visit = 0; visit < 3; visit++) await web.browser.url(`${url}/${visit}`);
    await web.browser.$('input').setValue('Kanarie-7Qx!', { mask: true });
    await web.browser.$('button').click();
    await waitUntil(web.browser, 'the fault', () =>
      web.browser.execute(() => location.protocol === 'chrome-error:'),
    );
  } finally {
    await web.close();
  }
  assert.deepEqual(posts, ['/sent']);
  const log = readFileSync(join(folder, 'wdio.log'), 'utf8');
  assert.match(log, /elementSendKeys/);
  assert.deepEqual(leaksIn(new Map([['wdio.log', log]]), new Secret('Kanarie-7Qx!')), []);
});

for (const [end, how] of [
  ['that is closed', (child) => void child.stdin?.write('\n')],
  ['whose program is killed', (child) => void child.kill('SIGKILL')],
] as [string, (child: ReturnType<typeof hold>['child']) => void][]) {
  test(
    `of a browser ${end} nothing is left, and it has the environment it was given`,
    { skip },
    async (t) => {
      const { child, said, running, left } = hold(t);
      assert.equal(await said, 'open');
      assert.ok(left().length > 0);
      assert.ok(process.platform !== 'linux' || running().length > 2);
      for (const pid of running()) assert.ok(!proc(pid, 'environ').includes('Kanarie'));
      how(child);
      await once(child, 'exit');
      while (running().length + left().length > 0) await pause(50);
    },
  );
}

test('a computer without a chromedriver says what to install', async () => {
  await assert.rejects(
    openHostBrowser({ path: '', env }),
    (error) =>
      error instanceof HostToolError &&
      /chromedriver/.test(error.message) &&
      /apt-get install chromium/.test(error.hint),
  );
});

test(
  'a chromedriver that ends at once, as another program has its port, is started once more',
  { skip },
  async (t) => {
    const folder = folderOf(t);
    const chromedriver = join(folder, 'chromedriver');
    const mark = join(folder, 'once');
    writeFileSync(
      chromedriver,
      `#!/bin/sh\n[ -e '${mark}' ] || { touch '${mark}'; exit 1; }\nexec chromedriver "$@"\n`,
      { mode: 0o755 },
    );
    const { child, said, left } = hold(t, { chromedriver });
    assert.equal(await said, 'open');
    child.stdin.write('\n');
    await once(child, 'exit');
    assert.deepEqual(left(), []);
  },
);

test('a program that is no chromedriver is reported, and nothing is left', async (t) => {
  const { child, said, left } = hold(t, { chromedriver: process.execPath });
  assert.match(await said, /ends at once/);
  await once(child, 'exit');
  assert.deepEqual(left(), []);
});
