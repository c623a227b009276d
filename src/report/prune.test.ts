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
  const { removed } = await pruneRuns(folder, { keep: 2, now: Date.now() + 2 * HOUR });
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
  assert.deepEqual(await pruneRuns(folder, { keep: 1, now: Date.now() }), { removed: [], bytes: 0 });
});

test('by days, those that began since then stay, and a dry run removes nothing but says what it would free', async (t) => {
  const runs = ['20261130T100000Z-abc', '20261101T100000Z-abc', '20261031T095959Z-abc', '20250101T000000Z'];
  const folder = folderOf(runs);
  t.after(() => rmSync(folder, { recursive: true }));
  const now = Date.now() + 2 * HOUR;
  const wish = { before: Date.parse('2026-11-01T10:00:00Z'), now };
  const would = { removed: ['20261031T095959Z-abc', '20250101T000000Z'], bytes: 4 };
  assert.deepEqual(await pruneRuns(folder, { ...wish, dryRun: true }), would);
  assert.equal(readdirSync(folder).length, 4);
  // With both, a run goes only where both say so.
  assert.deepEqual(await pruneRuns(folder, { ...wish, keep: 3 }), {
    removed: ['20250101T000000Z'],
    bytes: 2,
  });
  assert.deepEqual((await pruneRuns(folder, wish)).removed, ['20261031T095959Z-abc']);
});

test('what a job still needs, the newest run on a phone that is worked on, and a station at work stay', async (t) => {
  const runs = [
    '20261130T100000Z-10.0.7.21_5555',
    '20261129T100000Z-10.0.7.21_5555',
    '20261128T100000Z-needed',
    'station-20261127T100000Z',
    'station-20261126T100000Z',
  ];
  const folder = folderOf(runs);
  t.after(() => rmSync(folder, { recursive: true }));
  const spared = {
    folders: [join(folder, '20261128T100000Z-needed'), '/elsewhere/20261129T100000Z-10.0.7.21_5555'],
    serials: ['10.0.7.21:5555'],
    stations: 1,
  };
  const { removed } = await pruneRuns(folder, { spared, now: Date.now() + 2 * HOUR });
  assert.deepEqual(removed, ['20261129T100000Z-10.0.7.21_5555', 'station-20261126T100000Z']);
});
