import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openHostBrowser, type WebSession } from './browser.ts';
import { leaksIn } from './checks/leaks.ts';
import { loadSettings } from './config.ts';
import { HostToolError } from './errors.ts';
import { Secret } from './secret.ts';

const { path } = loadSettings();
const missing = ['chromium', 'chromedriver'].filter((program) => spawnSync(program, ['--version']).error);
const skip = missing.length > 0 && `not installed: ${missing.join(', ')} (apt-get install chromium chromium-driver)`;
const FORM = '<!doctype html><title>Form</title><form method="post" action="/sent"><input name="a"><button>Send</button></form>';

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

const profiles = () => readdirSync(tmpdir()).filter((name) => name.startsWith('mi-unbind-browser-'));
const running = (folder: string) => spawnSync('pgrep', ['-f', folder]).stdout.toString().trim();

test('a form whose answer is lost is sent once; a typed secret stands in no log; nothing is left', { skip }, async (t) => {
  const { posts, url } = await site(t);
  const folder = mkdtempSync(join(tmpdir(), 'browser-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const before = profiles();
  const web: WebSession = await openHostBrowser({ path, log: { level: 'debug', folder } });
  const mine = profiles().filter((name) => !before.includes(name));
  try {
    for (let visit = 0; visit < 3; visit++) await web.browser.url(`${url}/${visit}`);
    await web.browser.$('input').setValue('Kanarie-7Qx!', { mask: true });
    await web.browser.$('button').click();
  } finally {
    await web.close();
  }
  assert.deepEqual(posts, ['/sent']);
  const log = readFileSync(join(folder, 'wdio.log'), 'utf8');
  assert.match(log, /elementSendKeys/);
  assert.deepEqual(leaksIn(new Map([['wdio.log', log]]), new Secret('Kanarie-7Qx!')), []);
  assert.ok(mine.length > 0);
  for (const name of mine) {
    assert.ok(!profiles().includes(name) || running(name) !== '', 'a profile is left');
  }
});

test('a computer without a chromedriver is told what to install', async () => {
  await assert.rejects(
    openHostBrowser({ path: '' }),
    (error) => error instanceof HostToolError && /chromedriver/.test(error.message) && /apt-get install chromium/.test(error.hint),
  );
});

test('a program that is no chromedriver is told, and nothing is left', async () => {
  const before = profiles().length;
  await assert.rejects(openHostBrowser({ path, chromedriver: process.execPath }), /ends at once/);
  assert.ok(profiles().length <= before + 1);
});
