import type { JobState } from '../jobs/job.ts';
import { storeFault } from '../store/fault.ts';
import type { PageStore } from './page-options.ts';

export interface Bucket {
  /** Hour of the day, or day of the month. */
  name: string;
  out: number;
  other: number;
  /** It is not over yet. */
  isOpen: boolean;
}

export interface Spread {
  name: string;
  median: number;
  low: number;
  high: number;
  count: number;
}

export interface Charts {
  buckets: Bucket[];
  outcomes: { outcome: string; reason: string; state: JobState; count: number }[];
  releases: Spread[];
  codes: Spread[];
  total: number;
  out: number;
  lastHour: number;
  /** Seconds; 0 where nothing has ended. */
  median: number;
}

const MINUTES = 60_000;
const HOUR = 3_600_000;
const ENDED = "from mi_unbind.job where ended_at >= $1 and state <> 'cancelled' and outcome is not null";
// The word of the server alone is no sign-out.
const IS_OUT = "(state = 'done' and outcome ->> 'outcome' <> 'cleared-by-owner')";

/** What ended since midnight, by hours, or in the last 30 days, by days. */
export async function chartsOf(
  { pool }: PageStore,
  period: 'today' | '30',
  now = new Date(),
): Promise<Charts> {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const first = period === 'today' ? midnight : new Date(midnight.getTime() - 29 * 24 * HOUR);
  const rows = async <T extends object>(sql: string, values: unknown[] = [first]) =>
    (await pool.query<T>(sql, values).catch(storeFault)).rows;
  const ends = await rows<{ at: Date; out: boolean }>(`select ended_at as at, ${IS_OUT} as out ${ENDED}`);
  const outcomes = await rows<Charts['outcomes'][number]>(
    `select outcome ->> 'outcome' as outcome, coalesce(outcome ->> 'reason', '') as reason, state, count(*)::int as count ${ENDED} group by 1, 2, 3 order by 4 desc limit 12`,
  );
  const spread = (name: string, value: string, low: number, high: number) =>
    `${name} as name, percentile_cont(0.5) within group (order by ${value}) as median, percentile_cont(${low}) within group (order by ${value}) as low,
     percentile_cont(${high}) within group (order by ${value}) as high, count(*)::int as count`;
  const seconds = "(outcome ->> 'durationMs')::float8 / 1000";
  const out = `${ENDED} and ${IS_OUT} and outcome ->> 'durationMs' <> '0'`;
  const releases = await rows<Spread>(
    `select ${spread("outcome ->> 'release'", seconds, 0.1, 0.9)} ${out} and outcome ->> 'release' <> '' group by 1 order by 1 desc limit 12`,
  );
  const whole = await rows<{ median: number | null }>(
    `select percentile_cont(0.5) within group (order by ${seconds}) as median ${out}`,
  );
  const codes = await rows<Spread>(
    `with asked as (
       select job, at, (select min(next.at) from mi_unbind.event next where next.job = event.job and next.id > event.id and next.kind = 'step'
         and next.body ->> 'what' = 'type the code') as came
       from mi_unbind.event where kind = 'step' and body ->> 'what' = 'press Send' and job is not null)
     select ${spread("coalesce(nullif(job.wish ->> 'codeSource', ''), '-')", 'extract(epoch from asked.came - asked.at)', 0, 0.9)}
     from asked join mi_unbind.job on job.id = asked.job where came is not null group by 1 order by 2`,
    [],
  );
  return {
    buckets: bucketsOf(ends, period, first, now),
    ...{
      outcomes,
      releases: releases.sort(newerFirst),
      codes,
      total: ends.length,
      out: ends.filter((end) => end.out).length,
    },
    lastHour: ends.filter((end) => end.out && now.getTime() - end.at.getTime() < 60 * MINUTES).length,
    median: whole[0]?.median ?? 0,
  };
}

const NAMES = new Intl.Collator('en', { numeric: true });

/** HyperOS came after MIUI. */
function newerFirst(one: Spread, other: Spread): number {
  const isHyper = ({ name }: Spread) => Number(name.startsWith('HyperOS'));
  return isHyper(other) - isHyper(one) || NAMES.compare(other.name, one.name);
}

function bucketsOf(
  ends: readonly { at: Date; out: boolean }[],
  period: 'today' | '30',
  first: Date,
  now: Date,
): Bucket[] {
  const keyOf = (at: Date) =>
    period === 'today'
      ? at.getHours()
      : Math.round(
          (new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime() - first.getTime()) / (24 * HOUR),
        );
  const groups = Map.groupBy(ends, ({ at }) => keyOf(at));
  const last = keyOf(now);
  const earliest = period === 'today' ? Math.min(...groups.keys(), Math.max(0, last - 5)) : 0;
  return Array.from({ length: last - earliest + 1 }, (_, nth) => {
    const key = earliest + nth;
    const some = groups.get(key) ?? [];
    const day = new Date(first.getTime() + key * 24 * HOUR + HOUR);
    const out = some.filter((end) => end.out).length;
    return {
      name:
        period === 'today' || nth % 5 === 4
          ? String(period === 'today' ? key : day.getDate()).padStart(2, '0')
          : '',
      out,
      other: some.length - out,
      isOpen: key === last,
    };
  });
}
