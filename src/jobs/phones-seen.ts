import { storeFault } from '../store/fault.ts';
import { OPEN, questionOf, type OpenQuestion, type QuestionRow } from '../store/questions.ts';
import { eventOf, SILENT, type EventRow, type SeenPhone, type StoredEvent } from '../store/station-events.ts';
import { isGone, workerName } from '../store/worker.ts';
import type { Store } from '../store/store.ts';
import type { Job, JobEnd, JobHold, JobState } from './job.ts';
import { holdIn, LETTERS, LOCK_AFTER, type JobRow } from './row.ts';

/** The job that a phone has, works on or had last. */
export interface PhoneJob {
  id: string;
  batch: string;
  state: JobState;
  reference: string;
  attempts: number;
  notBefore?: string;
  startedAt?: string;
  endedAt?: string;
  end?: JobEnd;
  hold?: JobHold;
  lockAfter?: NonNullable<Job['lockAfter']>;
  letters?: NonNullable<Job['letters']>;
}

/** A phone of any station, with its place and its job. */
export interface PhoneOnWall extends SeenPhone {
  /** Empty: it has none. */
  place: string;
  /** Which end of a job a person has looked at. */
  seen: string;
  work?: PhoneJob;
  /** ISO time at which its station was heard last, where that has gone without a word: what it does is not known. */
  away?: string;
}

interface Row extends Pick<JobRow, 'hold' | 'held_since' | 'held_until' | 'lock_after' | 'letters'> {
  station: string;
  serial: string;
  usb: string;
  state: string;
  imei: string | null;
  imei2: string | null;
  model: string;
  release: string;
  battery: number | null;
  since: Date;
  plugged: Date;
  job: string | null;
  step: string;
  evidence: string;
  picture: string;
  seen: string;
  place: string | null;
  work: string | null;
  batch: string;
  job_state: JobState;
  reference: string | null;
  attempts: number;
  not_before: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  outcome: JobEnd | null;
  worker: string | null;
  alive_at: Date | null;
  silent: boolean | null;
}

// Phones of a station that has gone without a word stay so long.
const AWAY = "interval '12 hours'";
// A phone that was unplugged stays on the wall so long.
const GONE = "interval '2 minutes'";
const NAMES = "array['serial:' || phone.serial, 'imei:' || phone.imei, 'imei:' || phone.imei2]";
const COLUMNS =
  'id, batch, state, wish, attempts, not_before, started_at, ended_at, outcome, serial, hold, held_since, held_until';

const PHONES = `select phone.*, place.name as place, job.id as work, job.batch, job.state as job_state, job.wish ->> 'reference' as reference,
    job.attempts, job.not_before, job.started_at, job.ended_at, job.outcome, job.hold, job.held_since, job.held_until, ${LOCK_AFTER}, ${LETTERS},
    station.worker, station.alive_at, station.alive_at < now() - interval '${SILENT} seconds' as silent
  from mi_unbind.phone
  left join mi_unbind.station on station.name = phone.station
  left join lateral (select name from mi_unbind.place where place.station = phone.station and place.phone in (phone.serial, phone.usb)
    order by place.phone = phone.serial desc limit 1) place on true
  left join lateral (
    select * from (
      (select ${COLUMNS} from mi_unbind.job where phone = any(${NAMES}) order by id desc limit 20)
      union (select ${COLUMNS} from mi_unbind.job where wish -> 'phone' ? 'imei2' and wish -> 'phone' ->> 'imei2' in (phone.imei, phone.imei2) order by id desc limit 20)
      union (select ${COLUMNS} from mi_unbind.job where id = phone.job)) named
    where state <> 'cancelled' or id = phone.job
    order by state in ('running', 'unrecorded') and serial = phone.serial desc, state in ('waiting', 'needs-person', 'held') desc, id desc limit 1) job on true`;
const SHOWN = `(phone.state <> 'gone' or phone.since > now() - ${GONE})
  and (station.alive_at is null or station.alive_at > now() - ${AWAY})`;

/** What has happened, and what of the wall that touches, as of one moment. */
export interface WallNews {
  events: StoredEvent[];
  phones: PhoneOnWall[];
  questions: OpenQuestion[];
}

