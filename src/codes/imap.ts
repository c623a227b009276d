import { abortable } from '../abortable.ts';
import { systemClock, type Clock } from '../clock.ts';
import { accountOf, type Login } from './imap-account.ts';
import { foldersIn, look, putMail } from './imap-errands.ts';
import { sourceError } from './imap-fault.ts';
import { imapFolder, type ImapFolder } from './imap-folder.ts';
import type { Inbox, Told } from './inbox.ts';
import type { Position } from './source.ts';

export interface ImapOptions extends Login {
  /** Empty or missing: INBOX, and the one for spam where there is one. */
  folders?: readonly string[];
  told?: Told;
  clock?: Clock;
}

/** A mailbox. Nothing in it is changed: what is read stays unread. Throws CodeSourceError where a setting is not right. */
export function imapInbox({ folders = [], told = () => undefined, clock = systemClock, ...login }: ImapOptions): Inbox {
  const account = accountOf(login);
  const known = new Map<string, ImapFolder>();
  let names: readonly string[] | undefined = folders.length > 0 ? [...new Set(folders)] : undefined;

  function folder(name: string): ImapFolder {
    const one = known.get(name) ?? imapFolder(name, account, clock, told);
    known.set(name, one);
    return one;
  }

  const position = shared(async (): Promise<Position> => {
    names ??= await foldersIn(await folder('INBOX').open());
    return Object.fromEntries(await Promise.all(names.map((name) => folder(name).position())));
  });

  async function close(): Promise<void> {
    for (const one of known.values()) one.close();
  }

  return {
    name: 'imap',
    close,

    async position(signal) {
      try {
        return await (signal ? abortable(position(), signal) : position());
      } catch (error) {
        signal?.throwIfAborted();
        throw sourceError(error, account);
      }
    },

    async follow(from, deliver, signal) {
      const failed = new AbortController();
      const over = AbortSignal.any([signal, failed.signal]);
      try {
        names ??= await folder('INBOX').persist(foldersIn, over);
        const all = (names ?? []).map((name) => folder(name).follow(from, deliver, over));
        // The first that fails for good ends the others.
        for (const one of all) one.catch(() => failed.abort());
        await Promise.allSettled(all);
        await Promise.all(all);
      } finally {
        await close();
      }
    },

    check: (signal) => look(account, folders, signal),
    send: (message, signal) => putMail(account, message, signal),
  };
}

/**
 * Many who ask at once share an answer, as long as the question has not been put yet: one put earlier might not count what came since.
 */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= asking.then(() => {
      next = undefined;
      const answer = ask();
      asking = answer.catch(() => undefined);
      return answer;
    });
    return next;
  };
}
