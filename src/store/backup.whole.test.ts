import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { privateFolder } from '../private-files.ts';
import { Secret } from '../secret.ts';
import { readBackupHead, restoreBackup, writeBackup } from './backup.ts';
import { embeddedServer } from './embedded.ts';
import { PostgresLedger } from './ledger.ts';
import { steps } from './migrations.ts';
import { makeOnce, paths } from './postmaster.ts';
import { openStore, type Store } from './store.ts';
import { storedPasswords, StoreVault } from './vault.ts';

describe('a backup of the store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-backup-'));
  const file = join(folder, 'station.backup');
  const env = {};
  const opened: Store[] = [];
  const open = async (name: string) => {
    const store = await openStore({ dataDir: join(folder, name), env, keepSeconds: 1 });
    opened.push(store);
    return store;
  };
  const write = (name: string, content: Buffer) => (
    writeFileSync(join(folder, name), content),
    join(folder, name)
  );
  const keyOf = (name: string) => readFileSync(paths(join(folder, name)).key, 'utf8').trim();
  const entry = { account: '6230001535', act: 'password-submitted', serial: 'd1e2' } as const;
  const ledgerOf = ({ pool, seal }: Store) =>
    new PostgresLedger(pool, seal, { budget: { 'password-submitted': 2 } });
  const connect = async (name: string) => {
    const client = new pg.Client(await embeddedServer(join(folder, name), env, 1));
    await client.connect();
    return client;
  };
  const about = () => ({
    at: '2026-03-01T10:00:00.000Z',
    from: 'bench-1',
    version: '1',
    key: keyOf('old'),
    files: {},
  });

  after(async () => {
    await Promise.all(opened.filter(({ pool }) => !pool.ending).map((store) => store.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings everything back on a fresh folder, where a station goes on with it, and nothing of a damaged one', async () => {
    const old = await open('old');
    for (let times = 0; times < 2; times++) await ledgerOf(old).enter(entry);
    await new StoreVault(old.pool, old.seal, { contact: 'lab@example.com', serial: 'd1e2' }).keep(
      '6230001535',
      new Secret('canary-text-7'),
    );
    for (let number = 0; number < 1200; number++)
      await old.pool.query('insert into mi_unbind.claim (message) values ($1)', [`digest ${number}`]);
    const counts = await writeBackup(old.pool, file, about());
    assert.deepEqual([counts.get('ledger'), counts.get('password'), counts.get('claim')], [2, 1, 1200]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.doesNotMatch(gunzipSync(readFileSync(file)).toString(), /canary-text|6230001535|lab@example/);

    const backup = await readBackupHead(file);
    makeOnceIn('new', backup.key);
    const client = await connect('new');
    const whole = gunzipSync(readFileSync(file)).toString().split('\n');
    const cases = {
      cut: readFileSync(file).subarray(0, -2000),
      short: gzipSync([...whole.slice(0, -30), ''].join('\n')),
      less: gzipSync(whole.filter((_, at) => at !== 5).join('\n')),
    };
    for (const [name, content] of Object.entries(cases)) {
      await assert.rejects(
        restoreBackup(client, write(name, content), backup),
        { message: /damaged/, hint: /earlier/ },
        name,
      );
      const { rows } = await client.query('select from mi_unbind.claim');
      assert.equal(rows.length, 0, name);
    }
    assert.deepEqual(
      await restoreBackup(client, file, backup),
      new Map([...counts].filter(([, count]) => count > 0)),
    );
    await assert.rejects(restoreBackup(client, file, backup), {
      code: 'store',
      message: /something in it already/,
      hint: /DATA_DIR/,
    });
    await client.end();
    const fresh = await open('new');
    assert.equal(
      (await ledgerOf(fresh).enter(entry)).kind,
      'spent',
      'the budget of an account moves with it',
    );
    assert.equal((await ledgerOf(fresh).enter({ ...entry, account: '6230001536' })).kind, 'entered');
    assert.deepEqual(
      (await storedPasswords(fresh.pool, fresh.seal)).map(({ password }) => password.reveal()),
      ['canary-text-7'],
    );
  });

  it('replaces an earlier backup, and no other file', async () => {
    const { pool } = await open('old');
    await writeBackup(pool, file, about());
    const other = join(folder, 'letter.txt');
    writeFileSync(other, 'a letter');
    await assert.rejects(writeBackup(pool, other, about()), { code: 'usage', message: /no backup/ });
    await assert.rejects(writeBackup(pool, join(folder, 'nowhere/file'), about()), {
      code: 'usage',
      message: /its folder does not exist/,
    });
    assert.equal(readFileSync(other, 'utf8'), 'a letter');
  });

  it('refuses a file that is no backup', async () => {
    const whole = gunzipSync(readFileSync(file)).toString().split('\n');
    const newer = whole[0]!.replace(`"step":${steps.length}`, '"step":9999');
    await assert.rejects(readBackupHead(write('newer', gzipSync(newer))), { message: /newer mi-unbind/ });
    await assert.rejects(readBackupHead(write('text', Buffer.from('no gzip'))), { message: /is no backup/ });
    await assert.rejects(readBackupHead(write('json', gzipSync('{"format":"else"}\n'))), {
      message: /is no backup/,
    });
    await assert.rejects(readBackupHead(join(folder, 'missing')), { message: /cannot be read/ });
  });

  function makeOnceIn(name: string, key: string): void {
    // The server makes the folder; the key comes before its first start.
    const { key: keyFile } = paths(join(folder, name));
    rmSync(join(folder, name), { recursive: true, force: true });
    privateFolder(join(folder, name));
    makeOnce(keyFile, key);
  }
});
