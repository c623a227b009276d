import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { remote, type Browser } from 'webdriverio';
import { abortable } from '../abortable.ts';
import type { AppiumServer } from './appium.ts';
import { HostToolError } from '../errors.ts';
import { CHROMIUMS, programOn } from './tools.ts';
import { ownProgram } from '../own-files.ts';
import { freePort, releasePort } from '../port.ts';
import { privateLog } from '../private-files.ts';
import { capabilities, closeSession, sessionFault, SPARING } from './session.ts';
import { isRoot } from '../user.ts';

/** A browser in hand. */
export interface WebSession {
  browser: Browser;
  /** Ends it, with all that was started for it. */
  close(): Promise<void>;
}

export interface HostBrowserOptions {
  /** Folders searched for programs, as the system writes them. */
  path: string;
  /** The environment of the driver and the browser. */
  env: NodeJS.ProcessEnv;
  /** The program; missing: `chromedriver` on the path. */
  chromedriver?: string | undefined;
  /** Missing: a Chromium or Chrome on the path, else where chromedriver looks. */
  chromium?: string | undefined;
  /** A window to watch. Missing: none. */
  headed?: boolean | undefined;
  /** WebdriverIO's own log, as a session with a phone has it. */
  log?: { level: 'silent' | 'error' | 'warn' | 'info' | 'debug'; folder: string } | undefined;
}

const INSTALL =
  'install both, e.g. apt-get install chromium chromium-driver, or set CHROMEDRIVER to the program';
// A cold disk and a busy host, ms.
const START_LIMIT = 60_000;
const CLOSE_LIMIT = 8_000;

/** What keeps a browser to the one page it is opened for: it sends no other request. */
const QUIET = [
  '--disable-quic',
  '--disable-http2',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=Translate,AutofillServerCommunication,PasswordLeakDetection',
  '--disable-save-password-bubble',
  // By a pipe, so that it ends with its driver.
  '--remote-debugging-pipe',
];

/** No connections made ahead of time: see `sendOnce`. */
const UNPREPARED = { 'net.network_prediction_options': 2 };

/**
 * A browser of this computer with a profile of its own that is deleted after it. Throws a HostToolError where
 * there is none.
 */
export async function openHostBrowser(options: HostBrowserOptions): Promise<WebSession> {
  const chromedriver = options.chromedriver ?? programOn(options.path, ['chromedriver']);
  if (!chromedriver)
    throw new HostToolError('A browser is needed, and no chromedriver is on the PATH.', INSTALL);
  const chromium = options.chromium ?? programOn(options.path, CHROMIUMS);
  // It takes a free port of IPv4, and ends when another program has that of IPv6: seen once in a while on a
  // busy host.
  const driver = await startDriver(chromedriver, options.env).catch(() =>
    startDriver(chromedriver, options.env),
  );
  const args = [
    ...QUIET,
    `--user-data-dir=${join(driver.folder, 'profile')}`,
    '--window-size=1100,900',
    ...(options.headed ? [] : ['--headless=new']),
    // Chromium's sandbox refuses root.
    ...(platform() === 'linux' && isRoot() ? ['--no-sandbox'] : []),
  ];
  const session = remote({
    hostname: '127.0.0.1',
    port: driver.port,
    path: '/',
    logLevel: options.log?.level ?? 'silent',
    ...(options.log ? { outputDir: privateLog(options.log.folder) } : {}),
    ...SPARING,
    capabilities: {
      browserName: 'chrome',
      // One request, one answer: nothing is listened to beside it, and nothing of the page is logged.
      'wdio:enforceWebDriverClassic': true,
      'goog:chromeOptions': { args, prefs: UNPREPARED, ...(chromium ? { binary: chromium } : {}) },
    },
  });
  try {
    const browser = await session;
    await sendOnce(browser, driver.port);
    return { browser, close: () => closeSession(session, CLOSE_LIMIT).then(() => driver.stop()) };
  } catch (cause) {
    await driver.stop();
    const why = (cause as Error).message.split('\n')[0]?.slice(0, 200) ?? '';
    throw new HostToolError(`The browser does not start: ${why}`, INSTALL, cause);
  }
}

