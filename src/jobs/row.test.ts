import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../secret.ts';
import { Seal } from '../store/sealing.ts';
import type { ListedOrder } from './job.ts';
import { closeOrder, namesOf, openClaimed, openJob, phoneName, type JobRow } from './row.ts';

const seal = new Seal(Buffer.alloc(32, 7));
const order: ListedOrder['order'] = {
  ...{ phone: { serial: 'd1e2' }, account: '6230001535', data: 'keep', ifForgotten: 'stop' },
  ...{ reference: 'L-1', ownerConsent: 'signed' },
};

async function rowOf(listed: Pick<ListedOrder, 'order' | 'password'>, more: Partial<JobRow> = {}) {
  const { wish, sealed, password } = await closeOrder({ ...listed, row: 2 }, seal);
  const row: JobRow = {
    ...{ id: '7', batch: 'list', wish, sealed, state: 'waiting', attempts: 2, round: 3, recovering: true },
    ...{ not_before: null, station: 'b1', serial: 'd1e2', outcome: null },
    ...{ created_at: new Date('2026-11-26T00:50:00Z'), started_at: null, ended_at: null },
    ...{ hold: null, held_since: null, held_until: null, lock_after: null, letters: null },
    ...more,
  };
  return { ...row, password };
}

test('account and contact lie sealed in the database, and everything else as it is', async () => {
  const recover = { ...order, ifForgotten: 'recover', contact: 'a@b.c', by: 'email' } as const;
  const row = await rowOf({ order: recover, password: new Secret('Lab-pass7') });
  const { account, contact, ...rest } = recover;
  assert.deepEqual(row.wish, rest);
  for (const secret of [account, contact, 'Lab-pass7'])
    assert.ok(!JSON.stringify(row).includes(secret), secret);
  const job = await openClaimed(row, seal);
  assert.deepEqual(job.order, recover);
  assert.equal(job.password?.reveal(), 'Lab-pass7');
});

test('a job that has not begun says nothing of a begin, an end or a contact', async () => {
  const row = await rowOf({ order });
  assert.equal(row.password, null);
  assert.deepEqual(await openJob(row, seal), {
    ...{ id: '7', batch: 'list', order, state: 'waiting', attempts: 2, round: 3, recovering: true },
    ...{ station: 'b1', serial: 'd1e2', createdAt: '2026-11-26T00:50:00.000Z' },
  });
  assert.ok(!('password' in (await openClaimed(row, seal))));
});

test('a job that has ended says when it began and ended, how, and when it begins again', async () => {
  const outcome = { outcome: 'refused' } as JobRow['outcome'];
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 1, minute));
  const job = await openJob(
    await rowOf({ order }, { outcome, started_at: at(1), ended_at: at(2), not_before: at(3) }),
    seal,
  );
  assert.deepEqual(
    [job.startedAt, job.endedAt, job.notBefore, job.end],
    ['2026-11-26T01:01:00.000Z', '2026-11-26T01:02:00.000Z', '2026-11-26T01:03:00.000Z', outcome],
  );
});

test('a phone is looked for by its serial, and by each IMEI it tells', () => {
  assert.equal(phoneName({ serial: 'd1e2' }), 'serial:d1e2');
  assert.equal(phoneName({ imei: '860000000000009' }), 'imei:860000000000009');
  assert.deepEqual(namesOf({ serial: 'd1e2' }), ['serial:d1e2']);
  assert.deepEqual(namesOf({ serial: 'd1e2', imei: '1', imei2: '2' }), ['serial:d1e2', 'imei:1', 'imei:2']);
});
