import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../port.ts';
import { isRoot, userId, userName } from '../user.ts';
import { findPrograms, type Programs } from './programs.ts';
import { paths, runningServer } from './postmaster.ts';

/**
 * A process of its own that keeps the PostgreSQL of one data folder running while anybody is connected,
 * starts it again when it breaks down, and ends it some seconds after the last one left, however that one
 * ended. `node supervisor.ts FOLDER [SECONDS]`. PostgreSQL's own lock file lets only one win.
 */

const [folder = '', seconds = '5'] = process.argv.slice(2);
const { data, log, password, port } = paths(folder);
// PostgreSQL does not run as root: it looks at the user id it is given, and this one has no rights anywhere.
const NOBODY = 65_534;
/** Linux: what a process has open, by number. */
const OPENED = '/proc/self/fd';
/** How often in a row the server may end before it is ready. */
const MOST_FAILURES = 5;

async function keep(): Promise<void> {
  const programs = await findPrograms();
  if (!existsSync(data)) await create(programs);
  for (let failures = 0; failures < MOST_FAILURES;) {
    const picked = String(await pickPort());
    const server = start(programs.postgres, [
      '-D',
      data,
      '-p',
      picked,
      '-c',
      'listen_addresses=127.0.0.1',
      ...SETTINGS,
    ]);
    const ended = once(server, 'exit');
    let over = false;
    void ended.then(() => (over = true));
    while (!over && runningServer(folder)?.pid !== server.pid) await pause(10);
    if (over) {
      // Another supervisor was first; else it was killed while it recovered, or cannot start at all, which
      // its log says.
      if (await isServed()) return;
      await pause(200 * 2 ** failures++);
      continue;
    }
    failures = 0;
    writeFileSync(port, picked);
    const alone = await untilAlone();
    // Not SIGTERM: with that it would stay for who has just come, and let in no other client.
    if (alone) server.kill('SIGINT');
    await ended;
    if (alone) return;
  }
  process.exitCode = 1;
}

/** Whether a server that says it is ready lets us in: after a crash its lock file may lie. */
async function isServed(): Promise<boolean> {
  const running = runningServer(folder);
  if (!running) return false;
  const client = new pg.Client({
    ...running.connection,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  return client
    .connect()
    .then(() => true)
    .catch(() => false)
    .finally(() => client.end().catch(() => undefined));
}

/**
 * The same every time where possible: clients that were connected when the server broke down find it again.
 */
async function pickPort(): Promise<number> {
  const last = existsSync(port) ? Number(readFileSync(port, 'utf8')) : 0;
  return freePort(last).catch(() => freePort());
}

const SETTINGS = ['unix_socket_directories=', 'shared_buffers=32MB', 'logging_collector=off'].flatMap(
  (setting) => ['-c', setting],
);

/** Made beside its place and moved there when whole, so that what breaks off leaves nothing half. */
async function create({ initdb }: Programs): Promise<void> {
  const fresh = `${data}.${process.pid}`;
  const own = [
    '-U',
    'mi_unbind',
    '--pwfile',
    password,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ];
  const [code] = (await once(start(initdb, ['-D', fresh, ...own]), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`initdb ended with exit code ${code}`);
  try {
    renameSync(fresh, data);
  } catch (error) {
    rmSync(fresh, { recursive: true });
    if (!existsSync(data)) throw error;
  }
}

/**
 * PostgreSQL refuses root, and makes no database for a user without a name. Both run in a user namespace in
 * which their files belong to the user nobody; where the system allows none, root becomes that user, whom the
 * data folder then belongs to.
 */
function start(program: string, args: readonly string[]) {
  const output = openSync(log, 'a', 0o600);
  const stdio = ['ignore', output, output] as const;
  if (!isRoot() && userName() !== '') return spawn(program, args, { stdio: [...stdio] });
  const enter = ['--user', `--map-user=${NOBODY}`, '--'];
  const owner = existsSync(data) ? statSync(data).uid : userId();
  if (owner === userId() && spawnSync('unshare', [...enter, 'true']).status === 0)
    return spawn('unshare', [...enter, program, ...args], { stdio: [...stdio] });
  if (!isRoot()) return spawn(program, args, { stdio: [...stdio] });
  for (const path of [folder, password]) chownSync(path, NOBODY, NOBODY);
  const user = { uid: NOBODY, gid: NOBODY };
  if (!existsSync(OPENED)) return spawn(program, args, { stdio: [...stdio], ...user });
  // That user may not enter what the folder lies in, such as the home of root: it is handed over opened.
  const below = args.map((arg) =>
    arg.startsWith(`${folder}/`) ? `${OPENED}/3${arg.slice(folder.length)}` : arg,
  );
  return spawn(program, below, { stdio: [...stdio, openSync(folder, 'r')], ...user });
}

/**
 * True when for some seconds no client but the supervisor has been connected; false when the server went down
 * before.
 */
async function untilAlone(): Promise<boolean> {
  const { connection } = runningServer(folder) ?? {};
  const client = new pg.Client({ ...connection, database: 'postgres' });
  client.on('error', () => undefined);
  let alone = 0;
  try {
    await client.connect();
    while (alone < Number(seconds)) {
      await pause(1000);
      const { rows } = await client.query<{ others: number }>(
        "select count(*)::int as others from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
      );
      alone = rows[0]?.others === 0 ? alone + 1 : 0;
    }
    return true;
  } catch {
    return false;
  } finally {
    // Not waited for: meanwhile a client could connect.
    void client.end().catch(() => undefined);
  }
}

await keep();
