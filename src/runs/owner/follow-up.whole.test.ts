import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { withDatabase } from '../../live/ready-database.ts';
import { systemClock } from '../../clock.ts';
import { KeptEnds } from '../../jobs/ends.ts';
import { JobAdmin } from '../../jobs/admin.ts';
import type { Job, JobEnd, Next } from '../../jobs/job.ts';
import { next, exitCodeOf } from '../../jobs/next.ts';
import { nothingDone } from '../../jobs/nothing-done.ts';
import { JobQueue } from '../../jobs/queue.ts';
import type { LockStatus } from '../../lock/lock-status.ts';
import { entryOf, numbersOf } from '../../report/chain.ts';
import { readRecord, writeRecord } from '../../report/record.ts';
import { verifyRecords } from '../../report/verify.ts';
import { paths } from '../../store/postmaster.ts';
import { openStore, type Store } from '../../store/store.ts';
import { StoreClock } from '../../store/store-clock.ts';
import { followUpOnce, type FollowUp } from './follow-up.ts';
import { watchLock } from './lock-after.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-follow-'));
const records = join(folder, 'records');
const about = { operator: 'Eva', station: 'one', tool: 'mi-unbind test' };
const IMEIS = ['867320001234563', '867320001234571'] as const;
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

let store: Store;
let office: JobAdmin;
let queue: JobQueue;
/** What the server says of each IMEI, and how often it was asked. */
let says: (imei: string) => Partial<LockStatus>;
let asked: string[] = [];
let now = Date.now();
const clock = { now: () => now, elapsed: () => now, sleep: async (ms: number) => void (now += ms) };
const at = (ms: number) => new Date(now + ms).toISOString();

before(async () => {
  store = await openStore({ dataDir: withDatabase(join(folder, 'data')), env: {}, keepSeconds: 1 });
  office = new JobAdmin(store);
  queue = new JobQueue(store, { station: 'one' });
});
after(async () => {
  await store?.close();
  while (existsSync(join(paths(join(folder, 'data')).data, 'postmaster.pid'))) await pause(50);
  rmSync(folder, { recursive: true });
});

const toolsOf = (changes: Partial<FollowUp> = {}): FollowUp => ({
  ...{ store, clock, about, shelf: { folder: records } },
  check: {
    check: async (imei, options) => {
      assert.equal(options?.fresh, true, 'no answer of before counts');
      asked.push(imei);
      return { imei, state: 'on', source: 'xiaomi', at: at(0), ...says(imei) };
    },
  },
  signal: new AbortController().signal,
  onProblem: (problem) => assert.fail(problem),
  ...changes,
});
const settings = { lockCheck: 'xiaomi', requireLockOff: false, holdDays: 30 } as const;

/** A job whose phone was signed out at this moment, as a station ends it. */
async function signedOut(serial: string, more: Partial<typeof settings> | object = {}): Promise<string> {
  const claim = await claimed(serial);
  const ended: JobEnd = {
    ...{ ...nothingDone('signed-out'), imei: IMEIS[0], imei2: IMEIS[1], verifiedAt: at(0) },
    lock: { state: 'on', at: at(-2 * SECOND) },
  };
  const station = { settings: { ...settings, ...more }, store: async () => store, notice: () => undefined };
  const end = await watchLock(station as never, claim, ended, clock);
  await conclude(claim, end, next(end, claim, new Date(now)));
  return claim.id;
}
async function claimed(serial: string, imei: string = IMEIS[0]) {
  const order: Job['order'] = {
    ...{ phone: { imei, imei2: IMEIS[1] }, account: 'owner@example.com', data: 'keep' },
    ...{ ifForgotten: 'stop', reference: serial, ownerConsent: '' },
  };
  await queue.add(serial, [{ order, row: 2 }], { keepSecrets: false });
  const claim = await queue.claim([{ serial, imei }], { batch: serial });
  assert.ok(claim);
  return claim;
}
async function conclude(claim: Awaited<ReturnType<typeof claimed>>, end: JobEnd, follows: Next) {
  const ended = { ...claim, endedAt: at(0) };
  const state = follows.then === 'done' ? 'done' : 'held';
  const whole = { job: { ...ended, end }, end, state, account: 'o***r@example.com', ledger: [], ...about };
  await writeRecord(whole as never, { folder: records });
  assert.equal(await queue.conclude(claim, end, follows), true);
}
const job = async (id: string) => (await office.show(id)) as Job;
const facts = () =>
  numbersOf(records).map((seq) => readRecord(records, entryOf(records, seq)!.folder)!.record);
const beforeEachAsk = () => ((asked = []), undefined);

