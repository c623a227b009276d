import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderRecord } from './record-page.ts';
import type { PhoneRecord } from './record.ts';
import { beInSofia } from '../live/zone.ts';

beInSofia();

const record: PhoneRecord = {
  format: 'mi-unbind record 2',
  seq: 17,
  previous: 'ab'.repeat(32),
  page: '',
  signedBy: '',
  job: '4',
  batch: 'list.csv',
  attempt: 1,
  reference: 'طلب 4',
  phone: {
    serial: 'd1e2',
    imei: '356938035643809',
    model: 'Redmi',
    release: 'MIUI 14',
    region: 'global',
    language: 'ar-EG',
  },
  account: { listed: 'l***@example.com', onPhone: '' },
  data: 'keep',
  ifForgotten: 'stop',
  ownerConsent: 'form 4',
  operator: 'Ива',
  station: 'station-2',
  tool: 'mi-unbind 0.1.0',
  startedAt: '2026-11-26T00:55:19.000Z',
  endedAt: '2026-11-26T00:55:31.000Z',
  durationMs: 12_000,
  outcome: 'signed-out',
  reason: '',
  retryFrom: '',
  message: '',
  hint: '',
  state: 'done',
  verifiedAt: '2026-11-26T00:55:31.000Z',
  passwordSubmitted: true,
  dataAnswer: 'keep',
  facts: [],
  acts: [{ at: '2026-11-26T00:55:21.000Z', act: 'password-submitted' }],
  steps: [],
  drift: [],
  evidence: [],
  erasure: { method: '', standard: '', tool: '', verification: '', erasedBy: '', erasedAt: '' },
};

test('the verdict stands on top with what it was verified by', () => {
  assert.match(
    renderRecord(record, 'x'),
    /<h1>Signed out<\/h1>\s*<p>Verified: the phone&#39;s own account list, read 2026-11-26 02:55:31 UTC\+2, names/,
  );
  const refused = {
    ...record,
    outcome: 'refused',
    reason: 'find-device-locked',
    retryFrom: '2026-12-03',
    verifiedAt: '',
  };
  assert.match(
    renderRecord(refused, 'x'),
    /<h1>Refused<\/h1>\s*<p>The password was changed recently.*from 2026-12-03\./,
  );
});

test('it says that a sign-out is no erasure, and leaves the fields of one empty', () => {
  const shown = renderRecord(record, 'x');
  assert.match(shown, /A sign-out is not data sanitisation in the sense of NIST SP 800-88/);
  for (const field of ['Method', 'Standard', 'Verification', 'Erased by'])
    assert.ok(shown.includes(`<dt>${field}</dt><dd></dd>`), field);
});

test('a value is written in the direction of its own script, and what is not known is said', () => {
  const shown = renderRecord(record, 'x');
  assert.ok(shown.includes('<dd dir="auto">طلب 4</dd>'));
  assert.match(shown, /Account, on the phone<\/dt>\s*<dd dir="auto"><i>not known<\/i>/);
});

test('what was submitted in an earlier attempt is distinguished from this one, and data is kept only where the phone is signed out', () => {
  const acts = [{ at: '2026-11-26T00:50:00.000Z', act: 'password-submitted' }, ...record.acts];
  const shown = renderRecord({ ...record, acts }, 'x');
  assert.match(shown, /02:50:00 UTC\+2, in an earlier attempt<.*02:55:21 UTC\+2</);
  assert.match(shown, /<dd dir="auto">kept</);
  assert.match(renderRecord({ ...record, outcome: 'refused' }, 'x'), /<dd dir="auto">to be kept</);
});

test('however many pages were seen, two rows of them are shown', () => {
  const steps = Array.from({ length: 40 }, (_, n) => ({
    at: record.startedAt,
    page: `page ${n}`,
    screenshot: `${n}.png`,
    done: ['tap'],
  }));
  const shown = renderRecord({ ...record, steps }, 'x');
  assert.equal(shown.match(/<img /g)?.length, 18);
  assert.match(shown, /page 0<.*page 39<.*22 pages in the middle are in the evidence/s);
});

test('text from the phone or the list cannot become markup', () => {
  const bad = '<script>"\'';
  const steps = [{ at: bad, page: bad, screenshot: bad, done: [bad] }];
  const phone = { serial: bad, imei: bad, model: bad, release: bad, region: bad, language: bad };
  const shown = renderRecord(
    {
      ...record,
      phone,
      steps,
      reference: bad,
      ownerConsent: bad,
      operator: bad,
      outcome: bad,
      reason: bad,
      verifiedAt: '',
    },
    bad,
  );
  assert.ok(!shown.includes('<script>'));
});
