import { rootCertificates } from 'node:tls';
import { ImapFlow } from 'imapflow';
import { CodeSourceError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { commandTokens, givenToken, type TokenCommand, type Tokens } from './token.ts';

export interface Login {
  /** `imaps://user%40host@imap.host`: TLS from the start. `imap://`: STARTTLS. */
  url: string;
  password?: Secret | undefined;
  /** OAuth2 access token, in place of the password. */
  token?: Secret | undefined;
  /** What prints such tokens, in place of one: they end after an hour or so. */
  tokenCommand?: TokenCommand | undefined;
  /**
   * PEM text of the certificate the server's is signed with, where this computer does not trust its signer
   * anyway.
   */
  ca?: string | undefined;
}

/** A mailbox as its owner logs in to it. */
export interface Account {
  host: string;
  port: number;
  user: string;
  /** The setting that says who is let in. */
  proof: 'IMAP_PASSWORD' | 'IMAP_TOKEN' | 'IMAP_TOKEN_COMMAND';
  /** TLS from the start. */
  tls: boolean;
  /** What no message may quote. */
  hidden: readonly Secret[];
  /** A connection that has not been opened yet. */
  client(): ImapFlow;
  /** Opens it and logs in. */
  connect(client: ImapFlow): Promise<void>;
}

// A server that does not answer within this is given up, ms.
const CONNECT_LIMIT = 15_000;
// After so long a silence the server is asked for a sign of life, and given up when it gives none for as long
// again, ms. Routers forget a silent connection after some minutes, and neither end is notified.
const SILENCE_LIMIT = 30_000;
// Servers may hang up on an IDLE after 30 minutes (RFC 2177), some do after ten, ms.
const IDLE_LIMIT = 8 * 60_000;
/** Secrets no message may quote that are always known; behind them stand tokens as they come. */
const MOST_HIDDEN = 1;
/** How often a server without IDLE is asked, ms. */
export const POLL_EVERY = 2000;

/** Throws CodeSourceError that names the setting to mend. */
export function accountOf({ url, password, token, tokenCommand, ca }: Login): Account {
  const { protocol, hostname, port, username, password: inUrl } = parse(url);
  const tls = protocol === 'imaps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const user = decode(username);
  if (inUrl)
    throw unusable(
      'IMAP_URL holds a password',
      'take it out and set IMAP_PASSWORD: an address is shown in messages',
    );
  if (!host || !user) {
    const example = 'write it like imaps://user%40example.com@imap.example.com';
    throw unusable(`IMAP_URL names no ${host ? 'user' : 'host'}`, example);
  }
  const secret = token ?? password;
  if (!secret && !tokenCommand)
    throw unusable(
      'neither a password nor a token is given',
      'set IMAP_PASSWORD, or IMAP_TOKEN_COMMAND or IMAP_TOKEN for OAuth2',
    );

  const hidden = [...(secret && !tokenCommand ? [secret] : []), new Secret(user)];
  const known = (token: Secret) => void hidden.splice(MOST_HIDDEN, 1, token);
  const tokens = tokenCommand ? commandTokens(tokenCommand, known) : token && givenToken(token);
  const account: Omit<Account, 'client' | 'connect'> = {
    host,
    port: Number(port) || (tls ? 993 : 143),
    user,
    proof: tokenCommand ? 'IMAP_TOKEN_COMMAND' : token ? 'IMAP_TOKEN' : 'IMAP_PASSWORD',
    tls,
    hidden,
  };
  return {
    ...account,
    client() {
      const client = open(account, tokens ? { accessToken: '' } : { pass: secret?.reveal() ?? '' }, ca);
      return client.on('close', () => void (/expired/i.test(client.byeReason ?? '') && tokens?.drop()));
    },
    connect: (client) => connect(client, user, tokens),
  };
}

/**
 * Puts on an error what is known of it: whether the server takes tokens, and whether the one it refused has
 * ended.
 */
async function connect(client: ImapFlow, user: string, tokens: Tokens | undefined): Promise<void> {
  const token = await tokens?.current();
  if (token) client.options.auth = { user, accessToken: token.reveal() };
  try {
    await client.connect();
    tokens?.taken();
  } catch (error) {
    const offersOAuth = ['AUTH=XOAUTH2', 'AUTH=OAUTHBEARER'].some((mechanism) =>
      client.capabilities.has(mechanism),
    );
    const { authenticationFailed = false } = error as { authenticationFailed?: boolean };
    const tokenEnded = authenticationFailed && token !== undefined && tokens?.refused(token) === true;
    throw Object.assign(error as Error, { offersOAuth, tokenEnded });
  }
}

function open(
  { host, port, user, tls }: Omit<Account, 'client' | 'connect'>,
  proof: { pass: string } | { accessToken: string },
  ca?: string,
): ImapFlow {
  const client = new ImapFlow({
    host,
    port,
    secure: tls,
    // Undefined: TLS where it is offered. Over a network that would let anyone on the way take the offer out
    // and read the password.
    ...(tls || isLoopback(host) ? {} : { doSTARTTLS: true }),
    auth: { user, ...proof },
    ...(ca === undefined ? {} : { tls: { ca: [...rootCertificates, ca] } }),
    clientInfo: { name: 'mi-unbind', version: false, vendor: false, 'support-url': false },
    logger: false,
    connectionTimeout: CONNECT_LIMIT,
    greetingTimeout: CONNECT_LIMIT,
    socketTimeout: SILENCE_LIMIT,
    maxIdleTime: IDLE_LIMIT,
    // Each answer is followed by IDLE at once: what comes next is announced.
    autoIdleDelay: 0,
    // Neither does anything for one mail at a time, and each costs a round trip.
    disableCompression: true,
    disableAutoEnable: true,
  });
  // Why a connection ended is heard where an answer is awaited or a folder followed; unheard, the event
  // would end the program.
  return client.on('error', () => undefined);
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

function parse(url: string): URL {
  if (URL.canParse(url) && /^imaps?:$/.test(new URL(url).protocol)) return new URL(url);
  throw unusable(
    'IMAP_URL is no address of a mailbox',
    'write it like imaps://user%40example.com@imap.example.com',
  );
}

function decode(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch (cause) {
    throw unusable('the user name in IMAP_URL cannot be read', 'write its @ as %40 and its % as %25', cause);
  }
}

export function unusable(why: string, hint: string, cause?: unknown): CodeSourceError {
  return new CodeSourceError('imap', why, hint, cause);
}
