import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { withDatabase } from '../live/ready-database.ts';
import { systemClock } from '../clock.ts';
import { BusyError, TakenOverError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { holdPhone } from '../store/hold.ts';
import { paths } from '../store/postmaster.ts';
import { openStore, type Store } from '../store/store.ts';
import { KeptEnds } from './ends.ts';
import { workerName } from '../store/worker.ts';
import type { ListedOrder } from './job.ts';
import { JobAdmin } from './admin.ts';
import { deliverAll, deliverDue, undelivered } from './outbox.ts';
import { JobQueue, type Claim } from './queue.ts';
import { nothingDone } from './nothing-done.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-jobs-'));
const env = {};
const now = { then: 'done' } as const;
const end = nothingDone('signed-out');
let store: Store;
let office: JobAdmin;
let queue: JobQueue;
/** As of a station on another host, as far as the store can tell. */
let other: JobQueue;

const order = (
  serial: string,
  changes: Partial<ListedOrder['order']> = {},
  password = 'Right-pass1',
): ListedOrder => ({
  order: {
    phone: { serial },
    account: '6230001535',
    data: 'keep',
    ifForgotten: 'stop',
    reference: 'R1',
    ownerConsent: '',
    ...changes,
  },
  password: new Secret(password),
  row: 2,
});
const add = (batch: string, ...orders: ListedOrder[]) => queue.add(batch, orders, { keepSecrets: false });

/** Where one is expected. */
async function claimed(serial: string, from = queue): Promise<Claim> {
  const claim = await from.claim([{ serial }]);
  assert.ok(claim, `${serial} has no job`);
  return claim;
}

before(async () => {
  store = await openStore({ dataDir: withDatabase(folder), env, keepSeconds: 1 });
  office = new JobAdmin(store);
  queue = new JobQueue(store, { station: 'one' });
  other = new JobQueue(store, { station: 'two', worker: 'elsewhere/2' });
});

after(async () => {
  await store?.close();
  while (existsSync(join(paths(folder).data, 'postmaster.pid'))) await pause(50);
  rmSync(folder, { recursive: true });
});

