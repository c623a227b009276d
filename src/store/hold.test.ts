import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Clock } from '../clock.ts';
import { StoreError, TakenOverError } from '../errors.ts';
import { Lease, sameAs } from './hold.ts';

/** Both clocks of a computer: they pass together, or one is set right or stands still. */
function clocks() {
  const time = { now: 1_000_000, elapsed: 0 };
  const pass = (ms: number) => ((time.now += ms), (time.elapsed += ms));
  const clock: Clock = {
    now: () => time.now,
    elapsed: () => time.elapsed,
    sleep: (ms) => Promise.resolve(void pass(ms)),
  };
  return { time, pass, clock };
}

suite('a lease', () => {
  const away = new StoreError('it is away', 'start it');
  const taken = new TakenOverError('p1');

  test('asks the database each time, and says at once that another process has it', async () => {
    const { clock, time } = clocks();
    let asked = 0;
    const lease = new Lease(
      () => (++asked < 3 ? Promise.resolve() : Promise.reject(taken)),
      undefined,
      clock,
    );
    await lease.check();
    await lease.check();
    await assert.rejects(lease.check(), taken);
    assert.deepEqual([asked, time.elapsed], [3, 0]);
  });

  test('is ours while the database is away, for as long as no other process can have taken it', async () => {
    const { clock, pass, time } = clocks();
    const lease = new Lease(() => Promise.reject(away), undefined, clock);
    pass(29_999);
    await lease.check();
    assert.equal(time.elapsed, 29_999);
  });

  test('waits for a database that comes back, and then asks it', async () => {
    const { clock, pass } = clocks();
    let asked = 0;
    const lease = new Lease(() => (++asked < 2 ? Promise.reject(away) : Promise.resolve()), undefined, clock);
    pass(30_000);
    await lease.check();
    assert.equal(asked, 2);
  });

  test('is given up where the database stays away for longer than a start takes', async () => {
    const { clock, pass } = clocks();
    let asked = 0;
    const say = () => {
      pass(asked++ === 0 ? 15_000 : 1);
      return Promise.reject(away);
    };
    const lease = new Lease(say, undefined, clock);
    pass(30_000);
    await assert.rejects(lease.check(), away);
    assert.equal(asked, 2);
  });

  test('a word that was heard counts from when it was said', async () => {
    const { clock, pass } = clocks();
    let isAway = false;
    const lease = new Lease(() => (isAway ? Promise.reject(away) : Promise.resolve()), undefined, clock);
    pass(29_000);
    await lease.say();
    isAway = true;
    pass(29_000);
    await lease.check();
  });

  test('asks again where the process stood still for a minute before it had the answer, and finds that it is gone', async () => {
    const { clock, pass } = clocks();
    let asked = 0;
    const say = async () => {
      asked++;
      if (asked === 1) pass(60_000);
      else throw taken;
    };
    await assert.rejects(new Lease(say, undefined, clock).check(), taken);
    assert.equal(asked, 2);
  });

  test('a clock that is set back, or one that stands still while the computer sleeps, makes no word younger', async () => {
    for (const wrong of [
      (time: { now: number }) => (time.now -= 60 * 60_000),
      (time: { elapsed: number }) => (time.elapsed -= 30_000),
    ]) {
      const { clock, pass, time } = clocks();
      let asked = 0;
      const say = () => (++asked < 3 ? Promise.reject(away) : Promise.reject(taken));
      const lease = new Lease(say, undefined, clock);
      pass(30_000);
      wrong(time);
      await assert.rejects(lease.check(), taken);
    }
  });
});

test('phones are one by IMEI, by serial and place, or by serial number where one has no IMEI', () => {
  const sql = sameAs('one', 'other').replaceAll(/\s+/g, ' ');
  assert.equal(
    sql,
    '(one.imei = other.imei or (one.serial = other.serial and one.place = other.place) or (one.serialno = other.serialno and (one.imei is null or other.imei is null)))',
  );
});