/**
 * The events after one, at most so many, and the phones that they are about, or all that are on the wall: in
 * one question to the database, as each is waited for.
 */
export async function wallNews(
  { pool }: Pick<Store, 'pool'>,
  { after, limit, all }: { after: number; limit: number; all: boolean },
): Promise<WallNews> {
  const news = `select id, at, station, kind, serial, job, body from mi_unbind.event where id > ${Math.trunc(after)} order by id limit ${Math.trunc(limit)}`;
  const touched = `${PHONES} join (select distinct station, serial from (${news}) news where serial <> '') asked
    on asked.station = phone.station and asked.serial = phone.serial`;
  // Several statements have several results, of which the types of `pg` know nothing.
  const found: Promise<unknown> = pool.query(
    `${news}; ${all ? `${PHONES} where ${SHOWN}` : touched}; ${OPEN}`,
  );
  const [events, phones, questions] = (await found.catch(storeFault)) as [
    { rows: EventRow[] },
    { rows: Row[] },
    { rows: QuestionRow[] },
  ];
  return {
    events: events.rows.map(eventOf),
    phones: phones.rows.map(phoneOf),
    questions: questions.rows.map(questionOf),
  };
}

/** The phones on the wall; `only`: these, by station and serial, also where they are long gone. */
export async function phonesOnWall(
  { pool }: Pick<Store, 'pool'>,
  only?: readonly { station: string; serial: string }[],
): Promise<PhoneOnWall[]> {
  const found = only
    ? pool.query<Row>(
        `${PHONES} join unnest($1::text[], $2::text[]) as asked (station, serial) on asked.station = phone.station and asked.serial = phone.serial`,
        [only.map(({ station }) => station), only.map(({ serial }) => serial)],
      )
    : pool.query<Row>(`${PHONES} where ${SHOWN}`);
  return (await found.catch(storeFault)).rows.map(phoneOf);
}

function phoneOf(row: Row): PhoneOnWall {
  const { station, serial, usb, state, model, release, step, evidence, picture, seen } = row;
  return {
    ...{ station, serial, usb, state, model, release, step, evidence, picture, seen },
    ...(row.imei !== null && { imei: row.imei }),
    ...(row.imei2 !== null && { imei2: row.imei2 }),
    ...(row.battery !== null && { battery: row.battery }),
    since: row.since.toISOString(),
    plugged: row.plugged.toISOString(),
    job: row.job ?? '',
    place: row.place ?? '',
    ...(row.work !== null && { work: workOf(row, row.work) }),
    ...awayOf(row),
  };
}

/** One of this computer is known to be gone as soon as it has ended, others once they have been silent for long. */
function awayOf({ worker, alive_at: heard, silent, state }: Row): { away?: string } {
  if (worker === null || heard === null || state === 'gone' || worker === workerName()) return {};
  return silent || isGone(worker) ? { away: heard.toISOString() } : {};
}

function workOf(row: Row, id: string): PhoneJob {
  return {
    id,
    batch: row.batch,
    state: row.job_state,
    reference: row.reference ?? '',
    attempts: row.attempts,
    ...(row.not_before && { notBefore: row.not_before.toISOString() }),
    ...(row.started_at && { startedAt: row.started_at.toISOString() }),
    ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
    ...(row.outcome && { end: row.outcome }),
    ...(row.job_state === 'held' && holdIn(row)),
    ...(row.lock_after && { lockAfter: row.lock_after }),
    ...(row.letters && { letters: row.letters }),
  };
}

/** How many phones were signed out since a moment, and since another. */
export async function signedOutSince(
  { pool }: Pick<Store, 'pool'>,
  day: Date,
  hour: Date,
): Promise<{ day: number; hour: number }> {
  const counted = pool.query<{ day: number; hour: number }>(
    `select count(*)::int as day, count(*) filter (where ended_at >= $2)::int as hour from mi_unbind.job
     where ended_at >= $1 and state = 'done' and outcome ->> 'outcome' <> 'cleared-by-owner'`,
    [day, hour],
  );
  return (await counted.catch(storeFault)).rows[0] ?? { day: 0, hour: 0 };
}
