import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { StoreError } from '../errors.ts';
import { ownProgram } from '../own-files.ts';
import { fileFault, placeElsewhere } from '../words/file-fault.ts';
import { userId, userName } from '../user.ts';
import { assertInstalled } from './programs.ts';
import { makeOnce, paths, runningServer, type RunningServer } from './postmaster.ts';

// Making a new database takes 1 s, on a slow disk 10.
const START_LIMIT = 60_000;
const DATABASE = 'mi_unbind';

/**
 * The embedded PostgreSQL: started when no process has started it yet, shared with every process that
 * uses the same folder. It ends some seconds after the last of them has gone. Resolves with what `pg`
 * connects with; `env` is the server's whole environment.
 */
export async function embeddedServer(
  folder: string,
  env: NodeJS.ProcessEnv,
  keepSeconds = 5,
): Promise<pg.ClientConfig> {
  prepare(folder);
  if (!runningServer(folder)) assertInstalled();
  const deadline = performance.now() + START_LIMIT;
  let supervisor: { ended: boolean; code: number | null } | undefined;
  for (;;) {
    const running = runningServer(folder);
    if (running && (await answers(running))) return { ...running.connection, database: DATABASE };
    if (supervisor?.ended && supervisor.code !== 0)
      throw (
        tooFull(folder) ??
        nameless(folder) ??
        broken(folder, `its supervisor ended with exit code ${supervisor.code}`)
      );
    if (performance.now() > deadline) throw broken(folder, `no answer within ${START_LIMIT / 1000} s`);
    if (!supervisor || supervisor.ended) supervisor = startSupervisor(folder, env, keepSeconds);
    // Where ours was not needed, another one's is under way.
    await pause(supervisor.ended ? 200 : 20);
  }
}

function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    makeOnce(paths(folder).password, randomBytes(24).toString('base64url'));
  } catch (cause) {
    throw new StoreError(
      `the folder '${folder}' cannot be written: ${fileFault(cause)}`,
      placeElsewhere('DATA_DIR'),
      cause,
    );
  }
}

function startSupervisor(folder: string, env: NodeJS.ProcessEnv, keepSeconds: number) {
  const program = fileURLToPath(ownProgram('store/supervisor'));
  // Not stopped with us, nor by a Ctrl-C meant for us: others may be connected.
  const log = openSync(paths(folder).log, 'a', 0o600);
  const stdio = ['ignore', 'ignore', log] as const;
  // It works in the folder: from there, one that is named from here would be another.
  const child = spawn(process.execPath, [program, resolve(folder), String(keepSeconds)], {
    detached: true,
    stdio: [...stdio],
    cwd: folder,
    env,
  });
  closeSync(log);
  child.unref();
  const state: { ended: boolean; code: number | null } = { ended: false, code: null };
  void once(child, 'exit').then(([code]) =>
    Object.assign(state, { ended: true, code: code as number | null }),
  );
  return state;
}

/**
 * Whether the server lets us in. Makes the database the first time. False while it starts or stops, or where
 * it is no more.
 */
async function answers({ connection }: RunningServer): Promise<boolean> {
  const client = new pg.Client({ ...connection, database: 'postgres', connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
    return true;
  } catch (error) {
    // Another process has made it at the same moment.
    return ['42P04', '23505'].includes((error as { code?: string }).code ?? '');
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** MB of a new database, and of the log of changes that one writes when it starts. */
const [ROOM_TO_BEGIN, ROOM_TO_GO_ON] = [60, 17];

function tooFull(folder: string): StoreError | undefined {
  const needed = existsSync(paths(folder).data) ? ROOM_TO_GO_ON : ROOM_TO_BEGIN;
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / 1024 / 1024);
  if (free >= needed) return undefined;
  return new StoreError(
    `the disk of '${folder}' has ${free} MB free, and the embedded PostgreSQL needs ${needed}`,
    'free space there, or set DATA_DIR to a folder on another disk',
  );
}

function nameless(folder: string): StoreError | undefined {
  if (existsSync(paths(folder).data) || userName() !== '') return undefined;
  return new StoreError(
    `PostgreSQL makes no database for a user without a name, and number ${userId()} has none on this computer`,
    'give this user a line in /etc/passwd, or set DATABASE_URL to a PostgreSQL of your own',
  );
}

function broken(folder: string, why: string): StoreError {
  return new StoreError(
    `the embedded PostgreSQL does not start: ${why}`,
    `see ${paths(folder).log}; or set DATABASE_URL to a PostgreSQL of your own`,
  );
}
