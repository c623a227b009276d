import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../clock.ts';
import { withDatabase } from '../live/ready-database.ts';
import { phoneOf } from './in-process.ts';
import { storeEnds } from '../live/store-ends.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import { eventsAfter, seenStations } from '../store/station-events.ts';
import { runningServer } from '../store/postmaster.ts';
import { openStore, type Store } from '../store/store.ts';
import { phonesOnWall } from '../jobs/phones-seen.ts';
import type { AttachedPhone } from '../phone/adb.ts';
import { StationLog } from '../runs/station-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-log-'));
const dataDir = join(folder, 'data');
let store: Store;
before(async () => {
  store = await openStore({ dataDir: withDatabase(dataDir), env: {} });
});
after(async () => {
  await store.close();
  await storeEnds(dataDir);
  rmSync(folder, { recursive: true });
});

test('a database that breaks down loses none of what a station saw, and has it once', async (context) => {
  const sim = new SimPhone({ pace: 'instant' });
  const log = new StationLog(store, {
    ...{ station: 'Sofia 1', url: () => '', phone: (serial) => phoneOf(sim, serial), isWatched: () => false },
  });
  await log.open();
  context.after(() => log.close());
  const steps = async (): Promise<string[]> =>
    (await eventsAfter(store.pool, 0, 100)).flatMap(({ kind, body }) =>
      kind === 'step' ? [String(body.what)] : [],
    );
  const until = async (what: string) => {
    while (!(await steps().catch((): string[] => [])).includes(what)) await pause(20);
  };
  const step = (nth: number) =>
    log.onStep(
      { id: '', serial: `d${nth}` },
      { at: new Date().toISOString(), kind: 'step', what: `step ${nth}` },
      '',
    );
  for (const nth of [1, 2, 3]) step(nth);
  await until('step 3');
  const { pid } = runningServer(dataDir) ?? assert.fail('the database runs');
  process.kill(pid, 'SIGKILL');
  const isBack = () =>
    steps().then(
      () => runningServer(dataDir)?.pid !== pid,
      () => false,
    );
  while (!(await isBack())) await pause(20);
  step(4);
  await until('step 4');
  assert.deepEqual((await steps()).toSorted(), ['step 1', 'step 2', 'step 3', 'step 4']);
});

test('a station that starts again shows of a phone what it has shown before, of another one at its port nothing', async () => {
  const { rows } = await store.pool.query<{ id: string }>(
    "insert into mi_unbind.job (batch, key, phone, wish, sealed, keep_secret, state) values ('b', 'k', 'imei:1', '{}', '', false, 'done') returning id",
  );
  const job = rows[0]!.id;
  const evidence = mkdtempSync(join(folder, 'run-'));
  const options = { station: 'Ruse', url: () => '', phone: () => assert.fail(), isWatched: () => false };
  const clock = { ...systemClock, sleep: () => new Promise<never>(() => {}) };
  const attached = (serial: string) => [{ serial, state: 'device', transport: '1' }] as AttachedPhone[];
  /** What the page shows once a new process of the station has seen this phone. */
  const shownBy = async (imei: string, at: string, work?: (log: StationLog) => void) => {
    const log = new StationLog(store, {
      ...options,
      clock,
      phone: () => ({ shell: () => Promise.reject(new Error('gone')) }) as never,
    });
    await log.take();
    await log.open();
    log.onPhones(attached(at), []);
    log.onPhones(attached(at), [{ serial: at, imei, serialno: '' }]);
    work?.(log);
    await log.close();
    const [phone] = await phonesOnWall(store, [{ station: 'Ruse', serial: at }]);
    return phone && [phone.job, phone.step, phone.evidence, phone.picture];
  };
  const shown = [job, 'tap Sign out', evidence, '01-account.png'];
  const ran = await shownBy('1', 'd1', (log) => {
    const at = new Date().toISOString();
    const page = {
      at,
      kind: 'page',
      page: 'account',
      package: 'app',
      source: '',
      screenshot: '01-account.png',
    } as const;
    log.onStep({ id: job, serial: 'd1' }, page, evidence);
    log.onStep({ id: job, serial: 'd1' }, { at, kind: 'step', what: 'tap Sign out' }, evidence);
  });
  assert.deepEqual(ran, shown);
  assert.deepEqual(await shownBy('1', 'd1'), shown, 'started again');
  assert.deepEqual(await shownBy('2', 'd1'), ['', '', '', ''], 'another phone at its port');
  await shownBy('1', 'd1', (log) =>
    log.onStep(
      { id: job, serial: 'd1' },
      { at: new Date().toISOString(), kind: 'step', what: 'tap Sign out' },
      evidence,
    ),
  );
  rmSync(evidence, { recursive: true });
  assert.deepEqual(await shownBy('1', 'd1'), ['', '', '', ''], 'evidence that was cleared away');
});

test('a disk that is full is said at once, and that it has room again', async (context) => {
  const log = new StationLog(store, {
    ...{ station: 'Varna', url: () => '', phone: () => assert.fail(), isWatched: () => false },
    // It says nothing by itself again.
    clock: { ...systemClock, sleep: () => new Promise(() => {}) },
  });
  await log.open();
  const said = async () =>
    (await eventsAfter(store.pool, 0, 100)).filter(({ station }) => station === 'Varna');
  while ((await said()).length === 0) await pause(20);
  assert.deepEqual(
    (await said()).map(({ kind, body }) => [kind, body.is]),
    [['station', 'here']],
  );
  context.after(() => log.close());
  const isFull = async () => (await seenStations(store.pool)).find(({ name }) => name === 'Varna')?.full;
  assert.equal(await isFull(), false);
  for (const full of [true, false]) {
    log.onFull(full);
    while ((await isFull()) !== full) await pause(20);
  }
});
