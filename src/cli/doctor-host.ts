import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { platform, userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { ensureAdbServer } from '../adb-server.ts';
import { childEnvironment, type Settings } from '../config.ts';
import { MiUnbindError } from '../errors.ts';
import { fileFault } from '../file-fault.ts';
import { CHROMIUMS, distributions, findAdb, programOn, remedyFor, type Adb } from '../host.ts';
import type { Finding, Verdict } from '../phone/doctor-finding.ts';
import { freePort } from '../port.ts';
import { unreachable } from '../store/fault.ts';
import { paths, runningServer } from '../store/postmaster.ts';
import { kinds, openInbox } from './code-sources.ts';
import { lazyStore } from './store.ts';

const execute = promisify(execFile);
const PATIENCE = 5000;
const MB = 1_000_000;
/** A run leaves 1 to 3 MB of evidence; the database that comes along takes 60 to begin with. */
const [TIGHT, PLENTY] = [100 * MB, 1000 * MB];

export interface HostReport {
  findings: Finding[];
  /** Where its server can be spoken to. */
  adb?: Adb;
  chromedriver?: string;
}

/** This computer: what every run stands on, each with what to do where it is not in order. */
export async function examineHost(settings: Settings, signal: AbortSignal): Promise<HostReport> {
  const [{ adb, findings: ofAdb }, { version, findings: ofBrowser }, ...rest] = await Promise.all([
    adbAndServer(settings),
    browserAndDriver(settings),
    appium(),
    appiumPlace(settings),
    disk('evidence', settings.evidenceDir, 'EVIDENCE_DIR'),
    disk('records', settings.recordsDir, 'RECORDS_DIR'),
    disk('data folder', settings.dataDir, 'DATA_DIR'),
    database(settings),
  ]);
  const node = found('Node', { verdict: 'ok', what: process.versions.node });
  const findings = [node, ...ofAdb, ...rest, ...ofBrowser, ...(await codeSources(settings, signal))];
  return { findings, ...(adb ? { adb } : {}), ...(version === undefined ? {} : { chromedriver: version }) };
}

const found = (check: string, verdict: Verdict): Finding => ({ check, ...verdict });
const bad = (check: string, verdict: 'warn' | 'fail', what: string, why: string, todo: string): Finding => ({
  check,
  verdict,
  what,
  why,
  todo,
});

async function adbAndServer(settings: Settings): Promise<{ adb?: Adb; findings: Finding[] }> {
  const adb = findAdb(settings);
  if (!adb) {
    const remedy = remedyFor(['adb'], { platform: platform(), distributions: distributions(), root: false });
    const todo = `install it: ${'tell' in remedy ? remedy.tell : 'adb'}`;
    return { findings: [bad('adb', 'fail', 'not found', 'everything that is done on a phone goes through it', todo)] };
  }
  const { stdout = '' } = await execute(adb.path, ['version'], { timeout: PATIENCE, env: childEnvironment() }).catch(() => ({
    stdout: '',
  }));
  const findings = [
    found('adb', { verdict: 'ok', what: `${/^Version (\S+)/m.exec(stdout)?.[1] ?? '?'}, ${adb.path}` }),
    buildTools(adb, settings),
  ];
  try {
    await ensureAdbServer(adb.path, settings.adbServerPort, childEnvironment());
    return { adb, findings: [...findings, serverOwner(settings.adbServerPort)] };
  } catch (error) {
    return { findings: [...findings, thrown('adb server', error, 'no phone can be reached')] };
  }
}

/** As appium-adb looks for it: newest or not, one of build-tools is enough. */
function buildTools({ androidHome }: Adb, { path }: Settings): Finding {
  const folder = join(androidHome, 'build-tools');
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  const aapt2 = versions.map((version) => join(folder, version, 'aapt2')).find(existsSync) ?? programOn(path, ['aapt2']);
  return aapt2
    ? found('build tools', { verdict: 'ok', what: aapt2 })
    : bad(
        'build tools',
        'warn',
        'no aapt2',
        "the driver cannot read its own helper apps' versions, so it installs them again where ours does not tell it to skip that",
        `install build-tools into ${androidHome} (Debian and Ubuntu: apt-get install aapt)`,
      );
}

/** Whose the adb server is, from /proc; elsewhere nothing is said of it. */
function serverOwner(port: number): Finding {
  const running = `port ${port}`;
  if (platform() === 'linux') {
    const owner = readdirSync('/proc').flatMap((pid) => (isServer(pid, port) ? [statSync(`/proc/${pid}`).uid] : []))[0];
    if (owner !== undefined && owner !== userInfo().uid)
      return bad(
        'adb server',
        'warn',
        `${running}, run by another user (uid ${owner})`,
        'phones know that user by its key, and the server goes when that user ends it',
        'start it as the user who signs phones out, or give each an ANDROID_ADB_SERVER_PORT',
      );
  }
  return found('adb server', { verdict: 'ok', what: running });
}

/** `adb -L tcp:5037 fork-server server --reply-fd 4` */
function isServer(pid: string, port: number): boolean {
  if (!/^\d+$/.test(pid)) return false;
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return (
      basename(argv[0] ?? '') === 'adb' && argv.includes('fork-server') && (argv.some((word) => word.endsWith(`:${port}`)) || port === 5037)
    );
  } catch {
    return false;
  }
}

