import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PhoneLostError } from '../../errors.ts';
import type { Phone } from '../adb.ts';
import { accessChecks } from './access.ts';
import type { DoctorVerdict } from './finding.ts';
import { ENGLISH, menus } from './menus.ts';
import { stateChecks } from './state.ts';
import { attachment, examinePhone, inputCheck, quickDoctor } from './doctor.ts';
import { parseFacts, type PhoneFacts } from '../facts.ts';

const healthy: PhoneFacts = {
  ...parseFacts('@@mi-unbind:account\nUser UserInfo{0:Owner:13}:\n  Accounts: 0\n'),
  brand: 'Xiaomi',
  release: 'MIUI 14',
  sdk: 30,
};
const helpers = {
  'io.appium.settings': '1.0',
  'io.appium.uiautomator2.server': '1.0',
  'io.appium.uiautomator2.server.test': '',
};

function judged(
  name: string,
  said: string,
  facts: Partial<PhoneFacts> = {},
  chromedriver?: string,
): DoctorVerdict | undefined {
  const found =
    [...stateChecks, ...accessChecks].find(({ check }) => check === name) ??
    assert.fail(`there is no check '${name}'`);
  return found.judge(said, { serial: 'X1', facts: { ...healthy, ...facts }, menus: ENGLISH, chromedriver });
}

