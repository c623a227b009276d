import type pg from 'pg';
import { StoreError } from '../errors.ts';

/**
 * How the database came to be what it is, oldest first. A step that has been released is never changed: what
 * is to be different is another step. Everything lies in the schema mi_unbind, so the database may be shared.
 */
export const steps: readonly string[] = [
  `create table mi_unbind.seal (
     -- One row: tells a wrong key before anything is written with it.
     id boolean primary key default true check (id),
     sealed text not null
   );
   create table mi_unbind.message (
     id bigint generated always as identity primary key,
     source text not null,
     -- Digest of the gateway's id.
     external_id text not null,
     -- Sender, recipient and text, encrypted.
     sealed text not null,
     sent_at timestamptz,
     received_at timestamptz not null default now(),
     unique (source, external_id)
   );
   create index on mi_unbind.message (source, id);
   create index on mi_unbind.message (received_at);
   create table mi_unbind.claim (
     -- Digest of source and message.
     message text primary key,
     claimed_at timestamptz not null default now()
   );`,
  `create table mi_unbind.ledger (
     id bigint generated always as identity primary key,
     -- Digest of the account.
     account text not null,
     act text not null,
     serial text not null,
     at timestamptz not null default now()
   );
   create index on mi_unbind.ledger (account, act, at);
   create table mi_unbind.password (
     id bigint generated always as identity primary key,
     -- Account and password, encrypted.
     sealed text not null,
     state text not null default 'unconfirmed' check (state in ('unconfirmed', 'confirmed', 'rejected')),
     kept_at timestamptz not null default now()
   );`,
  `-- The job it was done for, and in which round of it; null for a command of its own.
   alter table mi_unbind.ledger add column job bigint, add column round int;
   create index on mi_unbind.ledger (job) where job is not null;`,
  `create table mi_unbind.job (
     id bigint generated always as identity primary key,
     batch text not null,
     -- Digest of batch and order: a list that is read again adds nothing.
     key text not null unique,
     -- 'serial:…' or 'imei:…'.
     phone text not null,
     -- What the list asks, without account and contact, which are in sealed.
     wish jsonb not null,
     sealed text not null,
     -- Encrypted; null when none is known, or the job is finished.
     password text,
     keep_secret boolean not null,
     -- The list's password was refused: it goes on without, until the list brings another.
     recovering boolean not null default false,
     state text not null default 'waiting'
       check (state in ('waiting', 'running', 'done', 'parked', 'needs-person', 'held', 'cancelled')),
     attempts int not null default 0,
     -- What must not happen twice happens once in each.
     round int not null default 1,
     not_before timestamptz,
     bench text not null default '',
     -- The last time it was begun: of each time another one, by which process, and when that one last said that it is at it.
     claim uuid,
     worker text not null default '',
     alive_at timestamptz,
     serial text not null default '',
     outcome jsonb,
     created_at timestamptz not null default now(),
     started_at timestamptz,
     ended_at timestamptz
   );
   -- One phone is worked on by one bench.
   create unique index on mi_unbind.job (serial) where state = 'running';
   create index on mi_unbind.job (phone, id) where state = 'waiting';
   create index on mi_unbind.job (batch, state, id);
   create index on mi_unbind.job (state, id);
   create table mi_unbind.delivery (
     -- What AFTER_URL is to get of an ended attempt and has not taken yet.
     id uuid primary key,
     body text not null,
     tries int not null default 0,
     next_at timestamptz not null default now()
   );
   create index on mi_unbind.delivery (next_at);`,
  `-- Of a code that was asked for: where its source stood before.
   alter table mi_unbind.ledger add column since jsonb;`,
  `create table mi_unbind.wait (
     id bigint generated always as identity primary key,
     streams text[] not null,
     -- Digest of the address or number a code is waited for.
     address text not null,
     until timestamptz not null
   );`,
  `-- Of each claim another one: tells who asks again, after an answer was lost, from who comes second.
   alter table mi_unbind.claim add column claimer uuid;`,
  `-- An end is kept before its record is written. What follows it then; null where no end waits for its record.
   alter table mi_unbind.job add column follows jsonb;
   alter table mi_unbind.job drop constraint job_state_check;
   alter table mi_unbind.job add constraint job_state_check
     check (state in ('waiting', 'running', 'unrecorded', 'done', 'parked', 'needs-person', 'held', 'cancelled'));`,
  `-- Digests of the masks under which a phone may show the account of an entry.
   alter table mi_unbind.ledger add column masks text[] not null default '{}';
   create index on mi_unbind.ledger (act, at);
   create table mi_unbind.alias (
     -- Digests of two names of one account; 'mask' is one under which a phone has shown it.
     name text not null,
     other text not null,
     kind text not null check (kind in ('id', 'name', 'mask')),
     learnt_at timestamptz not null default now(),
     primary key (name, other)
   );`,
  `-- Of a submitted password: its run, or a later one on the phone, has said how it ended. Of what was entered before it is not known.
   alter table mi_unbind.ledger add column ended boolean not null default true;
   alter table mi_unbind.ledger alter column ended set default false;`,
  `-- Which phone a job runs on, beyond its serial at one adb server; null where it does not tell.
   alter table mi_unbind.job add column place text not null default '', add column serialno text, add column imei text;
   -- One phone is worked on by one job, at whichever serial. Two phones of two places may have one serial.
   drop index mi_unbind.job_serial_idx;
   create unique index on mi_unbind.job (place, serial) where state = 'running';
   create unique index on mi_unbind.job (imei) where state = 'running' and imei is not null;
   create table mi_unbind.hold (
     -- A run that works on a phone, for a job or as a command of its own.
     id uuid primary key default gen_random_uuid(),
     serial text not null,
     place text not null,
     serialno text,
     imei text,
     worker text not null,
     alive_at timestamptz not null default now()
   );`,
  `create table mi_unbind.as_found (
     -- What a phone was before a run changed it: kept until it is so again.
     phone text primary key,
     state jsonb not null,
     at timestamptz not null default now()
   );`,
  `alter table mi_unbind.job rename column bench to station;`,
  `create table mi_unbind.lock_request (
     source text not null,
     imei text not null,
     state text not null,
     lost boolean,
     at timestamptz not null,
     why text,
     refusal text
   );
   create index lock_request_at on mi_unbind.lock_request (source, at);`,
  `create table mi_unbind.station (
     -- A computer that works on jobs, and where its page is; empty: it serves none.
     name text primary key,
     url text not null default '',
     worker text not null,
     -- When a page of it was open last.
     watched_at timestamptz,
     alive_at timestamptz not null default now()
   );
   create table mi_unbind.event (
     -- What a station has seen, in the order in which it became known to others.
     id bigint generated always as identity primary key,
     at timestamptz not null,
     station text not null,
     kind text not null,
     serial text not null default '',
     job bigint,
     body jsonb not null default '{}'
   );
   create index on mi_unbind.event (at);
   create table mi_unbind.phone (
     -- A phone as its station last saw it.
     station text not null,
     serial text not null,
     usb text not null default '',
     -- As adb lists it; 'gone' where it is no longer attached.
     state text not null,
     imei text,
     imei2 text,
     model text not null default '',
     release text not null default '',
     battery int,
     since timestamptz not null,
     plugged timestamptz not null,
     job bigint,
     step text not null default '',
     evidence text not null default '',
     picture text not null default '',
     -- The end of a job that a person has looked at.
     seen text not null default '',
     primary key (station, serial)
   );
   create index on mi_unbind.job (phone, id desc);
   create index on mi_unbind.job ((wish -> 'phone' ->> 'imei2'), id desc) where wish -> 'phone' ? 'imei2';
   create index on mi_unbind.job (ended_at) where ended_at is not null;
   create table mi_unbind.place (
     -- Name of a place at a station: of what is at a USB path, or of one phone.
     station text not null,
     phone text not null,
     name text not null,
     primary key (station, phone)
   );
   create table mi_unbind.question (
     -- What only a person may answer. The first answer counts.
     id uuid primary key default gen_random_uuid(),
     station text not null,
     serial text not null default '',
     job bigint,
     what text not null,
     prompt text not null,
     picture text not null default '',
     asked_at timestamptz not null default now(),
     until timestamptz not null,
     -- Encrypted, and dropped once it is taken.
     answer text,
     answered_by text,
     answered_at timestamptz
   );
   create index on mi_unbind.question (until) where answered_by is null;
   create table mi_unbind.operator (
     name text primary key,
     role text not null check (role in ('look', 'operate', 'administer')),
     -- scrypt, with its salt and costs.
     password text not null,
     created_at timestamptz not null default now()
   );
   create table mi_unbind.login (
     -- Digest of what the browser keeps.
     token text primary key,
     operator text not null,
     until timestamptz not null
   );
   create table mi_unbind.audit (
     id bigint generated always as identity primary key,
     at timestamptz not null default now(),
     station text not null,
     operator text not null,
     act text not null,
     about jsonb not null default '{}'
   );
   create index on mi_unbind.audit (at);`,
  `create index on mi_unbind.audit ((about ->> 'job'));
   create index on mi_unbind.audit using gin ((about -> 'jobs'));
   create table mi_unbind.lab (
     -- Who does the work, where the settings do not say it: one row.
     only_one bool primary key default true check (only_one),
     name text not null default '',
     address text not null default '',
     -- A PNG.
     logo bytea
   );`,
  `-- Why a job is held, and since when; null: it waits for its code source or for what BEFORE_URL said. Its dates stand
   -- beside not_before, so that all dates of a job are in this table.
   alter table mi_unbind.job add column hold text, add column held_since timestamptz, add column held_until timestamptz,
     add column remind_at timestamptz;
   create index on mi_unbind.job (state) where hold is not null;
   create table mi_unbind.lock_watch (
     job bigint not null,
     -- 'after': a sign-out, for a day. 'held': as long as the job is held.
     kind text not null check (kind in ('after', 'held')),
     -- Where the record is that gets what comes out.
     station text not null,
     since timestamptz not null,
     -- When it is asked next; null: no more.
     due_at timestamptz,
     -- A process asks until then.
     taken_until timestamptz,
     -- What all IMEIs of the phone said together last.
     answer jsonb,
     -- The answer is to be added to the record.
     is_news boolean not null default false,
     primary key (job, kind)
   );
   create index on mi_unbind.lock_watch (due_at) where due_at is not null;
   create table mi_unbind.lost_phone (
     -- Digest of an IMEI whose owner has reported the phone as lost: so until an answer says otherwise.
     imei text primary key,
     at timestamptz not null
   );
   -- Asked before the phone was signed out: no answer for what comes after.
   alter table mi_unbind.lock_request add column is_outdated boolean not null default false;`,
  `create table mi_unbind.letter (
     -- A letter to the owner of a job's phone: it is here before it goes out. Of one day there is one. The address is in
     -- the job alone.
     job bigint not null,
     day text not null,
     kind text not null check (kind in ('first', 'reminder')),
     state text not null default 'sending' check (state in ('sending', 'sent')),
     language text not null,
     by text not null,
     station text not null,
     worker text not null,
     at timestamptz not null,
     is_recorded boolean not null default false,
     primary key (job, day)
   );`,
  `-- The station's disk has no room, and it begins no phone.
   alter table mi_unbind.station add column is_full boolean not null default false;`,
];

