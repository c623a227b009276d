import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantClock } from '../clock.ts';
import { AccountListError, PhoneLostError } from '../errors.ts';
import { accountLists, otherAccounts, readAccounts, xiaomiAccounts } from './account.ts';
import type { Phone } from './adb.ts';
import { readFacts } from './facts.ts';

const END = '@@mi-unbind:end\n';
const HEAD = 'User UserInfo{0:Owner:4c13}:\n';
/** What follows the accounts of a user. */
const REST = `
  AccountId, Action_Type, timestamp, UID, TableName, Key
  Accounts History
  1,action_account_add,2024-05-01 10:11:12,1000,accounts,0

  Active Sessions: 1
    Session: expectLaunch true, connected true, stats (0/0/0), lifetime 0.4, removeAccount, Account {name=x, type=com.xiaomi}

  RegisteredServicesCache: 1 services
    ServiceInfo: AuthenticatorDescription {type=com.xiaomi}, ComponentInfo{com.xiaomi.account/…}, uid 6101

  Account visibility:
    7001***002

`;
const list = (...names: string[]) =>
  `${HEAD}  Accounts: ${names.length}\n${names.map((name) => `    Account {name=${name}}\n`).join('')}${REST}`;

test('a list that is cut anywhere before its last account is no answer', () => {
  const whole = list('lab***17@example.com, type=com.google', '7001***002, type=com.xiaomi');
  const lastAccount = whole.indexOf('type=com.xiaomi}') + 'type=com.xiaomi}'.length;
  for (let end = 0; end < lastAccount; end++)
    assert.throws(() => xiaomiAccounts(whole.slice(0, end)), AccountListError, whole.slice(0, end));
  for (const end of [lastAccount, lastAccount + 1, whole.length])
    assert.deepEqual(xiaomiAccounts(whole.slice(0, end)), ['7001***002']);
});

test('a dump that ran out of time after its head is no answer, and neither is one that contradicts itself', () => {
  const timeout = "\n*** SERVICE 'account' DUMP TIMEOUT (10000ms) EXPIRED ***\n\n";
  const account = '    Account {name=7001***002, type=com.xiaomi}\n';
  for (const dump of [
    `${HEAD}${timeout}`,
    `${HEAD}  Accounts: ${timeout}`,
    `${HEAD}  Accounts: 2\n${account}${timeout}`,
    `${HEAD}${account}`,
    `${HEAD}  Accounts: -1\n`,
    `${HEAD}  Accounts: 0\n${account}${REST}`,
    `${HEAD}  Accounts: none\n${REST}`,
    `${list()}${list('7001***002, type=com.xiaomi')}`,
    'User UserInfo{10:security space:413}:\n  Accounts: 0\n',
    "Can't find service: account\n",
    'java.lang.IllegalStateException: User 0 must be unlocked\n',
  ])
    assert.throws(() => xiaomiAccounts(dump), AccountListError, dump);
  assert.deepEqual(xiaomiAccounts(`${HEAD}  Accounts: 0\n${timeout}`), []);
});

test('what an account is called does not hide another one, nor make one up', () => {
  const mi = '7001***002, type=com.xiaomi';
  const odd = [
    'a, b {c}: d, type=com.google',
    'x, type=com.xiaomi, type=com.google',
    'two\n  lines, type=com.google',
    'x\n      Accounts: 0\n\n  y, type=com.google',
    '\n    User UserInfo{0:Owner:13}:\n      Accounts: 0\n    z, type=com.google',
    '小米, type=com.android.contacts',
    ', type=com.google',
  ];
  for (const name of odd) {
    assert.deepEqual(xiaomiAccounts(list(name, mi)), ['7001***002'], name);
    assert.deepEqual(xiaomiAccounts(list(mi, name)), ['7001***002'], name);
    assert.deepEqual(xiaomiAccounts(list(name)), [], name);
  }
  assert.deepEqual(xiaomiAccounts(list('{7001}, a\n b, type=com.xiaomi')), ['{7001}, a\n b']);
  assert.deepEqual(xiaomiAccounts(list(mi).replaceAll('\n', '\r\n')), ['7001***002']);
});

test('each user has a list of its own, whole or not', () => {
  const lists = accountLists(
    `${list()}User UserInfo{999:XSpace:801010}:\n  Accounts: 1\n    Account {name=7001***002, type=com.xiaomi}\n`,
  );
  assert.deepEqual(lists.get(0), { accounts: [], others: [], isComplete: true });
  assert.deepEqual(lists.get(999), { accounts: ['7001***002'], others: [], isComplete: true });
  assert.equal(accountLists(HEAD).get(0)?.isComplete, false);
});

test('a dump of any kind is read in one go', () => {
  const MANY = 300_000;
  const hostile = [
    `${HEAD}  Accounts: 1\n${'    Account {name='.repeat(MANY / 20)}`,
    `${HEAD}  Accounts: 1\n    Account {name=${', type='.repeat(MANY)}\n`,
    `${HEAD}  Accounts: 1\n    Account {name=${', type=a}\n'.repeat(MANY)}`,
    `${HEAD}  Accounts:${' '.repeat(MANY)}x\n`,
    `${HEAD}  Accounts: 1\n    Account {name=x,${' '.repeat(MANY)}}\n`,
    `${HEAD}${'\n'.repeat(MANY)}`,
    HEAD.repeat(MANY / 20),
    `User${' '.repeat(MANY)}\n`,
  ];
  const began = process.cpuUsage();
  for (const dump of hostile) assert.throws(() => xiaomiAccounts(dump), AccountListError);
  // Were one of them read in quadratic time, it would take minutes.
  assert.ok(process.cpuUsage(began).user < 20_000_000);
});

