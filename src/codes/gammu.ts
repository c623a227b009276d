import { once } from 'node:events';
import { Socket } from 'node:net';
import { hostname } from 'node:os';
import { Client, DatabaseError } from 'pg';
import { abortable } from '../abortable.ts';
import { systemClock, type Clock } from '../clock.ts';
import { databaseConfig } from '../config/database-url.ts';
import { CodeSourceError } from '../errors.ts';
import { netFault } from '../words/net-fault.ts';
import type { Secret } from '../secret.ts';
import { newAssembly, type Row } from './gammu-parts.ts';
import type { Inbox, OnInboxEvent } from './inbox.ts';
import { poll, type Failure } from './poll.ts';

const NAME = 'gammu';
// The table has no trigger that would tell, and a database of another program gets none of ours. One lookup
// by primary key takes 1 ms.
const LOOK_EVERY = 300;
const CONNECT_LIMIT = 10_000;
const ANSWER_LIMIT = 10_000;
/**
 * smsd daemons that share the database may commit a lower number after a higher one. So far back is looked
 * again.
 */
const LOOK_BACK = 32;

// Both times are the database's own and without a zone: their difference depends neither on its zone nor on
// its clock.
const INBOX = `SELECT "ID" AS id, "SenderNumber" AS sender, "UDH" AS udh, "TextDecoded" AS text,
  extract(epoch FROM "ReceivingDateTime")::float8 AS sent, extract(epoch FROM LOCALTIMESTAMP - "UpdatedInDB")::float8 AS age
  FROM inbox WHERE "ID" >= $1 ORDER BY "ID"`;
const NEXT = `SELECT coalesce(max("ID"), 0) + 1 AS next, count(*)::int AS held FROM inbox`;
const MODEMS = `SELECT count(*)::int AS working FROM phones WHERE "TimeOut" > LOCALTIMESTAMP`;

/**
 * SMS that gammu-smsd (schema 17, pgsql.sql of its documentation) wrote into its `inbox` table. Only read:
 * nothing is marked as processed. Which number an SMS was for the table does not say, it knows the modem
 * (RecipientID) only.
 */
export function gammuInbox({
  url,
  onEvent = () => undefined,
  clock = systemClock,
}: {
  url: Secret;
  onEvent?: OnInboxEvent;
  clock?: Clock;
}): Inbox {
  const place = placeOf(url);
  // Two computers with a modem each have different databases at the same address.
  const stream = `${NAME}/${place.replace(/^(?:localhost|127\.[\d.]+|\[::1\]|\/[^:]*)(?=:)/, hostname())}`;
  const explain = (cause: unknown): Failure => explained(cause, place);
  let link: Link | undefined;
  let closed = false;

  /**
   * Over the one connection, opened when it is needed. After a failure it is closed: what is left of it
   * not known.
   */
  async function ask<R>(sql: string, values: unknown[] = []): Promise<R[]> {
    const mine = (link ??= open(url));
    try {
      await mine.ready;
      return (await mine.client.query(sql, values)).rows as R[];
    } catch (error) {
      if (link === mine) link = undefined;
      await hangUp(mine);
      throw error;
    }
  }

  async function asked<R>(sql: string, signal?: AbortSignal): Promise<R> {
    signal?.throwIfAborted();
    const old = link;
    const answer = ask<R>(sql).catch((cause: unknown) => {
      // Whether the server can be reached only a new connection tells.
      if (!old || closed || explain(cause).lasting) throw cause;
      return ask<R>(sql);
    });
    try {
      return (await (signal ? abortable(answer, signal) : answer))[0]!;
    } catch (cause) {
      signal?.throwIfAborted();
      throw explain(cause).error;
    }
  }

  async function leave(): Promise<void> {
    const open = link;
    link = undefined;
    if (open) await hangUp(open);
  }

  return {
    name: NAME,
    async position(signal) {
      return { [stream]: (await asked<{ next: number }>(NEXT, signal)).next };
    },
    async follow(from, deliver, signal) {
      const first = from[stream] ?? 1;
      const assembly = newAssembly();
      let next = first;
      const look = async () => {
        for (const row of await ask<Row>(INBOX, [Math.max(first, next - LOOK_BACK)])) {
          next = Math.max(next, row.id + 1);
          const whole = assembly.add(row);
          if (!whole) continue;
          const { id: number, sender, sent, text, age } = whole;
          // The column is rounded to seconds, which may put it into the future.
          const receivedAt = clock.now() - Math.max(0, age * 1000);
          // The number alone does not tell a message for ever: a table that is made anew begins with 1 again.
          deliver({
            id: `${NAME}/${number}/${sent}`,
            channel: 'sms',
            from: sender,
            to: [],
            text,
            receivedAt,
            stream,
            number,
          });
        }
      };
      try {
        await poll(
          { what: `gammu-smsd's database at ${place}`, look, explain, everyMs: LOOK_EVERY, onEvent, clock },
          signal,
        );
      } finally {
        await leave();
      }
    },
    async check(signal) {
      const { held } = await asked<{ held: number }>(NEXT, signal);
      const { working } = await asked<{ working: number }>(MODEMS, signal);
      const modems =
        working === 0 ? 'no gammu-smsd is at work on it: is it running?' : `modems at work: ${working}`;
      return `gammu-smsd's database at ${place}, ${held} SMS in its inbox, ${modems}`;
    },
    async close() {
      closed = true;
      await leave();
    },
  };
}

