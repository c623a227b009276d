import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { accessChecks } from './access.ts';
import { ENGLISH } from './menus.ts';
import { stateChecks } from './state.ts';
import { parseFacts, type PhoneFacts } from '../facts.ts';

/** What each check says in full: what was found, why that matters, and what to do about it. */

const APPIUM = 'io.appium.settings';
const SERVER = 'io.appium.uiautomator2.server';
const helpers = { [APPIUM]: '1.0', [SERVER]: '1.0', [`${SERVER}.test`]: '' };
const healthy: PhoneFacts = {
  ...parseFacts('@@mi-unbind:account\nUser UserInfo{0:Owner:13}:\n  Accounts: 0\n'),
  brand: 'Xiaomi',
  release: 'MIUI 14',
  sdk: 30,
};
const DEVELOPER = 'Settings → Additional settings → Developer options: turn on';
const FIX = "run 'mi-unbind doctor --fix'";
const OFF = 'a phone that goes off in the middle leaves it open whether it was signed out';
const LOCK = 'pages behind the lock cannot be reached';
const HELD = 'the phone has one connection for UI automation, so no session can begin';
const SECURITY = "'USB debugging (Security settings)'";
const focus = (window: string) => `  mCurrentFocus=Window{1f2e u0 ${window}}\n`;
const spaces = (user: number) =>
  `User UserInfo{0:Owner:13}:\n  Accounts: 0\nUser UserInfo{${user}:X:1}:\n  Accounts: 1\n    Account {name=1, type=com.xiaomi}\n`;
const power = (usb: boolean, status: number, level: number) =>
  `  USB powered: ${usb}\n  status: ${status}\n  level: ${level}\n`;

type Says = [what: string, why?: string, todo?: string];
const stranger = (window: string): Says => [
  `an unexpected window: ${window}`,
  'a flow gives Back to what it does not know, or opens its page over it',
  'look at the phone and close it',
];
const dark = (seconds: number): Says => [
  `the screen goes off after ${seconds} s without a touch`,
  'while a code or a person is waited for, the phone would lock',
  `${DEVELOPER} 'Stay awake', or ${FIX}`,
];
const held = (by: string, todo: string): Says => [`held by ${by}`, HELD, todo];
const ended = (name: string) => `end it, on its computer or with 'adb -s SERIAL shell am force-stop ${name}'`;
const OTHER_TOOL = held(
  'another tool',
  'end the other tool (uiautomator, another Appium, a test runner), or restart the phone',
);

