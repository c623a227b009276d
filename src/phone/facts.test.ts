import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AccountListError,
  ManagedPhoneError,
  NotXiaomiError,
  SecondSpaceError,
  TwoAccountsError,
} from '../errors.ts';
import { xiaomiAccounts } from './account.ts';
import { assertEligible, parseFacts, readLanguage, readShown } from './facts.ts';

const props = (values: Record<string, string>) =>
  `@@mi-unbind:props\n${Object.entries(values)
    .map(([name, value]) => `[${name}]: [${value}]`)
    .join('\n')}\n@@mi-unbind:account\nUser UserInfo{0:Owner:13}:\n  Accounts: 0\n`;
const XIAOMI = { 'ro.product.manufacturer': 'Xiaomi', 'ro.miui.ui.version.name': 'V140' };

const DUMP = `User UserInfo{0:Owner:4c13}:
  Accounts: 2
    Account {name=6230***535, type=com.xiaomi}
    Account {name=someone@example.com, type=com.google}

  Active Sessions: 0

  Accounts History
  accountId, Action_Type, timestamp, UID, TableName, Key
  RegisteredServicesCache: 1 services
    ServiceInfo: AuthenticatorDescription {type=com.xiaomi}, ComponentInfo{com.xiaomi.account/…}

User UserInfo{999:Dual:4001010}:
  Accounts: 1
    Account {name=6230***999, type=com.xiaomi}
`;

test('only accounts of the owner count, and only signed-in Xiaomi ones', () => {
  assert.deepEqual(xiaomiAccounts(DUMP), ['6230***535']);
  assert.deepEqual(xiaomiAccounts(DUMP, 999), ['6230***999']);
  assert.deepEqual(
    xiaomiAccounts(DUMP.replace('6230***535, type=com.xiaomi', '+100200300, type=com.xiaomi.unactivated')),
    [],
  );
});

test('the release is named as people name it', () => {
  const releases: [string, string, string][] = [
    ['V8', '', 'MIUI 8'],
    ['V10', '', 'MIUI 10'],
    ['V125', '', 'MIUI 12.5'],
    ['V130', '', 'MIUI 13'],
    ['V140', '', 'MIUI 14'],
    ['V12', '', 'MIUI 12'],
    ['V816', 'OS1.0', 'HyperOS 1'],
    ['V816', 'OS2.0', 'HyperOS 2'],
    ['V816', 'OS3.0', 'HyperOS 3'],
    ['V816', '', 'HyperOS'],
    ['', '', ''],
  ];
  for (const [miui, os, expected] of releases) {
    const facts = parseFacts(props({ 'ro.miui.ui.version.name': miui, 'ro.mi.os.version.name': os }));
    assert.equal(facts.release, expected, `${miui} ${os}`);
  }
});

test('the region is read from the build number, then from the build', () => {
  assert.equal(parseFacts(props({ 'ro.build.version.incremental': 'V14.0.6.0.TLMMIXM' })).region, 'global');
  assert.equal(parseFacts(props({ 'ro.build.version.incremental': 'V10.3.2.0.PEACNXM' })).region, 'china');
  assert.equal(parseFacts(props({ 'ro.build.version.incremental': 'OS2.0.5.0.VNAINXM' })).region, 'india');
  // A carrier's letters stand where XM does else.
  assert.equal(parseFacts(props({ 'ro.build.version.incremental': 'V13.0.2.0.SKAEUOR' })).region, 'eea');
  assert.equal(
    parseFacts(props({ 'ro.build.version.incremental': '9.6.27', 'ro.miui.build.region': 'eea' })).region,
    'eea',
  );
});

test('the chosen language wins over the one it was sold with', () => {
  assert.equal(
    parseFacts(props({ 'persist.sys.locale': 'bg-BG', 'ro.product.locale': 'en-GB' })).language,
    'bg-BG',
  );
  assert.equal(parseFacts(props({ 'ro.product.locale': 'en-GB' })).language, 'en-GB');
  const old = {
    'persist.sys.language': 'zh',
    'persist.sys.country': 'CN',
    'ro.product.locale.language': 'en',
  };
  assert.equal(parseFacts(props(old)).language, 'zh-CN');
  assert.equal(parseFacts(props({ 'ro.product.locale.language': 'en' })).language, 'en');
});

test('the version of an app whose words are read is reported, or nothing', () => {
  const version =
    '@@mi-unbind:com.xiaomi.account\n    versionCode=1401 minSdk=26 targetSdk=30\n    versionName=14.1.0\n';
  assert.deepEqual(parseFacts(`${props(XIAOMI)}${version}@@mi-unbind:com.android.settings\n`).apps, {
    'com.xiaomi.account': '14.1.0 (1401)',
  });
});

