import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadSettings } from '../../config/config.ts';
import { CancelledError, formatError } from '../../errors.ts';
import { openStation, type Station } from '../station.ts';
import { runDoctor } from './doctor.ts';

/** On a computer without adb and browser. */
function examine(t: TestContext, signal: AbortSignal) {
  const data = mkdtempSync(join(tmpdir(), 'mi-unbind-doctor-'));
  t.after(() => rmSync(data, { recursive: true }));
  const settings = loadSettings({ PATH: data, DATA_DIR: data, EVIDENCE_DIR: join(data, 'runs') });
  return runDoctor(openStation(settings), { serials: [], mend: false, signal });
}

test('a report counts its findings by what they mean, and is not well with one that fails', async (t) => {
  const { ok, host, phones, counts } = await examine(t, new AbortController().signal);
  const count = (wanted: string) => host.filter(({ verdict }) => verdict === wanted).length;
  assert.deepEqual(counts, { ok: count('ok'), warn: count('warn'), fail: count('fail') });
  assert.ok(counts.ok > 0 && counts.warn > 0 && counts.fail > 0, JSON.stringify(counts));
  assert.equal(ok, false);
  assert.deepEqual(phones, [], 'without adb there is none');
  assert.ok(
    host.some(({ check }) => /clock/i.test(check)),
    host.map(({ check }) => check).join(', '),
  );
});

test('a look that breaks off is stopped where that was asked, with nothing submitted, and a fault anywhere else', async () => {
  const fault = new Error('the settings cannot be read');
  const broken = {
    get settings(): never {
      throw fault;
    },
  } as unknown as Station;
  const look = (signal: AbortSignal) => runDoctor(broken, { serials: [], mend: false, signal });
  await assert.rejects(look(new AbortController().signal), fault);
  await assert.rejects(look(AbortSignal.abort()), (error: unknown) => {
    assert.ok(error instanceof CancelledError, String(error));
    assert.match(formatError(error), /The run was stopped on request[^]*The password had not been submitted/);
    return true;
  });
});
