import { readdirSync, readFileSync } from 'node:fs';
import { loadSettings } from '../config/config.ts';
import { runningServer } from '../store/postmaster.ts';
import type { Store } from '../store/store.ts';

/** For live tests: programs stand still while something is done, as they do on a host that hangs. Linux alone. */
export async function whileFrozen<T>(pids: readonly number[], work: () => Promise<T>): Promise<T> {
  for (const pid of pids) signal(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    for (const pid of pids.toReversed()) signal(pid, 'SIGCONT');
  }
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (fault) {
    // A connection that has ended meanwhile.
    if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') throw fault;
  }
}

/** The embedded PostgreSQL of a data folder: the server first, so that it begins nothing new, and all it has begun. */
export async function databasePids({ pool }: Pick<Store, 'pool'>, dataDir: string): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>('select pid from pg_stat_activity');
  const server = runningServer(dataDir)?.pid;
  return [...(server === undefined ? [] : [server]), ...rows.map(({ pid }) => pid)];
}

/** The adb server of this process and of all it has started. */
export function adbServerPids(): number[] {
  const asked = `\0-P\0${loadSettings().adbServerPort}\0nodaemon\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isServer(name))
    .map(Number);

  function isServer(pid: string): boolean {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return command.includes(asked) && /(^|\/)adb\0/.test(command.slice(0, command.indexOf('\0') + 1));
    } catch {
      return false;
    }
  }
}
