import type pg from 'pg';
import { isGone } from './worker.ts';
import { storeFault } from './fault.ts';
import { EVENTS, QUESTIONS } from './notifications.ts';

/** What a station has seen. */
export interface StoredEvent {
  /** Grows in the order in which events become known to others. */
  id: number;
  /** ISO time. */
  at: string;
  station: string;
  kind: string;
  serial: string;
  /** Empty where it is about none. */
  job: string;
  /** More, without secrets and accounts. */
  body: Readonly<Record<string, unknown>>;
}

/** A phone as its station last saw it. */
export interface SeenPhone {
  station: string;
  serial: string;
  usb: string;
  /** As adb lists it; `gone`: it is no longer attached. */
  state: string;
  imei?: string;
  imei2?: string;
  model: string;
  release: string;
  /** Percent. */
  battery?: number;
  /** ISO time from which on the state is this one. */
  since: string;
  /** ISO time at which it was plugged in. */
  plugged: string;
  /** The job that ran on it last, since it was plugged in. */
  job: string;
  /** The newest step of a run. */
  step: string;
  /** Folder of the newest evidence, on the station's computer, and its newest picture in there. */
  evidence: string;
  picture: string;
}

export type NewEvent = Omit<StoredEvent, 'id' | 'station'>;

/** Any number that nothing else takes: ids of events grow in the order of their commits. */
const LOCK = 6_230_536;
// Events are kept so long: a browser that slept catches up from them.
const KEPT_DAYS = 7;

// Pages wait for this: it is not waited for until the disk has it, which takes longer than all the rest. See
// `lostEvents`.
const APPEND = `with lock as materialized (select set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(${LOCK})),
  seen as (
    insert into mi_unbind.phone as phone (station, serial, usb, state, imei, imei2, model, release, battery, since, plugged, job, step, evidence, picture)
      select $1, serial, usb, state, imei, imei2, model, release, battery, since, plugged, nullif(job, '')::bigint, step, evidence, picture
      from lock, jsonb_to_recordset($2) as row (serial text, usb text, state text, imei text, imei2 text, model text, release text,
        battery int, since timestamptz, plugged timestamptz, job text, step text, evidence text, picture text)
    on conflict (station, serial) do update set usb = excluded.usb, state = excluded.state, imei = excluded.imei, imei2 = excluded.imei2,
      model = excluded.model, release = excluded.release, battery = excluded.battery, since = excluded.since, plugged = excluded.plugged, job = excluded.job,
      step = excluded.step, evidence = excluded.evidence, picture = excluded.picture),
  added as (
    insert into mi_unbind.event (at, station, kind, serial, job, body)
      select at, $1, kind, serial, nullif(job, '')::bigint, coalesce(body, '{}')
      from lock, jsonb_to_recordset($3) as row (at timestamptz, kind text, serial text, job text, body jsonb, nth int)
      order by nth returning id)
  select pg_notify('${EVENTS}', max(id)::text) from added having count(*) > 0`;

/** Appends what a station has seen, with its phones as they are now, and says so to all who listen. */
export async function appendEvents(
  pool: pg.Pool,
  station: string,
  phones: readonly Omit<SeenPhone, 'station'>[],
  events: readonly NewEvent[],
): Promise<void> {
  const numbered = events.map((event, nth) => ({ ...event, nth }));
  await pool.query(APPEND, [station, JSON.stringify(phones), JSON.stringify(numbered)]).catch(storeFault);
}

/** Which of these events of a station a database that broke down has lost. */
export async function lostEvents(
  pool: pg.Pool,
  station: string,
  events: readonly NewEvent[],
): Promise<NewEvent[]> {
  const [first] = events.map(({ at }) => at).sort();
  if (first === undefined) return [];
  const found = pool.query<{ at: Date; kind: string; serial: string }>(
    'select at, kind, serial from mi_unbind.event where station = $1 and at >= $2',
    [station, first],
  );
  const kept = (await found.catch(storeFault)).rows.map((row) =>
    nameOf({ ...row, at: row.at.toISOString() }),
  );
  return events.filter((event) => {
    const at = kept.indexOf(nameOf(event));
    if (at >= 0) kept.splice(at, 1);
    return at < 0;
  });
}

const nameOf = ({ at, kind, serial }: Pick<NewEvent, 'at' | 'kind' | 'serial'>) =>
  JSON.stringify([at, kind, serial]);

/** Events after this one, oldest first, at most so many. */
export async function eventsAfter(pool: pg.Pool, id: number, limit: number): Promise<StoredEvent[]> {
  const found = pool.query<EventRow>(
    'select id, at, station, kind, serial, job, body from mi_unbind.event where id > $1 order by id limit $2',
    [id, limit],
  );
  return (await found.catch(storeFault)).rows.map(eventOf);
}

export type EventRow = Omit<StoredEvent, 'at' | 'id' | 'job'> & { id: string; at: Date; job: string | null };

export const eventOf = (row: EventRow): StoredEvent => ({
  ...row,
  id: Number(row.id),
  at: row.at.toISOString(),
  job: row.job ?? '',
});

export async function newestEvent(pool: pg.Pool): Promise<number> {
  const found = pool.query<{ id: string | null }>('select max(id) as id from mi_unbind.event');
  return Number((await found.catch(storeFault)).rows[0]?.id ?? 0);
}

