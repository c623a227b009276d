import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { openRunFolder, runFolderIn } from './folders.ts';
import { loadSettings, settingsWarnings } from './config.ts';

test('runs and records of commands are in the data folder, from whatever folder; those of specs below theirs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'folders-'));
  const { evidenceDir, recordsDir, specsDir } = loadSettings({ DATA_DIR: folder });
  assert.deepEqual(
    { evidenceDir, recordsDir, specsDir },
    {
      evidenceDir: join(folder, 'runs'),
      recordsDir: join(folder, 'records'),
      specsDir: join(process.cwd(), 'runs/specs'),
    },
  );
  const named = loadSettings({ DATA_DIR: folder, EVIDENCE_DIR: 'e', RECORDS_DIR: 'r' });
  assert.equal(named.evidenceDir, join(process.cwd(), 'e'));
  assert.equal(named.recordsDir, join(process.cwd(), 'r'));
  assert.equal(named.specsDir, join(process.cwd(), 'e/specs'));
});

test('a chain of records that was begun in the working directory goes on there, and where is said', (t) => {
  const [folder, home] = [realpathSync(mkdtempSync(join(tmpdir(), 'chain-'))), process.cwd()];
  t.after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });
  process.chdir(folder);
  const env = { DATA_DIR: join(folder, 'data') };
  const chain = (name: string) => mkdirSync(join(folder, name, 'chain'), { recursive: true });
  assert.deepEqual(settingsWarnings(env), []);
  chain('records');
  assert.equal(loadSettings(env).recordsDir, join(folder, 'records'));
  assert.match(
    settingsWarnings(env).join(),
    new RegExp(`chain of records in ${folder}/records goes on.*RECORDS_DIR=`),
  );
  assert.deepEqual(settingsWarnings({ ...env, RECORDS_DIR: 'records' }), [], 'its folder is named');
  chain('data/records');
  assert.equal(loadSettings(env).recordsDir, join(folder, 'data/records'));
  assert.match(settingsWarnings(env).join(), /^two chains of records: /);
});

test('each run of specs has a folder of its own, and the newest is found by its link', (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'runs-'));
  t.after(() => rmSync(parent, { recursive: true }));
  const at = (second: number) => runFolderIn(parent, new Date(Date.UTC(2026, 10, 30, 10, 0, second)));
  const [first, next] = [at(1), at(2)];
  assert.match(first, /\/20261130T100001Z-\d+$/);
  mkdirSync(join(first, 'wdio'), { recursive: true, mode: 0o755 });
  openRunFolder(first);
  openRunFolder(next);
  assert.deepEqual(readdirSync(parent).sort(), [basename(first), basename(next), 'latest']);
  assert.equal(realpathSync(join(parent, 'latest')), realpathSync(next));
  assert.equal(existsSync(join(first, 'wdio')), true);
  assert.equal(statSync(first).mode & 0o777, 0o700);
});
