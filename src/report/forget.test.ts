import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { JobEnd } from '../jobs/job.ts';
import { listedJob } from '../live/job.ts';
import { rowsOfRecords } from './batch.ts';
import { forgetRecords } from './forget.ts';
import { writeRecord } from './record.ts';
import { signerOf } from './signature.ts';
import { verifyRecords } from './verify.ts';

let root: string;
let records: string;
let runs: string;
const signer = signerOf(generateKeyPairSync('ed25519').privateKey);
const keys = new Map([[signer.id, createPublicKey(signer.key)]]);
const about = { operator: 'Iva', station: 'b', tool: 'mi-unbind' };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mi-unbind-forget-'));
  [records, runs] = [join(root, 'records'), join(root, 'runs')];
});
afterEach(() => rmSync(root, { recursive: true }));

async function write(id: string, attempt = 1): Promise<string> {
  const evidence = join(runs, `run-${id}-${attempt}`);
  mkdirSync(evidence, { recursive: true });
  writeFileSync(join(evidence, '01-page.png'), 'a picture of the owner');
  writeFileSync(
    join(evidence, 'timeline.jsonl'),
    `{"at":"2026-11-26T00:55:19.${id}${attempt}0Z","kind":"step","what":"tap"}\n`,
  );
  const job = listedJob({
    ...{ id, batch: 'list', state: 'running', attempts: attempt, station: 'b', serial: 'd1e2' },
    order: { phone: { serial: 'd1e2' }, reference: `L-${id}` },
    createdAt: '2026-11-26T00:50:00.000Z',
    startedAt: `2026-11-26T00:55:1${attempt}.000Z`,
    endedAt: '2026-11-26T00:55:31.000Z',
  });
  const end: JobEnd = {
    ...{
      outcome: 'signed-out',
      model: '',
      release: '',
      region: '',
      language: '',
      imei: '',
      account: '6230***535',
    },
    ...{ passwordSubmitted: true, codeRequested: false, durationMs: 1, drift: [], evidence },
  };
  await writeRecord(
    { job, end, state: 'done', account: '6230***535', ledger: [], ...about },
    { folder: records, signer },
  );
  return evidence;
}
const forget = (...jobs: string[]) =>
  forgetRecords({ folder: records, signer }, { ...about, jobs, reference: `L-${jobs[0]}`, runs });
const verify = () => verifyRecords(records, { keys, allSigned: true });

test('records and runs of a job are removed, all its attempts, and the chain says when and by whom', async () => {
  const kept = await write('1');
  const gone = [await write('2'), await write('2', 2)];
  await write('3');
  const { records: count, runs: runCount, entry } = await forget('2');
  assert.deepEqual([count, runCount, entry?.link.seq], [2, 2, 5]);
  assert.ok(existsSync(kept) && gone.every((run) => !existsSync(run)));
  const { problems, forgotten } = await verify();
  assert.deepEqual(problems, []);
  assert.deepEqual(
    forgotten.map(({ seq, at, by }) => [seq, at.slice(0, 10), by]),
    [2, 3].map((seq) => [seq, new Date().toISOString().slice(0, 10), 'Iva']),
  );
  const left = readdirSync(records, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const text = left.map((one) => readFileSync(join(one.parentPath, one.name), 'utf8')).join('');
  assert.equal(text.split('a picture of the owner').length - 1, 2, 'the other records keep theirs');
  assert.deepEqual(
    rowsOfRecords(records).map(({ reference }) => reference),
    ['L-1', 'L-3'],
  );
  const page = readFileSync(entry?.file ?? '', 'utf8');
  assert.match(page, /record 2, record 3 were removed/);
  assert.match(page, /L-2/);
  assert.match(page, /Iva/);
  assert.doesNotMatch(page, /6230/);
});

test('asked once more, it removes what a crash has left, and adds no second entry', async () => {
  const run = await write('1');
  const copy = join(root, 'copy');
  cpSync(records, copy, { recursive: true });
  await forget('1');
  for (const name of readdirSync(copy))
    if (name !== 'chain') cpSync(join(copy, name), join(records, name), { recursive: true });
  mkdirSync(run, { recursive: true });
  writeFileSync(
    join(run, 'timeline.jsonl'),
    '{"at":"2026-11-26T00:55:19.110Z","kind":"step","what":"tap"}\n',
  );
  assert.deepEqual(await forget('1'), { records: 1, runs: 1 });
  assert.ok(!existsSync(run));
  assert.deepEqual((await verify()).problems, []);
});

test('nothing is added to the chain where there is nothing on record', async () => {
  await write('1');
  assert.deepEqual(await forget('2'), { records: 0, runs: 0 });
  assert.equal((await verify()).count, 1);
});

test('a record that is removed without an entry, or with a changed or unsigned one, is still missed', async () => {
  await write('1');
  await write('2');
  const folders = () =>
    readdirSync(records)
      .filter((name) => /^\d/.test(name))
      .sort();
  rmSync(join(records, folders()[0] ?? ''), { recursive: true });
  assert.match(JSON.stringify((await verify()).problems), /folder of this record is missing/);
  await forget('2');
  assert.match(JSON.stringify((await verify()).problems), /"seq":1.*is missing/);
  const entry = join(records, folders().at(-1) ?? '', 'record.json');
  writeFileSync(entry, readFileSync(entry, 'utf8').replace('"seq": 2', '"seq": 1'));
  assert.match(JSON.stringify((await verify()).problems), /"seq":2.*is missing/);
});
