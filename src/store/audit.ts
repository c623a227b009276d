import type pg from 'pg';
import { storeFault } from './fault.ts';

/** What an operator did on a page. */
export interface OperatorAct {
  /** ISO time. */
  at: string;
  operator: string;
  act: string;
}

export interface AuditEntry extends OperatorAct {
  id: string;
  station: string;
  about: Readonly<Record<string, unknown>>;
}

export interface AuditWish {
  operator?: string | undefined;
  act?: string | undefined;
  /** Only entries before this one. */
  before?: string | undefined;
  limit: number;
}

/** What operators did, the newest first. */
export async function readAudit(
  pool: pg.Pool,
  { operator, act, before, limit }: AuditWish,
): Promise<AuditEntry[]> {
  const found = pool.query<Omit<AuditEntry, 'at'> & { at: Date }>(
    // The jobs of a list are too many to read.
    `select id, at, station, operator, act, about - 'jobs' as about from mi_unbind.audit
     where ($1::text is null or operator = $1) and ($2::text is null or act = $2) and ($3::bigint is null or id < $3)
     order by id desc limit $4`,
    [operator ?? null, act ?? null, before ?? null, limit],
  );
  return (await found.catch(storeFault)).rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** Who has done anything, and what has been done. */
export async function auditNames(pool: pg.Pool): Promise<{ operators: string[]; acts: string[] }> {
  const found = pool.query<{ operators: string[] | null; acts: string[] | null }>(
    `select array_agg(distinct operator order by operator) as operators, array_agg(distinct act order by act) as acts
     from mi_unbind.audit`,
  );
  const [row] = (await found.catch(storeFault)).rows;
  return { operators: row?.operators ?? [], acts: row?.acts ?? [] };
}

/** What operators did with one job, oldest first. */
export async function operatorActsOf(pool: pg.Pool, job: string): Promise<OperatorAct[]> {
  const found = pool.query<{ at: Date; operator: string; act: string }>(
    `select at, operator, act from mi_unbind.audit where about ->> 'job' = $1 or about -> 'jobs' ? $1 order by id`,
    [job],
  );
  return (await found.catch(storeFault)).rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