/** Any number that nothing else takes: only one process changes the database at a time. */
const LOCK = 6_230_535;

const MADE = `select exists (select from pg_namespace where nspname = 'mi_unbind') as schema,
  exists (select from pg_tables where schemaname = 'mi_unbind' and tablename = 'migration') as table`;

/** Throws a StoreError when a newer mi-unbind has changed the database since it was opened. */
export async function assertCurrent(
  client: pg.Pool | pg.ClientBase,
  known: readonly string[] = steps,
): Promise<void> {
  const { rows } = await client.query<{ done: number }>(
    'select max(step)::int as done from mi_unbind.migration',
  );
  assertKnown(rows[0]?.done ?? 0, known);
}

function assertKnown(done: number, known: readonly string[]): void {
  if (done <= known.length) return;
  const why = `a newer mi-unbind has changed it (step ${done}; this one knows ${known.length})`;
  throw new StoreError(why, 'use the newer mi-unbind on this computer too, or another database');
}

/**
 * Brings the database to the newest step, in one transaction. Throws a StoreError when a newer mi-unbind has
 * written it.
 */
export async function migrate(client: pg.ClientBase, known: readonly string[] = steps): Promise<void> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    // Made only where missing: who has a schema made for them may not make another.
    const { rows: made } = await client.query<{ schema: boolean; table: boolean }>(MADE);
    if (!made[0]?.schema) await client.query('create schema mi_unbind');
    if (!made[0]?.table) {
      await client.query(
        'create table mi_unbind.migration (step int primary key, applied_at timestamptz not null default now())',
      );
    }
    const { rows } = await client.query<{ done: number }>(
      'select coalesce(max(step), 0)::int as done from mi_unbind.migration',
    );
    const done = rows[0]?.done ?? 0;
    assertKnown(done, known);
    for (const [index, sql] of known.entries()) {
      if (index < done) continue;
      await client.query(sql);
      await client.query('insert into mi_unbind.migration (step) values ($1)', [index + 1]);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
