import { storeFault } from '../store/fault.ts';
import type { Store } from '../store/store.ts';
import type { Job, JobEnd, Next } from './job.ts';
import { isGone, workerName } from '../store/worker.ts';
import type { Claim } from './queue.ts';
import { COLUMNS, openJob, type JobRow } from './row.ts';

/** An end that is kept in the store until its record is written. */
export interface KeptEnd {
  claim: Pick<Claim, 'claim'> & Job;
  end: JobEnd;
  /** What follows once it is on record, and whether it is one of the attempts a job has. */
  follows: { next: Next; counts: boolean };
}

export interface EndsOptions {
  /** Name of the station: the evidence is on its disk, so it alone writes the record. */
  station: string;
  /** The process. Given in tests only. */
  worker?: string;
  /** After this long without a word from the process that writes a record, another one does. */
  leaseSeconds?: number;
}

/**
 * Ends that are known and not on record yet. A job counts for nothing before its record is safe: it is
 * `unrecorded` until then.
 */
export class KeptEnds {
  readonly #store: Pick<Store, 'pool' | 'seal'>;
  readonly #options: Required<EndsOptions>;

  constructor(
    store: Pick<Store, 'pool' | 'seal'>,
    { station, worker = workerName(), leaseSeconds = 45 }: EndsOptions,
  ) {
    this.#store = store;
    this.#options = { station, worker, leaseSeconds };
  }

  /**
   * Keeps the end of a claim, also where it was kept and the answer got lost. False when the claim is no longer
   * ours: then nothing is kept.
   */
  async keep(
    { id, claim }: Pick<Claim, 'id' | 'claim'>,
    end: JobEnd,
    follows: KeptEnd['follows'],
  ): Promise<boolean> {
    const kept = this.#store.pool.query(
      `update mi_unbind.job set state = 'unrecorded', outcome = $3, follows = $4, ended_at = now(), alive_at = now()
       where id = $1 and claim = $2 and state in ('running', 'unrecorded')`,
      [id, claim, JSON.stringify(end), JSON.stringify(follows)],
    );
    return (await kept.catch(storeFault)).rowCount === 1;
  }

  /** The record could not be written: any process of this station may try again. */
  async putBack({ id, claim }: Pick<Claim, 'id' | 'claim'>): Promise<void> {
    const back = this.#store.pool.query(
      "update mi_unbind.job set alive_at = null where id = $1 and claim = $2 and state = 'unrecorded'",
      [id, claim],
    );
    await back.catch(storeFault);
  }

  /** The oldest end of this station that waits for its record, and that no process is writing. */
  async take(): Promise<KeptEnd | undefined> {
    const { pool, seal } = this.#store;
    const { station, worker, leaseSeconds } = this.#options;
    const { rows: workers } = await pool
      .query<{ worker: string }>("select distinct worker from mi_unbind.job where state = 'unrecorded'")
      .catch(storeFault);
    const gone = workers.map((row) => row.worker).filter((name) => name !== worker && isGone(name));
    const taken = pool.query<JobRow & { claim: string; follows: KeptEnd['follows'] }>(
      `update mi_unbind.job as job set claim = gen_random_uuid(), worker = $2, alive_at = now()
       where id = (
         select id from mi_unbind.job where state = 'unrecorded' and station = $1
           and (alive_at is null or worker = any($3) or alive_at < now() - $4 * interval '1 second')
         order by id limit 1 for update skip locked)
       returning ${COLUMNS}, job.claim, job.follows`,
      [station, worker, gone, leaseSeconds],
    );
    const [row] = (await taken.catch(storeFault)).rows;
    if (!row?.outcome) return undefined;
    return {
      claim: { ...(await openJob(row, seal)), claim: row.claim },
      end: row.outcome,
      follows: row.follows,
    };
  }
}
