import { randomUUID } from 'node:crypto';
import { abortable } from '../abortable.ts';
import { systemClock, type Clock } from '../clock.ts';
import { CodeSourceError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { maildev } from './http-inbox-maildev.ts';
import { mailpit } from './http-inbox-mailpit.ts';
import type { Inbox, Message, OnInboxEvent } from './inbox.ts';
import {
  mailCatcherSite,
  noMailCatcher,
  titleOf,
  type CaughtMail,
  type CatcherSite,
  type MailCatcher,
} from './mail-catcher.ts';
import { poll } from './poll.ts';
import { mailReader, type MailReader } from './reading.ts';

/**
 * From one look to the next, ms: while nothing tells of arrivals, and while something does but may have died
 * unnoticed.
 */
const UNTOLD = 500;
const TOLD_OF = 5000;
/** Until it is asked again to tell of arrivals, ms. */
const LISTEN_AGAIN = 5000;
/** Mails two pages have in common, so that none is passed over when newer ones are deleted meanwhile. */
const OVERLAP = 20;

export interface HttpInboxOptions {
  url: string;
  auth?: Secret | undefined;
  read?: MailReader;
  onEvent?: OnInboxEvent;
  clock?: Clock;
}

/**
 * A mail catcher: Mailpit or MailDev, found out by asking. Nothing is deleted there, and nothing marked as read.
 */
export function httpInbox(options: HttpInboxOptions): Inbox {
  const { url, auth, read = mailReader(), onEvent = () => undefined, clock = systemClock } = options;
  const site = mailCatcherSite(url, auth);
  const mails = new CaughtMails(site, read, clock);

  /** What is asked once, with its faults in words. */
  async function asked<T>(ask: (signal: AbortSignal) => Promise<T>, signal = patient()): Promise<T> {
    try {
      return await abortable(ask(signal), signal);
    } catch (cause) {
      signal.throwIfAborted();
      throw site.explain(cause).error;
    }
  }

  return {
    name: 'http-inbox',

    position: (signal) =>
      asked((signal) => mails.sync(signal), signal).then(() => ({ [mails.stream]: mails.count + 1 })),

    async follow(from, deliver, signal) {
      const follower = new Follower({ mails, deliver, clock, signal }, from[mails.stream] ?? 1);
      const polled = {
        what: `the mail catcher at ${site.address}`,
        look: (signal: AbortSignal) => follower.look(signal),
        explain: site.explain,
        everyMs: UNTOLD,
        onEvent,
        clock: follower.clock,
      };
      try {
        await poll(polled, signal);
      } finally {
        await follower.close();
      }
    },

    serverTime: (signal) =>
      asked(async (signal) => {
        const { headers, body } = await site.ask('', signal);
        await body?.cancel();
        return Date.parse(headers.get('date') ?? '') || undefined;
      }, signal),

    check: (signal) =>
      asked(async (signal) => `${(await mails.detect(signal)).product} at ${site.address}`, signal),

    async send(message, signal) {
      const catcher = mails.catcher ?? (await asked((signal) => mails.detect(signal), signal));
      if (!catcher.send) {
        const hint = 'send a mail to its SMTP port (1025 where nothing else is set) instead';
        throw new CodeSourceError('http-inbox', `${catcher.product} takes no mail over HTTP`, hint);
      }
      const id = await asked((signal) => catcher.send?.(message, signal) ?? Promise.resolve(''), signal);
      return () => asked(() => catcher.remove(id));
    },

    async close() {},
  };
}

const patient = () => new AbortController().signal;

/**
 * The mails of a catcher. They have no numbers there, so they are numbered here, in the order in which this
 * instance got to know of them.
 */
class CaughtMails {
  readonly stream = `http-inbox/${randomUUID()}`;
  catcher: MailCatcher | undefined;
  /** Number n is #mails[n - 1]. */
  readonly #mails: CaughtMail[] = [];
  readonly #known = new Set<string>();
  /** How many of the known mails the catcher held when it was last looked at. */
  #held = 0;
  #syncing: Promise<unknown> = Promise.resolve();
  readonly #site: CatcherSite;
  readonly #read: MailReader;
  readonly #clock: Clock;

  constructor(site: CatcherSite, read: MailReader, clock: Clock) {
    this.#site = site;
    this.#read = read;
    this.#clock = clock;
  }

  get count(): number {
    return this.#mails.length;
  }

  async detect(signal: AbortSignal): Promise<MailCatcher> {
    this.catcher = (await mailpit(this.#site, signal)) ?? (await maildev(this.#site, signal));
    if (!this.catcher) throw noMailCatcher(this.#site, await titleOf(this.#site, signal));
    return this.catcher;
  }

  /**
   * Numbers what is new. One at a time. `whole`: every page is read, also where as many mails are there as
   * were before.
   */
  sync(signal: AbortSignal, whole = true): Promise<void> {
    const mine = this.#syncing.then(() => this.#numberNew(signal, whole));
    this.#syncing = mine.catch(() => undefined);
    return mine;
  }

  async #numberNew(signal: AbortSignal, whole: boolean): Promise<void> {
    signal.throwIfAborted();
    const catcher = this.catcher ?? (await this.detect(signal));
    const fresh = new Map<string, CaughtMail>();
    const seen = new Set<string>();
    for (let skip = 0; ;) {
      const page = await catcher.page(skip, signal);
      for (const mail of page.mails) {
        seen.add(mail.id);
        if (!this.#known.has(mail.id)) fresh.set(mail.id, mail);
      }
      const last = page.mails.length === 0 || skip + page.mails.length >= page.total;
      const asMany = page.total === this.#held + fresh.size;
      if (last || (asMany && !whole)) {
        this.#held = last ? seen.size : page.total;
        break;
      }
      skip += Math.max(1, page.mails.length - OVERLAP);
    }
    for (const mail of [...fresh.values()].reverse()) {
      this.#known.add(mail.id);
      this.#mails.push({ ...mail, receivedAt: mail.receivedAt ?? this.#clock.now() });
    }
  }

  /** Undefined when it is no longer there. */
  async read(number: number, signal: AbortSignal): Promise<Message | undefined> {
    const mail = this.#mails[number - 1];
    const raw = mail && (await this.catcher?.source(mail.id, signal));
    if (!mail || !raw) return undefined;
    const { stream } = this;
    const receivedAt = mail.receivedAt ?? this.#clock.now();
    const message = await this.#read(raw, { id: `${stream}/${number}`, stream, number, receivedAt });
    return {
      ...message,
      transit: message.transit ?? 0,
      to: [...new Set([...message.to, ...mail.to.map((address) => address.toLowerCase())])],
    };
  }
}

interface FollowerTools {
  mails: CaughtMails;
  deliver: (message: Message) => void;
  clock: Clock;
  signal: AbortSignal;
}

/** One who looks for new mails again and again, sooner where the catcher tells of one. */
class Follower {
  #next: number;
  /** Ends the pause between two looks. */
  #bell = new AbortController();
  /** The catcher has reported an arrival since it was last asked to: it will report the next one. */
  #wasNotified = false;
  /** Something may have come or gone since the last whole look. */
  #changed = true;
  #listening: Promise<void> | undefined;
  #listenFrom = 0;
  readonly #over = new AbortController();
  readonly #tools: FollowerTools;

  constructor(tools: FollowerTools, next: number) {
    this.#tools = tools;
    this.#next = next;
  }

  /** Whose pauses end with the bell, and are longer where the catcher tells of arrivals. */
  get clock(): Clock {
    const { clock } = this.#tools;
    return {
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      sleep: (ms, why, signal = patient()) =>
        clock.sleep(
          this.#wasNotified ? Math.max(ms, TOLD_OF) : ms,
          why,
          AbortSignal.any([signal, this.#bell.signal]),
        ),
    };
  }

  async look(signal: AbortSignal): Promise<void> {
    const { mails, deliver, clock } = this.#tools;
    // What rings during a look ends the wait after it.
    this.#bell = new AbortController();
    const whole = this.#changed;
    this.#changed = false;
    await mails.sync(signal, whole).catch((error: unknown) => {
      this.#changed ||= whole;
      throw error;
    });
    for (; this.#next <= mails.count; this.#next++) {
      const message = await mails.read(this.#next, signal);
      if (signal.aborted) return;
      if (message) deliver(message);
    }
    if (mails.catcher && clock.elapsed() >= this.#listenFrom) this.#listening ??= this.#listen(mails.catcher);
  }

  async #listen(catcher: MailCatcher): Promise<void> {
    const heard = () => {
      this.#wasNotified = true;
      this.#changed = true;
      this.#bell.abort();
    };
    const signal = AbortSignal.any([this.#tools.signal, this.#over.signal]);
    // How it ended is all the same: looks go on, and tell more.
    await catcher.listen(heard, signal).catch(() => undefined);
    this.#wasNotified = false;
    this.#listening = undefined;
    this.#listenFrom = this.#tools.clock.elapsed() + LISTEN_AGAIN;
    this.#bell.abort();
  }

  async close(): Promise<void> {
    this.#over.abort();
    await this.#listening;
  }
}
