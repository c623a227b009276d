import { JOBS } from '../src/store/notifications.ts';
import type { Store } from '../src/store/store.ts';
import type { Reported } from './chaos-verdict.ts';

// What is due in so long is due now: a trial does not wait where a person would do something else.
const SOON = "interval '15 minutes'";

/** Every job, in the order of the list. */
export async function jobsIn({ pool }: Store): Promise<Reported[]> {
  const { rows } = await pool.query<Reported>(
    `select id::text, state, round, station, wish ->> 'reference' as reference, coalesce(outcome ->> 'outcome', '') as outcome,
       coalesce(outcome ->> 'reason', '') as reason from mi_unbind.job order by id`,
  );
  return rows;
}

/** What is to be tried or delivered soon is tried and delivered now. */
export async function hurry({ pool }: Store): Promise<void> {
  await pool.query(
    `with due as (
       update mi_unbind.job set not_before = now() where state = 'waiting' and not_before > now() and not_before < now() + ${SOON} returning id)
     select pg_notify('${JOBS}', id::text) from due`,
  );
  await pool.query(
    "update mi_unbind.delivery set next_at = now() where tries > 0 and next_at > now() + interval '3 seconds'",
  );
}

/** How much waits for AFTER_URL; from now on it waits no longer. */
export async function undelivered({ pool }: Store): Promise<number> {
  await pool.query('update mi_unbind.delivery set next_at = now()');
  const { rows } = await pool.query<{ left: number }>('select count(*)::int as left from mi_unbind.delivery');
  return rows[0]?.left ?? 0;
}

/**
 * As if whatever works on phones had been silent for an hour. A station that hears nothing of it for a while
 * takes it over.
 */
export async function silence({ pool }: Pick<Store, 'pool'>): Promise<void> {
  await pool.query("update mi_unbind.job set alive_at = now() - interval '1 hour' where state = 'running'");
  await pool.query("update mi_unbind.hold set alive_at = now() - interval '1 hour'");
}
