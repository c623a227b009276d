import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import type { ClaimedJob } from '../jobs/job.ts';
import { Secret } from '../secret.ts';
import { endOf, performerOf } from './perform.ts';
import { openStation } from './station.ts';

test('a fault that was not foreseen is an end that quotes nothing of it, and is kept in full beside the logs', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-perform-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tools = join(folder, 'platform-tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'adb'), '', { mode: 0o755 });
  // Nothing listens on port 1.
  const settings = {
    ...loadSettings({}),
    androidHome: folder,
    adbServerPort: 1,
    appiumUrl: 'http://127.0.0.1:1',
  };
  const store = () => Promise.reject(new TypeError('canary is not iterable'));
  const station = openStation(settings, { logs: folder });
  const order = { account: '6230001535', data: 'keep', ifForgotten: 'recover' } as ClaimedJob['order'];
  const end = await performerOf({ ...station, store })({ id: '1', round: 1, order } as ClaimedJob, 'd1e2', {
    signal: AbortSignal.abort(),
    onEvent: () => undefined,
    stillOurs: async () => undefined,
  });
  const file = join(folder, 'faults.log');
  assert.deepEqual([end.outcome, end.reason, end.hint], ['error', 'unexpected', `report what ${file} says`]);
  assert.doesNotMatch(JSON.stringify(end), /canary/);
  assert.match(readFileSync(file, 'utf8'), /TypeError: canary is not iterable\n {4}at .*perform\.test\.ts/);
});

test('each fact of a result stands in the end of its job, and of what it lacks nothing is claimed', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-26T00:55:31Z') });
  const nothing = {
    ...{ outcome: 'error', model: '', release: '', region: '', language: '', imei: '', account: '' },
    ...{ passwordSubmitted: false, codeRequested: false, durationMs: 0, evidence: '', drift: [] },
  };
  assert.deepEqual(endOf({}), nothing);
  const drift = [{ page: 'p', locator: 'l', wanted: 'w', found: 'f', advice: 'a' }];
  const known = {
    ...{ reason: 'wrong-password', retryFrom: '2026-12-01', message: 'it is wrong', hint: 'correct it' },
    ...{ model: 'M2', release: 'MIUI 14', region: 'global', language: 'en', account: '6***' },
    accountCheck: { verdict: 'same', words: 'the account named' } as const,
    ...{ passwordSubmitted: true, codeRequested: true, durationMs: 7, evidence: '/runs/1', drift },
    ...{ dataAnswer: 'keep' as const, facts: [{ name: 'n', value: 'v' }] },
  };
  const refused = { ...known, outcome: 'refused' as const };
  assert.deepEqual(endOf(refused, '860000000000009'), { ...refused, imei: '860000000000009' });
  const verifiedAt = '2026-11-26T00:55:31.000Z';
  for (const outcome of ['signed-out', 'already-signed-out'] as const)
    assert.deepEqual(endOf({ outcome }), { ...nothing, outcome, verifiedAt });
});

test('only a job without a password that may recover asks for one that is kept, and begins a recovery', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-perform-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'platform-tools'));
  writeFileSync(join(folder, 'platform-tools/adb'), '', { mode: 0o755 });
  const settings = {
    ...loadSettings({}),
    ...{ androidHome: folder, adbServerPort: 1, appiumUrl: 'http://127.0.0.1:1', evidenceDir: folder },
  };
  const ends = [];
  const code = { by: 'email', codeSource: 'imap', contact: 'a@b.example' };
  for (const [ifForgotten, password] of [
    ['stop', undefined],
    ['stop', new Secret('lab-pass-1')],
    ['recover', new Secret('lab-pass-1')],
    ['recover', undefined],
  ] as const) {
    const order = { account: '6230001535', data: 'keep', ifForgotten, ...code };
    let asked = 0;
    const pool = { query: async () => (asked++, { rows: [] }) };
    const seal = { blind: () => Buffer.alloc(32), open: () => '' };
    const station = {
      ...openStation(settings, { logs: folder }),
      store: async () => ({ pool, seal }) as never,
    };
    const end = await performerOf(station)({ id: '1', round: 1, order, password } as ClaimedJob, 'd1e2', {
      signal: new AbortController().signal,
      onEvent: () => undefined,
      stillOurs: async () => undefined,
    });
    ends.push([asked > 0, end.outcome, end.reason]);
  }
  const signOut = [false, 'error', 'adb-server'];
  assert.deepEqual(ends, [signOut, signOut, signOut, [true, 'error', 'code-source']]);
});