interface About {
  facts?: Partial<PhoneFacts>;
  chromedriver?: string;
}
const table: [check: string, said: string, verdict: 'ok' | 'warn' | 'fail', says: Says, about?: About][] = [
  ['maker', '', 'ok', ['MIUI 14, unknown, en-US, Android API 30']],
  ['maker', '', 'ok', ['POCO, unknown, en-US, Android API 30'], { facts: { brand: 'POCO', release: '' } }],
  [
    'maker',
    '',
    'fail',
    ["its maker is 'unknown'", 'only MIUI and HyperOS have a Mi Account in Settings', 'unplug it'],
    { facts: { brand: '', release: '' } },
  ],
  ['management', '', 'ok', ['not managed']],
  [
    'management',
    '',
    'fail',
    [
      "managed by 'com.example.mdm'",
      'its administrator decides about its accounts',
      'ask them to release the phone',
    ],
    { facts: { managed: 'com.example.mdm' } },
  ],
  ['space', '', 'ok', ["the owner's space is in front"]],
  [
    'space',
    '',
    'fail',
    [
      'another space is in front (Android user 10)',
      "what is tapped would go to that user's account",
      "switch to the owner's space on the phone",
    ],
    { facts: { user: 10 } },
  ],
  [
    'space',
    '',
    'fail',
    [
      'in maintenance mode (Android user 110)',
      'no account can be seen in it',
      'end the maintenance mode on the phone',
    ],
    { facts: { user: 110 } },
  ],
  ['account', '', 'ok', ['signed in to one Mi Account'], { facts: { accounts: ['6230***535'] } }],
  ['account', '', 'ok', ['signed in to no Mi Account'], { facts: { accounts: [] } }],
  [
    'account',
    '',
    'fail',
    ['2 Mi Accounts', 'which one is meant cannot be known', 'Settings → Mi Account: sign out all but one'],
    { facts: { accounts: ['6230***535', '6230***536'] } },
  ],
  [
    'Google account',
    '',
    'ok',
    ['none on the phone'],
    { facts: { others: [{ type: 'com.whatsapp', name: 'x' }] } },
  ],
  [
    'Google account',
    '',
    'warn',
    [
      'a Google account is on the phone',
      'after a reset the phone locks itself until that account signs in',
      'Settings → Google: remove it before the phone is reset',
    ],
    { facts: { others: [{ type: 'com.google', name: 'rada@gmail.com' }] } },
  ],
  [
    'to hand on',
    '',
    'ok',
    ['still has a screen lock, a SIM, developer options: remove them before it is handed on'],
    { facts: { stays: { screenLock: true, sims: 2, developerOptions: true } } },
  ],
  ['to hand on', '', 'ok', ['nothing to remove'], { facts: { stays: { screenLock: false } } }],
  [
    'other spaces',
    spaces(999),
    'warn',
    [
      'a Mi Account in dual apps too',
      "only the owner's account is signed out",
      'sign that one out by hand, if it matters to you',
    ],
  ],
  [
    'other spaces',
    spaces(10),
    'warn',
    [
      'a Mi Account in space 10 too',
      "only the owner's account is signed out",
      'sign that one out by hand, if it matters to you',
    ],
  ],
  [
    'other spaces',
    'User UserInfo{0:Owner:13}:\n  Accounts: 0\n',
    'ok',
    ['no Mi Account in dual apps or a second space'],
  ],
  ['screen', 'mWakefulness=Awake', 'ok', ['on']],
  [
    'screen',
    'mWakefulness=Dozing',
    'warn',
    ['off', 'a screen that is off feels no touch; a flow wakes it first', `press the power key, or ${FIX}`],
  ],
  ['lock', ' showing=false\n secure=true\n', 'ok', ['unlocked']],
  [
    'lock',
    ' showing=true\n secure=true\n',
    'fail',
    [
      'locked with a PIN, pattern or password',
      `${LOCK}; nothing here gets around a lock`,
      'unlock the phone',
    ],
  ],
  [
    'lock',
    ' showing=true\n secure=false\n',
    'warn',
    [
      'locked, with nothing to enter',
      `${LOCK}; a flow swipes it away first`,
      `swipe up on the phone, or ${FIX}`,
    ],
  ],
  ['stay awake', '1\n30000\n', 'ok', ['while it charges']],
  ['stay awake', 'null\n600000\n', 'ok', ['the screen stays on for 10 min']],
  ['stay awake', '0\n599999\n', 'warn', dark(600)],
  ['stay awake', '0\nnull\n', 'warn', dark(0)],
  ['battery', power(true, 3, 5), 'ok', ['5 %, charging']],
  ['battery', power(false, 5, 20), 'ok', ['20 %, charging']],
  ['battery', power(false, 3, 20), 'ok', ['20 %, not charging']],
  [
    'battery',
    power(false, 3, 19),
    'warn',
    ['19 %, not charging', OFF, 'charge it: another port or cable, or a powered hub'],
  ],
  ['battery', power(true, 2, 4), 'fail', ['4 %, charging', OFF, 'charge it to 20 % first']],
  ['front', focus('com.miui.home/.launcher.Launcher'), 'ok', ['com.miui.home/.launcher.Launcher']],
  ['front', focus('NotificationShade'), 'ok', ['NotificationShade']],
  ['front', focus('com.miui.cloudservice/.ui.MiCloudMain'), 'ok', ['com.miui.cloudservice/.ui.MiCloudMain']],
  ['front', focus('com.android.chrome/.Main'), 'ok', ['com.android.chrome/.Main']],
  [
    'front',
    focus('com.xiaomi.account/.ui.PhoneRecycledActivity'),
    'warn',
    stranger('com.xiaomi.account/.ui.PhoneRecycledActivity'),
  ],
  ['load', ' load average: 23.99, 1', 'ok', ['23.99']],
  [
    'load',
    ' load average: 24.00, 1',
    'warn',
    [
      '24.00: the phone is busy',
      'its screens take several times as long',
      'let it finish what it does (after an update: some minutes), or restart it',
    ],
  ],
  ['keyboard', '1\n0\n', 'ok', ['no secure keyboard']],
  [
    'keyboard',
    '1\nnull\n',
    'warn',
    [
      'the secure keyboard comes up for passwords',
      'typed text may arrive changed, and such screens cannot be photographed',
      'Settings → Additional settings: languages & input → turn off the secure keyboard',
    ],
  ],
  [
    'Chrome',
    'versionName=120.0.6099.144\n',
    'ok',
    ['120.0.6099.144, which chromedriver 120.0.1.2 fits'],
    { chromedriver: '120.0.1.2' },
  ],
  [
    'Chrome',
    'versionName=120.0.6099.144\n',
    'warn',
    [
      '120.0.6099.144, and chromedriver is 156.0.1.2',
      "'reset-password --browser phone:X1' needs one of the same version",
      'set CHROMEDRIVER to a chromedriver 120, or reset in the browser of this computer',
    ],
    { chromedriver: '156.0.1.2' },
  ],
  [
    'helper apps',
    '',
    'warn',
    [
      `not installed: ${SERVER}.test`,
      'the first session installs them, which takes a minute and may ask on the screen',
      FIX,
    ],
    { facts: { helpers: { [APPIUM]: '1.0', [SERVER]: '1.0' } } },
  ],
  [
    'helper apps',
    '',
    'warn',
    [
      "other versions than the driver's (?, 1.0)",
      'the first session replaces them, which takes a minute',
      FIX,
    ],
    { facts: { helpers: { ...helpers, [APPIUM]: '' } } },
  ],
  ['input', '1\n', 'ok', ['taken from this computer']],
  [
    'input',
    '1\njava.lang.SecurityException: requires INJECT_EVENTS permission\n',
    'fail',
    [
      'refused from this computer',
      'nothing can be tapped or typed',
      `${DEVELOPER} ${SECURITY}; it asks for a signed-in account and a SIM`,
    ],
  ],
  ['secure settings', 'Deleted 0 rows\n', 'ok', ['can be changed']],
  [
    'secure settings',
    'Permission denial',
    'warn',
    [
      'refused from this computer',
      'the policy for hidden APIs and the animations stay as they are: sessions work, slower',
      `${DEVELOPER} ${SECURITY}`,
    ],
  ],
  ['install', '1\n', 'ok', ['not forbidden']],
  [
    'install',
    '\n',
    'warn',
    [
      'not yet allowed from this computer',
      'the first session installs the helper apps, which the phone may refuse',
      `${DEVELOPER} 'Install via USB'`,
    ],
  ],
  [
    'install',
    '0\n',
    'fail',
    [
      'forbidden from this computer',
      "Appium's helper apps cannot be installed",
      `${DEVELOPER} 'Install via USB'`,
    ],
  ],
  ['autostart', 'MIUIOP(10008): allow; x', 'ok', [`allowed for ${APPIUM}`]],
  [
    'autostart',
    'MIUIOP(10008): ignore; x',
    'warn',
    [
      `not allowed for ${APPIUM}`,
      'the phone may keep it from starting when a session sets it up',
      "Settings → Permissions → Autostart: allow 'Appium Settings'",
    ],
  ],
  ['helper starts', ' isForeground=true x', 'ok', [`${APPIUM} runs`], { facts: { helpers } }],
  [
    'helper starts',
    '',
    'warn',
    [
      `the phone stops ${APPIUM}`,
      "a session that sets the phone up fails with 'Appium Settings app is not running'",
      "Settings → Permissions → Autostart: allow 'Appium Settings'",
    ],
    { facts: { helpers } },
  ],
  ['battery saver', `Row: 0 pkgName=${SERVER}, bgControl=miuiAuto\n`, 'ok', [`leaves ${SERVER} alone`]],
  [
    'battery saver',
    `Row: 0 pkgName=${SERVER}, bgControl=restrictBg\nRow: 1 pkgName=${APPIUM}, bgControl=noBg\n`,
    'fail',
    [
      `restricts ${SERVER}, ${APPIUM}`,
      "the phone ends Appium's server in the middle of a session",
      'Settings → Manage apps → that app → Battery saver → No restrictions',
    ],
  ],
  ['UI automation', '', 'ok', ['free']],
  ['UI automation', '', 'ok', ['free'], { facts: { sdk: 27 } }],
  ['UI automation', 'com.wetest.uia2', 'ok', ['free'], { facts: { sdk: 28 } }],
  ['UI automation', 'Ui Automation[\n', 'fail', OTHER_TOOL],
  ['UI automation', 'Ui Automation[\n', 'fail', OTHER_TOOL, { facts: { sdk: 27 } }],
  [
    'UI automation',
    'com.wetest.uia2',
    'fail',
    held('com.wetest.uia2', ended('com.wetest.uia2')),
    { facts: { sdk: 27 } },
  ],
  [
    'UI automation',
    'Ui Automation[\n ActiveInstrumentation{8c1f0de {io.appium.uiautomator2.server.test/a.B} 1 procs}\n',
    'warn',
    [
      'an Appium session is open on it',
      'it ends when another one begins',
      'make sure that no person and no other program works on this phone',
    ],
  ],
  ['log', '--------- beginning of main\n', 'ok', ['speaks']],
  [
    'log',
    ' \n',
    'warn',
    [
      'silent',
      'a session that captures it waits 10 s for its first line; ours does not capture it',
      'restart the phone',
    ],
  ],
];

