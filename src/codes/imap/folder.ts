import type { FetchMessageObject, ImapFlow, MailboxObject } from 'imapflow';
import type { Clock } from '../../clock.ts';
import type { Account } from './account.ts';
import { FolderConnection } from './connection.ts';
import type { Message, OnInboxEvent } from '../inbox.ts';
import { ENOUGH } from '../mail.ts';
import type { MailReader } from '../reading.ts';
import type { Position } from '../source.ts';

// How far back a folder is read whose messages were numbered anew, ms. SEARCH SINCE knows days only, of the
// server's time zone.
const LOOK_BACK = 48 * 3600_000;
// Mails before the first one that is looked at for when they came, at most.
const NEIGHBOURS = 20;
// By how much a mail may be older than one before it, ms: servers that take mail side by side number it in
// whatever order.
const OUT_OF_ORDER = 60_000;
// Where no other mail says what the server's clock said, one so old by this computer's was moved here, ms.
const LONG_AGO = 3600_000;

export interface FolderOptions {
  read: MailReader;
  clock: Clock;
  onEvent: OnInboxEvent;
}

/**
 * One folder and the one connection that reads it, opened when it is first needed. A connection each, because
 * IDLE announces mail of the selected folder only (RFC 2177): with a single one, what lands in the others is
 * found by asking in turn, seconds later.
 */
export function imapFolder(name: string, account: Account, options: FolderOptions) {
  const { onEvent } = options;
  const connection = new FolderConnection(name, account, options);
  const mails = new FolderMails(options);
  let look: (() => void) | undefined;

  /**
   * EXAMINE tells the number of the next mail (RFC 9051, 6.3.2), and unlike STATUS it may be asked about the
   * folder that is open.
   */
  async function position(): Promise<[stream: string, number: number]> {
    const box = await connection.inTime(() => connection.examineAgain());
    // An EXAMINE tells of no mail that came together with another's removal.
    look?.();
    return [streamOf(box), box.uidNext];
  }

  /** See Inbox. `from` may name streams of other folders too. */
  async function follow(
    from: Position,
    deliver: (message: Message) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const next: Record<string, number> = { ...from };
    await connection.persist((client) => read(client, () => mails.deliver(client, next, deliver)), signal);
  }

  /** Delivers what is there and what comes until the connection ends; rejects with why it ended. */
  async function read(client: ImapFlow, deliverNew: () => Promise<void>): Promise<void> {
    const { promise: ended, reject: end } = Promise.withResolvers<never>();
    client.once('error', end);
    client.once('close', () => end(hungUp(client)));
    if (client.isClosed) throw hungUp(client);
    onEvent({ kind: 'connected', what: `${name} at ${account.host}` });

    let more = false;
    let reading = false;
    const readAll = async () => {
      reading = true;
      for (; more; await deliverNew()) more = false;
      reading = false;
    };
    look = () => {
      more = true;
      if (!reading) readAll().catch((error: unknown) => (end(error), client.close()));
    };
    client.on('exists', look);
    look();
    try {
      await ended;
    } finally {
      look = undefined;
    }
  }

  return {
    open: () => connection.open(),
    openInTime: () => connection.inTime(() => connection.open()),
    position,
    follow,
    persist: <T>(work: (client: ImapFlow) => Promise<T>, signal: AbortSignal) =>
      connection.persist(work, signal),
    close: () => connection.close(),
  };
}

/** The mails of one folder as messages. */
class FolderMails {
  /** For each stream, when its newest mail came, by the server's clock. */
  readonly #newest = new Map<string, number>();
  readonly #clock: Clock;
  readonly #read: MailReader;

  constructor({ clock, read }: FolderOptions) {
    this.#clock = clock;
    this.#read = read;
  }

  /** Everything from the next number on, in one round trip. */
  async deliver(
    client: ImapFlow,
    next: Record<string, number>,
    deliver: (message: Message) => void,
  ): Promise<void> {
    const box = client.mailbox as MailboxObject;
    const stream = streamOf(box);
    const first = next[stream];
    const range = first === undefined ? { since: new Date(this.#clock.now() - LOOK_BACK) } : `${first}:*`;
    let behind = first ?? box.uidNext;
    if (first !== undefined && !this.#newest.has(stream))
      this.#newest.set(stream, await cameBefore(client, first));
    const wanted = { uid: true, internalDate: true, source: { start: 0, maxLength: ENOUGH } };
    for await (const mail of client.fetch(range, wanted, { uid: true })) {
      // Traps: `9:*` gives the last mail when there is no ninth, and a change of flags is reported in between
      // without a source.
      if (!mail.source || mail.uid < (first ?? 0)) continue;
      const at = this.#receivedAt(mail);
      const message = await this.#read(mail.source, {
        id: `${stream}/${mail.uid}/${at}`,
        stream,
        number: mail.uid,
        receivedAt: at,
      });
      const moved = first !== undefined && this.#isMoved(stream, at) && { moved: true };
      deliver({ sentAt: at, ...message, ...moved });
      behind = Math.max(behind, mail.uid + 1);
    }
    next[stream] = behind;
  }

  /**
   * An old mail that is put here gets a new number and keeps its time. The clock of this computer is asked
   * where there is no other.
   */
  #isMoved(stream: string, at: number): boolean {
    const last = this.#newest.get(stream) ?? 0;
    this.#newest.set(stream, Math.max(last, at));
    return last > 0 ? at < last - OUT_OF_ORDER : at < this.#clock.now() - LONG_AGO;
  }

  #receivedAt({ internalDate }: FetchMessageObject): number {
    return internalDate === undefined ? this.#clock.now() : new Date(internalDate).getTime();
  }
}

/** When the newest of the mails just before this number came; 0 where there is none. */
async function cameBefore(client: ImapFlow, number: number): Promise<number> {
  let last = 0;
  if (number === 1) return last;
  const range = `${Math.max(1, number - NEIGHBOURS)}:${number - 1}`;
  for await (const { internalDate } of client.fetch(range, { uid: true, internalDate: true }, { uid: true }))
    last = Math.max(last, internalDate === undefined ? 0 : new Date(internalDate).getTime());
  return last;
}

export type ImapFolder = ReturnType<typeof imapFolder>;

function streamOf({ path, uidValidity }: MailboxObject): string {
  return `${path}/${uidValidity}`;
}

function hungUp({ byeReason }: ImapFlow): Error {
  return Object.assign(new Error('Connection closed'), { reason: byeReason });
}
