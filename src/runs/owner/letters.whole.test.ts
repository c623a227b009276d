import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { withDatabase } from '../../live/ready-database.ts';
import { JobAdmin } from '../../jobs/admin.ts';
import type { Job } from '../../jobs/job.ts';
import { nothingDone } from '../../jobs/nothing-done.ts';
import { JobLetters } from '../../jobs/letters.ts';
import { JobQueue } from '../../jobs/queue.ts';
import type { LockStatus } from '../../lock/lock-status.ts';
import { entryOf, numbersOf } from '../../report/chain.ts';
import { readRecord } from '../../report/record.ts';
import { Secret } from '../../secret.ts';
import { Letters } from '../../store/letters.ts';
import { paths } from '../../store/postmaster.ts';
import { openStore, type Store } from '../../store/store.ts';
import { localTime } from '../../words/local-time.ts';
import { decide, letterFor, recordLetters, remind, sendLetter, type LetterDesk } from './letters.ts';
import { openMailer, type Mailer } from './mailer.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-letters-'));
const records = join(folder, 'records');
const IMEI = '867320001234563';
const DAY = 24 * 60 * 60_000;
const signal = new AbortController().signal;
/** What the mail server got, and what it answers to a mail. */
let got: { to: string[]; source: string }[] = [];
let answers: 'yes' | 'no' = 'yes';
let says: Partial<LockStatus> = {};
let now = Date.UTC(2026, 10, 30, 9);
const clock = { now: () => now, elapsed: () => now, sleep: async (ms: number) => void (now += ms) };

let store: Store;
let office: JobAdmin;
let mailer: Mailer;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onData(stream, session, callback) {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      if (answers === 'no') return callback(Object.assign(new Error('no'), { responseCode: 554 }));
      got.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        source: Buffer.concat(parts).toString(),
      });
      return callback();
    });
  },
});

before(async () => {
  store = await openStore({ dataDir: withDatabase(join(folder, 'data')), env: {}, keepSeconds: 1 });
  office = new JobAdmin(store);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.server.address() as AddressInfo;
  mailer = openMailer(new Secret(`smtp://127.0.0.1:${port}`), 'Lab <lab@example.com>');
});
after(async () => {
  mailer?.close();
  await new Promise<void>((closed) => server.close(() => closed()));
  await store?.close();
  while (existsSync(join(paths(join(folder, 'data')).data, 'postmaster.pid'))) await pause(50);
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  got = [];
  answers = 'yes';
  says = { state: 'on' };
});

const deskOf = (reminderDays = 0): LetterDesk => ({
  ...{ store, clock, about: { operator: 'Eva', station: 'one', tool: 'mi-unbind test' } },
  settings: { holdDays: 30, reminderDays, letterTemplates: undefined },
  lab: 'Repair Lab',
  check: {
    check: async (imei) => ({
      imei,
      state: 'on',
      source: 'xiaomi',
      at: new Date(now).toISOString(),
      ...says,
    }),
  },
});
const remindNow = (hook = false, post: Mailer | undefined = mailer) => {
  const said: string[] = [];
  const desk = {
    ...deskOf(7),
    mailer: post,
    hook,
    onReminded: (_: Job, what: string) => void said.push(what),
  };
  return remind(desk).then(() => said);
};

/**
 * Reminds as a process does that is killed at this step: a statement, or the mail. Nothing of it is done any more after
 * that. False: it came to its end.
 */
async function diesAt(last: number, when: 'before the step' | 'after the step'): Promise<boolean> {
  let step = 0;
  const mortal = async <T>(work: () => Promise<T>): Promise<T> => {
    if (++step > last || (step === last && when === 'before the step')) throw new Error('killed');
    const result = await work();
    if (step >= last) throw new Error('killed');
    return result;
  };
  const pool = new Proxy(store.pool, {
    get: (real, name) =>
      name === 'query'
        ? (...words: [string, unknown[]]) => mortal(() => real.query(...words))
        : (Reflect.get(real, name) as unknown),
  });
  const post: Mailer = { ...mailer, send: (...mail) => mortal(() => mailer.send(...mail)) };
  const desk = {
    ...deskOf(7),
    store: { ...store, pool } as Store,
    mailer: post,
    hook: false,
    onReminded: () => undefined,
  };
  await remind(desk).catch(() => undefined);
  return step >= last;
}

