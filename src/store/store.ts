import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { StoreError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { claimMessage } from './claims.ts';
import { prepare, StoreClient } from './client.ts';
import { embeddedServer } from './embedded.ts';
import { isGone, storeFault, unreachable } from './fault.ts';
import { givenServer, refusePooler } from './given-server.ts';
import { type MessageStore, PostgresMessages } from './messages.ts';
import { assertCurrent, migrate } from './migrations.ts';
import { listen } from './notifications.ts';
import { RestartPool } from './over-restart.ts';
import { paths } from './postmaster.ts';
import { readKey, Seal } from './sealing.ts';
import { announceWait, type Wait } from './waits.ts';

/** How soon a server that does not come back is tried again, ms. */
const REVIVE_AGAIN = 500;

export interface StoreOptions {
  /** The operator's own PostgreSQL; missing: the embedded one, in `dataDir`. */
  databaseUrl?: Secret | undefined;
  dataDir: string;
  storeKey?: Secret | undefined;
  storeKeyFile?: string | undefined;
  /** Environment of the embedded PostgreSQL, which outlives this process. */
  env: NodeJS.ProcessEnv;
  /** How long that one stays when no client is connected. */
  keepSeconds?: number;
  /** So long nothing may come from the server before it is asked for a word, ms. Given in tests only. */
  quiet?: number;
}

/** The one database of the project. Any number of processes may have it open. */
export interface Store {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly messages: MessageStore;
  /** See claimMessage. */
  claim(message: string): Promise<boolean>;
  /** See announceWait. */
  announce(wait: { streams: readonly string[]; address: string; ms: number }): Promise<Wait>;
  /**
   * Hears what any process says on a channel, until the result is called; `undefined` after a lost
   * connection.
   */
  listen(channel: string, heard: (payload: string | undefined) => void): Promise<() => Promise<void>>;
  /** Throws a StoreError where a newer mi-unbind has changed the database since this one opened it. */
  assertCurrent(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens it, starting the embedded server where needed, at its newest step. Throws a StoreError with
 * what to mend.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  for (let tries = 0; ; tries++) {
    try {
      return await open(options);
    } catch (error) {
      // The embedded server ended just when we came: it is started again.
      if (options.databaseUrl || !isGone((error as Error).cause) || tries === 3) throw error;
    }
  }
}

async function open(options: StoreOptions): Promise<Store> {
  const { databaseUrl, dataDir, storeKey: key, storeKeyFile: keyFile, env } = options;
  const isGiven = databaseUrl !== undefined;
  const server = () =>
    databaseUrl ? givenServer(databaseUrl) : embeddedServer(dataDir, env, options.keepSeconds);
  // Who only waits for notifications says nothing for long, and what stands between forgets a silent
  // connection.
  const alive = { keepAlive: true, keepAliveInitialDelayMillis: 30_000 };
  const connection = {
    ...(await server()),
    ...alive,
    connectionTimeoutMillis: 10_000,
    application_name: 'mi-unbind',
    quiet: options.quiet,
  };
  // Idle connections stay: the embedded server ends when no client is connected.
  const onConnect = (client: pg.ClientBase) => prepare(client, isGiven);
  const own = { Client: StoreClient, onConnect };
  const pool = new RestartPool(Object.assign({ ...connection, max: 5, idleTimeoutMillis: 0 }, own as object));
  const revive = reviver(
    async () => {
      const { port } = await server();
      // Where its port was taken meanwhile, it has another one.
      for (const config of [connection, pool.options]) if (port !== undefined) config.port = port;
      await pool.query('select');
    },
    () => pool.ending,
  );
  // One that breaks while idle is replaced at once, so that the server, started again meanwhile, knows of us.
  pool.on('error', revive);
  // One that breaks in use fails what it was asked; as an event without a listener it would end the program.
  pool.on('connect', (client) => client.on('error', revive));
  const connect = () => new StoreClient(connection);
  try {
    const seal = new Seal(readKey({ key, keyFile, ...(databaseUrl ? {} : { ownFile: paths(dataDir).key }) }));
    const client = await pool.connect().catch((cause: unknown) => {
      throw unreachable(cause, isGiven);
    });
    try {
      // Bringing a large database to its newest step may take long.
      (client as unknown as StoreClient).isWatched = false;
      if (isGiven) await refusePooler(client, connect);
      await migrate(client);
      await checkKey(client, seal);
    } catch (cause) {
      throw cause instanceof StoreError ? cause : unreachable(cause, isGiven);
    } finally {
      (client as unknown as StoreClient).isWatched = true;
      client.release();
    }
    const messages = new PostgresMessages(pool, seal, connect);
    pool.isPatient = true;
    return {
      pool,
      seal,
      messages,
      claim: (message) => claimMessage(pool, seal, message),
      announce: (wait) => announceWait(pool, seal, wait),
      listen: (channel, heard) => listen(connect, channel, heard),
      assertCurrent: () => assertCurrent(pool).catch(storeFault),
      close: () => pool.end(),
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/**
 * Does the work until it succeeds, and no second time beside itself: once all connections are broken, nothing
 * else would begin it again, and a server may be killed once more while it comes back. It keeps no process
 * alive.
 */
function reviver(work: () => Promise<void>, isOver: () => boolean): () => void {
  let running = false;
  return () => {
    if (running) return;
    running = true;
    void (async () => {
      while (!isOver()) {
        const isDone = await work().then(
          () => true,
          () => false,
        );
        if (isDone) break;
        await pause(REVIVE_AGAIN, undefined, { ref: false });
      }
      running = false;
    })();
  };
}

/** What the first process sealed, every later one has to be able to open. */
async function checkKey(client: pg.ClientBase, seal: Seal): Promise<void> {
  await client.query('insert into mi_unbind.seal (sealed) values ($1) on conflict do nothing', [
    await seal.close('mi-unbind'),
  ]);
  const { rows } = await client.query<{ sealed: string }>('select sealed from mi_unbind.seal');
  await seal.open(rows[0]?.sealed ?? '');
}
