import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { platform } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureAdbServer } from '../../host/adb-server.ts';
import { adbOf, childEnvironment, type Settings } from '../../config/config.ts';
import { inWords, isHere, placeOf, type AdbAddress } from '../../adb-address.ts';
import { distributions, findAdb, programOn, remedyFor, type Adb } from '../../host/tools.ts';
import { fail, found, thrown, warn, type Finding } from '../../phone/doctor/finding.ts';
import { userId } from '../../user.ts';

const execute = promisify(execFile);
const PATIENCE = 5000;

/** adb and its server. `adb` is missing where no phone can be spoken to. */
export async function adbAndServer(settings: Settings): Promise<{ adb?: Adb; findings: Finding[] }> {
  const adb = findAdb(settings);
  if (!adb) {
    const remedy = remedyFor(['adb'], { platform: platform(), distributions: distributions(), root: false });
    const todo = `install it: ${'tell' in remedy ? remedy.tell : 'adb'}`;
    return {
      findings: [found('adb', fail('not found', 'everything that is done on a phone goes through it', todo))],
    };
  }
  const { stdout = '' } = await execute(adb.path, ['version'], {
    timeout: PATIENCE,
    env: childEnvironment(),
  }).catch(() => ({
    stdout: '',
  }));
  const findings = [version(/^Version (\S+)/m.exec(stdout)?.[1] ?? '?', adb.path), buildTools(adb, settings)];
  try {
    await ensureAdbServer(adb.path, adbOf(settings), childEnvironment());
    return { adb, findings: [...findings, serverOwner(adbOf(settings))] };
  } catch (error) {
    return { findings: [...findings, thrown('adb server', error, 'no phone can be reached')] };
  }
}

/**
 * On Linux, adb 35.0.0 to 36.0.1 reaches USB through libusb, which loses phones; 36.0.2 went back to its own
 * way.
 */
export function version(number: string, path: string, system: NodeJS.Platform = platform()): Finding {
  const what = `${number}, ${path}`;
  if (system !== 'linux' || !/^(35\.|36\.0\.[01](\D|$))/.test(number))
    return found('adb', { verdict: 'ok', what });
  return found(
    'adb',
    warn(
      what,
      'versions 35.0.0 to 36.0.1 lose USB phones on Linux, or do not see them',
      'install platform-tools 36.0.2 or newer; until then, start the adb server with ADB_LIBUSB=0 in its environment',
    ),
  );
}

/** As appium-adb looks for it: newest or not, one of build-tools is enough. */
function buildTools({ androidHome }: Adb, { path }: Settings): Finding {
  const folder = join(androidHome, 'build-tools');
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  const aapt2 =
    versions.map((version) => join(folder, version, 'aapt2')).find(existsSync) ?? programOn(path, ['aapt2']);
  return aapt2
    ? found('build tools', { verdict: 'ok', what: aapt2 })
    : found(
        'build tools',
        warn(
          'no aapt2',
          "the driver cannot read its own helper apps' versions, so it installs them again where ours does not tell it to skip that",
          `install build-tools into ${androidHome} (Debian and Ubuntu: apt-get install aapt)`,
        ),
      );
}

/** Whose the adb server is, from /proc; elsewhere nothing is said of it. */
function serverOwner(address: AdbAddress): Finding {
  const running = inWords(address).replace(/^(on|at) /, '');
  if (platform() !== 'linux' || !isHere(address)) return ofServer(running, undefined);
  const { port } = placeOf(address);
  const owner = readdirSync('/proc').flatMap((pid) =>
    isServer(pid, port) ? [statSync(`/proc/${pid}`).uid] : [],
  )[0];
  return ofServer(running, owner);
}

/** `owner`: undefined where it is not known. */
export function ofServer(running: string, owner: number | undefined, user = userId()): Finding {
  if (owner !== undefined && owner !== user)
    return found(
      'adb server',
      warn(
        `${running}, run by another user (uid ${owner})`,
        'phones know that user by its key, and the server goes when that user ends it',
        'start it as the user who signs phones out, or give each an ANDROID_ADB_SERVER_PORT',
      ),
    );
  return found('adb server', { verdict: 'ok', what: running });
}

function isServer(pid: string, port: number): boolean {
  if (!/^\d+$/.test(pid)) return false;
  try {
    return servesPort(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'), port);
  } catch {
    return false;
  }
}

/** Of the words of a process: `adb -L tcp:5037 fork-server server --reply-fd 4` */
export function servesPort(argv: readonly string[], port: number): boolean {
  return (
    basename(argv[0] ?? '') === 'adb' &&
    argv.includes('fork-server') &&
    (argv.some((word) => word.endsWith(`:${port}`)) || port === 5037)
  );
}
