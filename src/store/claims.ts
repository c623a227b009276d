import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { storeFault } from './fault.ts';
import { overRestart } from './over-restart.ts';
import type { Seal } from './sealing.ts';

/** Takes a message for one waiter. False when it was taken before, by any process. */
export async function claimMessage(pool: pg.Pool, seal: Seal, message: string): Promise<boolean> {
  const mine = [seal.digest(message), randomUUID()];
  const take = async () => {
    const taken = pool.query(
      `insert into mi_unbind.claim (message, claimer) values ($1, $2)
       on conflict (message) do update set claimer = claim.claimer where claim.claimer = $2`,
      mine,
    );
    return (await taken.catch(storeFault)).rowCount === 1;
  };
  // A code that has come is not given up because the database is being started again.
  return overRestart(take, { isOver: () => pool.ending });
}