/** A station that works on jobs. */
export interface SeenStation {
  name: string;
  /** Where its page is; empty: it serves none. */
  url: string;
  alive: boolean;
  /** A page of it is open, or was a few minutes ago. */
  watched: boolean;
  /** Its disk has no room, and it begins no phone. */
  full: boolean;
}

/** A station that has said nothing for so long is away, s. */
export const SILENT = 60;
// Who has looked at a page so long ago may look again, when there is a question, minutes.
const WATCHED = 10;

/** Says that the station is at work, where its page is, and whether one is open. Old events are dropped. */
export async function sayStation(
  pool: pg.Pool,
  {
    name,
    url,
    worker,
    isWatched,
    isFull = false,
  }: { name: string; url: string; worker: string; isWatched: boolean; isFull?: boolean },
): Promise<void> {
  const said = pool.query(
    `with old as (delete from mi_unbind.event where at < now() - interval '${KEPT_DAYS} days')
     insert into mi_unbind.station as station (name, url, worker, watched_at, is_full) values ($1, $2, $3, case when $4 then now() end, $5)
     on conflict (name) do update set url = excluded.url, worker = excluded.worker, alive_at = now(), is_full = excluded.is_full,
       watched_at = coalesce(excluded.watched_at, station.watched_at)`,
    [name, url, worker, isWatched, isFull],
  );
  await said.catch(storeFault);
}

/**
 * A process takes the station up: what an earlier one has left, which may have been killed, is none of its phones any
 * more, and what that one has asked has no use for an answer. Where another process is the station still,
 * nothing is changed.
 */
export async function takeStation(pool: pg.Pool, name: string, worker: string): Promise<void> {
  const found = pool.query<{ worker: string }>(
    `select worker from mi_unbind.station where name = $1 and worker <> $2 and alive_at > now() - interval '${SILENT} seconds'`,
    [name, worker],
  );
  if ((await found.catch(storeFault)).rows.some((other) => !isGone(other.worker))) return;
  const left = pool.query(
    `with asked as (update mi_unbind.question set until = now(), answer = null where station = $1 and until > now() returning id),
       said as (select pg_notify('${QUESTIONS}', id::text) from asked),
       left_over as (update mi_unbind.phone set state = 'gone', since = now() where station = $1 and state <> 'gone')
     select count(*) from said`,
    [name],
  );
  await left.catch(storeFault);
}

/** What a station has shown of a phone, by the phone's serial. */
export type LastShown = Pick<SeenPhone, 'imei' | 'job' | 'step' | 'evidence' | 'picture'>;

/** What earlier processes of a station have shown of the phones that a job ran on. */
export async function lastShown(pool: pg.Pool, station: string): Promise<Map<string, LastShown>> {
  const found = pool.query<LastShown & { serial: string }>(
    `select serial, imei, job::text, step, evidence, picture from mi_unbind.phone
     where station = $1 and imei is not null and job is not null`,
    [station],
  );
  return new Map((await found.catch(storeFault)).rows.map(({ serial, ...shown }) => [serial, shown]));
}

/** The station has ended: none of its phones is in its hands. */
export async function endStation(pool: pg.Pool, name: string, worker: string): Promise<void> {
  const ended = pool.query(
    `with ended as (delete from mi_unbind.station where name = $1 and worker = $2 returning name)
     update mi_unbind.phone set state = 'gone', since = now() from ended where station = ended.name and state <> 'gone'`,
    [name, worker],
  );
  await ended.catch(storeFault);
}

export async function seenStations(pool: pg.Pool): Promise<SeenStation[]> {
  const found = pool.query<SeenStation>(
    `select name, url, alive_at > now() - interval '${SILENT} seconds' as alive,
       coalesce(watched_at > now() - interval '${WATCHED} minutes', false) as watched, is_full as full from mi_unbind.station order by name`,
  );
  return (await found.catch(storeFault)).rows;
}

/** A person has looked at how a job ended: it is loud no more. */
export async function markSeen(
  pool: pg.Pool,
  phone: { station: string; serial: string },
  end: string,
): Promise<void> {
  const marked = pool.query(
    'update mi_unbind.phone set seen = $3 where station = $1 and serial = $2 and seen <> $3',
    [phone.station, phone.serial, end],
  );
  if (((await marked.catch(storeFault)).rowCount ?? 0) > 0)
    await appendEvents(
      pool,
      phone.station,
      [],
      [{ at: new Date().toISOString(), kind: 'seen', serial: phone.serial, job: '', body: {} }],
    );
}

/** A place that has a name: of what is at a USB path, or of one phone. */
export interface NamedPlace {
  station: string;
  phone: string;
  name: string;
}

export async function placesOf(pool: pg.Pool): Promise<NamedPlace[]> {
  const found = pool.query<NamedPlace>(
    'select station, phone, name from mi_unbind.place order by station, name',
  );
  return (await found.catch(storeFault)).rows;
}

/** Gives a place at a station to a phone or a USB path; a name that is empty takes it away. */
export async function namePlace(pool: pg.Pool, station: string, phone: string, name: string): Promise<void> {
  const named =
    name === ''
      ? pool.query('delete from mi_unbind.place where station = $1 and phone = $2', [station, phone])
      : pool.query(
          `with gone as (delete from mi_unbind.place where station = $1 and name = $3 and phone <> $2)
           insert into mi_unbind.place (station, phone, name) values ($1, $2, $3)
           on conflict (station, phone) do update set name = excluded.name`,
          [station, phone, name],
        );
  await named.catch(storeFault);
}
