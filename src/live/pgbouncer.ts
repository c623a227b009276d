import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../port.ts';

const PROGRAM = '/usr/sbin/pgbouncer';

/** What keeps live tests from starting Debian's PgBouncer on this host; nothing where they can. */
export function pgbouncerMissing(): string | false {
  return spawnSync(PROGRAM, ['--version']).status === 0
    ? false
    : 'no PgBouncer is installed (apt-get install pgbouncer)';
}

/**
 * For live tests: a pooler in front of the server on `port`, until `stop`. It listens on `port`, with the
 * same user and password.
 */
export async function startPgbouncer(
  server: { port: number; user: string; password: string },
  mode: 'transaction' | 'session',
) {
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  const port = await freePort();
  const { user, password } = server;
  const settings = [
    '[databases]',
    `postgres = host=127.0.0.1 port=${server.port} dbname=postgres user=${user} password=${password}`,
    '[pgbouncer]',
    ...[
      'listen_addr=127.0.0.1',
      `listen_port=${port}`,
      'unix_socket_dir=',
      'auth_type=plain',
      `auth_file=${folder}/users`,
    ],
    ...[`pool_mode=${mode}`, 'default_pool_size=8', 'ignore_startup_parameters=extra_float_digits'],
  ];
  await writeFile(join(folder, 'ini'), settings.join('\n'));
  await writeFile(join(folder, 'users'), `"${user}" "${password}"\n`);
  // It does not run as root.
  const id = (what: string) => Number(spawnSync('id', [what, 'postgres'], { encoding: 'utf8' }).stdout);
  const who = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  if (who.uid !== undefined)
    for (const name of ['', 'ini', 'users']) await chown(join(folder, name), who.uid, who.gid);
  const child = spawn(PROGRAM, ['-q', join(folder, 'ini')], { ...who, stdio: 'ignore' });
  const ended = once(child, 'exit');
  for (;;) {
    if (child.exitCode !== null) throw new Error(`PgBouncer ended with exit code ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) break;
    await pause(20);
  }
  return {
    port,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
