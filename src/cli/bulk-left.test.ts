import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../jobs/job.ts';
import type { AttachedPhone } from '../phone/adb-list.ts';
import { adviceOf, leftInWords, waitInWords } from './bulk-left.ts';
import { listedJob } from '../live/job.ts';
import { beInSofia } from '../live/zone.ts';

beInSofia();

const job = (phone: Job['order']['phone'], reference: string, changes: Partial<Job> = {}): Job =>
  listedJob({ ...changes, order: { phone, reference } });
const attached = (serial: string, state: AttachedPhone['state']): AttachedPhone => ({
  serial,
  state,
  transport: '1',
});

test('a phone that is absent is named, and one that adb lists and cannot reach is named with why', () => {
  const absent = [
    job({ serial: 'away' }, 'R-1'),
    job({ serial: 'silent' }, 'R-2'),
    job({ serial: 'new' }, 'R-3'),
    job({ imei: '356938035643809' }, 'R-4'),
  ];
  assert.deepEqual(
    leftInWords(
      absent,
      [],
      [attached('silent', 'offline'), attached('new', 'unauthorized'), attached('other', 'device')],
    ),
    [
      '4 phones of the list are not attached:',
      '  away  R-1',
      "  silent  R-2  offline: adb knows it and gets no answer: see 'mi-unbind doctor'",
      "  new  R-3  it has not allowed this computer: see 'mi-unbind doctor'",
      '  IMEI 356938035643809  R-4',
      "→ plug them in and run the same command again, with --wait to have it wait for them, or leave 'mi-unbind station' running",
    ],
  );
  assert.equal(leftInWords(absent.slice(0, 1), [], [])[0], '1 phone of the list is not attached:');
});

test('ten phones are named, the rest is counted', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => job({ serial: `p${index}` }, 'R'));
  assert.equal(leftInWords(many(10), [], []).length, 12);
  assert.equal(leftInWords(many(12), [], []).at(-2), '  and 2 more');
  assert.equal(leftInWords([], many(10), []).length, 11);
  assert.equal(leftInWords([], many(13), []).at(-2), '  and 3 more');
});

test('a phone that goes on later is named with when', () => {
  const later = job({ serial: 'p' }, 'R-9', { notBefore: '2026-01-02T03:04:05.000Z', serial: 'p' });
  assert.deepEqual(leftInWords([], [later], []), [
    '  p  R-9  goes on at 2026-01-02 05:04 UTC+2',
    "→ run the same command again then, or leave 'mi-unbind station' running",
  ]);
  assert.deepEqual(leftInWords([], [], [attached('p', 'device')]), []);
});

test('each state that something can be done about says what', () => {
  assert.deepEqual(adviceOf({ done: 3, waiting: 1 }, 'l.csv'), []);
  assert.match(adviceOf({ 'needs-person': 1 }, 'l.csv').join(), /^→ for a person: 'mi-unbind jobs attend'/);
  assert.match(adviceOf({ parked: 1 }, 'l.csv').join(), /^→ parked: .*'mi-unbind bulk l\.csv --again'$/);
  assert.match(adviceOf({ held: 1 }, 'l.csv').join(), /^→ held: .*'mi-unbind jobs retry ID'/);
  assert.match(
    adviceOf({ unrecorded: 1 }, 'l.csv').join(),
    /^→ not on record yet: what became of it is kept.*touches no phone/,
  );
  assert.match(adviceOf({ unrecorded: 2 }, 'l.csv').join(), /became of them is kept/);
});

test('--wait says for which phones it waits, and until when', () => {
  const at = '2026-01-02T03:04:05.000Z';
  assert.deepEqual(waitInWords([], []), []);
  assert.deepEqual(
    waitInWords(
      [job({ serial: 'p1' }, 'R-1'), job({ imei: '356938035643809' }, '')],
      [job({ serial: 'p2' }, 'R-2', { notBefore: at })],
    ),
    [
      '  waits for 2 phones: p1 (R-1), IMEI 356938035643809',
      '  1 phone of the list goes on later, the last at 2026-01-02 05:04 UTC+2',
      '  waits until each of them has ended, or until Ctrl-C; the same command goes on later',
    ],
  );
  const later = ['2026-07-02T20:00:00.000Z', at].map((notBefore) => job({ serial: 'p' }, '', { notBefore }));
  assert.deepEqual(waitInWords([job({ serial: 'p1' }, '')], later), [
    '  waits for 1 phone: p1',
    '  2 phones of the list go on later, the last at 2026-07-02 23:00 UTC+3',
    '  waits until each of them has ended, or until Ctrl-C; the same command goes on later',
  ]);
  const many = Array.from({ length: 12 }, (_, index) => job({ serial: `p${index}` }, ''));
  assert.match(waitInWords(many, [])[0] ?? '', /^ {2}waits for 12 phones: p0, .*p9 and 2 more$/);
});
