import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Inbox } from '../../codes/inbox.ts';
import { childEnvironment, type Settings } from '../../config/config.ts';
import { fileFault, placeElsewhere } from '../../words/file-fault.ts';
import { CHROMIUMS, programOn, type Adb } from '../../host/tools.ts';
import { openFilesAllowed, openFilesNeeded, raise } from '../../host/open-files.ts';
import { fail, found, thrown, warn, type Finding } from '../../phone/doctor/finding.ts';
import { checkGivenServer } from '../../store/given-server.ts';
import { paths, runningServer } from '../../store/postmaster.ts';
import { assertInstalled } from '../../store/programs.ts';
import { PARALLEL } from '../parallel.ts';
import { kinds, openInbox } from '../code-sources.ts';
import { sampleOf, type ClockSample } from './clock.ts';
import { adbAndServer } from './adb.ts';
import { examineAppium } from './appium.ts';
import type { Station } from '../station.ts';

const execute = promisify(execFile);
const PATIENCE = 5000;
const MB = 1_000_000;
/** A run leaves 1 to 3 MB of evidence; the embedded database takes 60 to begin with. */
const [TIGHT, PLENTY] = [100 * MB, 1000 * MB];

export interface HostReport {
  findings: Finding[];
  /** Where its server can be spoken to. */
  adb?: Adb;
  chromedriver?: string;
  /** Clocks of servers that this computer's can be compared with. */
  clocks: ClockSample[];
}

/** This computer: what every run stands on, each with what to do where it is not in order. */
export async function examineHost(station: Station, signal: AbortSignal): Promise<HostReport> {
  const { settings } = station;
  const [{ adb, findings: ofAdb }, { version, findings: ofBrowser }, ...rest] = await Promise.all([
    adbAndAppium(settings),
    browserAndDriver(settings),
    disk('evidence', settings.evidenceDir, 'EVIDENCE_DIR'),
    disk('records', settings.recordsDir, 'RECORDS_DIR'),
    disk('data folder', settings.dataDir, 'DATA_DIR'),
    database(settings),
  ]);
  const node = found('Node', { verdict: 'ok', what: process.versions.node });
  const clocks: ClockSample[] = [];
  const findings = [
    node,
    openFiles(openFilesAllowed()),
    ...ofAdb,
    ...rest,
    ...ofBrowser,
    ...(await codeSources(station, clocks, signal)),
  ];
  return {
    findings,
    clocks,
    ...(adb ? { adb } : {}),
    ...(version === undefined ? {} : { chromedriver: version }),
  };
}

/** Appium needs adb, so it is looked at second. */
async function adbAndAppium(settings: Settings): Promise<{ adb?: Adb; findings: Finding[] }> {
  const { adb, findings } = await adbAndServer(settings);
  return { ...(adb ? { adb } : {}), findings: [...findings, ...(await examineAppium(settings, adb))] };
}

/** What `bulk` and `station` need with their usual number of phones at once. */
export function openFiles(allowed: number | undefined): Finding {
  const needed = openFilesNeeded(PARALLEL);
  if (allowed === undefined || allowed >= needed)
    return found('open files', {
      verdict: 'ok',
      what: allowed === undefined ? 'no limit is known' : `${allowed} are allowed`,
    });
  const why = `a run on ${PARALLEL} phones at once, as of a list, is refused; one phone needs ${openFilesNeeded(1)}`;
  return found(
    'open files',
    (allowed < openFilesNeeded(1) ? fail : warn)(`only ${allowed} are allowed`, why, raise(needed)),
  );
}

async function browserAndDriver({
  chromedriver,
  path,
}: Settings): Promise<{ version?: string; findings: Finding[] }> {
  const driver = chromedriver ?? programOn(path, ['chromedriver']);
  const browser = programOn(path, CHROMIUMS);
  const [version, own] = await Promise.all([versionOf(driver), versionOf(browser)]);
  const findings = [fit(version, own)];
  return { ...(version === undefined ? {} : { version }), findings };
}

