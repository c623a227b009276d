import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Job, JobEnd, JobState } from '../jobs/job.ts';
import { forgetRecords } from '../report/forget.ts';
import { writeRecord } from '../report/record.ts';
import { RecordShelf } from './record-shelf.ts';

const END: JobEnd = {
  ...{ outcome: 'signed-out', model: 'Redmi 9', release: 'MIUI 12.5', region: 'global', language: 'bg' },
  ...{ imei: '867320001234563', account: '6230•••535', passwordSubmitted: true, codeRequested: false },
  ...{ durationMs: 16_200, evidence: '', drift: [] },
};
const about = {
  account: '********35',
  ledger: [],
  operator: 'Mira',
  station: 'Sofia 1',
  tool: 'mi-unbind 1',
};
const day = (date: string) => `2026-11-${date}T09:00:00.000Z`;

suite('the records of a station', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-shelf-'));
  const records = join(folder, 'records');
  const shelf = new RecordShelf(records);

  const write = (
    id: string,
    date: string,
    {
      reference = '',
      end = {},
      state = 'done',
    }: { reference?: string; end?: Partial<JobEnd>; state?: JobState },
  ) => {
    const job: Job = {
      ...{ id, batch: 'lab', state, attempts: 1, round: 1, recovering: false, station: 'Sofia 1' },
      ...{ serial: `serial${id}`, createdAt: day(date), startedAt: day(date), endedAt: day(date) },
      order: {
        ...{ phone: { serial: `serial${id}` }, account: '6230001535', data: 'keep', ifForgotten: 'stop' },
        ...{ reference, ownerConsent: '' },
      },
    };
    return writeRecord({ ...about, job, end: { ...END, ...end }, state }, { folder: records });
  };
  const wish = { search: '', since: '', until: '', outcome: '' };
  const found = (more: Partial<typeof wish>) => shelf.find({ ...wish, ...more }).map(({ seq }) => seq);
  let first = '';

  before(async () => {
    const evidence = join(folder, 'run');
    mkdirSync(evidence);
    for (const name of ['01-account.png', '02.png', 'timeline.jsonl', 'page.xml', 'a b.png'])
      writeFileSync(join(evidence, name), name === 'timeline.jsonl' ? '' : name);
    const one = await write('1', '01', { reference: 'RMA-77', end: { evidence } });
    first = one.file.split('/').at(-2) ?? '';
    const refused = { outcome: 'refused', reason: 'wrong-password', imei: '' };
    await write('2', '02', { reference: 'RMA-78', end: refused, state: 'parked' });
    await write('3', '03', { end: { imei: '35' } });
  });
  after(() => rmSync(folder, { recursive: true }));

  test('are found by reference, serial, IMEI, number or folder, in any case of letters, the newest first', () => {
    assert.deepEqual(found({}), [3, 2, 1]);
    const found1: [search: string, seqs: number[]][] = [
      ['rma-7', [2, 1]],
      [' RMA-77 ', [1]],
      ['SERIAL3', [3]],
      ['867320001234563', [1]],
      ['3', [3, 1]],
      [first.toUpperCase(), [1]],
      ['Redmi', []],
      ['nothing', []],
    ];
    for (const [search, seqs] of found1) assert.deepEqual(found({ search }), seqs, search);
  });

  test('are of a time from its begin on and before its end, and of one outcome', () => {
    assert.deepEqual(found({ since: day('02') }), [3, 2]);
    assert.deepEqual(found({ until: day('02') }), [1]);
    assert.deepEqual(found({ since: day('02'), until: day('03') }), [2]);
    assert.deepEqual(found({ outcome: 'signed-out' }), [3, 1]);
    assert.deepEqual(found({ outcome: 'refused' }), [2]);
    assert.deepEqual(found({ outcome: 'signed-out', since: day('02') }), [3]);
  });

  test('say what a list shows of them, with the pictures that are there', () => {
    const { sha256, folder: own, ...row } = shelf.row(first) ?? assert.fail('it is there');
    assert.equal(own, first);
    assert.match(sha256, /^[0-9a-f]{64}$/);
    assert.deepEqual(row, {
      ...{ seq: 1, reference: 'RMA-77', serial: 'serial1', imei: '867320001234563', model: 'Redmi 9' },
      ...{ outcome: 'signed-out', reason: '', state: 'done', endedAt: day('01'), durationMs: 16_200 },
      pictures: ['01-account.png', '02.png'],
    });
    const [, second] = shelf.find(wish);
    assert.deepEqual([second?.reason, second?.state, second?.imei], ['wrong-password', 'parked', '']);
  });

  test('give their sheet, their record and the pictures that they name, and no other file', () => {
    assert.match(shelf.file(first, 'record.html')?.toString() ?? '', /RMA-77/);
    assert.match(shelf.file(first, 'record.json')?.toString() ?? '', /"reference": "RMA-77"/);
    assert.equal(shelf.file(first, 'evidence/02.png')?.toString(), '02.png');
    for (const name of [
      'evidence/page.xml',
      'evidence/timeline.jsonl',
      'evidence/a b.png',
      '02.png',
      'evidence/3.png',
    ])
      assert.equal(shelf.file(first, name), undefined, name);
    writeFileSync(join(records, 'record.json'), '{}');
    for (const other of ['.', '..', 'nothing', ''])
      assert.equal(shelf.file(other, 'record.json'), undefined, other);
    rmSync(join(records, 'record.json'));
  });

  test('give a sheet in English as it was written, and in another language as it is made now', () => {
    const written = readFileSync(shelf.path(first), 'utf8');
    assert.equal(shelf.sheet(first, 'en'), written);
    const own = shelf.sheet(first, 'bg') ?? '';
    assert.match(own, /<html lang="bg">/);
    assert.ok(own.includes(shelf.row(first)?.sha256 ?? 'its hash'));
    assert.equal(shelf.sheet('nothing', 'en'), undefined);
    assert.equal(shelf.sheet('nothing', 'bg'), undefined);
  });

  test('have no picture that was pruned or is a link, without being started again', () => {
    const evidence = join(records, first, 'evidence');
    rmSync(join(evidence, '02.png'));
    utimesSync(evidence, new Date(), new Date(Date.now() + 5000));
    assert.deepEqual(shelf.row(first)?.pictures, ['01-account.png']);
    assert.equal(shelf.file(first, 'evidence/02.png'), undefined);
    rmSync(join(evidence, '01-account.png'));
    symlinkSync('/etc/hostname', join(evidence, '01-account.png'));
    assert.equal(shelf.file(first, 'evidence/01-account.png'), undefined);
  });

  test('are those that the chain has: an entry about others is none, nor is a record that it does not name', async () => {
    const gone = shelf.find({ ...wish, search: '3' }).find(({ seq }) => seq === 3)?.folder ?? '';
    const kept = readFileSync(join(records, gone, 'record.json'));
    const about3 = { jobs: ['3'], reference: '', runs: folder, operator: 'Mira', station: 's', tool: 't' };
    const { entry } = await forgetRecords({ folder: records }, about3);
    assert.equal(entry?.record.seq, 4);
    assert.deepEqual(found({}), [2, 1]);
    assert.equal(shelf.row(gone), undefined);
    const copy = join(records, 'copy');
    mkdirSync(copy);
    writeFileSync(join(copy, 'record.json'), String(kept).replace('"seq": 3', '"seq": 9'));
    assert.equal(shelf.row('copy'), undefined);
  });
});
