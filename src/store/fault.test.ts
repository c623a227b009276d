import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DatabaseUrlFault } from '../config/database-url.ts';
import { StoreError } from '../errors.ts';
import { isGone, storeFault, unreachable } from './fault.ts';

const fault = (code: string | undefined, message = 'it failed') =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

const STANDBY =
  'let DATABASE_URL lead to the server that takes writes: this one is a standby, or read-only (default_transaction_read_only)';
const CERTIFICATE =
  'name the certificate it is signed with: sslrootcert=FILE in DATABASE_URL; with another name in it also sslmode=verify-ca';

suite('a PostgreSQL of the operator that cannot be opened: what it says, and what to mend', () => {
  const rows: [code: string | undefined, message: string, hint: string][] = [
    ['28P01', 'password authentication failed', 'correct user and password in DATABASE_URL'],
    ['28000', 'no entry', 'let this user in (pg_hba.conf), or correct DATABASE_URL'],
    ['3D000', 'no database', 'create the database, or correct its name in DATABASE_URL'],
    [
      '42501',
      'permission denied',
      "let this user work there: 'grant create on database NAME to USER', or a schema of its own: 'create schema mi_unbind authorization USER'",
    ],
    ['53300', 'too many clients', 'let more connections in (max_connections), or end what holds them'],
    ['ENOTFOUND', 'getaddrinfo', 'correct the host in DATABASE_URL'],
    ['ENOENT', 'connect', "start PostgreSQL there, or correct the socket's folder in DATABASE_URL"],
    ['ECONNREFUSED', 'connect', 'start PostgreSQL there, or correct host and port in DATABASE_URL'],
    ['25006', 'read-only transaction', STANDBY],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed', CERTIFICATE],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first one', CERTIFICATE],
    [undefined, "the server's certificate does not fit", CERTIFICATE],
    [
      '28000',
      'no pg_hba.conf entry for host, no encryption',
      'add sslmode=require to DATABASE_URL: this server takes encrypted connections only',
    ],
    [
      undefined,
      'The server does not support SSL connections',
      'leave sslmode out of DATABASE_URL: this server does not encrypt',
    ],
    ['XX000', 'something else', 'correct DATABASE_URL'],
    [undefined, 'something else', 'correct DATABASE_URL'],
  ];
  for (const [code, message, hint] of rows)
    test(`${code ?? 'without a code'}: ${message}`, () => {
      const cause = fault(code, message);
      const error = unreachable(cause, true);
      assert.ok(error instanceof StoreError);
      assert.ok(error.message.endsWith(`PostgreSQL says: ${message}.`), error.message);
      assert.deepEqual([error.hint, error.cause], [hint, cause]);
    });

  test('an address that is not right', () => {
    const error = unreachable(new DatabaseUrlFault('it names no host', 'name one'), true);
    assert.match(error.message, /DATABASE_URL is not right: it names no host/);
    assert.equal(error.hint, 'name one');
  });
});

test('of the embedded PostgreSQL the hint names its log, and a fault without words gives its code', () => {
  const error = unreachable(fault('ECONNREFUSED', ''), false);
  assert.match(error.message, /PostgreSQL cannot be reached: nothing listens there/);
  assert.equal(error.hint, 'run the command again; if that does not help, see postgres.log in DATA_DIR');
});

test('a store that was open and fails says so once, and how to go on', () => {
  const thrownOf = (cause: unknown): StoreError => {
    try {
      return storeFault(cause);
    } catch (thrown) {
      return thrown as StoreError;
    }
  };
  const own = new StoreError('it is full', 'make room');
  assert.equal(thrownOf(own), own);
  assert.equal(thrownOf(fault('25006')).hint, STANDBY);
  const ended = fault('57P01', 'terminating connection');
  const { message, hint, cause } = thrownOf(ended);
  assert.match(message, /PostgreSQL says: terminating connection/);
  assert.deepEqual(
    [hint, cause],
    [
      'see whether its PostgreSQL runs (the one in DATABASE_URL, else postgres.log in DATA_DIR), then run the command again',
      ended,
    ],
  );
});

test('a connection that was cut off, or a server that ends, is gone; a refusal is not', () => {
  const codes = [undefined, '57P01', '57P03', 'ECONNREFUSED', 'ECONNRESET', '28P01', 'ENOENT', '57014'];
  assert.deepEqual(
    codes.map((code) => isGone(fault(code))),
    [true, true, true, true, true, false, false, false],
  );
  assert.equal(isGone(undefined), false);
});
