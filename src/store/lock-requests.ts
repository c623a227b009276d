import type pg from 'pg';
import type { Clock } from '../clock.ts';
import { giveBack } from './advisory-lock.ts';
import { storeFault } from './fault.ts';
import type { Seal } from './sealing.ts';

/** A request for the lock of one phone, with its answer. */
export interface LockRequest {
  imei: string;
  state: 'on' | 'off' | 'unknown';
  lost?: boolean;
  /** ISO time. */
  at: string;
  source: string;
  why?: string;
}

export type LockRefusal = 'refused' | 'captcha' | undefined;

/** How soon it is looked again whether the source is free, ms. */
const AGAIN = 250;

const RECENT = `select state, lost, at, why from mi_unbind.lock_request
   where source = $1 and imei = $2 and refusal is null and not is_outdated and at > now() - make_interval(secs => $3) order by at desc limit 1`;
const PAST = `select at, refusal from mi_unbind.lock_request
   where source = $1 and at > now() - interval '24 hours' order by at desc`;
const KEEP = `insert into mi_unbind.lock_request (source, imei, state, lost, at, why, refusal)
   values ($1, $2, $3, $4, $5, $6, $7)`;
const LOST = 'insert into mi_unbind.lost_phone (imei, at) values ($1, $2) on conflict (imei) do nothing';
const FOUND = 'delete from mi_unbind.lost_phone where imei = $1';
const TAKE = "select pg_try_advisory_lock(hashtextextended('mi_unbind.lock-check.' || $1, 0)) as mine";

/**
 * What sources of the lock were asked, over all commands and stations. IMEIs stand in the database as digests; a
 * request that is older than a day is dropped.
 */
export class LockRequests {
  readonly #pool: pg.Pool;
  readonly #seal: Seal;
  readonly #clock: Clock;

  constructor({ pool, seal }: { pool: pg.Pool; seal: Seal }, clock: Clock) {
    this.#pool = pool;
    this.#seal = seal;
    this.#clock = clock;
  }

  /** Of the last 24 hours, the newest first. */
  async requests(source: string): Promise<{ at: number; refusal: LockRefusal }[]> {
    const { rows } = await this.#pool
      .query<{ at: Date; refusal: LockRefusal | null }>(PAST, [source])
      .catch(storeFault);
    return rows.map(({ at, refusal }) => ({ at: at.getTime(), refusal: refusal ?? undefined }));
  }

  /** The newest answer for this phone that is at most so old, ms. A refusal is no answer. */
  async recent(source: string, imei: string, maxAgeMs: number): Promise<LockRequest | undefined> {
    const { rows } = await this.#pool
      .query<{ state: LockRequest['state']; lost: boolean | null; at: Date; why: string | null }>(RECENT, [
        source,
        this.#seal.digest(imei),
        maxAgeMs / 1000,
      ])
      .catch(storeFault);
    const [row] = rows;
    if (!row) return undefined;
    const { state, lost, at, why } = row;
    return {
      ...{ imei, state, at: at.toISOString(), source },
      ...(lost !== null && { lost }),
      ...(why !== null && { why }),
    };
  }

  async keep({ source, imei, state, lost, at, why }: LockRequest, refusal: LockRefusal): Promise<void> {
    const values = [source, this.#seal.digest(imei), state, lost, at, why, refusal];
    await this.#pool.query(KEEP, values).catch(storeFault);
    const about = [this.#seal.digest(imei), at];
    if (lost === true) await this.#pool.query(LOST, about).catch(storeFault);
    if (lost === false && state !== 'unknown')
      await this.#pool.query(FOUND, about.slice(0, 1)).catch(storeFault);
    await this.#pool
      .query("delete from mi_unbind.lock_request where at < now() - interval '24 hours'")
      .catch(storeFault);
  }

  /** What was said of these phones so far is no answer any more: one of them was signed out. */
  async outdate(imeis: readonly string[]): Promise<void> {
    const digests = imeis.map((imei) => this.#seal.digest(imei));
    await this.#pool
      .query('update mi_unbind.lock_request set is_outdated = true where imei = any($1)', [digests])
      .catch(storeFault);
  }

  /** Whether the last answer that says anything of it says that its owner has reported it as lost, however old. */
  async isLost(imeis: readonly string[]): Promise<boolean> {
    const digests = imeis.map((imei) => this.#seal.digest(imei));
    const { rowCount } = await this.#pool
      .query('select from mi_unbind.lost_phone where imei = any($1)', [digests])
      .catch(storeFault);
    return (rowCount ?? 0) > 0;
  }

  /** Does the work while no other process asks this source. Rejects with the signal's reason when aborted. */
  async alone<T>(source: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const client = await this.#pool.connect().catch(storeFault);
    try {
      for (;;) {
        const { rows } = await client.query<{ mine: boolean }>(TAKE, [source]).catch(storeFault);
        if (rows[0]?.mine === true) break;
        await this.#clock.sleep(AGAIN, `another request to ${source}`, signal);
      }
      return await work();
    } finally {
      void giveBack(client);
    }
  }
}