describe('the queue', () => {
  it('adds nothing when a list is read again, and takes a corrected password while the job is not done', async () => {
    const contact = {
      ifForgotten: 'recover',
      codeSource: 'imap',
      by: 'email',
      contact: 'lab@example.com',
    } as const;
    const { jobs, ...first } = await add('again', order('a1', contact), order('a2'));
    assert.deepEqual(first, { added: 2, known: 0 });
    assert.deepEqual(await add('again', order('a1', contact, 'C0rrected'), order('a2')), {
      ...{ added: 0, known: 2, jobs },
    });
    const claim = await claimed('a1');
    assert.equal(claim.password?.reveal(), 'C0rrected');
    assert.deepEqual(claim.order, order('a1', contact).order);
    assert.ok(jobs.includes(claim.id) && jobs.length === 2);
    assert.deepEqual([claim.state, claim.attempts, claim.serial, claim.station], ['running', 1, 'a1', 'one']);
    const { added, known } = await add('again', order('a1', contact), order('a2'), order('a3'));
    assert.deepEqual([added, known], [1, 2]);
  });

  it('has neither password nor account nor contact in clear, and no password at all once a job is done', async () => {
    const secret = { account: 'canary@example.com', by: 'email', contact: 'canary+1@example.com' } as const;
    await add('clear', order('c1', secret, 'canary-pass'));
    const [{ dump = '' } = {}] = (
      await store.pool.query<{ dump: string }>('select json_agg(job)::text as dump from mi_unbind.job job')
    ).rows;
    assert.doesNotMatch(dump, /canary/);
    assert.equal(await queue.conclude(await claimed('c1'), end, now), true);
    const { rows } = await store.pool.query(
      "select password, state from mi_unbind.job where batch = 'clear'",
    );
    assert.deepEqual(rows, [{ password: null, state: 'done' }]);
  });

  it('finds the job of an IMEI for the phone that tells it', async () => {
    await add('imei', order('', { phone: { imei: '860000000000009' } }));
    assert.equal(await queue.claim([{ serial: 'i1' }]), undefined);
    assert.equal((await queue.claim([{ serial: 'i1', imei: '860000000000009' }]))?.serial, 'i1');
  });

  it('case c8: finds the job of a second IMEI, of the phone or of the list', async () => {
    await add('imei2', order('', { phone: { imei: '860000000000108' } }));
    await add('imei2', order('', { phone: { imei: '860000000000116', imei2: '860000000000124' } }));
    assert.equal(await queue.claim([{ serial: 'i2', imei: '860000000000132' }]), undefined);
    assert.equal(
      (await queue.claim([{ serial: 'i2', imei: '860000000000132', imei2: '860000000000108' }]))?.serial,
      'i2',
    );
    assert.equal((await queue.claim([{ serial: 'i3', imei: '860000000000124' }]))?.serial, 'i3');
  });

  it('never gives one phone to two stations, nor one job', async () => {
    await add('race', ...[1, 2, 3, 4].map((n) => order('r1', { reference: `R${n}` })), order('r2'));
    // As two stations have them: by the network of one and the cable of the other.
    const phones = [
      { serial: 'r1', imei: '860000000000025' },
      { serial: 'r2', imei: '860000000000033' },
    ];
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? queue : other).claim(phones)),
    );
    assert.deepEqual(claims.flatMap((claim) => claim?.serial ?? []).sort(), ['r1', 'r2']);
  });

  it('gives a phone that is attached at two serials to one job at a time, by its IMEI or serial number', async () => {
    await add('twice', order('cable1'), order('net1'), order('cable2'), order('net2'));
    const [one, two] = [{ imei: '860000000000041', serialno: 's1' }, { serialno: 's2' }];
    const phones = [
      { serial: 'cable1', ...one },
      { serial: 'net1', ...one },
      { serial: 'cable2', ...two },
      { serial: 'net2', ...two },
    ];
    const first = await queue.claim(phones);
    assert.equal(first?.serial, 'cable1');
    assert.equal((await other.claim(phones))?.serial, 'cable2');
    assert.equal(await queue.claim(phones), undefined);
    await queue.conclude(first, end, now);
    assert.equal((await queue.claim(phones))?.serial, 'net1');
  });

  it('works on two phones that have one serial number, and one serial at two places, when their IMEIs differ', async () => {
    await add('alike', order('0123', { reference: 'A' }), order('0123', { reference: 'B' }));
    const alike = { serial: '0123', serialno: '0123' };
    assert.ok(await queue.claim([{ ...alike, imei: '860000000000058' }]));
    assert.ok(await other.claim([{ ...alike, imei: '860000000000066' }]));
  });

  it('does not begin a job before its time', async () => {
    await add('later', order('l1'));
    const at = new Date(Date.now() + 60_000).toISOString();
    await queue.conclude(await claimed('l1'), nothingDone('refused', 'network'), { then: 'again', at });
    assert.equal(await queue.claim([{ serial: 'l1' }]), undefined);
    const [job] = await office.list({ batch: 'later', limit: 1 });
    assert.deepEqual(
      [job?.state, job?.notBefore, job?.attempts, job?.end?.reason],
      ['waiting', at, 1, 'network'],
    );
    assert.deepEqual(await office.retry([job?.id ?? '']), { changed: [job?.id], left: [] });
    assert.equal((await claimed('l1')).attempts, 1, 'a person gives it all attempts again');
  });

  it('brings no refused password back while it is recovered, whatever list is read', async () => {
    const recover = {
      ifForgotten: 'recover',
      codeSource: 'imap',
      by: 'email',
      contact: 'lab@example.com',
    } as const;
    await add('refused', order('f1', recover));
    const first = await claimed('f1');
    const wrong = { ...nothingDone('refused', 'wrong-password'), passwordSubmitted: true };
    await queue.conclude(first, wrong, {
      then: 'again',
      at: new Date().toISOString(),
      round: 'without-password',
    });
    await add('refused', order('f1', recover));
    const second = await claimed('f1');
    assert.deepEqual([second.id, second.round, second.password], [first.id, 2, undefined]);
    await queue.conclude(second, nothingDone('refused', 'no-contact'), { then: 'parked' });
    await office.retry([first.id]);
    const third = await claimed('f1');
    assert.equal(third.password, undefined, 'somebody tries it again, and nobody has corrected anything');
    await queue.conclude(third, nothingDone('refused', 'no-contact'), { then: 'parked' });
    assert.equal(
      (await office.parked('refused'))[0]?.password?.reveal(),
      'Right-pass1',
      'it tells whether a list corrects it',
    );
    await add('refused', order('f1', recover, 'Corrected-1'));
    await office.retry([first.id], { corrected: true });
    assert.equal((await claimed('f1')).password?.reveal(), 'Corrected-1');
  });

  it('begins a job that is named although it is for a person, in another round, and none that is done', async () => {
    await add('named', order('n1'), order('n2'));
    const first = await claimed('n1');
    await queue.conclude(first, nothingDone('needs-person', 'second-factor'), { then: 'needs-person' });
    assert.equal(await queue.claim([{ serial: 'n1' }]), undefined);
    const again = await queue.claim([{ serial: 'n1' }, { serial: 'n2' }], { id: first.id });
    assert.deepEqual([again?.id, again?.attempts, again?.round], [first.id, 1, 2]);
    await queue.conclude(again ?? first, end, now);
    assert.equal(await queue.claim([{ serial: 'n1' }], { id: first.id }), undefined);
  });

  it('takes no end from whoever has lost the claim', async () => {
    await add('lost', order('s1'));
    const brief = new JobQueue(store, { station: 'one', worker: 'nowhere/1', leaseSeconds: 0 });
    const first = await claimed('s1', brief);
    assert.deepEqual(await brief.beat([first]), []);
    assert.ok((await new JobQueue(store, { station: 'three', leaseSeconds: 0 }).recover()) >= 1);
    const second = await claimed('s1', other);
    assert.deepEqual(await brief.beat([first]), [first]);
    assert.equal(await brief.conclude(first, nothingDone('refused'), { then: 'parked' }), false);
    assert.equal(await other.conclude(second, end, now, { delivery: '{"seq":1}' }), true);
    assert.equal(
      await other.conclude(second, end, now, { delivery: '{"seq":1}' }),
      true,
      'its answer got lost',
    );
    assert.deepEqual((await store.pool.query('select id, body from mi_unbind.delivery')).rows, [
      { id: second.claim, body: '{"seq":1}' },
    ]);
  });

  it('keeps an end until its record is written: for its own station, for one process at a time, and hands it over only then', async () => {
    await add('kept', order('k1'));
    const [ends, twoEnds] = ['one', 'two'].map((station) => new KeptEnds(store, { station })) as [
      KeptEnds,
      KeptEnds,
    ];
    const claim = await claimed('k1');
    const follows = { next: now, counts: true } as const;
    assert.equal(
      await ends.keep({ ...claim, claim: '00000000-0000-4000-8000-000000000000' }, end, follows),
      false,
    );
    assert.equal(await ends.keep(claim, end, follows), true);
    assert.equal(await ends.keep(claim, end, follows), true, 'the answer to the first may have got lost');
    assert.equal((await office.show(claim.id))?.state, 'unrecorded');
    assert.equal(await queue.claim([{ serial: 'k1' }]), undefined);
    assert.deepEqual((await office.retry([claim.id])).changed, []);
    assert.equal(await ends.take(), undefined, 'it is written right now');
    await ends.putBack(claim);
    assert.equal(await twoEnds.take(), undefined, 'its evidence is on the disk of another station');
    const kept = await ends.take();
    assert.deepEqual([kept?.claim.id, kept?.end, kept?.follows], [claim.id, end, follows]);
    assert.ok(kept?.claim.endedAt);
    assert.equal(
      await queue.conclude(claim, end, now, { delivery: 'early' }),
      false,
      'the first claim is over',
    );
    assert.equal(await queue.conclude(kept.claim, end, now, { delivery: 'late' }), true);
    const { rows } = await store.pool.query(
      "select body from mi_unbind.delivery where body in ('early', 'late')",
    );
    assert.deepEqual(rows, [{ body: 'late' }]);
    await store.pool.query('delete from mi_unbind.delivery');
    const job = await office.show(claim.id);
    assert.deepEqual([job?.state, job?.endedAt], ['done', kept.claim.endedAt]);
    assert.equal(await ends.take(), undefined);
  });

  it('offers a record again at once whose delivery was cut short, and tells of nothing', async () => {
    await store.pool.query("insert into mi_unbind.delivery (id, body) values (gen_random_uuid(), '{}')");
    const hook = { url: new Secret('http://127.0.0.1/after') };
    const stop = new AbortController();
    const cut = () => (
      stop.abort(new Error('the station ends')),
      Promise.reject(new TypeError('fetch failed'))
    );
    const tools = { clock: systemClock, signal: stop.signal };
    await deliverAll(store, hook, { ...tools, fetch: cut }, (problem) => assert.fail(problem));
    const taken: string[] = [];
    const take = (_url: unknown, { headers }: RequestInit = {}) => {
      taken.push((headers as Record<string, string>)['idempotency-key'] ?? '');
      return Promise.resolve(new Response());
    };
    const waiting = await undelivered(store);
    assert.ok(waiting > 0);
    await deliverDue(
      store,
      hook,
      { ...tools, signal: new AbortController().signal, fetch: take },
      (problem) => assert.fail(problem),
    );
    assert.deepEqual([new Set(taken).size, await undelivered(store)], [waiting, 0]);
  });

  it('brings back at once what a process of this host had in hand when it was killed', async () => {
    await add('killed', order('k1'));
    const script = `
      const { openStore } = await import(${JSON.stringify(new URL('../store/store.ts', import.meta.url).href)});
      const { JobQueue } = await import(${JSON.stringify(new URL('queue.ts', import.meta.url).href)});
      const store = await openStore({ dataDir: ${JSON.stringify(folder)}, env: process.env, keepSeconds: 1 });
      const claim = await new JobQueue(store, { station: 'one' }).claim([{ serial: 'k1' }]);
      process.stdout.write(claim.serial);
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await queue.recover();
    assert.equal(await queue.claim([{ serial: 'k1' }]), undefined);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await queue.recover(), 1);
    assert.equal((await claimed('k1')).attempts, 2);
  });

  it('holds every job of a code source that is broken, until it is released', async () => {
    const recover = {
      ifForgotten: 'recover',
      codeSource: 'gammu',
      by: 'phone',
      contact: '+359888123456',
    } as const;
    await add('hold', order('h1', recover), order('h2', recover), order('h3'));
    await queue.conclude(
      await claimed('h1'),
      nothingDone('error', 'code-source'),
      { then: 'hold-source', source: 'gammu' },
      { counts: false },
    );
    assert.deepEqual(await office.totals('hold'), { held: 2, waiting: 1 });
    assert.equal(await office.releaseSource('gammu'), 2);
    assert.equal((await claimed('h1')).attempts, 1);
  });

  it('begins no job on a phone that a command works on, until that has let it go', async () => {
    await add('command', order('m1'));
    const phone = { serial: 'm1', imei: '860000000000074' };
    const held = await holdPhone(store, { ...phone, serial: 'at-the-network', place: 'elsewhere' });
    assert.equal(await queue.claim([phone]), undefined);
    const news = Promise.withResolvers<void>();
    const stop = await queue.watch(news.resolve);
    await held.release();
    await news.promise;
    await stop();
    assert.equal((await queue.claim([phone]))?.serial, 'm1');
  });

  it('says of jobs that cannot be cancelled or tried again what they are', async () => {
    await add('people', order('p1'), order('p2'));
    const running = await claimed('p1');
    const [second] = await office.list({ batch: 'people', limit: 1 });
    const ids = [running.id, second?.id ?? '', '999999'];
    assert.deepEqual(await office.cancel(ids), {
      changed: [second?.id],
      left: [
        { id: running.id, state: 'running' },
        { id: '999999', state: 'missing' },
      ],
    });
    assert.equal(await queue.claim([{ serial: 'p2' }]), undefined);
    await queue.giveBack(running);
    assert.equal((await office.show(running.id))?.attempts, 0);
  });

  it('tells every process that something has changed', async () => {
    const changed = Promise.withResolvers<void>();
    const stop = await other.watch(changed.resolve);
    await add('news', order('n1'));
    await changed.promise;
    await stop();
  });

  it('takes the word of a person for the end of a job, and hands it over once; not of one that is done', async () => {
    await add('by-hand', order('hand1'));
    const job = await claimed('hand1');
    await queue.conclude(job, nothingDone('needs-person', 'captcha'), { then: 'needs-person' });
    const byHand = { ...nothingDone('finished-by-hand'), finishedBy: 'Eva' };
    const startedAt = new Date().toISOString();
    assert.deepEqual(
      [
        await office.finish(job.id, byHand, startedAt, '{}'),
        await office.finish(job.id, byHand, startedAt, '{}'),
      ],
      [true, false],
    );
    const ended = await office.show(job.id);
    assert.deepEqual([ended?.state, ended?.end?.finishedBy, ended?.startedAt], ['done', 'Eva', startedAt]);
  });

  it('forgets whose job it was, and lets it begin no more; what has not ended keeps everything', async () => {
    const of = {
      account: 'canary@example.com',
      contact: 'canary+2@example.com',
      ownerConsent: 'canary signed',
      reference: 'F1',
    };
    await add(
      'forget',
      order('forget-1', of),
      order('forget-2', of),
      order('forget-3', { ...of, reference: 'F2' }),
    );
    const { pool } = store;
    const [first, second] = await office.referred('F1');
    assert.ok(first && second);
    await queue.conclude(
      await claimed('forget-1'),
      { ...end, account: 'canary***', evidence: '/runs/canary' },
      { then: 'parked' },
    );
    const body = (job: string) => JSON.stringify({ event: 'after', record: { job } });
    for (const job of [first.id, second.id])
      await pool.query('insert into mi_unbind.delivery (id, body) values (gen_random_uuid(), $1)', [
        body(job),
      ]);
    assert.equal(
      await office.forget([first.id, second.id], '2026-03-01T10:00:00.000Z'),
      1,
      'one still waits',
    );
    const forgotten = await office.show(first.id);
    assert.deepEqual(
      [forgotten?.state, forgotten?.order.account, forgotten?.order.contact],
      ['cancelled', '', undefined],
    );
    assert.equal(forgotten?.order.forgotten, '2026-03-01T10:00:00.000Z');
    const row = (
      await pool.query<{ text: string }>('select job::text as text from mi_unbind.job where id = $1', [
        first.id,
      ])
    ).rows[0]?.text;
    assert.doesNotMatch(row ?? '', /canary/);
    assert.equal((await office.show(second.id))?.order.account, 'canary@example.com');
    assert.deepEqual((await office.retry([first.id])).changed, []);
    assert.equal(await queue.claim([{ serial: 'forget-1' }], { id: first.id }), undefined);
    const { rows } = await pool.query<{ body: string }>('select body from mi_unbind.delivery');
    assert.ok(
      rows.every((one) => one.body !== body(first.id)),
      'AFTER_URL does not get it any more',
    );
    await office.cancel([second.id]);
    await office.forget([second.id], '2026-03-01T10:00:00.000Z');
    await queue.claim([{ serial: 'forget-3' }]);
  });

  it('looks things up by an index among 20,000 finished jobs', async () => {
    await store.pool.query(
      `insert into mi_unbind.job (batch, key, phone, wish, sealed, keep_secret, state)
       select 'old' || n % 100, 'k' || n, 'serial:' || n, '{}', '', false, 'done' from generate_series(1, 20000) n`,
    );
    await store.pool.query('analyze mi_unbind.job');
    const asked: string[] = [];
    const { seal, listen, assertCurrent } = store;
    const spying = { seal, listen, assertCurrent, pool: explaining(store, asked) };
    await new JobQueue(spying, { station: 'one' }).claim([{ serial: 'none' }]);
    await new JobQueue(spying, { station: 'one' }).recover();
    const explained = new JobAdmin(spying);
    await explained.list({ limit: 50 });
    await explained.open('old7');
    await explained.totals('old7');
    assert.ok(asked.length >= 6);
    for (const plan of asked) assert.doesNotMatch(plan, /Seq Scan on job/);
  });
});

/** A pool that keeps how each question would be answered, and answers none. */
function explaining({ pool }: Store, plans: string[]): Store['pool'] {
  const query = async (sql: string, values?: unknown[]) => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return { rows: [], rowCount: 0 };
  };
  return { query } as unknown as Store['pool'];
}

describe('a phone in hand', () => {
  const place = 'here:5037';
  const phone = (serial: string, more: object = {}) => ({ serial, place, ...more });
  const busy = (identity: ReturnType<typeof phone>) => assert.rejects(holdPhone(store, identity), BusyError);

  it('is one run’s alone, at whichever serial, until that lets it go', async () => {
    const one = { imei: '860000000000108', serialno: 'w1' };
    const held = await holdPhone(store, phone('cable', one));
    await busy(phone('10.0.0.7:5555', one));
    await busy({ serial: 'cable', place: 'another:5037', ...one });
    await busy(phone('cable'));
    await busy(phone('late', { serialno: 'w1' }));
    await held.check();
    await held.release();
    await (await holdPhone(store, phone('10.0.0.7:5555', one))).release();
  });

  it('is not another one that has the same serial number and another IMEI, or the same serial at another adb server', async () => {
    const holds = [
      await holdPhone(store, phone('a', { imei: '860000000000116', serialno: 'same' })),
      await holdPhone(store, phone('b', { imei: '860000000000124', serialno: 'same' })),
      await holdPhone(store, { serial: 'a', place: 'there:5037', imei: '860000000000132' }),
      await holdPhone(store, phone('c')),
    ];
    await busy(phone('d', { serialno: 'same' }));
    for (const held of holds) await held.release();
  });

  it('is taken over from a run that says nothing for too long, which then does nothing more', async () => {
    const one = { imei: '860000000000140' };
    const held = await holdPhone(store, phone('frozen', one), { worker: 'elsewhere/1' });
    await busy(phone('frozen', one));
    // As it is found after that time: nothing is waited for here.
    await store.pool.query("update mi_unbind.hold set alive_at = now() - interval '1 hour' where imei = $1", [
      one.imei,
    ]);
    const next = await holdPhone(store, phone('other way', one));
    await assert.rejects(held.check(), TakenOverError);
    await held.release();
    await next.check();
    await next.release();
  });

  it("goes by the database's clock: a station whose own is an hour fast or slow takes no job and no phone over", async (t) => {
    await add('clock', order('hour-1'));
    const claim = await claimed('hour-1');
    const held = await holdPhone(store, phone('hour-1'), { worker: 'elsewhere/1' });
    for (const hours of [1, -1]) {
      let elapsed = 0;
      const clock = { ...systemClock, now: () => Date.now(), elapsed: () => elapsed };
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() + hours * 60 * 60_000 });
      const wrong = new JobQueue(store, { station: 'three', worker: 'elsewhere/3', clock });
      assert.equal(await wrong.recover(), 0);
      // It has heard no new word for an hour, by its own measure.
      elapsed = 60 * 60_000;
      assert.deepEqual([await wrong.recover(), await wrong.claim([{ serial: 'hour-1' }])], [0, undefined]);
      await busy(phone('hour-1'));
      await held.check();
      t.mock.timers.reset();
    }
    assert.deepEqual(await queue.beat([claim]), []);
    await held.release();
  });

  it('stays a run’s own when it stood still and nobody wanted the phone', async () => {
    const held = await holdPhone(store, phone('quiet'), { leaseSeconds: 0 });
    await held.check();
    await held.release();
  });

  it('is free at once when the process of this host is gone that had it', async () => {
    await holdPhone(store, phone('dead'), { worker: workerName(2 ** 22 + 1) });
    await (await holdPhone(store, phone('dead'))).release();
  });
});
