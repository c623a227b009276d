import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { platform } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { HostToolError } from '../errors.ts';
import { printable } from '../words/printable.ts';
import { isRoot } from '../user.ts';

/** What of the settings says where programs lie. */
export interface Places {
  androidHome?: string | undefined;
  androidSdkRoot?: string | undefined;
  /** Folders searched for programs, as the system writes them. */
  path: string;
  /** For an installer. Missing: PATH alone. */
  env?: NodeJS.ProcessEnv;
}

export interface Adb {
  /** The program. */
  path: string;
  /** What ANDROID_HOME has to be for Appium: it looks for adb there and nowhere else. */
  androidHome: string;
}

export type Tool = 'adb';

/** The computer this runs on, as far as installing programs goes. */
export interface System {
  platform: NodeJS.Platform;
  /** `ID` and `ID_LIKE` of os-release; empty where there is none. */
  distributions: readonly string[];
  root: boolean;
}

/** How a missing program is installed: the commands to run here and now, or the one to tell the person. */
export type Remedy = { run: string[][] } | { tell: string };

/** What each package manager calls a tool. */
const packages: Record<
  Tool,
  Record<'brew' | 'winget' | 'apt-get' | 'dnf' | 'pacman' | 'zypper' | 'apk', string>
> = {
  adb: {
    brew: '--cask android-platform-tools',
    winget: 'Google.PlatformTools',
    'apt-get': 'adb',
    dnf: 'android-tools',
    pacman: 'android-tools',
    zypper: 'android-tools',
    apk: 'android-tools',
  },
};

export function remedyFor(tools: readonly Tool[], { platform, distributions, root }: System): Remedy {
  const is = (...names: string[]) => names.some((name) => distributions.includes(name));
  const from = (manager: keyof (typeof packages)[Tool]) =>
    tools.map((tool) => packages[tool][manager]).join(' ');
  const sudo = root ? '' : 'sudo ';
  if (platform === 'darwin') return { tell: `brew install ${from('brew')}` };
  if (platform === 'win32') return { tell: `winget install ${from('winget')}` };
  if (is('debian', 'ubuntu')) {
    if (!root) return { tell: `sudo apt-get install ${from('apt-get')}` };
    const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...from('apt-get').split(' ')];
    return { run: [['apt-get', 'update'], install] };
  }
  if (is('fedora', 'rhel')) return { tell: `${sudo}dnf install ${from('dnf')}` };
  if (is('arch')) return { tell: `${sudo}pacman -S ${from('pacman')}` };
  if (is('suse', 'opensuse')) return { tell: `${sudo}zypper install ${from('zypper')}` };
  if (is('alpine')) return { tell: `${sudo}apk add ${from('apk')}` };
  return {
    tell: `your package manager (packages: ${from('apt-get')}), or see https://developer.android.com/tools/releases/platform-tools`,
  };
}

/** adb of ANDROID_HOME, else of ANDROID_SDK_ROOT, else the first on the PATH. */
export function findAdb({ androidHome, androidSdkRoot, path }: Places): Adb | undefined {
  const name = platform() === 'win32' ? 'adb.exe' : 'adb';
  const sdks = [androidHome, androidSdkRoot].filter((folder) => folder !== undefined);
  const folders = [
    ...sdks.map((sdk) => join(sdk, 'platform-tools')),
    ...path.split(delimiter).filter(Boolean),
  ];
  const found = folders.map((folder) => join(folder, name)).find(isProgram);
  return found === undefined ? undefined : { path: found, androidHome: sdkAround(realpathSync(found)) };
}

/**
 * Debian: /usr/lib/android-sdk/platform-tools/adb → /usr/lib/android-sdk. Distributions without an SDK
 * folder: the folder that holds adb itself, which appium-adb takes too (SDK_BINARY_ROOTS in its
 * system-calls).
 */
function sdkAround(adb: string): string {
  const folder = dirname(adb);
  return basename(folder) === 'platform-tools' ? dirname(folder) : folder;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** What `ensureHostTools` does to the computer, and how it tells. */
export interface Host {
  system: System;
  say: (line: string) => void;
  /** Resolves with the exit code. */
  run: (command: readonly string[]) => Promise<number>;
}

/**
 * Finds the tools; installs what is missing where it may, saying so; elsewhere throws a HostToolError with
 * the command to run.
 */
export async function ensureHostTools(
  tools: readonly Tool[],
  places: Places,
  host: Host = thisHost(places),
): Promise<{ adb: Adb }> {
  const look = () => ({ adb: findAdb(places) });
  const missing = (found: ReturnType<typeof look>) => tools.filter((tool) => found[tool] === undefined);
  const lacking = missing(look());
  if (lacking.length > 0) await install(lacking, host);
  const found = look();
  const still = missing(found);
  if (still.length > 0)
    throw new HostToolError(
      `${still.join(' and ')} cannot be found after installing.`,
      'set ANDROID_HOME to the Android SDK folder',
    );
  return found as { adb: Adb };
}

async function install(tools: readonly Tool[], host: Host): Promise<void> {
  const names = tools.join(' and ');
  const remedy = remedyFor(tools, host.system);
  if ('tell' in remedy)
    throw new HostToolError(`${names} is needed and not installed.`, `install it: ${remedy.tell}`);
  host.say(`${names} is needed and not installed: installing it with apt-get.`);
  for (const command of remedy.run) {
    host.say(`$ ${command.join(' ')}`);
    const code = await host.run(command).catch((cause: unknown) => {
      throw new HostToolError(
        `'${command.join(' ')}' cannot be run.`,
        'install it by hand, or set PATH so that it is found',
        cause,
      );
    });
    if (code !== 0)
      throw new HostToolError(
        `'${command.join(' ')}' failed with exit code ${code}.`,
        'see its messages above, or install it by hand',
      );
  }
}

function thisHost({ path, env = { PATH: path } }: Places): Host {
  return {
    system: { platform: platform(), distributions: distributions(), root: isRoot() },
    say: (line) => process.stderr.write(`${printable(line)}\n`),
    run: async ([program = '', ...args]) => {
      // Its output goes to stderr: stdout belongs to the answer.
      const [code] = (await once(spawn(program, args, { stdio: ['ignore', 2, 2], env }), 'close')) as [
        number | null,
      ];
      return code ?? 1;
    },
  };
}

export function distributions(osRelease: string = '/etc/os-release'): string[] {
  if (!existsSync(osRelease)) return [];
  const fields = readFileSync(osRelease, 'utf8').matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm);
  return [...fields].flatMap(([, names = '']) => names.split(' '));
}

/** Names of a Chromium or Chrome on the path. */
export const CHROMIUMS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
] as const;

/** The first of the programs that is in one of the folders. */
export function programOn(path: string, names: readonly string[]): string | undefined {
  const folders = path.split(delimiter).filter(Boolean);
  const ending = platform() === 'win32' ? '.exe' : '';
  return names.flatMap((name) => folders.map((folder) => join(folder, `${name}${ending}`))).find(isProgram);
}
