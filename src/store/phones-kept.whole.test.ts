import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Clock } from '../clock.ts';
import { withDatabase } from '../live/ready-database.ts';
import { forgetFound, foundBefore, keepFound } from './as-found.ts';
import { LockRequests, type LockRequest } from './lock-requests.ts';
import { runningServer } from './postmaster.ts';
import { openStore, type Store } from './store.ts';
import { StoreClock } from './store-clock.ts';
import { endSubmissions, hasSubmitted } from './submissions.ts';
import { PostgresLedger } from './ledger.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-kept-'));
const IMEI = '860000000000009';
const OTHER = '860000000000025';
let store: Store;
before(async () => {
  store = await openStore({ dataDir: withDatabase(folder), env: {}, keepSeconds: 1 });
});
after(async () => {
  await store?.close();
  while (runningServer(folder)) await pause(50);
  rmSync(folder, { recursive: true });
});

describe('how a phone was before it was changed', () => {
  const phone = { serial: 'a1', place: 'host', imei: IMEI };
  beforeEach(() => store.pool.query('truncate mi_unbind.as_found'));
  const age = (days: number) =>
    store.pool.query("update mi_unbind.as_found set at = at - $1 * interval '1 day'", [days]);

  it('is kept until it is so again, whatever a later run finds', async () => {
    assert.equal(await foundBefore(store, phone), undefined);
    await keepFound(store, phone, { animations: 1 });
    await keepFound(store, phone, { animations: 0 });
    assert.deepEqual(await foundBefore(store, phone), { animations: 1 });
    await forgetFound(store, phone);
    assert.equal(await foundBefore(store, phone), undefined);
  });

  it('is that of the phone with this IMEI, whatever its serial is; without one of its own serial number', async () => {
    await keepFound(store, phone, { of: 'imei' });
    assert.deepEqual(await foundBefore(store, { ...phone, serial: '10.0.0.7:5555', place: 'else' }), {
      of: 'imei',
    });
    const numbered = { serial: 'a1', place: 'host', serialno: 's1' };
    await keepFound(store, numbered, { of: 'serialno' });
    assert.deepEqual(await foundBefore(store, { ...numbered, serial: 'b2' }), { of: 'serialno' });
    const bare = { serial: 'a1', place: 'host' };
    assert.equal(await foundBefore(store, bare), undefined);
    await keepFound(store, bare, { of: 'serial' });
    assert.deepEqual(await foundBefore(store, bare), { of: 'serial' });
    assert.equal(await foundBefore(store, { ...bare, place: 'else' }), undefined);
    await forgetFound(store, numbered);
    assert.deepEqual(await foundBefore(store, phone), { of: 'imei' });
  });

  it('says nothing any more after thirty days, and is then kept anew', async () => {
    await keepFound(store, phone, { animations: 1 });
    await age(29.9);
    assert.deepEqual(await foundBefore(store, phone), { animations: 1 });
    await keepFound(store, phone, { animations: 0 });
    assert.deepEqual(await foundBefore(store, phone), { animations: 1 });
    await age(0.2);
    assert.equal(await foundBefore(store, phone), undefined);
    await keepFound(store, phone, { animations: 0 });
    assert.deepEqual(await foundBefore(store, phone), { animations: 0 });
  });
});

