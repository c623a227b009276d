import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import type { StationEvent } from '../jobs/runner.ts';
import { logsFolder, noticesAs } from './run-jobs.ts';

test('the folder of a station is named after the moment, among the evidence', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-30T09:05:07.123Z') });
  assert.equal(
    logsFolder(loadSettings({ EVIDENCE_DIR: '/lab/runs' })),
    join('/lab/runs', 'station-20261130T090507Z'),
  );
});

test('what runs have trouble with is a problem that names its source, and a connection is none', () => {
  const events: StationEvent[] = [];
  const notice = noticesAs((event) => events.push(event));
  notice('imap', 'it is there', 'connected');
  notice('Appium', 'it has ended', 'fault');
  notice('imap', 'the line is cut', 'trouble' as 'fault');
  assert.deepEqual(
    events.map((event) => (event.kind === 'problem' ? event.what : event.kind)),
    ['Appium: it has ended', 'code source imap: the line is cut'],
  );
  assert.ok(events.every(({ at }) => !Number.isNaN(Date.parse(at))));
});
