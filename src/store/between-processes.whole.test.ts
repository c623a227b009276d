import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, afterEach, before, suite, test } from 'node:test';
import pg from 'pg';
import { BusyError, StoreError } from '../errors.ts';
import { CutProxy } from '../live/cut-proxy.ts';
import { Secret } from '../secret.ts';
import { lockNames } from './advisory-lock.ts';
import { isGone } from './fault.ts';
import { checkGivenServer, refusePooler } from './given-server.ts';
import { holdPhone } from './hold.ts';
import { PostgresLedger } from './ledger.ts';
import { paths, runningServer } from './postmaster.ts';
import { openStore, type Store } from './store.ts';

suite('processes with one database', () => {
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
    await (
      await lock(other, '6230001536')
    )();
    // What was refused holds nothing: its first name is free.
    await free('free');
    await leave();
    for (const name of ['6230001535', 'lab@example.com']) await free(name);
  });

  test('keep their server while they have it open, also after they have let go of a name', async () => {
    const alone = await openStore({ dataDir: folder, env: {}, keepSeconds: 1 });
    const before = alone.pool.totalCount;
    await (
      await lock(alone, 'given back')
    )();
    await free('given back');
    assert.deepEqual([before, alone.pool.totalCount], [1, 1]);
    await alone.close();
  });

  test('a given server that is away is waited for in the middle of a run: nothing is entered twice, and nothing is done without its entry', async (t) => {
    // The embedded server behind it stays, as one that is connected does not let it end.
    const blocker = await store.pool.connect();
    t.after(() => blocker.release());
    const { user, password, port, database } = store.pool.options;
    const proxy = await CutProxy.start(Number(port));
    t.after(() => proxy.close());
    const url = `postgres://${user}:${encodeURIComponent(String(password))}@127.0.0.1:${proxy.port}/${database}`;
    const key = { dataDir: folder, storeKeyFile: paths(folder).key, env: {} };
    const given = await openStore({ ...key, databaseUrl: new Secret(url) });
    t.after(() => given.close());
    const ledger = new PostgresLedger(given.pool, given.seal, { budget: {} });
    const held = await holdPhone(given, { serial: 'p1', place: 'here' });
    const entries = async () =>
      (await store.pool.query("select from mi_unbind.ledger where serial = 'p1'")).rowCount;
    let entered = 0;
    const enter = () =>
      ledger.enter({ account: 'a', act: 'password-submitted', serial: 'p1' }).then(() => entered++);
    const refused = async (times: number) => {
      for (const until = proxy.refused + times; proxy.refused < until;) await pause(20);
    };

    proxy.goAway();
    const all = Promise.all([enter(), held.check()]);
    await refused(3);
    const asked = given.pool.query('select');
    await refused(2);
    assert.deepEqual([entered, await entries()], [0, 0]);
    proxy.comeBack();
    await Promise.all([all, asked]);
    assert.deepEqual([entered, await entries()], [1, 1]);

    // In the middle of the entry's transaction, which waits for another one's.
    await blocker.query("begin; select pg_advisory_xact_lock(hashtextextended('mi_unbind.ledger', 0))");
    const again = enter();
    const waiting = "select from pg_locks where locktype = 'advisory' and not granted";
    while ((await store.pool.query(waiting)).rowCount === 0) await pause(20);
    proxy.goAway();
    await refused(2);
    await blocker.query('commit');
    proxy.comeBack();
    await again;
    assert.deepEqual([entered, await entries()], [2, 2]);
    await held.release();
  });

  test('a network that swallows all packets is found out: nothing hangs, nothing is done without its entry, and what is said later is heard', async (t) => {
    const { user, password, port, database } = store.pool.options;
    const proxy = await CutProxy.start(Number(port));
    t.after(() => proxy.close());
    const url = `postgres://${user}:${encodeURIComponent(String(password))}@127.0.0.1:${proxy.port}/${database}`;
    const key = { dataDir: folder, storeKeyFile: paths(folder).key, env: {} };
    const given = await openStore({ ...key, databaseUrl: new Secret(url), quiet: 1000 });
    const heard: (string | undefined)[] = [];
    const stop = await given.listen('mi_unbind_job', (payload) => heard.push(payload));
    const ledger = new PostgresLedger(given.pool, given.seal, { budget: {} });
    const enter = () => ledger.enter({ account: 'a', act: 'password-submitted', serial: 'p2' });
    const entries = async () =>
      (await store.pool.query("select from mi_unbind.ledger where serial = 'p2'")).rowCount;
    const [busy, free] = await Promise.all([given.pool.connect(), given.pool.connect()]);
    free.release();

    proxy.fallSilent();
    const entering = enter();
    await assert.rejects(busy.query('select'), { code: 'ETIMEDOUT' });
    busy.release();
    assert.equal(await entries(), 0);
    // Those that it holds are cut: what they would still say is heard by no one.
    proxy.goAway();
    proxy.speak();
    proxy.comeBack();
    assert.deepEqual(await entering, { kind: 'entered' });
    assert.equal(await entries(), 1);
    await given.pool.query('select');
    while (heard.length === 0) await pause(20);
    assert.equal(heard[0], undefined, 'something may have been said meanwhile');
    while (!heard.includes('later')) {
      await other.pool.query("select pg_notify('mi_unbind_job', 'later')");
      await pause(20);
    }

    proxy.fallSilent();
    await Promise.all([stop(), given.close()]);
  });

  test('a transaction whose process stands still is ended by the server, so that others go on', async () => {
    const client = await store.pool.connect();
    const { rows } = await client.query<{ limit: string }>(
      "select current_setting('idle_in_transaction_session_timeout') as limit",
    );
    assert.equal(rows[0]?.limit, '15s');
    await client.query("set idle_in_transaction_session_timeout = '50ms'");
    const ended = once(client, 'error') as Promise<[{ code?: string }]>;
    await client.query("begin; select pg_advisory_xact_lock(hashtextextended('mi_unbind.ledger', 0))");
    const [fault] = await ended;
    client.release(true);
    assert.equal(isGone(fault), true);
    const ledger = new PostgresLedger(other.pool, other.seal, { budget: {} });
    assert.equal((await ledger.enter({ account: 'b', act: 'code-requested', serial: 'p3' })).kind, 'entered');
  });

  test('hold a name until they let go of it, and no longer than their connection', async () => {
    const leave = await lock(store, 'kept');
    await assert.rejects(lock(other, 'kept'), BusyError);
    await leave();
    await free('kept');
    const lost = await lock(store, 'lost');
    await assert.rejects(lock(other, 'lost'), BusyError);
    await other.pool.query(
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()",
    );
    await free('lost');
    await lost();
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

  /** The address of this database, as an operator writes that of their own. */
  const address = ({ password = '', query = '' } = {}): Secret => {
    const { host, port, user, database, password: right } = store.pool.options;
    const secret = encodeURIComponent(password || String(right));
    return new Secret(`postgres://${user}:${secret}@${host}:${port}/${database}${query}`);
  };
  const answerMs = 60_000;

  test('are let into a database that keeps sessions and takes writes, and into no other', async () => {
    await checkGivenServer(address(), answerMs);
    for (const [given, why, hint] of [
      [address({ password: 'wrong' }), /password authentication failed/, /^correct user and password/],
      [
        address({ query: '?options=-c%20default_transaction_read_only%3Don' }),
        /read-only/,
        /^let DATABASE_URL lead to the server that takes writes/,
      ],
      [new Secret('jdbc:postgresql://db/lab'), /: DATABASE_URL is not right: .*Java/, /^write it as/],
    ] as const)
      await assert.rejects(checkGivenServer(given, answerMs), (error: StoreError) => {
        assert.ok(error instanceof StoreError);
        assert.match(error.message, why);
        assert.match(error.hint, hint);
        return true;
      });
  });

  const opened: pg.Client[] = [];
  /** Ended with the test, also where it fails: the database stays for as long as one is open. */
  const client = (): pg.Client => {
    opened.push(new pg.Client(store.pool.options));
    return opened.at(-1)!;
  };
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.end())));
  /** A connection whose first answer names another process than the one that serves it, as a pooler's does. */
  const pooled = async (): Promise<pg.Client> => {
    const one = client();
    await one.connect();
    return Object.assign(one, { processID: 0 });
  };
  const probe = async (one: pg.Client) => {
    const { rows } = await one.query<{ probe: string }>("select current_setting('mi_unbind.probe') as probe");
    return rows[0]?.probe;
  };

  test('take a pooler that gives each connection a session of its own', async () => {
    const first = await pooled();
    let tried = 0;
    await refusePooler(first, () => (tried++, client()));
    assert.equal(tried, 3, 'it is tried more than once');
    assert.equal(await probe(first), '', 'what it was tried with is gone');
    const direct = client();
    await direct.connect();
    await refusePooler(direct, () => assert.fail('a server itself needs no trial'));
  });

  test('refuse a pooler that gives a connection what another has set, or another session each time', async () => {
    const refusal = (error: unknown) => {
      assert.ok(error instanceof StoreError, String(error));
      assert.match(error.message, /: a connection pooler in transaction mode stands in front of PostgreSQL/);
      assert.match(error.hint, /pool_mode=session/);
      return true;
    };
    const first = await pooled();
    // A second connection is served by the session of the first.
    const nothing = async () => undefined;
    const query = first.query.bind(first);
    const shared = { on: nothing, connect: nothing, query, end: nothing } as unknown as pg.Client;
    await assert.rejects(
      refusePooler(first, () => shared),
      refusal,
    );
    await first.query('rollback');

    // Its transactions are served by two sessions in turn.
    const second = await pooled();
    let asked = 0;
    const inTurn = (...args: [string, string[]]) => (asked++ < 2 ? first : second).query(...args);
    await assert.rejects(refusePooler({ processID: 0, query: inTurn } as never, client), refusal);
  });
});
