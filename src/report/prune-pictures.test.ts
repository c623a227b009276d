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
import { nothingDone } from '../jobs/nothing-done.ts';
import { listedJob } from '../live/job.ts';
import { rowsOfRecords } from './batch.ts';
import { prunePictures, type PrunePictures } from './prune-pictures.ts';
import { writeRecord } from './record.ts';
import { signerOf } from './signature.ts';
import { verifyRecords } from './verify.ts';

let root: string;
let records: string;
const signer = signerOf(generateKeyPairSync('ed25519').privateKey);
const keys = new Map([[signer.id, createPublicKey(signer.key)]]);
const about = { operator: 'Iva', station: 'b', tool: 'mi-unbind' };
const CUT = Date.parse('2026-11-01T00:00:00Z');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mi-unbind-prune-'));
  records = join(root, 'records');
});
afterEach(() => rmSync(root, { recursive: true }));

/** The folder of its record. */
async function write(id: string, day: string): Promise<string> {
  const evidence = join(root, 'run');
  mkdirSync(join(evidence, 'app'), { recursive: true });
  for (const name of ['01-account.png', '01-account.xml', 'app/02.png', 'result.json'])
    writeFileSync(join(evidence, name), `${name} of ${id}`);
  writeFileSync(join(evidence, 'timeline.jsonl'), '{"at":"","kind":"step","what":"tap"}\n');
  const job = listedJob({
    ...{ id, batch: 'list', state: 'running', attempts: 1, station: 'b', serial: 'd1' },
    order: { reference: `L-${id}` },
    createdAt: `${day}T08:00:00.000Z`,
    startedAt: `${day}T09:00:00.000Z`,
    endedAt: `${day}T09:01:00.000Z`,
  });
  const lab = { name: 'Lab', address: '', logo: { kind: 'png', content: Buffer.from('a logo') } };
  const ended = {
    job,
    end: { ...nothingDone('signed-out'), evidence },
    state: 'done',
    account: 'a',
  } as const;
  const { file } = await writeRecord(
    { ...ended, ledger: [{ act: 'password-submitted', at: `${day}T09:00:30.000Z` }], lab, ...about },
    { folder: records, signer },
  );
  return join(file, '..');
}
const prune = (changes: Partial<PrunePictures> = {}) =>
  prunePictures({ folder: records, signer }, { ...about, before: CUT, spared: new Set(), ...changes });
const verify = () => verifyRecords(records, { keys, allSigned: true });
const problems = async () => (await verify()).problems.map(({ seq, what }) => `${seq}: ${what}`);
const evidenceIn = (folder: string) =>
  readdirSync(join(folder, 'evidence'), { recursive: true, withFileTypes: true })
    .flatMap((one) => (one.isFile() ? [one.name] : []))
    .sort();

test('old pictures and page sources go, their record stays as it was sealed, and verify says when they were pruned', async () => {
  const old = await write('1', '2026-10-20');
  const young = await write('2', '2026-11-20');
  const before = readFileSync(join(old, 'record.json'));
  const would = await prune({ dryRun: true });
  assert.deepEqual([would.records, would.files, would.entry], [1, 3, undefined]);
  assert.equal(would.bytes, '01-account.png of 1'.length * 2 + 'app/02.png of 1'.length);
  assert.deepEqual([evidenceIn(old).length, await problems()], [6, []]);

  const { entry, ...counts } = await prune();
  assert.deepEqual({ ...counts }, { records: 1, files: 3, bytes: would.bytes });
  assert.deepEqual(evidenceIn(old), ['lab-logo.png', 'result.json', 'timeline.jsonl']);
  assert.equal(evidenceIn(young).length, 6);
  assert.deepEqual(readFileSync(join(old, 'record.json')), before);
  const verified = await verify();
  assert.deepEqual([verified.problems, verified.count, verified.signed], [[], 3, 3]);
  assert.deepEqual(verified.pruned, [{ seq: 1, at: entry?.record.endedAt, by: 'Iva', files: 3 }]);
  assert.match(
    readFileSync(entry?.file ?? '', 'utf8'),
    /3 pictures and page sources of record 1 were removed/,
  );
  // It is no attempt, and there is nothing left to prune.
  assert.deepEqual(
    rowsOfRecords(records)
      .map(({ reference }) => reference)
      .sort(),
    ['L-1', 'L-2'],
  );
  assert.deepEqual(await prune(), { records: 0, files: 0, bytes: 0 });
  assert.equal((await verify()).count, 3);
});

test('a job that is not finished keeps its pictures', async () => {
  const folder = await write('1', '2026-10-20');
  assert.equal((await prune({ spared: new Set(['1']) })).files, 0);
  assert.equal(evidenceIn(folder).length, 6);
});

test('what was removed by hand or changed shows as such before and after, and no entry covers it', async () => {
  const folder = await write('1', '2026-10-20');
  rmSync(join(folder, 'evidence', '01-account.png'));
  writeFileSync(join(folder, 'evidence', '01-account.xml'), 'another');
  const found = ['1: evidence/01-account.png is missing', '1: evidence/01-account.xml was changed'];
  assert.deepEqual(await problems(), found);
  assert.equal((await prune()).files, 1);
  assert.deepEqual(await problems(), found);
  assert.deepEqual(evidenceIn(folder).includes('01-account.xml'), true, 'what was changed is kept');
  // What stays of a pruned record is under the chain as before.
  rmSync(join(folder, 'evidence', 'result.json'));
  assert.deepEqual(await problems(), [...found, '1: evidence/result.json is missing']);
});

test('an entry that was changed covers nothing, and neither does one of another chain', async () => {
  await write('1', '2026-10-20');
  const { entry } = await prune();
  const own = join(entry?.file ?? '', '..', 'record.json');
  writeFileSync(own, readFileSync(own, 'utf8').replace('"operator": "Iva"', '"operator": "Ivo"'));
  assert.equal((await problems()).filter((what) => /^1: evidence\/.* is missing$/.test(what)).length, 3);
});

test('cut short after its entry, the next one removes what is left and writes no second entry', async () => {
  const folder = await write('1', '2026-10-20');
  const copy = join(root, 'copy');
  cpSync(join(folder, 'evidence'), copy, { recursive: true });
  await prune();
  cpSync(copy, join(folder, 'evidence'), { recursive: true });
  assert.deepEqual(await problems(), []);
  const { entry, files } = await prune();
  assert.deepEqual([entry, files], [undefined, 3]);
  assert.equal(existsSync(join(folder, 'evidence', '01-account.png')), false);
  const { count, problems: left } = await verify();
  assert.deepEqual([count, left], [2, []]);
});
