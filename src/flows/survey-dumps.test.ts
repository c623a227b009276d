import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone } from '../phone/adb.ts';
import type { Survey } from '../survey.ts';
import { dumpFaults, readDumps } from './survey-dumps.ts';

const MARK = '@@mi-unbind:';

/** A phone that answers the questions in their order. */
const answering = (...answers: string[]): Phone => ({
  serial: 'one',
  pull: () => Promise.reject(new Error('no files')),
  shell: () => Promise.resolve([...answers.map((text) => `${MARK}\n${text}`), `${MARK}end\n`].join('')),
});

const said = async (...answers: string[]) => {
  const dumps = await readDumps(answering(...answers));
  return Object.fromEntries(
    dumps.map(({ file, text, masked }) => [file.replace(/^.*\/|\.txt$/g, ''), { text, masked }]),
  );
};

test('of properties only those are kept that say what the phone is, not which one', async () => {
  const properties = [
    '[ro.miui.ui.version.name]: [V140]',
    '[ro.serialno]: [9a5a757d]',
    '[ro.boot.serialno]: [9a5a757d]',
    '[ro.ril.miui.imei0]: [867320001234563]',
    '[ro.product.model]: [24QZ01QZ]',
    '[persist.sys.locale]: [bg-BG]',
    '[persist.radio.phone_number]: [+359881234567]',
    '[ro.build.host]: [pangu-build-42]',
    '[net.hostname]: [mira-phone]',
  ];
  const { properties: kept } = await said(properties.join('\n'), '', '', '', '');
  assert.equal(
    kept?.text,
    '[ro.miui.ui.version.name]: [V140]\n[ro.product.model]: [24QZ01QZ]\n[persist.sys.locale]: [bg-BG]\n',
  );
  assert.deepEqual(kept?.masked, ['6 lines left out: properties that may tell this phone from others']);
});

test('account lists keep their form, and of a name only how it is built', async () => {
  const list = [
    'User UserInfo{0:Мира:4c13}:',
    '  Accounts: 2',
    '    Account {name=6230***535, type=com.xiaomi}',
    '    Account {name=mira.p@example.org, type=com.google}',
    '',
    '  Accounts History',
    '  AccountId, Action_Type, timestamp, UID, TableName, Key',
    '  6230001535,action_account_add,2024-03-01 12:00:00,1000,accounts,1',
  ];
  const { accounts } = await said('', list.join('\r\n'), '', '', '');
  assert.equal(
    accounts?.text,
    [
      'User UserInfo{0:xxxx:4c13}:',
      '  Accounts: 2',
      '    Account {name=0000***000, type=com.xiaomi}',
      '    Account {name=xxxx.x@xxxxxxx.xxx, type=com.google}',
      '',
    ].join('\n'),
  );
  assert.equal(accounts?.masked.length, 2);
});

test('users are kept without their names, except those that the ROM gives', async () => {
  const users = 'Users:\n\tUserInfo{0:Mira: the owner:c13} running\n\tUserInfo{999:XSpace:801010} running\n';
  const { users: kept } = await said('', '', users, '', '');
  assert.match(kept?.text ?? '', /\{0:xxxx: xxx xxxxx:c13\} running\n\tUserInfo\{999:XSpace:801010\}/);
});

test('of battery and lock nothing is kept but lines of a known form', async () => {
  const battery =
    'Current Battery Service state:\n  USB powered: true\n  level: 97\n  owner: mira@example.org\n';
  const lock =
    '  mCurrentFocus=Window{71c2 u0 Letter to Mira}\n    showing=true\n  User "Mira" (id=0, current): deviceLocked=1\n';
  const { battery: charge, lock: locked } = await said('', '', '', battery, lock);
  assert.equal(charge?.text, 'Current Battery Service state:\n  USB powered: true\n  level: 97\n');
  assert.equal(locked?.text, '    showing=true\n  User "x" (id=0, current): deviceLocked=1\n');
});

