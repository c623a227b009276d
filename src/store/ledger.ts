import type pg from 'pg';
import { lost } from './fault.ts';
import type { Seal } from './sealing.ts';

/** What must not happen twice by mistake. */
export type Act = 'code-requested' | 'password-submitted' | 'password-set';

export interface LedgerEntry {
  /** The account it counts for. */
  account: string;
  act: Act;
  /** The phone it is done on; empty for a browser on the host. */
  serial: string;
  /** Of a code: where its source stood before, as JSON, for whoever has to go on from there. */
  since?: object | undefined;
}

export type Entry =
  | { kind: 'entered' }
  /** The account's budget for the last 24 hours is used up, and nothing may be done before `freeFrom` (ISO time). */
  | { kind: 'spent'; freeFrom: string }
  /** The same job has done it before it broke off, at this ISO time: what became of it, the phone or a person tells. */
  | { kind: 'done-before'; at: string };

/** The book of what was about to be done, over all runs, processes and benches. */
export interface Ledger {
  /** Writes that it is about to be done, committed when this resolves: do it when it is `entered`, and only then. */
  enter(entry: LedgerEntry): Promise<Entry>;
  /** How often it was entered for the account in the last 24 hours. */
  count(account: string, act: Act): Promise<number>;
}

/** How often an act may be done for one account in 24 hours. Missing: as often as it takes. */
export type Budget = Partial<Record<Act, number>>;

/** For whom a ledger is written. */
export interface LedgerOptions {
  budget: Budget;
  /** Its acts are done once in all attempts of one round. Missing: a command of its own. */
  job?: { id: string; round: number } | undefined;
  /** Further names of the account, as the list or the site knows it: each has its budget, and all are counted. */
  names?: readonly string[];
}

/** What was entered for a job, oldest first. */
export interface JobAct {
  act: Act;
  /** ISO time. */
  at: string;
  serial: string;
}

const DAY = 24 * 60 * 60_000;
const RECENT = "account = $1 and act = $2 and at > now() - interval '24 hours'";
const RECENTLY = `select at from mi_unbind.ledger where ${RECENT} order by at desc`;
const ASKED = `select since from mi_unbind.ledger where account = $1 and act = 'code-requested' and serial = $2 and since is not null
   and at > now() - make_interval(secs => $3) order by at desc limit 1`;
const DONE = 'select at from mi_unbind.ledger where job = $1 and round = $2 and act = $3 order by at limit 1';
const LOCK = "select pg_advisory_xact_lock(hashtextextended('mi_unbind.ledger.' || $1, 0))";
const INSERT = 'insert into mi_unbind.ledger (account, act, serial, job, round, since) values ($1, $2, $3, $4, $5, $6)';

/** One account is one account, however it is written. */
const plain = (account: string) => account.trim().toLowerCase();

/** A phone that shows the name masked shows many accounts alike: it counts for this phone's. */
const nameOf = (account: string, serial: string) => (account.includes('*') ? `${plain(account)}@${serial}` : plain(account));

/** Accounts stand in the database as digests. */
export class PostgresLedger implements Ledger {
  readonly #pool: pg.Pool;
  readonly #seal: Seal;
  readonly #options: LedgerOptions;

  constructor(pool: pg.Pool, seal: Seal, options: LedgerOptions) {
    this.#pool = pool;
    this.#seal = seal;
    this.#options = options;
  }

  async enter({ account, act, serial, since }: LedgerEntry): Promise<Entry> {
    const { budget, job, names = [] } = this.#options;
    const most = budget[act] ?? Infinity;
    // In one order for everybody, so that two who want the same locks do not wait for each other.
    const digests = [...new Set([nameOf(account, serial), ...names.map(plain)].map((name) => this.#seal.digest(name)))].sort();
    const client = await this.#pool.connect().catch(lost);
    try {
      await client.query('begin');
      // In statements of their own: what follows has to see what the one before us has committed.
      for (const digest of digests) await client.query(LOCK, [digest]);
      const before = job === undefined ? undefined : (await client.query<{ at: Date }>(DONE, [job.id, job.round, act])).rows[0];
      if (before) return await answer({ kind: 'done-before', at: before.at.toISOString() });
      const times = await Promise.all(digests.map(async (digest) => (await client.query<{ at: Date }>(RECENTLY, [digest, act])).rows));
      const spent = times.filter((rows) => rows.length >= most).map((rows) => (rows[most - 1]?.at.getTime() ?? Date.now()) + DAY);
      if (spent.length > 0) return await answer({ kind: 'spent', freeFrom: new Date(Math.max(...spent)).toISOString() });
      for (const digest of digests) await client.query(INSERT, [digest, act, serial, job?.id, job?.round, since]);
      return await answer({ kind: 'entered' });
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      return lost(error);
    } finally {
      client.release();
    }

    async function answer(entry: Entry): Promise<Entry> {
      await client.query('commit');
      return entry;
    }
  }

  async count(account: string, act: Act): Promise<number> {
    const digest = this.#seal.digest(plain(account));
    const { rowCount } = await this.#pool.query(`select from mi_unbind.ledger where ${RECENT}`, [digest, act]).catch(lost);
    return rowCount ?? 0;
  }
}

/** Keeps nothing and has no budget: for measurements on simulated phones. */
export const looseLedger: Ledger = { enter: () => Promise.resolve({ kind: 'entered' }), count: () => Promise.resolve(0) };

/** Where the source stood when a code was last asked for on this phone, for this account or contact of it, at most so long ago, ms. */
export async function askedFrom(pool: pg.Pool, seal: Seal, account: string, serial: string, ms: number): Promise<object | undefined> {
  const asked = pool.query<{ since: object }>(ASKED, [seal.digest(plain(account)), serial, ms / 1000]);
  return (await asked.catch(lost)).rows[0]?.since;
}

/** What has been done for a job. */
export async function actsOf(pool: pg.Pool, job: string): Promise<JobAct[]> {
  const asked = pool.query<{ act: Act; at: Date; serial: string }>(
    'select act, min(at) as at, serial from mi_unbind.ledger where job = $1 group by round, act, serial order by 2',
    [job],
  );
  const { rows } = await asked.catch(lost);
  return rows.map(({ act, at, serial }) => ({ act, at: at.toISOString(), serial }));
}
