import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { formatError } from '../errors.ts';
import { assertReady } from './ready.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-ready-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('folders that are missing are made', (t) => {
  const folder = folderOf(t);
  const [evidenceDir, recordsDir] = [join(folder, 'a/runs'), join(folder, 'records')];
  assertReady({ evidenceDir, recordsDir }, 1);
  assert.deepEqual([existsSync(evidenceDir), existsSync(recordsDir)], [true, true]);
});

test('case e6: folders that cannot be written are named at the start, with their settings', (t) => {
  const file = join(folderOf(t), 'file');
  writeFileSync(file, '');
  assert.throws(
    () => assertReady({ evidenceDir: join(file, 'runs'), recordsDir: join(file, 'records') }, 1),
    (error) =>
      formatError(error).startsWith(
        `2 settings do not fit:\n  EVIDENCE_DIR is '${file}/runs', which cannot be written: a part of its path is no folder\n  RECORDS_DIR is '${file}/records', which cannot be written: `,
      ),
  );
});