test('an answer that is cut off is no answer', async () => {
  const phone = { ...answering(), shell: () => Promise.resolve(`${MARK}\n[ro.product.model]: [M`) };
  await assert.rejects(readDumps(phone), /PhoneLost|unplugged|gone|lost/i);
});

test('what was left out is counted, and of an answer with nothing to hide nothing is said', async () => {
  const accounts = 'User UserInfo{0:Mira:c13}:\n  Accounts: 0\n\n  Accounts History\n';
  const kept = await said(
    '[ro.miui.ui.version.name]: [V140]\r\n[ro.build.user]: [builder]\r\n',
    accounts,
    'Users:\n\tUserInfo{10:security space:413}\n\tUserInfo{0:Mira:c13}\nother\n',
    '  level: 97\n  owner: a b\n',
    '  secure=true\n',
  );
  assert.deepEqual(Object.fromEntries(Object.entries(kept).map(([name, { masked }]) => [name, masked])), {
    properties: ['1 lines left out: properties that may tell this phone from others'],
    accounts: [
      '1 names of users and accounts: letters are x, digits 0',
      '1 lines left out: history, services and sessions of accounts',
    ],
    users: ['1 names of users: letters are x, digits 0'],
    battery: ['1 lines left out: not known to be harmless'],
    lock: [],
  });
  assert.equal(kept['users']?.text, 'Users:\n\tUserInfo{10:security space:413}\n\tUserInfo{0:xxxx:c13}\n');
  const nothing = await said('[ro.product.model]: [M]\n', '', '', '', '');
  for (const { masked } of Object.values(nothing)) assert.deepEqual(masked, []);
});

test('answers that say otherwise than their survey are named, and those that agree are not', () => {
  const phone = {
    ...{ release: 'MIUI 14', region: 'global', language: 'bg-BG', build: 'V14.0.6.0.TLMMIXM', model: 'M' },
    signedIn: true,
  };
  const faults = (name: string, text: string, change: Partial<typeof phone> = {}) =>
    dumpFaults(new Map([[`answers/${name}.txt`, text]]), {
      phone: { ...phone, ...change },
    } as unknown as Survey);
  const properties = [
    '[ro.miui.ui.version.name]: [V140]',
    '[ro.build.version.incremental]: [V14.0.6.0.TLMMIXM]',
    '[persist.sys.locale]: [bg-BG]',
    '[ro.product.model]: [M]',
  ].join('\n');
  assert.deepEqual(faults('properties', properties), []);
  for (const [name, value] of [
    ['release', 'MIUI 14'],
    ['region', 'global'],
    ['language', 'bg-BG'],
    ['build', 'V14.0.6.0.TLMMIXM'],
    ['model', 'M'],
  ] as const)
    assert.deepEqual(faults('properties', properties, { [name]: 'x' }), [
      `the properties give the ${name} '${value}', the survey says 'x'`,
    ]);
  const list = (count: number, ...names: string[]) =>
    `User UserInfo{0:x:13}:\n  Accounts: ${count}\n${names.map((name) => `    Account {name=${name}, type=com.xiaomi}\n`).join('')}`;
  assert.deepEqual(faults('accounts', list(1, '00')), []);
  assert.deepEqual(faults('accounts', list(0), { signedIn: false }), []);
  assert.deepEqual(faults('accounts', list(0)), ['the account list is empty, the survey says otherwise']);
  assert.deepEqual(faults('accounts', list(1, '00'), { signedIn: false }), [
    'the account list is not empty, the survey says otherwise',
  ]);
  assert.deepEqual(faults('accounts', list(2, '00')), ['the account list is not complete']);
  assert.deepEqual(faults('accounts', '', { signedIn: false }), ['the account list is not complete']);
  assert.deepEqual(faults('lock', ' showing=false\n'), []);
  assert.deepEqual(faults('lock', ''), ['whether it is locked cannot be read']);
  assert.deepEqual(dumpFaults(new Map(), { phone } as unknown as Survey), []);
});
