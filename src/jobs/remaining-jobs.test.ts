import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from './job.ts';
import { listedJob } from '../live/job.ts';
import { note, remainingJobs } from './remaining-jobs.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const job = (phone: Job['order']['phone'], changes: Partial<Job> = {}): Job =>
  listedJob({ ...changes, order: { phone } });

test('waits for phones that are here or come back, by serial or IMEI, and for an attempt that is near; not for others', () => {
  const seen = new Map<string, number>();
  note(seen, [{ serial: 'gone-long' }], now - 10 * 60_000);
  note(seen, [{ serial: 'slipped' }], now - 60_000);
  note(seen, [{ serial: 'here', imei: '860000000000009', imei2: '860000000000025' }], now);
  const at = (minutes: number) => ({ notBefore: new Date(now + minutes * 60_000).toISOString() });
  const jobs = [
    job({ serial: 'here' }),
    job({ imei: '860000000000009' }, at(10)),
    job({ serial: 'here' }, at(16)),
    job({ serial: 'slipped' }),
    job({ serial: 'gone-long' }),
    job({ serial: 'elsewhere' }, { state: 'running' }),
    job({ imei: '860000000000017' }),
    job({ imei: '860000000000025' }),
    job({ imei: '860000000000033', imei2: '860000000000009' }),
  ];
  const { going, later, absent } = remainingJobs(jobs, seen, now);
  assert.deepEqual(
    [going, later, absent].map((some) => some.map((one) => jobs.indexOf(one))),
    [[0, 1, 3, 5, 7, 8], [2], [4, 6]],
  );
});

test('a phone may be gone for two minutes, and an attempt be fifteen minutes ahead', () => {
  const of = (goneMs: number, aheadMs: number) => {
    const seen = new Map([['a', now - goneMs]]);
    const one = job({ serial: 'a' }, { notBefore: new Date(now + aheadMs).toISOString() });
    const found = Object.entries(remainingJobs([one], seen, now)) as [string, Job[]][];
    return found.find(([, jobs]) => jobs.length > 0)?.[0];
  };
  assert.equal(of(120_000, 900_000), 'going');
  assert.equal(of(120_001, 900_000), 'absent');
  assert.equal(of(120_000, 900_001), 'later');
});
