import type pg from 'pg';
import { keysOf } from '../account/name.ts';
import { Alike } from './alike.ts';
import { storeFault } from './fault.ts';
import { overRestart, wentAway } from './over-restart.ts';
import type { Seal } from './sealing.ts';

/** What must not happen twice by mistake. */
export type Act = 'code-requested' | 'password-submitted' | 'password-set';

export interface LedgerEntry {
  /** The account it counts for, as the phone or the site calls it. */
  account: string;
  /** Further names of it that the phone has shown. */
  also?: readonly string[];
  act: Act;
  /** The phone it is done on; empty for a browser on the host. */
  serial: string;
  /** Which of several in one attempt it is, from 1: one check may ask for two codes. Missing: the first. */
  nth?: number;
  /** Of a code: where its source stood before, as JSON, for the run that has to go on from there. */
  since?: object | undefined;
}

export type LedgerAnswer =
  | { kind: 'entered' }
  /**
   * The account's budget for the last 24 hours is used up, and nothing may be done before `freeFrom` (ISO
   * time). `alike`: only together with what was done for accounts that phones show in the same way, their
   * names being masked; these may be this one, or others.
   */
  | { kind: 'spent'; freeFrom: string; alike?: true }
  /**
   * The same job has done it before it broke off, at this ISO time: what became of it, the phone or a person
   * tells.
   */
  | { kind: 'done-before'; at: string };

/** The book of what was about to be done, over all runs, processes and benches. */
export interface Ledger {
  /**
   * Writes that it is about to be done, committed when this resolves: do it when it is `entered`, and only
   * then.
   */
  enter(entry: LedgerEntry): Promise<LedgerAnswer>;
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
  /** Further names of the account, as the list or the site knows it: what was done for any of them counts. */
  names?: readonly string[];
  /**
   * A person has said that it is another account than those that look alike. What was done for its own names
   * counts all the same.
   */
  another?: boolean | undefined;
}

/** What was entered for a job, oldest first. */
export interface JobAct {
  act: Act;
  /** ISO time. */
  at: string;
  serial: string;
}

const DAY = 24 * 60 * 60_000;
const RECENT = "act = $1 and at > now() - interval '24 hours'";
/**
 * Acts, each once: rows of one act have one time, that of its transaction. `certain`: of a name of the
 * account, or on this phone.
 */
const RECENTLY = `select at, bool_or(account = any($2) or serial = $5 and serial <> '') as certain from mi_unbind.ledger
   where ${RECENT} and (account = any($2) or account = any($3) or masks && $4) group by at, serial order by at desc`;
const ASKED = `select since from mi_unbind.ledger where account = any($1) and act = 'code-requested' and serial = $2 and since is not null
   and at > now() - make_interval(secs => $3) order by at desc limit 1`;
/** Rows of one act have one time. */
const DONE =
  'select at from mi_unbind.ledger where job = $1 and round = $2 and act = $3 group by at order by at offset $4 limit 1';
/** One for all accounts: which of them are the same is known only when they are looked up. */
const LOCK = "select pg_advisory_xact_lock(hashtextextended('mi_unbind.ledger', 0))";
const INSERT =
  'insert into mi_unbind.ledger (account, masks, act, serial, job, round, since) select account, $2, $3, $4, $5, $6, $7 from unnest($1::text[]) account';

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

  /**
   * A database that goes away before the entry is committed has none of it, and is asked again once it is back. One
   * that goes away meanwhile may have it: then it is a fault, and nothing is done.
   */
  async enter(entry: LedgerEntry): Promise<LedgerAnswer> {
    let mayBeThere = false;
    return overRestart(() => this.#enter(entry, () => (mayBeThere = true)), {
      mayPass: (fault) => !mayBeThere && wentAway(fault),
    });
  }

  async #enter(
    { account, also = [], act, serial, nth = 1, since }: LedgerEntry,
    onCommit: () => void,
  ): Promise<LedgerAnswer> {
    const { budget, job, names = [], another = false } = this.#options;
    const most = budget[act] ?? Infinity;
    const client = await this.#pool.connect().catch(storeFault);
    try {
      await client.query('begin');
      // In a statement of its own: what follows has to see what the one before us has committed.
      await client.query(LOCK);
      const before =
        job === undefined
          ? undefined
          : (await client.query<{ at: Date }>(DONE, [job.id, job.round, act, nth - 1])).rows[0];
      if (before) return await answer({ kind: 'done-before', at: before.at.toISOString() });
      const alike = await Alike.of(client, this.#seal, [account, ...also, ...names], serial);
      const { rows } = await client.query<{ at: Date; certain: boolean }>(RECENTLY, [
        act,
        alike.names,
        alike.loose,
        alike.open,
        serial,
      ]);
      const own = rows.filter(({ certain }) => certain);
      const counted = another ? own : rows;
      const last = counted[most - 1];
      if (last) {
        const freeFrom = new Date(last.at.getTime() + DAY).toISOString();
        return await answer({
          kind: 'spent',
          freeFrom,
          ...(own.length < most ? { alike: true as const } : {}),
        });
      }
      await client.query(INSERT, [alike.entered, alike.masks, act, serial, job?.id, job?.round, since]);
      return await answer({ kind: 'entered' });
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      return storeFault(error);
    } finally {
      client.release();
    }

    async function answer(entry: LedgerAnswer): Promise<LedgerAnswer> {
      onCommit();
      await client.query('commit');
      return entry;
    }
  }

  async count(account: string, act: Act): Promise<number> {
    const digests = keysOf(account).names.map((name) => this.#seal.digest(name));
    const counted = this.#pool.query(
      `select distinct at, serial from mi_unbind.ledger where ${RECENT} and account = any($2)`,
      [act, digests],
    );
    return (await counted.catch(storeFault)).rowCount ?? 0;
  }
}

/** Keeps nothing and has no budget: for measurements on simulated phones. */
export const looseLedger: Ledger = {
  enter: () => Promise.resolve({ kind: 'entered' }),
  count: () => Promise.resolve(0),
};

/**
 * Where the source stood when a code was last asked for on this phone, for this account or contact of it, at
 * most so long ago, ms.
 */
export async function askedFrom(
  pool: pg.Pool,
  seal: Seal,
  { account, serial, ms }: { account: string; serial: string; ms: number },
): Promise<object | undefined> {
  const asked = pool.query<{ since: object }>(ASKED, [
    keysOf(account).names.map((name) => seal.digest(name)),
    serial,
    ms / 1000,
  ]);
  return (await asked.catch(storeFault)).rows[0]?.since;
}

/** What has been done for a job. */
export async function actsOf(pool: pg.Pool, job: string): Promise<JobAct[]> {
  const asked = pool.query<{ act: Act; at: Date; serial: string }>(
    'select distinct act, at, serial from mi_unbind.ledger where job = $1 order by at',
    [job],
  );
  const { rows } = await asked.catch(storeFault);
  return rows.map(({ act, at, serial }) => ({ act, at: at.toISOString(), serial }));
}
