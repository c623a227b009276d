import { systemClock, type Clock } from '../clock.ts';
import { storeFault } from '../store/fault.ts';
import { LEASE, sameAs, type Identity } from '../store/hold.ts';
import { JOBS } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';
import { isGone, workerName } from '../store/worker.ts';
import type { ClaimedJob, JobEnd, JobState, ListedOrder, Next } from './job.ts';
import { listKey } from './list/list.ts';
import { closeOrder, COLUMNS, namesOf, openClaimed, phoneName, type JobRow } from './row.ts';
import { Silence, type Heartbeat } from './silence.ts';

// What may be begun, unasked and by its id. $3 stands in both: the statement takes it always.
const DUE =
  "job.state = 'waiting' and (job.not_before is null or job.not_before <= now()) and $3::bigint is null";
// A phone that is reported lost is not worked on, by whatever name it is listed.
const NAMED =
  "job.state in ('waiting', 'parked', 'needs-person', 'held') and job.hold is distinct from 'lost' and job.id = $3::bigint";

/** For a job that is held no more, or for another reason. */
export const NO_HOLD = 'hold = null, held_since = null, held_until = null, remind_at = null';

// Rows that go to the database in one statement.
const AT_ONCE = 1000;

/** The state of a job after its end. */
export const STATE: Record<Next['then'], JobState> = {
  done: 'done',
  again: 'waiting',
  parked: 'parked',
  'needs-person': 'needs-person',
  'hold-source': 'held',
  held: 'held',
  cancelled: 'cancelled',
};

/** A phone that is attached here. */
export type ReadyPhone = Omit<Identity, 'place'> & { imei2?: string };

/** A job in this station's hands. */
export interface Claim extends ClaimedJob {
  /** Of each time it is begun another one. */
  claim: string;
}

export interface Conclusion {
  counts?: boolean;
  /** What AFTER_URL is to get. */
  delivery?: string | undefined;
}

type QueueStore = Pick<Store, 'pool' | 'seal' | 'listen' | 'assertCurrent'>;

export interface QueueOptions {
  /** Name of the station. */
  station: string;
  /** Of the adb server that has the phones; see Identity. Missing: the station has one of its own. */
  place?: string;
  /** The process. Given in tests only. */
  worker?: string;
  /** After this long without a word from the process that has it in hand, a job is anybody's again. */
  leaseSeconds?: number;
  clock?: Clock;
}

/**
 * Jobs as a station takes and ends them. Any number of stations share one database: a job is claimed by one of
 * them, a phone is worked on by one, and an end counts only from the process that still holds the claim.
 */
export class JobQueue {
  readonly #store: QueueStore;
  readonly #station: string;
  readonly #place: string;
  readonly #worker: string;
  readonly #lease: number;
  readonly #silence: Silence;

  constructor(store: QueueStore, options: QueueOptions) {
    const {
      station,
      place = station,
      worker = workerName(),
      leaseSeconds = LEASE,
      clock = systemClock,
    } = options;
    // Longer than a beat, and shorter than the lease: who has watched all the time waits no longer than that.
    this.#silence = new Silence((leaseSeconds * 1000) / 3, clock);
    this.#store = store;
    this.#station = station;
    this.#place = place;
    this.#worker = worker;
    this.#lease = leaseSeconds;
  }

  /**
   * Adds a list, all of it or nothing. An order the batch has already is not added again; while it is not
   * done it takes what the list says now, so that a corrected password counts, except where one is being
   * recovered. `jobs`: those that take what the list says.
   */
  async add(
    batch: string,
    listed: readonly ListedOrder[],
    options: { keepSecrets: boolean },
  ): Promise<{ added: number; known: number; jobs: string[] }> {
    const { pool, seal } = this.#store;
    const rows = await Promise.all(
      listed.map(async (entry) => ({
        ...(await closeOrder(entry, seal)),
        key: seal.digest(`${batch}\n${listKey(entry.order)}`),
        phone: phoneName(entry.order.phone),
      })),
    );
    let added = 0;
    const jobs: string[] = [];
    const client = await pool.connect().catch(storeFault);
    try {
      await client.query('begin');
      for (let from = 0; from < rows.length; from += AT_ONCE) {
        const { rows: written } = await client.query<{ id: string; fresh: boolean }>(
          `insert into mi_unbind.job as job (batch, keep_secret, key, phone, wish, sealed, password)
             select $1, $2, key, phone, wish, sealed, password
             from jsonb_to_recordset($3) as row (key text, phone text, wish jsonb, sealed text, password text)
           on conflict (key) do update
             set wish = excluded.wish, sealed = excluded.sealed, keep_secret = excluded.keep_secret,
               password = excluded.password
             where job.state not in ('running', 'done')
           returning id, xmax = 0 as fresh`,
          [batch, options.keepSecrets, JSON.stringify(rows.slice(from, from + AT_ONCE))],
        );
        jobs.push(...written.map(({ id }) => id));
        added += written.filter(({ fresh }) => fresh).length;
      }
      await client.query(`select pg_notify('${JOBS}', '')`);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      return storeFault(error);
    } finally {
      client.release();
    }
    return { added, known: listed.length - added, jobs };
  }

