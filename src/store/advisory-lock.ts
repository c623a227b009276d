import type pg from 'pg';
import { BusyError } from '../errors.ts';
import { storeFault } from './fault.ts';
import type { Seal } from './sealing.ts';

const TAKE = "select pg_try_advisory_lock(hashtextextended('mi_unbind.turn.' || $1, 0)) as mine";

/**
 * Lets one run at a time, of all processes, work on what any of these names stands for: this one, until the
 * result is called, or its connection is lost. Throws a BusyError where another one is at it.
 */
export async function lockNames(pool: pg.Pool, seal: Seal, names: readonly string[]): Promise<() => void> {
  const client = await pool.connect().catch(storeFault);
  // Closed, not given back: with the connection its locks are gone.
  const leave = () => client.release(true);
  try {
    for (const name of names) {
      const { rows } = await client.query<{ mine: boolean }>(TAKE, [seal.digest(name.toLowerCase())]);
      if (rows[0]?.mine !== true) throw new BusyError();
    }
    return leave;
  } catch (error) {
    leave();
    throw error instanceof BusyError ? error : storeFault(error);
  }
}
