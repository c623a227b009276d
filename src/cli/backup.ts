import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import pg from 'pg';
import { childEnvironment, loadSettings, type Settings } from '../config/config.ts';
import { StoreError } from '../errors.ts';
import { localTime } from '../words/local-time.ts';
import { privateFolder } from '../private-files.ts';
import { readBackupHead, restoreBackup, writeBackup, type BackupHead } from '../store/backup.ts';
import { embeddedServer } from '../store/embedded.ts';
import { givenServer } from '../store/given-server.ts';
import { makeOnce, paths } from '../store/postmaster.ts';
import { readKey } from '../store/sealing.ts';
import { ownVersion } from '../own-files.ts';
import { openStation } from '../runs/station.ts';
import { sayNotice } from './station-here.ts';
import { say } from './terminal.ts';

/** Beside the key: what proves that records are of this station. */
const FILES = ['record-key.pem'];

export function backupCommand(): Command {
  return new Command('backup')
    .description(
      'write the database and its key into one file; who has that file can read every password in it',
    )
    .argument('<file>', 'the file, e.g. station.backup; an earlier backup there is replaced')
    .action(async (file: string) => {
      const settings = loadSettings();
      await using station = openStation(settings, { onNotice: sayNotice });
      const { pool } = await station.store();
      const about = {
        at: new Date().toISOString(),
        from: hostname(),
        version: ownVersion(),
        key: keyOf(settings),
        files: filesOf(settings),
      };
      const counts = await writeBackup(pool, file, about);
      say(`Backed up to ${file}: ${inWords(counts)}. Only you can read the file; it holds the key.`);
      say(`→ records and evidence are folders: copy ${settings.recordsDir} and ${settings.evidenceDir} too`);
    });
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description("bring back what 'mi-unbind backup' has written, into an empty database")
    .argument('<file>')
    .action(async (file: string) => {
      const settings = loadSettings();
      const backup = await readBackupHead(file);
      putKey(settings, backup);
      const client = new pg.Client(await serverOf(settings));
      client.on('error', () => undefined);
      try {
        await client.connect();
        const counts = await restoreBackup(client, file, backup);
        say(`Restored from ${file}, made on ${backup.from} (${localTime(backup.at)}): ${inWords(counts)}.`);
        say('→ stop the station it was made on for good: each would count submitted passwords for itself');
      } finally {
        await client.end().catch(() => undefined);
      }
    });
}

const serverOf = ({ databaseUrl, dataDir }: Settings) =>
  databaseUrl ? Promise.resolve(givenServer(databaseUrl)) : embeddedServer(dataDir, childEnvironment());

/** The key as it is in use; made by the store, which is open. */
function keyOf({ storeKey: key, storeKeyFile: keyFile, databaseUrl, dataDir }: Settings): string {
  const ownFile = databaseUrl ? {} : { ownFile: paths(dataDir).key };
  return Buffer.from(readKey({ key, keyFile, ...ownFile })).toString('base64');
}

function filesOf({ dataDir }: Settings): Record<string, string> {
  const there = FILES.filter((name) => existsSync(join(dataDir, name)));
  return Object.fromEntries(
    there.map((name) => [name, readFileSync(join(dataDir, name)).toString('base64')]),
  );
}

/**
 * Puts the backup's key where this station looks for it. One that is there has to be the same: nothing could
 * be read with another.
 */
function putKey(settings: Settings, { key, files }: BackupHead): void {
  const { dataDir, databaseUrl, storeKey, storeKeyFile } = settings;
  privateFolder(dataDir);
  const isNamed = storeKey !== undefined || storeKeyFile !== undefined || databaseUrl !== undefined;
  if (!isNamed) makeOnce(paths(dataDir).key, key);
  if (keyOf(settings) !== key) {
    const where = isNamed ? 'STORE_KEY or STORE_KEY_FILE' : paths(dataDir).key;
    throw new StoreError(
      `the key in ${where} is another one than the backup's`,
      isNamed ? 'give the key the backup was made with' : 'set DATA_DIR to a new folder',
    );
  }
  for (const [name, content] of Object.entries(files))
    if (FILES.includes(name))
      makeOnce(join(dataDir, name), Buffer.from(content, 'base64').toString().trimEnd());
}

const NAMES: Readonly<Record<string, string>> = {
  job: 'jobs',
  ledger: 'entries of the ledger',
  password: 'kept passwords',
  message: 'messages',
};

function inWords(counts: ReadonlyMap<string, number>): string {
  return Object.entries(NAMES)
    .map(([table, name]) => `${counts.get(table) ?? 0} ${name}`)
    .join(', ');
}
