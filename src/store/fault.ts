import { DatabaseUrlFault } from '../config/database-url.ts';
import { StoreError } from '../errors.ts';
import { netFault } from '../words/net-fault.ts';

// By PostgreSQL's code (postgresql.org/docs, "Error Codes"), or Node's.
const HINTS: Readonly<Record<string, string>> = {
  '28P01': 'correct user and password in DATABASE_URL',
  '28000': 'let this user in (pg_hba.conf), or correct DATABASE_URL',
  '3D000': 'create the database, or correct its name in DATABASE_URL',
  '42501':
    "let this user work there: 'grant create on database NAME to USER', or a schema of its own: 'create schema mi_unbind authorization USER'",
  '53300': 'let more connections in (max_connections), or end what holds them',
  ENOTFOUND: 'correct the host in DATABASE_URL',
  ENOENT: "start PostgreSQL there, or correct the socket's folder in DATABASE_URL",
  ECONNREFUSED: 'start PostgreSQL there, or correct host and port in DATABASE_URL',
};
const CERTIFICATE = /self[- ]signed|certificate|unable to (?:get|verify)|altname/i;
const STANDBY =
  'let DATABASE_URL lead to the server that takes writes: this one is a standby, or read-only (default_transaction_read_only)';

/** When it cannot be opened. `given`: by the operator, in DATABASE_URL. */
export function unreachable(cause: unknown, given: boolean): StoreError {
  if (cause instanceof DatabaseUrlFault)
    return new StoreError(`DATABASE_URL is not right: ${cause.message}`, cause.hint);
  const hint = given
    ? hintOf(cause)
    : 'run the command again; if that does not help, see postgres.log in DATA_DIR';
  return new StoreError(said(cause), hint, cause);
}

function hintOf(cause: unknown): string {
  const { code = '', message = '' } = cause as { code?: string; message?: string };
  if (isReadOnly(cause)) return STANDBY;
  if (CERTIFICATE.test(`${code} ${message}`)) {
    return 'name the certificate it is signed with: sslrootcert=FILE in DATABASE_URL; with another name in it also sslmode=verify-ca';
  }
  if (/no encryption|SSL off/i.test(message))
    return 'add sslmode=require to DATABASE_URL: this server takes encrypted connections only';
  if (/does not support SSL/i.test(message))
    return 'leave sslmode out of DATABASE_URL: this server does not encrypt';
  return HINTS[code] ?? 'correct DATABASE_URL';
}

const isReadOnly = (cause: unknown) => (cause as { code?: string }).code === '25006';

/** For `catch`, when it has been open. */
export function storeFault(cause: unknown): never {
  const runs =
    'see whether its PostgreSQL runs (the one in DATABASE_URL, else postgres.log in DATA_DIR), then run the command again';
  const hint = isReadOnly(cause) ? STANDBY : runs;
  throw cause instanceof StoreError ? cause : new StoreError(said(cause), hint, cause);
}

/** Of a connection that was not made, or broke. */
export const BROKEN: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
];
/** The server ends a transaction in which nothing was said for too long, with its connection. */
const STOOD_STILL = '25P03';

/** PostgreSQL's class 57 is an operator's intervention; a connection that was cut off has no code. */
export function isGone(cause: unknown): boolean {
  const { code } = (cause ?? { code: '' }) as { code?: string };
  return code === undefined || code.startsWith('57P') || code === STOOD_STILL || BROKEN.includes(code);
}

/** The server's own words, without the address, which may hold a password. */
function said(cause: unknown): string {
  const { code = '', message } = cause as Error & { code?: string };
  // Node's words hold its code and the address.
  const why = !message || (code !== '' && message.includes(code)) ? netFault(cause) : undefined;
  return why === undefined ? `PostgreSQL says: ${message || code}` : `PostgreSQL cannot be reached: ${why}`;
}
