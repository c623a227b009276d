import type pg from 'pg';
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
    const most = this.#budget[act];
    // The lock lets two processes that are both about to do it count one after the other.
    const { rows } = await this.#pool.query<{ entered: boolean; free_from: Date | null }>(
      `with lock as materialized (select pg_advisory_xact_lock(hashtextextended('mi_unbind.ledger.' || $1, 0))),
         recent as (select at, row_number() over (order by at desc) as nth from mi_unbind.ledger, lock
           where account = $1 and act = $2 and at > now() - interval '24 hours'),
         entered as (insert into mi_unbind.ledger (account, act, serial)
           select $1, $2, $3 from lock where $4::int is null or (select count(*) from recent) < $4::int returning at)
       select exists (select from entered) as entered, (select at + interval '24 hours' from recent where nth = $4::int) as free_from`,
      [digest, act, serial, most ?? null],
    );
    const [row] = rows;
    if (row?.entered) return { kind: 'entered' };
    return { kind: 'spent', freeFrom: (row?.free_from ?? new Date()).toISOString() };
  }

  async count(account: string, act: Act): Promise<number> {
    const { rows } = await this.#pool.query<{ count: number }>(
      "select count(*)::int as count from mi_unbind.ledger where account = $1 and act = $2 and at > now() - interval '24 hours'",
      [this.#seal.digest(account), act],
    );
    return rows[0]?.count ?? 0;
  }
}
