import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  statfsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { smallDisk } from '../live/small-disk.ts';
import { listedJob } from '../live/job.ts';
import { sha256 } from './chain.ts';
import { mendRecords, writeRecord, type EndedAttempt, type PhoneRecord, recordIn } from './record.ts';
import { verifyRecords } from './verify.ts';

let root: string;
let records: string;
let evidence: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mi-unbind-records-'));
  records = join(root, 'records');
  evidence = join(root, 'run');
  mkdirSync(evidence);
  writeFileSync(join(evidence, '01-password-dialog.png'), 'picture');
  const events = [
    {
      at: '2026-11-26T00:55:20.000Z',
      kind: 'page',
      page: 'password dialog',
      package: 'a',
      screenshot: '01-password-dialog.png',
      source: '',
    },
    { at: '2026-11-26T00:55:21.000Z', kind: 'password-submitted', what: 'submit the password' },
  ];
  writeFileSync(
    join(evidence, 'timeline.jsonl'),
    `${events.map((event) => JSON.stringify(event)).join('\n')}\n{"cut sho`,
  );
});
afterEach(() => rmSync(root, { recursive: true }));

function ended(id: string): EndedAttempt {
  return {
    job: listedJob({
      ...{ id, batch: 'list.csv', state: 'running', attempts: 1, station: 'station-2', serial: 'd1e2' },
      order: {
        ...{ phone: { serial: 'd1e2' }, account: 'lab@example.com', contact: '+359888123456' },
        ...{ reference: 'L-1', ownerConsent: 'form 1' },
      },
      createdAt: '2026-11-26T00:50:00.000Z',
      startedAt: '2026-11-26T00:55:19.000Z',
    }),
    end: {
      outcome: 'signed-out',
      verifiedAt: '2026-11-26T00:55:31.000Z',
      model: 'Redmi Note 12',
      release: 'MIUI 14',
      region: 'global',
      language: 'bg-BG',
      imei: '356938035643809',
      account: '+35********56',
      passwordSubmitted: true,
      codeRequested: false,
      durationMs: 12_000,
      evidence,
      drift: [],
    },
    state: 'done',
    account: 'l***@example.com',
    ledger: [{ at: '2026-11-26T00:55:21.000Z', act: 'password-submitted' }],
    operator: 'Iva',
    station: 'station-2',
    tool: 'mi-unbind 0.1.0',
  };
}

const folder = (id: number) => `2026-11-26-005519000-${id}-d1e2`;
const file = (id: number, name = 'record.json') => join(records, folder(id), name);
const entry = (seq: number) => join(records, 'chain', `00000${seq}.sha256`);
const reported = async (known?: string) =>
  (await verifyRecords(records, { head: known })).problems.map(({ seq, what }) => `${seq ?? '-'}: ${what}`);

async function writeThree(): Promise<void> {
  for (const id of ['1', '2', '3']) await writeRecord(ended(id), { folder: records });
}

test('a record has its place in the chain, its evidence with hashes, and neither account nor number in clear', async () => {
  await writeThree();
  const text = readFileSync(file(2), 'utf8');
  const record = JSON.parse(text) as PhoneRecord;
  assert.equal(record.seq, 2);
  assert.equal(record.previous, sha256(readFileSync(file(1))));
  assert.deepEqual(record.evidence[0], {
    file: '01-password-dialog.png',
    bytes: 7,
    sha256: sha256('picture'),
  });
  assert.deepEqual(record.steps, [
    {
      at: '2026-11-26T00:55:20.000Z',
      page: 'password dialog',
      screenshot: '01-password-dialog.png',
      done: ['submit the password'],
    },
  ]);
  assert.doesNotMatch(text, /lab@example|888123456/);
  assert.deepEqual(await verifyRecords(records), {
    count: 3,
    head: { seq: 3, sha256: sha256(readFileSync(file(3))) },
    problems: [],
    unfinished: [],
    forgotten: [],
    pruned: [],
    signed: 0,
    checked: 0,
  });
});

