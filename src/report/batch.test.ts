import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv, junit } from './batch-files.ts';
import { renderBatch } from './batch-page.ts';
import type { Job } from '../jobs/job.ts';
import { nothingDone } from '../jobs/nothing-done.ts';
import { batchOf, rowOfJob, type BatchRow } from './batch.ts';
import { beInSofia } from '../live/zone.ts';
import { listedJob } from '../live/job.ts';

beInSofia();

const drift = {
  page: 'password dialog',
  locator: 'confirm',
  wanted: 'id a',
  found: 'label b',
  advice: 'add b',
};

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
    checklist: '',
    ...over,
  };
}

const batchWith = (...rows: BatchRow[]) =>
  batchOf('list.csv', '2026-11-26T01:00:00.000Z', { seq: 0, sha256: '' }, rows);
const refused = row('2', { state: 'parked', outcome: 'refused', reason: 'wrong-password' });
const waiting = row('3', { state: 'waiting', outcome: 'waiting', durationMs: 0, record: '' });
const forPerson = row('4', { state: 'needs-person', outcome: 'needs-person', reason: 'captcha' });
const failed = row('5', {
  state: 'parked',
  outcome: 'error',
  reason: 'phone-lost',
  message: 'The phone is gone.',
  hint: 'attach it',
});

test('what failed stands first, what is done last', () => {
  assert.deepEqual(
    batchWith(row('1'), waiting, forPerson, refused).rows.map(({ job }) => job),
    ['2', '3', '4', '1'],
  );
});

test('the median and the slowest are of the phones that were begun', () => {
  const { medianMs, slowest } = batchWith(
    waiting,
    row('1', { durationMs: 4000 }),
    row('2', { durationMs: 9000 }),
  );
  assert.equal(medianMs, 6500);
  assert.equal(slowest?.job, '2');
  assert.equal(batchWith().medianMs, 0);
});

test('drift is reported once for each release, with how many phones have it', () => {
  const { drift: reported } = batchWith(
    row('1', { drift: [drift, drift] }),
    row('2', { drift: [drift] }),
    row('3', { drift: [drift], release: 'HyperOS 2' }),
  );
  assert.deepEqual(
    reported.map(({ release, phones, advice }) => [release, phones, advice]),
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
  const xml = junit(
    batchWith(row('1', { reference: '\u0000\u001b]]><a "\'&\ud800\uffff', state: 'parked' })),
  );
  assert.match(xml, /name="serial1 · \]\]&#62;&#60;a &#34;&#39;&#38;"/);
});

test('the page shows the totals, and whatever is to be seen to with why', () => {
  const shown = renderBatch(batchWith(row('1', { drift: [drift] }), failed, refused));
  assert.match(
    shown,
    /<h1>1 of 3 done<\/h1>.*Not done yet.*The phone is gone. → attach it.*Pages that differ.*add b.*Done.*serial1/s,
  );
});

test('text from the phone or the list cannot become markup', () => {
  const bad = '<script>"\'';
  const reported = { page: bad, locator: bad, wanted: bad, found: bad, advice: bad };
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
      drift: [reported],
    }),
  );
  assert.ok(!renderBatch(batchOf(bad, bad, { seq: 1, sha256: bad }, rows)).includes('<script>'));
});

/** What each phone of a batch shows in a table, by the table's headings. */
function cells(shown: string): Record<string, string>[] {
  return [...shown.matchAll(/<table>.*?<\/table>/gs)].flatMap(([table]) => {
    const texts = (tag: string, part: string) =>
      [...part.matchAll(new RegExp(`<${tag}(?: [^>]*)?>(.*?)</${tag}>`, 'gs'))].map(([, text = '']) => text);
    const headings = texts('th', table);
    const body = /<tbody>(.*)<\/tbody>/s.exec(table)?.[1] ?? '';
    return texts('tr', body).map((row) =>
      Object.fromEntries(texts('td', row).map((text, place) => [headings[place] ?? '', text])),
    );
  });
}

const facts = (shown: string) =>
  Object.fromEntries(
    [...shown.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, name = '', value = '']) => [name, value]),
  );

