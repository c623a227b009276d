import type { Secret } from '../secret.ts';
import { storeFault } from '../store/fault.ts';
import type { Store } from '../store/store.ts';
import type { ClaimedJob, HoldReason, Job, JobEnd, JobState } from './job.ts';
import { JOBS } from '../store/notifications.ts';
import { NO_HOLD } from './queue.ts';
import { COLUMNS, openClaimed, openJob, type JobRow } from './row.ts';

export interface Wanted {
  batch?: string | undefined;
  state?: JobState | undefined;
  limit: number;
}

/**
 * Of the jobs that were named, those that were changed, and the rest with the state that forbids it; missing:
 * there is none.
 */
export interface Changed {
  changed: string[];
  left: { id: string; state: JobState | 'missing'; isLost?: true }[];
}

export interface HoldWish {
  reason: HoldReason;
  /** ISO time after which the phone goes back; missing: it has no end. */
  until?: string | undefined;
}

/** Jobs as people look after them. */
export class JobAdmin {
  readonly #store: Pick<Store, 'pool' | 'seal'>;

  constructor(store: Pick<Store, 'pool' | 'seal'>) {
    this.#store = store;
  }

  /** Newest first. */
  async list({ batch, state, limit }: Wanted): Promise<Job[]> {
    const where = [
      ...(batch === undefined ? [] : ['batch = $2']),
      ...(state === undefined ? [] : [`state = $${batch === undefined ? 2 : 3}`]),
    ];
    const values = [limit, ...(batch === undefined ? [] : [batch]), ...(state === undefined ? [] : [state])];
    return this.#jobs(
      `${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by id desc limit $1`,
      values,
    );
  }

  /** The newest batches, newest first. */
  async batches(limit: number): Promise<string[]> {
    const found = this.#store.pool.query<{ batch: string }>(
      'select batch from mi_unbind.job group by batch order by max(id) desc limit $1',
      [limit],
    );
    return (await found.catch(storeFault)).rows.map(({ batch }) => batch);
  }

  async show(id: string): Promise<Job | undefined> {
    return (await this.#jobs('where id = $1', [id]))[0];
  }

  /** Every job of a batch that may still go on, oldest first. */
  async open(batch: string): Promise<Job[]> {
    return this.#jobs("where batch = $1 and state in ('waiting', 'running') order by id", [batch]);
  }

  /** What is parked of a batch, with the passwords it has now. */
  async parked(batch: string): Promise<ClaimedJob[]> {
    const found = this.#store.pool.query<JobRow & { password: string | null }>(
      `select ${COLUMNS}, job.password from mi_unbind.job where batch = $1 and state = 'parked' order by id`,
      [batch],
    );
    return Promise.all((await found.catch(storeFault)).rows.map((row) => openClaimed(row, this.#store.seal)));
  }

  /** How many jobs are in each state, of one batch or of all. */
  async totals(batch?: string): Promise<Partial<Record<JobState, number>>> {
    const counted = this.#store.pool.query<{ state: JobState; count: number }>(
      `select state, count(*)::int as count from mi_unbind.job ${batch === undefined ? '' : 'where batch = $1'} group by state`,
      batch === undefined ? [] : [batch],
    );
    return Object.fromEntries(
      (await counted.catch(storeFault)).rows.map(({ state, count }) => [state, count]),
    );
  }

  /**
   * Lets them begin again now, with all attempts a job has. One that is cancelled has lost its password,
   * which the list brings back when it is read again. `corrected`: the password of each is another one than
   * that which was refused. `another`: see Order.anotherAccount.
   */
  retry(ids: readonly string[], { corrected = false, another = false } = {}): Promise<Changed> {
    return this.#change(ids, {
      from: ['waiting', 'parked', 'needs-person', 'held', 'cancelled'],
      set: `${AGAIN}${corrected ? ', recovering = false' : ''}${another ? ANOTHER : ''}`,
    });
  }

  cancel(ids: readonly string[]): Promise<Changed> {
    return this.#change(ids, {
      from: ['waiting', 'parked', 'needs-person', 'held'],
      set: `state = 'cancelled', ended_at = now(), ${NO_HOLD}, ${FORGET}`,
      alsoLost: true,
    });
  }

  /** Keeps them, until a person lets them go on or their phones go back. One that is held gets another reason. */
  hold(ids: readonly string[], { reason, until }: HoldWish = { reason: 'by-hand' }): Promise<Changed> {
    return this.#change(ids, {
      from: ['waiting', 'parked', 'needs-person', 'held'],
      set: `state = 'held', not_before = null, hold = $3, held_until = $4, remind_at = null,
         held_since = case when state = 'held' then coalesce(held_since, now()) else now() end`,
      values: [reason, until ?? null],
    });
  }

  /** Lets held jobs begin again. */
  release(ids: readonly string[]): Promise<Changed> {
    return this.#change(ids, { from: ['held'], set: AGAIN });
  }

  /** Gives an order another password, which its next attempt takes. False where it is in a station's hands, or over. */
  async givePassword(id: string, password: Secret): Promise<boolean> {
    const { pool, seal } = this.#store;
    const given = pool.query(
      `with given as (update mi_unbind.job set password = $2, recovering = false
         where id = $1 and state in ('waiting', 'parked', 'needs-person', 'held') and not wish ? 'forgotten' returning id)
       select pg_notify('${JOBS}', id::text) from given`,
      [id, await seal.close(password.reveal())],
    );
    return (await given.catch(storeFault)).rowCount === 1;
  }

  /** Whether a password is kept for it. */
  async hasPassword(id: string): Promise<boolean> {
    const found = this.#store.pool.query('select from mi_unbind.job where id = $1 and password is not null', [
      id,
    ]);
    return (await found.catch(storeFault)).rowCount === 1;
  }

  /**
   * A person has finished it by hand. With `delivery` AFTER_URL is notified. False where it is done, cancelled or
   * in a station's hands meanwhile: then nothing is written.
   */
  async finish(id: string, end: JobEnd, startedAt: string, delivery?: string): Promise<boolean> {
    const written = this.#store.pool.query(
      `with ended as (
         update mi_unbind.job set state = 'done', outcome = $2, not_before = null, ${NO_HOLD}, started_at = $3, ended_at = now(), ${FORGET}
         where id = $1 and state in ('waiting', 'parked', 'needs-person', 'held') and ${NOT_LOST} returning id),
       sent as (insert into mi_unbind.delivery (id, body) select gen_random_uuid(), $4 from ended where $4::text is not null)
       select pg_notify('${JOBS}', id::text) from ended`,
      [id, JSON.stringify(end), startedAt, delivery ?? null],
    );
    return (await written.catch(storeFault)).rowCount === 1;
  }

  /** Every job with this reference of the lab, oldest first. */
  async referred(reference: string): Promise<Job[]> {
    return this.#jobs("where wish ->> 'reference' = $1 order by id", [reference]);
  }

  /** The newest job with this reference, or of the phone with this serial or IMEI. */
  async newestOf(name: string): Promise<Job | undefined> {
    const found = await this.#jobs(
      `where wish ->> 'reference' = $1 or serial = $1 or phone in ('serial:' || $1, 'imei:' || $1)
         or wish -> 'phone' ->> 'imei2' = $1 or outcome ->> 'imei' = $1 order by id desc limit 1`,
      [name],
    );
    return found[0];
  }

  /**
   * Removes account, contact, consent and password from ended jobs, and what AFTER_URL has not taken yet. A
   * job that is not done is cancelled. How many there were.
   */
  async forget(ids: readonly string[], at: string): Promise<number> {
    const { pool, seal } = this.#store;
    const forgotten = pool.query(
      `with dropped as (delete from mi_unbind.delivery using mi_unbind.job where job.id = any($1) and job.state = any($4)
           and body::jsonb -> 'record' ->> 'job' = job.id::text),
         unwritten as (delete from mi_unbind.letter where job = any($1)),
         unwatched as (delete from mi_unbind.lock_watch where job = any($1))
       update mi_unbind.job set sealed = $2, password = null, keep_secret = false, not_before = null,
         wish = wish || jsonb_build_object('ownerConsent', '', 'forgotten', $3::text),
         outcome = outcome || '{"account": "", "evidence": ""}', ${NO_HOLD}, state = case state when 'done' then state else 'cancelled' end
       where id = any($1) and state = any($4)`,
      [ids, await seal.close(JSON.stringify({ account: '' })), at, ENDED],
    );
    return (await forgotten.catch(storeFault)).rowCount ?? 0;
  }

  /** Lets all jobs go on that wait for this code source. How many there were. */
  async releaseSource(source: string): Promise<number> {
    const released = this.#store.pool.query(
      `with released as (update mi_unbind.job set state = 'waiting' where state = 'held' and hold is null and wish ->> 'codeSource' = $1 returning id)
       select pg_notify('${JOBS}', id::text) from released`,
      [source],
    );
    return (await released.catch(storeFault)).rowCount ?? 0;
  }

  async #jobs(sql: string, values: unknown[]): Promise<Job[]> {
    const found = this.#store.pool.query<JobRow>(`select ${COLUMNS} from mi_unbind.job ${sql}`, values);
    return Promise.all((await found.catch(storeFault)).rows.map((row) => openJob(row, this.#store.seal)));
  }

  async #change(
    ids: readonly string[],
    { from, set, values = [], alsoLost = false }: Change,
  ): Promise<Changed> {
    const { pool } = this.#store;
    const updated = pool.query<{ id: string }>(
      `with changed as (update mi_unbind.job set ${set} where id = any($1) and state = any($2) and not wish ? 'forgotten'
         ${alsoLost ? '' : `and ${NOT_LOST}`} returning id)
       select id, pg_notify('${JOBS}', id::text) from changed`,
      [ids, from, ...values],
    );
    const changed = (await updated.catch(storeFault)).rows.map(({ id }) => id);
    const rest = ids.filter((id) => !changed.includes(id));
    const seen = pool.query<{ id: string; state: JobState; hold: string | null }>(
      'select id, state, hold from mi_unbind.job where id = any($1)',
      [rest],
    );
    const rows = new Map((await seen.catch(storeFault)).rows.map((row) => [row.id, row]));
    const left = rest.map((id) => {
      const { state, hold } = rows.get(id) ?? { state: 'missing' as const, hold: null };
      return { id, state, ...(state === 'held' && hold === 'lost' && { isLost: true as const }) };
    });
    return { changed, left };
  }
}

interface Change {
  from: readonly JobState[];
  /** SQL; `values` are its parameters from $3 on. */
  set: string;
  values?: readonly unknown[];
  /** A phone that is reported lost may be taken off, and nothing else. */
  alsoLost?: boolean;
}

const ANOTHER = `, wish = wish || '{"anotherAccount": true}'`;

const AGAIN = `state = 'waiting', not_before = null, attempts = 0, round = round + 1, ${NO_HOLD}`;

/** A phone that its owner has reported as lost is returned, and nothing else. */
const NOT_LOST = "hold is distinct from 'lost'";

const ENDED: readonly JobState[] = ['done', 'parked', 'needs-person', 'held', 'cancelled'];

const FORGET = 'password = case when keep_secret then password end';