/** A phone that gives these answers to what asks for accounts, the last one again and again. */
function phoneSaying(...answers: string[]): { phone: Phone; asked: () => number } {
  let asked = 0;
  const shell = async () => answers[Math.min(asked++, answers.length - 1)] ?? '';
  return {
    phone: { serial: 'X1', shell, pull: () => Promise.reject(new Error('no files')) },
    asked: () => asked,
  };
}

test('a list that is not complete is asked for again, three times in all, and then it is an error', async () => {
  const good = `${list('7001***002, type=com.xiaomi')}${END}`;
  const bad = `${HEAD}${END}`;
  const clock = instantClock();
  const read = (phone: Phone) => readAccounts(phone, undefined, '', clock);
  for (const [answers, asks] of [
    [[good], 1],
    [[bad, good], 2],
    [[bad, bad, good], 3],
  ] as const) {
    const { phone, asked } = phoneSaying(...answers);
    assert.deepEqual(await read(phone), ['7001***002']);
    assert.equal(asked(), asks);
  }
  const { phone, asked } = phoneSaying(bad);
  await assert.rejects(read(phone), AccountListError);
  assert.equal(asked(), 3);
  const cut = phoneSaying(list());
  await assert.rejects(read(cut.phone), PhoneLostError);
  assert.equal(cut.asked(), 1);
});

test('the facts of a phone are asked for again where its account list is not complete', async () => {
  const facts = (dump: string) =>
    `@@mi-unbind:props\n[ro.product.manufacturer]: [Xiaomi]\n@@mi-unbind:account\n${dump}@@mi-unbind:end\n`;
  const { phone, asked } = phoneSaying(facts(HEAD), facts(list('7001***002, type=com.xiaomi')));
  assert.deepEqual((await readFacts(phone, undefined, instantClock())).accounts, ['7001***002']);
  assert.equal(asked(), 2);
  await assert.rejects(
    readFacts(phoneSaying(facts(HEAD)).phone, undefined, instantClock()),
    AccountListError,
  );
});

test('accounts of other kinds are those of the owner, with the name they have', () => {
  const dump = `User UserInfo{0:Owner:c13}:
  Accounts: 4
    Account {name=6230***535, type=com.xiaomi}
    Account {name=rada@gmail.com, type=com.google}
    Account {name=+359888123456, type=com.xiaomi.unactivated}
    Account {name=Rada, type=com.google}, type=org.example.chat}

  Accounts History
User UserInfo{10:security space:413}:
  Accounts: 1
    Account {name=other@gmail.com, type=com.google}
`;
  assert.deepEqual(otherAccounts(dump), [
    { type: 'com.google', name: 'rada@gmail.com' },
    { type: 'org.example.chat', name: 'Rada, type=com.google}' },
  ]);
  assert.deepEqual(otherAccounts(dump, 10), [{ type: 'com.google', name: 'other@gmail.com' }]);
  assert.throws(() => otherAccounts('User UserInfo{0:Owner:c13}:\n  Accounts: 1\n'), AccountListError);
});

test('a user who is listed twice has all accounts of both lists, and no whole list', () => {
  const one = `${HEAD}  Accounts: 2\n    Account {name=1, type=com.xiaomi}\n    Account {name=a, type=com.google}\n\n`;
  const two = `${HEAD}  Accounts: 2\n    Account {name=2, type=com.xiaomi}\n    Account {name=b, type=com.google}\n\n`;
  assert.deepEqual(accountLists(one + two).get(0), {
    accounts: ['1', '2'],
    others: [
      { type: 'com.google', name: 'a' },
      { type: 'com.google', name: 'b' },
    ],
    isComplete: false,
  });
});

test('between two tries the phone has half a second, then two, and no other fault is tried again', async () => {
  const waits: unknown[] = [];
  const { signal } = new AbortController();
  const clock = {
    ...instantClock(),
    sleep: async (ms: number, why: string, ending?: AbortSignal) => void waits.push([ms, why, ending]),
  };
  const { phone } = phoneSaying(`${HEAD}${END}`);
  await assert.rejects(readAccounts(phone, signal, '', clock), AccountListError);
  assert.deepEqual(waits.splice(0), [
    [500, 'a complete account list', signal],
    [2000, 'a complete account list', signal],
  ]);
  const fault = new Error('gone');
  const broken: Phone = { ...phone, shell: () => Promise.reject(fault) };
  await assert.rejects(readAccounts(broken, signal, '', clock), fault);
  assert.deepEqual(waits, []);
});

test('the list is asked for behind what is to be run before, with the signal of the run', async () => {
  const asked: unknown[] = [];
  const { signal } = new AbortController();
  const phone: Phone = {
    serial: 'X1',
    pull: () => Promise.reject(new Error('no files')),
    shell: async (...line) => (asked.push(...line), `${list()}${END}`),
  };
  assert.deepEqual(await readAccounts(phone, signal, 'wake; '), []);
  assert.deepEqual(asked, ['wake; dumpsys account; echo @@mi-unbind:end', signal]);
});