test('each fact of a phone that is done stands in the table, and what is not known is empty', () => {
  const bare = row('2', {
    imei: '',
    reference: '',
    model: '',
    release: '',
    region: '',
    endedAt: '',
    record: '',
  });
  assert.deepEqual(cells(renderBatch(batchWith(row('1', { imei: '356938035643809' }), bare))), [
    {
      Phone: '<a href="../folder-1/record.html">serial1</a><small>356938035643809</small>',
      ...{ Reference: 'L-1', Outcome: 'Signed out', Model: 'Redmi', Release: 'MIUI 14 · global' },
      ...{ Ended: '2026-11-26 02:55:31 UTC+2', Took: '10.0 s' },
    },
    {
      Phone: 'serial2',
      Reference: '',
      Outcome: 'Signed out',
      Model: '',
      Release: '',
      Ended: '',
      Took: '10.0 s',
    },
  ]);
});

test('each fact of a phone that is not done stands in the table, with why and what to do', () => {
  const byImei = row('6', {
    serial: '',
    imei: '356938035643809',
    state: 'waiting',
    outcome: 'waiting',
    durationMs: 0,
    record: '',
  });
  const unrecorded = row('7', { state: 'unrecorded', record: '' });
  const shown = cells(renderBatch(batchWith(refused, byImei, unrecorded, failed)));
  assert.deepEqual(
    shown.map(({ Phone, Outcome }) => [Phone, Outcome]),
    [
      ['<a href="../folder-2/record.html">serial2</a>', 'Refused'],
      ['<a href="../folder-5/record.html">serial5</a>', 'Failed'],
      ['356938035643809', 'Waits for its phone'],
      ['serial7', 'Signed out'],
    ],
  );
  const why = shown.map((one) => one['Why, and what to do']);
  assert.match(why[0] ?? '', /^The phone says the password is wrong; .* → check it/);
  assert.deepEqual(why.slice(1), [
    'The phone is gone. → attach it',
    '',
    'Not on record yet → free space for RECORDS_DIR, then run the same command again',
  ]);
});

test('the totals name how many phones ended how, the usual time and the slowest phone, where any was begun', () => {
  const shown = renderBatch(
    batchWith(row('1', { durationMs: 4000 }), row('2', { durationMs: 9000 }), refused, waiting),
  );
  assert.deepEqual(facts(shown), {
    ...{ Phones: '4', 'Signed out': '2', Refused: '1', 'Not begun': '1' },
    ...{ 'Time, median': '9.0 s', Slowest: '10.0 s, serial2' },
  });
  assert.deepEqual(facts(renderBatch(batchWith(waiting))), { Phones: '1', 'Not begun': '1' });
});

test('the colour is that of the worst, and nothing stands under a heading without phones', () => {
  const tone = (...rows: BatchRow[]) => /<header class="(\w+)">/.exec(renderBatch(batchWith(...rows)))?.[1];
  assert.deepEqual(
    [tone(row('1')), tone(row('1'), waiting), tone(waiting, refused)],
    ['good', 'fair', 'bad'],
  );
  assert.doesNotMatch(renderBatch(batchWith(row('1'))), /Not done yet|Pages that differ/);
  assert.doesNotMatch(renderBatch(batchWith(refused)), /<h2>Done<\/h2>/);
});

test('the newest record stands below, with its signature where it is signed, and nothing where there is none', () => {
  const with_ = (head: Parameters<typeof batchOf>[2]) =>
    renderBatch(batchOf('list', '2026-11-26T01:00:00.000Z', head, [row('1')]));
  assert.match(with_({ seq: 7, sha256: 'ab' }), /Newest record: 7, SHA-256 <code>ab<\/code><\/footer>/);
  assert.match(
    with_({ seq: 7, sha256: 'ab', key: '0123', signature: 'c2ln' }),
    /SHA-256 <code>ab<\/code><br>Signed with key <code>0123<\/code>: <code>c2ln<\/code>/,
  );
  assert.doesNotMatch(with_({ seq: 0, sha256: '' }), /Newest record/);
  assert.match(
    with_({ seq: 0, sha256: '' }),
    /2026-11-26 03:00:00 UTC\+2 · a sign-out is no data sanitisation/,
  );
});

