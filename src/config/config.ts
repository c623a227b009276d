import { readFileSync, statSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { isHere, type AdbAddress } from '../adb-address.ts';
import { type EnvFile, readEnvFile } from './env-file.ts';
import { ConfigError, UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { chainWarning, foldersOf, runFolderIn, type Folders } from './folders.ts';
import { givenValue } from './given-value.ts';
import { misspelt } from './nearest.ts';
import { oddSettings } from './odd-settings.ts';
import { isHidden, mayBeSecret } from './secret-names.ts';
import { KEEP_BLANKS } from './secret-text.ts';
import { shownSettings, type ShownSetting } from './shown.ts';
import { Secret } from '../secret.ts';
import { table } from './settings.ts';

/**
 * The settings, and the only place that reads the environment. Doors (cli, wdio.conf.ts, checks, bench) call
 * this and hand plain values on. The environment wins over `.env` in the working directory; an empty value
 * counts as not set.
 */

type Environment = Readonly<Record<string, string | undefined>>;

type Table = { readonly [Name in keyof typeof table]: z.output<(typeof table)[Name]['schema']> };

export type Settings = Omit<Table, keyof Folders | 'dataDir'> &
  Readonly<Folders> & {
    /** Folders searched for programs, as the system writes them. Not a setting of ours. */
    readonly path: string;
    readonly dataDir: string;
  };

/** Where the system keeps what programs store for a user. */
function dataFolder({ XDG_DATA_HOME, LOCALAPPDATA }: Environment): string {
  const local: Partial<Record<NodeJS.Platform, string>> = {
    win32: LOCALAPPDATA ?? join(home(), 'AppData', 'Local'),
    darwin: join(home(), 'Library', 'Application Support'),
  };
  return join(local[platform()] ?? (XDG_DATA_HOME || join(home(), '.local', 'share')), 'mi-unbind');
}

/**
 * A user without a name has none unless HOME says so. Containers give `/` then; who needs to write there is
 * refused, with the way out.
 */
function home(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

/** Checks the environment against the table. Throws one ConfigError with all problems. */
export function loadSettings(env?: Environment): Settings {
  return env ? settingsOf(env, NO_FILE) : settingsOf(environment(), envFile());
}

/** As the environment and `.env` have it, with changes by the settings' names in the environment. */
export function settingsWith(changes: Environment): Settings {
  const names = [...Object.values(table).map(({ env }) => env), ...Object.values(FORMER_NAMES)];
  const problems = Object.entries(changes).flatMap(([name, value]) => {
    if (value !== undefined && typeof value !== 'string') return [`${name} has to be a text`];
    if (names.includes(name)) return [];
    const meant = misspelt(name, names);
    return [`${name} is no setting${meant === undefined ? '' : `: did you mean ${meant}?`}`];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return settingsOf({ ...environment(), ...changes }, envFile());
}

/** Every setting with its value and where that comes from, as people may see it. */
export const settingsShown = (): ShownSetting[] => shownSettings(environment(), envFile());

/** What settings were called before: read where the new name is not set. */
const FORMER_NAMES: Readonly<Record<string, string>> = { STATION: 'BENCH' };

function settingsOf(env: Environment, file: EnvFile): Settings {
  const problems: string[] = [];
  const values = Object.entries(table).map(([name, { env: key, schema, fallback, fits }]) => {
    const isSecret = isHidden(key);
    const given = givenValue(key, env, file, { isSecret });
    const former = given.text ? undefined : FORMER_NAMES[key];
    const { text, problem } = former === undefined ? given : givenValue(former, env, file, { isSecret });
    if (problem !== undefined) problems.push(problem);
    const parsed = schema.safeParse(
      problem === undefined ? text || fallback || undefined : fallback || undefined,
    );
    if (!parsed.success && problem === undefined) {
      const why = parsed.error.issues.find(
        ({ code, message }) => code === 'custom' && message !== 'Invalid input',
      )?.message;
      const is = isSecret ? 'not right' : `'${text || fallback}'`;
      problems.push(
        why === undefined ? `${key} is ${is}, and it takes ${fits}` : `${key} is not right: ${why}`,
      );
    }
    return [name, parsed.data];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const settings = Object.fromEntries(values) as Table;
  const { adbServerSocket: socket } = settings;
  // As adb does it: where the one is given, the other two count for nothing.
  if (socket) Object.assign(settings, { adbServerAddress: socket.host, adbServerPort: socket.port });
  const local = Object.fromEntries([...file.variables.values()].map(({ name, value }) => [name, value]));
  const dataDir = resolve(settings.dataDir || dataFolder({ ...local, ...env }));
  const { evidenceDir: evidence, recordsDir: records } = settings;
  const folders = foldersOf({ dataDir, evidence, records });
  return Object.freeze({ ...settings, ...folders, dataDir, path: env.PATH ?? env.Path ?? '' });
}

/** Where the adb server of these settings is. */
export function adbOf({
  adbServerAddress: host,
  adbServerPort: port,
}: Pick<Settings, 'adbServerAddress' | 'adbServerPort'>): AdbAddress {
  return host === undefined || isHere({ host, port }) ? port : { host, port };
}

/**
 * The variable a password is asked from (`--password-env NAME`), or undefined when it is unset or empty. It
 * is taken out of the environment: no child process inherits it, least of all an adb server that outlives
 * this one. Throws a UsageError where it would not come in whole.
 */
export function takeSecret(name: string, options: { keepBlanks?: boolean } = {}): Secret | undefined {
  try {
    return readSecret(name, options);
  } finally {
    delete process.env[name];
    taken.delete(name);
  }
}

/**
 * The same, left in the environment for the one child process that is to take it. Each other child has to be
 * started without it.
 */
export function readSecret(name: string, { keepBlanks = false } = {}): Secret | undefined {
  const file = envFile();
  const { text, problem } = givenValue(name, environment(), file, { isSecret: true, keepBlanks });
  if (problem !== undefined)
    throw new UsageError(
      `${problem}.`,
      `nothing was tried with it${/\b(begins|ends)\b/.test(problem) ? `. ${KEEP_BLANKS} takes blanks at its ends` : ''}`,
    );
  return text ? new Secret(text) : undefined;
}

/** The variable that was meant by a name that is not set. */
export function variableMeant(name: string): string | undefined {
  return misspelt(name, [...Object.keys(environment()), ...envFile().variables.keys()]);
}

/**
 * What is odd about `.env` and the names of variables, and keeps nothing from running. A sentence each; none
 * holds a value.
 */
export function settingsWarnings(env: Environment = environment()): string[] {
  const file = envFile();
  const named = (name: string) => env[name] || file.variables.get(name)?.value || undefined;
  const dataDir = named('DATA_DIR') ?? dataFolder({ ...env, XDG_DATA_HOME: named('XDG_DATA_HOME') });
  const chain = chainWarning({ dataDir, records: named('RECORDS_DIR') });
  return [
    ...oddSettings(env, file, statSync('.env', { throwIfNoEntry: false })?.mode ?? 0),
    ...(chain === undefined ? [] : [chain]),
  ];
}

/** What has been taken out of the environment, for the settings that are read from it later. */
const taken = new Map<string, string>();

/** The variables of this process as it was started. */
function environment(): Environment {
  return taken.size === 0 ? process.env : { ...Object.fromEntries(taken), ...process.env };
}

/**
 * Takes every secret out of the environment, so that no child process gets one, whatever starts it. `pg`
 * itself reads PGPASSWORD there. For a program that is one of ours as a whole.
 */
export function hideSecrets(): void {
  for (const [name, value = ''] of Object.entries(process.env)) {
    if (name === 'PGPASSWORD' || !mayBeSecret(name, value)) continue;
    taken.set(name, value);
    delete process.env[name];
  }
}

/**
 * The environment for a child process: ours without what holds secrets by its name or its form, with
 * `changes`, and without the variables named as holding secrets.
 */
export function childEnvironment(
  changes: Environment = {},
  secrets: readonly string[] = [],
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name, value = '']) => !mayBeSecret(name, value));
  const kept = [...inherited, ...Object.entries(changes)].filter(([name]) => !secrets.includes(name));
  return Object.fromEntries(kept);
}

/** For tests: whether the environment names an adb server. */
export const adbServerIsNamed = (): boolean =>
  Boolean(process.env.ANDROID_ADB_SERVER_PORT ?? process.env.ADB_SERVER_SOCKET);

/** For tests: the adb server of this process and of all it starts from now on. */
export function nameAdbServer(port: number): void {
  process.env.ANDROID_ADB_SERVER_PORT = String(port);
  // adb heeds these first.
  delete process.env.ADB_SERVER_SOCKET;
  delete process.env.ANDROID_ADB_SERVER_ADDRESS;
}

/** For tests: no setting in the environment of this process and of all it starts from now on. */
export function forgetSettings(): void {
  for (const { env } of Object.values(table)) delete process.env[env];
}

/** For tests: the time zone of this process and of all it starts from now on. */
export function nameTimeZone(zone: string): void {
  process.env.TZ = zone;
}

/**
 * For tests: each Node that is started from now on keeps what it compiles, and finds what others have kept: a
 * third of its start.
 */
export function keepCompiled(folder: string): void {
  process.env.NODE_COMPILE_CACHE ??= folder;
}

/** Text of `.env.example`. */
export function renderExample(): string {
  const rows = Object.values(table).map(({ env, fallback, help }) => `# ${help}\n${env}=${fallback}\n`);
  return [
    '# Settings of mi-unbind. Copy to .env and change what you need; a variable of the environment wins over this file.\n' +
      '# A value with a # or with blanks at its ends needs quotation marks: in \'…\' each character stands for itself, in "…" \\n, \\" and\n' +
      '# such stand for one. Save it in UTF-8, and close it to others: chmod 600 .env\n',
    ...rows,
    "# A Mi Account's password for 'mi-unbind sign-out SERIAL --password-env MI_PASSWORD'. Any other name will do.\nMI_PASSWORD=\n",
    '# Password of the account on PHONE_SERIAL, to let the specs sign that phone out. Empty: they only look.\nPHONE_PASSWORD=\n',
  ].join('\n');
}

const NO_FILE: EnvFile = { variables: new Map(), twice: [], odd: [] };

/** `.env` is read, not put into process.env, so that a password in it does not reach child processes. */
function envFile(): EnvFile {
  try {
    const read = readEnvFile(readFileSync('.env'));
    if ('fault' in read) throw new ConfigError([`.env cannot be read: ${read.fault}`]);
    return read;
  } catch (error) {
    // A folder of this name is a Python environment.
    if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return NO_FILE;
    throw error instanceof ConfigError
      ? error
      : new ConfigError([`.env cannot be read: ${fileFault(error)}`]);
  }
}

/**
 * Loopback as it may stand in an address. WebdriverIO compares the end of a host name, others the whole of
 * it.
 */
const LOOPBACK = ['127.0.0.1', 'localhost', '::1', '[::1]'];

/**
 * Has nothing on this computer go through a proxy: adds loopback to the hosts that take none, in `env` and so
 * in all child processes. All other hosts go as they did. Both spellings are needed: WebdriverIO reads the
 * upper one alone and knows no `*`, Appium's axios and undici look at the lower one first, so each takes over
 * what stands in the other. npm's is made by a script of npm, for proxy-from-env 1.
 */
export function keepLoopbackDirect(env: NodeJS.ProcessEnv): void {
  const { NO_PROXY, no_proxy: lower } = env;
  const given = {
    NO_PROXY: NO_PROXY || lower,
    no_proxy: lower || NO_PROXY,
    npm_config_no_proxy: env.npm_config_no_proxy,
  };
  for (const [name, hosts = ''] of Object.entries(given)) {
    if (name === 'npm_config_no_proxy' && hosts === '') continue;
    const listed = new Set([...hosts.split(/[\s,;]+/).filter(Boolean), ...LOOPBACK]);
    // All but WebdriverIO know it, and only where it stands alone.
    env[name] = hosts === '*' && name !== 'NO_PROXY' ? hosts : [...listed].join(',');
  }
}

// When this file is loaded, as WebdriverIO reads the variables when it is.
keepLoopbackDirect(process.env);

/**
 * How the terminal shows a picture in its text, by what it says of itself; undefined where it is not known
 * to.
 */
export function terminalPictures(): 'iterm' | 'kitty' | undefined {
  const { KITTY_WINDOW_ID, TERM, TERM_PROGRAM } = process.env;
  if (KITTY_WINDOW_ID || TERM === 'xterm-kitty' || TERM_PROGRAM === 'ghostty') return 'kitty';
  return TERM_PROGRAM === 'iTerm.app' || TERM_PROGRAM === 'WezTerm' ? 'iterm' : undefined;
}

/** Whether `npm run` or `npx` has started this, or what started this. */
export function underNpm(): boolean {
  return process.env.npm_execpath !== undefined;
}

/** The folder of this run of specs, below `parent`: a new one for each run, which its workers find again. */
export function runFolder(parent: string): string {
  return (process.env[RUN_FOLDER] ??= runFolderIn(parent));
}

const RUN_FOLDER = 'MI_UNBIND_RUN_FOLDER';

/** Whether this runs as a step of GitHub Actions, which shows what is printed in its form. */
export function onGitHub(): boolean {
  return process.env.GITHUB_ACTIONS === 'true';
}

/**
 * Has WebdriverIO mask whatever could be a code or an account in its log, where page sources stand in full.
 * To be called before it is loaded: each copy of its logger reads this variable when it is made.
 */
export function maskCodesInLogs(): void {
  const { WDIO_LOG_MASKING_PATTERNS: own } = process.env;
  if (own?.includes(CODES)) return;
  process.env.WDIO_LOG_MASKING_PATTERNS = own ? `${own}, ${CODES}` : CODES;
}

/**
 * For WebdriverIO's `maskingPatterns`: codes, addresses, and the numbers of accounts and telephones, hidden
 * in part or written in groups. It silently leaves out a pattern that looks behind, and takes a comma for the
 * end of one.
 */
export const CODES = [
  String.raw`/\b\d{6}\b/g`,
  String.raw`/[\w.+*%-]+@[\w.*-]+/g`,
  String.raw`/\d[\d*]*\*\*[\d*]*\d/g`,
  String.raw`/\b\d\d\d\d\d\d\d\d+\b/g`,
  String.raw`/\b\d\d\d?\d? \d\d\d?\d? \d\d+\b/g`,
].join(', ');
