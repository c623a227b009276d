import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { formatError } from '../errors.ts';
import { smallDisk } from '../live/small-disk.ts';
import { isRoot } from '../user.ts';
import { embeddedServer } from './embedded.ts';
import { paths } from './postmaster.ts';

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

test(
  'root of a container without user namespaces has a database below folders that only root may enter',
  { skip: isRoot() && process.platform === 'linux' ? false : 'only root needs another user for PostgreSQL' },
  async (t) => {
    const place = mkdtempSync(join(tmpdir(), 'mi-unbind-root-'));
    const folder = join(place, 'of root/data');
    mkdirSync(join(place, 'of root'), { mode: 0o700 });
    t.after(async () => {
      while (existsSync(join(paths(folder).data, 'postmaster.pid'))) await pause(50);
      rmSync(place, { recursive: true });
    });
    const ask = async (): Promise<unknown> => {
      // Where no program `unshare` is found there are no user namespaces.
      const client = new pg.Client(await embeddedServer(folder, { PATH: join(place, 'no programs') }, 1));
      await client.connect();
      try {
        await client.query('create table if not exists kept (at timestamptz)');
        return (
          await client.query('insert into kept values (now()) returning (select count(*)::int from kept)')
        ).rows[0];
      } finally {
        await client.end();
      }
    };
    assert.deepEqual(await ask(), { count: 0 });
    const { uid, mode } = statSync(paths(folder).data);
    assert.deepEqual([uid === 0, mode & 0o777], [false, 0o700]);
    assert.equal(statSync(join(place, 'of root')).mode & 0o777, 0o700);
    while (existsSync(join(paths(folder).data, 'postmaster.pid'))) await pause(50);
    assert.deepEqual(await ask(), { count: 1 }, 'a server that starts again has what it had');
  },
);
