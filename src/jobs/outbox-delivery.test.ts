import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { systemClock, type Clock } from '../clock.ts';
import { Secret } from '../secret.ts';
import type { Store } from '../store/store.ts';
import { deliverAll, deliverDue } from './outbox.ts';

interface Kept {
  id: string;
  body: string;
  tries: number;
  /** How long it waits, ms. Missing: it is due. */
  waits?: number;
}

/** The table of deliveries, as far as the outbox speaks of it. */
class Deliveries {
  readonly kept: Kept[];
  looks = 0;

  constructor(count: number) {
    this.kept = Array.from({ length: count }, (_, index) => ({
      id: `${index + 1}`,
      body: `{"record":${index + 1}}`,
      tries: 0,
    }));
  }

  readonly store = {
    pool: { query: (sql: string, values?: unknown[]) => Promise.resolve(this.#query(sql, values)) },
  } as unknown as Pick<Store, 'pool'>;

  #query(sql: string, [id, ms]: unknown[] = []): { rows: Kept[] } {
    const one = this.kept.find((entry) => entry.id === id);
    if (/set tries = tries \+ 1/.test(sql)) {
      this.looks++;
      const rows = this.kept.filter(({ waits }) => waits === undefined).slice(0, 10);
      for (const row of rows) row.tries++;
      return { rows: rows.map((row) => ({ ...row })) };
    }
    if (one && /^delete/.test(sql)) this.kept.splice(this.kept.indexOf(one), 1);
    else if (one && /set next_at = now\(\) \+ \$2/.test(sql)) one.waits = ms as number;
    else if (one && /set tries = tries - 1/.test(sql)) one.tries--;
    else assert.fail(sql);
    return { rows: [] };
  }
}

/** A receiver that answers with these statuses in turn, the last one for ever. */
async function receiver(t: TestContext, statuses: number[], headers: Record<string, string> = {}) {
  const got: { key: unknown; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      got.push({ key: request.headers['idempotency-key'], body });
      response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 500, headers).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  return {
    got,
    hook: { url: new Secret(`http://127.0.0.1:${(server.address() as AddressInfo).port}/after`) },
  };
}

const reported: string[] = [];
const tell = (problem: string) => void reported.push(problem);
/** On which no answer is too late. */
const patient: Clock = { ...systemClock, sleep: () => new Promise(() => {}) };
const toolsAt = (clock: Clock, signal = new AbortController().signal) => ({ fetch, clock, signal });

test('what the receiver takes is handed over once, and kept no longer', async (t) => {
  const deliveries = new Deliveries(2);
  const { got, hook } = await receiver(t, [204]);
  assert.equal(await deliverDue(deliveries.store, hook, toolsAt(patient), tell), 2);
  assert.deepEqual(
    got.toSorted((one, other) => one.body.localeCompare(other.body)),
    [
      { key: '1', body: '{"record":1}' },
      { key: '2', body: '{"record":2}' },
    ],
  );
  assert.deepEqual([deliveries.kept, reported.splice(0)], [[], []]);
});

test('a receiver that says no for good is not asked again, and that is reported', async (t) => {
  const deliveries = new Deliveries(1);
  const { got, hook } = await receiver(t, [410]);
  await deliverDue(deliveries.store, hook, toolsAt(patient), tell);
  assert.deepEqual([deliveries.kept, got.length], [[], 1]);
  assert.deepEqual(reported.splice(0), ['AFTER_URL answers with status 410; a record is not offered again']);
});

test('a receiver that says no for now gets it again later, when it wants to, and that is reported once', async (t) => {
  const deliveries = new Deliveries(1);
  const { hook } = await receiver(t, [503], { 'retry-after': '90' });
  await deliverDue(deliveries.store, hook, toolsAt(patient), tell);
  const [kept] = deliveries.kept;
  assert.equal(kept?.tries, 1);
  // By the database's clock.
  assert.equal(kept.waits, 90_000);
  assert.deepEqual(reported.splice(0), [
    'AFTER_URL answers with status 503; the record is kept and offered again',
  ]);

  delete kept.waits;
  await deliverDue(deliveries.store, hook, toolsAt(patient), tell);
  assert.deepEqual([kept.tries, reported.splice(0)], [2, []]);
  // The last try of all.
  delete kept.waits;
  kept.tries = 17;
  await deliverDue(deliveries.store, hook, toolsAt(patient), tell);
  assert.deepEqual(
    [deliveries.kept, reported.splice(0)],
    [[], ['AFTER_URL answers with status 503; a record is not offered again']],
  );
});

test('a delivery that is stopped in the middle is due again, and counts as no try', async (t) => {
  const deliveries = new Deliveries(1);
  const over = new AbortController();
  const server = createServer(() => over.abort(new Error('stopped on request'))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  const hook = { url: new Secret(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) };
  await assert.rejects(
    deliverDue(deliveries.store, hook, toolsAt(patient, over.signal), tell),
    /stopped on request/,
  );
  assert.deepEqual([deliveries.kept.length, deliveries.kept[0]?.tries, reported.splice(0)], [1, 0, []]);
});

test('with nothing due it is looked once in five seconds; with more than fit in one look at once again', async (t) => {
  const { got, hook } = await receiver(t, [200]);
  const deliveries = new Deliveries(23);
  const over = new AbortController();
  const pauses: [ms: number, looks: number][] = [];
  const clock: Clock = {
    ...systemClock,
    async sleep(ms, why) {
      if (why !== 'something to deliver') return new Promise(() => {});
      pauses.push([ms, deliveries.looks]);
      if (pauses.length === 3) over.abort();
    },
  };
  await deliverAll(deliveries.store, hook, toolsAt(clock, over.signal), tell);
  assert.equal(got.length, 23);
  // Ten, ten and three; then nothing.
  assert.deepEqual(pauses, [
    [5000, 3],
    [5000, 4],
    [5000, 5],
  ]);
});
