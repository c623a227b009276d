import { randomBytes } from 'node:crypto';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import {
  beginning,
  type CaughtMail,
  type MailCatcher,
  type CatcherPage,
  type CatcherSite,
} from './mail-catcher.ts';
import { ENOUGH } from './mail.ts';

const PAGE = 100;

interface Summary {
  ID: string;
  Created: string;
  To: Mailbox[] | null;
  Cc: Mailbox[] | null;
  Bcc: Mailbox[] | null;
}

interface Mailbox {
  Address: string;
}

/**
 * Mailpit's API v1 (https://mailpit.axllent.org/docs/api-v1/). Undefined when something else answers. It is
 * recognised by its list of messages: `info` looks for a newer version on the internet before it answers.
 */
export async function mailpit(site: CatcherSite, signal: AbortSignal): Promise<MailCatcher | undefined> {
  const list = async (
    start: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<CatcherPage | undefined> => {
    const answer = await site.json(`api/v1/messages?start=${start}&limit=${limit}`, signal);
    const { messages, total = 0 } = (answer ?? {}) as { messages?: Summary[]; total?: number };
    return Array.isArray(messages) ? { mails: messages.map(caught), total } : undefined;
  };
  if (!(await list(0, 1, signal))) return undefined;

  return {
    product: 'Mailpit',

    async page(skip, signal) {
      const page = await list(skip, PAGE, signal);
      if (!page) throw new Error('no list of messages');
      return page;
    },

    async source(id, signal) {
      const response = await site.ask(`api/v1/message/${id}/raw`, signal);
      return response.ok ? beginning(response, ENOUGH) : void (await response.body?.cancel());
    },

    listen: (changed, signal) => anyFrame(site, changed, signal),

    async remove(id) {
      await drained(
        site.ask('api/v1/messages', AbortSignal.timeout(10_000), {
          method: 'DELETE',
          body: JSON.stringify({ IDs: [id] }),
        }),
      );
    },

    async send({ from, to, text }, signal) {
      const message = {
        From: { Email: from },
        To: [{ Email: to }],
        Subject: 'Test of mi-unbind',
        Text: text,
      };
      const response = await site.ask('api/v1/send', signal, {
        method: 'POST',
        body: JSON.stringify(message),
      });
      const answer = (await response.json()) as { ID?: string; Error?: string };
      if (!answer.ID) throw new Error(`Mailpit says: ${answer.Error}`);
      return answer.ID;
    },
  };
}

function caught({ ID, Created, To, Cc, Bcc }: Summary): CaughtMail {
  const to = [To, Cc, Bcc].flatMap((all) => all ?? []).map(({ Address }) => Address);
  return { id: ID, to, receivedAt: Date.parse(Created) };
}

async function drained(answer: Promise<Response>): Promise<void> {
  await (await answer).arrayBuffer();
}

/**
 * The web page's WebSocket. Each frame is about something that changed; what it says is asked for, so no
 * frame is read, and none is sent as Mailpit expects none. Not the global WebSocket: that one stays open for
 * ever when the other side does not answer its close.
 */
async function anyFrame(site: CatcherSite, changed: () => void, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const url = site.at('api/events');
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  const request = get(url, {
    signal,
    agent: false,
    headers: {
      ...site.headers(),
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    },
  });
  request.once('error', reject);
  request.once('response', (response) => {
    response.destroy();
    reject(new Error(`HTTP ${response.statusCode}`));
  });
  request.once('upgrade', (_response, socket) => {
    const stop = () => socket.destroy();
    signal.addEventListener('abort', stop, { once: true });
    socket.on('data', changed).on('error', stop);
    socket.once('end', stop);
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else changed();
  });
  return promise;
}
