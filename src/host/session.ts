import { attach, remote, type Browser } from 'webdriverio';
import { abortable } from '../abortable.ts';
import { alias } from './adb-gate.ts';
import type { AppiumServer } from './appium.ts';
import { type Progress, SessionError } from '../errors.ts';
import { freePort, releasePort } from '../port.ts';
import { privateLog } from '../private-files.ts';
import { netFault } from '../words/net-fault.ts';

export interface SessionOptions {
  appium: Omit<AppiumServer, 'stop' | 'hasEnded'>;
  serial: string;
  /** The phone's helper apps are installed and current, so nothing needs to be set up on it. */
  prepared: boolean;
  /**
   * WebdriverIO's own log: how much, and the folder that gets it as `wdio.log`. Missing: none. It is one for
   * the whole process.
   */
  log?: { level: 'silent' | 'error' | 'warn' | 'info' | 'debug'; folder: string };
}

// Longer than the 5 s Appium waits for its server on the phone to end, ms.
const CLOSE_LIMIT = 8_000;

// An Appium that works on many phones takes a moment, ms.
const STATUS_LIMIT = 10_000;

/**
 * What saves round trips on a phone whose helper apps are current: nothing to install, unlock, grant or
 * capture.
 */
const LEAN = {
  'appium:skipServerInstallation': true,
  'appium:skipDeviceInitialization': true,
  'appium:mockLocationApp': '',
};

type AdbOf = Pick<AppiumServer, 'adbPort' | 'adbHost'> & Partial<Pick<AppiumServer, 'aliases'>>;

/** Capabilities of one phone. Several phones on one Appium need a `systemPort` each. */
export function capabilities(
  { serial, appium, prepared }: Pick<SessionOptions, 'serial' | 'prepared'> & { appium: AdbOf },
  systemPort: number,
) {
  return {
    platformName: 'Android',
    'appium:automationName': 'UiAutomator2',
    'appium:udid': appium.aliases ? alias(serial) : serial,
    'appium:adbPort': appium.adbPort,
    // Said outright, so that the adb command takes the server for another host's: it neither starts nor kills
    // one.
    'appium:remoteAdbHost': appium.adbHost ?? '127.0.0.1',
    'appium:systemPort': systemPort,
    'appium:noReset': true,
    'appium:autoLaunch': false,
    'appium:skipLogcatCapture': true,
    'appium:skipUnlock': true,
    'appium:ignoreHiddenApiPolicyError': true,
    'appium:suppressKillServer': true,
    'appium:disableWindowAnimation': true,
    // A person may have to be waited for.
    'appium:newCommandTimeout': 600,
    // Screens of MIUI animate for ever; the walk looks again anyway. ms
    'appium:settings[waitForIdleTimeout]': 100,
    'appium:settings[waitForSelectorTimeout]': 1000,
    ...(prepared ? LEAN : {}),
  };
}

/**
 * How long an element that a look has shown is searched for, ms: a look that finds it gone costs less than the
 * five seconds that WebdriverIO would wait.
 */
const ELEMENT_WAIT = 2000;

/** Opens a session on the phone. Throws SessionError with the way out where the cause is known. */
export async function openSession(options: SessionOptions): Promise<Browser> {
  const port = await freePort();
  try {
    return await remote({
      ...address(options.appium),
      logLevel: options.log?.level ?? 'silent',
      ...(options.log ? { outputDir: privateLog(options.log.folder) } : {}),
      ...SPARING,
      waitforTimeout: ELEMENT_WAIT,
      capabilities: capabilities(options, port),
    });
  } catch (cause) {
    throw sessionFault(options.serial, cause);
  } finally {
    releasePort(port);
  }
}

/**
 * Rejects where Appium does not say that it is ready, asked as a session asks: by the same client, so through
 * the same network.
 */
export async function assertAnswers({
  protocol,
  hostname,
  port,
  path,
}: SessionOptions['appium']): Promise<void> {
  const client = await attach({
    ...{ protocol, hostname, port, path, logLevel: 'silent', sessionId: 'none', ...SPARING },
    ...{ connectionRetryTimeout: STATUS_LIMIT, headers: { connection: 'close' } },
    ...{ capabilities: { platformName: 'Android' }, options: {} },
  });
  await client.status();
}

