import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, suite, test } from 'node:test';
import { BusyError, StoreError } from '../errors.ts';
import { lockNames } from './advisory-lock.ts';
import { runningServer } from './postmaster.ts';
import { openStore, type Store } from './store.ts';

suite('processes with one database', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-between-'));
  let store: Store;
  let other: Store;
  before(async () => {
    const options = { dataDir: folder, env: {}, keepSeconds: 1 };
    store = await openStore(options);
    other = await openStore(options);
  });
  after(async () => {
    await store?.close();
    await other?.close();
    while (runningServer(folder)) await pause(50);
    rmSync(folder, { recursive: true });
  });

  const lock = ({ pool, seal }: Store, ...names: string[]) => lockNames(pool, seal, names);
  /** What ends with a connection is free a moment after it. */
  const free = async (name: string): Promise<void> => {
    for (;;) {
      const leave = await lock(other, name).catch((error: unknown) => {
        if (!(error instanceof BusyError)) throw error;
      });
      if (leave) return leave();
      await pause(20);
    }
  };

  test('work on an account one at a time, under any of its names, in capitals or not', async () => {
    const leave = await lock(store, 'lab@example.com', '6230001535');
    for (const name of ['6230001535', 'Lab@Example.com'])
      await assert.rejects(lock(other, 'free', name), BusyError, name);
    (await lock(other, '6230001536'))();
    // What was refused holds nothing: its first name is free.
    await free('free');
    leave();
    for (const name of ['6230001535', 'lab@example.com']) await free(name);
  });

  test('hold a name no longer than their connection', async () => {
    const total = store.pool.totalCount;
    const leave = await lock(store, 'kept');
    leave();
    await free('kept');
    assert.ok(store.pool.totalCount <= total, 'the connection is closed, not given back');
  });

  test('are refused a lock in words of the database where that cannot be asked', async () => {
    const closed = await openStore({ dataDir: folder, env: {}, keepSeconds: 1 });
    await closed.close();
    await assert.rejects(lock(closed, 'any'), StoreError);
  });

  /** Hears a channel; gives what was heard, and how to wait for one more. */
  const hearing = async (channel: string) => {
    const heard: (string | undefined)[] = [];
    const target = new EventTarget();
    const stop = await store.listen(channel, (payload) => {
      heard.push(payload);
      target.dispatchEvent(new Event('heard'));
    });
    const until = async (count: number) => {
      while (heard.length < count) await once(target, 'heard');
    };
    return { heard, until, stop };
  };
  const say = (channel: string, payload: string) =>
    other.pool.query('select pg_notify($1, $2)', [channel, payload]);

  test('hear what another says on a channel, with its payload or without, until they stop', async () => {
    const { heard, until, stop } = await hearing('mi_unbind_job');
    await say('mi_unbind_job', '17');
    await say('mi_unbind_event', 'of another channel');
    await say('mi_unbind_job', '');
    await until(2);
    await stop();
    await say('mi_unbind_job', 'late');
    assert.deepEqual(heard, ['17', '']);
  });

  test('hear again after a lost connection, and are warned first that something may have been said', async () => {
    const { heard, until, stop } = await hearing('mi_unbind_job');
    const listens = "query = 'listen mi_unbind_job'";
    const { rowCount } = await other.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where ${listens}`,
    );
    assert.equal(rowCount, 1);
    await until(1);
    await say('mi_unbind_job', '18');
    await until(2);
    assert.deepEqual(heard, [undefined, '18']);
    await stop();
    // Nothing of it is left: the test's own time limit ends a wait in vain.
    const left = () => other.pool.query(`select from pg_stat_activity where ${listens}`);
    while ((await left()).rowCount !== 0) await pause(20);
  });
});
