import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListedOrder } from '../jobs/job.ts';
import { Secret } from '../secret.ts';
import { inWords } from './bulk-dry-run.ts';

const [FIRST, SECOND, OTHER] = ['860000000000009', '860000000000025', '860000000000033'];

function listed(row: number, phone: ListedOrder['order']['phone'], password?: string): ListedOrder {
  const order = {
    phone,
    account: '6230001535',
    data: 'keep',
    ifForgotten: 'stop',
    reference: '',
    ownerConsent: '',
  } as const;
  return { order, row, ...(password && { password: new Secret(password) }) };
}

const attached = [{ serial: 'a1b2c3d4', imei: FIRST, imei2: SECOND }, { serial: 'e5' }];

test('case c8: a dry run finds a phone by either of its IMEIs, and says which rows are not attached', () => {
  const rows = [
    listed(2, { imei: SECOND }, 'x'),
    listed(3, { serial: 'e5' }, 'x'),
    listed(4, { imei: OTHER }, 'x'),
  ];
  assert.deepEqual(inWords(rows, attached), ['attached now: rows 2–3', 'not attached: row 4']);
  assert.deepEqual(inWords([listed(2, { imei: OTHER, imei2: FIRST }, 'x')], attached), [
    'attached now: row 2',
  ]);
});

test('one phone that a list has by its serial and by an IMEI is named', () => {
  const rows = [listed(2, { serial: 'a1b2c3d4' }, 'x'), listed(5, { imei: SECOND }, 'x')];
  assert.deepEqual(inWords(rows, attached), [
    'attached now: rows 2, 5',
    'rows 2, 5 are one phone, a1b2c3d4: leave one of them',
  ]);
});

test('rows without a password, and a serial in other letters, are named', () => {
  assert.deepEqual(inWords([listed(2, { serial: 'A1B2C3D4' }), listed(3, { serial: 'e5' }, 'x')], attached), [
    'attached now: row 3',
    'not attached: row 2',
    "row 2: its serial is written otherwise: 'a1b2c3d4' is attached",
    'without a password: row 2',
  ]);
});

test('a list is looked at without adb too', () => {
  assert.deepEqual(inWords([listed(2, { serial: 'e5' }, 'x')], 'adb is not installed'), [
    'which phones are attached is not known: adb is not installed',
  ]);
});
