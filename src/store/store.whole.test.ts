import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, afterEach, describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { StoreError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { assertSince } from '../live/moment.ts';
import { migrate, steps } from './migrations.ts';
import { actsOf, askedFrom, PostgresLedger } from './ledger.ts';
import { freePort } from '../port.ts';
import { RestartPool } from './over-restart.ts';
import { runningServer } from './postmaster.ts';
import { openStore, type Store } from './store.ts';
import { endSubmissions, hasSubmitted } from './submissions.ts';
import { acceptedPassword, exportPasswords, forgetExported, storedPasswords, StoreVault } from './vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-store-'));
const env = {};
const opened: Store[] = [];
const open = async (changes: Partial<Parameters<typeof openStore>[0]> = {}): Promise<Store> => {
  const store = await openStore({ dataDir: folder, env, keepSeconds: 1, ...changes });
  opened.push(store);
  return store;
};
const message = (externalId: string, words = 'Your code is 314159') => ({
  source: 'sms-webhook',
  externalId,
  from: 'Xiaomi',
  to: '+1555',
  text: words,
});

/** The test's own time limit ends a wait in vain. */
async function until(fits: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fits())) await pause(20);
}

/** Another process with the same store; it says `ready` and then does what `work` says. */
function elsewhere(work: string) {
  const script = `
    const { openStore } = await import(${JSON.stringify(new URL('store.ts', import.meta.url).href)});
    const store = await openStore({ dataDir: ${JSON.stringify(folder)}, env: process.env, keepSeconds: 1 });
    process.stdout.write('ready\\n');
    ${work}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, said: text(child.stdout), exited: once(child, 'exit') as Promise<[number | null]> };
}

const pidIsGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

// Those of a test that failed: the server of all tests ends only when no client is left.
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close().catch(() => undefined);
});

after(async () => {
  const running = runningServer(folder);
  if (running) await until(() => pidIsGone(running.pid));
  rmSync(folder, { recursive: true });
});

describe('the embedded PostgreSQL', () => {
  it('is made once when several processes want it at the same moment', async () => {
    const others = [elsewhere('await store.close();'), elsewhere('await store.close();')];
    const store = await open();
    assert.deepEqual(
      await Promise.all(others.map(async (other) => [await other.said, (await other.exited)[0]])),
      [
        ['ready\n', 0],
        ['ready\n', 0],
      ],
    );
    assert.equal((await store.pool.query('select 1')).rowCount, 1);
    await store.close();
    // The keepers that came too late clean up behind them.
    await until(() => globSync(join(folder, 'postgres.*[0-9]')).length === 0);
  });

  it('tells a process of a message that another one has kept', async (t) => {
    const store = await open();
    let news = 0;
    t.after(await store.messages.watch('sms-webhook', () => news++));
    const first = await store.messages.next('sms-webhook');
    const other = elsewhere(
      `await store.messages.add(${JSON.stringify(message('a'))}); await store.close();`,
    );
    await until(() => news > 0);
    // A connection that was made anew is news too: something may have come meanwhile.
    let kept: Awaited<ReturnType<typeof store.messages.from>> = [];
    await until(async () => (kept = await store.messages.from('sms-webhook', first)).length > 0);
    assert.deepEqual(
      kept.map(({ from, to, text }) => [from, to, text]),
      [['Xiaomi', '+1555', 'Your code is 314159']],
    );
    assert.equal(await store.messages.next('sms-webhook'), (kept[0]?.id ?? 0) + 1);
    await other.exited;
    await store.close();
  });

  it('keeps a message that is handed over twice once', async () => {
    const store = await open();
    const kept = await store.messages.add(message('twice'));
    assert.deepEqual(kept && (await store.messages.from('sms-webhook', kept.id)), [kept]);
    assert.equal(await store.messages.add(message('twice')), undefined);
    assert.ok(await store.messages.add({ ...message('twice'), source: 'other' }));
    await store.close();
  });

  it('gives a message to one of many waiters only', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? one : two).claim('imap:42')),
    );
    assert.equal(taken.filter(Boolean).length, 1);
    await Promise.all([one.close(), two.close()]);
  });

  it('gives a message also while its server is being started again, and once', async () => {
    const store = await open();
    const { pid } = runningServer(folder) ?? { pid: 0 };
    process.kill(pid, 'SIGKILL');
    await until(() => pidIsGone(pid));
    assert.equal(await store.claim('imap:43'), true);
    assert.equal(await store.claim('imap:43'), false);
    await store.close();
    await assert.rejects(store.claim('imap:44'), StoreError);
  });

  it('tells of a wait for a code, to another address and from the same place, until it is over or its time is', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const [gammu, ms] = [['gammu/bench:5432/smsd', 'x'], 60_000];
    const mine = await one.announce({ streams: gammu, address: '1555', ms });
    assert.equal(await mine.isAlone(), true);
    await two.announce({ streams: gammu, address: '1555', ms });
    await two.announce({ streams: ['gammu/other:5432/smsd'], address: '1666', ms });
    await two.announce({ streams: gammu, address: '1666', ms: 0 });
    assert.equal(await mine.isAlone(), true);
    const other = await two.announce({ streams: ['gammu/bench:5432/smsd'], address: '1666', ms });
    assert.equal(await mine.isAlone(), false);
    assert.equal(await other.isAlone(), false);
    await other.end();
    assert.equal(await mine.isAlone(), true);
    const { rows } = await one.pool.query('select address from mi_unbind.wait');
    assert.doesNotMatch(JSON.stringify(rows), /1555|1666/);
    await Promise.all([one.close(), two.close()]);
  });

  it('shows a reader ids in the order in which they are committed', async () => {
    const store = await open();
    const seen = new Set<number>();
    let next = await store.messages.next('order');
    const look = async () => {
      for (const { id } of await store.messages.from('order', next)) {
        seen.add(id);
        next = id + 1;
      }
    };
    const adding = Promise.all(
      Array.from({ length: 60 }, (_, n) => store.messages.add({ ...message(`n${n}`), source: 'order' })),
    );
    let over = false;
    void adding.then(() => (over = true));
    while (!over) await look();
    await look();
    assert.equal(seen.size, 60);
    await store.close();
  });

  it('is found again, with what listens on it, after its server broke down', async (t) => {
    const store = await open();
    const news = Promise.withResolvers<void>();
    t.after(await store.messages.watch('again', () => news.resolve()));
    const { pid } = runningServer(folder) ?? { pid: 0 };
    process.kill(pid, 'SIGINT');
    await until(() => pidIsGone(pid));
    const later = Promise.withResolvers<void>();
    t.after(await store.messages.watch('again', later.resolve));
    await until(() => (runningServer(folder)?.pid ?? pid) !== pid);
    assert.ok(await store.messages.add({ ...message('later'), source: 'again' }));
    await Promise.all([news.promise, later.promise]);
    await store.close();
  });

  it('is found again on another port, and is a fault at once while the store is being opened', async () => {
    await open();
    const { connection } = runningServer(folder) ?? assert.fail('no server runs');
    const pool = new RestartPool({ ...connection, database: 'mi_unbind', port: await freePort() });
    await assert.rejects(pool.query('select 1'), { code: 'ECONNREFUSED' });
    pool.isPatient = true;
    const asked = pool.query('select 1');
    pool.options.port = connection.port;
    assert.equal((await asked).rowCount, 1);
    await pool.end();
  });

  it('is found again after it was killed with its supervisor, and killed again while it recovers', async (t) => {
    const store = await open();
    const heard: string[] = [];
    t.after(await store.messages.watch('killed', () => heard.push('one')));
    const lock = join(folder, 'postgres', 'postmaster.pid');
    const starting = () => (existsSync(lock) ? Number(readFileSync(lock, 'utf8').split('\n')[0]) : 0);
    const { pid } = runningServer(folder) ?? { pid: 0 };
    const supervisor = Number(/^\d+ \(.*\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
    for (const one of [supervisor, pid]) process.kill(one, 'SIGKILL');
    await until(() => pidIsGone(pid));
    let again = pid;
    await until(() => (again = starting()) > 0 && again !== pid && !pidIsGone(again));
    process.kill(again, 'SIGKILL');
    const isKept = () =>
      store.messages.add({ ...message('after'), source: 'killed' }).then(Boolean, () => false);
    await until(isKept);
    await until(() => heard.length > 0);
    await store.close();
  });

  it('tells a process of an older version that a newer one has changed it', async () => {
    const store = await open();
    await store.assertCurrent();
    await store.pool.query('insert into mi_unbind.migration (step) values (10000)');
    const newer = { code: 'store', message: /a newer mi-unbind has changed it/, hint: /use the newer/ };
    await assert.rejects(store.assertCurrent(), newer);
    await assert.rejects(open(), newer);
    await store.pool.query('delete from mi_unbind.migration where step = 10000');
    await store.close();
  });

  it('lets an act be done as often as its budget allows in a day, whoever asks at the same moment', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const options = { budget: { 'code-requested': 3 } };
    const [first, second] = [one, two].map(({ pool, seal }) => new PostgresLedger(pool, seal, options)) as [
      PostgresLedger,
      PostgresLedger,
    ];
    const entry = { account: '6230001535', act: 'code-requested', serial: 'd1e2' } as const;
    const began = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => (index % 2 ? first : second).enter(entry)),
    );
    assert.equal(answers.filter((answer) => answer.kind === 'entered').length, 3);
    const spent = answers.find((answer) => answer.kind === 'spent');
    const freeFrom = Date.parse(spent?.kind === 'spent' ? spent.freeFrom : '');
    // A day after the first one.
    assertSince(began, freeFrom, 24 * 3_600_000);
    assert.equal((await first.enter({ ...entry, account: '6230001536' })).kind, 'entered');
    assert.equal((await first.enter({ ...entry, act: 'password-set' })).kind, 'entered');
    await one.pool.query("update mi_unbind.ledger set at = at - interval '25 hours'");
    assert.equal((await second.enter(entry)).kind, 'entered');
    assert.equal(await first.count(entry.account, 'code-requested'), 1);
    await Promise.all([one.close(), two.close()]);
  });

  it('lets a job do an act once in a round, whoever asks, and counts it for each name of the account', async () => {
    const store = await open();
    const budget = { 'password-submitted': 2 };
    const names = ['lab+7@example.com'];
    const of = (id: string, round: number) =>
      new PostgresLedger(store.pool, store.seal, { budget, job: { id, round }, names });
    const entry = { account: '6230***777', act: 'password-submitted', serial: 'd1e2' } as const;
    const answers = await Promise.all([1, 2, 3].map(() => of('7', 1).enter(entry)));
    assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['done-before', 'done-before', 'entered']);
    assert.equal((await of('7', 2).enter(entry)).kind, 'entered');
    // A third try for the one account by its other name.
    const alone = new PostgresLedger(store.pool, store.seal, { budget });
    assert.equal((await alone.enter({ ...entry, account: ' LAB+7@example.com' })).kind, 'spent');
    assert.deepEqual(
      (await actsOf(store.pool, '7')).map(({ act, serial }) => [act, serial]),
      [1, 2].map(() => ['password-submitted', 'd1e2']),
    );
    await store.close();
  });

  it('lets a job ask for the second code of one check, and for neither twice', async () => {
    const store = await open();
    const { pool, seal } = store;
    const ledger = () => new PostgresLedger(pool, seal, { budget: {}, job: { id: '7100', round: 1 } });
    const entry = { account: '6230001710', act: 'code-requested', serial: 'd1e2' } as const;
    const kinds: string[] = [];
    for (const nth of [1, 1, 2, 2, 1]) kinds.push((await ledger().enter({ ...entry, nth })).kind);
    assert.deepEqual(kinds, ['entered', 'done-before', 'entered', 'done-before', 'done-before']);
    assert.deepEqual(
      (await actsOf(pool, '7100')).map(({ act }) => act),
      ['code-requested', 'code-requested'],
    );
    await store.close();
  });

  it('knows of a submitted password until a run on its phone has said how it ended, and for a job all through its round', async () => {
    const store = await open();
    const { pool, seal } = store;
    const enter = (serial: string, job?: { id: string; round: number }) =>
      new PostgresLedger(pool, seal, { budget: {}, job }).enter({
        account: '6230001777',
        act: 'password-submitted',
        serial,
      });
    assert.equal(await hasSubmitted(pool, 'p1'), false);
    await enter('p1');
    await enter('p2', { id: '7001', round: 2 });
    assert.deepEqual([await hasSubmitted(pool, 'p1'), await hasSubmitted(pool, 'p3')], [true, false]);
    await endSubmissions(pool, 'p1');
    await endSubmissions(pool, 'p2');
    assert.deepEqual([await hasSubmitted(pool, 'p1'), await hasSubmitted(pool, 'p2')], [false, false]);
    const ofJob = (id: string, round: number) => hasSubmitted(pool, 'p2', { id, round });
    assert.deepEqual(
      [await ofJob('7001', 2), await ofJob('7001', 1), await ofJob('7002', 2)],
      [true, false, false],
    );
    await enter('p4');
    await pool.query("update mi_unbind.ledger set at = at - interval '25 hours' where serial = 'p4'");
    assert.equal(await hasSubmitted(pool, 'p4'), false);
    await store.close();
  });

  it('knows where the source stood when a code was last asked for on a phone, for a while', async () => {
    const store = await open();
    const ledger = new PostgresLedger(store.pool, store.seal, { budget: {}, names: ['lab+8@example.com'] });
    const since = { source: 'imap', takenAt: '2026-01-01T00:00:00.000Z', position: { 'INBOX 1': 8 } };
    const entry = { account: '6230***778', act: 'code-requested', serial: 'd1e2' } as const;
    await ledger.enter({ ...entry, since: { ...since, position: {} } });
    await ledger.enter({ ...entry, since });
    await ledger.enter({ ...entry, act: 'password-set' });
    const asked = (serial: string, ms: number) =>
      askedFrom(store.pool, store.seal, { account: 'Lab+8@example.com', serial, ms });
    assert.deepEqual(await asked('d1e2', 60_000), since);
    assert.equal(await asked('d1e3', 60_000), undefined);
    await store.pool.query("update mi_unbind.ledger set at = at - interval '2 minutes'");
    assert.equal(await asked('d1e2', 60_000), undefined);
    await store.close();
  });

  it('makes an entry with another connection where one breaks before it can be there, and once', async () => {
    const store = await open();
    const ledger = new PostgresLedger(store.pool, store.seal, { budget: {} });
    const entry = { account: '6230001537', act: 'code-requested', serial: '' } as const;
    const holder = await store.pool.connect();
    await holder.query('begin');
    const lock = "select pg_advisory_xact_lock(hashtextextended('mi_unbind.ledger', 0))";
    await holder.query(lock);
    const entering = ledger.enter(entry);
    const cut = "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'advisory'";
    await until(async () => (await store.pool.query(cut)).rowCount === 1);
    await holder.query('rollback');
    holder.release();
    assert.equal((await entering).kind, 'entered');
    assert.equal(await ledger.count(entry.account, 'code-requested'), 1);
    await store.close();
  });

  it('keeps a new password, sealed, from before it is submitted until it is known to be the one', async () => {
    const store = await open();
    const vault = new StoreVault(store.pool, store.seal, { contact: 'lab@example.com', serial: 'd1e2' });
    const id = await vault.keep('6230001535', new Secret('canary-text-9'));
    assert.deepEqual(
      (await storedPasswords(store.pool, store.seal)).map(({ account, password, state, contact }) => [
        account,
        password.reveal(),
        state,
        contact,
      ]),
      [['6230001535', 'canary-text-9', 'unconfirmed', 'lab@example.com']],
    );
    await vault.mark(id, 'confirmed');
    assert.equal((await storedPasswords(store.pool, store.seal))[0]?.state, 'confirmed');
    await store.close();
  });

  it('gives the newest password that an account is known to have, by any of its names, and none once that was refused', async () => {
    const store = await open();
    const vault = new StoreVault(store.pool, store.seal, { contact: 'own@example.com', serial: 'd1e4' });
    const other = new StoreVault(store.pool, store.seal, { contact: 'other@example.com', serial: 'd1e4' });
    const accepted = async (...names: string[]) =>
      (await acceptedPassword(store.pool, store.seal, names))?.password.reveal();
    const ids: string[] = [];
    for (const text of ['older-1', 'newer-2', 'open-3'])
      ids.push(await vault.keep('6230***538', new Secret(text)));
    for (const id of ids.slice(0, 2)) await vault.mark(id, 'confirmed');
    await other.mark(await other.keep('6230001539', new Secret('foreign-4')), 'confirmed');
    assert.equal(await accepted('6230001538', 'own@example.com'), 'newer-2');
    assert.equal(await accepted('6230001539'), 'foreign-4');
    assert.equal(await accepted('nobody@example.com'), undefined);
    await vault.mark(ids[1] ?? '', 'rejected');
    assert.equal(await accepted('own@example.com'), undefined, 'an older one is no guess worth a try');
    await store.close();
  });

  it('forgets a new password when the file it was exported to is said to be safe, and none that changed since', async () => {
    const store = await open();
    const vault = new StoreVault(store.pool, store.seal, { contact: 'lab@example.com', serial: 'd1e3' });
    const ids = [
      await vault.keep('6230001536', new Secret('first-1')),
      await vault.keep('6230001537', new Secret('second-2')),
    ];
    const mine = async () =>
      (await storedPasswords(store.pool, store.seal)).filter(({ id }) => ids.includes(id));
    const file = join(folder, 'exported');
    exportPasswords(file, await mine());
    await vault.mark(ids[1] ?? '', 'confirmed');
    assert.equal(await forgetExported(store.pool, store.seal, readFileSync(file, 'utf8')), 1);
    assert.deepEqual(
      (await mine()).map(({ password, state }) => [password.reveal(), state]),
      [['second-2', 'confirmed']],
    );
    rmSync(file);
    await store.close();
  });

  it('holds nothing of a message or password in clear', async () => {
    const store = await open();
    await store.messages.add(message('canary', 'code 271828 for canary-text'));
    await store.pool.query('checkpoint');
    const files = globSync(join(folder, '**/*')).filter((file) =>
      statSync(file, { throwIfNoEntry: false })?.isFile(),
    );
    assert.ok(files.length > 500, 'the files of the database are looked into');
    const leaks = files.filter((file) => readFileSync(file).includes('canary-text'));
    assert.deepEqual(leaks, []);
    await store.close();
  });

  it('is not read with another key', async () => {
    await assert.rejects(
      open({ storeKey: new Secret(randomBytes(32).toString('base64')) }),
      /encrypted with another key/,
    );
  });

  it('goes on when a process that uses it is killed, and ends when the last one has gone', async () => {
    const other = elsewhere('setInterval(() => undefined, 1000);');
    await once(other.child.stdout, 'data');
    const store = await open();
    const { pid } = runningServer(folder) ?? { pid: 0 };
    other.child.kill('SIGKILL');
    await other.exited;
    assert.equal((await store.pool.query('select 1')).rowCount, 1);
    await store.close();
    await until(() => pidIsGone(pid) && runningServer(folder) === undefined);
  });

  it('comes back after everything was killed', async () => {
    const store = await open();
    await store.messages.add(message('before the crash'));
    const { pid } = runningServer(folder) ?? { pid: 0 };
    process.kill(pid, 'SIGKILL');
    await store.close().catch(() => undefined);
    const again = await open();
    assert.equal(await again.messages.add(message('before the crash')), undefined);
    await again.close();
  });

  it('says what to do about a folder that cannot be written', async () => {
    await assert.rejects(
      open({ dataDir: '/dev/null/mi-unbind' }),
      (error) =>
        error instanceof StoreError && /cannot be written/.test(error.message) && /DATA_DIR/.test(error.hint),
    );
  });
});

describe("the operator's own PostgreSQL", () => {
  const key = new Secret(randomBytes(32).toString('base64'));

  /** The one that comes along is a server as any other, with an address. */
  async function address(
    changes: { password?: string; database?: string } = {},
  ): Promise<{ server: Store; url: Secret }> {
    const server = await open();
    const { host, port, user, password } = runningServer(folder)?.connection ?? {
      host: '',
      port: 0,
      user: '',
      password: '',
    };
    return {
      server,
      url: new Secret(
        `postgres://${user}:${changes.password ?? password}@${host}:${port}/${changes.database ?? 'mi_unbind'}`,
      ),
    };
  }

  it('is used as it is given, with a key that has to be given too', async () => {
    const { server, url } = await address({ database: 'lab' });
    await server.pool.query('create database lab');
    await assert.rejects(open({ databaseUrl: url }), /there is no key/);
    const store = await open({ databaseUrl: url, storeKey: key });
    assert.ok(await store.messages.add(message('a')));
    await store.close();
    await server.close();
  });

  const wrong: [what: string, changes: { password?: string; database?: string }, hint: RegExp][] = [
    ['a wrong password', { password: 'canary-wrong' }, /user and password in DATABASE_URL/],
    ['a database that is not there', { database: 'none' }, /create the database/],
  ];
  for (const [what, changes, hint] of wrong) {
    it(`tells ${what}, without the address`, async () => {
      const { server, url } = await address(changes);
      await assert.rejects(
        open({ databaseUrl: url, storeKey: key }),
        (error) =>
          error instanceof StoreError && hint.test(error.hint) && !/canary-wrong/.test(error.message),
      );
      await server.close();
    });
  }

  it('tells a server that is not there', async () => {
    await assert.rejects(
      open({ databaseUrl: new Secret('postgres://a:b@127.0.0.1:1/x'), storeKey: key }),
      (error) => error instanceof StoreError && /host and port in DATABASE_URL/.test(error.hint),
    );
  });

  it('is brought to the newest step once, whatever step it was at, and never back', async () => {
    const { server, url } = await address({ database: 'steps' });
    await server.pool.query('create database steps');
    const clients = await Promise.all(
      [1, 2].map(async () => {
        const client = new pg.Client({ connectionString: url.reveal() });
        await client.connect();
        return client;
      }),
    );
    const [one, two] = clients as [pg.Client, pg.Client];
    // As a version left it that called a station a bench.
    const renamed = steps.findIndex((step) => step.includes('rename column bench to station'));
    await migrate(one, steps.slice(0, 1));
    await migrate(one, steps.slice(0, renamed));
    await one.query(
      `insert into mi_unbind.job (batch, key, phone, wish, sealed, keep_secret, state, bench)
         values ('lab', 'k1', 'serial:a1', '{}', 'sealed', false, 'parked', 'Sofia 2')`,
    );
    const further = [...steps, 'create table mi_unbind.further (a int)'];
    await Promise.all([migrate(one, further), migrate(two, further)]);
    const { rows } = await one.query('select step from mi_unbind.migration order by step');
    assert.deepEqual(
      rows.map(({ step }: { step: number }) => step),
      further.map((_, index) => index + 1),
    );
    assert.deepEqual((await two.query('select batch, state, station from mi_unbind.job')).rows, [
      { batch: 'lab', state: 'parked', station: 'Sofia 2' },
    ]);
    await assert.rejects(migrate(one, steps), /a newer mi-unbind has changed it/);
    await assert.rejects(
      migrate(one, [...further, 'create table mi_unbind.half (a int); select nonsense']),
      /nonsense/,
    );
    assert.deepEqual((await one.query("select to_regclass('mi_unbind.half') as half")).rows, [
      { half: null },
    ]);
    await Promise.all(clients.map((client) => client.end()));
    await server.close();
  });
});
