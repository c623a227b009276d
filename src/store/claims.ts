import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { isGone, lost } from './fault.ts';
import type { Seal } from './sealing.ts';

// A code that has come is not given up because the database is being started again: so long is that waited
// for, ms.
const RESTART_LIMIT = 15_000;
const AGAIN = 200;

/** Takes a message for one waiter. False when it was taken before, by any process. */
export async function claimMessage(pool: pg.Pool, seal: Seal, message: string): Promise<boolean> {
  const mine = [seal.digest(message), randomUUID()];
  for (const until = performance.now() + RESTART_LIMIT; ; await pause(AGAIN)) {
    try {
      const { rowCount } = await pool.query(
        `insert into mi_unbind.claim (message, claimer) values ($1, $2)
         on conflict (message) do update set claimer = claim.claimer where claim.claimer = $2`,
        mine,
      );
      return rowCount === 1;
    } catch (cause) {
      if (pool.ending || !isGone(cause) || performance.now() > until) lost(cause);
    }
  }
}
