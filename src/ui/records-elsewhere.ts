import type { JobState } from '../jobs/job.ts';
import { storeFault } from '../store/fault.ts';
import type { PageStore } from './page-options.ts';
import type { RecordWish } from './record-shelf.ts';

/** A job that ended at another station, where its record lies. */
export interface RecordElsewhere {
  reference: string;
  serial: string;
  model: string;
  outcome: string;
  reason: string;
  state: JobState;
  /** ISO time. */
  endedAt: string;
  durationMs: number;
  station: string;
  /** Where the page of that station is; empty: not known. */
  url: string;
}

const OUTCOME = "case when outcome ? 'finishedBy' then 'finished-by-hand' else outcome ->> 'outcome' end";

/** What ended at other stations of this database and fits, the newest first. */
export async function recordsElsewhere(
  { pool }: PageStore,
  station: string,
  { search, since, until, outcome, limit }: RecordWish & { limit: number },
): Promise<RecordElsewhere[]> {
  const wanted = search.trim().replace(/[\\%_]/g, '\\$&');
  const found = pool.query<Omit<RecordElsewhere, 'endedAt'> & { endedAt: Date }>(
    `select coalesce(wish ->> 'reference', '') as reference, coalesce(serial, '') as serial, coalesce(outcome ->> 'model', '') as model,
       ${OUTCOME} as outcome, coalesce(outcome ->> 'reason', '') as reason, state, ended_at as "endedAt",
       coalesce((outcome ->> 'durationMs')::float8, 0) as "durationMs", job.station, coalesce(station.url, '') as url
     from mi_unbind.job left join mi_unbind.station on station.name = job.station
     where job.station <> $1 and outcome is not null and ended_at >= $2 and ($3::timestamptz is null or ended_at < $3)
       and state <> 'unrecorded' and ($4 = '' or ${OUTCOME} = $4)
       and ($5 = '' or concat_ws(' ', wish ->> 'reference', serial, outcome ->> 'imei') ilike '%' || $5 || '%')
     order by ended_at desc limit $6`,
    [station, since, until || null, outcome, wanted, limit],
  );
  const { rows } = await found.catch(storeFault);
  return rows.map((row) => ({ ...row, endedAt: row.endedAt.toISOString() }));
}
