import pg from 'pg';
import { StoreError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { embeddedServer } from './embedded.ts';
import { type MessageStore, PostgresMessages } from './messages.ts';
import { migrate } from './migrations.ts';
import { paths } from './postmaster.ts';
import { readKey, Seal } from './sealing.ts';

export interface StoreOptions {
  /** The operator's own PostgreSQL; missing: the one that comes along, in `dataDir`. */
  databaseUrl?: Secret | undefined;
  dataDir: string;
  storeKey?: Secret | undefined;
  storeKeyFile?: string | undefined;
  /** Environment of the PostgreSQL that comes along, which outlives this process. */
  env: NodeJS.ProcessEnv;
  /** How long that one stays when nobody is connected. */
  keepSeconds?: number;
}

/** The one database of the project. Any number of processes may have it open. */
export interface Store {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly messages: MessageStore;
  /** Takes a message for one waiter. False when it was taken before, by any process. */
  claim(message: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens it, starting the server that comes along where needed, at its newest step. Throws a StoreError with what to mend. */
export async function openStore(options: StoreOptions): Promise<Store> {
  for (let tries = 0; ; tries++) {
    try {
      return await open(options);
    } catch (error) {
      // The server that comes along ended just when we came: it is started again.
      const gone = ['57P03', '57P01', 'ECONNREFUSED', 'ECONNRESET'].includes(((error as Error).cause as { code?: string })?.code ?? '');
      if (options.databaseUrl || !gone || tries === 3) throw error;
    }
  }
}

async function open(options: StoreOptions): Promise<Store> {
  const { databaseUrl, dataDir, storeKey: key, storeKeyFile: keyFile, env } = options;
  const config = databaseUrl ? { connectionString: databaseUrl.reveal() } : await embeddedServer(dataDir, env, options.keepSeconds);
  const connection = { ...config, connectionTimeoutMillis: 10_000, application_name: 'mi-unbind' };
  const pool = new pg.Pool({ ...connection, max: 5 });
  // An idle connection that breaks is replaced when it is needed.
  pool.on('error', () => undefined);
  try {
    const seal = new Seal(readKey({ key, keyFile, ...(databaseUrl ? {} : { ownFile: paths(dataDir).key }) }));
    const client = await pool.connect().catch((cause: unknown) => {
      throw unreachable(cause, databaseUrl);
    });
    try {
      await migrate(client);
      await checkKey(client, seal);
    } catch (cause) {
      throw cause instanceof StoreError ? cause : unreachable(cause, databaseUrl);
    } finally {
      client.release();
    }
    const messages = new PostgresMessages(pool, seal, () => new pg.Client(connection));
    return {
      pool,
      seal,
      messages,
      async claim(message) {
        const digest = seal.digest(message);
        const { rowCount } = await pool.query('insert into mi_unbind.claim (message) values ($1) on conflict do nothing', [digest]);
        return rowCount === 1;
      },
      close: () => pool.end(),
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** What the first process sealed, every later one has to be able to open. */
async function checkKey(client: pg.ClientBase, seal: Seal): Promise<void> {
  await client.query('insert into mi_unbind.seal (sealed) values ($1) on conflict do nothing', [await seal.close('mi-unbind')]);
  const { rows } = await client.query<{ sealed: string }>('select sealed from mi_unbind.seal');
  await seal.open(rows[0]?.sealed ?? '');
}

/** The server's own words, without the address, which may hold a password. */
function unreachable(cause: unknown, databaseUrl: Secret | undefined): StoreError {
  const { code = '', message } = cause as Error & { code?: string };
  const own = databaseUrl === undefined;
  const hints: Record<string, string> = {
    '28P01': 'correct user and password in DATABASE_URL',
    '28000': 'let this user in (pg_hba.conf), or correct DATABASE_URL',
    '3D000': 'create the database, or correct its name in DATABASE_URL',
    '42501': "let this user create a schema ('grant create on database …')",
    ENOTFOUND: 'correct the host in DATABASE_URL',
    ECONNREFUSED: 'start PostgreSQL there, or correct host and port in DATABASE_URL',
  };
  const hint = own ? 'run the command again; if that does not help, see postgres.log in DATA_DIR' : (hints[code] ?? 'correct DATABASE_URL');
  return new StoreError(`PostgreSQL says: ${message || code}`, hint, cause);
}
