import { existsSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import { parse, toClientConfig } from 'pg-connection-string';

/** Characters that end an address's name and password, and how each is written in them. */
const ESCAPED: Readonly<Record<string, string>> = { '#': '%23', '/': '%2F', '?': '%3F' };

/**
 * What keeps an address of PostgreSQL from being used: `why`, and what to do. Quotes nothing of it, as it may
 * hold a password.
 */
export class DatabaseUrlFault extends Error {
  readonly hint: string;

  constructor(why: string, hint: string) {
    super(why);
    this.hint = hint;
  }
}

/**
 * An address of PostgreSQL as libpq reads it (postgresql.org/docs, "Connection URIs"), for `pg`: also a
 * socket's folder as its host, and `sslmode` and `sslrootcert` by libpq's meaning (`require` encrypts and
 * trusts any certificate, `verify-ca` looks at who signed it, `verify-full` at the host's name too). Throws a
 * DatabaseUrlFault.
 */
export function databaseConfig(address: string): ClientConfig {
  refuseForeign(address);
  refuseUnescaped(address);
  // libpq takes an empty host, which URL does not: `postgres://user@/db?host=/run/postgresql`.
  const whole = address.replace(/^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)(?=[/?]|$)/i, '$1localhost');
  const query = queryOf(whole);
  const certificate = query.get('sslrootcert');
  if (certificate && certificate !== 'system' && !existsSync(certificate)) {
    throw new DatabaseUrlFault(
      `the file of sslrootcert is not there: ${certificate}`,
      'correct the path in sslrootcert',
    );
  }
  if (query.get('sslmode') === 'verify-ca' && !certificate) {
    throw new DatabaseUrlFault(
      'sslmode=verify-ca needs a certificate to compare with',
      'name it: sslrootcert=FILE; or use sslmode=verify-full',
    );
  }
  if (/^[^/]*,/.test(whole.slice(whole.indexOf('@') + 1))) {
    throw new DatabaseUrlFault(
      'it names several hosts',
      'name the one that takes writes, or an address that leads to it',
    );
  }
  try {
    return configOf(whole, query.get('sslmode'));
  } catch {
    throw new DatabaseUrlFault('it is no address', 'write it as postgres://user:password@host:5432/database');
  }
}

function configOf(address: string, sslmode: string | null): ClientConfig {
  // Not a mode of libpq, but one of pg's own, which many addresses have.
  const compatible =
    sslmode === 'no-verify' ? address.replace('sslmode=no-verify', 'sslmode=require') : address;
  // That certificates of the system are asked for is what happens without a name.
  const parsed = parse(compatible.replace(/([?&])sslrootcert=system(&|$)/, '$1'), { useLibpqCompat: true });
  return toClientConfig(parsed);
}

function queryOf(address: string): URLSearchParams {
  const at = address.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : address.slice(at));
}

function refuseForeign(address: string): void {
  if (/^postgres(ql)?:\/\//i.test(address)) return;
  const form = 'write it as postgres://user:password@host:5432/database';
  if (/^jdbc:/i.test(address)) throw new DatabaseUrlFault('it is an address for Java (jdbc:)', form);
  if (/^postgres(ql)?\+/i.test(address))
    throw new DatabaseUrlFault('it names a driver of another language', form);
  if (/\b(host|dbname|user)\s*=/i.test(address))
    throw new DatabaseUrlFault('it is a list of keywords and values', form);
  throw new DatabaseUrlFault('it does not begin with postgres://', form);
}

/**
 * A password as it is, not escaped, changes what host and port are: `p#ss` ends the address behind its first
 * letter.
 */
function refuseUnescaped(address: string): void {
  const rest = address.slice(address.indexOf('://') + 3);
  const [authority = ''] = /^[^/?#]*/.exec(rest) ?? [];
  const behind = rest.slice(authority.length);
  const isCut = !authority.includes('@') && behind.includes('@') && !/^\/[\w.-]*\?\w+=/.test(behind);
  const login = isCut
    ? rest.slice(0, rest.lastIndexOf('@'))
    : authority.slice(0, Math.max(authority.lastIndexOf('@'), 0));
  const found = [...new Set(login)].filter((character) => Object.hasOwn(ESCAPED, character));
  const ways = found.map((character) => `'${character}' as ${ESCAPED[character]}`);
  if (/%(?![0-9a-f]{2})/i.test(login)) ways.push("'%' as %25");
  if (ways.length === 0) return;
  throw new DatabaseUrlFault(
    'user or password holds a character that has a meaning in an address',
    `write ${ways.join(', ')}`,
  );
}
