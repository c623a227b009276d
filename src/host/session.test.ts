import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'webdriverio';
import { SessionError } from '../errors.ts';
import { assertAnswers, capabilities, closeSession, openSession, sessionFault } from './session.ts';
import { startFakeWebdriver, type Answers } from './webdriver-fake.ts';

const at = (port: number, more: object = {}) => ({
  protocol: 'http',
  hostname: '127.0.0.1',
  port,
  path: '/',
  adbPort: 5038,
  aliases: true,
  ...more,
});
const failed = (status: number, message: string): Answers[string] => ({
  status,
  value: { error: 'unknown error', message, stacktrace: '' },
});

test('a session names its phone, its adb server and its own port, and leaves the phone as it is', () => {
  const { 'appium:systemPort': port, ...asked } = capabilities(
    { serial: 'abc', appium: { adbPort: 5038 }, prepared: false },
    8201,
  );
  assert.equal(port, 8201);
  assert.deepEqual(asked, {
    platformName: 'Android',
    'appium:automationName': 'UiAutomator2',
    'appium:udid': 'abc',
    'appium:adbPort': 5038,
    'appium:remoteAdbHost': '127.0.0.1',
    'appium:noReset': true,
    'appium:autoLaunch': false,
    'appium:skipLogcatCapture': true,
    'appium:skipUnlock': true,
    'appium:ignoreHiddenApiPolicyError': true,
    'appium:suppressKillServer': true,
    'appium:disableWindowAnimation': true,
    'appium:newCommandTimeout': 600,
    'appium:settings[waitForIdleTimeout]': 100,
    'appium:settings[waitForSelectorTimeout]': 1000,
  });
});

test('a phone that is prepared has nothing installed, and one with blanks in its serial goes by another name', () => {
  const appium = { adbPort: 5038, adbHost: 'bench.example' };
  const prepared = capabilities({ serial: 'a b', appium: { ...appium, aliases: true }, prepared: true }, 1);
  assert.equal((prepared as Record<string, unknown>)['appium:skipServerInstallation'], true);
  assert.equal((prepared as Record<string, unknown>)['appium:skipDeviceInitialization'], true);
  assert.equal((prepared as Record<string, unknown>)['appium:mockLocationApp'], '');
  assert.equal(prepared['appium:remoteAdbHost'], 'bench.example');
  assert.doesNotMatch(prepared['appium:udid'], / /);
  const plain = capabilities({ serial: 'a b', appium: { ...appium, aliases: false }, prepared: true }, 1);
  assert.equal(plain['appium:udid'], 'a b');
});

