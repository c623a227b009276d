import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { DebianPostgres, postgresMissing } from '../live/debian-postgres.ts';
import { pgbouncerMissing, startPgbouncer } from '../live/pgbouncer.ts';
import { Secret } from '../secret.ts';
import { checkGivenServer, givenServer } from './given-server.ts';
import { openStore, type Store } from './store.ts';
import { lockNames } from './advisory-lock.ts';

const login = { user: 'admin', password: 'admin-pw' };
const storeKey = new Secret(randomBytes(32).toString('base64'));
const PATIENCE = 10_000;

describe("the operator's own PostgreSQL", { skip: await postgresMissing() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'given-server-'));
  const certificate = join(folder, 'cert.pem');
  let server: DebianPostgres;
  const opened: Store[] = [];
  const open = async (databaseUrl: Secret): Promise<Store> => {
    const store = await openStore({ databaseUrl, dataDir: folder, storeKey, env: {} });
    opened.push(store);
    return store;
  };
  const as = (user: string, database: string, query = '', port = server.port) =>
    new Secret(`postgres://${user}:lab-pw@127.0.0.1:${port}/${database}${query}`);
  const admin = async (...statements: string[]) => {
    const client = new pg.Client(givenServer(server.url()));
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };

  before(async () => {
    const subject = [
      '-subj',
      '/CN=db.lab.example',
      '-days',
      '30',
      '-nodes',
      '-keyout',
      join(folder, 'key.pem'),
      '-out',
      certificate,
    ];
    const made = spawnSync('openssl', ['req', '-new', '-x509', '-newkey', 'rsa:2048', ...subject]);
    assert.equal(made.status, 0, String(made.stderr));
    server = await DebianPostgres.start(login, [], async (data) => {
      for (const name of ['cert.pem', 'key.pem']) copyFileSync(join(folder, name), join(data, name));
      chmodSync(join(data, 'key.pem'), 0o600);
      return ['ssl=on', 'ssl_cert_file=cert.pem', 'ssl_key_file=key.pem'];
    });
    await admin(
      "create role lab login password 'lab-pw'",
      'create database owned owner lab',
      'create database made',
    );
    await admin(
      "create role reader login password 'lab-pw'",
      'alter role reader set default_transaction_read_only = on',
    );
  });
  after(async () => {
    await Promise.all(opened.filter(({ pool }) => !pool.ending).map((store) => store.close()));
    await server?.remove();
    rmSync(folder, { recursive: true });
  });

  it('case f2: a schema that was made for this user is enough, also when the right to make one is gone', async () => {
    const forbidden = { code: 'store', hint: /create schema mi_unbind authorization/ };
    await assert.rejects(open(as('lab', 'made')), forbidden);
    const client = new pg.Client(givenServer(server.url({ database: 'made' })));
    await client.connect();
    await client.query('create schema mi_unbind authorization lab');
    await (await open(as('lab', 'made'))).pool.query('select from mi_unbind.job');
    await client.query('alter schema mi_unbind owner to admin; grant usage on schema mi_unbind to lab');
    await (await open(as('lab', 'made'))).pool.query('select from mi_unbind.job');
    await client.end();
  });

  it("case f3: TLS with the server's own certificate, by name and without", async (t) => {
    const warned = t.mock.method(process, 'emitWarning');
    for (const query of [
      '?sslmode=require',
      '?sslmode=prefer',
      `?sslmode=verify-ca&sslrootcert=${certificate}`,
    ])
      await checkGivenServer(as('lab', 'owned', query), PATIENCE);
    const hint = /sslrootcert=FILE/;
    for (const query of ['?sslmode=verify-full', `?sslmode=verify-full&sslrootcert=${certificate}`])
      await assert.rejects(checkGivenServer(as('lab', 'owned', query), PATIENCE), { code: 'store', hint });
    const missing = '?sslmode=verify-ca&sslrootcert=/nowhere/ca.pem';
    await assert.rejects(checkGivenServer(as('lab', 'owned', missing), PATIENCE), {
      message: /\/nowhere\/ca.pem/,
      hint: /sslrootcert/,
    });
    assert.equal(warned.mock.callCount(), 0, 'nothing is printed beside it');
  });

  it('case f5: a socket is a way to it, in the form of libpq', async () => {
    const socket = new Secret(`postgres://lab:lab-pw@/owned?host=${server.folder}&port=${server.port}`);
    await checkGivenServer(socket, PATIENCE);
  });

  it('says that a server takes no writes', async () => {
    await (await open(as('lab', 'owned'))).close();
    const readOnly = { code: 'store', hint: /takes writes/ };
    await assert.rejects(checkGivenServer(as('reader', 'owned'), PATIENCE), readOnly);
    await admin("alter role lab in database owned set default_transaction_read_only = 'on'");
    await assert.rejects(open(as('lab', 'owned')), readOnly);
    await admin('alter role lab in database owned reset default_transaction_read_only');
  });

  it(
    'case f1: a pooler is refused in transaction mode, and works with sessions',
    { skip: pgbouncerMissing() },
    async () => {
      await admin('alter role lab with superuser');
      const target = { port: server.port, user: 'lab', password: 'lab-pw' };
      const transactions = await startPgbouncer(target, 'transaction');
      const refused = { code: 'store', message: /pooler in transaction mode/, hint: /pool_mode=session/ };
      try {
        const url = as('lab', 'postgres', '', transactions.port);
        await assert.rejects(checkGivenServer(url, PATIENCE), refused);
        for (let times = 0; times < 8; times++) await assert.rejects(open(url), refused);
      } finally {
        await transactions.stop();
      }
      const sessions = await startPgbouncer(target, 'session');
      try {
        const url = as('lab', 'postgres', '', sessions.port);
        await checkGivenServer(url, PATIENCE);
        const [one, two] = [await open(url), await open(url)];
        const leave = await lockNames(one.pool, one.seal, ['account']);
        await assert.rejects(lockNames(two.pool, two.seal, ['account']), { code: 'busy' });
        await leave();
        await Promise.all([one.close(), two.close()]);
      } finally {
        await sessions.stop();
      }
    },
  );
});