interface Link {
  client: Client;
  socket: Socket;
  ready: Promise<unknown>;
}

function open(url: Secret): Link {
  const socket = new Socket();
  const client = new Client({
    ...databaseConfig(url.reveal()),
    application_name: 'mi-unbind',
    connectionTimeoutMillis: CONNECT_LIMIT,
    query_timeout: ANSWER_LIMIT,
    stream: () => socket,
  });
  // A connection that ends between two questions is noticed by the next question.
  client.on('error', () => undefined);
  const ready = client.connect();
  ready.catch(() => undefined);
  return { client, socket, ready };
}

/**
 * At once, also while it is being opened and when the server is silent: the client's own end() waits for it.
 */
async function hangUp({ socket }: Link): Promise<void> {
  if (socket.closed) return;
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
}

/** `HOST:PORT/DATABASE`, without user and password. */
function placeOf(url: Secret): string {
  const { host = 'localhost', port = 5432, database = '' } = databaseConfig(url.reveal());
  return `${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
}

/** What to mend, by PostgreSQL's code (its manual, appendix A). None of it passes by waiting. */
const MENDS: Record<string, [why: (place: string) => string, hint: string]> = {
  '28P01': [
    (place) => `${place} does not accept the password`,
    'correct the password in GAMMU_DATABASE_URL (user = and password = in smsdrc)',
  ],
  '28000': [
    (place) => `${place} does not let this user in`,
    'correct the user in GAMMU_DATABASE_URL, or let it in in pg_hba.conf',
  ],
  '3D000': [
    (place) => `there is no database ${place}`,
    'correct the name after the last / in GAMMU_DATABASE_URL (database = in smsdrc)',
  ],
  '42P01': [
    (place) => `${place} has no tables of gammu-smsd`,
    "name smsd's own database in GAMMU_DATABASE_URL; its tables come from pgsql.sql of gammu-smsd",
  ],
  '42703': [
    (place) => `the tables in ${place} are of another gammu-smsd`,
    'bring them to schema 17, as the manual of gammu-smsd says',
  ],
  '42501': [
    (place) => `the user may not read the tables in ${place}`,
    'run GRANT SELECT ON inbox, phones TO the user of GAMMU_DATABASE_URL',
  ],
};

/** What passes by waiting, by PostgreSQL's code or its class. */
const PASSING: Readonly<Record<string, string>> = {
  '57P01': 'PostgreSQL is being stopped',
  '57P02': 'PostgreSQL has crashed and recovers',
  '57P03': 'PostgreSQL is starting up, recovering or shutting down',
  '53300': 'PostgreSQL lets no more connections in (max_connections)',
  '53': 'PostgreSQL is short of memory or disk',
  '57': 'PostgreSQL has ended the query',
  '08': 'the connection broke',
  XX: 'PostgreSQL reports a fault of its own: see its log',
};

const passing = (code: string) =>
  PASSING[code] ??
  PASSING[code.slice(0, 2)] ??
  (code ? 'PostgreSQL refuses the query: see its log' : 'the connection broke');

function explained(cause: unknown, place: string): Failure {
  const code = (cause as { code?: string }).code ?? '';
  const mend = cause instanceof DatabaseError ? MENDS[code] : undefined;
  const [why, hint] = mend
    ? [mend[0](place), mend[1]]
    : [
        `${place} cannot be reached: ${netFault(cause) ?? passing(code)}`,
        'start that PostgreSQL, or correct host and port in GAMMU_DATABASE_URL',
      ];
  return { error: new CodeSourceError(NAME, why, hint, cause), lasting: mend !== undefined };
}
