import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { RunEvent } from '../events.ts';
import type { StationEvent } from '../jobs/runner.ts';
import type { AttachedPhone } from '../phone/adb.ts';
import { StationLog } from './station-log.ts';

const NOW = Date.parse('2026-11-30T09:00:00.000Z');
const AT = new Date(NOW).toISOString();
const LATER = new Date(NOW + 60_000).toISOString();
type Row = Record<string, unknown>;

/** A station whose database notes what is written, and its clock what is waited for. */
function station(t: TestContext) {
  const written: { phones: Row[]; events: Row[] }[] = [];
  const said: unknown[][] = [];
  const slept: string[] = [];
  let [now, away] = [NOW, 0];
  const query = async (sql: string, values: unknown[]) => {
    if (away > 0 && away--) throw new Error('it is away');
    if (sql.startsWith('with lock')) {
      const [phones, events] = values.slice(1).map((value) => JSON.parse(String(value)) as Row[]);
      written.push({ phones: phones ?? [], events: (events ?? []).map(({ nth: _, ...event }) => event) });
    } else said.push([sql, ...values]);
    return { rows: [], rowCount: 0 };
  };
  const pool = Object.assign(new EventEmitter(), { query });
  const log = new StationLog({ pool } as never, {
    ...{ station: 'one', url: () => 'http://one', isWatched: () => false },
    phone: (serial) => ({
      serial,
      shell: () => Promise.reject(new Error('silent')),
      pull: () => Promise.reject(new Error('not asked')),
    }),
    clock: {
      ...{ now: () => now, elapsed: () => now },
      sleep: async (ms, why) => void slept.push(`${ms} ${why}`),
    },
  });
  t.after(() => log.close());
  return {
    ...{ log, pool, said, slept, written },
    set: (at: number) => (now = at),
    breakFor: (times: number) => (away = times),
    /** All that is written once nothing is written any more. */
    async all() {
      for (let n = 0; n < 20; n++) await turn();
      return { events: written.flatMap(({ events }) => events), phones: written.at(-1)?.phones ?? [] };
    },
  };
}
const phone = (serial: string, more: Partial<AttachedPhone> = {}): AttachedPhone => ({
  ...{ serial, state: 'device', transport: '1', usb: '1-1' },
  ...more,
});
const seen = (serial: string, state: string, at = AT) => ({
  at,
  kind: 'phone',
  serial,
  job: '',
  body: { state },
});

test('a phone that comes, changes its state and goes is an event each time, and none while it stays', async (t) => {
  const { log, all, set } = station(t);
  log.onPhones([phone('a1')], []);
  log.onPhones([phone('a1')], [{ serial: 'a1', imei: '860000000000009', imei2: '860000000000017' }]);
  log.onPhones([phone('a1')], [{ serial: 'a1', imei: '860000000000009', imei2: '860000000000017' }]);
  set(NOW + 60_000);
  log.onPhones([phone('a1', { state: 'unauthorized' })], []);
  log.onPhones([], []);
  log.onPhones([], []);
  const { events, phones } = await all();
  assert.deepEqual(events, [
    ...[seen('a1', 'device'), seen('a1', 'device')],
    ...[seen('a1', 'unauthorized', LATER), seen('a1', 'gone', LATER)],
  ]);
  const [{ imei, imei2, usb, since, plugged, state } = {}] = phones;
  assert.deepEqual([state, usb, since, plugged], ['gone', '1-1', LATER, AT]);
  assert.deepEqual([imei, imei2], ['860000000000009', '860000000000017']);
});

test('two phones at one serial are said to be two, and a phone that comes back begins anew', async (t) => {
  const { log, all, set } = station(t);
  log.onPhones([phone('a1'), phone('a1', { transport: '2' })], []);
  assert.deepEqual((await all()).events, [seen('a1', 'twice')]);
  log.onStep({ id: '7', serial: 'a1' }, { at: AT, kind: 'step', what: 'tap Sign out' }, '/runs/1');
  log.onPhones([], []);
  set(NOW + 60_000);
  log.onPhones([phone('a1')], []);
  const [{ job, step, evidence, picture, plugged } = {}] = (await all()).phones;
  assert.deepEqual([job, step, evidence, picture, plugged], ['', '', '', '', LATER]);
});

