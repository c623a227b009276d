import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { AdbServerError } from './errors.ts';

const execute = promisify(execFile);

/** Of adb, by its path. */
const versions = new Map<string, number>();

/**
 * Makes sure that an adb server this adb can use answers on the port: starts one where none runs. A running one is left alone
 * in every case, because other programs' phones hang on it; an adb of another version would kill it, so that is an error. `env`: of the
 * server, which outlives us.
 */
export async function ensureAdbServer(adb: string, port: number, env: NodeJS.ProcessEnv): Promise<void> {
  const running = await serverVersion(port);
  if (running === undefined) return start(adb, port, env);
  // Asked once, as starting a program for each of many phones is much, and again where it does not fit: adb may have been replaced.
  if (running === versions.get(adb)) return;
  const own = await clientVersion(adb, port, env);
  versions.set(adb, own);
  if (running !== own) {
    throw new AdbServerError(
      port,
      `it has version ${running}, and '${adb}' has version ${own} and would kill it`,
      'set ANDROID_HOME to the SDK whose adb started it, or ANDROID_ADB_SERVER_PORT to a port of its own',
    );
  }
}

const HOMELESS = 'adb keeps its key in the home folder: set HOME to a folder that exists and that you may write to, then run this again';

async function start(adb: string, port: number, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await execute(adb, ['-P', String(port), 'start-server'], { timeout: 30_000, env });
  } catch (error) {
    // Its last words, of its log: adb F 11-30 03:38:57  3012  3012 adb_utils.cpp:316] Cannot mkdir '/home/lab/.android': …
    const said = /^adb F .*?\] (.+)$/m.exec((error as { stderr?: string }).stderr ?? '')?.[1];
    const look = `run '${adb} -P ${port} start-server' and read what it says`;
    const hint = /home directory|\.android/.test(said ?? '') ? HOMELESS : look;
    throw new AdbServerError(port, `'${adb} start-server' failed${said ? `: ${said}` : ''}`, hint, error);
  }
}

async function clientVersion(adb: string, port: number, env: NodeJS.ProcessEnv): Promise<number> {
  const { stdout } = await execute(adb, ['version'], { env }).catch((error: unknown) => {
    throw new AdbServerError(port, `'${adb} version' failed`, 'install platform-tools again', error);
  });
  return Number(/^Android Debug Bridge version \d+\.\d+\.(\d+)/m.exec(stdout)?.[1]);
}

/** The version the server on this port gives, undefined when nothing listens there. Wire: AOSP `adb/OVERVIEW.TXT`, `SERVICES.TXT`. */
async function serverVersion(port: number, patienceMs = 3000): Promise<number | undefined> {
  const socket = connect({ host: '127.0.0.1', port, timeout: patienceMs });
  socket.once('timeout', () => socket.destroy(new Error(`no answer within ${patienceMs} ms`)));
  try {
    await once(socket, 'connect');
    socket.write('000chost:version');
    const answer = await text(socket);
    const version = /^OKAY0004([0-9a-f]{4})$/.exec(answer)?.[1];
    if (version === undefined) throw new Error('not an answer of an adb server');
    return parseInt(version, 16);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return undefined;
    const hint = 'set ANDROID_ADB_SERVER_PORT to a free port, or stop what listens there';
    throw new AdbServerError(port, 'what listens there does not answer as an adb server does', hint, error);
  } finally {
    socket.destroy();
  }
}
