import { storeFault } from '../store/fault.ts';
import { LEASE } from '../store/hold.ts';
import { SILENT } from '../store/station-events.ts';
import type { Store } from '../store/store.ts';

/** What is still at work or to be decided, and may not be removed because of its age. */
export interface Needed {
  /** Ids of jobs that are not finished. */
  jobs: ReadonlySet<string>;
  /** Folders of the evidence of their last runs. */
  folders: string[];
  /** Serials of phones that are worked on, for a job or by a command of its own. */
  serials: string[];
  /** How many stations are at work. */
  stations: number;
}

/** A job is finished once it is done or cancelled. Any other goes on, waits, or waits for a decision. */
const FINISHED = "state in ('done', 'cancelled')";

export async function neededNow({ pool }: Pick<Store, 'pool'>): Promise<Needed> {
  const open = pool.query<{ id: string; serial: string; evidence: string | null; running: boolean }>(
    `select id, serial, outcome ->> 'evidence' as evidence, state = 'running' as running from mi_unbind.job where not ${FINISHED}`,
  );
  const { rows: jobs } = await open.catch(storeFault);
  const held = pool.query<{ serial: string }>(
    "select serial from mi_unbind.hold where alive_at > now() - $1 * interval '1 second'",
    [LEASE],
  );
  const { rows: holds } = await held.catch(storeFault);
  const stations = pool.query<{ count: number }>(
    "select count(*)::int as count from mi_unbind.station where alive_at > now() - $1 * interval '1 second'",
    [SILENT],
  );
  const running = jobs.filter((job) => job.running);
  return {
    jobs: new Set(jobs.map(({ id }) => id)),
    folders: jobs.flatMap(({ evidence }) => evidence || []),
    serials: [...new Set([...running, ...holds].map(({ serial }) => serial).filter(Boolean))],
    stations: (await stations.catch(storeFault)).rows[0]?.count ?? 0,
  };
}

/**
 * Of lists without an open job: one that is read again would add what is missing. What is still to be written or sent
 * about a job, and a job whose phone is attached, keeps it.
 */
const OLD = `select id from mi_unbind.job as job
  where ${FINISHED} and coalesce(ended_at, created_at) < now() - $1 * interval '1 day'
    and not exists (select from mi_unbind.job as open where open.batch = job.batch and not open.${FINISHED})
    and not exists (select from mi_unbind.lock_watch as watch where watch.job = job.id and (due_at is not null or is_news))
    and not exists (select from mi_unbind.letter where letter.job = job.id and not is_recorded)
    and job.id::text not in (select coalesce(body::jsonb -> 'record' ->> 'job', '') from mi_unbind.delivery)
    and not exists (select from mi_unbind.phone where phone.job = job.id and phone.state <> 'gone')`;

/**
 * Deletes finished jobs that ended so many days ago, by the database's clock. The ledger, kept passwords, the
 * audit trail and records stay. How many there were.
 */
export async function pruneJobs(
  { pool }: Pick<Store, 'pool'>,
  { days, dryRun = false }: { days: number; dryRun?: boolean | undefined },
): Promise<number> {
  const pruned = pool.query<{ count: number }>(
    dryRun
      ? `select count(*)::int as count from (${OLD}) as old`
      : `with old as (${OLD} for update of job),
           unwatched as (delete from mi_unbind.lock_watch using old where job = old.id),
           unwritten as (delete from mi_unbind.letter using old where job = old.id),
           gone as (delete from mi_unbind.job using old where job.id = old.id returning job.id)
         select count(*)::int as count from gone`,
    [days],
  );
  return (await pruned.catch(storeFault)).rows[0]?.count ?? 0;
}
