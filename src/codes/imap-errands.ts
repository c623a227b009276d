import type { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { POLL_EVERY, type Account } from './imap-account.ts';
import { inFolder, sourceError } from './imap-fault.ts';
import type { TestMessage } from './inbox.ts';

/** What is done on a connection of its own, which is closed afterwards. */
async function briefly<T>(account: Account, work: (client: ImapFlow) => Promise<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  const client = account.client();
  const stop = () => client.close();
  signal?.addEventListener('abort', stop);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    signal?.throwIfAborted();
    throw sourceError(error, account);
  } finally {
    signal?.removeEventListener('abort', stop);
    client.close();
  }
}

/** INBOX, and the folder for spam where there is one: marked \Junk (RFC 6154), or named so in one of many languages. */
export async function foldersIn(client: ImapFlow): Promise<string[]> {
  const all = await client.list();
  const spam = all.find(({ specialUse, flags }) => specialUse === '\\Junk' && !flags.has('\\Noselect'));
  return spam ? ['INBOX', spam.path] : ['INBOX'];
}

/** See Inbox.check. */
export async function look(account: Account, folders: readonly string[], signal?: AbortSignal): Promise<string> {
  return briefly(
    account,
    async (client) => {
      const names = folders.length > 0 ? folders : await foldersIn(client);
      for (const name of names) await client.mailboxOpen(name, { readOnly: true }).catch(inFolder(name));
      const told = client.capabilities.has('IDLE') ? 'IDLE' : `asking every ${POLL_EVERY / 1000} s, as the server has no IDLE`;
      return `logged in as ${account.user}, looking into ${new Intl.ListFormat('en').format(names)}, ${told}`;
    },
    signal,
  );
}

/** Puts a mail into INBOX, and gives what takes it out again. */
export async function putMail(account: Account, { from, to, text }: TestMessage, signal?: AbortSignal): Promise<() => Promise<void>> {
  const mail = { from, to, subject: 'Verification code', text };
  const { message, messageId } = await createTransport({ streamTransport: true, buffer: true, newline: 'windows' }).sendMail(mail);
  await briefly(account, (client) => client.append('INBOX', message as Buffer), signal);
  return () =>
    briefly(account, async (client) => {
      await client.mailboxOpen('INBOX');
      const mail = { header: { 'message-id': messageId } };
      // Without UIDPLUS all would go that is marked as deleted, whoever marked it.
      if (client.capabilities.has('UIDPLUS')) await client.messageDelete(mail, { uid: true });
      else await client.messageFlagsAdd(mail, ['\\Deleted'], { uid: true });
    });
}
