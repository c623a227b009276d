import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { withDatabase } from '../../live/ready-database.ts';
import { instantClock } from '../../clock.ts';
import { childEnvironment, loadSettings } from '../../config/config.ts';
import type { RunResult } from '../../events.ts';
import { LiveAdb } from '../../live/adb.ts';
import { run, workFolder } from '../../live/command.ts';
import { filesBelow } from '../../live/leaks.ts';
import { lockCheck } from '../../lock/lock-check.ts';
import type { LockStatus } from '../../lock/lock-status.ts';
import { lockAfter } from '../../runs/owner/lock-after.ts';
import { lockSource } from '../../runs/owner/lock-check.ts';
import { startWorld, type World } from '../../sim/world.ts';
import { LockRequests } from '../../store/lock-requests.ts';
import { paths } from '../../store/postmaster.ts';
import { openStore, type Store } from '../../store/store.ts';

// The lock of simulated phones, asked for as a user does, in this process, on one PostgreSQL.
const folder = workFolder('lock');
const dataDir = join(folder, 'data');
const account = { id: '6230001535', password: 'sim-password' };
let world: World;
let store: Store;
let adb: LiveAdb;

before(async () => {
  [world, store, adb] = await Promise.all([
    startWorld({
      site: { pace: 'instant' },
      phones: [
        { pace: 'instant', account },
        { pace: 'instant' },
        { pace: 'instant', account, lock: { lost: true } },
        { pace: 'instant', lock: { on: true } },
      ],
    }),
    openStore({ dataDir: withDatabase(dataDir), env: childEnvironment(), keepSeconds: 1 }),
    LiveAdb.start(),
  ]);
});
after(async () => {
  await store?.close();
  await Promise.all([world?.close(), adb?.stop()]);
  while (existsSync(join(paths(dataDir).data, 'postmaster.pid'))) await pause(50);
});

const imei = (at: number): string => world.phones[at]!.phone.identity.imei;
const settings = (more: Record<string, string> = {}) => {
  const given = { DATA_DIR: 'data', LOCK_CHECK: 'xiaomi', LOCK_CHECK_URL: world.site!.url, ...more };
  const lines = Object.entries(given).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync('.env', lines.join(''), { mode: 0o600 });
};
const ask = async (t: TestContext, ...words: string[]) => {
  const ran = await run(t, 'lock', '--json', ...words);
  return { ...ran, found: ran.error ? [] : (JSON.parse(ran.stdout) as LockStatus[]) };
};
/** As a station does over hours, on a clock that does not wait. */
const patient = (manners = { intervalMs: 2000, budget: 1000 }) => {
  const clock = instantClock();
  const memory = new LockRequests(store, clock);
  return {
    clock,
    ...lockCheck(lockSource(loadSettings())!, memory, manners, { fetch, clock, random: () => 0 }),
  };
};
const forget = () => store.pool.query('delete from mi_unbind.lock_request');

test('without LOCK_CHECK, without an IMEI, and with a wrong one, nothing is asked', async (t) => {
  writeFileSync('.env', "DATA_DIR='data'\n", { mode: 0o600 });
  const none = await ask(t, imei(0));
  assert.equal(none.code, 2);
  assert.match(none.error?.message ?? '', /LOCK_CHECK .*'none'/);
  settings();
  const wrong = await ask(t, imei(1), '356938035643808');
  assert.deepEqual(
    [wrong.code, wrong.error?.message],
    [2, "'356938035643808' is no IMEI: it has 15 digits, of which the last one is a check digit"],
  );
  assert.match((await ask(t)).error?.message ?? '', /no IMEI is named/);
  settings({ LOCK_CHECK: 'http', LOCK_CHECK_URL: 'http://127.0.0.1:9/lock' });
  assert.match((await ask(t, imei(0))).error?.message ?? '', /\{imei\}/);
  assert.deepEqual(world.site!.lockLog, []);
});

test('a phone with Find device on is locked, one without an account is not, and the exit code says it', async (t) => {
  settings();
  const { code, found } = await ask(t, imei(0), imei(1));
  assert.deepEqual(
    found.map(({ imei: own, state, lost, source, why }) => [own, state, lost, source, why]),
    [
      [imei(0), 'on', false, 'xiaomi', undefined],
      [imei(1), 'off', false, 'xiaomi', undefined],
    ],
  );
  assert.equal(code, 1);
  // Answers of the last ten minutes are not asked for again.
  assert.equal((await ask(t, imei(1))).code, 0);
  assert.equal(world.site!.lockLog.length, 2);
  const people = await run(t, 'lock', imei(0));
  assert.match(people.stdout, /IMEI +LOCK +LOST +ASKED/);
  assert.match(people.stdout, new RegExp(`${imei(0)} +on +not reported lost`));
  const written = filesBelow(dataDir);
  for (const text of [...written.values(), people.stdout])
    assert.doesNotMatch(text, /o\*\*\*r@example|\+359\*{5}456/, 'hints at the owner are kept nowhere');
});

