import { readFileSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { parse } from 'dotenv';
import type { z } from 'zod';
import { isHere, type AdbAddress } from './adb-wire.ts';
import { ConfigError } from './errors.ts';
import { Secret } from './secret.ts';
import { isSecret, table } from './settings.ts';

/**
 * The settings, and the only place that reads the environment. Doors (cli, wdio.conf.ts, checks, bench) call this and hand
 * plain values on. The environment wins over `.env` in the working directory; an empty value counts as not set.
 */

type Environment = Readonly<Record<string, string | undefined>>;

export type Settings = { readonly [Name in keyof typeof table]: z.output<(typeof table)[Name]['schema']> } & {
  /** Folders searched for programs, as the system writes them. Not a setting of ours. */
  readonly path: string;
  readonly dataDir: string;
};

/** Names of the settings no child process gets and no error quotes. */
const hidden: readonly string[] = Object.values(table)
  .filter(isSecret)
  .map(({ env }) => env);

/** Where the system keeps what programs store for a user. */
function dataFolder({ XDG_DATA_HOME, LOCALAPPDATA }: Environment): string {
  const local: Partial<Record<NodeJS.Platform, string>> = {
    win32: LOCALAPPDATA ?? join(home(), 'AppData', 'Local'),
    darwin: join(home(), 'Library', 'Application Support'),
  };
  return join(local[platform()] ?? (XDG_DATA_HOME || join(home(), '.local', 'share')), 'mi-unbind');
}

/** A user without a name has none unless HOME says so. Containers give `/` then; who needs to write there is refused, with the way out. */
function home(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

/** Checks the environment against the table. Throws one ConfigError with all problems. */
export function loadSettings(env: Environment = environment()): Settings {
  const problems: string[] = [];
  const values = Object.entries(table).map(([name, { env: key, schema, fallback, fits }]) => {
    const given = env[key] || fallback || undefined;
    const parsed = schema.safeParse(given);
    if (!parsed.success) {
      const why = parsed.error.issues.find(({ code, message }) => code === 'custom' && message !== 'Invalid input')?.message;
      const is = hidden.includes(key) ? 'not right' : `'${given}'`;
      problems.push(why === undefined ? `${key} is ${is}, and it takes ${fits}` : `${key} is not right: ${why}`);
    }
    return [name, parsed.data];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const settings = Object.fromEntries(values) as Settings;
  const { adbServerSocket: socket } = settings;
  // As adb does it: where the one is given, the other two count for nothing.
  if (socket) Object.assign(settings, { adbServerAddress: socket.host, adbServerPort: socket.port });
  return Object.freeze({ ...settings, dataDir: settings.dataDir || dataFolder(env), path: env.PATH ?? env.Path ?? '' });
}

/** Where the adb server of these settings is. */
export function adbOf({ adbServerAddress: host, adbServerPort: port }: Pick<Settings, 'adbServerAddress' | 'adbServerPort'>): AdbAddress {
  return host === undefined || isHere({ host, port }) ? port : { host, port };
}

/**
 * The variable a password is asked from (`--password-env NAME`), or undefined when it is unset or empty. It is taken out of the
 * environment: no child process inherits it, least of all an adb server that outlives this one.
 */
export function takeSecret(name: string): Secret | undefined {
  const value = environment()[name];
  delete process.env[name];
  return value ? new Secret(value) : undefined;
}

/**
 * The environment for a child process: ours without the settings that hold secrets, with `changes`, and without the variables named as
 * holding secrets.
 */
export function childEnvironment(changes: Environment = {}, secrets: readonly string[] = []): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !hidden.includes(name));
  const kept = [...inherited, ...Object.entries(changes)].filter(([name]) => !secrets.includes(name));
  return Object.fromEntries(kept);
}

/** For tests: whether the environment names an adb server. */
export const adbServerIsNamed = (): boolean => Boolean(process.env.ANDROID_ADB_SERVER_PORT ?? process.env.ADB_SERVER_SOCKET);

/** For tests: the adb server of this process and of all it starts from now on. */
export function nameAdbServer(port: number): void {
  process.env.ANDROID_ADB_SERVER_PORT = String(port);
  // adb heeds these first.
  delete process.env.ADB_SERVER_SOCKET;
  delete process.env.ANDROID_ADB_SERVER_ADDRESS;
}

/** For tests: each Node that is started from now on keeps what it compiles, and finds what others have kept: a third of its start. */
export function keepCompiled(folder: string): void {
  process.env.NODE_COMPILE_CACHE ??= folder;
}

/** Text of `.env.example`. */
export function renderExample(): string {
  const rows = Object.values(table).map(({ env, fallback, help }) => `# ${help}\n${env}=${fallback}\n`);
  return [
    '# Settings of mi-unbind. Copy to .env and change what you need; a variable of the environment wins over this file.\n',
    ...rows,
    "# A Mi Account's password for 'mi-unbind sign-out SERIAL --password-env MI_PASSWORD'. Any other name will do.\nMI_PASSWORD=\n",
    '# Password of the account on PHONE_SERIAL, to let the specs sign that phone out. Empty: they only look.\nPHONE_PASSWORD=\n',
  ].join('\n');
}

/** `.env` is read, not put into process.env, so that a password in it does not reach child processes. */
function environment(): Environment {
  return { ...dotenv(), ...process.env };
}

function dotenv(): Environment {
  try {
    return parse(readFileSync('.env'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError([`.env cannot be read: ${(error as Error).message}`]);
  }
}

/** Loopback as it may stand in an address. WebdriverIO compares the end of a host name, others the whole of it. */
const LOOPBACK = ['127.0.0.1', 'localhost', '::1', '[::1]'];

/**
 * Has nothing on this computer go through a proxy: adds loopback to the hosts that take none, in `env` and so in all child processes. All
 * other hosts go as they did. Both spellings are needed: WebdriverIO reads the upper one alone and knows no `*`, Appium's axios and undici
 * look at the lower one first, so each takes over what stands in the other. npm's is made by a script of npm, for proxy-from-env 1.
 */
export function keepLoopbackDirect(env: NodeJS.ProcessEnv): void {
  const { NO_PROXY, no_proxy: lower } = env;
  const given = { NO_PROXY: NO_PROXY || lower, no_proxy: lower || NO_PROXY, npm_config_no_proxy: env.npm_config_no_proxy };
  for (const [name, hosts = ''] of Object.entries(given)) {
    if (name === 'npm_config_no_proxy' && hosts === '') continue;
    const listed = new Set([...hosts.split(/[\s,;]+/).filter(Boolean), ...LOOPBACK]);
    // All but WebdriverIO know it, and only where it stands alone.
    env[name] = hosts === '*' && name !== 'NO_PROXY' ? hosts : [...listed].join(',');
  }
}

// When this file is loaded, as WebdriverIO reads the variables when it is.
keepLoopbackDirect(process.env);

/** How the terminal shows a picture in its text, by what it says of itself; undefined where it is not known to. */
export function terminalPictures(): 'iterm' | 'kitty' | undefined {
  const { KITTY_WINDOW_ID, TERM, TERM_PROGRAM } = process.env;
  if (KITTY_WINDOW_ID || TERM === 'xterm-kitty' || TERM_PROGRAM === 'ghostty') return 'kitty';
  return TERM_PROGRAM === 'iTerm.app' || TERM_PROGRAM === 'WezTerm' ? 'iterm' : undefined;
}

/** Whether `npm run` or `npx` has started this, or what started this. */
export function underNpm(): boolean {
  return process.env.npm_execpath !== undefined;
}

/** Whether this runs as a step of GitHub Actions, which shows what is printed in its form. */
export function onGitHub(): boolean {
  return process.env.GITHUB_ACTIONS === 'true';
}

/**
 * Has WebdriverIO mask whatever could be a code in its log, where page sources stand in full. To be called before it is loaded: each copy
 * of its logger reads this variable when it is made.
 */
export function maskCodesInLogs(): void {
  process.env.WDIO_LOG_MASKING_PATTERNS = CODES;
}

/** For WebdriverIO's `maskingPatterns`, which silently leave out a pattern that looks behind. */
export const CODES = String.raw`/\b\d{6}\b/g`;
