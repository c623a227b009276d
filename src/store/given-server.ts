import pg from 'pg';
import { databaseConfig } from '../config/database-url.ts';
import { StoreError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { unreachable } from './fault.ts';

const ROUNDS = 3;

/** What `pg` connects with to the operator's own PostgreSQL. Throws a StoreError. */
export function givenServer(url: Secret): pg.ClientConfig {
  try {
    return databaseConfig(url.reveal());
  } catch (fault) {
    throw unreachable(fault, true);
  }
}

/**
 * Whether the operator's own PostgreSQL is fit: it lets us in, keeps sessions, and takes writes. Throws a
 * StoreError. `ms`: for an answer.
 */
export async function checkGivenServer(url: Secret, ms: number): Promise<void> {
  const connect = () =>
    new pg.Client({ ...givenServer(url), connectionTimeoutMillis: ms, query_timeout: ms });
  const client = connect();
  client.on('error', () => undefined);
  try {
    await client.connect();
    await refusePooler(client, connect);
    const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only');
    if (rows[0]?.transaction_read_only === 'on')
      throw Object.assign(new Error('it is read-only'), { code: '25006' });
  } catch (cause) {
    throw cause instanceof StoreError ? cause : unreachable(cause, true);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Refuses a pooler that gives each transaction another session: advisory locks and notifications do not work
 * through it, so two stations could work on one account. A server says in its first answer which process of
 * it serves the connection; a pooler says something of its own, and then it is tried: what one connection has
 * set is seen by another, or one connection is served by two processes.
 */
export async function refusePooler(client: pg.ClientBase, connect: () => pg.Client): Promise<void> {
  const token = crypto.randomUUID();
  const first = await servedBy(client, token);
  if (first.process === (client as { processID?: number | null }).processID) return;
  await client.query("select set_config('mi_unbind.probe', $1, false)", [token]);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const other = connect();
      other.on('error', () => undefined);
      try {
        await other.connect();
        // Until its end, the transaction keeps for itself what served it.
        await other.query('begin');
        const there = await servedBy(other, token);
        const here = await servedBy(client, token);
        if (there.isProbed || !here.isProbed || here.process !== first.process) throw refused();
        await other.query('rollback');
      } finally {
        await other.end().catch(() => undefined);
      }
    }
  } finally {
    await client.query("select set_config('mi_unbind.probe', '', false)");
  }
}

async function servedBy(
  client: pg.ClientBase,
  token: string,
): Promise<{ process: number; isProbed: boolean }> {
  const { rows } = await client.query<{ process: number; probe: string | null }>(
    "select pg_backend_pid() as process, current_setting('mi_unbind.probe', true) as probe",
  );
  return { process: rows[0]?.process ?? 0, isProbed: rows[0]?.probe === token };
}

function refused(): StoreError {
  return new StoreError(
    'a connection pooler in transaction mode stands in front of PostgreSQL, where locks and notifications do not work',
    'give DATABASE_URL the address of PostgreSQL itself (often port 5432), or let the pooler keep sessions (pool_mode=session)',
  );
}