test('what a run does is on its phone: the newest step, the newest picture, and where they lie', async (t) => {
  const { log, all } = station(t);
  const run = { id: '7', serial: 'a1' };
  const page = { at: AT, kind: 'page', page: 'password dialog', package: 'p', source: '1.xml' } as const;
  log.onStep(run, { at: AT, kind: 'step', what: 'tap Sign out' }, '/runs/1');
  log.onStep(run, { ...page, screenshot: '1.png' }, '/runs/1');
  log.onStep(run, { ...page, page: 'progress' }, '/runs/1');
  log.onStep(run, { at: AT, kind: 'drift', what: 'x' } as unknown as RunEvent, '/runs/1');
  const { events, phones } = await all();
  const step = (body: object) => ({ at: AT, kind: 'step', serial: 'a1', job: '7', body });
  assert.deepEqual(events, [
    ...[step({ what: 'tap Sign out' }), step({ what: 'password dialog', page: true })],
    step({ what: 'progress', page: true }),
  ]);
  const [{ job, step: newest, picture, evidence } = {}] = phones;
  assert.deepEqual([job, newest, picture, evidence], ['7', 'tap Sign out', '1.png', '/runs/1']);
});

test('what a station says of its jobs is written as it is, and a new run on a phone shows nothing of the one before', async (t) => {
  const { log, all } = station(t);
  const about = { at: AT, job: '7', phone: 'a1', reference: 'r' };
  log.onStep({ id: '6', serial: 'a1' }, { at: AT, kind: 'step', what: 'tap Sign out' }, '/runs/1');
  for (const event of [
    { ...about, kind: 'begun', attempt: 1 },
    { ...about, kind: 'ended', state: 'parked', outcome: 'refused', reason: 'network' },
    { ...about, kind: 'ended', state: 'done', outcome: 'signed-out' },
    { ...about, kind: 'recorded', state: 'done' },
    { ...about, kind: 'given-back', why: 'w' },
    { ...about, kind: 'reminded', what: 'its owner was reminded' },
    { at: AT, kind: 'problem', what: 'the disk is full' },
    { at: AT, kind: 'room', what: 'there is room' },
    { at: AT, kind: 'attached', phone: 'a1' },
  ])
    log.onEvent(event as StationEvent);
  log.onStep({ id: '8', serial: 'b2' }, { at: AT, kind: 'step', what: 'tap Sign out' }, '/runs/2');
  log.onEvent({ ...about, kind: 'recorded', phone: 'b2', state: 'done' });
  const { events, phones } = await all();
  const of = (kind: string, body: object = {}) => ({ at: AT, kind, serial: 'a1', job: '7', body });
  assert.deepEqual(events.slice(1, -2), [
    of('begun'),
    of('ended', { state: 'parked', outcome: 'refused', reason: 'network' }),
    of('ended', { state: 'done', outcome: 'signed-out' }),
    ...[of('recorded'), of('given-back'), of('reminded', { what: 'its owner was reminded' })],
    { at: AT, kind: 'problem', serial: '', job: '', body: { what: 'the disk is full' } },
  ]);
  const shown = phones.map(({ serial, job, step, evidence }) => [serial, job, step, evidence]);
  assert.deepEqual(shown, [
    ['a1', '7', '', ''],
    ['b2', '7', 'tap Sign out', '/runs/2'],
  ]);
});

test('a database that is away is waited for, and gets all of it in its order', async (t) => {
  const { log, all, slept, breakFor } = station(t);
  breakFor(2);
  for (const what of ['one', 'two', 'three']) log.onEvent({ at: AT, kind: 'problem', what });
  const { events } = await all();
  assert.deepEqual(
    events.map(({ body }) => (body as { what: string }).what),
    ['one', 'two', 'three'],
  );
  assert.deepEqual(slept, ['1000 the database to come back', '1000 the database to come back']);
});

test('of more than ten thousand events that cannot be written the oldest are dropped', async (t) => {
  const { log, all } = station(t);
  for (let n = 0; n < 10_050; n++) log.onEvent({ at: AT, kind: 'problem', what: String(n) });
  const { events } = await all();
  const numbers = events.map(({ body }) => Number((body as { what: string }).what));
  // The first is on its way when the others come.
  assert.deepEqual([numbers[0], numbers[1], numbers.at(-1), numbers.length], [0, 50, 10_049, 10_001]);
});

test('a station says that it is there, whether its disk is full, and that it is gone', async (t) => {
  const { log, said, written } = station(t);
  log.onFull(true);
  await log.close();
  assert.deepEqual(written.at(-1)?.events.at(-1), {
    at: AT,
    kind: 'station',
    serial: '',
    job: '',
    body: { is: 'gone' },
  });
  const values = said.flatMap(([, ...more]) => more);
  for (const value of ['one', 'http://one', true]) assert.ok(values.includes(value), String(value));
});
