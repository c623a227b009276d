import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import type { Store } from '../store/store.ts';
import { dailyPruning, DAY } from './retention.ts';

/** A database in which nothing is open, at this time, or that is away. */
const database = (isAway: () => boolean, now: () => number) => {
  const query = () =>
    isAway()
      ? Promise.reject(new Error('it is away'))
      : Promise.resolve({ rows: [{ count: 0, now: now() }] });
  return { pool: { query } } as unknown as Pick<Store, 'pool'>;
};

test('KEEP_EVIDENCE_DAYS deletes what is older once a day and says so; without it nothing is deleted', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-daily-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let now = Date.parse('2026-11-30T12:00:00Z');
  let isAway = false;
  let databaseAhead = 0;
  const said: string[] = [];
  const begin = (name: string) => {
    const at = join(folder, 'runs', name);
    mkdirSync(at, { recursive: true });
    utimesSync(at, 1_600_000_000, 1_600_000_000);
  };
  const left = () => readdirSync(join(folder, 'runs'));
  const daily = (days: string) =>
    dailyPruning({
      settings: loadSettings({
        ...{ EVIDENCE_DIR: join(folder, 'runs'), RECORDS_DIR: join(folder, 'records'), DATA_DIR: folder },
        ...{ KEEP_EVIDENCE_DAYS: days, OPERATOR: 'Iva' },
      }),
      store: database(
        () => isAway,
        () => now + databaseAhead,
      ),
      logs: join(folder, 'runs', 'station-20200101T000000Z'),
      clock: {
        now: () => now,
        elapsed: () => now,
        sleep: () => Promise.reject(new Error('nothing is waited for')),
      },
      onPruned: (what) => said.push(what),
    });
  begin('station-20200101T000000Z');
  begin('20261020T100000Z-a');
  begin('20261110T100000Z-b');
  await daily('')();
  assert.equal(left().length, 3);

  const prune = daily('30');
  isAway = true;
  await assert.rejects(prune());
  isAway = false;
  await prune();
  assert.equal(left().length, 3, 'one that failed is tried again after an hour, not at once');
  now += DAY / 24;
  await prune();
  assert.deepEqual(left(), ['20261110T100000Z-b', 'station-20200101T000000Z']);
  assert.match(
    said.join(),
    /^KEEP_EVIDENCE_DAYS: deleted 1 folder of runs \(0\.0 MB\) and 0 files of 0 records .*older than 30 days$/,
  );
  begin('20260101T000000Z-c');
  await prune();
  assert.equal(left().length, 3, 'once a day');
  now += DAY;
  await prune();
  assert.deepEqual([left().length, said.length], [2, 2]);
  // A clock that is wrong by years deletes nothing early, whichever of the two it is.
  for (const ahead of [1000 * DAY, -1000 * DAY]) {
    if (ahead < 0) now -= ahead;
    databaseAhead = ahead;
    await daily('30')();
    assert.deepEqual([left().length, said.length], [2, 2]);
  }
});
