import type pg from 'pg';
import { systemClock, type Clock } from '../clock.ts';
import { BusyError, StoreError, TakenOverError } from '../errors.ts';
import { storeFault } from './fault.ts';
import { JOBS } from './notifications.ts';
import type { Store } from './store.ts';
import { isGone, workerName } from './worker.ts';

/** After this long without a word from the process that has it, a job or a phone is anybody's again, s. */
export const LEASE = 45;
// How often a run says that it still works on its phone, ms.
const BEAT = 10_000;
// So long ago its last word may be for the phone to be its own without asking: no other can have taken it
// meanwhile, ms.
const SURE = 30_000;
// While the database is away, so long is it waited for before nothing more is done, ms.
const RESTART_LIMIT = 15_000;
const AGAIN = 500;

/** What tells whether two phones are one. */
export interface Identity {
  /** As the adb server names it, and which server that is. */
  serial: string;
  place: string;
  /** `ro.serialno`. Missing where it does not tell, or tells what many phones do. */
  serialno?: string;
  /** Missing where it does not tell: a tablet, or a phone that still starts. */
  imei?: string;
}

/**
 * SQL: whether two rows are the same phone. By the IMEI, else by the serial number, where one of the two has
 * no IMEI: cheap phones share serial numbers. What one adb server has at one serial is one phone in any case.
 */
export const sameAs = (one: string, other: string): string =>
  `(${one}.imei = ${other}.imei or (${one}.serial = ${other}.serial and ${one}.place = ${other}.place)
    or (${one}.serialno = ${other}.serialno and (${one}.imei is null or ${other}.imei is null)))`;

/** A phone that this run alone works on, of all processes that share the database. */
export interface Hold {
  readonly id: string;
  readonly phone: Identity;
  /**
   * To be asked before each thing done to the phone. Throws a TakenOverError where another run has the phone
   * by now.
   */
  check(): Promise<void>;
  /** Whether no other run can have taken it since it was last asked for. */
  isSure(): boolean;
  release(): Promise<void>;
}

const LOCK = "select pg_advisory_xact_lock(hashtextextended('mi_unbind.hold', 0))";
const OTHERS = `select hold.id, hold.worker, alive_at < now() - $5 * interval '1 second' as silent from mi_unbind.hold,
  (select $1::text as serial, $2::text as place, $3::text as serialno, $4::text as imei) as phone where ${sameAs('hold', 'phone')}`;
const TAKE =
  'insert into mi_unbind.hold (serial, place, serialno, imei, worker) values ($1, $2, $3, $4, $5) returning id';
const SAY = 'update mi_unbind.hold set alive_at = now() where id = $1';
const RELEASE = `with gone as (delete from mi_unbind.hold where id = $1) select pg_notify('${JOBS}', '')`;

interface HoldOptions {
  /** Given in tests only. */
  worker?: string;
  leaseSeconds?: number;
}

/**
 * Takes the phone for one run, until that lets it go or says no word for too long. Throws a BusyError where
 * another run has it. A process of this host that is gone has none.
 */
export async function holdPhone(
  { pool }: Pick<Store, 'pool'>,
  phone: Identity,
  { worker = workerName(), leaseSeconds = LEASE }: HoldOptions = {},
): Promise<Hold> {
  const id = await take(pool, phone, worker, leaseSeconds);
  return { ...joinHold({ pool }, { id, serial: phone.serial }, leaseSeconds), phone };
}

/** Whether a run works on the phone at this serial of an adb server. */
export async function isHeld({ pool }: Pick<Store, 'pool'>, serial: string, place: string): Promise<boolean> {
  const found = pool.query(
    "select from mi_unbind.hold where serial = $1 and place = $2 and alive_at > now() - $3 * interval '1 second'",
    [serial, place, LEASE],
  );
  return ((await found.catch(storeFault)).rowCount ?? 0) > 0;
}

/** The same hold in another process of the run that took it. */
export function joinHold(
  { pool }: Pick<Store, 'pool'>,
  { id, serial }: { id: string; serial: string },
  leaseSeconds = LEASE,
): Omit<Hold, 'phone'> {
  const lease = new Lease(async () => {
    const { rowCount } = await pool.query(SAY, [id]).catch(storeFault);
    if (rowCount === 0) throw new TakenOverError(serial);
  }, leaseSeconds);
  // What it finds out is said by the next check.
  const beats = setInterval(() => void lease.say().catch(() => undefined), BEAT);
  beats.unref();
  return {
    id,
    check: () => lease.check(),
    isSure: () => lease.isSure(),
    async release() {
      clearInterval(beats);
      // One that is lost ends with its lease.
      await pool.query(RELEASE, [id]).catch(() => undefined);
    },
  };
}

/** What a process has for as long as it says so again and again. */
export class Lease {
  readonly #say: () => Promise<void>;
  readonly #sureFor: number;
  readonly #clock: Clock;
  /** When that was said last which was heard. */
  #said: Moment;

  /**
   * `say` tells the database, and rejects with anything but a StoreError where another process has it by now.
   */
  constructor(say: () => Promise<void>, leaseSeconds = LEASE, clock: Clock = systemClock) {
    this.#say = say;
    this.#sureFor = Math.min(SURE, leaseSeconds * 1000);
    this.#clock = clock;
    this.#said = this.#moment();
  }

  async say(): Promise<void> {
    const asked = this.#moment();
    await this.#say();
    this.#said = asked;
  }

  /**
   * Rejects where another process has it. A process that stood still does not know for how long, so the
   * database is asked each time, and again where this process stood still before it had the answer. While the database
   * is being started again no station can take anything over.
   */
  async check(): Promise<void> {
    for (const begun = this.#moment(); ;) {
      try {
        await this.say();
        if (this.#since(this.#said) < SURE) return;
      } catch (fault) {
        if (!(fault instanceof StoreError)) throw fault;
        if (this.isSure()) return;
        if (this.#since(begun) > RESTART_LIMIT) throw fault;
        await this.#clock.sleep(AGAIN, 'the database to come back');
      }
    }
  }

  /** Whether it was said so lately that no other process can have it by now. */
  isSure(): boolean {
    return this.#since(this.#said) < this.#sureFor;
  }

  #moment(): Moment {
    return { now: this.#clock.now(), elapsed: this.#clock.elapsed() };
  }

  /**
   * ms since then, at least: one clock is set right, back too, and the other stands still while the computer sleeps.
   */
  #since({ now, elapsed }: Moment): number {
    return Math.max(this.#clock.now() - now, this.#clock.elapsed() - elapsed);
  }
}

/** A moment by both clocks of this computer. */
interface Moment {
  now: number;
  elapsed: number;
}

async function take(
  pool: pg.Pool,
  { serial, place, serialno, imei }: Identity,
  worker: string,
  leaseSeconds: number,
): Promise<string> {
  const client = await pool.connect().catch(storeFault);
  const phone = [serial, place, serialno, imei];
  try {
    await client.query('begin');
    await client.query(LOCK);
    const { rows: others } = await client.query<{ id: string; worker: string; silent: boolean }>(OTHERS, [
      ...phone,
      leaseSeconds,
    ]);
    const gone = others.filter((other) => other.silent || isGone(other.worker));
    if (others.length > gone.length) throw new BusyError();
    await client.query('delete from mi_unbind.hold where id = any($1)', [gone.map(({ id }) => id)]);
    const { rows } = await client.query<{ id: string }>(TAKE, [...phone, worker]);
    await client.query('commit');
    return rows[0]?.id ?? '';
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error instanceof BusyError ? error : storeFault(error);
  } finally {
    client.release();
  }
}
