import { StoreError } from '../errors.ts';

/** When it cannot be opened. `given`: by the operator, in DATABASE_URL. */
export function unreachable(cause: unknown, given: boolean): StoreError {
  const { code = '' } = cause as { code?: string };
  const hints: Record<string, string> = {
    '28P01': 'correct user and password in DATABASE_URL',
    '28000': 'let this user in (pg_hba.conf), or correct DATABASE_URL',
    '3D000': 'create the database, or correct its name in DATABASE_URL',
    '42501': "let this user create a schema ('grant create on database …')",
    ENOTFOUND: 'correct the host in DATABASE_URL',
    ECONNREFUSED: 'start PostgreSQL there, or correct host and port in DATABASE_URL',
  };
  const hint = given
    ? (hints[code] ?? 'correct DATABASE_URL')
    : 'run the command again; if that does not help, see postgres.log in DATA_DIR';
  return new StoreError(said(cause), hint, cause);
}

/** For `catch`, when it has been open. */
export function lost(cause: unknown): never {
  const hint = 'see whether its PostgreSQL runs (the one in DATABASE_URL, else postgres.log in DATA_DIR), then run the command again';
  throw cause instanceof StoreError ? cause : new StoreError(said(cause), hint, cause);
}

/** PostgreSQL's class 57 is an operator's intervention; a connection that was cut off has no code. */
export function isGone(cause: unknown): boolean {
  const { code } = (cause ?? { code: '' }) as { code?: string };
  return code === undefined || code.startsWith('57P') || ['ECONNREFUSED', 'ECONNRESET'].includes(code);
}

/** The server's own words, without the address, which may hold a password. */
function said(cause: unknown): string {
  const { code = '', message } = cause as Error & { code?: string };
  return `PostgreSQL says: ${message || code}`;
}