test('the versions of the helper apps are distinguished', () => {
  const answer = `${props(XIAOMI)}@@mi-unbind:io.appium.settings\nPackages:\n  Package [io.appium.settings] (5d2f1a7):\n    versionCode=58 minSdk=21\n    versionName=8.0.9\n@@mi-unbind:io.appium.uiautomator2.server\nUnable to find package: io.appium.uiautomator2.server\n`;
  assert.deepEqual(parseFacts(answer).helpers, { 'io.appium.settings': '8.0.9' });
});

test('phones that no flow may touch are refused, each in its own words', () => {
  const eligible = (answer: string) => () => assertEligible('X1', parseFacts(answer));
  eligible(props(XIAOMI))();
  eligible(props({ 'ro.product.manufacturer': 'Redmi' }))();
  assert.throws(
    eligible(props({ 'ro.product.manufacturer': 'samsung', 'ro.product.model': 'SM-G991B' })),
    NotXiaomiError,
  );
  const two = DUMP.replace('someone@example.com, type=com.google', '6230***536, type=com.xiaomi');
  assert.throws(eligible(`${props(XIAOMI)}@@mi-unbind:account\n${two}`), TwoAccountsError);
  for (const user of [10, 11, 110])
    assert.throws(eligible(`${props(XIAOMI)}@@mi-unbind:user\n${user}\n`), SecondSpaceError);
  assert.throws(eligible(`${props(XIAOMI)}@@mi-unbind:user\n110\n`), /maintenance mode/);
  const owner =
    '\n  Device Owner: \n    admin=ComponentInfo{com.example.mdm/com.example.mdm.Admin}\n    name=\n    package=com.example.mdm\n    User ID: 0\n';
  assert.throws(
    eligible(`${props(XIAOMI)}@@mi-unbind:policy\n${owner}`),
    (error) => error instanceof ManagedPhoneError && /com\.example\.mdm/.test(error.message),
  );
});

test('an account list that says nothing of the owner is no answer', () => {
  for (const dump of ['', 'Accounts: 0', DUMP.replace('{0:Owner', '{10:Owner')])
    assert.throws(() => xiaomiAccounts(dump), AccountListError);
});