test('each drift stands with how many phones have it, and on what', () => {
  const shown = cells(renderBatch(batchWith(row('1', { drift: [drift] }), row('2', { drift: [drift] }))))[0];
  assert.deepEqual(shown, {
    ...{ Phones: '2', Release: 'MIUI 14', 'Page, thing': 'password dialog<small>confirm</small>' },
    ...{ 'Found by': '<small>not id a</small>but label b', Advice: '<span lang="en">add b</span>' },
  });
});

test('each column of the CSV holds what it is called', () => {
  const one = row('1', {
    ...failed,
    job: '41',
    imei: '356938035643809',
    retryFrom: '2026-12-03',
    attempts: 2,
    checklist: 'SIM; Find device',
  });
  const [head = '', line = ''] = csv(batchWith(one)).replace('\uFEFF', '').split('\r\n');
  const values = line.split(',');
  assert.deepEqual(Object.fromEntries(head.split(',').map((name, place) => [name, values[place]])), {
    ...{
      serial: 'serial5',
      imei: '356938035643809',
      reference: 'L-5',
      state: 'parked',
      outcome: 'error',
      reason: 'phone-lost',
    },
    ...{
      what_to_do: 'The phone is gone. → attach it',
      retry_from: '2026-12-03',
      model: 'Redmi',
      release: 'MIUI 14',
      region: 'global',
    },
    ...{
      attempts: '2',
      started_at: '2026-11-26T00:55:19.000Z',
      ended_at: '2026-11-26T00:55:31.000Z',
      seconds: '10.0',
    },
    ...{ job: '41', record: 'folder-5', result: 'failed', checklist: 'SIM; Find device' },
  });
});

test('JUnit counts a phone as what it is: passed, a failure, an error, or not come to an end', () => {
  const kind = (one: BatchRow) => /<(failure|error|skipped) /.exec(junit(batchWith(one)))?.[1];
  const rows = [
    row('1'),
    refused,
    forPerson,
    failed,
    waiting,
    row('6', { state: 'cancelled' }),
    row('7', { state: 'unrecorded' }),
  ];
  assert.deepEqual(rows.map(kind), [
    undefined,
    'failure',
    'failure',
    'error',
    'skipped',
    'skipped',
    'skipped',
  ]);
  const xml = junit(batchWith(row('1'), refused));
  assert.match(
    xml,
    /<testsuite name="list\.csv" tests="2" failures="1" errors="0" skipped="0" time="20\.0" timestamp="2026-11-26T01:00:00">/,
  );
  assert.match(
    xml,
    /<testcase classname="mi-unbind\.list\.csv" name="serial1 · L-1" time="10\.0"><system-out>folder-1\/record\.html<\/system-out><\/testcase>/,
  );
  assert.match(xml, /<failure message="refused: the phone says[^"]*" type="wrong-password"\/>/);
  assert.doesNotMatch(junit(batchWith(waiting)), /system-out/);
});

test('the row of a job tells its IMEI as the phone says it, else as the list has it', () => {
  const job = (imei: string, phone: Job['order']['phone']): Job =>
    listedJob({ state: 'done', order: { phone }, end: { ...nothingDone('signed-out'), imei } });
  const listed = { imei: '356938035643809' };
  assert.equal(rowOfJob(job('867320210670604', listed), '/none').imei, '867320210670604');
  assert.equal(rowOfJob(job('', listed), '/none').imei, '356938035643809');
  assert.deepEqual(
    [rowOfJob(job('', { serial: 'd1' }), '/none').imei, rowOfJob(job('', { serial: 'd1' }), '/none').serial],
    ['', 'd1'],
  );
});

test('the row of a job tells what became of it, also where it has no end', () => {
  const base = listedJob();
  assert.deepEqual(
    [rowOfJob(base, '/none').outcome, rowOfJob(base, '/none').record, rowOfJob(base, '/none').durationMs],
    ['waiting', '', 0],
  );
  assert.equal(
    rowOfJob({ ...base, state: 'cancelled', end: nothingDone('refused') }, '/none').outcome,
    'cancelled',
  );
  assert.equal(
    rowOfJob({ ...base, state: 'parked', end: nothingDone('refused', 'network') }, '/none').reason,
    'network',
  );
  assert.equal(
    rowOfJob({ ...base, state: 'done', end: { ...nothingDone('x'), finishedBy: 'Iva' } }, '/none').outcome,
    'finished-by-hand',
  );
});