test('an end is put on record once, however often it is written', async () => {
  const first = await writeRecord(ended('1'), { folder: records });
  const again = await writeRecord({ ...ended('1'), operator: 'somebody else' }, { folder: records });
  assert.deepEqual(again, first);
  assert.deepEqual(readdirSync(join(records, 'chain')), ['000001.sha256']);
});

test('one byte that is changed shows, in a record, its page or its evidence', async () => {
  await writeThree();
  for (const [id, name] of [
    [1, 'evidence/01-password-dialog.png'],
    [2, 'record.json'],
    [3, 'record.html'],
  ] as const)
    writeFileSync(file(id, name), readFileSync(file(id, name), 'latin1').replace(/[a-z]/, 'X'), 'latin1');
  assert.deepEqual(await reported(), [
    '1: evidence/01-password-dialog.png was changed',
    '2: record.json was changed',
    '3: record.html was changed',
  ]);
});

test('evidence that is taken away or added shows', async () => {
  await writeThree();
  rmSync(file(2, 'evidence/timeline.jsonl'));
  writeFileSync(file(2, 'evidence/more.png'), '');
  assert.deepEqual(await reported(), [
    '2: evidence/timeline.jsonl is missing',
    '2: evidence/more.png was added',
  ]);
});

test('a record that is taken away shows, with its place in the chain or without', async () => {
  await writeThree();
  rmSync(join(records, folder(1)), { recursive: true });
  rmSync(join(records, folder(2)), { recursive: true });
  rmSync(entry(2));
  assert.deepEqual(await reported(), [
    '1: the folder of this record is missing',
    '2: record 2 was taken out of the chain',
  ]);
});

test('the last record that is cut off the chain shows by its folder, and without it by what was noted elsewhere', async () => {
  await writeThree();
  const noted = sha256(readFileSync(file(3)));
  assert.deepEqual(await reported(noted), []);
  rmSync(entry(3));
  assert.deepEqual(await reported(), ['3: record 3 was cut off the end of the chain']);
  rmSync(join(records, folder(3)), { recursive: true });
  assert.deepEqual(await reported(), []);
  assert.match(
    (await reported(noted)).join(),
    /no record has the SHA-256 [0-9a-f]{64}: it was cut off the end/,
  );
});

test("two records in each other's place show", async () => {
  await writeThree();
  renameSync(entry(2), entry(9));
  renameSync(entry(3), entry(2));
  renameSync(entry(9), entry(3));
  assert.deepEqual(await reported(), [
    '2: in its place stands record 3',
    '2: it does not follow record 1',
    '3: in its place stands record 2',
    '3: it does not follow record 2',
  ]);
});

/** A pid that no process has: one above the greatest of Linux. */
const GONE = 4_194_305;

test('a record cut short before its place in the chain is no broken chain, and the next start gives it a place', async () => {
  await writeThree();
  rmSync(entry(3));
  renameSync(file(3), file(3, `record.${GONE}.json`));
  await writeRecord(ended('4'), { folder: records });
  const cut = await verifyRecords(records);
  assert.deepEqual([cut.problems, cut.unfinished], [[], [folder(3)]]);
  assert.deepEqual(mendRecords({ folder: records }), [folder(3)]);
  assert.equal((JSON.parse(readFileSync(file(3), 'utf8')) as PhoneRecord).seq, 4);
  assert.deepEqual(await reported(), []);
});

test('a record cut short after its place in the chain keeps it', async () => {
  await writeThree();
  renameSync(file(3), file(3, `record.${GONE}.json`));
  assert.deepEqual(await reported(), []);
  const { link } = await writeRecord(ended('3'), { folder: records });
  assert.equal(link.seq, 3);
  assert.deepEqual(await verifyRecords(records), {
    count: 3,
    head: link,
    problems: [],
    unfinished: [],
    forgotten: [],
    pruned: [],
    signed: 0,
    checked: 0,
  });
});

