import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { z } from 'zod';
import { ConfigError } from './errors.ts';
import { Secret } from './secret.ts';

/**
 * The settings, and the only place that reads the environment. Doors (cli, wdio.conf.ts, checks, bench) call this and hand
 * plain values on. The environment wins over `.env` in the working directory; an empty value counts as not set.
 */

type Environment = Readonly<Record<string, string | undefined>>;

const text = z.string().optional();
const port = (least: 0 | 1) => z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(least).max(65_535));
/** name in the code · name in the environment · schema · default as it would be written in `.env` · what fits · one line of help */
const table = {
  androidHome: row(
    'ANDROID_HOME',
    text,
    '',
    'a folder',
    'Android SDK folder, the one that holds platform-tools/adb. Empty: found through adb on the PATH.',
  ),
  androidSdkRoot: row('ANDROID_SDK_ROOT', text, '', 'a folder', 'Older name of ANDROID_HOME, looked at after it.'),
  adbServerPort: row('ANDROID_ADB_SERVER_PORT', port(1), '5037', 'a port, 1 to 65535', 'Port of the adb server.'),
  appiumPort: row('APPIUM_PORT', port(0), '0', 'a port, 0 to 65535', 'Port Appium listens on. 0: a free one.'),
  phoneSerial: row(
    'PHONE_SERIAL',
    text,
    '',
    'a serial',
    "Serial of the attached phone the specs run on. Empty: on a simulated phone. See 'mi-unbind phones'.",
  ),
  evidenceDir: row(
    'EVIDENCE_DIR',
    z.string(),
    'runs',
    'a folder',
    'Folder that gets one folder per run: screenshots, page sources, timeline, result.',
  ),
  junitDir: row('JUNIT_DIR', text, '', 'a folder', 'Folder the specs write JUnit files to. Empty: none are written.'),
  logLevel: row(
    'LOG_LEVEL',
    z.enum(['silent', 'error', 'warn', 'info', 'debug']),
    'warn',
    'one of silent, error, warn, info, debug',
    'How much WebdriverIO logs. Appium logs what it logs at info, and more at debug.',
  ),
};

function row<S extends z.ZodType>(env: string, schema: S, fallback: string, fits: string, help: string) {
  return { env, schema, fallback, fits, help };
}

export type Settings = { readonly [Name in keyof typeof table]: z.output<(typeof table)[Name]['schema']> } & {
  /** Folders searched for programs, as the system writes them. Not a setting of ours. */
  readonly path: string;
};

/** Checks the environment against the table. Throws one ConfigError with all problems. */
export function loadSettings(env: Environment = environment()): Settings {
  const problems: string[] = [];
  const values = Object.entries(table).map(([name, { env: key, schema, fallback, fits }]) => {
    const given = env[key] || fallback || undefined;
    const parsed = schema.safeParse(given);
    if (!parsed.success) problems.push(`${key} is '${given}', and it takes ${fits}`);
    return [name, parsed.data];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({ ...Object.fromEntries(values), path: env.PATH ?? env.Path ?? '' }) as Settings;
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

/** The environment for a child process: ours with `changes`, without the variables named as holding secrets. */
export function childEnvironment(changes: Environment = {}, secrets: readonly string[] = []): NodeJS.ProcessEnv {
  const kept = Object.entries({ ...process.env, ...changes }).filter(([name]) => !secrets.includes(name));
  return Object.fromEntries(kept);
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
