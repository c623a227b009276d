import { CodeSourceError } from '../errors.ts';
import { netFault } from '../words/net-fault.ts';
import { Secret } from '../secret.ts';
import type { TestMessage } from './inbox.ts';
import type { Failure } from './poll.ts';

/**
 * A program that catches all mail sent to it and shows it over HTTP, as this project needs it. One file per
 * product.
 */
export interface MailCatcher {
  /** For people: `Mailpit`, `MailDev 2.2.1`. */
  readonly product: string;
  /**
   * Mails without the first `skip` of its list, and how many it holds. The list goes by the time a mail was
   * sent (MailDev; Mailpit with
   * --use-message-dates), the latest first: one that was sent long ago, or in the same second as many others,
   *   comes far down.
   */
  page(skip: number, signal: AbortSignal): Promise<CatcherPage>;
  /** The raw mail; undefined when it has been deleted meanwhile. */
  source(id: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /**
   * Calls `changed` once it hears of changes, and whenever something may have come. Over when the connection
   * is.
   */
  listen(changed: () => void, signal: AbortSignal): Promise<void>;
  remove(id: string): Promise<void>;
  /** Gives the id of what was sent. Missing where it takes no mail over HTTP. */
  send?(message: TestMessage, signal: AbortSignal): Promise<string>;
}

export interface CatcherPage {
  mails: CaughtMail[];
  total: number;
}

export interface CaughtMail {
  id: string;
  /** As far as the list says. */
  to: string[];
  /** ms since the epoch; missing where the list says only when the mail was sent. */
  receivedAt?: number;
}

/** Where it is, and how it is asked. */
export interface CatcherSite {
  /** For people, without user and password. */
  readonly address: string;
  at(path: string): URL;
  headers(): Record<string, string>;
  /**
   * Throws what `explain` explains, also for an answer that says no to whatever would be asked; one like `Not
   * found` is given.
   */
  ask(
    path: string,
    signal: AbortSignal,
    options?: { method?: string; body?: string; timeoutMs?: number },
  ): Promise<Response>;
  /** The answer's JSON. Undefined when there is nothing at that path, or no JSON. */
  json(path: string, signal: AbortSignal): Promise<unknown>;
  explain(cause: unknown): Failure;
}

/** A list of a hundred mails is smaller, bytes. MailDev 2 gives all mails at once, with their text. */
const LONGEST_ANSWER = 64 * 1024 * 1024;

/** Unauthorized, Forbidden, Too Many Requests. */
const noToAll = [401, 403, 429];

/** `auth` is USER:PASSWORD; without it, what stands in the URL is used. */
export function mailCatcherSite(url: string, auth?: Secret): CatcherSite {
  const base = new URL(url);
  // Trap: fetch quotes the URL, with its password, in the error it throws when one is in there.
  const inUrl = base.username
    ? new Secret(decodeURIComponent(`${base.username}:${base.password}`))
    : undefined;
  const credentials = auth ?? inUrl;
  base.username = base.password = base.search = base.hash = '';
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const address = base.href.slice(0, -1);

  const site: CatcherSite = {
    address,
    at: (path) => new URL(path, base),
    headers: () =>
      credentials ? { authorization: `Basic ${Buffer.from(credentials.reveal()).toString('base64')}` } : {},

    async ask(path, signal, { method = 'GET', body, timeoutMs = 10_000 } = {}) {
      const response = await fetch(site.at(path), {
        method,
        // A connection kept for later may have died meanwhile, and the next question with it.
        headers: {
          ...site.headers(),
          connection: 'close',
          ...(body?.startsWith('{') ? { 'content-type': 'application/json' } : {}),
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      if (response.status < 500 && !noToAll.includes(response.status)) return response;
      await response.body?.cancel();
      throw Object.assign(new Error(`HTTP ${response.status}`), { status: response.status });
    },

    async json(path, signal) {
      const response = await site.ask(path, signal);
      const bytes = await beginning(response, LONGEST_ANSWER);
      if (!response.ok) return undefined;
      try {
        return JSON.parse(Buffer.from(bytes).toString()) as unknown;
      } catch {
        return undefined;
      }
    },

    explain(cause) {
      if (cause instanceof CodeSourceError) return { error: cause, lasting: true };
      const failure = (lasting: boolean, why: string, hint: string) => ({
        error: new CodeSourceError('http-inbox', `${address} ${why}`, hint, cause),
        lasting,
      });
      const {
        status,
        message,
        cause: inner,
      } = cause as Error & { status?: number; cause?: { message?: string } };
      if (status === 401)
        return credentials
          ? failure(true, 'does not accept the user and password', 'correct HTTP_INBOX_AUTH: USER:PASSWORD')
          : failure(true, 'asks for a user and a password', 'set HTTP_INBOX_AUTH to USER:PASSWORD');
      if (status === 403)
        return failure(true, 'forbids its use (HTTP 403)', 'set HTTP_INBOX_AUTH, or ask its administrator');
      if (status !== undefined)
        return failure(
          false,
          `answers with an error (${message})`,
          'look at the log of the mail catcher, or of the proxy before it',
        );
      return failure(
        false,
        `cannot be reached: ${netFault(cause) ?? inner?.message ?? message}`,
        'start Mailpit or MailDev, and set HTTP_INBOX_URL to the address of its web page',
      );
    },
  };
  return site;
}

/** The first bytes of an answer; the rest is not waited for. */
export async function beginning(response: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

/** Something answers there, but nothing this project can read mail from. */
export function noMailCatcher(site: CatcherSite, title?: string): CodeSourceError {
  const other = others.find((name) => title?.toLowerCase().includes(name.toLowerCase()));
  return new CodeSourceError(
    'http-inbox',
    other === undefined
      ? `${site.address} answers, but is neither Mailpit nor MailDev`
      : `${site.address} is ${other}, and only Mailpit and MailDev are read`,
    other === undefined
      ? 'set HTTP_INBOX_URL to the address of the web page of Mailpit (port 8025) or MailDev (port 1080)'
      : 'run Mailpit in its place, or have the mail sent to the source smtp (SMTP_LISTEN)',
  );
}

/** Other programs that catch mail, as the titles of their pages name them. */
const others = ['MailHog', 'MailCatcher', 'smtp4dev', 'Inbucket', 'GreenMail'];

/** What the page at the address calls itself. */
export async function titleOf(site: CatcherSite, signal: AbortSignal): Promise<string | undefined> {
  const response = await site.ask('', signal).catch(() => undefined);
  const page =
    response && Buffer.from(await beginning(response, 16_384).catch(() => new Uint8Array())).toString();
  return page && /<title>([^<]{1,200})/i.exec(page)?.[1];
}