test('a lost phone says so, and a lock without an account on the phone is a lock', async () => {
  settings();
  const { check } = patient();
  const { state, lost } = await check(imei(2));
  assert.deepEqual([state, lost], ['on', true]);
  assert.equal((await check(imei(3))).state, 'on');
  world.accounts.locks.clear(imei(3));
  assert.equal((await check(imei(3))).state, 'on');
  assert.equal((await check(imei(3), { fresh: true })).state, 'off');
  await forget();
});

for (const [lock, why] of [
  ['captcha', /captcha/],
  ['busy', /busy/],
  ['page', /web page/],
  ['sign-in', /elsewhere/],
  ['rate-limit', /no more requests/],
  ['other-shape', /another shape/],
  ['other-phone', /another IMEI/],
] as const)
  test(`an answer that tells no state is unknown: ${lock}`, async () => {
    settings();
    world.site!.set({ pace: 'instant', lock });
    const { check } = patient();
    const found = await check(imei(1));
    assert.equal(found.state, 'unknown');
    assert.match(found.why ?? '', why);
    world.site!.set({ pace: 'instant' });
    const again = await check(imei(1), { fresh: true });
    assert.equal(again.state, lock === 'captcha' ? 'unknown' : 'off', again.why);
    await forget();
  });

test('of a source that keeps refusing no more than five requests are made in an hour', async () => {
  settings();
  world.site!.set({ pace: 'instant', lock: 'rate-limit' });
  const { check } = patient();
  for (let at = 0; at < 9; at++) assert.equal((await check(imei(at % 4), { fresh: true })).state, 'unknown');
  assert.equal(world.site!.lockLog.length, 5);
  assert.match((await check(imei(0))).why ?? '', /^not asked: it refused 5 requests/);
  await forget();
});

test('two that ask at once take turns, and the budget counts for both', async () => {
  settings();
  world.site!.set({ pace: 'instant' });
  const [one, other] = [patient({ intervalMs: 2000, budget: 3 }), patient({ intervalMs: 2000, budget: 3 })];
  const found = await Promise.all([0, 1, 2, 3].map((at) => (at % 2 ? one : other).check(imei(at))));
  assert.equal(found.filter(({ state }) => state === 'unknown').length, 1);
  assert.equal(world.site!.lockLog.length, 3);
  await forget();
});

test('a bought service is asked with its key, which is printed nowhere', async (t) => {
  const asked: unknown[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push([url, headers.authorization]);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { fmd: 'OFF' } }));
  }).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  t.after(() => server.close());
  const port = (server.address() as AddressInfo).port;
  settings({
    LOCK_CHECK: 'http',
    LOCK_CHECK_URL: `http://127.0.0.1:${port}/check?imei={imei}&key=Kanarie-7Qx`,
    LOCK_CHECK_HEADER: 'Authorization: Bearer Kanarie-8Rz',
    LOCK_CHECK_PATHS: 'data.fmd',
  });
  const { code, found, stdout, stderr } = await ask(t, imei(0));
  assert.deepEqual([code, found[0]?.state, found[0]?.source], [0, 'off', `127.0.0.1:${port}`]);
  assert.deepEqual(asked, [[`/check?imei=${imei(0)}&key=Kanarie-7Qx`, 'Bearer Kanarie-8Rz']]);
  assert.doesNotMatch(stdout + stderr, /Kanarie/);
});

test('a run asks before it begins, and does nothing on a phone that is reported lost', async (t) => {
  const serials = [2, 3].map((at) => world.phones[at]!.serial);
  for (const serial of serials) await adb.run('connect', serial);
  world.site!.set({ pace: 'instant' });
  world.accounts.locks.set(imei(3), true);
  settings({ ...adb.env, EVIDENCE_DIR: 'runs', KEEP_HELPERS: 'yes' });
  const signOut = async (serial: string) => {
    const ran = await run(t, 'sign-out', serial, '--data', 'keep', '--no-password', '--json');
    return { code: ran.code, result: JSON.parse(ran.stdout) as RunResult };
  };
  const [lost, locked] = [await signOut(serials[0]!), await signOut(serials[1]!)];
  assert.deepEqual([lost.code, lost.result.outcome, lost.result.reason], [3, 'needs-person', 'lost-mode']);
  assert.equal(lost.result.evidence, '');
  assert.match(lost.result.facts?.[0]?.value ?? '', /^on, reported lost, asked /);
  const opened = world.phones[2]!.phone.events.map(({ kind, detail }) => [kind, detail?.['page']]);
  assert.deepEqual(opened, [['window-opened', 'launcher']], 'it shows what it showed');
  // The one without an account is signed out already; that its lock is on is said.
  assert.deepEqual([locked.code, locked.result.outcome], [0, 'already-signed-out']);
  assert.match(locked.result.warnings[0] ?? '', /has the phone locked, though no Mi Account is on it/);
});

