import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadSettings, type Settings } from '../config/config.ts';
import type { Store } from '../store/store.ts';
import { byLedger } from './own-submission.ts';

const OUT = { kind: 'already-signed-out' };
const REFUSED = { kind: 'refused' };
const JOB = { id: '7', round: 2 };

/** A store whose ledger holds a submission that explains a signed-out phone, or none; and what it was asked. */
function storeWith(found: number) {
  const asked: [what: string, values: unknown[]][] = [];
  const pool = {
    query: async (sql: string, values: unknown[]) => {
      asked.push([sql.startsWith('select') ? 'looked' : 'ended', values]);
      return { rowCount: found, rows: [] };
    },
  };
  return { asked, store: async () => ({ pool }) as unknown as Store };
}

/** Without a database of its own, so that none is there. */
function settingsOf(t: TestContext, databaseUrl = ''): Settings {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-own-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return loadSettings({ DATA_DIR: folder, ...(databaseUrl && { DATABASE_URL: databaseUrl }) });
}
const GIVEN = 'postgres://lab@127.0.0.1/lab';

test('a phone that is signed out already was signed out by the password that its own job has submitted', async (t) => {
  const { asked, store } = storeWith(1);
  const ending = { serial: 'd1e2', submitted: false, job: JOB };
  assert.deepEqual(await byLedger({ settings: settingsOf(t), store }, OUT, ending), {
    outcome: { kind: 'signed-out' },
    isOwn: true,
  });
  assert.deepEqual(asked, [
    ['looked', ['7', 2]],
    ['ended', ['d1e2']],
  ]);
});

test('without such a submission it stays as it is, and nothing is ended', async (t) => {
  const { asked, store } = storeWith(0);
  const station = { settings: settingsOf(t, GIVEN), store };
  assert.deepEqual(await byLedger(station, OUT, { serial: 'd1e2', submitted: false }), { outcome: OUT, isOwn: false });
  assert.deepEqual(asked, [['looked', ['d1e2']]]);
});

test('of any other outcome the submissions on the phone are over, where there was one', async (t) => {
  const { asked, store } = storeWith(1);
  const station = { settings: settingsOf(t, GIVEN), store };
  const end = { outcome: REFUSED, isOwn: false };
  assert.deepEqual(await byLedger(station, REFUSED, { serial: 'd1e2', submitted: true }), end);
  assert.deepEqual(asked, [['ended', ['d1e2']]]);
  assert.deepEqual(await byLedger(station, REFUSED, { serial: 'd1e2', submitted: false, job: JOB }), end);
  assert.deepEqual(await byLedger(station, undefined, { serial: 'd1e2', submitted: true, job: JOB }), {
    outcome: undefined,
    isOwn: false,
  });
  assert.equal(asked.length, 1);
});

test('no store is made for a command on a phone that is signed out, and one that is gone takes nothing from it', async (t) => {
  const none = { settings: settingsOf(t), store: () => assert.fail('a store is made') };
  const end = { outcome: OUT, isOwn: false };
  assert.deepEqual(await byLedger(none, OUT, { serial: 'd1e2', submitted: false }), end);
  const gone = { settings: settingsOf(t, GIVEN), store: () => Promise.reject(new Error('it is gone')) };
  assert.deepEqual(await byLedger(gone, OUT, { serial: 'd1e2', submitted: false }), end);
});
