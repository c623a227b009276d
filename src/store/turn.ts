import type pg from 'pg';
import { MiUnbindError } from '../errors.ts';
import { lost } from './fault.ts';
import type { Seal } from './sealing.ts';

const TAKE = "select pg_try_advisory_lock(hashtextextended('mi_unbind.turn.' || $1, 0)) as mine";

/**
 * Lets one run at a time, of all processes, work on what any of these names stands for: this one, until the result is called, or its
 * connection is lost. Throws where another one is at it.
 */
export async function takeTurn(pool: pg.Pool, seal: Seal, names: readonly string[]): Promise<() => void> {
  const client = await pool.connect().catch(lost);
  // Closed, not given back: with the connection its locks are gone.
  const leave = () => client.release(true);
  try {
    for (const name of names) {
      const { rows } = await client.query<{ mine: boolean }>(TAKE, [seal.digest(name.toLowerCase())]);
      if (rows[0]?.mine !== true) throw busy();
    }
    return leave;
  } catch (error) {
    leave();
    throw error instanceof MiUnbindError ? error : lost(error);
  }
}

function busy(): MiUnbindError {
  return new MiUnbindError('busy', 'Another run is at work on this account or phone.', {
    hint: 'wait until that one has ended, then run this again: it looks first',
    exitCode: 1,
    mayHaveRun: 'This one has done nothing.',
  });
}
