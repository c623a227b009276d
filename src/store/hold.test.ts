import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { StoreError, TakenOverError } from '../errors.ts';
import { Lease, sameAs } from './hold.ts';

suite('a lease', () => {
  const away = new StoreError('it is away', 'start it');

  const time = (t: TestContext) => t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });

  test('asks the database each time, and says at once that another process has it', async (t) => {
    time(t);
    const taken = new TakenOverError('p1');
    let asked = 0;
    const lease = new Lease(() => (++asked < 3 ? Promise.resolve() : Promise.reject(taken)));
    await lease.check();
    await lease.check();
    const before = Date.now();
    await assert.rejects(lease.check(), taken);
    assert.deepEqual([asked, Date.now()], [3, before]);
  });

  test('is ours while the database is away, for as long as nobody can have taken it', async (t) => {
    time(t);
    const lease = new Lease(() => Promise.reject(away));
    t.mock.timers.tick(29_999);
    const before = Date.now();
    await lease.check();
    assert.equal(Date.now(), before);
  });

  test('waits for a database that comes back, and then asks it', async (t) => {
    time(t);
    let asked = 0;
    const lease = new Lease(() => (++asked < 2 ? Promise.reject(away) : Promise.resolve()));
    t.mock.timers.tick(30_000);
    await lease.check();
    assert.equal(asked, 2);
  });

  test('is given up where the database stays away for longer than a start takes', async (t) => {
    time(t);
    let asked = 0;
    const lease = new Lease(() => {
      t.mock.timers.tick(asked++ === 0 ? 15_000 : 1);
      return Promise.reject(away);
    });
    t.mock.timers.tick(30_000);
    await assert.rejects(lease.check(), away);
    assert.equal(asked, 2);
  });

  test('a word that was heard counts from when it was said', async (t) => {
    time(t);
    let isAway = false;
    const lease = new Lease(() => (isAway ? Promise.reject(away) : Promise.resolve()));
    t.mock.timers.tick(29_000);
    await lease.say();
    isAway = true;
    t.mock.timers.tick(29_000);
    await lease.check();
  });
});

test('phones are one by IMEI, by serial and place, or by serial number where one has no IMEI', () => {
  const sql = sameAs('one', 'other').replaceAll(/\s+/g, ' ');
  assert.equal(
    sql,
    '(one.imei = other.imei or (one.serial = other.serial and one.place = other.place) or (one.serialno = other.serialno and (one.imei is null or other.imei is null)))',
  );
});
