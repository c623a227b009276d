import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { PhoneSpec } from '../sim/spec.ts';
import { LiveRig, parseResult } from '../live/rig.ts';
import { storeEnds } from '../live/store-ends.ts';
import { LiveProgram } from '../live/program.ts';

const PASSWORD = 'surroundings-1';
const PHONE: PhoneSpec = {
  release: '14',
  pace: 'instant',
  helpers: 'current',
  account: { id: '6230001599', password: PASSWORD },
};
/** A user id that no computer has a name for. */
const NAMELESS = 54_321;
const isRoot = process.getuid?.() === 0;

let rig: LiveRig;
let serial: string;
before(async () => {
  rig = await LiveRig.start([PHONE]);
  serial = rig.serials[0] ?? '';
});
after(() => rig?.stop());

const signOut = () => ['sign-out', serial, '--data', 'keep', '--password-env', 'LIVE_PASSWORD', '--json'];

test('case e1: a proxy in the environment is not asked for anything of this computer, by any spelling', async (t) => {
  await rig.put(serial, PHONE);
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(403).end();
  });
  proxy.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  t.after(() => proxy.close());
  const at = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'npm_config_proxy', 'npm_config_https_proxy'];
  const proxies = Object.fromEntries(
    names.flatMap((name) => [name, name.toLowerCase()]).map((name) => [name, at]),
  );
  const env = {
    ...proxies,
    NODE_USE_ENV_PROXY: '1',
    NO_PROXY: 'intern.example',
    npm_config_no_proxy: 'intern.example',
  };

  const [{ code, stdout, stderr }, doctor] = await Promise.all([
    rig.run(signOut(), { env: { ...env, LIVE_PASSWORD: PASSWORD } }),
    // Of no phone: this computer alone is looked at.
    rig.run(['doctor', 'none'], { env }),
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(parseResult(stdout).outcome, 'signed-out');
  assert.match(doctor.stdout, /✔ Appium address +a free port; it starts and answers/);
  assert.deepEqual(asked, []);
});

test(
  "cases e6, e7: a user without a name and a home, in a program's folder that is another user's, signs a phone out",
  { skip: isRoot ? false : 'only root can run a program as another user' },
  async (t) => {
    await rig.put(serial, PHONE);
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-nameless-'));
    chownSync(folder, NAMELESS, NAMELESS);
    t.after(() => rmSync(folder, { recursive: true }));
    const as = ['setpriv', '--reuid', String(NAMELESS), '--regid', String(NAMELESS), '--clear-groups'];
    const folders = {
      EVIDENCE_DIR: join(folder, 'runs'),
      DATA_DIR: join(folder, 'data'),
      HOME: '/nonexistent',
    };
    const run = (args: readonly string[], by: readonly string[], env = {}) =>
      new LiveProgram(args, { by: [...as, ...by], env: { ...folders, LIVE_PASSWORD: PASSWORD, ...env } })
        .ended;

    const phones = await run(['phones'], ['env', '-u', 'HOME']);
    assert.equal(phones.code, 0, phones.stderr);
    assert.match(phones.stdout, new RegExp(`^${serial} +device .* signed in: `, 'm'));

    const { code, stdout, stderr } = await run(signOut(), []);
    await storeEnds(folders.DATA_DIR);
    // The database is made in a user namespace, which a container may forbid.
    const [setpriv = '', ...line] = as;
    if (spawnSync(setpriv, [...line, 'unshare', '--user', 'true']).status === 0) {
      assert.equal(code, 0, stderr);
      assert.equal(parseResult(stdout).outcome, 'signed-out');
    } else {
      assert.equal(code, 2, stderr);
      assert.match(
        stderr,
        /makes no database for a user without a name, and number 54321 has none.*\n.*→ .*DATABASE_URL/s,
      );
    }
  },
);

test(
  'a low limit of open files is refused at the start, with the number needed',
  { skip: process.platform === 'linux' ? false : 'prlimit is of Linux' },
  async () => {
    await rig.put(serial, PHONE);
    const { code, stdout, stderr } = await rig.run(signOut(), {
      by: ['prlimit', '--nofile=90:90'],
      env: { LIVE_PASSWORD: PASSWORD },
    });
    assert.equal(code, 2, stderr);
    assert.equal(parseResult(stdout).reason, 'host-tool');
    assert.match(stderr, /A program may open 90 files on this computer, and one phone needs 96\./);
    assert.match(stderr, /→ raise the limit to 96 or more: 'ulimit -n 96'/);
    const { events } = await rig.witness(serial);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['window-opened'],
      'the phone shows what it showed at first',
    );
  },
);
