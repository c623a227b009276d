import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as errors from './errors.ts';
import { formatError, MiUnbindError } from './errors.ts';

const fresh = { passwordSubmitted: false };
const late = { page: 'password dialog', passwordSubmitted: true };

/** One of each, with what the terminal shows, the permanent code and the exit code. */
const table: [error: MiUnbindError, code: string, exitCode: number, shown: string][] = [
  [
    new errors.UsageError("'--data' is 'maybe', and it takes keep or delete."),
    'usage',
    2,
    "'--data' is 'maybe', and it takes keep or delete.\n→ see 'mi-unbind --help'",
  ],
  [
    new errors.ConfigError(["APPIUM_PORT is 'x': a whole number", "LOG_LEVEL is 'y': one of a, b"]),
    'config',
    2,
    "2 settings do not fit:\n  APPIUM_PORT is 'x': a whole number\n  LOG_LEVEL is 'y': one of a, b\n→ correct them in the environment or in .env",
  ],
  [
    new errors.HostToolError('adb is not installed.', 'brew install'),
    'host-tool',
    2,
    'adb is not installed.\n→ brew install',
  ],
  [
    new errors.AdbServerError(5037, 'something else listens there', 'set another port'),
    'adb-server',
    2,
    'The adb server on port 5037 cannot be used: something else listens there.\n→ set another port',
  ],
  [
    new errors.FolderError({
      what: 'records',
      folder: '/srv/records',
      why: 'the disk is full',
      setting: 'RECORDS_DIR',
      progress: fresh,
    }),
    'folder',
    2,
    "The folder of records '/srv/records' cannot take what a run writes: the disk is full.\nNo page had been reached. The password had not been submitted.\n→ free space on its disk, let this user write there, or name another folder (RECORDS_DIR); then run the same command again",
  ],
  [
    new errors.UnknownPhoneError('abc', ['127.0.0.1:5555', 'd1e2']),
    'unknown-phone',
    2,
    "No phone with the serial 'abc' is attached.\nNothing was changed on the phone.\n→ attached: 127.0.0.1:5555, d1e2",
  ],
  [
    new errors.UnreadyPhoneError('abc', { what: 'it is in recovery mode', todo: 'restart it' }),
    'unready-phone',
    3,
    "The phone 'abc' cannot be used: it is in recovery mode.\nNothing was changed on the phone.\n→ restart it",
  ],
  [
    new errors.AdbServerError({ host: 'bench.example', port: 5037 }, 'none answers there', 'start one'),
    'adb-server',
    2,
    'The adb server at bench.example:5037 cannot be used: none answers there.\n→ start one',
  ],
  [
    new errors.UnauthorizedPhoneError('abc'),
    'unauthorized-phone',
    3,
    "The phone 'abc' has not allowed this computer to debug it.\nNothing was changed on the phone.\n→ unlock the phone, tick 'Always allow from this computer' in the dialog 'Allow USB debugging?' and tap OK. No dialog: unplug the cable and plug it in again",
  ],
  [
    new errors.OfflinePhoneError('10.0.0.7:5555'),
    'offline-phone',
    1,
    "adb knows the phone '10.0.0.7:5555' but gets no answer from it (offline).\nNothing was changed on the phone.\n→ run 'adb disconnect 10.0.0.7:5555', then 'adb connect 10.0.0.7:5555'",
  ],
  [
    new errors.NotXiaomiError('abc', 'Google'),
    'not-xiaomi',
    2,
    "The phone 'abc' is not a MIUI or HyperOS phone: its maker is 'Google'.\nNothing was changed on the phone.\n→ check the serial with 'mi-unbind phones'",
  ],
  [
    new errors.TwoAccountsError('abc', 2),
    'two-accounts',
    3,
    "The phone 'abc' holds 2 Mi Accounts for its main user, and one was expected.\nNothing was changed on the phone.\n→ sign out all but one in Settings on the phone, then run this again",
  ],
  [
    new errors.ManagedPhoneError('abc', 'com.example.mdm'),
    'managed-phone',
    1,
    "The phone 'abc' is managed by 'com.example.mdm', which decides about its accounts.\nNothing was changed on the phone.\n→ ask the administrator of the phone to release it, then run this again",
  ],
  [
    new errors.UnreadableApkError('/tmp/base.apk', 'it has no resource table'),
    'unreadable-apk',
    1,
    "The labels cannot be read from /tmp/base.apk: it has no resource table.\nNothing was changed on the phone.\n→ run the same command again: it pulls the app from the phone anew. The file must be the app's base APK, as 'pm path' names it",
  ],
  [
    new errors.AppiumPortTakenError(4723),
    'appium-port-taken',
    2,
    'Port 4723 is taken by another program, so Appium cannot listen on it.\nNothing was changed on the phone.\n→ stop that program, or set APPIUM_PORT to another port (0 takes a free one)',
  ],
  [
    new errors.AppiumStartError('the uiautomator2 driver is not there'),
    'appium-start',
    2,
    "Appium did not start: the uiautomator2 driver is not there.\nNothing was changed on the phone.\n→ run 'npm ci' again in the program's folder",
  ],
  [
    new errors.UnfitPhoneError('abc', {
      check: 'lock',
      what: 'locked with a PIN',
      why: 'pages behind it cannot be reached',
      todo: 'unlock it',
    }),
    'unfit-phone',
    3,
    "The phone 'abc' is not ready (lock: locked with a PIN): pages behind it cannot be reached.\nNothing was changed on the phone.\n→ unlock it, then run this again; 'mi-unbind doctor abc' shows every check",
  ],
  [
    new errors.SessionError('abc', 'the install was not confirmed', { hint: 'confirm it on the phone' }),
    'session',
    1,
    "The session with the phone 'abc' failed: the install was not confirmed.\nAppium's helper apps may have been installed. The account was not touched.\n→ confirm it on the phone",
  ],
  [
    new errors.PhoneLostError('abc', late),
    'phone-lost',
    1,
    "The phone 'abc' stopped answering in the middle of the run: it was unplugged or switched off, or it hangs.\nThe last page seen was 'password dialog'. The password had been submitted once.\n→ attach the phone again and look at the phone: the sign-out may have gone through. Running the same command again is safe, it looks first",
  ],
  [
    new errors.PhoneLostError('abc', fresh),
    'phone-lost',
    1,
    "The phone 'abc' stopped answering in the middle of the run: it was unplugged or switched off, or it hangs.\nNo page had been reached. The password had not been submitted.\n→ attach the phone again and run the same command again: it looks first and goes on from the page it finds",
  ],
  [
    new errors.PhoneAnswerError('abc', { asked: "'getprop'", came: 'more than 8 MB' }, fresh),
    'phone-answer',
    1,
    "The answer of the phone 'abc' cannot be used: asked for 'getprop', it sent more than 8 MB.\nNo page had been reached. The password had not been submitted.\n→ restart the phone and run the same command again: it looks first and goes on from the page it finds; if it sends the same again, its software is damaged or altered: sign it out by hand",
  ],
  [
    new errors.CancelledError({ page: 'Mi Account page', passwordSubmitted: false }),
    'cancelled',
    1,
    "The run was stopped on request, and the phone was left as it is.\nThe last page seen was 'Mi Account page'. The password had not been submitted.\n→ run the same command again: it looks first and goes on from the page it finds",
  ],
  [
    new errors.SecondSpaceError('d1e2', 10),
    'second-space',
    3,
    "The phone 'd1e2' shows another space (Android user 10) than its owner's.\nNothing was changed on the phone.\n→ switch to the owner's space on the phone, then run this again",
  ],
  [
    new errors.AccountListError(0),
    'account-list',
    1,
    "The phone's account list tells nothing about Android user 0.\nLook at the phone before anything else if a sign-out was under way.\n→ run 'adb shell dumpsys account' to see what the phone says; restart the phone if it says nothing",
  ],
  [
    new errors.NoAccountError('abc'),
    'no-account',
    2,
    "The phone 'abc' is signed in to no Mi Account, so no password can be changed on it.\nNothing was changed on the phone.\n→ to change an account's password without a phone that is signed in to it, see 'mi-unbind reset-password --help'",
  ],
  [
    new errors.CodeSourceError('imap', 'the password is not accepted', 'correct IMAP_PASSWORD'),
    'code-source',
    2,
    "The code source 'imap' cannot be used: the password is not accepted.\n→ correct IMAP_PASSWORD",
  ],
  [
    new errors.CodeSourceBusyError(
      'imap',
      'imap.example.com:993 refuses every sign-in for now',
      'wait a while',
    ),
    'code-source-busy',
    2,
    "The code source 'imap' cannot be used: imap.example.com:993 refuses every sign-in for now.\n→ wait a while",
  ],
  [
    new errors.SetAsideError(),
    'set-aside',
    3,
    "A person who was asked for the code has set the phone aside.\nThe code was asked for, which counts against the account's daily limit.\n→ get the code from the owner of the account first; then try again, which asks for another code",
  ],
  [
    new errors.CodeTimeoutError('imap', 90, '3 messages arrived, none from an allowed sender'),
    'code-timeout',
    1,
    "No verification code came to 'imap' within 90 s: 3 messages arrived, none from an allowed sender.\nThe code was asked for, which counts against the account's daily limit.\n→ run 'mi-unbind codes watch' to see what arrives there; a code may be asked for again, but only a few times a day, by e-mail first (--by email)",
  ],
  [
    new errors.StoreError('the folder /x cannot be written', 'set DATA_DIR to a folder of yours'),
    'store',
    2,
    'The store cannot be used: the folder /x cannot be written.\n→ set DATA_DIR to a folder of yours',
  ],
  [
    new errors.BusyError(),
    'busy',
    1,
    'Another run is at work on this account or phone.\nThis one has done nothing.\n→ wait until that one has ended, then run this again: it looks first',
  ],
  [
    new errors.TakenOverError('a1b2', { page: 'Mi Account page', passwordSubmitted: false }),
    'taken-over',
    1,
    "Another run has taken over the phone 'a1b2', as this one had stood still for too long.\nThe last page seen was 'Mi Account page'. The password had not been submitted.\n→ wait until that one has ended, then run this again: it looks first",
  ],
];

