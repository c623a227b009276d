import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { argumentsFor, isHere, type AdbAddress } from '../adb-address.ts';
import { askServer } from './adb-wire.ts';
import { AdbServerError } from '../errors.ts';

const execute = promisify(execFile);

/** Of adb, by its path. */
const versions = new Map<string, number>();

/**
 * Makes sure that an adb server this adb can use answers on the port: starts one where none runs. A running
 * one is left alone in every case, because other programs' phones hang on it; an adb of another version would
 * kill it, so that is an error. `env`: of the server, which outlives us.
 */
export async function ensureAdbServer(
  adb: string,
  address: AdbAddress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const running = await serverVersion(address);
  if (running === undefined && !isHere(address)) {
    throw new AdbServerError(
      address,
      'none answers there',
      "start one on that computer ('adb -a start-server'), or take ADB_SERVER_SOCKET and ANDROID_ADB_SERVER_ADDRESS out of the environment",
    );
  }
  if (running === undefined) return start(adb, address, env);
  // Asked once, as starting a program for each of many phones is much, and again where it does not fit: adb
  // may have been replaced.
  if (running === versions.get(adb)) return;
  const own = await clientVersion(adb, address, env);
  versions.set(adb, own);
  if (running !== own) {
    throw new AdbServerError(
      address,
      `it has version ${running}, and '${adb}' has version ${own} and would kill it`,
      'set ANDROID_HOME to the SDK whose adb started it, or ANDROID_ADB_SERVER_PORT to a port of its own',
    );
  }
}

const HOMELESS =
  'adb keeps its key in the home folder: set HOME to a folder that exists and that you may write to, then run this again';

const NOT_TEMPORARY =
  'adb writes its log into the folder for temporary files: set TMPDIR to a folder that you may write to, then run this again';

async function start(adb: string, address: AdbAddress, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await execute(adb, [...argumentsFor(address), 'start-server'], { timeout: 30_000, env });
  } catch (error) {
    // Its last words, of its log: adb F 11-30 03:38:57  3012  3012 adb_utils.cpp:316] Cannot mkdir
    // '/home/lab/.android': …
    const said = /^adb F .*?\] (.+)$/m.exec((error as { stderr?: string }).stderr ?? '')?.[1];
    const look = `run '${[adb, ...argumentsFor(address)].join(' ')} start-server' and read what it says`;
    const hint = /home directory|\.android/.test(said ?? '')
      ? HOMELESS
      : /cannot open .*adb\.\d+\.log/.test(said ?? '')
        ? NOT_TEMPORARY
        : look;
    throw new AdbServerError(address, `'${adb} start-server' failed${said ? `: ${said}` : ''}`, hint, error);
  }
}

async function clientVersion(adb: string, address: AdbAddress, env: NodeJS.ProcessEnv): Promise<number> {
  const { stdout } = await execute(adb, ['version'], { env }).catch((error: unknown) => {
    throw new AdbServerError(address, `'${adb} version' failed`, 'install platform-tools again', error);
  });
  return Number(/^Android Debug Bridge version \d+\.\d+\.(\d+)/m.exec(stdout)?.[1]);
}

/** The version the server there gives, undefined when none listens. */
async function serverVersion(address: AdbAddress): Promise<number | undefined> {
  try {
    const version = await askServer(address, 'host:version', 3000);
    if (!/^[0-9a-f]{4}$/.test(version)) throw new Error('not an answer of an adb server');
    return parseInt(version, 16);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED') return undefined;
    const hint = isHere(address)
      ? 'set ANDROID_ADB_SERVER_PORT to a free port, or stop what listens there'
      : 'see whether that computer is on, reachable and named right in ADB_SERVER_SOCKET or ANDROID_ADB_SERVER_ADDRESS';
    const silent = !isHere(address) && (code !== '' || /no answer within/.test((error as Error).message));
    throw new AdbServerError(
      address,
      silent ? 'that computer does not answer' : 'what listens there does not answer as an adb server does',
      hint,
      error,
    );
  }
}