  /**
   * The oldest job that one of these phones can begin now; `only` narrows it. It counts as begun when this
   * resolves. A job that is named is begun although it is parked, for a person or for later: a person has
   * said so, and another round begins.
   */
  async claim(
    phones: readonly ReadyPhone[],
    only: { batch?: string; id?: string } = {},
  ): Promise<Claim | undefined> {
    await this.#store.assertCurrent();
    const names = phones.flatMap((phone) =>
      namesOf(phone).map((name) => ({ ...phone, place: this.#place, name })),
    );
    const claimed = this.#store.pool.query<JobRow & { password: string | null; claim: string }>(
      `with attached as (select * from jsonb_to_recordset($1) as phone (serial text, place text, serialno text, imei text, name text)),
         first as (
           select job.id, job.state, attached.* from attached
             join mi_unbind.job on attached.name in (job.phone, 'imei:' || (job.wish -> 'phone' ->> 'imei2'))
           where ${only.id === undefined ? DUE : NAMED}
             and ($2::text is null or job.batch = $2)
             and not exists (select from mi_unbind.job as other where other.state = 'running' and ${sameAs('other', 'attached')})
             and not exists (select from mi_unbind.hold where alive_at > now() - $6 * interval '1 second' and ${sameAs('hold', 'attached')})
           order by job.id limit 1 for update of job skip locked)
       update mi_unbind.job set state = 'running', not_before = null, ${NO_HOLD}, station = $4,
         attempts = case first.state when 'waiting' then attempts else 0 end + 1,
         round = round + case first.state when 'waiting' then 0 else 1 end,
         claim = gen_random_uuid(), worker = $5, alive_at = now(),
         serial = first.serial, place = first.place, serialno = first.serialno, imei = first.imei, started_at = now(), ended_at = null
       from first where job.id = first.id returning ${COLUMNS}, job.password, job.claim`,
      [JSON.stringify(names), only.batch, only.id, this.#station, this.#worker, this.#lease],
    );
    const { rows } = await claimed.catch((error: unknown) => {
      // Another station has begun a job on the same phone at the same moment.
      if ((error as { code?: string }).code === '23505') return { rows: [] };
      return storeFault(error);
    });
    const [row] = rows;
    if (!row) return undefined;
    const { password, ...job } = await openClaimed(row, this.#store.seal);
    return { ...job, ...(password && !job.recovering ? { password } : {}), claim: row.claim };
  }

  /**
   * The database's time, by which jobs are due: the clocks of stations need not be right. Our own, where it is away.
   */
  async now(): Promise<Date> {
    const asked = this.#store.pool.query<{ now: Date }>('select now()');
    return (await asked.catch(() => undefined))?.rows[0]?.now ?? new Date();
  }

  /** Says that these claims are being worked on. Those that are no longer ours. */
  async beat(claims: readonly Claim[]): Promise<Claim[]> {
    if (claims.length === 0) return [];
    const held = this.#store.pool.query<{ claim: string }>(
      "update mi_unbind.job set alive_at = now() where id = any($1) and claim = any($2) and state in ('running', 'unrecorded') returning claim",
      [claims.map(({ id }) => id), claims.map(({ claim }) => claim)],
    );
    const ours = new Set((await held.catch(storeFault)).rows.map(({ claim }) => claim));
    return claims.filter(({ claim }) => !ours.has(claim));
  }

  /**
   * Puts back what no process works on any more: its process on this host is gone, or has not said a word for too
   * long.
   */
  async recover(): Promise<number> {
    const { pool } = this.#store;
    const running = pool.query<Heartbeat & { worker: string }>(
      "select claim, worker, alive_at::text as said from mi_unbind.job where state = 'running'",
    );
    const { rows } = await running.catch(storeFault);
    const holders = await pool
      .query<{ worker: string }>('select worker from mi_unbind.hold')
      .catch(storeFault);
    const workers = [...new Set([...rows, ...holders.rows].map(({ worker }) => worker))];
    const gone = workers.filter((worker) => worker !== this.#worker && isGone(worker));
    const put = pool.query(
      `with let_go as (
           delete from mi_unbind.hold where worker = any($1) or alive_at < now() - interval '1 day'), back as (
         update mi_unbind.job set state = 'waiting'
         where state = 'running'
           and (worker = any($1) or (claim = any($3) and alive_at < now() - $2 * interval '1 second')) returning id)
       select pg_notify('${JOBS}', id::text) from back`,
      [gone, this.#lease, this.#silence.of(rows)],
    );
    return (await put.catch(storeFault)).rowCount ?? 0;
  }

  /**
   * Writes how a claim ended and what follows, in one transaction with what AFTER_URL is to get. `counts`: it
   * is one of the attempts a job has. False when the claim is no longer ours: then nothing is written. True also
   * where it was written and the answer got lost.
   */
  async conclude(
    { id, claim }: Pick<Claim, 'id' | 'claim'>,
    end: JobEnd,
    next: Next,
    { counts = true, delivery }: Conclusion = {},
  ): Promise<boolean> {
    const written = this.#store.pool.query(
      `with ended as (
         update mi_unbind.job set state = $3, outcome = $4, not_before = $5, follows = null,
           ended_at = case state when 'unrecorded' then ended_at else now() end, attempts = attempts - $6,
           round = round + case when $9::text is null then 0 else 1 end,
           recovering = recovering or coalesce($9 = 'without-password', false),
           hold = $10, held_since = case when $10::text is null then null else coalesce(ended_at, now()) end, held_until = $11, remind_at = null,
           password = case when $3 in ('done', 'cancelled') and not keep_secret then null else password end
         where id = $1 and claim = $2 and state in ('running', 'unrecorded') returning id, claim),
       held as (
         update mi_unbind.job set state = 'held' where state = 'waiting' and wish ->> 'codeSource' = $7 and exists (select from ended)),
       sent as (insert into mi_unbind.delivery (id, body) select claim, $8 from ended where $8::text is not null)
       select pg_notify('${JOBS}', id::text) from ended`,
      [
        ...[
          id,
          claim,
          STATE[next.then],
          JSON.stringify(end),
          next.then === 'again' ? next.at : null,
          counts ? 0 : 1,
        ],
        ...[
          next.then === 'hold-source' ? next.source : null,
          delivery ?? null,
          (next.then === 'again' && next.round) || null,
          next.then === 'held' ? next.reason : null,
          (next.then === 'held' && next.until) || null,
        ],
      ],
    );
    if ((await written.catch(storeFault)).rowCount === 1) return true;
    const before = this.#store.pool.query(
      'select from mi_unbind.job where id = $1 and claim = $2 and state = $3 and outcome = $4::jsonb',
      [id, claim, STATE[next.then], JSON.stringify(end)],
    );
    return (await before.catch(storeFault)).rowCount === 1;
  }

  /** Puts a claim back as if it had not been begun; `notBefore` (ISO time): for then. */
  async giveBack(
    { id, claim }: Claim,
    state: 'waiting' | 'held' = 'waiting',
    notBefore?: string,
  ): Promise<void> {
    const back = this.#store.pool.query(
      `with back as (
         update mi_unbind.job set state = $3, attempts = attempts - 1, not_before = $4
         where id = $1 and claim = $2 and state = 'running' returning id)
       select pg_notify('${JOBS}', id::text) from back`,
      [id, claim, state, notBefore],
    );
    await back.catch(storeFault);
  }

  /** Calls back whenever something about jobs has changed, by any process, until the result is called. */
  watch(changed: () => void): Promise<() => Promise<void>> {
    return this.#store.listen(JOBS, changed);
  }
}
