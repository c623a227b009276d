import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What lies in the data folder. */
export function paths(folder: string) {
  const of = (name: string) => join(folder, name);
  return {
    data: of('postgres'),
    log: of('postgres.log'),
    password: of('postgres.password'),
    port: of('postgres.port'),
    key: of('key'),
  };
}

/**
 * Makes a file with a secret that only its owner reads, unless it is there already: of several processes one
 * wins, and none sees half of it.
 */
export function makeOnce(file: string, secret: string): void {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${secret}\n`, { mode: 0o600, flush: true });
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

export interface RunningServer {
  pid: number;
  connection: { host: string; port: number; user: string; password: string };
}

/**
 * The server that says of itself that it is ready, by the lock file PostgreSQL keeps (`postmaster.pid`: one
 * fact a line, see `src/include/utils/pidfile.h`). Undefined while there is none. After a crash the file may
 * lie.
 */
export function runningServer(folder: string): RunningServer | undefined {
  const { data, password } = paths(folder);
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    if (lines[7]?.trim() !== 'ready') return undefined;
    return {
      pid: Number(lines[0]),
      connection: {
        host: '127.0.0.1',
        port: Number(lines[3]),
        user: 'mi_unbind',
        password: readFileSync(password, 'utf8').trim(),
      },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