// What a phone says, and what is found; a dash: nothing is claimed.
const cases: [
  check: string,
  said: string,
  expected: 'ok' | 'warn' | 'fail' | '-',
  facts?: Partial<PhoneFacts>,
][] = [
  ['maker', '', 'ok'],
  ['maker', '', 'fail', { brand: 'samsung', release: '' }],
  ['management', '', 'fail', { managed: 'com.example.mdm' }],
  ['space', '', 'fail', { user: 10 }],
  ['space', '', 'fail', { user: 11 }],
  ['space', '', 'fail', { user: 110 }],
  ['account', '', 'ok', { accounts: ['6230***535'] }],
  ['account', '', 'fail', { accounts: ['6230***535', '6230***536'] }],
  [
    'other spaces',
    'User UserInfo{0:Owner:13}:\n  Accounts: 1\n    Account {name=1, type=com.xiaomi}\nUser UserInfo{999:XSpace:801030}:\n  Accounts: 0\n',
    'ok',
  ],
  [
    'other spaces',
    'User UserInfo{0:Owner:13}:\n  Accounts: 0\nUser UserInfo{10:Second:1}:\n  Accounts: 0\n\n    ServiceInfo: AuthenticatorDescription {type=com.xiaomi}, uid 6101\n',
    'ok',
  ],
  [
    'other spaces',
    'User UserInfo{0:Owner:13}:\nUser UserInfo{999:XSpace:801030}:\n    Account {name=1, type=com.xiaomi}\n',
    'warn',
  ],
  ['screen', '  mWakefulness=Awake\n', 'ok'],
  ['screen', '  mWakefulness=Dozing\n', 'warn'],
  ['screen', '', '-'],
  ['lock', '      showing=false\n      secure=true\n', 'ok'],
  ['lock', '      showing=true\n      secure=true\n', 'fail'],
  ['lock', '    mShowingLockscreen=true mShowingDream=false\n', 'warn'],
  ['lock', '    isKeyguardShowing=true\n    isKeyguardShowing=true\n', 'warn'],
  [
    'lock',
    '    isKeyguardShowing=true\n User "Owner" (id=0, flags=0x4c13) (current): trusted=0, deviceLocked=1\n',
    'fail',
  ],
  ['stay awake', '3\n60000\n', 'ok'],
  ['stay awake', 'null\n600000\n', 'ok'],
  ['stay awake', '0\n30000\n', 'warn'],
  ['battery', '  USB powered: true\n  status: 2\n  level: 12\n', 'ok'],
  ['battery', '  USB powered: false\n  status: 3\n  level: 12\n', 'warn'],
  ['battery', '  USB powered: true\n  status: 2\n  level: 4\n', 'fail'],
  [
    'front',
    '  mCurrentFocus=null\n  mCurrentFocus=Window{1f2e u0 com.miui.home/com.miui.home.launcher.Launcher}\n',
    'ok',
  ],
  [
    'front',
    '  mCurrentFocus=Window{1f2e u0 com.xiaomi.account/com.xiaomi.account.ui.AccountSettingsActivity}\n',
    'ok',
  ],
  [
    'front',
    '  mCurrentFocus=Window{1f2e u0 com.xiaomi.account/com.xiaomi.account.ui.PhoneRecycledActivity}\n',
    'warn',
  ],
  ['front', '  mCurrentFocus=Window{1f2e u0 com.android.settings/com.android.settings.MainSettings}\n', 'ok'],
  [
    'front',
    '  mCurrentFocus=Window{1f2e u0 com.android.settings/com.android.settings.connecteddevice.usb.UsbModeChooserActivity}\n',
    'warn',
  ],
  ['front', '  mCurrentFocus=Window{1f2e u0 Application Not Responding: com.miui.home}\n', 'warn'],
  ['front', '  mCurrentFocus=null\n', '-'],
  ['load', ' 12:00:00 up 1 day,  load average: 11.90, 12.01, 11.85\n', 'ok'],
  ['load', ' 12:00:00 up 2 min,  load average: 41.20, 20.01, 8.85\n', 'warn'],
  ['keyboard', '1\nnull\n', 'warn'],
  ['keyboard', '1\n0\n', 'ok'],
  ['keyboard', '\nnull\n', 'ok'],
  ['Chrome', '    versionName=120.0.6099.144\n', '-'],
  ['helper apps', '', 'warn', { helpers: {} }],
  ['helper apps', '', 'warn', { helpers }],
  ['input', '1\n', 'ok'],
  [
    'input',
    '1\njava.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission\n',
    'fail',
  ],
  [
    'input',
    "0\n\nException occurred while executing 'keyevent':\njava.lang.SecurityException: Injecting input events requires the caller (or the source of the instrumentation, if any) to have the INJECT_EVENTS permission.\n",
    'fail',
  ],
  ['input', "\nException occurred while executing 'keyevent':\njava.lang.NullPointerException\n", '-'],
  ['secure settings', 'Deleted 0 rows\n', 'ok'],
  [
    'secure settings',
    'java.lang.SecurityException: Permission denial, must have one of: [android.permission.WRITE_SECURE_SETTINGS]\n',
    'warn',
  ],
  ['secure settings', 'Bad arguments\n', '-'],
  ['install', '1\n', 'ok'],
  ['install', '\n', 'warn'],
  ['install', '\n', 'warn', { helpers }],
  ['install', '0\n', 'fail'],
  ['autostart', 'MIUIOP(10008): allow; time=+1h2m33s627ms ago\n', 'ok'],
  ['autostart', 'MIUIOP(10008): ignore; time=+1h2m12s943ms ago; rejectTime=+1m33s184ms ago\n', 'warn'],
  ['autostart', 'Error: Unknown operation string: 10008\n', '-'],
  ['helper starts', '    isForeground=true foregroundId=1\n', 'ok', { helpers }],
  ['helper starts', '', 'warn', { helpers }],
  ['helper starts', '', '-'],
  ['battery saver', 'Row: 0 pkgName=io.appium.uiautomator2.server, bgControl=miuiAuto\n', 'ok'],
  ['battery saver', 'Row: 0 pkgName=io.appium.uiautomator2.server, bgControl=noBg\n', 'fail'],
  ['battery saver', 'Row: 0 pkgName=com.example.game, bgControl=noBg\n', '-'],
  ['battery saver', 'java.lang.SecurityException: Permission Denial: opening provider\n', '-'],
  ['UI automation', '', 'ok'],
  ['UI automation', 'Ui Automation[\n', 'fail'],
  // A tool that is installed may run without holding anything.
  ['UI automation', 'u0_a311  3344  1  com.github.uiautomator\n', 'ok'],
  [
    'UI automation',
    '    Instrumentation #0: ActiveInstrumentation{8c1f0de {com.github.uiautomator.test/androidx.test.runner.AndroidJUnitRunner} 1 procs}\n',
    'fail',
    { sdk: 27 },
  ],
  ['UI automation', 'shell  3344  1  app_process / com.wetest.uia2.Main\n', 'fail', { sdk: 27 }],
  [
    'UI automation',
    'Ui Automation[\n    Instrumentation #0: ActiveInstrumentation{8c1f0de {io.appium.uiautomator2.server.test/a.B} 1 procs}\n',
    'warn',
  ],
  ['log', '', 'warn'],
  ['log', '--------- beginning of main\n', 'ok'],
];

for (const [check, said, expected, facts] of cases) {
  test(`${check}: ${expected} for ${JSON.stringify(facts ?? said.slice(0, 90))}`, () => {
    const verdict = judged(check, said, facts);
    assert.equal(verdict?.verdict ?? '-', expected, JSON.stringify(verdict));
  });
}