/** A sign-out with --require-lock-off that has just signed the second phone out; what is done at each of its waits. */
async function waits(atWait: (nth: number, stop: AbortController) => void, changes: object = {}) {
  const stop = new AbortController();
  const { check, clock } = patient();
  const said: string[] = [];
  let nth = 0;
  // Only what is slept counts: a question takes as long as the computer is busy.
  let slept = 0;
  const elapsed = () => slept;
  const sleep = async (ms: number, why: string, signal?: AbortSignal) => {
    if (why.includes('take the lock off')) atWait(++nth, stop);
    signal?.throwIfAborted();
    slept += ms;
    return clock.sleep(ms, why);
  };
  const station = {
    settings: { ...loadSettings(), requireLockOff: true },
    store: async () => store,
    ...changes,
  };
  const lock = {
    isLost: false,
    facts: [],
    warnings: [],
    imeis: [imei(1)],
    seen: { state: 'on', at: '2026-11-30T08:02:00.000Z' },
  };
  const after = await lockAfter(
    station as never,
    {
      ...{ outcome: { kind: 'signed-out' }, lock: lock as never, isJob: false, signal: stop.signal },
      onEvent: (event) => void said.push(event.kind === 'step' ? event.what : ''),
    },
    { clock: { ...clock, elapsed, sleep }, check: { check } },
  );
  const fact = after.facts[0]?.value.replace(/ \d{4}-.*?(?= ·|$)| \d\d:\d\d.*$/g, '');
  return {
    kind: after.outcome?.kind,
    reason: (after.outcome as { reason?: string })?.reason,
    fact,
    said,
    warning: after.warnings.join(),
  };
}

test('after a sign-out with --require-lock-off the lock is asked up to three times, and each wait is said', async () => {
  settings();
  world.site!.set({ pace: 'instant' });
  world.accounts.locks.set(imei(1), true);
  const off = await waits((nth) => void (nth === 2 && world.accounts.locks.clear(imei(1))));
  assert.deepEqual([off.kind, off.warning], ['signed-out', '']);
  assert.match(off.fact ?? '', /^before: on.* after: off/);
  assert.deepEqual(off.said, [
    "wait 15 s, then ask Xiaomi's server whether its lock is off",
    "wait 45 s, then ask Xiaomi's server whether its lock is off; it was on",
  ]);
  world.accounts.locks.set(imei(1), true);
  const on = await waits(() => undefined);
  assert.deepEqual([on.kind, on.reason, on.said.length], ['needs-person', 'lock-still-on', 3]);
  assert.match(on.warning, /^lock not confirmed: on → ask later/);
  await forget();
});

test('a wait for the lock that Ctrl-C ends, or a store that is gone, leaves the phone signed out, and says so', async () => {
  settings();
  world.accounts.locks.set(imei(1), true);
  const soon = await waits((_, stop) => stop.abort(new Error('stopped on request')));
  assert.deepEqual([soon.kind, soon.reason], ['needs-person', 'lock-still-on']);
  assert.match(soon.fact ?? '', /after: unknown \(the wait for it was ended on request\)/);
  const later = await waits((nth, stop) => void (nth === 2 && stop.abort(new Error('stopped on request'))));
  assert.match(later.fact ?? '', /after: on/);
  const gone = { store: () => Promise.reject(new Error('the store is gone')) };
  assert.equal((await waits(() => undefined, gone)).reason, 'lock-still-on');
  const unasked = { ...gone, settings: { ...loadSettings(), requireLockOff: false } };
  const signedOut = await waits(() => undefined, unasked);
  assert.deepEqual([signedOut.kind, signedOut.said], ['signed-out', []]);
  assert.match(
    signedOut.warning,
    /^lock not confirmed: it was not asked again \(the store is gone\) → ask later/,
  );
  world.accounts.locks.clear(imei(1));
  await forget();
});

test('a server that cannot be reached is unknown, exit code 3', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  settings({ LOCK_CHECK_URL: `http://127.0.0.1:${port}` });
  const { code, found } = await ask(t, imei(1));
  assert.deepEqual([code, found[0]?.state], [3, 'unknown']);
  assert.match(found[0]?.why ?? '', /cannot be asked: nothing listens there/);
});
