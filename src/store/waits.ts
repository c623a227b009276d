import type pg from 'pg';
import { storeFault } from './fault.ts';
import type { Seal } from './sealing.ts';

/** A code that a run waits for, as all processes know of it. */
export interface Wait {
  /** Whether no run waits for a code to another address that could come the same way. */
  isAlone(): Promise<boolean>;
  end(): Promise<void>;
}

/**
 * Makes a wait known. `streams`: where its code can come from. After `ms` it is over by itself, so that a
 * process that was killed holds no other up for longer.
 */
export async function announceWait(
  pool: pg.Pool,
  seal: Seal,
  { streams, address, ms }: { streams: readonly string[]; address: string; ms: number },
): Promise<Wait> {
  const whose = seal.digest(address);
  const { rows } = await pool
    .query<{ id: string }>(
      `with over as (delete from mi_unbind.wait where until < now())
       insert into mi_unbind.wait (streams, address, until) values ($1, $2, now() + $3 * interval '1 ms') returning id`,
      [streams, whose, ms],
    )
    .catch(storeFault);
  return {
    async isAlone() {
      const others = 'select from mi_unbind.wait where streams && $1 and address <> $2 and until > now()';
      const { rows } = await pool
        .query<{ alone: boolean }>(`select not exists (${others}) as alone`, [streams, whose])
        .catch(storeFault);
      return rows[0]?.alone === true;
    },
    async end() {
      await pool.query('delete from mi_unbind.wait where id = $1', [rows[0]?.id]).catch(storeFault);
    },
  };
}
