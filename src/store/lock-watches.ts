import type pg from 'pg';
import { storeFault } from './fault.ts';

type WatchKind = 'after' | 'held';

/** What was said of a lock, as it is kept. */
interface Answer {
  state: 'on' | 'off' | 'unknown';
  lost?: boolean;
  at: string;
  why?: string;
}

/** A phone whose lock is asked for again and again, for one job. */
export interface LockWatch {
  job: string;
  kind: WatchKind;
  /** Whose record gets what comes out. */
  station: string;
  /** ISO time. */
  since: string;
  answer?: Answer;
}

interface Row {
  job: string;
  kind: WatchKind;
  station: string;
  since: Date;
  answer: Answer | null;
}

/** Who asks has this long before another one may, ms. */
const TAKEN = 10 * 60_000;
const COLUMNS = 'job, kind, station, since, answer';

/**
 * Locks that are asked for in the background, by whichever station comes first. Times are those of the caller's clock.
 */
export class LockWatches {
  readonly #pool: pg.Pool;

  constructor({ pool }: { pool: pg.Pool }) {
    this.#pool = pool;
  }

  /** Begins one, in place of one that there is; `due`: ms since the epoch. */
  async begin({ job, kind, station, since }: Omit<LockWatch, 'answer'>, due: number): Promise<void> {
    const begun = this.#pool.query(
      `insert into mi_unbind.lock_watch (job, kind, station, since, due_at) values ($1, $2, $3, $4, $5)
       on conflict (job, kind) do update set station = $3, since = $4, due_at = $5, taken_until = null, answer = null, is_news = false`,
      [job, kind, station, since, new Date(due)],
    );
    await begun.catch(storeFault);
  }

  /** Begins one for each job that is held for its owner and has none. */
  async beginHeld(station: string, now: number): Promise<void> {
    const begun = this.#pool.query(
      `insert into mi_unbind.lock_watch (job, kind, station, since, due_at)
         select id, 'held', $1, held_since, $2 from mi_unbind.job
         where state = 'held' and hold in ('lock-on', 'owner-asked', 'by-hand') and coalesce(outcome ->> 'verifiedAt', '') = ''
       on conflict (job, kind) do update set station = $1, since = excluded.since, due_at = $2, taken_until = null, answer = null, is_news = false
         where lock_watch.since <> excluded.since`,
      [station, new Date(now)],
    );
    await begun.catch(storeFault);
  }

  /** One that is due, taken so that no other process asks. Of a job that is not held any more there is none. */
  async take(now: number): Promise<LockWatch | undefined> {
    const taken = this.#pool.query<Row>(
      `update mi_unbind.lock_watch set taken_until = now() + $2 * interval '1 ms' where (job, kind) in (
         select lock_watch.job, kind from mi_unbind.lock_watch join mi_unbind.job on job.id = lock_watch.job
         where due_at <= $1 and (taken_until is null or taken_until <= now())
           and case kind when 'held' then job.state = 'held' else job.state in ('done', 'held', 'needs-person') end
         order by due_at limit 1 for update of lock_watch skip locked)
       returning ${COLUMNS}`,
      [new Date(now), TAKEN],
    );
    return (await taken.catch(storeFault)).rows.map(watchOf)[0];
  }

  /** Writes what was said. `next`: ms since the epoch; undefined: it is asked no more. */
  async answered(
    { job, kind, since }: LockWatch,
    answer: Answer,
    { next, isNews }: { next: number | undefined; isNews: boolean },
  ): Promise<void> {
    const written = this.#pool.query(
      `update mi_unbind.lock_watch set answer = $4, due_at = $5, taken_until = null, is_news = is_news or $6
       where job = $1 and kind = $2 and date_trunc('milliseconds', since) = $3`,
      [job, kind, since, JSON.stringify(answer), next === undefined ? null : new Date(next), isNews],
    );
    await written.catch(storeFault);
  }

  /** Puts one back that was not asked. */
  async giveBack({ job, kind }: LockWatch): Promise<void> {
    const back = this.#pool.query(
      'update mi_unbind.lock_watch set taken_until = null where job = $1 and kind = $2',
      [job, kind],
    );
    await back.catch(storeFault);
  }

  /** What is to be added to records of this station. */
  async news(station: string): Promise<LockWatch[]> {
    const found = this.#pool.query<Row>(
      `select ${COLUMNS} from mi_unbind.lock_watch where is_news and station = $1 order by since`,
      [station],
    );
    return (await found.catch(storeFault)).rows.map(watchOf);
  }

  /** It is added, unless another answer came meanwhile. */
  async recorded({ job, kind, answer }: LockWatch): Promise<void> {
    const done = this.#pool.query(
      `update mi_unbind.lock_watch set is_news = false where job = $1 and kind = $2 and answer ->> 'at' = $3`,
      [job, kind, answer?.at],
    );
    await done.catch(storeFault);
  }
}

function watchOf({ job, kind, station, since, answer }: Row): LockWatch {
  return { job, kind, station, since: since.toISOString(), ...(answer && { answer }) };
}
