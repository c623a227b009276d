import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Job, JobEnd } from '../jobs/job.ts';
import { nothingDone } from '../jobs/nothing-done.ts';
import { listedJob } from '../live/job.ts';
import { beInSofia } from '../live/zone.ts';
import { linesOf, phoneOf } from './jobs.ts';

beInSofia();

const FUTURE = '2127-03-04T05:06:07.000Z';
const wrong: JobEnd = nothingDone('refused', 'wrong-password');
const job = (more: Partial<Job>): Job =>
  listedJob({
    id: '7',
    batch: 'lot',
    state: 'parked',
    serial: 'a1',
    order: { phone: { serial: 'a1' }, reference: 'R-1' },
    ...more,
  } as never);
/** The last cell of its line. */
const what = (more: Partial<Job>) =>
  linesOf([job(more)])[1]
    ?.split(/ {2,}/)
    .slice(5)
    .join('  ') ?? '';

suite('what a line says of a job', () => {
  test('is how it ended and why, in one sentence, without what to do', () => {
    assert.match(what({ end: wrong }), /^refused: [^→]*password[^.;→]*$/);
    assert.equal(what({ state: 'done', end: nothingDone('signed-out') }), 'signed out');
    assert.equal(what({ state: 'waiting' }), '');
  });

  test('has one date: when it goes on, or until when it is held', () => {
    const locked: JobEnd = { ...nothingDone('refused', 'find-device-locked'), retryFrom: '2126-01-02' };
    const later = what({ state: 'waiting', end: locked, notBefore: FUTURE });
    assert.match(later, /; not before 2127-03-04 07:06 UTC\+2$/);
    assert.doesNotMatch(later, /2126/);
    assert.doesNotMatch(
      what({ state: 'waiting', end: locked, notBefore: '2020-01-01T00:00:00.000Z' }),
      /not before 2020/,
    );
    const held = what({
      state: 'held',
      end: locked,
      hold: { reason: 'owner-asked', until: FUTURE } as never,
    });
    assert.match(held, /its owner was asked, until 2127-03-04/);
    assert.doesNotMatch(held, /2126/);
  });

  test('names a lock that is not known to be off, of a job that is done', () => {
    const end = nothingDone('signed-out');
    const after = (state: string) => ({ state, at: FUTURE }) as never;
    assert.match(what({ state: 'done', end, lockAfter: after('unknown') }), /; lock not confirmed$/);
    assert.match(what({ state: 'done', end, lockAfter: after('on') }), /; lock not confirmed$/);
    assert.equal(what({ state: 'done', end, lockAfter: after('off') }), 'signed out');
    assert.doesNotMatch(what({ state: 'held', end, lockAfter: after('on') }), /lock not confirmed/);
  });

  test('there is none without jobs', () => assert.deepEqual(linesOf([]), []));
});

test('the phone of a job is the one it ran on, else the one it is for', () => {
  const of = (more: object) => phoneOf({ ...job({}), ...more });
  const order = (phone: object) => ({ order: { ...job({}).order, phone } });
  assert.equal(of({ serial: 'ran', ...order({ serial: 'for' }) }), 'ran');
  assert.equal(of({ serial: '', ...order({ serial: 'for' }) }), 'for');
  assert.equal(of({ serial: undefined, ...order({ imei: '860000000000009' }) }), '860000000000009');
});