/**
 * For `remote`. WebdriverIO opens a connection for the first request of a session and another one for the
 * session, and closes that alone: the first would stay open for the ten minutes that Appium grants, one for
 * each session.
 */
export const SPARING = {
  connectionRetryCount: 0,
  transformRequest: (request: RequestInit): RequestInit => {
    const opens = typeof request.body === 'string' && request.body.startsWith('{"capabilities"');
    if (opens) (request.headers as Headers).set('connection', 'close');
    return request;
  },
} as const;

const address = ({ protocol, hostname, port, path }: SessionOptions['appium']) => ({
  protocol,
  hostname,
  port,
  path,
});

/**
 * Ends a session, also one that is still being opened. Gives up on a phone that does not answer within
 * `limitMs`.
 */
export async function closeSession(session: Promise<Browser>, limitMs = CLOSE_LIMIT): Promise<void> {
  const closed = session.then((browser) => browser.deleteSession());
  await abortable(closed, AbortSignal.timeout(limitMs)).catch(() => undefined);
}

/**
 * Known texts of failing phones, with the switch to turn. Sources: appium#10761, #13802, #15796, #20324,
 * io.appium.settings#254, scrcpy#1865.
 */
const KNOWN: readonly (readonly [RegExp, string, string])[] = [
  [
    /INJECT_EVENTS/,
    'the phone refuses input from the computer',
    "on the phone: Settings → Additional settings → Developer options → turn on 'USB debugging (Security settings)', then run this again",
  ],
  [
    /INSTALL_FAILED_USER_RESTRICTED/,
    "the phone refused to install Appium's helper app",
    "on the phone: Developer options → turn on 'Install via USB', keep the screen unlocked and confirm the dialog with 'Install'; where no dialog appears, the phone remembers an earlier refusal: undo it in Developer options",
  ],
  [
    /hidden_api_policy|WRITE_SECURE_SETTINGS/,
    'the phone refuses changes to secure settings',
    "on the phone: Developer options → turn on 'USB debugging (Security settings)', then run this again",
  ],
  [
    /Appium Settings app is not running/,
    "the phone stopped Appium's settings app",
    "on the phone: Settings → Apps → Permissions → Autostart → allow 'Appium Settings', then run this again",
  ],
  [
    /UiAutomation(Service)? .*already registered|UiAutomation not connected/,
    'another tool holds the phone for UI automation',
    'stop the other tool (uiautomator, another Appium, a screen mirror with control) and run this again',
  ],
  [
    /instrumentation process (is not running|cannot be initialized)|socket hang up|proxy command .*ECONN/i,
    "the phone stopped Appium's server app",
    "on the phone: Settings → Apps → io.appium.uiautomator2.server → Battery saver → 'No restrictions', then run this again",
  ],
  [
    /adb execution timeout/,
    'the phone takes commands and does not answer them',
    'unplug the phone and plug it in again; if that does not help, restart it, then run this again',
  ],
];

/** Where Appium itself is gone, or something else has its port: the client's code, else its text. */
function appiumFault(cause: unknown, text: string): string | undefined {
  const net = netFault(cause);
  if (net !== undefined) return `Appium does not answer: ${net}`;
  if (/Failed to fetch \[|^Unable to connect to "/.test(text))
    return 'Appium does not answer: nothing listens at its address';
  if (/Request timed out!/.test(text)) return 'Appium does not answer: no answer in time';
  return /Could not parse response body/.test(text)
    ? 'what answers at the address of Appium is no Appium'
    : undefined;
}

const APPIUM_AGAIN =
  'run the same command again, which starts Appium; where APPIUM_URL names one, start that one first';

/**
 * A fault of Appium or the driver in a person's words. Only its first line is quoted: the rest is a trace of
 * foreign code.
 */
export function sessionFault(serial: string, cause: unknown, progress?: Progress): SessionError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const gone = appiumFault(cause, text);
  const known =
    gone === undefined ? KNOWN.find(([pattern]) => pattern.test(text)) : [text, gone, APPIUM_AGAIN];
  const why = known?.[1] ?? (text.split('\n')[0] ?? '').slice(0, 200).replace(/\.$/, '');
  return new SessionError(serial, why, {
    ...(known ? { hint: known[2] } : {}),
    ...(progress ? { progress } : {}),
    cause,
  });
}