for (const [error, code, exitCode, shown] of table) {
  test(`${error.name} says what happened, what may have run and what to do (${code}, exit ${exitCode})`, () => {
    assert.equal(formatError(error), shown);
    assert.equal(error.code, code);
    assert.equal(error.exitCode, exitCode);
  });
}

test('every error class stands in the table above', () => {
  const classes = Object.values(errors).filter(
    (value) => typeof value === 'function' && value.prototype instanceof MiUnbindError,
  );
  const shown = new Set(table.map(([error]) => error.name));
  assert.deepEqual(
    classes.map(({ name }) => name).filter((name) => !shown.has(name)),
    [],
  );
});

test('an unknown serial with nothing attached says how to attach a phone', () => {
  assert.match(
    formatError(new errors.UnknownPhoneError('abc', [])),
    /→ no phone is attached at all: plug it in, turn on USB debugging/,
  );
});

test('a cable phone that is offline is to be plugged in again', () => {
  assert.match(formatError(new errors.OfflinePhoneError('d1e2')), /→ unplug the cable/);
});

test('an unforeseen fault shows its stack', () => {
  assert.match(
    formatError(new TypeError('boom')),
    /^Unexpected fault, please report it:\nTypeError: boom\n {4}at /,
  );
  assert.equal(formatError('boom'), 'Unexpected fault, please report it:\nboom');
});

test('an error keeps the fault it came from', () => {
  const cause = new Error('socket hang up');
  assert.equal(new errors.PhoneLostError('abc', fresh, cause).cause, cause);
});

test('a phone that was lost as offline is away from the network, or hangs on a bad cable, as its serial says', () => {
  const words = (serial: string) =>
    new errors.PhoneLostError(serial, { passwordSubmitted: false }, undefined, 'offline').message;
  for (const serial of ['10.0.0.7:5555', 'adb-1a2b (2)._adb-tls-connect._tcp'])
    assert.match(words(serial), /no longer answers over the network: it was unplugged, switched off/);
  assert.match(words('3f2a11c0'), /is still attached, but .* its cable or its port is bad/);
});
