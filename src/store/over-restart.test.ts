import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantClock } from '../clock.ts';
import { StoreError } from '../errors.ts';
import { storeFault } from './fault.ts';
import { overRestart } from './over-restart.ts';

const fault = (code: string | undefined, message = 'said') =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

/** Rejects with these faults of the database, one after the other, then gives a word. */
function failing(...faults: Error[]) {
  const left = [...faults];
  return {
    left,
    work: async () => {
      const next = left.shift();
      return next === undefined ? 'done' : storeFault(next);
    },
  };
}

test('what the database cut off while it was being started again is done again', async () => {
  const { work } = failing(
    fault('57P01', 'terminating connection due to administrator command'),
    fault('ECONNREFUSED'),
    fault('57P03', 'the database system is starting up'),
    fault(undefined, 'Connection terminated unexpectedly'),
  );
  assert.equal(await overRestart(work, { clock: instantClock() }), 'done');
});

test('a database that stays away is said after half a minute', async () => {
  const clock = instantClock();
  const began = clock.elapsed();
  let tries = 0;
  const work = async () => (tries++, storeFault(fault('ECONNREFUSED', 'connect ECONNREFUSED')));
  await assert.rejects(overRestart(work, { clock }), (error: unknown) => error instanceof StoreError);
  assert.ok(clock.elapsed() - began >= 30_000);
  assert.ok(tries > 10, `${tries} tries`);
});

test('what the database refuses is not asked twice, nor what is no fault of the database', async () => {
  for (const refused of [fault('23505'), fault('42501'), fault('25006')]) {
    const { work, left } = failing(refused, refused);
    await assert.rejects(overRestart(work, { clock: instantClock() }), StoreError);
    assert.equal(left.length, 1);
  }
  let tries = 0;
  const broken = () => (tries++, Promise.reject(new TypeError('a fault of ours')));
  await assert.rejects(overRestart(broken, { clock: instantClock() }), TypeError);
  assert.equal(tries, 1);
});

test('nothing is asked again of a store that is being closed', async () => {
  const { work, left } = failing(fault('57P01'), fault('57P01'));
  await assert.rejects(overRestart(work, { clock: instantClock(), isOver: () => true }), StoreError);
  assert.equal(left.length, 1);
});
