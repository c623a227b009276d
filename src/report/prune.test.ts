import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pruneRuns } from './prune.ts';

const HOUR = 60 * 60_000;

function folderOf(names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'prune-'));
  for (const name of names) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'result.json'), '{}');
  }
  return folder;
}

test('all runs but the newest are removed, and nothing that is no run', async (t) => {
  const runs = [
    '20261130T100000Z-abc',
    'station-20261129T100000Z',
    '20261128T100000Z-abc',
    '20261127T100000Z',
  ];
  const folder = folderOf([...runs, 'specs', 'my-20261101T100000Z']);
  t.after(() => rmSync(folder, { recursive: true }));
  symlinkSync('20261127T100000Z', join(folder, 'latest'));
  symlinkSync('specs', join(folder, '20261101T100000Z-link'));
  writeFileSync(join(folder, '20261101T100000Z.txt'), '');
  const removed = await pruneRuns(folder, 2, Date.now() + 2 * HOUR);
  assert.deepEqual(removed, ['20261128T100000Z-abc', '20261127T100000Z']);
  assert.deepEqual(readdirSync(folder).sort(), [
    '20261101T100000Z-link',
    '20261101T100000Z.txt',
    '20261130T100000Z-abc',
    'latest',
    'my-20261101T100000Z',
    'specs',
    'station-20261129T100000Z',
  ]);
});

test('a run that may be at work stays', async (t) => {
  const folder = folderOf(['20261130T100000Z-abc', '20261129T100000Z-abc']);
  t.after(() => rmSync(folder, { recursive: true }));
  assert.deepEqual(await pruneRuns(folder, 1, Date.now()), []);
});
