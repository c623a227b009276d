import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { databaseConfig, DatabaseUrlFault } from './database-url.ts';

const folder = mkdtempSync(join(tmpdir(), 'database-url-'));
const file = join(folder, 'ca.pem');
writeFileSync(file, 'a certificate');
process.on('exit', () => rmSync(folder, { recursive: true }));

suite('case f5: addresses of PostgreSQL', () => {
  const taken: [address: string, expected: Record<string, unknown>][] = [
    [
      'postgres://lab:pw@db.example:6000/lab',
      { host: 'db.example', port: 6000, user: 'lab', password: 'pw', database: 'lab' },
    ],
    ['postgresql://lab@db.example/lab', { host: 'db.example', user: 'lab', database: 'lab' }],
    [
      'postgres://lab:pw@/lab?host=/run/postgresql',
      { host: '/run/postgresql', user: 'lab', password: 'pw', database: 'lab' },
    ],
    [
      'postgres:///lab?host=/run/postgresql&user=lab&password=pw',
      { host: '/run/postgresql', user: 'lab', password: 'pw', database: 'lab' },
    ],
    [
      'postgres://lab:pw@localhost/lab?host=/run/postgresql&port=6000',
      { host: '/run/postgresql', port: 6000, database: 'lab' },
    ],
    ['postgres://lab:pw@%2Frun%2Fpostgresql/lab', { host: '/run/postgresql', user: 'lab', database: 'lab' }],
    ['postgres://lab:pw@[::1]:6000/lab', { host: '::1', port: 6000 }],
    ['postgres://lab:p%23s%2Fs%3Fs%40s%25@db/lab', { password: 'p#s/s?s@s%', host: 'db' }],
    ['postgres://lab:p@ss@db/lab', { password: 'p@ss', host: 'db' }],
    ['postgres://lab:]S|^[P@db/lab', { password: ']S|^[P', host: 'db' }],
    ['postgres://db/lab?user=me@example.com', { user: 'me@example.com', host: 'db' }],
    ['postgres://', { host: 'localhost' }],
  ];
  for (const [address, expected] of taken)
    test(`takes ${address}`, () => assert.partialDeepStrictEqual(databaseConfig(address), expected));

  const refused: [address: string, why: RegExp, hint: RegExp][] = [
    ['postgres://lab:p#ss@db/lab', /holds a character/, /^write '#' as %23$/],
    ['postgres://lab:12#34@db/lab', /holds a character/, /'#' as %23/],
    ['postgres://lab:p/ss@db/lab', /holds a character/, /'\/' as %2F/],
    ['postgres://lab:p?ss@db/lab', /holds a character/, /'\?' as %3F/],
    ['postgres://lab:p%ss@db/lab', /holds a character/, /'%' as %25/],
    [
      'postgres://lab:a#b/c?d@db/lab?sslmode=require',
      /holds a character/,
      /^write '#' as %23, '\/' as %2F, '\?' as %3F$/,
    ],
    ['jdbc:postgresql://db/lab?user=lab&password=pw', /Java/, /postgres:\/\//],
    ['postgresql+psycopg2://lab:pw@db/lab', /driver/, /postgres:\/\//],
    ['host=db port=5432 user=lab password=pw dbname=lab', /keywords/, /postgres:\/\//],
    ['mysql://lab:pw@db/lab', /does not begin with postgres:/, /postgres:\/\//],
    ['postgres://lab:pw@one,two/lab?target_session_attrs=read-write', /several hosts/, /takes writes/],
    ['postgres://lab:pw@db:port/lab', /no address/, /5432/],
    ['postgres://lab:pw@db/lab?sslmode=verify-ca', /verify-ca/, /sslrootcert/],
    [
      'postgres://lab:pw@db/lab?sslmode=verify-full&sslrootcert=/nowhere/ca.pem',
      /not there: \/nowhere\/ca.pem/,
      /sslrootcert/,
    ],
  ];
  for (const [address, why, hint] of refused)
    test(`refuses ${address}, and quotes no password`, () =>
      assert.throws(
        () => databaseConfig(address),
        (fault: DatabaseUrlFault) => {
          assert.ok(fault instanceof DatabaseUrlFault);
          assert.match(fault.message, why);
          assert.match(fault.hint, hint);
          assert.doesNotMatch(`${fault.message} ${fault.hint}`, /\bpw\b|p[#/?%]ss|12#34/);
          return true;
        },
      ));
});

suite('case f3: TLS as libpq has it', () => {
  const ssl = (query: string) => databaseConfig(`postgres://lab:pw@db.example/lab${query}`).ssl;
  const trusts = (what: unknown) => (what as { rejectUnauthorized?: boolean }).rejectUnauthorized === false;
  const looksAtHost = (what: unknown) =>
    (what as { checkServerIdentity?: unknown }).checkServerIdentity === undefined;

  test('none without sslmode, and none with disable', () => {
    assert.equal(ssl(''), undefined);
    assert.equal(ssl('?sslmode=disable'), false);
  });
  test('require encrypts and trusts any certificate, as prefer and no-verify do', () => {
    for (const mode of ['require', 'prefer', 'no-verify']) assert.ok(trusts(ssl(`?sslmode=${mode}`)), mode);
  });
  test('with a certificate, require and verify-ca look at who signed it, and at no name', () => {
    for (const mode of ['require', 'verify-ca']) {
      const options = ssl(`?sslmode=${mode}&sslrootcert=${file}`);
      assert.ok(!trusts(options) && !looksAtHost(options));
      assert.equal((options as { ca?: string }).ca, 'a certificate');
    }
  });
  test("verify-full looks at the host's name, also by the system's certificates", () => {
    for (const query of [
      `?sslmode=verify-full&sslrootcert=${file}`,
      '?sslmode=verify-full',
      '?sslmode=verify-full&sslrootcert=system',
    ]) {
      const options = ssl(query);
      assert.ok(!trusts(options) && looksAtHost(options), query);
    }
  });
  test('nothing is printed about it', (t) => {
    const warned = t.mock.method(process, 'emitWarning');
    for (const mode of ['require', 'prefer', 'no-verify', 'verify-full']) ssl(`?sslmode=${mode}`);
    assert.equal(warned.mock.callCount(), 0);
  });
});