test('a session is opened over a connection that is not kept, with a log for its user alone and a short wait for what has gone, and ended', async (t) => {
  const server = await startFakeWebdriver(t);
  const folder = mkdtempSync(join(tmpdir(), 'session-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const appium = at(server.port);
  const session = openSession({
    appium,
    serial: 'abc',
    prepared: true,
    log: { level: 'error', folder },
  });
  const browser = await session;
  const opening = server.find('POST /session');
  assert.equal(opening?.headers.connection, 'close');
  const { alwaysMatch } = (opening.body as { capabilities: { alwaysMatch: Record<string, unknown> } })
    .capabilities;
  assert.equal(alwaysMatch['appium:udid'], 'abc');
  assert.equal(alwaysMatch['appium:adbPort'], 5038);
  assert.ok(Number(alwaysMatch['appium:systemPort']) >= 1024);
  assert.equal(statSync(join(folder, 'wdio.log')).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600);
  assert.ok((browser.options.waitforTimeout ?? Infinity) <= 2000);
  await browser.back();
  assert.notEqual(server.find('POST /session/s1/back')?.headers.connection, 'close');
  await closeSession(session);
  assert.ok(server.find('DELETE /session/s1'));
  assert.ok(existsSync(folder));
});

test('a phone that lets no session be opened is reported with the switch to turn, and asked once', async (t) => {
  const server = await startFakeWebdriver(t, {
    'POST /session': failed(500, 'INSTALL_FAILED_USER_RESTRICTED: no\ntrace'),
  });
  await assert.rejects(
    openSession({ appium: at(server.port), serial: 'abc', prepared: false }),
    (error) =>
      error instanceof SessionError &&
      /'abc' failed: the phone refused to install Appium's helper app\./.test(error.message) &&
      /Install via USB/.test(error.hint),
  );
  assert.equal(server.asked.length, 1);
});

test('an Appium that is gone is reported in words, when a session opens and while it is open', async (t) => {
  const inWords = (fault: unknown, why: string) => {
    assert.ok(fault instanceof SessionError);
    assert.equal(fault.message, `The session with the phone 'abc' failed: ${why}.`);
    assert.match(fault.hint, /^run the same command again, which starts Appium; .*APPIUM_URL/);
    return true;
  };
  const server = await startFakeWebdriver(t, { 'GET /session/s1/source': undefined });
  const browser = await openSession({ appium: at(server.port), serial: 'abc', prepared: false });
  const whileOpen = () =>
    browser.getPageSource().catch((cause: unknown) => {
      throw sessionFault('abc', cause);
    });
  const hung = assert.rejects(whileOpen(), (fault) => inWords(fault, 'Appium does not answer: it hung up'));
  while (!server.find('GET /session/s1/source')) await setTimeout(5);
  await server.end();
  await hung;
  await assert.rejects(whileOpen(), (fault) =>
    inWords(fault, 'Appium does not answer: nothing listens there'),
  );
  await assert.rejects(openSession({ appium: at(server.port), serial: 'abc', prepared: false }), (fault) =>
    inWords(fault, 'Appium does not answer: nothing listens at its address'),
  );
});

test('an Appium is asked whether it is ready, and one that is not is reported', async (t) => {
  const ready = await startFakeWebdriver(t);
  await assertAnswers(at(ready.port));
  assert.equal(ready.find('GET /status')?.headers.connection, 'close');
  const broken = await startFakeWebdriver(t, { 'GET /status': failed(500, 'not yet') });
  await assert.rejects(assertAnswers(at(broken.port)));
});

test('a session that does not end is given up, and one that never opened is no fault', async () => {
  let ended = 0;
  const never = { deleteSession: () => (ended++, new Promise(() => undefined)) } as unknown as Browser;
  await closeSession(Promise.resolve(never), 20);
  assert.equal(ended, 1);
  await closeSession(Promise.reject(new Error('no session')));
  await closeSession(new Promise(() => undefined), 20);
});

const known: [said: string, why: RegExp, hint: RegExp][] = [
  ['requires INJECT_EVENTS', /refuses input from the computer/, /USB debugging \(Security settings\)/],
  ['INSTALL_FAILED_USER_RESTRICTED', /refused to install/, /turn on 'Install via USB'/],
  ['put hidden_api_policy 1', /refuses changes to secure settings/, /USB debugging \(Security settings\)/],
  ['needs WRITE_SECURE_SETTINGS', /refuses changes to secure settings/, /Developer options/],
  ['Appium Settings app is not running after 5000ms', /stopped Appium's settings app/, /Autostart/],
  ['UiAutomationService x already registered!', /another tool holds the phone/, /stop the other tool/],
  ['UiAutomation not connected', /another tool holds the phone/, /uiautomator, another Appium/],
  ['the instrumentation process is not running', /stopped Appium's server app/, /No restrictions/],
  ['instrumentation process cannot be initialized', /stopped Appium's server app/, /Battery saver/],
  [
    'Could not proxy command to the remote server. Original error: connect ECONNREFUSED 127.0.0.1:8200',
    /stopped Appium's server app/,
    /Battery saver/,
  ],
  ['Socket Hang Up', /stopped Appium's server app/, /Battery saver/],
  ['adb execution timeout', /takes commands and does not answer/, /unplug the phone/],
];
for (const [said, why, hint] of known) {
  test(`'${said}' is reported in words, with the way out`, () => {
    const cause = new Error(`${said}\nat Foreign.code`);
    const progress = { page: 'password dialog', passwordSubmitted: true };
    const fault = sessionFault('abc', cause, progress);
    assert.match(fault.message, why);
    assert.match(fault.hint, hint);
    assert.match(fault.mayHaveRun ?? '', /had been submitted once/);
    assert.equal(fault.cause, cause);
    assert.doesNotMatch(fault.message, /Foreign/);
  });
}

test('a fault that is not known is quoted by its first line, cut where it is long', () => {
  assert.match(sessionFault('abc', 'odd thing.\nmore').message, /failed: odd thing\.$/);
  const { message } = sessionFault('abc', new Error('x'.repeat(300)));
  assert.equal(/x+/.exec(message)?.[0].length, 200);
});
