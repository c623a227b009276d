import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatError } from '../errors.ts';
import { smallDisk } from '../live/small-disk.ts';
import { embeddedServer } from './embedded.ts';

test('a disk without room for a database is named, with what it has and what is needed', async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'mi-unbind-small-'));
  const folder = join(place, 'data');
  if (!smallDisk(t, folder, 'size=3m,mode=0777')) return t.skip('this user may mount no disk');
  t.after(() => rmSync(place, { recursive: true, force: true }));
  await assert.rejects(embeddedServer(folder, { PATH: '/usr/bin:/bin' }), (error) => {
    assert.match(
      formatError(error),
      new RegExp(
        `^The store cannot be used: the disk of '${folder}' has [0-3] MB free, and the embedded PostgreSQL needs 60\\.\\n→ free space there, or set DATA_DIR `,
      ),
    );
    return true;
  });
});