test('an account list is read however it is spaced and ordered, and is no answer where it counts more accounts than it names', () => {
  const [owner = '', dual = ''] = DUMP.split(/(?=User UserInfo\{999)/);
  assert.deepEqual(xiaomiAccounts(`${dual}\n${owner}`), ['6230***535']);
  const spaced = DUMP.replace(
    'Account {name=6230***535, type=com.xiaomi}',
    '\tAccount { name = 6230***535 ,  type=com.xiaomi }\r',
  );
  assert.deepEqual(xiaomiAccounts(spaced), ['6230***535']);
  assert.throws(
    () => xiaomiAccounts(DUMP.replace('Account {name=6230***535, type=com.xiaomi}', 'com.xiaomi/6230***535')),
    AccountListError,
  );
});

test('each region has a name, by the letters of the build number, else by the build, else it is not known', () => {
  const regions = {
    ...{ CN: 'china', MI: 'global', EU: 'eea', RU: 'russia', IN: 'india', ID: 'indonesia', TR: 'turkey' },
    ...{ TW: 'taiwan', JP: 'japan', KR: 'korea', MX: 'mexico', CL: 'chile', LM: 'latin-america' },
  };
  const region = (incremental: string, build = '') =>
    parseFacts(props({ 'ro.build.version.incremental': incremental, 'ro.miui.build.region': build })).region;
  for (const [letters, name] of Object.entries(regions)) {
    assert.equal(region(`V14.0.6.0.TLM${letters}XM`, 'x'), name, letters);
    assert.equal(region('9.6.27', letters.toLowerCase()), name, letters);
  }
  const builds = {
    cn: 'china',
    tw: 'taiwan',
    lm: 'latin-america',
    global: 'global',
    eea: 'eea',
    ru: 'russia',
  };
  for (const [build, name] of Object.entries(builds)) assert.equal(region('x', build), name, build);
  assert.equal(region('V14.0.6.0.TLMZZXM', 'jp_kd'), 'jp_kd');
  assert.deepEqual(
    ['9.6.27', '21.11.17', '9.6', 'x9.6.27', ''].map((one) => region(one)),
    [...['china', 'china', 'unknown', 'unknown', 'unknown']],
  );
});

test('a phone is named by its maker and its market, else by its brand and its model', () => {
  const named = (values: Record<string, string>) => {
    const { brand, model, sdk, build } = parseFacts(props(values));
    return [brand, model, sdk, build];
  };
  const both = {
    'ro.product.manufacturer': 'Xiaomi',
    'ro.product.brand': 'POCO',
    'ro.product.marketname': 'POCO X6',
    'ro.product.model': '2311DRK48G',
    'ro.build.version.sdk': '34',
    'ro.build.version.incremental': 'V14',
  };
  assert.deepEqual(named(both), ['Xiaomi', 'POCO X6', 34, 'V14']);
  assert.deepEqual(
    named({
      ...both,
      'ro.product.manufacturer': '',
      'ro.product.marketname': '',
      'ro.build.version.sdk': 'x',
    }),
    ['POCO', '2311DRK48G', 0, 'V14'],
  );
  assert.deepEqual(named({}), ['', '', 0, '']);
});

test('what stays on a phone is said as far as the phone says it', () => {
  const stays = (sims: string, keyguard = '', developer = '') =>
    parseFacts(
      `${props({ 'gsm.sim.state': sims })}@@mi-unbind:keyguard\n${keyguard}\n@@mi-unbind:developer\n${developer}\n`,
    ).stays;
  assert.equal(stays(''), undefined);
  assert.deepEqual(stays('LOADED, READY,ABSENT,IMSI'), { sims: 3 });
  for (const state of ['PIN_REQUIRED', 'PUK_REQUIRED', 'NETWORK_LOCKED', 'PERM_DISABLED', 'CARD_RESTRICTED'])
    assert.deepEqual(stays(state), { sims: 1 }, state);
  assert.deepEqual(stays('ABSENT,NOT_READY,UNKNOWN'), { sims: 0 });
  assert.deepEqual(stays('', '    secure=true', '1'), { screenLock: true, developerOptions: true });
  assert.deepEqual(stays('', '    secure=false', '0'), { screenLock: false, developerOptions: false });
  assert.equal(stays('', 'insecure', 'null'), undefined);
});

test('a device owner is named by its package, else by its admin, else as an owner', () => {
  const owner = (policy: string) => parseFacts(`${props({})}@@mi-unbind:policy\n${policy}\n`).managed;
  assert.equal(owner('  Device Owner:\n    package=com.example.mdm\n'), 'com.example.mdm');
  assert.equal(owner('Device Owner: admin=ComponentInfo{com.example.admin/.Admin}\n'), 'com.example.admin');
  assert.equal(owner('Device Owner:\n'), 'its owner');
  assert.equal(owner('  Device Owner Type: 0\n Profile Owner:\n package=a.b\n'), undefined);
});

test('the language is the chosen one with its country, else the one it was sold with, else none is said', async () => {
  const language = (values: Record<string, string>) =>
    readLanguage({
      serial: 'X1',
      shell: async (line) => (assert.equal(line, 'getprop'), props(values)),
      pull: () => Promise.reject(new Error('nothing is pulled')),
    });
  assert.equal(await language({ 'persist.sys.language': 'zh', 'persist.sys.country': 'CN' }), 'zh-CN');
  assert.equal(
    await language({ 'ro.product.locale.language': 'en', 'ro.product.locale.region': 'GB' }),
    'en-GB',
  );
  assert.equal(await language({}), undefined);
  assert.equal(parseFacts(props({})).language, 'en-US');
});

test('for people a phone has its model, its release and its battery, in one round trip', async () => {
  const asked: string[] = [];
  const shown = (answer: string) =>
    readShown({
      serial: 'X1',
      shell: async (line) => (asked.push(line), answer),
      pull: () => Promise.reject(new Error('nothing is pulled')),
    });
  const model = '[ro.product.model]: [2311DRK48G]\n';
  const release = '[ro.miui.ui.version.name]: [V816]\n[ro.mi.os.version.name]: [OS2.0]\n';
  assert.deepEqual(
    await shown(`${model}${release}Current Battery Service state:\n  level: 87\n  scale: 100\n`),
    {
      ...{ model: '2311DRK48G', release: 'HyperOS 2', battery: 87 },
    },
  );
  assert.deepEqual(await shown(`${model}[ro.product.marketname]: [POCO X6]\n  level: 255\r\n`), {
    ...{ model: 'POCO X6', release: '', battery: 100 },
  });
  assert.deepEqual(await shown(`${model}  level: unknown\n`), { model: '2311DRK48G', release: '' });
  assert.deepEqual(asked, Array(3).fill('getprop; dumpsys battery 2>/dev/null'));
});

test('the first version that an app says is the one in use', () => {
  const said =
    '    versionCode=2 minSdk=26\n    versionName=2.0\n    versionCode=1 minSdk=26\n    versionName=1.0\n';
  const apps = (text: string) => parseFacts(`${props(XIAOMI)}@@mi-unbind:com.android.settings\n${text}`).apps;
  assert.deepEqual(apps(said), { 'com.android.settings': '2.0 (2)' });
  assert.deepEqual(apps('    versionCode=2\n'), {});
  assert.deepEqual(apps('    versionName=2.0\n'), {});
});