/** A job that stands still because its phone is locked. */
async function parked(name: string, more: Partial<Job['order']> = {}): Promise<Job> {
  const queue = new JobQueue(store, { station: 'one' });
  const order: Job['order'] = {
    ...{ phone: { imei: IMEI }, account: 'owner@example.com', data: 'keep', ifForgotten: 'stop' },
    ...{ reference: name, ownerConsent: '', ownerEmail: `${name}@example.com`, ownerLanguage: 'bg' },
    ...more,
  };
  await queue.add(name, [{ order, row: 2 }], { keepSecrets: false });
  const claim = await queue.claim([{ serial: name, imei: IMEI }], { batch: name });
  assert.ok(claim);
  const end = { ...nothingDone('refused', 'wrong-password'), imei: IMEI, model: 'Redmi 9' };
  await queue.conclude(claim, end, { then: 'parked' });
  return show(claim.id);
}
const show = async (id: string): Promise<Job> => (await office.show(id)) as Job;
const send = (job: Job, post: Mailer = mailer, reminderDays = 0) =>
  sendLetter(job, post, deskOf(reminderDays), { signal });

describe('letters to owners', () => {
  it('a letter that a person sends goes to the owner in his language, holds the job, and is on record', async () => {
    const job = await parked('first');
    await send(job);
    assert.deepEqual(
      got.map(({ to }) => to),
      [['first@example.com']],
    );
    const [{ source = '' } = {}] = got;
    assert.match(source, /^From: Lab <lab@example\.com>\r\nTo: first@example\.com\r\nSubject: =\?UTF-8\?/m);
    assert.match(source, /^Message-ID: <letter-\d+-2026-11-30@example\.com>/m);
    assert.match(source, /^Content-Type: multipart\/alternative/m);
    const held = await show(job.id);
    assert.deepEqual(
      [held.state, held.hold?.reason, held.letters?.map(({ kind, state }) => [kind, state])],
      [...['held', 'owner-asked', [['first', 'sent']]]],
    );
    assert.equal(held.hold?.until, new Date(now + 30 * DAY).toISOString());
    await recordLetters(deskOf(), { folder: records });
    await recordLetters(deskOf(), { folder: records });
    assert.equal(numbersOf(records).length, 1);
    const { facts } = readRecord(records, entryOf(records, 1)!.folder)!.record;
    assert.match(facts[0]?.value ?? '', /^sent to f\*\*\*@example\.com, 2026-11-30 .*, in 'bg', by Eva$/);
  });

  it('of one day a job has one letter', async () => {
    const job = await parked('twice');
    await send(job);
    await assert.rejects(send(await show(job.id)), /one of 2026-11-30 is there already/);
    assert.equal(got.length, 1);
  });

  it('a phone that is reported lost is never written about, however that is known', async () => {
    const job = await parked('lost');
    says = { state: 'on', lost: true };
    await assert.rejects(send(job), /reported it as lost.*never written about/);
    says = { state: 'off', lost: true };
    await assert.rejects(send(job), /never written about/);
    says = { state: 'unknown', why: 'captcha' };
    await assert.rejects(send({ ...job, end: { ...job.end!, reason: 'lost-mode' } }), /never written about/);
    await office.hold([job.id], { reason: 'lost' });
    await assert.rejects(send(await show(job.id)), /never written about/);
    assert.deepEqual(got, []);
  });

  it('nothing is written where the lock is off, the job is over, or there is no one address', async () => {
    const job = await parked('none');
    says = { state: 'off' };
    await assert.rejects(send(job), /its lock is off: there is nothing to ask for/);
    says = { state: 'unknown', why: 'captcha' };
    for (const ownerEmail of ['', 'a@b.c\r\nBcc: x@y.z', 'a@b.cc, x@y.zz', 'Owner <a@b.cc>', 'a b@c.dd'])
      await assert.rejects(
        send({ ...job, order: { ...job.order, ownerEmail } }),
        /owner_email|is no address/,
      );
    await assert.rejects(send({ ...job, state: 'done' }), /it is done/);
    await assert.rejects(
      send({ ...job, order: { ...job.order, forgotten: 'x' } }),
      /personal data were removed/,
    );
    assert.deepEqual(got, []);
  });

  it('a letter that the server refuses did not go out, and can be sent again', async () => {
    const job = await parked('refused');
    answers = 'no';
    await assert.rejects(send(job), /did not take it: it answers 554/);
    const away = openMailer(new Secret('smtp://127.0.0.1:9'), 'lab@example.com');
    await assert.rejects(send(job, away), /did not take it: nothing listens there/);
    away.close();
    assert.deepEqual([(await show(job.id)).state, (await show(job.id)).letters], ['parked', undefined]);
    answers = 'yes';
    await send(job);
    assert.equal(got.length, 1);
  });

  it('a letter of which it is not known whether it went out goes out no second time until a person decides', async () => {
    const letters = new Letters(store);
    for (const what of ['sent', 'not-sent'] as const) {
      const job = await parked(`doubt-${what}`);
      const lost: Mailer = {
        send: async () => ({ kind: 'perhaps', why: 'the line broke' }),
        close: () => undefined,
      };
      await assert.rejects(send(job, lost), /the line broke; it was perhaps sent, and no other goes out/);
      // As after a crash: who sent is gone.
      await store.pool.query('update mi_unbind.letter set worker = $2 where job = $1', [
        job.id,
        'elsewhere/1',
      ]);
      now += DAY;
      assert.equal((await letters.of(job.id, now))[0]?.state, 'perhaps');
      await assert.rejects(send(job), /was perhaps sent.*/);
      assert.deepEqual(got, []);
      await decide(job, what, deskOf());
      const held = (await show(job.id)).state;
      if (what === 'sent') assert.equal(held, 'held');
      else {
        await send(job);
        assert.equal(got.length, 1);
      }
      await assert.rejects(decide(job, what, deskOf()), /in doubt/);
    }
  });

  it('a station reminds once on each day that has come, beside any number of others', async () => {
    const job = await parked('remind');
    await send(job, mailer, 7);
    got = [];
    assert.deepEqual(await remindNow(), []);
    for (const days of [7, 14]) {
      now += 7 * DAY;
      await store.pool.query('delete from mi_unbind.delivery');
      const said = await Promise.all([remindNow(true), remindNow(true), remindNow(true)]);
      assert.deepEqual(said.flat(), ['its owner was reminded by mail'], String(days));
      const { rows } = await store.pool.query<{ body: string }>('select body from mi_unbind.delivery');
      assert.deepEqual(
        rows.map(({ body }) =>
          (({ event, letter }) => [event, letter])(JSON.parse(body) as Record<string, string>),
        ),
        [['reminder', 'goes out']],
      );
    }
    assert.equal(got.length, 2);
    says = { state: 'on', lost: true };
    now += 7 * DAY;
    assert.match((await remindNow()).join(), /no letter goes out: its owner has reported it as lost/);
    assert.equal(got.length, 2);
    await store.pool.query('delete from mi_unbind.delivery');
    await office.cancel([job.id]);
  });

  it('a station that dies at any step of a reminder sends no letter twice, and notes none that did not go out', async () => {
    const job = await parked('dies');
    await send(job, mailer, 7);
    const letters = new Letters(store);
    const nameIn = ({ source }: { source: string }) =>
      /^Message-ID: <(letter-[^@]+)/m.exec(source)?.[1] ?? '';
    let doubts = 0;
    const ends = { 'before the step': 0, 'after the step': 0 };
    for (const when of ['before the step', 'after the step'] as const)
      for (let isDead = true; isDead;) {
        now += DAY;
        await store.pool.query('update mi_unbind.job set remind_at = $2 where id = $1', [
          job.id,
          new Date(now),
        ]);
        isDead = await diesAt(++ends[when], when);
        // Another station comes by on the same day, when no one sends any more.
        now += 10 * 60_000;
        await remindNow();
        for (const { day, state } of await letters.of(job.id, now)) {
          const went = got.some((mail) => nameIn(mail) === `letter-${job.id}-${day}`);
          if (state === 'sent') assert.ok(went, `${day} is noted as sent, and did not go out`);
          else {
            doubts++;
            await decide(await show(job.id), went ? 'sent' : 'not-sent', deskOf(7));
          }
        }
        const noted = (await letters.of(job.id, now)).map(({ day }) => `letter-${job.id}-${day}`);
        assert.deepEqual(
          got.map(nameIn).sort(),
          noted.sort(),
          `dead ${when} ${ends[when]}: none twice, none unnoted`,
        );
      }
    assert.ok(Math.min(...Object.values(ends)) > 5, 'a reminder has so many steps');
    assert.ok(doubts >= 3, 'in the middle of sending the end is not known');
    assert.ok(got.length > 5);
    await office.cancel([job.id]);
  });

  it('a reminder that falls on the day of a letter comes a day later, and that is said', async () => {
    const job = await parked('clock');
    const real = now;
    // The clock of the computer was three days ahead when the letter went out, and is set right after it.
    now += 3 * DAY;
    await send(job, mailer, 7);
    now = real;
    const [{ day = '' } = {}] = (await show(job.id)).letters ?? [];
    await send(await show(job.id), mailer, 3);
    got = [];
    now += 3 * DAY;
    assert.deepEqual(await remindNow(true), [
      `its owner is reminded a day later: a letter of ${day} is there already`,
    ]);
    const { rows } = await store.pool.query('select from mi_unbind.delivery');
    assert.deepEqual([got.length, rows.length], [0, 0]);
    now += DAY - 1;
    assert.deepEqual(await remindNow(), []);
    now += 1;
    assert.deepEqual(await remindNow(), ['its owner was reminded by mail']);
    assert.equal(got.length, 1);
    await office.cancel([job.id]);
  });

  it('a reminder that would come a day later, when the phone has gone back, is said to have no letter', async () => {
    const job = await parked('clock-last');
    await send(job, mailer, 7);
    await office.hold([job.id], { reason: 'owner-asked', until: new Date(now + DAY).toISOString() });
    await new JobLetters(store).remindAt(job.id, now);
    const day = localTime(now).slice(0, 10);
    const said = `no letter goes out: a letter of ${day} is there already`;
    assert.deepEqual(await remindNow(), [`its owner is to be reminded; ${said}`]);
    assert.deepEqual(await remindNow(), []);
    await office.cancel([job.id]);
  });

  it('a letter that a person sends while a reminder is made leaves the reminder due', async () => {
    const job = await parked('race');
    await send(job, mailer, 7);
    now += 7 * DAY;
    const letters = new Letters(store);
    const day = localTime(now).slice(0, 10);
    const row = { job: job.id, day, kind: 'reminder', language: 'bg', by: 'Eva', station: 'one' } as const;
    assert.ok(await letters.begin(row, now));
    await letters.sent(job.id, day, now);
    const times = new JobLetters(store);
    assert.equal(
      await times.take(job.id, { now, next: now + 7 * DAY, letter: row, delivery: undefined }),
      false,
    );
    assert.deepEqual(
      (await times.due(now)).map(({ id }) => id),
      [job.id],
    );
    await office.cancel([job.id]);
  });

  it('one job whose letter cannot be written keeps no other owner waiting, and is noted as not sent', async () => {
    const [odd, good] = [await parked('odd', { reference: 'see www.evil.example' }), await parked('good')];
    const letters = new Letters(store);
    for (const { id } of [odd, good]) {
      const row = {
        job: id,
        day: '2026-11-01',
        kind: 'first',
        language: 'bg',
        by: 'Eva',
        station: 'one',
      } as const;
      await letters.begin(row, now);
      await letters.sent(id, row.day, now);
      await office.hold([id], { reason: 'owner-asked' });
      await new JobLetters(store).remindAt(id, now + Number(id));
    }
    now += 7 * DAY;
    assert.deepEqual(await remindNow(), [
      "its owner is to be reminded; no letter goes out: The reference of this phone holds an address ('see www.evil.example'), and a letter holds no links",
      'its owner was reminded by mail',
    ]);
    assert.deepEqual(
      got.map(({ to }) => to),
      [['good@example.com']],
    );
    assert.deepEqual(
      (await show(odd.id)).letters?.map(({ state }) => state),
      ['sent'],
    );
    await office.cancel([odd.id, good.id]);
  });

  it("a lab's own letters that cannot be read are said, and ours do not take their place", async () => {
    const job = await parked('templates');
    const own = join(folder, 'templates');
    const letter = () =>
      letterFor(job, { ...deskOf(), settings: { ...deskOf().settings, letterTemplates: own } }).subject;
    assert.throws(letter, /The folder '.*templates' cannot be read: it does not exist/);
    mkdirSync(own);
    assert.match(letter(), /^Вашият телефон/);
    writeFileSync(join(own, 'bg.txt'), Buffer.from([0xff, 0xfe, 0x41, 0x00]));
    assert.throws(letter, /'.*bg\.txt' is no text in UTF-8/);
    writeFileSync(join(own, 'bg.txt'), 'Телефон {imei}\n\nЗдравейте\n');
    assert.equal(letter(), 'Телефон 4563');
  });

  it('after the day by which the phone goes back no letter asks for anything, first or reminder', async () => {
    const job = await parked('late');
    await send(job, mailer, 7);
    await office.hold([job.id], { reason: 'owner-asked', until: new Date(now + 8 * DAY).toISOString() });
    await new JobLetters(store).remindAt(job.id, now + 7 * DAY);
    got = [];
    // No station ran on the day of the reminder, nor on the last one.
    now += 9 * DAY;
    await assert.rejects(send(await show(job.id)), /its time was over at .*: it goes back to its sender/);
    assert.match((await remindNow()).join(), /no letter goes out: its time was over/);
    assert.deepEqual(got, []);
    await office.cancel([job.id]);
  });

  it('sends no first letter by itself, and no reminder after the phone has gone back', async () => {
    const job = await parked('by-hand');
    await office.hold([job.id], { reason: 'owner-asked', until: new Date(now + 10 * DAY).toISOString() });
    await store.pool.query('update mi_unbind.job set remind_at = $2 where id = $1', [job.id, new Date(now)]);
    assert.match((await remindNow()).join(), /the first letter is sent by a person/);
    await send(await show(job.id), mailer, 7);
    got = [];
    now += 7 * DAY;
    assert.deepEqual(await remindNow(), ['its owner was reminded by mail']);
    now += 7 * DAY;
    assert.deepEqual(await remindNow(), []);
    assert.equal(got.length, 1);
  });

  it('forgets letters with their job', async () => {
    const job = await parked('forget');
    await send(job);
    await office.forget([job.id], new Date(now).toISOString());
    const { letters, order } = await show(job.id);
    assert.deepEqual([letters, order.ownerEmail], [undefined, undefined]);
  });
});
