import type { FetchMessageObject, ImapFlow, MailboxObject } from 'imapflow';
import type { Clock } from '../../clock.ts';
import { POLL_EVERY, type Account } from './account.ts';
import { faultOf, inFolder, sourceError } from './fault.ts';
import type { Message, OnInboxEvent } from '../inbox.ts';
import { ENOUGH } from '../mail.ts';
import type { MailReader } from '../reading.ts';
import type { Position } from '../source.ts';

// Pauses before a lost connection is opened again, ms: doubled each time, from the first to the longest.
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 10_000;
// The same where the server has said that it is too much for it.
const BUSY_PAUSE = 2000;
const LONGEST_BUSY_PAUSE = 120_000;
// How long it is asked for a position in that case, ms: nothing has been asked of the account yet.
const PATIENCE = 30_000;
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
export function imapFolder(
  name: string,
  account: Account,
  { read: readMail, clock, onEvent }: FolderOptions,
) {
  let link: { client: ImapFlow; ready: Promise<unknown> } | undefined;
  let look: (() => void) | undefined;
  /** For each stream, when its newest mail came, by the server's clock. */
  const newest = new Map<string, number>();
  let pause = new AbortController();
  let closing = new AbortController();

  /** The connection, logged in, with the folder opened for reading only. */
  async function open(): Promise<ImapFlow> {
    const { client, ready } = (link ??= begin());
    await ready;
    return client;
  }

  function begin() {
    const client = account.client();
    const ready = account.connect(client).then(() => examine(client));
    client.once('close', () => {
      if (link?.client === client) link = undefined;
    });
    ready.then(
      () => pause.abort(),
      () => client.close(),
    );
    return { client, ready };
  }

  function examine(client: ImapFlow): Promise<MailboxObject> {
    if (!client.capabilities.has('IDLE')) client.maxIdleTime = POLL_EVERY;
    return client.mailboxOpen(name, { readOnly: true }).catch(inFolder(name));
  }

  async function examineAgain(): Promise<MailboxObject> {
    const client = await open();
    return examine(client).catch((error: unknown) => {
      // After an EXAMINE that fails no folder is open (RFC 9051, 6.3.2): a connection that is kept would
      // announce nothing any more.
      client.close();
      throw error;
    });
  }

  /**
   * EXAMINE tells the number of the next mail (RFC 9051, 6.3.2), and unlike STATUS it may be asked about the
   * folder that is open.
   */
  async function position(): Promise<[stream: string, number: number]> {
    const box = await inTime(examineAgain);
    // An EXAMINE tells of no mail that came together with another's removal.
    look?.();
    return [streamOf(box), box.uidNext];
  }

  /**
   * That a connection or a token has ended may show only now, and a server may have too much to do for a
   * moment.
   */
  async function inTime<T>(
    ask: () => Promise<T>,
    pause = link === undefined ? BUSY_PAUSE : 0,
    left = PATIENCE,
  ): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const { lasting, busy, again, why } = faultOf(error, account);
      if (lasting || left < 0 || (pause > 0 && !busy)) throw error;
      if (left === PATIENCE && pause > 0 && !again)
        onEvent({ kind: 'lost', what: `${name} at ${account.host}: ${why}` });
      if (pause > 0 && !again)
        await clock.sleep(pause, 'the mail server', closing.signal).catch(() => undefined);
      return inTime(ask, Math.max(BUSY_PAUSE, pause * 2), left - Math.max(BUSY_PAUSE, pause));
    }
  }

  /** See Inbox. `from` may name streams of other folders too. */
  async function follow(
    from: Position,
    deliver: (message: Message) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const next: Record<string, number> = { ...from };
    await persist((client) => read(client, next, deliver), signal);
  }

  /**
   * Does the work on an open connection, on a new one when that is lost, until it is done. Undefined when
   * aborted; throws where waiting mends nothing. Leaves the connection open only when the work is done.
   */
  async function persist<T>(
    work: (client: ImapFlow) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    let lost = false;
    signal.addEventListener('abort', close);
    try {
      let isBusy = false;
      for (
        let wait = FIRST_PAUSE;
        !signal.aborted;
        wait = Math.min(wait * 2, isBusy ? LONGEST_BUSY_PAUSE : LONGEST_PAUSE)
      ) {
        const began = clock.elapsed();
        try {
          const client = await open();
          lost = false;
          return await work(client);
        } catch (error) {
          if (signal.aborted) break;
          const { lasting, busy = false, again, why } = faultOf(error, account);
          // One that hung up is asked again soon, one that has said no is not.
          isBusy = busy && !again && (error as { responseStatus?: string }).responseStatus !== undefined;
          if (lasting) onEvent({ kind: 'refused', what: why });
          if (lasting) throw sourceError(error, account);
          if (!lost) onEvent({ kind: 'lost', what: `${name} at ${account.host}: ${why}` });
          lost = true;
        }
        // A server that lets us in and hangs up at once is not called five times a second.
        if (clock.elapsed() - began > LONGEST_PAUSE) wait = FIRST_PAUSE;
        if (isBusy) wait = Math.max(wait, BUSY_PAUSE);
        pause = new AbortController();
        await clock
          .sleep(wait, 'the mail server', AbortSignal.any([signal, pause.signal]))
          .catch(() => undefined);
      }
      close();
      return undefined;
    } catch (error) {
      close();
      throw error;
    } finally {
      signal.removeEventListener('abort', close);
    }
  }

  /** Delivers what is there and what comes until the connection ends; rejects with why it ended. */
  async function read(
    client: ImapFlow,
    next: Record<string, number>,
    deliver: (message: Message) => void,
  ): Promise<void> {
    const { promise: ended, reject: end } = Promise.withResolvers<never>();
    client.once('error', end);
    client.once('close', () => end(hungUp(client)));
    if (client.isClosed) throw hungUp(client);
    onEvent({ kind: 'connected', what: `${name} at ${account.host}` });

    let more = false;
    let reading = false;
    const readAll = async () => {
      reading = true;
      for (; more; await deliverNew(client, next, deliver)) more = false;
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

  /** Everything from the next number on, in one round trip. */
  async function deliverNew(
    client: ImapFlow,
    next: Record<string, number>,
    deliver: (message: Message) => void,
  ): Promise<void> {
    const box = client.mailbox as MailboxObject;
    const stream = streamOf(box);
    const first = next[stream];
    const range = first === undefined ? { since: new Date(clock.now() - LOOK_BACK) } : `${first}:*`;
    let behind = first ?? box.uidNext;
    if (first !== undefined && !newest.has(stream)) newest.set(stream, await cameBefore(client, first));
    const wanted = { uid: true, internalDate: true, source: { start: 0, maxLength: ENOUGH } };
    for await (const mail of client.fetch(range, wanted, { uid: true })) {
      // Traps: `9:*` gives the last mail when there is no ninth, and a change of flags is reported in between
      // without a source.
      if (!mail.source || mail.uid < (first ?? 0)) continue;
      const at = receivedAt(mail);
      const message = await readMail(mail.source, {
        id: `${stream}/${mail.uid}/${at}`,
        stream,
        number: mail.uid,
        receivedAt: at,
      });
      deliver({ sentAt: at, ...message, ...(first !== undefined && isMoved(stream, at) && { moved: true }) });
      behind = Math.max(behind, mail.uid + 1);
    }
    next[stream] = behind;
  }

  /**
   * An old mail that is put here gets a new number and keeps its time. The clock of this computer is asked
   * where there is no other.
   */
  function isMoved(stream: string, at: number): boolean {
    const last = newest.get(stream) ?? 0;
    newest.set(stream, Math.max(last, at));
    return last > 0 ? at < last - OUT_OF_ORDER : at < clock.now() - LONG_AGO;
  }

  function receivedAt({ internalDate }: FetchMessageObject): number {
    return internalDate === undefined ? clock.now() : new Date(internalDate).getTime();
  }

  function close(): void {
    closing.abort();
    closing = new AbortController();
    link?.client.close();
  }

  return { open, openInTime: () => inTime(open), position, follow, persist, close };
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