/** Whether chromedriver and the browser of this computer have the same major version. */
export function fit(driver: string | undefined, browser: string | undefined): Finding {
  const why = "'reset-password' and 'recover' need both, in one version, for the account's web site";
  const missing = [
    driver === undefined ? 'chromedriver' : '',
    browser === undefined ? 'chromium' : '',
  ].filter(Boolean);
  if (missing.length > 0)
    return found(
      'browser',
      warn(
        `no ${missing.join(' and no ')}`,
        why,
        'install chromium and its chromedriver (Debian: apt-get install chromium chromium-driver)',
      ),
    );
  return driver!.split('.')[0] === browser!.split('.')[0]
    ? found('browser', { verdict: 'ok', what: `${browser}, chromedriver ${driver}` })
    : found(
        'browser',
        warn(
          `${browser}, and chromedriver is ${driver}`,
          why,
          'set CHROMEDRIVER to one that fits, or update both',
        ),
      );
}

async function versionOf(program: string | undefined): Promise<string | undefined> {
  if (program === undefined) return undefined;
  const { stdout } = await execute(program, ['--version'], {
    timeout: PATIENCE,
    env: childEnvironment(),
  }).catch(() => ({ stdout: '' }));
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
    return found(check, fail(`'${folder}' cannot be written`, fileFault(error), placeElsewhere(setting)));
  }
}

/** What `free` bytes are worth. */
export function spaceIn(check: string, folder: string, free: number, setting: string): Finding {
  const what = `${folder}, ${free < PLENTY ? `${Math.round(free / MB)} MB` : `${Math.round(free / (1000 * MB))} GB`} free`;
  if (free >= PLENTY) return found(check, { verdict: 'ok', what });
  const why = 'each run leaves 1 to 3 MB; on a full disk what was done cannot be kept';
  return found(
    check,
    (free < TIGHT ? fail : warn)(what, why, `make room, or set ${setting} to another disk`),
  );
}

/** The operator's own is asked; the embedded one is not started for this. */
async function database({ databaseUrl, dataDir, storeKey, storeKeyFile }: Settings): Promise<Finding> {
  const check = 'database';
  const why = 'codes, passwords and what may not be done twice are kept in it';
  if (databaseUrl) {
    try {
      await checkGivenServer(databaseUrl, PATIENCE);
    } catch (cause) {
      return thrown(check, cause, why);
    }
    return storeKey || storeKeyFile
      ? found(check, { verdict: 'ok', what: 'the one in DATABASE_URL answers' })
      : found(
          check,
          fail(
            'the one in DATABASE_URL has no key',
            'what it keeps is encrypted',
            'set STORE_KEY or STORE_KEY_FILE',
          ),
        );
  }
  try {
    assertInstalled();
  } catch (error) {
    return thrown(check, error, why);
  }
  const { data, key } = paths(dataDir);
  if (!existsSync(data))
    return found(check, { verdict: 'ok', what: 'none yet; it is made when it is first needed' });
  if (!storeKey && !storeKeyFile && !existsSync(key))
    return found(
      check,
      fail(
        `its key is missing: ${key}`,
        'without it nothing in the database can be read',
        'bring the key back from your backup',
      ),
    );
  return found(check, {
    verdict: 'ok',
    what: runningServer(dataDir) ? 'it runs' : 'it starts when it is needed',
  });
}

/** What 'mi-unbind codes check' says of those that are configured. `clocks` gets those of their servers. */
async function codeSources(
  { settings, store }: Station,
  clocks: ClockSample[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const names = Object.entries(kinds).flatMap(([name, { isConfigured }]) =>
    isConfigured(settings) ? [name] : [],
  );
  if (names.length === 0)
    return [found('code sources', { verdict: 'ok', what: 'none is set up; a person is asked for codes' })];
  return Promise.all(
    names.map(async (name) => {
      const check = `codes: ${name}`;
      try {
        const inbox = await openInbox(name, { settings, store, onEvent: () => undefined });
        const what = await inbox
          .check(signal)
          .then(async (said) => (await noteClock(inbox, clocks, signal), said))
          .finally(() => inbox.close());
        return found(check, { verdict: 'ok', what });
      } catch (error) {
        signal.throwIfAborted();
        return thrown(check, error, 'a code that is sent there could not be read');
      }
    }),
  );
}

/** A server that does not tell its time is none to compare with. */
async function noteClock(inbox: Inbox, clocks: ClockSample[], signal: AbortSignal): Promise<void> {
  const before = Date.now();
  const theirs = await inbox.serverTime?.(signal).catch(() => undefined);
  if (theirs !== undefined) clocks.push(sampleOf(`the server of ${inbox.name}`, theirs, before, Date.now()));
}
