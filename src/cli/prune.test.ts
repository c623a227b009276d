import assert from 'node:assert/strict';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { run, workFolder } from '../live/command.ts';

workFolder('prune');

/** Folders of runs, old enough, in a parent of their own. */
function runs(parent: string, ...names: string[]): string {
  for (const name of names) {
    const folder = join(parent, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '01.png'), Buffer.alloc(1024 * 1024));
    for (const one of ['01.png', '']) utimesSync(join(folder, one), 1_600_000_000, 1_600_000_000);
  }
  return parent;
}
const OLD = ['20200101T000000Z-k1', '20200102T000000Z-k2', '20200103T000000Z-k3'];
const left = (parent: string) => OLD.filter((name) => existsSync(join(parent, name)));
const prune = (t: TestContext, ...words: string[]) => run(t, 'runs', 'prune', ...words);

suite('runs prune', () => {
  test('keeps so many of the newest, or those of so many days, and with both what either keeps', async (t) => {
    const one = runs('one', ...OLD);
    assert.equal((await prune(t, one, '--keep', '2')).stdout, 'Deleted 1 folder of runs (1.0 MB) in one\n');
    assert.deepEqual(left(one), OLD.slice(1));
    assert.equal(
      (await prune(t, one, '--keep', '1', '--days', '99999')).stdout,
      'Deleted 0 folders of runs (0.0 MB) in one\n',
    );
    assert.deepEqual(left(one), OLD.slice(1));
    assert.match(
      (await prune(t, one, '--days', '30')).stdout,
      /^Deleted 2 folders of runs \(2\.0 MB\) in one$/m,
    );
    assert.deepEqual(left(one), []);
  });

  test('as a dry run deletes nothing, and as JSON says of which folder what', async (t) => {
    const two = runs('two', ...OLD);
    const dry = await prune(t, two, '--keep', '1', '--dry-run', '--json');
    const said = JSON.parse(dry.stdout) as { folder: string; dryRun: boolean };
    assert.deepEqual([said.folder, said.dryRun], ['two', true]);
    assert.deepEqual(left(two), OLD);
    const done = JSON.parse((await prune(t, two, '--keep', '1', '--json')).stdout) as { dryRun: boolean };
    assert.equal(done.dryRun, false);
    assert.deepEqual(left(two), OLD.slice(2));
  });

  test('goes by KEEP_EVIDENCE_DAYS and EVIDENCE_DIR where nothing else is said', async (t) => {
    runs('runs', ...OLD);
    const none = await prune(t);
    assert.deepEqual(
      [none.code, none.error?.message, none.error?.hint],
      [
        2,
        'Nothing says which runs are old.',
        'give --keep NUMBER or --days NUMBER, or set KEEP_EVIDENCE_DAYS',
      ],
    );
    writeFileSync('.env', 'DATA_DIR=data\nEVIDENCE_DIR=runs\nKEEP_EVIDENCE_DAYS=30\n', { mode: 0o600 });
    assert.match((await prune(t, '--keep', '3')).stdout, /^Deleted 0 folders/);
    assert.match((await prune(t)).stdout, /^Deleted 3 folders of runs .* in \S*runs$/m);
  });

  test('a folder that is none, and a number that is none, are refused', async (t) => {
    writeFileSync('file', '');
    for (const folder of ['nosuch', 'file']) {
      const { error } = await prune(t, folder, '--keep', '1');
      assert.deepEqual(
        [error?.message, error?.hint],
        [`There is no folder '${folder}'.`, 'name the folder of runs, or set EVIDENCE_DIR'],
      );
    }
    for (const number of ['0', '-1', '1.5', 'x', '1000000'])
      for (const option of ['--keep', '--days']) {
        const { code, error } = await prune(t, 'one', `${option}=${number}`);
        assert.equal(code, 2);
        assert.match(error?.message ?? '', /It is not a whole number of at least 1\.$/);
      }
  });
});

suite('report prune', () => {
  const records = (t: TestContext, ...words: string[]) => run(t, 'report', 'prune', ...words);

  test('needs to know which records are old, and a folder of them', async (t) => {
    writeFileSync('.env', 'DATA_DIR=data\nRECORDS_DIR=records\n', { mode: 0o600 });
    const none = await records(t);
    assert.deepEqual(
      [none.code, none.error?.message, none.error?.hint],
      [2, 'Nothing says which records are old.', 'give --days NUMBER, or set KEEP_EVIDENCE_DAYS'],
    );
    const { error } = await records(t, '--days', '30');
    assert.match(error?.message ?? '', /^There is no folder '\S*records'\.$/);
    assert.equal(error?.hint, 'name the folder of records, or set RECORDS_DIR');
  });

  test('of records without old pictures deletes none', async (t) => {
    mkdirSync('records', { recursive: true });
    writeFileSync('.env', 'DATA_DIR=data\nRECORDS_DIR=records\nKEEP_EVIDENCE_DAYS=30\n', { mode: 0o600 });
    const { code, stdout, stderr } = await records(t, '--dry-run');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Would delete 0 /);
    const json = JSON.parse((await records(t, '--json')).stdout) as { dryRun: boolean; entry?: number };
    assert.deepEqual([json.dryRun, json.entry], [false, undefined]);
  });
});

test('jobs prune needs a number of days, and without a store has none to delete', async (t) => {
  const { error } = await run(t, 'jobs', 'prune');
  assert.match(error?.message ?? '', /'--days <number>' not specified/);
  const { code, stdout } = await run(t, 'jobs', 'prune', '--days', '30');
  assert.deepEqual([code, stdout], [0, 'Deleted 0 finished jobs\n']);
  const json = await run(t, 'jobs', 'prune', '--days', '30', '--json', '--dry-run');
  assert.deepEqual(JSON.parse(json.stdout), { dryRun: true, jobs: 0 });
});