describe('what a source of the lock was asked', () => {
  const slept: [number, string][] = [];
  const clock: Clock = {
    now: Date.now,
    elapsed: () => 0,
    async sleep(ms, why, signal) {
      signal?.throwIfAborted();
      slept.push([ms, why]);
      await new Promise((turn) => setImmediate(turn));
    },
  };
  let requests: LockRequests;
  before(() => {
    requests = new LockRequests(store, clock);
  });
  beforeEach(() => store.pool.query('truncate mi_unbind.lock_request, mi_unbind.lost_phone'));
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const answer = (changes: Partial<LockRequest> = {}): LockRequest => ({
    imei: IMEI,
    state: 'on',
    at: minutesAgo(10),
    source: 'site',
    ...changes,
  });

  it('is said of this phone and source, the newest answer first, as far as it is new enough', async () => {
    await requests.keep(answer({ at: minutesAgo(20), state: 'off' }), undefined);
    const newest = answer({ lost: false, why: 'the page says so' });
    await requests.keep(newest, undefined);
    assert.deepEqual(await requests.recent('site', IMEI, 30 * 60_000), newest);
    assert.equal(await requests.recent('site', IMEI, 9 * 60_000), undefined);
    assert.equal(await requests.recent('site', OTHER, 30 * 60_000), undefined);
    assert.equal(await requests.recent('other', IMEI, 30 * 60_000), undefined);
    const { rows } = await store.pool.query('select imei from mi_unbind.lock_request');
    assert.ok(rows.every(({ imei }: { imei: string }) => !imei.includes(IMEI)));
  });

  it('is no answer where it was refused, or where the phone was signed out since', async () => {
    const plain = answer();
    await requests.keep(plain, undefined);
    await requests.keep(answer({ at: minutesAgo(1), state: 'unknown' }), 'captcha');
    assert.deepEqual(await requests.recent('site', IMEI, 30 * 60_000), plain);
    await requests.outdate([OTHER]);
    assert.deepEqual(await requests.recent('site', IMEI, 30 * 60_000), plain);
    await requests.outdate([OTHER, IMEI]);
    assert.equal(await requests.recent('site', IMEI, 30 * 60_000), undefined);
  });

  it('counts for a day, refusals too', async () => {
    const [old, first, second] = [minutesAgo(24 * 60 + 1), minutesAgo(23 * 60), minutesAgo(5)];
    await requests.keep(answer({ at: first }), undefined);
    await requests.keep(answer({ at: second, imei: OTHER, state: 'unknown' }), 'refused');
    await requests.keep(answer({ at: second, source: 'other' }), undefined);
    await requests.keep(answer({ at: old }), undefined);
    assert.deepEqual(await requests.requests('site'), [
      { at: Date.parse(second), refusal: 'refused' },
      { at: Date.parse(first), refusal: undefined },
    ]);
    const { rowCount } = await store.pool.query('select from mi_unbind.lock_request');
    assert.equal(rowCount, 3, 'what is older is dropped');
  });

  it('keeps a phone as lost until an answer says that it is not', async () => {
    assert.equal(await requests.isLost([IMEI, OTHER]), false);
    await requests.keep(answer({ lost: true }), undefined);
    assert.equal(await requests.isLost([OTHER, IMEI]), true);
    assert.equal(await requests.isLost([OTHER]), false);
    await requests.keep(answer({ state: 'unknown', lost: false }), undefined);
    await requests.keep(answer(), undefined);
    assert.equal(await requests.isLost([IMEI]), true, 'an answer that says nothing of it');
    await requests.keep(answer({ lost: false, state: 'off' }), undefined);
    assert.equal(await requests.isLost([IMEI]), false);
  });

  it('is asked by one at a time', async () => {
    const [began, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const order: string[] = [];
    const first = requests.alone('site', async () => {
      began.resolve();
      await go.promise;
      order.push('first');
      return 1;
    });
    await began.promise;
    const second = requests.alone('site', async () => order.push('second'));
    assert.equal(await requests.alone('other', async () => 'at once'), 'at once');
    while (slept.length === 0) await new Promise((turn) => setImmediate(turn));
    assert.deepEqual(slept[0], [250, 'another request to site']);
    const stop = AbortSignal.abort(new Error('enough'));
    await assert.rejects(
      requests.alone('site', async () => assert.fail('it has its turn'), stop),
      /enough/,
    );
    go.resolve();
    assert.equal(await first, 1);
    await second;
    assert.deepEqual(order, ['first', 'second']);
    await assert.rejects(
      requests.alone('site', async () => Promise.reject(new Error('it broke'))),
      /it broke/,
    );
    assert.equal(await requests.alone('site', async () => 'again'), 'again');
  });
});

it("the database's time counts on between two looks by this computer's clock", async () => {
  let now = 1_000_000;
  const slept: unknown[] = [];
  const clock = new StoreClock({
    now: () => now,
    elapsed: () => now - 1_000_000,
    sleep: async (...asked) => void slept.push(asked),
  });
  assert.equal(clock.now(), 1_000_000);
  await clock.set(store);
  const first = clock.now();
  const { rows } = await store.pool.query<{ now: Date }>('select clock_timestamp() as now');
  const theirs = rows[0]?.now.getTime() ?? 0;
  // Neither before the look, nor after the next one.
  assert.ok(first <= theirs + 1 && first > Date.parse('2020-01-01'));
  now += 5000;
  assert.equal(clock.now(), first + 5000);
  assert.equal(clock.elapsed(), 5000);
  const { signal } = new AbortController();
  await clock.sleep(7, 'a reason', signal);
  assert.deepEqual(slept, [[7, 'a reason', signal]]);
});

it('a password that was submitted explains what follows in its round, or on its phone until a run has ended', async () => {
  await store.pool.query('truncate mi_unbind.ledger, mi_unbind.alias');
  const enter = (job?: { id: string; round: number }) =>
    new PostgresLedger(store.pool, store.seal, {
      budget: { 'password-submitted': 9 },
      ...(job && { job }),
    }).enter({
      account: '6230001535',
      act: 'password-submitted',
      serial: 'a1',
    });
  await enter();
  assert.equal(await hasSubmitted(store.pool, 'a1'), true);
  assert.equal(await hasSubmitted(store.pool, 'b2'), false);
  assert.equal(await hasSubmitted(store.pool, 'a1', { id: '7', round: 1 }), false);
  await enter({ id: '7', round: 1 });
  assert.equal(await hasSubmitted(store.pool, 'a1', { id: '7', round: 1 }), true);
  assert.equal(await hasSubmitted(store.pool, 'a1', { id: '7', round: 2 }), false);
  assert.equal(await hasSubmitted(store.pool, 'a1', { id: '8', round: 1 }), false);
  await endSubmissions(store.pool, 'b2');
  assert.equal(await hasSubmitted(store.pool, 'a1'), true);
  await endSubmissions(store.pool, 'a1');
  assert.equal(await hasSubmitted(store.pool, 'a1'), false);
  // A round of a job is asked about after its run has ended, too.
  assert.equal(await hasSubmitted(store.pool, 'a1', { id: '7', round: 1 }), true);
});
