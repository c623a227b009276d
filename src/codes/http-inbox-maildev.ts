import {
  beginning,
  type CaughtMail,
  type MailCatcher,
  type CatcherPage,
  type CatcherSite,
} from './mail-catcher.ts';
import { ENOUGH } from './mail.ts';

/** The most MailDev 3 gives at once is 200. */
const PAGE = 100;

interface Summary {
  id: string;
  to?: Mailbox[];
  cc?: Mailbox[];
  /** MailDev 2 only. */
  envelope?: { to?: Mailbox[] };
}

interface Mailbox {
  address?: string;
}

/**
 * MailDev's REST API: under `api/` and in pages since version 3, all mails in one list in version 2.
 * Undefined when something else answers. `time` in its lists is when a mail was sent, so nothing tells when
 * it came. It takes no mail over HTTP.
 */
export async function maildev(site: CatcherSite, signal: AbortSignal): Promise<MailCatcher | undefined> {
  return (await version3(site, signal)) ?? (await version2(site, signal));
}

async function version3(site: CatcherSite, signal: AbortSignal): Promise<MailCatcher | undefined> {
  const list = async (skip: number, limit: number, signal: AbortSignal): Promise<CatcherPage | undefined> => {
    const path = `api/email/summary?sort=desc&skip=${skip}&limit=${limit}`;
    const { items, total = 0 } = ((await site.json(path, signal)) ?? {}) as {
      items?: Summary[];
      total?: number;
    };
    return Array.isArray(items) ? { mails: items.map(caught), total } : undefined;
  };
  if (!(await list(0, 1, signal))) return undefined;
  return catcher('MailDev 3', site, 'api/email', async (skip, signal) => {
    const page = await list(skip, PAGE, signal);
    if (!page) throw new Error('no list of mails');
    return page;
  });
}

async function version2(site: CatcherSite, signal: AbortSignal): Promise<MailCatcher | undefined> {
  const config = (await site.json('config', signal)) as
    { version?: unknown; smtpPort?: unknown } | null | undefined;
  if (typeof config?.version !== 'string' || config.smtpPort === undefined) return undefined;
  return catcher(`MailDev ${config.version}`, site, 'email', async (skip, signal) => {
    const all = (await site.json('email', signal)) as Summary[] | undefined;
    if (!Array.isArray(all)) throw new Error('no list of mails');
    return { mails: all.map(caught).reverse().slice(skip), total: all.length };
  });
}

function caught({ id, to = [], cc = [], envelope }: Summary): CaughtMail {
  return { id, to: [...to, ...cc, ...(envelope?.to ?? [])].flatMap(({ address }) => address ?? []) };
}

function catcher(product: string, site: CatcherSite, emails: string, page: MailCatcher['page']): MailCatcher {
  return {
    product,
    page,
    async source(id, signal) {
      const response = await site.ask(`${emails}/${id}/source`, signal);
      return response.ok ? beginning(response, ENOUGH) : void (await response.body?.cancel());
    },
    listen: (changed, signal) => longPoll(site, changed, signal),
    async remove(id) {
      const response = await site.ask(`${emails}/${id}`, AbortSignal.timeout(10_000), { method: 'DELETE' });
      await response.arrayBuffer();
    },
  };
}

/**
 * The web page's Socket.IO, by HTTP long polling (Engine.IO protocol 4): packets are parted by U+001E; `0`
 * opens, `40` joins, `2` asks whether we are there, which `3` answers, `42` is an event. Each event is about
 * something that changed.
 */
async function longPoll(site: CatcherSite, changed: () => void, signal: AbortSignal): Promise<void> {
  const path = 'socket.io/?EIO=4&transport=polling';
  const text = async (path: string, body?: string) => {
    // The server asks every 25 s whether we are there.
    const response = await site.ask(path, signal, {
      timeoutMs: 60_000,
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.text();
  };
  const opened = await text(path);
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
  const session = `${path}&sid=${sid}`;
  await text(session, '40');
  changed();
  for (;;) {
    const packets = (await text(session)).split('\x1e');
    if (packets.some((packet) => packet.startsWith('42'))) changed();
    if (packets.includes('1')) return;
    if (packets.includes('2')) await text(session, '3');
  }
}
