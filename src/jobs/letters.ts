import { storeFault } from '../store/fault.ts';
import { JOBS } from '../store/notifications.ts';
import type { LetterRow } from '../store/letters.ts';
import type { Store } from '../store/store.ts';
import { workerName } from '../store/worker.ts';
import type { Job } from './job.ts';
import { COLUMNS, openJob, type JobRow } from './row.ts';

/** One reminder that is due. */
interface Reminder {
  now: number;
  /** When the owner is reminded again. */
  next: number;
  letter: Omit<LetterRow, 'state' | 'at'> | undefined;
  /** What AFTER_URL is to get. */
  delivery: string | undefined;
}

/** When owners of held phones are reminded. */
export class JobLetters {
  readonly #store: Pick<Store, 'pool' | 'seal'>;

  constructor(store: Pick<Store, 'pool' | 'seal'>) {
    this.#store = store;
  }

  /** No reminder after the phone has gone back. `at`: ms since the epoch. */
  async remindAt(id: string, at: number): Promise<void> {
    await this.#store.pool
      .query(
        "update mi_unbind.job set remind_at = $2 where id = $1 and state = 'held' and (held_until is null or held_until > $2)",
        [id, new Date(at)],
      )
      .catch(storeFault);
  }

  /** Jobs whose owners are to be reminded now. */
  async due(now: number): Promise<Job[]> {
    const found = this.#store.pool.query<JobRow>(
      `select ${COLUMNS} from mi_unbind.job where state = 'held' and hold = 'owner-asked' and remind_at <= $1 order by remind_at limit 20`,
      [new Date(now)],
    );
    return Promise.all((await found.catch(storeFault)).rows.map((row) => openJob(row, this.#store.seal)));
  }

  /**
   * Takes one reminder, with its letter and what AFTER_URL is to get, in one statement. False where another process
   * has taken it, or there is a letter of that day: then it stays due.
   */
  async take(id: string, { now, next, letter, delivery }: Reminder): Promise<boolean> {
    const taken = this.#store.pool.query(
      `with taken as (
         update mi_unbind.job set remind_at = case when held_until is null or held_until > $3 then $3 end
         where id = $1 and state = 'held' and hold = 'owner-asked' and remind_at <= $2
           and not exists (select from mi_unbind.letter where job = $1 and day = $5) returning id),
       begun as (
         insert into mi_unbind.letter (job, day, kind, language, by, station, worker, at)
           select id, $5, $6, $7, $8, $9, $10, $2 from taken where $5::text is not null
         on conflict (job, day) do nothing returning job),
       sent as (insert into mi_unbind.delivery (id, body) select gen_random_uuid(), $4 from taken where $4::text is not null)
       select (select count(*) from begun)::int as begun, pg_notify('${JOBS}', id::text) from taken`,
      [
        ...[id, new Date(now), new Date(next), delivery ?? null, letter?.day ?? null, letter?.kind ?? null],
        ...[letter?.language ?? null, letter?.by ?? null, letter?.station ?? null, workerName()],
      ],
    );
    const [row] = (await taken.catch(storeFault)).rows as { begun: number }[];
    return row !== undefined && (letter === undefined || row.begun === 1);
  }
}
