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

const patient = () => new AbortController().signal;

export interface HttpInboxOptions {
  url: string;
  auth?: Secret | undefined;
  read?: MailReader;
  onEvent?: OnInboxEvent;
  clock?: Clock;
}

/**
 * A mail catcher: Mailpit or MailDev, found out by asking. Its mails have no numbers, so they are numbered
 * here, in the order in which this instance got to know of them. Nothing is deleted there, and nothing marked
 * as read.
 */
export function httpInbox(options: HttpInboxOptions): Inbox {
  const {
    url,
    auth,
    read: readMail = mailReader(),
    onEvent = () => undefined,
    clock = systemClock,
  } = options;
  const site = mailCatcherSite(url, auth);
  const stream = `http-inbox/${randomUUID()}`;
  /** Number n is mails[n - 1]. */
  const mails: CaughtMail[] = [];
  const known = new Set<string>();
  let found: MailCatcher | undefined;
  /** How many of the known mails it held when it was last looked at. */
  let held = 0;
  let syncing: Promise<unknown> = Promise.resolve();

  async function detect(signal: AbortSignal): Promise<MailCatcher> {
    found = (await mailpit(site, signal)) ?? (await maildev(site, signal));
    if (!found) throw noMailCatcher(site, await titleOf(site, signal));
    return found;
  }

  /**
   * Numbers what is new. One at a time. `whole`: every page is read, also where as many mails are there as
   * were before.
   */
  function sync(signal: AbortSignal, whole = true): Promise<void> {
    const mine = syncing.then(() => numberNew(signal, whole));
    syncing = mine.catch(() => undefined);
    return mine;
  }

  async function numberNew(signal: AbortSignal, whole: boolean): Promise<void> {
    signal.throwIfAborted();
    const catcher = found ?? (await detect(signal));
    const fresh = new Map<string, CaughtMail>();
    const seen = new Set<string>();
    for (let skip = 0; ;) {
      const page = await catcher.page(skip, signal);
      for (const mail of page.mails) {
        seen.add(mail.id);
        if (!known.has(mail.id)) fresh.set(mail.id, mail);
      }
      const last = page.mails.length === 0 || skip + page.mails.length >= page.total;
      const asMany = page.total === held + fresh.size;
      if (last || (asMany && !whole)) {
        held = last ? seen.size : page.total;
        break;
      }
      skip += Math.max(1, page.mails.length - OVERLAP);
    }
    for (const mail of [...fresh.values()].reverse()) {
      known.add(mail.id);
      mails.push({ ...mail, receivedAt: mail.receivedAt ?? clock.now() });
    }
  }

  /** Undefined when it is no longer there. */
  async function read(number: number, signal: AbortSignal): Promise<Message | undefined> {
    const mail = mails[number - 1];
    const raw = mail && (await found?.source(mail.id, signal));
    if (!mail || !raw) return undefined;
    const receivedAt = mail.receivedAt ?? clock.now();
    const message = await readMail(raw, { id: `${stream}/${number}`, stream, number, receivedAt });
    return {
      ...message,
      transit: message.transit ?? 0,
      to: [...new Set([...message.to, ...mail.to.map((address) => address.toLowerCase())])],
    };
  }

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
      asked((signal) => sync(signal), signal).then(() => ({ [stream]: mails.length + 1 })),

    async follow(from, deliver, signal) {
      const over = new AbortController();
      let next = from[stream] ?? 1;
      let bell = new AbortController();
      let wasNotified = false;
      let changed = true;
      let listening: Promise<void> | undefined;
      let listenFrom = 0;

      async function listen(catcher: MailCatcher): Promise<void> {
        const heard = () => {
          wasNotified = true;
          changed = true;
          bell.abort();
        };
        // How it ended is all the same: looks go on, and tell more.
        await catcher.listen(heard, AbortSignal.any([signal, over.signal])).catch(() => undefined);
        wasNotified = false;
        listening = undefined;
        listenFrom = clock.elapsed() + LISTEN_AGAIN;
        bell.abort();
      }

      async function look(signal: AbortSignal): Promise<void> {
        // What rings during a look ends the wait after it.
        bell = new AbortController();
        const whole = changed;
        changed = false;
        await sync(signal, whole).catch((error: unknown) => {
          changed ||= whole;
          throw error;
        });
        for (; next <= mails.length; next++) {
          const message = await read(next, signal);
          if (signal.aborted) return;
          if (message) deliver(message);
        }
        if (found && clock.elapsed() >= listenFrom) listening ??= listen(found);
      }

      const sleep: Clock['sleep'] = (ms, why, signal = patient()) =>
        clock.sleep(wasNotified ? Math.max(ms, TOLD_OF) : ms, why, AbortSignal.any([signal, bell.signal]));
      try {
        const what = `the mail catcher at ${site.address}`;
        await poll(
          {
            what,
            look,
            explain: site.explain,
            everyMs: UNTOLD,
            onEvent,
            clock: { now: () => clock.now(), elapsed: () => clock.elapsed(), sleep },
          },
          signal,
        );
      } finally {
        over.abort();
        await listening;
      }
    },

    serverTime: (signal) =>
      asked(async (signal) => {
        const { headers, body } = await site.ask('', signal);
        await body?.cancel();
        return Date.parse(headers.get('date') ?? '') || undefined;
      }, signal),

    check: (signal) =>
      asked(async (signal) => `${(await detect(signal)).product} at ${site.address}`, signal),

    async send(message, signal) {
      const catcher = found ?? (await asked(detect, signal));
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
