import type pg from 'pg';
import { storeFault } from './fault.ts';

/** The attempt of a job that asks, where it is one. */
export interface OfJob {
  id: string;
  round: number;
}

/**
 * Whether a password was submitted that explains why a phone has no account any more: in the same round of a
 * job, else on this phone in the last 24 hours, by a run that broke off before it could say how it ended.
 */
export async function hasSubmitted(pool: pg.Pool, serial: string, job?: OfJob): Promise<boolean> {
  const asked = job
    ? pool.query(`${SUBMITTED} and job = $1 and round = $2 limit 1`, [job.id, job.round])
    : pool.query(`${SUBMITTED} and serial = $1 and not ended and at > now() - interval '24 hours' limit 1`, [
        serial,
      ]);
  return ((await asked.catch(storeFault)).rowCount ?? 0) > 0;
}

const SUBMITTED = "select from mi_unbind.ledger where act = 'password-submitted'";

/** A run on this phone has said how it ended: what was submitted there explains nothing later. */
export async function endSubmissions(pool: pg.Pool, serial: string): Promise<void> {
  const ended =
    "update mi_unbind.ledger set ended = true where act = 'password-submitted' and serial = $1 and not ended";
  await pool.query(ended, [serial]).catch(storeFault);
}
