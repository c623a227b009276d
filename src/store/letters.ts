import type pg from 'pg';
import { storeFault } from './fault.ts';
import { isGone, workerName } from './worker.ts';

/** A letter to the owner of a job's phone. No address is kept in it: the job has that. */
export interface LetterRow {
  job: string;
  /** The day it is of, as `2026-12-24`: of one day there is one. */
  day: string;
  kind: 'first' | 'reminder';
  /** `perhaps`: the program ended while it was sent, or the server did not say; a person decides. */
  state: 'sent' | 'sending' | 'perhaps';
  language: string;
  /** Who sent it: an operator, or the station. */
  by: string;
  station: string;
  /** ISO time. */
  at: string;
}

interface Row extends Omit<LetterRow, 'at' | 'state'> {
  state: 'sent' | 'sending';
  worker: string;
  at: Date;
}

/** Who sends has this long, ms; after it the end is not known. */
const LONGEST = 5 * 60_000;
const COLUMNS = 'job, day, kind, state, language, by, station, worker, at';

/** Letters that were sent, or begun. A letter is here before it goes out, so that none goes out twice. */
export class Letters {
  readonly #pool: pg.Pool;

  constructor({ pool }: { pool: pg.Pool }) {
    this.#pool = pool;
  }

  /**
   * False where there is one of that day, or one of which it is not known whether it went out: then none may
   * be sent.
   */
  async begin(
    { job, day, kind, language, by, station }: Omit<LetterRow, 'state' | 'at'>,
    now: number,
  ): Promise<boolean> {
    const begun = this.#pool.query(
      `insert into mi_unbind.letter (job, day, kind, language, by, station, worker, at)
         select $1, $2, $3, $4, $5, $6, $7, $8 where not exists (select from mi_unbind.letter where job = $1 and state = 'sending')
       on conflict (job, day) do nothing`,
      [job, day, kind, language, by, station, workerName(), new Date(now)],
    );
    return (await begun.catch(storeFault)).rowCount === 1;
  }

  async sent(job: string, day: string, at: number): Promise<void> {
    const written = this.#pool.query(
      "update mi_unbind.letter set state = 'sent', at = $3 where job = $1 and day = $2 and state = 'sending'",
      [job, day, new Date(at)],
    );
    await written.catch(storeFault);
  }

  /** It is known that it did not go out. */
  async failed(job: string, day: string): Promise<void> {
    await this.#pool
      .query("delete from mi_unbind.letter where job = $1 and day = $2 and state = 'sending'", [job, day])
      .catch(storeFault);
  }

  /** Of one job, oldest first. */
  async of(job: string, now: number): Promise<LetterRow[]> {
    const found = this.#pool.query<Row>(
      `select ${COLUMNS} from mi_unbind.letter where job = $1 order by day`,
      [job],
    );
    return (await found.catch(storeFault)).rows.map((row) => letterIn(row, now));
  }

  /** How many there are of each kind and state, as `reminder perhaps`. */
  async counts(now: number): Promise<Map<string, number>> {
    const sent = this.#pool.query<{ kind: string; count: number }>(
      "select kind, count(*)::int as count from mi_unbind.letter where state = 'sent' group by 1",
    );
    const open = this.#pool.query<Row>(`select ${COLUMNS} from mi_unbind.letter where state = 'sending'`);
    const [over, begun] = await Promise.all([sent, open]).catch(storeFault);
    const counts = new Map(over.rows.map(({ kind, count }) => [`${kind} sent`, count]));
    for (const { kind, state } of begun.rows.map((row) => letterIn(row, now)))
      counts.set(`${kind} ${state}`, (counts.get(`${kind} ${state}`) ?? 0) + 1);
    return counts;
  }

  /** Sent ones of this station that are not on record yet. */
  async unrecorded(station: string, now: number): Promise<LetterRow[]> {
    const found = this.#pool.query<Row>(
      `select ${COLUMNS} from mi_unbind.letter where state = 'sent' and not is_recorded and station = $1 order by at`,
      [station],
    );
    return (await found.catch(storeFault)).rows.map((row) => letterIn(row, now));
  }

  async recorded({ job, day }: LetterRow): Promise<void> {
    await this.#pool
      .query('update mi_unbind.letter set is_recorded = true where job = $1 and day = $2', [job, day])
      .catch(storeFault);
  }
}

function letterIn({ worker, state, at, ...row }: Row, now: number): LetterRow {
  const isOver = isGone(worker) || now - at.getTime() > LONGEST;
  return { ...row, at: at.toISOString(), state: state === 'sending' && isOver ? 'perhaps' : state };
}
