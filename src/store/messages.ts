import type pg from 'pg';
import { storeFault } from './fault.ts';
import { listen } from './notifications.ts';
import type { Seal } from './sealing.ts';

/**
 * Messages that gateways hand over, kept until no run can wait for them any more. Shared by all processes on
 * one store.
 */
export interface MessageStore {
  /**
   * Keeps it: committed when this resolves. Undefined when this source has handed over the same `externalId`
   * before.
   */
  add(message: NewMessage): Promise<KeptMessage | undefined>;
  /** Messages of the source from `id` on, oldest first. */
  from(source: string, id: number): Promise<KeptMessage[]>;
  /** The id the source's next message gets at least. */
  next(source: string): Promise<number>;
  /** Calls back after each message that any process has kept for the source, until the result is called. */
  watch(source: string, added: () => void): Promise<() => Promise<void>>;
}

export interface NewMessage {
  source: string;
  /** The gateway's own id of the message, or a digest of it where the gateway gives none. */
  externalId: string;
  from: string;
  /** Empty where the gateway does not say. */
  to: string;
  text: string;
  /** ms since the epoch, as the gateway says. */
  sentAt?: number;
  /** Of a long SMS that came in parts: which part of which. `number` counts from 1. */
  part?: { reference: string; number: number; total: number };
}

export interface KeptMessage extends Omit<NewMessage, 'externalId'> {
  id: number;
  /** When it was kept, ms since the epoch. */
  receivedAt: number;
}

const CHANNEL = 'mi_unbind_message';
// No run waits for a code for longer than it is valid, a day.
const KEPT = '2 days';

// One statement, one transaction. The lock makes ids visible in their order: a reader that has read up to one
// has missed none before it.
const ADD = `
  with lock as materialized (select pg_advisory_xact_lock(hashtextextended('mi_unbind.message.' || $1, 0))),
    old as (delete from mi_unbind.message where received_at < now() - interval '${KEPT}'),
    new as (insert into mi_unbind.message (source, external_id, sealed, sent_at) select $1, $2, $3, $4 from lock
      on conflict do nothing returning id, received_at)
  select id, received_at, pg_notify('${CHANNEL}', $1) from new`;

interface Row {
  id: string;
  source: string;
  sealed: string;
  sent_at: Date | null;
  received_at: Date;
}

/** Sender, recipient and text are encrypted: there are codes in them. */
export class PostgresMessages implements MessageStore {
  readonly #pool: pg.Pool;
  readonly #seal: Seal;
  readonly #connect: () => pg.Client;

  /** `connect` makes a connection for one who waits for news, which a pool has none for. */
  constructor(pool: pg.Pool, seal: Seal, connect: () => pg.Client) {
    this.#pool = pool;
    this.#seal = seal;
    this.#connect = connect;
  }

  #query<R extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<pg.QueryResult<R>> {
    return this.#pool.query<R>(sql, values).catch(storeFault);
  }

  async add(message: NewMessage): Promise<KeptMessage | undefined> {
    const { externalId, ...reported } = message;
    const { source, from, to, text, part, sentAt } = reported;
    const sealed = await this.#seal.close(JSON.stringify({ from, to, text, part }));
    const values = [
      source,
      this.#seal.digest(externalId),
      sealed,
      sentAt === undefined ? null : new Date(sentAt),
    ];
    const { rows } = await this.#pool
      .query<Pick<Row, 'id' | 'received_at'>>({ name: 'add-message', text: ADD, values })
      .catch(storeFault);
    return rows[0] && { ...reported, id: Number(rows[0].id), receivedAt: rows[0].received_at.getTime() };
  }

  async from(source: string, id: number): Promise<KeptMessage[]> {
    const { rows } = await this.#query<Row>(
      'select * from mi_unbind.message where source = $1 and id >= $2 order by id',
      [source, id],
    );
    return Promise.all(
      rows.map(async ({ id, source, sealed, sent_at, received_at }) => ({
        id: Number(id),
        source,
        ...(JSON.parse(await this.#seal.open(sealed)) as Pick<NewMessage, 'from' | 'to' | 'text' | 'part'>),
        ...(sent_at ? { sentAt: sent_at.getTime() } : {}),
        receivedAt: received_at.getTime(),
      })),
    );
  }

  async next(source: string): Promise<number> {
    const { rows } = await this.#query<{ next: string }>(
      'select coalesce(max(id), 0) + 1 as next from mi_unbind.message where source = $1',
      [source],
    );
    return Number(rows[0]?.next);
  }

  async watch(source: string, added: () => void): Promise<() => Promise<void>> {
    return listen(this.#connect, CHANNEL, (heard) => (heard === undefined || heard === source) && added());
  }
}
