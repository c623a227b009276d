import type { ImapFlow, MailboxObject } from 'imapflow';
import type { Clock } from '../../clock.ts';
import type { OnInboxEvent } from '../inbox.ts';
import { POLL_EVERY, type Account } from './account.ts';
import { faultOf, inFolder, sourceError } from './fault.ts';

// Pauses before a lost connection is opened again, ms: doubled each time, from the first to the longest.
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 10_000;
// The same where the server has said that it is too much for it.
const BUSY_PAUSE = 2000;
const LONGEST_BUSY_PAUSE = 120_000;
// How long it is asked for a position in that case, ms: nothing has been asked of the account yet.
const PATIENCE = 30_000;

/** A connection with one folder open, for reading only: opened when it is first needed, and again when lost. */
export class FolderConnection {
  readonly #name: string;
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #onEvent: OnInboxEvent;
  #link: { client: ImapFlow; ready: Promise<unknown> } | undefined;
  /** Ends the pause before the next try, when another user of the connection has opened it. */
  #pause = new AbortController();
  #closing = new AbortController();

  constructor(name: string, account: Account, { clock, onEvent }: { clock: Clock; onEvent: OnInboxEvent }) {
    this.#name = name;
    this.#account = account;
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  /** The connection, logged in, with the folder opened for reading only. */
  async open(): Promise<ImapFlow> {
    const { client, ready } = (this.#link ??= this.#begin());
    await ready;
    return client;
  }

  #begin() {
    const client = this.#account.client();
    const ready = this.#account.connect(client).then(() => this.#examine(client));
    client.once('close', () => {
      if (this.#link?.client === client) this.#link = undefined;
    });
    ready.then(
      () => this.#pause.abort(),
      () => client.close(),
    );
    return { client, ready };
  }

  #examine(client: ImapFlow): Promise<MailboxObject> {
    if (!client.capabilities.has('IDLE')) client.maxIdleTime = POLL_EVERY;
    return client.mailboxOpen(this.#name, { readOnly: true }).catch(inFolder(this.#name));
  }

  async examineAgain(): Promise<MailboxObject> {
    const client = await this.open();
    return this.#examine(client).catch((error: unknown) => {
      // After an EXAMINE that fails no folder is open (RFC 9051, 6.3.2): a connection that is kept would
      // announce nothing any more.
      client.close();
      throw error;
    });
  }

  /**
   * That a connection or a token has ended may show only now, and a server may have too much to do for a
   * moment.
   */
  async inTime<T>(
    ask: () => Promise<T>,
    pause = this.#link === undefined ? BUSY_PAUSE : 0,
    left = PATIENCE,
  ): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const { lasting, busy, again, why } = faultOf(error, this.#account);
      if (lasting || left <= 0 || (pause > 0 && !busy)) throw error;
      if (left === PATIENCE && pause > 0 && !again) this.#lost(why);
      if (pause > 0 && !again)
        await this.#clock.sleep(pause, 'the mail server', this.#closing.signal).catch(() => undefined);
      return this.inTime(ask, Math.max(BUSY_PAUSE, pause * 2), left - Math.max(BUSY_PAUSE, pause));
    }
  }

  /**
   * Does the work on an open connection, on a new one when that is lost, until it is done. Undefined when
   * aborted; throws where waiting mends nothing. Leaves the connection open only when the work is done.
   */
  async persist<T>(work: (client: ImapFlow) => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    const close = () => this.close();
    signal.addEventListener('abort', close);
    try {
      const done = await this.#persist(work, signal);
      if (done === undefined) close();
      return done?.result;
    } catch (error) {
      close();
      throw error;
    } finally {
      signal.removeEventListener('abort', close);
    }
  }

  async #persist<T>(
    work: (client: ImapFlow) => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ result: T } | undefined> {
    const pauses = new Pauses();
    let lost = false;
    while (!signal.aborted) {
      const began = this.#clock.elapsed();
      let busy: boolean;
      try {
        const client = await this.open();
        lost = false;
        return { result: await work(client) };
      } catch (error) {
        if (signal.aborted) break;
        const fault = faultOf(error, this.#account);
        if (fault.lasting) {
          this.#onEvent({ kind: 'refused', what: fault.why });
          throw sourceError(error, this.#account);
        }
        // One that hung up is asked again soon, one that has said no is not.
        const saysNo = (error as { responseStatus?: string }).responseStatus !== undefined;
        busy = fault.busy === true && !fault.again && saysNo;
        if (!lost) this.#lost(fault.why);
        lost = true;
      }
      const wait = pauses.next(this.#clock.elapsed() - began, busy);
      this.#pause = new AbortController();
      await this.#clock
        .sleep(wait, 'the mail server', AbortSignal.any([signal, this.#pause.signal]))
        .catch(() => undefined);
    }
    return undefined;
  }

  #lost(why: string): void {
    this.#onEvent({ kind: 'lost', what: `${this.#name} at ${this.#account.host}: ${why}` });
  }

  close(): void {
    this.#closing.abort();
    this.#closing = new AbortController();
    this.#link?.client.close();
  }
}

/** How long to wait before each next try. */
class Pauses {
  #next = FIRST_PAUSE;

  /** `lasted`: how long the connection was held, ms. `busy`: the server has said that it is too much for it. */
  next(lasted: number, busy: boolean): number {
    // A server that lets us in and hangs up at once is not called five times a second.
    if (lasted > LONGEST_PAUSE) this.#next = FIRST_PAUSE;
    const wait = busy ? Math.max(this.#next, BUSY_PAUSE) : this.#next;
    this.#next = Math.min(wait * 2, busy ? LONGEST_BUSY_PAUSE : LONGEST_PAUSE);
    return wait;
  }
}
