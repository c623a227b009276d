import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { formatError } from '../errors.ts';
import { assertInstalled, findPrograms } from './programs.ts';

/** A package whose libraries have these links made. */
function installed(t: TestContext, made: readonly string[]): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-programs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'native/lib'), { recursive: true });
  const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
    source: 'native/lib/libpq.so.5.18',
    target: `native/lib/${name}`,
  }));
  writeFileSync(join(folder, 'native/pg-symlinks.json'), JSON.stringify(links));
  for (const name of made) writeFileSync(join(folder, 'native/lib', name), '');
  return () => join(folder, 'dist', 'index.js');
}

test('the PostgreSQL of this program is installed whole', async () => {
  assertInstalled();
  const { initdb, postgres } = await findPrograms();
  assert.ok(existsSync(initdb) && existsSync(postgres));
});

test('one that was installed without its scripts is named, with the command that mends it', (t) => {
  assertInstalled(installed(t, ['libpq.so', 'libpq.so.5']));
  assert.throws(
    () => assertInstalled(installed(t, ['libpq.so'])),
    (error) =>
      /was installed without its scripts\.\n→ run 'cd \/\S+ && npm run postinstall', or set DATABASE_URL/.test(
        formatError(error),
      ),
  );
});

test('one that is not installed at all is named too', () => {
  const absent = () => {
    throw new Error('Cannot find module');
  };
  assert.throws(
    () => assertInstalled(absent),
    (error) =>
      /is not installed\.\n→ run 'npm install' in \/\S+, or set DATABASE_URL/.test(formatError(error)),
  );
});