describe('what goes on after a run', () => {
  it('asks both IMEIs at 15, 60 and 120 s and then hourly, and says off in a supplement to the sealed record', async () => {
    beforeEachAsk();
    says = (imei) => ({ state: imei === IMEIS[1] ? 'off' : 'on' });
    const id = await signedOut('after-1');
    assert.equal((await job(id)).state, 'done');
    const base = facts().at(-1)!;
    const times: number[] = [];
    const began = now;
    for (const second of [5, 15, 30, 60, 90, 120, 600, 3600]) {
      now = began + second * SECOND;
      const before = asked.length;
      await followUpOnce(toolsOf());
      if (asked.length > before) times.push(second);
      if (second === 120) {
        assert.equal((await job(id)).lockAfter?.state, 'on');
        assert.match(facts().at(-1)!.facts[0]?.value ?? '', /^before: on .* · after: on /);
        assert.match(facts().at(-1)!.facts[0]?.todo ?? '', /lock not confirmed/);
      }
    }
    assert.deepEqual(times, [15, 60, 120, 3600]);
    assert.deepEqual(asked.slice(0, 2), [...IMEIS]);
    says = () => ({ state: 'off' });
    now = began + 2 * HOUR;
    await followUpOnce(toolsOf());
    const last = facts().at(-1)!;
    assert.match(last.facts[0]?.value ?? '', /^before: on \S+ \S+ \S+ · after: off \S+/);
    assert.deepEqual(
      last.supplements?.map(({ seq }) => seq),
      [base.seq],
    );
    assert.deepEqual([(await job(id)).lockAfter?.state, (await job(id)).lockAfter?.isOver], ['off', true]);
    const count = asked.length;
    now += DAY;
    await followUpOnce(toolsOf());
    assert.equal(asked.length, count, 'it is asked no more');
    assert.deepEqual((await verifyRecords(records)).problems, []);
  });

  it('stops after a day, whatever was said, and the job stays signed out', async () => {
    says = () => ({ state: 'unknown', why: 'the server asks for a captcha' });
    const id = await signedOut('after-2');
    now += 25 * HOUR;
    await followUpOnce(toolsOf());
    const { state, end, lockAfter } = await job(id);
    assert.deepEqual(
      [state, end?.outcome, lockAfter?.state, lockAfter?.isOver],
      [...(['done', 'signed-out', 'unknown', true] as const)],
    );
    assert.match(facts().at(-1)!.facts[0]?.value ?? '', /unknown \(the server asks for a captcha\)/);
  });

  it('with --require-lock-off a job is held until the first answers, then for a person, and done once the server says off', async () => {
    for (const answer of ['on', 'unknown'] as const) {
      says = () => ({ state: answer });
      const id = await signedOut(`required-${answer}`, { requireLockOff: true });
      assert.deepEqual([(await job(id)).state, (await job(id)).hold?.reason], ['held', 'lock-on']);
      now += 16 * SECOND;
      await followUpOnce(toolsOf());
      assert.equal((await job(id)).state, 'held');
      now += 120 * SECOND;
      await followUpOnce(toolsOf());
      const person = await job(id);
      assert.deepEqual(
        [person.state, person.end?.outcome, person.end?.reason],
        [...(['needs-person', 'needs-person', 'lock-still-on'] as const)],
      );
      assert.equal(exitCodeOf([person]), 3);
      says = () => ({ state: 'off' });
      now += HOUR;
      await followUpOnce(toolsOf());
      const done = await job(id);
      assert.deepEqual([done.state, done.end?.outcome, done.end?.reason], ['done', 'signed-out', undefined]);
    }
  });

  it('takes no off from one IMEI of two, from a lost phone, or from a phone without an IMEI', async () => {
    for (const [name, answer] of [
      ['one', (imei: string) => ({ state: imei === IMEIS[0] ? ('off' as const) : ('unknown' as const) })],
      ['lost', () => ({ state: 'off' as const, lost: true })],
    ] as const) {
      says = answer;
      const id = await signedOut(`never-${name}`, { requireLockOff: true });
      now += 130 * SECOND;
      await followUpOnce(toolsOf());
      assert.equal((await job(id)).state, 'needs-person', name);
    }
  });

  it('two stations ask each phone once, and the record is written where the first one is', async () => {
    beforeEachAsk();
    says = () => ({ state: 'off' });
    const id = await signedOut('shared');
    now += 20 * SECOND;
    const elsewhere = join(folder, 'elsewhere');
    const two = toolsOf({ about: { ...about, station: 'two' }, shelf: { folder: elsewhere } });
    await Promise.all([followUpOnce(two), followUpOnce(two), followUpOnce(two)]);
    assert.equal(asked.length, IMEIS.length);
    assert.deepEqual(numbersOf(elsewhere), []);
    const count = numbersOf(records).length;
    await followUpOnce(toolsOf());
    await followUpOnce(toolsOf());
    assert.equal(numbersOf(records).length, count + 1);
    assert.equal((await job(id)).lockAfter?.state, 'off');
  });

  it('a held phone whose owner clears it ends by itself, in words that are not green', async () => {
    says = () => ({ state: 'on' });
    const claim = await claimed('held-1');
    await conclude(
      claim,
      { ...nothingDone('refused', 'wrong-password'), imei: IMEIS[0] },
      { then: 'parked' },
    );
    await office.hold([claim.id], { reason: 'owner-asked', until: at(30 * DAY) });
    await followUpOnce(toolsOf());
    assert.equal((await job(claim.id)).state, 'held');
    says = (imei) => ({ state: imei === IMEIS[0] ? 'off' : 'on' });
    now += 6 * HOUR;
    await followUpOnce(toolsOf());
    assert.equal((await job(claim.id)).state, 'held', 'its other IMEI is on');
    says = () => ({ state: 'off' });
    now += 6 * HOUR;
    await followUpOnce(toolsOf());
    const kept = await new KeptEnds(store, { station: 'one' }).take();
    assert.equal(kept?.claim.id, claim.id);
    assert.equal(kept?.end.outcome, 'cleared-by-owner');
    const record = { job: kept.claim, end: kept.end, state: 'done', account: '', ledger: [], ...about };
    const { file } = await writeRecord(record as never, { folder: records });
    const sheet = readFileSync(file, 'utf8');
    assert.match(sheet, /The server says off; not verified on the phone\./);
    assert.match(sheet, /<body class="fair">/);
    assert.equal(await queue.conclude(kept.claim, kept.end, kept.follows.next), true);
    const done = await job(claim.id);
    assert.deepEqual([done.state, done.end?.verifiedAt, exitCodeOf([done])], ['done', undefined, 0]);
  });

  it('a held phone goes back after its time, also one that is lost; that one is asked for no more', async () => {
    says = () => ({ state: 'on' });
    const held = async (name: string, reason: 'owner-asked' | 'lost') => {
      const claim = await claimed(name);
      await conclude(claim, { ...nothingDone('refused', 'no-password'), imei: IMEIS[0] }, { then: 'parked' });
      await office.hold([claim.id], { reason, until: at(10 * DAY) });
      return claim;
    };
    const [waits, lost] = [await held('back-1', 'owner-asked'), await held('back-2', 'lost')];
    now += 9 * DAY;
    await followUpOnce(toolsOf());
    assert.equal((await job(waits.id)).state, 'held');
    says = () => ({ state: 'off' });
    beforeEachAsk();
    const last = await store.pool.query("update mi_unbind.job set state = 'parked' where id = $1", [
      waits.id,
    ]);
    assert.equal(last.rowCount, 1);
    now += 2 * DAY;
    await followUpOnce(toolsOf());
    assert.deepEqual(asked, [], 'a lost phone is not asked for');
    const kept = await new KeptEnds(store, { station: 'one' }).take();
    assert.deepEqual(
      [kept?.claim.id, kept?.end.outcome, kept?.follows.next.then],
      [...[lost.id, 'return-to-sender', 'needs-person']],
    );
  });

  it('a held phone does not go back early at a station whose clock is an hour ahead: the database has the time', async () => {
    const claim = await claimed('ahead-1');
    await conclude(claim, nothingDone('refused', 'no-password'), { then: 'parked' });
    const until = new Date(Date.now() + HOUR / 2).toISOString();
    await office.hold([claim.id], { reason: 'lost', until });
    const own = { ...systemClock, now: () => Date.now() + HOUR };
    const clock = new StoreClock(own);
    assert.ok(clock.now() > Date.parse(until), 'before it has looked it has its own time');
    const tools = { ...toolsOf(), clock, setClock: () => clock.set(store) };
    await followUpOnce(tools);
    assert.equal((await job(claim.id)).state, 'held');
    await followUpOnce({ ...tools, clock: own });
    assert.notEqual((await job(claim.id)).state, 'held', 'by its own clock it would have gone back');
  });

  it('a phone that is held as lost is not begun, tried again, released or called finished, only taken off', async () => {
    const claim = await claimed('lost-1');
    const end = await watchLock(
      { settings, store: async () => store, notice: () => undefined } as never,
      claim,
      { ...nothingDone('needs-person', 'lost-mode'), imei: IMEIS[0] },
      clock,
    );
    await conclude(claim, end, next(end, claim, new Date(now)));
    const { id } = claim;
    const held = await job(id);
    assert.deepEqual(
      [held.state, held.hold?.reason, held.hold?.until, exitCodeOf([held])],
      [...['held', 'lost', at(30 * DAY), 3]],
    );
    assert.equal(await queue.claim([{ serial: 'lost-1', imei: IMEIS[0] }], { id }), undefined);
    for (const change of [office.retry([id]), office.release([id]), office.hold([id])])
      assert.deepEqual(await change, { changed: [], left: [{ id, state: 'held', isLost: true }] });
    assert.equal(await office.finish(id, nothingDone('finished-by-hand'), at(0)), false);
    assert.deepEqual((await office.cancel([id])).changed, [id]);
  });
});
