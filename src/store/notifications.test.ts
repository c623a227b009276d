import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type pg from 'pg';
import { listen } from './notifications.ts';

/** A connection that is refused, or that is made; what was asked of it. */
class Connection extends EventEmitter {
  readonly asked: string[] = [];
  readonly #isRefused: boolean;
  constructor(isRefused: boolean) {
    super();
    this.#isRefused = isRefused;
  }
  connect = async () => {
    if (this.#isRefused) throw new Error('connect ECONNREFUSED');
  };
  query = async (sql: string) => void this.asked.push(sql);
  end = async () => void this.emit('end');
}

function database(...refusals: boolean[]) {
  const made: Connection[] = [];
  const connect = () => {
    const one = new Connection(refusals[made.length] ?? false);
    made.push(one);
    return one as unknown as pg.Client;
  };
  return { made, connect };
}
const turns = async () => {
  for (let nth = 0; nth < 10; nth++) await Promise.resolve();
};

test('a server that is away is asked again, each time later, and what is heard then is that something may be missed', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { made, connect } = database(true, true, false);
  const heard: unknown[] = [];
  const stop = await listen(connect, 'channel', (payload) => heard.push(payload));
  for (const [ms, connections] of [
    [99, 1],
    [1, 2],
    [199, 2],
    [1, 3],
  ] as const) {
    t.mock.timers.tick(ms);
    await turns();
    assert.equal(made.length, connections);
  }
  assert.deepEqual([made[2]?.asked, heard], [['listen channel'], [undefined]]);
  made[2]?.emit('notification', { payload: '7' });
  made[2]?.emit('notification', {});
  assert.deepEqual(heard, [undefined, '7', '']);
  await stop();
});

test('who hears no more makes no connection, neither one that is due nor for one that ends', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const cleared = t.mock.method(globalThis, 'clearTimeout');
  const away = database(true);
  const stop = await listen(away.connect, 'channel', () => assert.fail());
  await stop();
  assert.ok(
    cleared.mock.calls.some(({ arguments: [timer] }) => timer),
    'nothing keeps the process alive',
  );
  t.mock.timers.tick(10_000);
  await turns();
  assert.equal(away.made.length, 1);

  const here = database();
  await (
    await listen(here.connect, 'channel', () => assert.fail())
  )();
  t.mock.timers.tick(10_000);
  await turns();
  assert.equal(here.made.length, 1);
});
