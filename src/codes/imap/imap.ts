import type { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { abortable } from '../../abortable.ts';
import { systemClock, type Clock } from '../../clock.ts';
import { accountOf, POLL_EVERY, unusable, type Account, type Login } from './account.ts';
import { faultOf, inFolder, sourceError } from './fault.ts';
import { imapFolder, type ImapFolder } from './folder.ts';
import type { Inbox, OnInboxEvent } from '../inbox.ts';
import { mailReader, type MailReader } from '../reading.ts';
import type { Position } from '../source.ts';

export interface ImapOptions extends Login {
  /** Empty or missing: INBOX, and the one for spam where there is one. */
  folders?: readonly string[];
  read?: MailReader;
  onEvent?: OnInboxEvent;
  clock?: Clock;
}

/** How often it is looked whether there is a folder for spam by now, ms. */
const LOOK_FOR_SPAM = 10_000;

/**
 * A mailbox. Nothing in it is changed: what is read stays unread. Throws CodeSourceError where a setting is
 * not right.
 */
export function imapInbox(options: ImapOptions): Inbox {
  const {
    folders = [],
    read = mailReader(),
    onEvent = () => undefined,
    clock = systemClock,
    ...login
  } = options;
  const mailbox = accountOf(login);
  const account: Account = { ...mailbox, client: connection };
  const known = new Map<string, ImapFolder>();
  let names: readonly string[] | undefined = folders.length > 0 ? [...new Set(folders)] : undefined;
  let closed = false;

  /** What is still under way when the inbox is closed would open another one. */
  function connection(): ImapFlow {
    if (closed) throw unusable('it was closed while it was asked', 'run the command again');
    return mailbox.client();
  }

  function folder(name: string): ImapFolder {
    const one = known.get(name) ?? imapFolder(name, account, { read, clock, onEvent });
    known.set(name, one);
    return one;
  }

  const position = shared(async (): Promise<Position> => {
    names ??= await foldersIn(await folder('INBOX').openInTime());
    return Object.fromEntries(await Promise.all(names.map((name) => folder(name).position())));
  });

  /**
   * Many servers make the folder for spam with the first mail for it, which may be the one with the code.
   * Nothing when aborted.
   */
  async function lateSpam(signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      await clock.sleep(LOOK_FOR_SPAM, 'a folder for spam', signal).catch(() => undefined);
      if (signal.aborted) return undefined;
      // What is wrong with the connection shows to the follower of INBOX.
      const found = await folder('INBOX')
        .open()
        .then(foldersIn)
        .catch(() => []);
      if (found.length > 1) return (names = found)[1];
    }
  }

  function hangUp(): void {
    for (const one of known.values()) one.close();
  }

  return {
    name: 'imap',

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
        const followed = (name: string) => folder(name).follow(from, deliver, over);
        const all = (names ?? []).map(followed);
        if (folders.length === 0 && names?.length === 1)
          all.push(lateSpam(over).then((name) => (name === undefined ? undefined : followed(name))));
        // The first that fails for good ends the others.
        for (const one of all) one.catch(() => failed.abort());
        await Promise.allSettled(all);
        await Promise.all(all);
      } finally {
        hangUp();
      }
    },

    check: (signal) =>
      briefly(
        account,
        async (client) => {
          const names = folders.length > 0 ? folders : await foldersIn(client);
          for (const name of names) await client.mailboxOpen(name, { readOnly: true }).catch(inFolder(name));
          const reported = client.capabilities.has('IDLE')
            ? 'IDLE'
            : `asking every ${POLL_EVERY / 1000} s, as the server has no IDLE`;
          return `logged in as ${account.user}, looking into ${new Intl.ListFormat('en').format(names)}, ${reported}`;
        },
        signal,
      ),

    async serverTime(signal) {
      // Nothing else in IMAP tells the time: a mail without a date that is handed in gets the server's own
      // (RFC 9051, 6.3.12).
      const { message, messageId } = await compose({
        from: CLOCKMAKER,
        to: CLOCKMAKER,
        text: 'What time is it? This mail is taken out at once.',
      });
      return briefly(account, (client) => timeOf(client, message, messageId), signal);
    },

    async send({ from, to, text }, signal) {
      const { message, messageId } = await compose({ from, to, text });
      await briefly(account, (client) => client.append('INBOX', message), signal);
      return () => briefly(account, (client) => takeAway(client, messageId));
    },

    async close() {
      closed = true;
      hangUp();
    },
  };
}

/**
 * INBOX, and the folder for spam where there is one: marked \Junk (RFC 6154), or named so in one of many
 * languages.
 */
async function foldersIn(client: ImapFlow): Promise<string[]> {
  const all = await client.list();
  const spam = all.find(({ specialUse, flags }) => specialUse === '\\Junk' && !flags.has('\\Noselect'));
  return spam ? ['INBOX', spam.path] : ['INBOX'];
}

/** From a test alone: no mail is sent from there (RFC 2606). */
const CLOCKMAKER = 'clock@mi-unbind.invalid';

async function compose({
  from,
  to,
  text,
}: {
  from: string;
  to: string;
  text: string;
}): Promise<{ message: Buffer; messageId: string }> {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message, messageId } = await transport.sendMail({ from, to, subject: 'Verification code', text });
  return { message: message as Buffer, messageId };
}

/** When the server says that it got this mail, which is taken out again. */
async function timeOf(client: ImapFlow, message: Buffer, messageId: string): Promise<number | undefined> {
  await client.append('INBOX', message, ['\\Seen']);
  try {
    await client.mailboxOpen('INBOX', { readOnly: true });
    const [number] = (await client.search({ header: { 'message-id': messageId } }, { uid: true })) || [];
    const mail =
      number !== undefined && (await client.fetchOne(String(number), { internalDate: true }, { uid: true }));
    return mail && mail.internalDate ? new Date(mail.internalDate).getTime() : undefined;
  } finally {
    await takeAway(client, messageId);
  }
}

async function takeAway(client: ImapFlow, messageId: string): Promise<void> {
  await client.mailboxOpen('INBOX');
  const mail = { header: { 'message-id': messageId } };
  // Without UIDPLUS all would go that is marked as deleted, by any client.
  if (client.capabilities.has('UIDPLUS')) await client.messageDelete(mail, { uid: true });
  else await client.messageFlagsAdd(mail, ['\\Deleted'], { uid: true });
}

/** What is done on a connection of its own, which is closed afterwards. */
async function briefly<T>(
  account: Account,
  work: (client: ImapFlow) => Promise<T>,
  signal?: AbortSignal,
  again = true,
): Promise<T> {
  signal?.throwIfAborted();
  const client = account.client();
  const stop = () => client.close();
  signal?.addEventListener('abort', stop);
  try {
    await account.connect(client);
    return await work(client);
  } catch (error) {
    signal?.throwIfAborted();
    if (again && faultOf(error, account).again) return await briefly(account, work, signal, false);
    throw sourceError(error, account);
  } finally {
    signal?.removeEventListener('abort', stop);
    client.close();
  }
}

/**
 * Many who ask at once share an answer, as long as the question has not been put yet: one put earlier might
 * not count what came since.
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
