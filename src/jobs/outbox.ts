import { storeFault } from '../store/fault.ts';
import type { Store } from '../store/store.ts';
import { deliver, pauseAfter, type Hook, type HookTools } from './hooks.ts';

// How often it is looked for what is due, ms.
const LOOK = 5000;
const AT_ONCE = 10;
// A process that takes something to deliver has this long for it before another one may.
const TAKEN = "interval '2 minutes'";

type Database = Pick<Store, 'pool'>;

interface Due {
  id: string;
  body: string;
  tries: number;
}

/**
 * Hands over to AFTER_URL what ended attempts have left for it, beside all other work, until the signal is
 * aborted. Any number of stations may do this on one database. `onProblem` gets what is wrong.
 */
export async function deliverAll(
  store: Database,
  hook: Hook,
  tools: HookTools,
  onProblem: (problem: string) => void,
): Promise<void> {
  // Of a database that is away one hears once.
  let fault = '';
  while (!tools.signal.aborted) {
    const handled = await deliverDue(store, hook, tools, onProblem).catch((error: unknown) => {
      const { message } = error as Error;
      if (!tools.signal.aborted && message !== fault) onProblem(message);
      fault = message;
      return undefined;
    });
    if (handled !== undefined) fault = '';
    if ((handled ?? 0) < AT_ONCE)
      await tools.clock.sleep(LOOK, 'something to deliver', tools.signal).catch(() => undefined);
  }
}

/**
 * Hands over some of what is due now. How many were tried. Throws the signal's reason when aborted; what was
 * under way is due again.
 */
export async function deliverDue(
  { pool }: Database,
  hook: Hook,
  tools: HookTools,
  onProblem: (problem: string) => void,
): Promise<number> {
  const taken = pool.query<Due>(
    `update mi_unbind.delivery set tries = tries + 1, next_at = now() + ${TAKEN}
     where id in (select id from mi_unbind.delivery where next_at <= now() order by next_at limit ${AT_ONCE} for update skip locked)
     returning id, body, tries`,
  );
  const { rows } = await taken.catch(storeFault);
  const handled = await Promise.allSettled(
    rows.map(async ({ id, body, tries }) => {
      const answer = await deliver(hook, { id, body }, tools).catch(async (stopped: unknown) => {
        await pool
          .query('update mi_unbind.delivery set tries = tries - 1, next_at = now() where id = $1', [id])
          .catch(storeFault);
        throw stopped;
      });
      const pause = answer.kind === 'retry' ? pauseAfter(tries) : undefined;
      if (answer.kind === 'retry' && pause !== undefined) {
        if (tries === 1) onProblem(`${answer.why}; the record is kept and offered again`);
        await pool
          .query("update mi_unbind.delivery set next_at = now() + $2 * interval '1 ms' where id = $1", [
            id,
            Math.max(pause, answer.afterMs),
          ])
          .catch(storeFault);
        return;
      }
      if (answer.kind !== 'delivered') onProblem(`${answer.why}; a record is not offered again`);
      await pool.query('delete from mi_unbind.delivery where id = $1', [id]).catch(storeFault);
    }),
  );
  for (const one of handled) if (one.status === 'rejected') throw one.reason;
  return rows.length;
}

/** How much waits to be handed over. */
export async function undelivered({ pool }: Database): Promise<number> {
  const { rows } = await pool
    .query<{ count: number }>('select count(*)::int as count from mi_unbind.delivery')
    .catch(storeFault);
  return rows[0]?.count ?? 0;
}