async function appium(): Promise<Finding> {
  try {
    const require = createRequire(import.meta.url);
    const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
    return found('Appium', { verdict: 'ok', what: `${version('appium')}, driver ${version('appium-uiautomator2-driver')}` });
  } catch {
    return bad('Appium', 'fail', 'not installed', 'it drives the phones', "run 'npm ci'");
  }
}

async function appiumPlace({ appiumPort, appiumUrl }: Settings): Promise<Finding> {
  const check = 'Appium address';
  const why = 'no session can be opened';
  if (appiumUrl !== undefined) {
    const status = `${appiumUrl.replace(/\/$/, '')}/status`;
    const answers = await fetch(status, { signal: AbortSignal.timeout(PATIENCE) }).then(
      ({ ok }) => ok,
      () => false,
    );
    return answers
      ? found(check, { verdict: 'ok', what: 'the one in APPIUM_URL answers' })
      : bad(check, 'fail', 'the one in APPIUM_URL does not answer', why, 'start it, or correct APPIUM_URL');
  }
  if (appiumPort === 0) return found(check, { verdict: 'ok', what: 'a free port' });
  const free = await freePort(appiumPort).catch(() => undefined);
  return free === undefined
    ? bad(check, 'fail', `port ${appiumPort} is taken`, why, 'stop what listens there, or set APPIUM_PORT to 0')
    : found(check, { verdict: 'ok', what: `port ${appiumPort} is free` });
}

async function browserAndDriver({ chromedriver, path }: Settings): Promise<{ version?: string; findings: Finding[] }> {
  const driver = chromedriver ?? programOn(path, ['chromedriver']);
  const browser = programOn(path, CHROMIUMS);
  const [version, own] = await Promise.all([versionOf(driver), versionOf(browser)]);
  const findings = [fit(version, own)];
  return { ...(version === undefined ? {} : { version }), findings };
}

/** Whether chromedriver and the browser of this computer have the same major version. */
export function fit(driver: string | undefined, browser: string | undefined): Finding {
  const why = "'reset-password' and 'recover' need both, in one version, for the account's web site";
  const missing = [driver === undefined ? 'chromedriver' : '', browser === undefined ? 'chromium' : ''].filter(Boolean);
  if (missing.length > 0)
    return bad(
      'browser',
      'warn',
      `no ${missing.join(' and no ')}`,
      why,
      'install chromium and its chromedriver (Debian: apt-get install chromium chromium-driver)',
    );
  return driver!.split('.')[0] === browser!.split('.')[0]
    ? found('browser', { verdict: 'ok', what: `${browser}, chromedriver ${driver}` })
    : bad('browser', 'warn', `${browser}, and chromedriver is ${driver}`, why, 'set CHROMEDRIVER to one that fits, or update both');
}