const checks = [...stateChecks, ...accessChecks];
for (const [name, said, verdict, [what, why, todo], { facts = {}, chromedriver } = {}] of table) {
  test(`${name} says: ${what}`, () => {
    const about = { serial: 'X1', facts: { ...healthy, ...facts }, menus: ENGLISH, chromedriver };
    assert.deepEqual(checks.find(({ check }) => check === name)?.judge(said, about), {
      verdict,
      what,
      ...(why === undefined ? {} : { why, todo }),
    });
  });
}

test('helper apps that are current are named, and may stay also where installing is forbidden', () => {
  const driver = createRequire(
    createRequire(import.meta.url).resolve('appium-uiautomator2-driver/package.json'),
  );
  const version = (name: string) => (driver(`${name}/package.json`) as { version: string }).version;
  const current: Record<string, string> = {
    [APPIUM]: version('io.appium.settings'),
    [SERVER]: version('appium-uiautomator2-server'),
    [`${SERVER}.test`]: '',
  };
  const judged = (name: string, own: Record<string, string>) =>
    checks
      .find(({ check }) => check === name)
      ?.judge('0', { serial: 'X1', facts: { ...healthy, helpers: own }, menus: ENGLISH, chromedriver: '' });
  assert.deepEqual(judged('helper apps', current), {
    verdict: 'ok',
    what: `current (${current[APPIUM]}, ${current[SERVER]})`,
  });
  assert.deepEqual(judged('install', current), {
    verdict: 'warn',
    what: 'forbidden from this computer',
    why: 'the helper apps are current, so nothing needs to be installed now',
    todo: `${DEVELOPER} 'Install via USB'`,
  });
  for (const name of [APPIUM, SERVER, `${SERVER}.test`]) {
    const { [name]: gone, ...others } = current;
    assert.notEqual(gone, undefined);
    assert.equal(judged('install', others)?.verdict, 'fail', name);
    assert.equal(judged('helper apps', others)?.verdict, 'warn', name);
  }
});

test('every check is tried here, so that none is added without words', () => {
  const tried = new Set(table.map(([check]) => check));
  assert.deepEqual(
    checks.map(({ check }) => check).filter((check) => !tried.has(check)),
    [],
  );
});

test('what a check asks of a phone where it knows what to ask', () => {
  const asked = (name: string, facts: Partial<PhoneFacts> = {}) => {
    const { ask = '' } = checks.find(({ check }) => check === name) ?? {};
    return typeof ask === 'string' ? ask : ask({ ...healthy, ...facts });
  };
  assert.equal(asked('autostart'), '');
  assert.equal(asked('autostart', { helpers }), `appops get ${APPIUM} 10008`);
  assert.equal(asked('helper starts'), '');
  assert.equal(asked('helper starts', { helpers }).match(/\|\| sleep 1/g)?.length, 5);
  assert.equal(asked('battery saver', { release: '' }), '');
  assert.match(asked('battery saver'), /content query/);
});