test('what is not in order names the way out: the switch, its menu, the tool that is in the way', () => {
  const todo = (name: string, said: string) => JSON.stringify(judged(name, said));
  assert.match(
    todo('input', 'INJECT_EVENTS'),
    /Settings → Additional settings → Developer options: turn on 'USB debugging \(Security settings\)'/,
  );
  assert.match(todo('install', '0'), /turn on 'Install via USB'/);
  assert.match(
    todo('UI automation', 'Ui Automation[\n3344 com.github.uiautomator'),
    /held by com\.github\.uiautomator.*force-stop com\.github\.uiautomator/,
  );
  assert.match(
    todo('other spaces', 'User UserInfo{999:X:1}:\n Account {name=1, type=com.xiaomi}'),
    /in dual apps too/,
  );
  assert.match(todo('lock', 'showing=true\nsecure=true'), /unlock the phone/);
  assert.match(todo('lock', 'showing=true\nsecure=false'), /--fix/);
});

test('chromedriver and Chrome on the phone have to be of one version', () => {
  const said = '    versionName=120.0.6099.144\n';
  assert.equal(judged('Chrome', said, {}, '120.0.1.2')?.verdict, 'ok');
  assert.match(
    JSON.stringify(judged('Chrome', said, {}, '156.0.8078.108')),
    /"warn".*set CHROMEDRIVER to a chromedriver 120/,
  );
  assert.equal(judged('Chrome', '    versionName=\n', {}, '156.0.8078.108'), undefined);
});

test('ways through the menus are in the words of the phone, and in English where it has none', () => {
  const bulgarian = menus(
    (name) =>
      ({ settings_label: 'Настройки', development_settings_title: 'Опции за разработчици' })[name as string],
  );
  assert.equal(bulgarian.developer, 'Настройки → Additional settings → Опции за разработчици');
});

test('no check speaks of what only the account service knows', () => {
  const words = [...stateChecks, ...accessChecks].map(({ check }) => check).join(' ');
  assert.doesNotMatch(words, /captcha|factor|code|find device|password/i);
});

const MARK = '@@mi-unbind:';

/** A phone that gives the same answer to each question of the doctor, and nothing to others. */
function fakePhone(answer: (line: string) => string) {
  const asked: string[] = [];
  const phone: Phone = {
    serial: 'X1',
    pull: () => assert.fail('nothing is pulled'),
    async shell(line) {
      asked.push(line);
      return line
        .split(`echo ${MARK}`)
        .slice(1)
        .map((part) => (part === 'end' ? `${MARK}end\n` : `${MARK}\n${answer(part.slice(2))}`))
        .join('');
    },
  };
  return { phone, asked };
}

test('the quick form asks once, and says what would keep a flow from working', async () => {
  const { phone, asked } = fakePhone((line) =>
    line.includes('mWakefulness')
      ? 'mWakefulness=Asleep\n'
      : line.includes('keyevent')
        ? 'INJECT_EVENTS\n'
        : '',
  );
  const findings = await quickDoctor(phone, healthy);
  assert.equal(asked.length, 1);
  const failed = findings.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check);
  assert.deepEqual(failed, ['input']);
});

test('after a sign-out input alone is asked again', async () => {
  const { phone, asked } = fakePhone(() => '');
  assert.equal((await inputCheck(phone, healthy))?.verdict, 'ok');
  assert.deepEqual(asked, [
    `echo ${MARK}; getprop persist.security.adbinput; input keyevent 0; echo ${MARK}end`,
  ]);
});

test('an answer that ends in the middle is a phone that is lost', async () => {
  const cut = { ...fakePhone(() => '').phone, shell: async () => `${MARK}\nmWakefulness=Awake\n` };
  await assert.rejects(quickDoctor(cut, healthy), PhoneLostError);
  assert.deepEqual(
    (await examinePhone(cut, { patience: 7000 })).map(({ check, verdict, what }) => [check, verdict, what]),
    [['answers', 'fail', 'no answer within 7 s, or gone in the middle']],
  );
});

test('the list of adb says why a phone cannot be asked', () => {
  const phones = [
    { serial: 'A', state: 'device' },
    { serial: 'B', state: 'unauthorized' },
    { serial: '127.0.0.1:5555', state: 'offline' },
  ] as const;
  assert.equal(attachment('A', phones), undefined);
  assert.match(JSON.stringify(attachment('B', phones)), /has not allowed this computer.*Always allow/);
  assert.match(
    JSON.stringify(attachment('127.0.0.1:5555', phones)),
    /offline.*adb connect 127\.0\.0\.1:5555/,
  );
  assert.match(JSON.stringify(attachment('D', phones)), /not in the list of adb.*attached are A, B/);
});
