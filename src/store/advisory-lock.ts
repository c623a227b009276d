import type pg from 'pg';
import { BusyError } from '../errors.ts';
import { storeFault } from './fault.ts';
import type { Seal } from './sealing.ts';

const TAKE = "select pg_try_advisory_lock(hashtextextended('mi_unbind.turn.' || $1, 0)) as mine";

/**
 * Lets one run at a time, of all processes, work on what any of these names stands for: this one, until the
 * result is called, or its connection is lost. Throws a BusyError where another one is at it.
 */
export async function lockNames(
  pool: pg.Pool,
  seal: Seal,
  names: readonly string[],
): Promise<() => Promise<void>> {
  const client = await pool.connect().catch(storeFault);
  const leave = () => giveBack(client);
  try {
    for (const name of names) {
      const { rows } = await client.query<{ mine: boolean }>(TAKE, [seal.digest(name.toLowerCase())]);
      if (rows[0]?.mine !== true) throw new BusyError();
    }
    return leave;
  } catch (error) {
    void leave();
    throw error instanceof BusyError ? error : storeFault(error);
  }
}

/**
 * Lets go of the locks of a connection. It is given back, not closed: the embedded server ends when no client is
 * connected. Where it does not say that they are gone, they go with the connection.
 */
export async function giveBack(client: pg.PoolClient): Promise<void> {
  await client.query('select pg_advisory_unlock_all()').then(
    () => client.release(),
    () => client.release(true),
  );
}
