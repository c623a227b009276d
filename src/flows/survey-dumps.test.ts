import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone } from '../phone/adb.ts';
import { readDumps } from './survey-dumps.ts';

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
