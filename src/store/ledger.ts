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
}

/** The book of what was about to be done, over all runs, processes and benches. */
export interface Ledger {
  /**
   * Writes that it is about to be done, committed when this resolves: do it then, and only then. `spent`: the account's budget for the last
   * 24 hours is used up, and nothing may be done before `freeFrom` (ISO time).
   */
  enter(entry: LedgerEntry): Promise<{ kind: 'entered' } | { kind: 'spent'; freeFrom: string }>;
  /** How often it was entered for the account in the last 24 hours. */
  count(account: string, act: Act): Promise<number>;
}

/** How often an act may be done for one account in 24 hours. Missing: as often as it takes. */
export type Budget = Partial<Record<Act, number>>;

const DAY = 24 * 60 * 60_000;
const RECENT = "account = $1 and act = $2 and at > now() - interval '24 hours'";

/** Accounts stand in the database as digests. */
export class PostgresLedger implements Ledger {
  readonly #pool: pg.Pool;
  readonly #seal: Seal;
  readonly #budget: Budget;

  constructor(pool: pg.Pool, seal: Seal, budget: Budget) {
    this.#pool = pool;
    this.#seal = seal;
    this.#budget = budget;
  }

  async enter({ account, act, serial }: LedgerEntry): Promise<{ kind: 'entered' } | { kind: 'spent'; freeFrom: string }> {
    const digest = this.#seal.digest(account);
    const most = this.#budget[act] ?? Infinity;
    const client = await this.#pool.connect().catch(lost);
    try {
      await client.query('begin');
      // In a statement of its own: what follows has to see what the one before us has committed.
      await client.query("select pg_advisory_xact_lock(hashtextextended('mi_unbind.ledger.' || $1, 0))", [digest]);
      const { rows } = await client.query<{ at: Date }>(`select at from mi_unbind.ledger where ${RECENT} order by at desc`, [digest, act]);
      const spent = rows.length >= most;
      if (!spent) await client.query('insert into mi_unbind.ledger (account, act, serial) values ($1, $2, $3)', [digest, act, serial]);
      await client.query('commit');
      if (!spent) return { kind: 'entered' };
      const oldest = rows[most - 1]?.at.getTime() ?? Date.now();
      return { kind: 'spent', freeFrom: new Date(oldest + DAY).toISOString() };
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      return lost(error);
    } finally {
      client.release();
    }
  }

  async count(account: string, act: Act): Promise<number> {
    const digest = this.#seal.digest(account);
    const { rowCount } = await this.#pool.query(`select from mi_unbind.ledger where ${RECENT}`, [digest, act]).catch(lost);
    return rowCount ?? 0;
  }
}