export interface PhoneBrowserOptions {
  appium: Pick<AppiumServer, 'port' | 'adbPort' | 'adbHost' | 'aliases'>;
  serial: string;
  /** As in `SessionOptions`. */
  prepared: boolean;
  /** The chromedriver that fits the phone's Chrome. */
  chromedriver: string;
  log?: HostBrowserOptions['log'];
}

/**
 * The page that the phone's Chrome shows. Chrome has to be running there: it is taken as it is, with its
 * owner's sign-ins.
 */
export async function openPhoneBrowser({
  appium,
  serial,
  prepared,
  chromedriver,
  log,
}: PhoneBrowserOptions): Promise<WebSession> {
  const port = await freePort();
  const session = remote({
    hostname: '127.0.0.1',
    port: appium.port,
    path: '/',
    logLevel: log?.level ?? 'silent',
    ...(log ? { outputDir: privateLog(log.folder) } : {}),
    ...SPARING,
    capabilities: {
      ...capabilities({ serial, appium, prepared }, port),
      browserName: 'Chrome',
      'appium:chromedriverExecutable': chromedriver,
      'appium:chromeOptions': { androidUseRunningApp: true },
      'wdio:enforceWebDriverClassic': true,
    },
  });
  const browser = await session
    .catch((cause: unknown) => {
      throw phoneFault(serial, cause);
    })
    .finally(() => releasePort(port));
  // Its profile is its owner's, so connections made ahead of time stay; an older Chrome may not take this
  // either.
  await sendOnce(browser, appium.port).catch(() => undefined);
  return { browser, close: () => closeSession(session) };
}

function phoneFault(serial: string, cause: unknown): Error {
  if (!/only supports Chrome version|No Chromedriver found/i.test(String(cause)))
    return sessionFault(serial, cause);
  const hint =
    'install the chromedriver of the version that Chrome on the phone has, and set CHROMEDRIVER to it';
  return new HostToolError(`The chromedriver does not fit Chrome on the phone '${serial}'.`, hint, cause);
}

/**
 * Chromium sends a request again by itself, a form's too, when a connection that was used or made before
 * closes without an answer (ShouldResendRequest in net/http/http_network_transaction.cc): one press of Send
 * was seen to ask for three codes. On a new connection each request is sent once, at the price of that
 * connection.
 */
async function sendOnce({ sessionId }: Browser, port: number): Promise<void> {
  const commands = {
    'Network.enable': {},
    'Network.setExtraHTTPHeaders': { headers: { Connection: 'close' } },
  };
  for (const [cmd, params] of Object.entries(commands)) {
    const body = JSON.stringify({ cmd, params });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${port}/session/${sessionId}/goog/cdp/execute`, {
      method: 'POST',
      headers,
      body,
    });
    if (!response.ok) throw new Error(`the browser does not take ${cmd} (${response.status})`);
  }
}

interface Driver {
  port: number;
  /** For all its files; gone when it is. */
  folder: string;
  stop(): Promise<void>;
}

/** A chromedriver on a port it takes itself. Its log goes nowhere: what is typed could be in it. */
async function startDriver(program: string, env: NodeJS.ProcessEnv): Promise<Driver> {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-browser-'));
  const supervisor = fileURLToPath(ownProgram('host/supervisor'));
  const child = spawn(process.execPath, [supervisor, folder, program, '--port=0'], {
    env: { ...env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    // Ctrl-C is ours to answer: a session is ended first.
    detached: true,
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  const started = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const port = /on port (\d+)/.exec(line)?.[1];
      if (port && /started successfully/.test(line)) resolve(Number(port));
    });
    void exited.then(() =>
      reject(new HostToolError(`'${program}' ends at once when it is started.`, INSTALL)),
    );
  });
  started.catch(() => undefined);
  try {
    return { port: await abortable(started, AbortSignal.timeout(START_LIMIT)), folder, stop };
  } catch (cause) {
    await stop();
    throw cause instanceof HostToolError
      ? cause
      : new HostToolError(`'${program}' does not say that it started.`, INSTALL, cause);
  }
}