async function versionOf(program: string | undefined): Promise<string | undefined> {
  if (program === undefined) return undefined;
  const { stdout } = await execute(program, ['--version'], { timeout: PATIENCE, env: childEnvironment() }).catch(() => ({ stdout: '' }));
  return /\d+(?:\.\d+)+/.exec(stdout)?.[0];
}

async function disk(check: string, given: string, setting: string): Promise<Finding> {
  const folder = resolve(given);
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    accessSync(there, constants.W_OK);
    const { bavail, bsize } = await statfs(there);
    return spaceIn(check, folder, bavail * bsize, setting);
  } catch (error) {
    return bad(check, 'fail', `'${folder}' cannot be written`, fileFault(error), `set ${setting} to a folder of yours`);
  }
}

/** What `free` bytes are worth. */
export function spaceIn(check: string, folder: string, free: number, setting: string): Finding {
  const what = `${folder}, ${free < PLENTY ? `${Math.round(free / MB)} MB` : `${Math.round(free / (1000 * MB))} GB`} free`;
  if (free >= PLENTY) return found(check, { verdict: 'ok', what });
  const why = 'each run leaves 1 to 3 MB; on a full disk what was done cannot be kept';
  return bad(check, free < TIGHT ? 'fail' : 'warn', what, why, `make room, or set ${setting} to another disk`);
}

/** The operator's own is asked; the one that comes along is not started for this. */
async function database({ databaseUrl, dataDir, storeKey, storeKeyFile }: Settings): Promise<Finding> {
  const check = 'database';
  const why = 'codes, passwords and what may not be done twice are kept in it';
  if (databaseUrl) {
    const client = new pg.Client({ connectionString: databaseUrl.reveal(), connectionTimeoutMillis: PATIENCE });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select');
    } catch (cause) {
      return thrown(check, unreachable(cause, true), why);
    } finally {
      await client.end().catch(() => undefined);
    }
    return storeKey || storeKeyFile
      ? found(check, { verdict: 'ok', what: 'the one in DATABASE_URL answers' })
      : bad(check, 'fail', 'the one in DATABASE_URL has no key', 'what it keeps is encrypted', 'set STORE_KEY or STORE_KEY_FILE');
  }
  const { data, key } = paths(dataDir);
  if (!existsSync(data)) return found(check, { verdict: 'ok', what: 'none yet; it is made when it is first needed' });
  if (!storeKey && !storeKeyFile && !existsSync(key))
    return bad(
      check,
      'fail',
      `its key is missing: ${key}`,
      'without it nothing in the database can be read',
      'bring the key back from your backup',
    );
  return found(check, { verdict: 'ok', what: runningServer(dataDir) ? 'it runs' : 'it starts when it is needed' });
}

/** What 'mi-unbind codes check' says of those that are configured. */
async function codeSources(settings: Settings, signal: AbortSignal): Promise<Finding[]> {
  const names = Object.entries(kinds).flatMap(([name, { isConfigured }]) => (isConfigured(settings) ? [name] : []));
  if (names.length === 0) return [found('code sources', { verdict: 'ok', what: 'none is set up; a person is asked for codes' })];
  const { store, close } = lazyStore(settings);
  try {
    return await Promise.all(
      names.map(async (name) => {
        const check = `codes: ${name}`;
        try {
          const inbox = await openInbox(name, { settings, store, told: () => undefined });
          const what = await inbox.check(signal).finally(() => inbox.close());
          return found(check, { verdict: 'ok', what });
        } catch (error) {
          signal.throwIfAborted();
          return thrown(check, error, 'a code that is sent there could not be read');
        }
      }),
    );
  } finally {
    await close();
  }
}

function thrown(check: string, error: unknown, why: string): Finding {
  if (!(error instanceof MiUnbindError)) throw error;
  return bad(check, 'fail', error.message, why, error.hint);
}
