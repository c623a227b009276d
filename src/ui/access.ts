import { BlockList, isIP } from 'node:net';
import type { StationOperator, Role } from '../store/operators.ts';

/** What of a request tells who asks. Header names are in lower case. */
export interface AskingRequest {
  method: string;
  /** Of the connection. */
  remote: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  isEncrypted: boolean;
}

export interface AccessRules {
  /** Names under which it is reached, besides loopback and addresses. */
  hosts: readonly string[];
  /** Addresses of proxies that are ours. */
  proxies: readonly string[];
}

/** Where a request comes from. */
export interface Origin {
  /** From this computer, to this computer's own name, with nothing between. */
  isLocal: boolean;
  /** The browser's connection is encrypted. */
  isSecure: boolean;
  /** The address that asks: what a proxy of ours says, else that of the connection. */
  address: string;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const FORWARDING = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-real-ip',
  'x-client-ip',
  'x-original-host',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-ray',
  'fly-client-ip',
  'tailscale-user-login',
  'ngrok-trace-id',
];

/** Whether an address is this computer's own; also an IPv4 address that is written as IPv6. */
export function isLoopback(address: string): boolean {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  const kind = isIP(bare);
  return kind !== 0 && LOOPBACK.check(bare, kind === 6 ? 'ipv6' : 'ipv4');
}

/** Name and port of a Host header; undefined where it is none. */
function hostOf(header: string | string[] | undefined): { name: string; port: string } | undefined {
  if (typeof header !== 'string') return undefined;
  const found = /^(\[[0-9a-f:.%]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(header);
  return found
    ? { name: (found[1] ?? '').toLowerCase().replace(/^\[|\]$/g, ''), port: found[2] ?? '' }
    : undefined;
}

const isLoopbackName = (name: string) => name === 'localhost' || isLoopback(name);

export function originOf({ remote, headers, isEncrypted }: AskingRequest, rules: AccessRules): Origin {
  const forwarded = FORWARDING.some((name) => headers[name] !== undefined);
  const isProxy = rules.proxies.some((proxy) => sameAddress(proxy, remote));
  const host = hostOf(headers.host);
  const [asked = remote] = isProxy ? lastOf(headers['x-forwarded-for']) : [remote];
  return {
    isLocal: isLoopback(remote) && !forwarded && host !== undefined && isLoopbackName(host.name),
    isSecure: isEncrypted || (isProxy && lastOf(headers['x-forwarded-proto']).join() === 'https'),
    address: asked,
  };
}

/** The last entry is the one that the nearest proxy wrote. */
function lastOf(header: string | string[] | undefined): string[] {
  const last = String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return last ? [last] : [];
}

const sameAddress = (one: string, other: string) =>
  one.replace(/^::ffff:/i, '') === other.replace(/^::ffff:/i, '');

type Refusal = 'host' | 'origin' | 'login' | 'role' | 'secure';

/** Whether something may be changed by this request: by the page itself, under a name that is its own. */
export function changeRefusal({ method, headers }: AskingRequest, rules: AccessRules): Refusal | undefined {
  const host = hostOf(headers.host);
  if (!host || !isOurs(host.name, rules)) return 'host';
  if (method === 'GET' || method === 'HEAD') return undefined;
  const origin = headers.origin;
  if (typeof origin !== 'string' || !URL.canParse(origin)) return 'origin';
  const { protocol, host: from } = new URL(origin);
  const isHttp = protocol === 'http:' || protocol === 'https:';
  if (!isHttp || from !== new URL(`${protocol}//${String(headers.host)}`).host) return 'origin';
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' ? undefined : 'origin';
}

/** An address is no name that anyone else could point here. */
function isOurs(name: string, { hosts }: AccessRules): boolean {
  return isLoopbackName(name) || isIP(name) !== 0 || hosts.some((host) => host.toLowerCase() === name);
}

/**
 * Who asks. Before the first operator exists, this computer's user at this computer, who may do everything. Else
 * who has logged in.
 */
export function whoAsks(
  { isLocal }: Pick<Origin, 'isLocal'>,
  { operators, login, user }: { operators: boolean; login: StationOperator | undefined; user: string },
): StationOperator | undefined {
  if (login) return login;
  return isLocal && !operators ? { name: user, role: 'administer' satisfies Role } : undefined;
}

/** Whether the page may be served at this address at all; a sentence of what is missing, where it may not. */
export function servingRefusal({
  host,
  operators,
  isEncrypted,
  proxies,
  isInsecureAllowed,
}: {
  host: string;
  operators: boolean;
  isEncrypted: boolean;
  proxies: readonly string[];
  isInsecureAllowed: boolean;
}): { why: string; todo: string } | undefined {
  if (host === 'localhost' || isLoopback(host)) return undefined;
  if (!operators)
    return {
      why: `others could reach the page at '${host}', and there is no operator who logs in`,
      todo: "add one first: 'mi-unbind station operator add NAME --role administer', or serve the page on loopback alone",
    };
  if (isEncrypted || proxies.length > 0 || isInsecureAllowed) return undefined;
  return {
    why: `passwords and logins would go over the network in clear to '${host}'`,
    todo: 'set STATION_TLS_CERT and STATION_TLS_KEY, or name the proxy with TLS in STATION_PROXY; --insecure-http serves it without',
  };
}