test('a draft of a process that is alive is left to it', async () => {
  await writeThree();
  cpSync(file(3), file(3, `record.${process.ppid}.json`));
  assert.deepEqual(mendRecords({ folder: records }), []);
});

test('a folder without a record is reported', async () => {
  await writeThree();
  mkdirSync(join(records, folder(4), 'evidence'), { recursive: true });
  assert.match((await reported()).join(), /-: the folder holds no record/);
  await writeRecord(ended('4'), { folder: records });
  assert.deepEqual(await reported(), []);
});

test('evidence whose copy was cut short is no broken chain, and the next start takes it away', async () => {
  await writeThree();
  const copies = [`.${GONE}-${folder(4)}`, `.${process.pid}-${folder(6)}`, `.${process.ppid}-${folder(5)}`];
  for (const copy of copies) mkdirSync(join(records, copy, 'evidence'), { recursive: true });
  assert.deepEqual(await reported(), []);
  assert.deepEqual(mendRecords({ folder: records }), []);
  assert.deepEqual(
    copies.map((copy) => existsSync(join(records, copy))),
    [false, false, true],
  );
});

test('two attempts within one second have a record each', async () => {
  const at = (startedAt: string) => ({ ...ended('1'), job: { ...ended('1').job, startedAt } });
  const first = await writeRecord(at('2026-11-26T00:55:19.180Z'), { folder: records });
  const second = await writeRecord(at('2026-11-26T00:55:19.448Z'), { folder: records });
  assert.deepEqual([first.record.seq, second.record.seq], [1, 2]);
});

test('on a full disk nothing is left of a record that could not be written, and it is written whole when there is room', async (t) => {
  records = mkdtempSync(join(tmpdir(), 'mi-unbind-disk-'));
  if (!smallDisk(t, records, 'size=400k')) return t.skip('this user may mount no disk');
  await writeRecord(ended('1'), { folder: records });
  writeFileSync(join(evidence, '02-page.png'), Buffer.alloc(150_000, 'x'));
  const fill = join(records, 'fill');
  // Full while the evidence is copied, and full when only the record is to be written.
  for (const left of [20_000, 170_000]) {
    writeFileSync(fill, '');
    const free = () => statfsSync(records).bavail * statfsSync(records).bsize;
    while (free() > left) appendFileSync(fill, Buffer.alloc(4096));
    const before = readdirSync(records, { recursive: true }).sort();
    await assert.rejects(writeRecord(ended('2'), { folder: records }), { code: 'ENOSPC' });
    assert.deepEqual(readdirSync(records, { recursive: true }).sort(), before);
    assert.deepEqual(await reported(), []);
    rmSync(fill);
  }
  const { record } = await writeRecord(ended('2'), { folder: records });
  assert.equal(record.seq, 2);
  assert.deepEqual(await reported(), []);
});

test('a line of the timeline that was cut short in the middle keeps no record from being written', async () => {
  const event = { at: '2026-11-26T00:55:21.000Z', kind: 'page', page: 'the last', package: 'a', source: '' };
  writeFileSync(join(evidence, 'timeline.jsonl'), `{"at":"2026\nnull\n${JSON.stringify(event)}\n`);
  const { record } = await writeRecord(ended('1'), { folder: records });
  assert.deepEqual(
    record.steps.map(({ page }) => page),
    ['the last'],
  );
});

test('a record that calls its station bench, as earlier ones do, is read with the name of its station', () => {
  const older = { format: 'mi-unbind record 2', seq: 1, phone: { serial: 'd1e2' }, evidence: [] };
  const { station, ...rest } = recordIn(JSON.stringify({ ...older, bench: 'desk-1' })) ?? assert.fail();
  assert.equal(station, 'desk-1');
  assert.equal('bench' in rest, false);
  assert.equal(recordIn(JSON.stringify({ ...older, station: 'desk-2' }))?.station, 'desk-2');
});
