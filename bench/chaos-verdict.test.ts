import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhoneRecord } from '../src/report/record.ts';
import type { WitnessEntry } from '../src/sim/service/account-witness.ts';
import { makeOrders } from './chaos-orders.ts';
import { paperViolations, shelfViolations, violationsOf, type Seen, type Reported } from './chaos-verdict.ts';

const orders = makeOrders(8, true, () => 0.5);
const plain = orders.find(({ kind }) => kind === 'plain')!;
const wrong = orders.find(({ kind }) => kind === 'wrong password')!;
const account = plain.spec.account.id;

const service = (...kinds: WitnessEntry['kind'][]) =>
  kinds.map((kind): WitnessEntry => ({
    at: 0,
    kind,
    account,
    serial: 's',
    ...(kind === 'signed-out' ? { data: 'kept' } : {}),
  }));
const submitted = { at: 0, kind: 'password-submitted' };
const out: Seen = {
  account: null,
  events: [submitted],
  service: service('password', 'signed-out'),
  unknown: [],
};
const reported: Reported = {
  id: '1',
  reference: plain.reference,
  state: 'done',
  outcome: 'signed-out',
  reason: '',
  round: 1,
  station: 'north',
};

const lies: [what: string, reported: Partial<Reported>, seen: Partial<Seen>, found: RegExp][] = [
  [
    'done while the account is on the phone',
    {},
    { account: {}, service: service('password') },
    /the account is on the phone/,
  ],
  [
    'parked while the account is off it',
    { state: 'parked', outcome: 'refused', reason: 'wrong-password' },
    {},
    /parked as refused/,
  ],
  [
    'a second password in one round',
    {},
    { events: [submitted, submitted] },
    /2 passwords were submitted in 1 rounds/,
  ],
  ['a second code in one round', {}, { service: service('code-sent', 'code-sent', 'signed-out') }, /2 codes/],
  ['a second sign-out', {}, { service: service('signed-out', 'signed-out') }, /2 sign-outs/],
  [
    'a refusal the phone has no reason for',
    { state: 'parked', outcome: 'refused', reason: 'network' },
    { account: {} },
    /refused: network/,
  ],
  ['a job that has not ended', { state: 'waiting' }, {}, /still waiting/],
];

test('a truthful end passes', () => {
  assert.deepEqual(violationsOf(plain, reported, out), []);
  const refused: Reported = { ...reported, state: 'parked', outcome: 'refused', reason: 'wrong-password' };
  assert.deepEqual(violationsOf(wrong, refused, { ...out, account: {}, service: [] }), []);
});

for (const [what, changes, seen, found] of lies)
  test(`${what} is found`, () =>
    assert.match(violationsOf(plain, { ...reported, ...changes }, { ...out, ...seen }).join(), found));

const record = (seq: number, changes: Partial<PhoneRecord> = {}) =>
  ({ seq, job: '1', state: 'done', outcome: 'signed-out', ...changes }) as PhoneRecord;
const delivered = (...records: PhoneRecord[]) =>
  new Map(
    records.map((one, at) => [`key ${at}`, new Set([JSON.stringify({ event: 'after', record: one })])]),
  );

test('a job with its record, delivered, passes, also when a station was killed before an earlier one counted', () => {
  assert.deepEqual(paperViolations([reported], [record(1)], delivered(record(1))), []);
  assert.deepEqual(paperViolations([reported], [record(1), record(2)], delivered(record(2))), []);
});

test('a record that is missing, not delivered or delivered twice is found', () => {
  assert.match(paperViolations([reported], [], delivered()).join(), /job 1 has no record/);
  assert.match(paperViolations([reported], [record(1)], delivered()).join(), /did not get record 1/);
  assert.match(
    paperViolations([reported], [record(1)], delivered(record(1), record(1))).join(),
    /under two keys/,
  );
  assert.match(
    paperViolations([reported], [record(1, { state: 'parked' })], delivered(record(1))).join(),
    /its last record says parked/,
  );
});

test('the record of a job is looked for at the station that had it last', () => {
  const job = { job: '1', state: 'done', outcome: 'signed-out' } as PhoneRecord;
  const broken = { ...job, state: 'waiting', outcome: 'error' } as PhoneRecord;
  const at = (north: PhoneRecord[], south: PhoneRecord[]) =>
    shelfViolations(
      [reported],
      new Map([
        ['north', north],
        ['south', south],
      ]),
    );
  assert.deepEqual(at([broken, job], [broken]), []);
  assert.match(at([], [job])[0] ?? '', /no record at north/);
  assert.match(
    at([job, broken], [job])[0] ?? '',
    /is done \(signed-out\), and its record at north says waiting/,
  );
});
