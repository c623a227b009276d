import { storeFault } from '../store/fault.ts';
import { JOBS } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';
import { workerName } from '../store/worker.ts';
import type { Job, JobEnd, Next } from './job.ts';
import { COLUMNS, openJob, type JobRow } from './row.ts';
import { NO_HOLD } from './queue.ts';

/** As a run ends that has signed a phone out, and whose lock has to be off too. */
const IS_OUT = "outcome ->> 'outcome' in ('signed-out', 'already-signed-out')";
const LOCK_STILL_ON = { outcome: 'needs-person', reason: 'lock-still-on' };

/** Held jobs as time goes by. */
export class JobHolds {
  readonly #store: Pick<Store, 'pool' | 'seal'>;

  constructor(store: Pick<Store, 'pool' | 'seal'>) {
    this.#store = store;
  }

  async show(id: string): Promise<Job | undefined> {
    return (await this.#jobs('where id = $1', [id]))[0];
  }

  /** The server says off of a phone that is signed out and whose lock has to be off: it is done. */
  async lockIsOff(id: string): Promise<boolean> {
    return this.#changed(
      `update mi_unbind.job set state = 'done', ${NO_HOLD}, outcome = (outcome - 'hold' - 'reason' - 'signedOut') ||
          jsonb_build_object('outcome', coalesce(outcome ->> 'signedOut', outcome ->> 'outcome'))
       where id = $1 and ((state = 'held' and hold = 'lock-on' and ${IS_OUT}) or (state = 'needs-person' and outcome ->> 'reason' = $2))
       returning id`,
      [id, LOCK_STILL_ON.reason],
    );
  }

  /** The first answers are in, and none says off: a person is to see to it. */
  async lockIsNotOff(id: string): Promise<boolean> {
    return this.#changed(
      `update mi_unbind.job set state = 'needs-person', ${NO_HOLD},
         outcome = (outcome - 'hold') || jsonb_build_object('signedOut', outcome ->> 'outcome') || $2::jsonb
       where id = $1 and state = 'held' and hold = 'lock-on' and ${IS_OUT} returning id`,
      [id, JSON.stringify(LOCK_STILL_ON)],
    );
  }

  /** Those whose phones go back now, the oldest first. */
  async overdue(now: number): Promise<Job[]> {
    return this.#jobs("where state = 'held' and held_until <= $1 order by held_until limit 20", [
      new Date(now),
    ]);
  }

  /**
   * Ends a held job, on which nothing was done: its station writes the record, then the end counts. False where it is
   * not held any more.
   */
  async end(
    id: string,
    end: JobEnd,
    next: Next,
    { station, now }: { station: string; now: number },
  ): Promise<boolean> {
    return this.#changed(
      `update mi_unbind.job set state = 'unrecorded', outcome = $2, follows = $3, station = $4, claim = gen_random_uuid(), worker = $5,
         alive_at = null, started_at = $6, ended_at = $6, ${NO_HOLD}
       where id = $1 and state = 'held' returning id`,
      [id, JSON.stringify(end), JSON.stringify({ next, counts: true }), station, workerName(), new Date(now)],
    );
  }

  /** Jobs of a list that wait for the first answers about their lock. */
  async confirming(batch: string): Promise<number> {
    const { rows } = await this.#store.pool
      .query<{ count: number }>(
        `select count(*)::int as count from mi_unbind.job where batch = $1 and state = 'held' and hold = 'lock-on' and ${IS_OUT}`,
        [batch],
      )
      .catch(storeFault);
    return rows[0]?.count ?? 0;
  }

  async #changed(update: string, values: unknown[]): Promise<boolean> {
    const changed = this.#store.pool.query(
      `with changed as (${update}) select pg_notify('${JOBS}', id::text) from changed`,
      values,
    );
    return (await changed.catch(storeFault)).rowCount === 1;
  }

  async #jobs(sql: string, values: unknown[]): Promise<Job[]> {
    const found = this.#store.pool.query<JobRow>(`select ${COLUMNS} from mi_unbind.job ${sql}`, values);
    return Promise.all((await found.catch(storeFault)).rows.map((row) => openJob(row, this.#store.seal)));
  }
}
