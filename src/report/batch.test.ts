import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv, junit } from './batch-files.ts';
import { renderBatch } from './batch-page.ts';
import { batchOf, type BatchRow } from './batch.ts';

const drift = { page: 'password dialog', locator: 'confirm', wanted: 'id a', found: 'label b', advice: 'add b' };

function row(job: string, over: Partial<BatchRow> = {}): BatchRow {
  return {
    job,
    reference: `L-${job}`,
    serial: `serial${job}`,
    imei: '',
    model: 'Redmi',
    release: 'MIUI 14',
    region: 'global',
    state: 'done',
    outcome: 'signed-out',
    reason: '',
    retryFrom: '',
    message: '',
    hint: '',
    attempts: 1,
    startedAt: '2026-11-26T00:55:19.000Z',
    endedAt: '2026-11-26T00:55:31.000Z',
    durationMs: 10_000,
    record: `folder-${job}`,
    drift: [],
    ...over,
  };
}

const batchWith = (...rows: BatchRow[]) => batchOf('list.csv', '2026-11-26T01:00:00.000Z', { seq: 0, sha256: '' }, rows);
const refused = row('2', { state: 'parked', outcome: 'refused', reason: 'wrong-password' });
const waiting = row('3', { state: 'waiting', outcome: 'waiting', durationMs: 0, record: '' });
const forPerson = row('4', { state: 'needs-person', outcome: 'needs-person', reason: 'captcha' });
const failed = row('5', { state: 'parked', outcome: 'error', reason: 'phone-lost', message: 'The phone is gone.', hint: 'attach it' });

test('what failed stands first, what is done last', () => {
  assert.deepEqual(
    batchWith(row('1'), waiting, forPerson, refused).rows.map(({ job }) => job),
    ['2', '3', '4', '1'],
  );
});

test('the median and the slowest are of the phones that were begun', () => {
  const { medianMs, slowest } = batchWith(waiting, row('1', { durationMs: 4000 }), row('2', { durationMs: 9000 }));
  assert.equal(medianMs, 6500);
  assert.equal(slowest?.job, '2');
  assert.equal(batchWith().medianMs, 0);
});

test('drift is told once for each release, with how many phones have it', () => {
  const { drift: told } = batchWith(
    row('1', { drift: [drift, drift] }),
    row('2', { drift: [drift] }),
    row('3', { drift: [drift], release: 'HyperOS 2' }),
  );
  assert.deepEqual(
    told.map(({ release, phones, advice }) => [release, phones, advice]),
    [
      ['MIUI 14', 2, 'add b'],
      ['HyperOS 2', 1, 'add b'],
    ],
  );
});

test('a spreadsheet takes no cell for a formula, and reads it as UTF-8', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    const text = csv(batchWith(row('1', { reference: `${start}1+"1"` })));
    assert.ok(text.includes(`"'${start}1+""1"""`), JSON.stringify(start));
  }
  assert.ok(csv(batchWith(row('1', { reference: '订单, 4' }))).startsWith('\uFEFFserial,imei,reference,'));
  assert.ok(csv(batchWith(row('1', { reference: '订单, 4' }))).includes(',"订单, 4",done,'));
});

test('JUnit has a test case for each phone, with how it ended and where its record is', () => {
  const xml = junit(batchWith(row('1'), refused, waiting, forPerson, failed));
  assert.match(xml, /<testsuite name="list.csv" tests="5" failures="2" errors="1" skipped="1"/);
  assert.match(
    xml,
    /name="serial5 · L-5"[^>]*><error message="failed: The phone is gone. → attach it" type="phone-lost"\/><system-out>folder-5\/record.html/,
  );
  assert.match(xml, /name="serial3 · L-3" time="0.0"><skipped message="waits for its phone"\/><\/testcase>/);
});

test('JUnit stays XML whatever a list or a phone says', () => {
  const xml = junit(batchWith(row('1', { reference: '\u0000\u001b]]><a "\'&\ud800\uffff', state: 'parked' })));
  assert.match(xml, /name="serial1 · \]\]&#62;&#60;a &#34;&#39;&#38;"/);
});

test('the page shows the totals, and whatever is to be seen to with why', () => {
  const shown = renderBatch(batchWith(row('1', { drift: [drift] }), failed, refused));
  assert.match(shown, /<h1>1 of 3 done<\/h1>.*To be seen to.*The phone is gone. → attach it.*Pages that differ.*add b.*Done.*serial1/s);
});

test('text from the phone or the list cannot become markup', () => {
  const bad = '<script>"\'';
  const told = { page: bad, locator: bad, wanted: bad, found: bad, advice: bad };
  const rows = ['done', 'parked'].map((state) =>
    row(bad, {
      state: state as BatchRow['state'],
      serial: bad,
      imei: bad,
      reference: bad,
      model: bad,
      outcome: bad,
      message: bad,
      hint: bad,
      record: bad,
      drift: [told],
    }),
  );
  assert.ok(!renderBatch(batchOf(bad, bad, { seq: 1, sha256: bad }, rows)).includes('<script>'));
});
