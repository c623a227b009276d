import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import type { ClaimedJob } from '../jobs/job.ts';
import { openPerformer } from './perform.ts';

test('a fault nobody foresaw is an end that quotes nothing of it, and is kept in full beside the logs', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-perform-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tools = join(folder, 'platform-tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'adb'), '', { mode: 0o755 });
  // Nobody listens on port 1.
  const settings = {
    ...loadSettings({}),
    androidHome: folder,
    adbServerPort: 1,
    appiumUrl: 'http://127.0.0.1:1',
  };
  const store = () => Promise.reject(new TypeError('canary is not iterable'));
  const { perform } = openPerformer(settings, { store, logs: folder });
  const order = { account: '6230001535', data: 'keep', ifForgotten: 'recover' } as ClaimedJob['order'];
  const end = await perform(
    { id: '1', round: 1, order } as ClaimedJob,
    'd1e2',
    AbortSignal.abort(),
    () => undefined,
    async () => undefined,
  );
  const file = join(folder, 'faults.log');
  assert.deepEqual([end.outcome, end.reason, end.hint], ['error', 'unexpected', `report what ${file} says`]);
  assert.doesNotMatch(JSON.stringify(end), /canary/);
  assert.match(readFileSync(file, 'utf8'), /TypeError: canary is not iterable\n {4}at .*perform\.test\.ts/);
});
