import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupsOf } from './groups.ts';

const grouped = (texts: Record<string, string>) =>
  groupsOf(Object.keys(texts), (file) => texts[file] ?? '').map(({ name, files }) => [name, ...files]);

test('the files of a room share a process, in the order in which they come', () =>
  assert.deepEqual(
    grouped({
      'src/errors.test.ts': '',
      'src/sim/adb/wire.test.ts': "import './in-process.ts'; run(process.execPath, 'process.exit()')",
      'src/sim/spec.test.ts': 'if (process.platform === here) t.mock.method(store, name)',
    }),
    [
      ['src', 'src/errors.test.ts'],
      ['src/sim', 'src/sim/adb/wire.test.ts', 'src/sim/spec.test.ts'],
    ],
  ));

test('those that name a time zone share with each other alone', () =>
  assert.deepEqual(
    grouped({
      'src/report/a.test.ts': "import { beInSofia } from '../live/zone.ts';",
      'src/report/b.test.ts': '',
      'src/report/c.test.ts': "import { beInSofia } from '../live/zone.ts';",
    }),
    [
      ['src/report, in one zone', 'src/report/a.test.ts', 'src/report/c.test.ts'],
      ['src/report', 'src/report/b.test.ts'],
    ],
  ));

for (const change of [
  'process.env.TZ = zone',
  "process['exitCode'] = 1",
  'process.chdir(folder)',
  "t.mock.method(process.stdout, 'write')",
  "process.on('exit', end)",
  'globalThis.fetch = answer',
  "t.mock.timers.enable({ apis: ['Date'] })",
  "suite('slow', { concurrency: 3 }, all)",
  "import { run } from '../live/command.ts';",
]) {
  test(`a file with ${change} has a process of its own`, () =>
    assert.deepEqual(grouped({ 'src/jobs/a.test.ts': change, 'src/jobs/b.test.ts': '' }).toSorted(), [
      ['src/jobs', 'src/jobs/b.test.ts'],
      ['src/jobs/a.test.ts', 'src/jobs/a.test.ts'],
    ]));
}
