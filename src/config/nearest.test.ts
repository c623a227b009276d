import assert from 'node:assert/strict';
import { test } from 'node:test';
import { misspelt, nearest } from './nearest.ts';

const SETTINGS = ['IMAP_PASSWORD', 'IMAP_URL', 'SMS_WEBHOOK_LISTEN', 'DATABASE_URL', 'STATION', 'LOG_LEVEL'];

for (const [name, meant] of [
  ['IMAP_PASWORD', 'IMAP_PASSWORD'],
  ['IMPA_PASSWORD', 'IMAP_PASSWORD'],
  ['IMAP_PASWROD', 'IMAP_PASSWORD'],
  ['imap_password', 'IMAP_PASSWORD'],
  ['IMAPPASSWORD', 'IMAP_PASSWORD'],
  ['IMAP_ULR', 'IMAP_URL'],
  ['SMS_WEBHOOK_LISTN', 'SMS_WEBHOOK_LISTEN'],
  ['DATABSE_URL', 'DATABASE_URL'],
] as const)
  test(`${name} was meant as ${meant}`, () => assert.equal(misspelt(name, SETTINGS), meant));

for (const name of [
  'SMTP_PASSWORD',
  'SMTP_URL',
  'DATABASE_URI',
  'BRANCH',
  'PATH',
  'IMAP_USER',
  'LOG_FILE',
  'IMAP_PASSWORD',
  'MI_PASSWORD',
])
  test(`${name} is no misspelt setting`, () => assert.equal(misspelt(name, SETTINGS), undefined));

test('two letters that are exchanged are one change', () => {
  assert.equal(nearest('acocunt', ['account', 'amount']), 'account');
  assert.equal(nearest('xyz', ['account']), undefined);
});

test('the nearest of several is meant, and of two as near the first', () => {
  assert.equal(nearest('serals', ['seals', 'serial', 'serials']), 'seals');
  assert.equal(nearest('accont', ['amount', 'account']), 'account');
  assert.equal(nearest('--vai', ['--data', '--via']), '--via');
  assert.equal(misspelt('WEBHOOKX', ['WEBHOOKEN', 'WEBHOOK']), 'WEBHOOK');
  assert.equal(misspelt('LOGLEVEL', ['LOGLEVEI', 'LOG_LEVEL']), 'LOG_LEVEL');
});

test('two letters may be wrong, of a short word one or none, and no more', () => {
  assert.equal(nearest('pasword', ['password']), 'password');
  assert.equal(nearest('paswrd', ['password']), 'password');
  assert.equal(nearest('paswr', ['password']), undefined);
  assert.equal(nearest('vio', ['via']), 'via');
  assert.equal(nearest('vxx', ['via']), undefined);
  assert.equal(nearest('xy', ['by']), undefined, 'nothing is left of a word of two letters');
  assert.equal(nearest('', ['via']), undefined);
});

test('each word of a name may be wrong by one letter below seven, else by two, and all together by two', () => {
  const names = ['LOCK_CHECK_INTERVAL'];
  assert.equal(misspelt('LOCK_CHECK_INTRVL', names), 'LOCK_CHECK_INTERVAL');
  assert.equal(misspelt('LOCK_CHECK_INTRV', names), undefined);
  assert.equal(misspelt('LOK_CHEK_INTERVAL', names), 'LOCK_CHECK_INTERVAL');
  assert.equal(misspelt('LOK_CHEK_INTERVL', names), undefined);
  assert.equal(misspelt('LO_CHECK_INTERVAL', names), undefined);
  assert.equal(misspelt('LOCK_CHECK', names), undefined);
  assert.equal(misspelt('LOCK-CHECK-INTERVAL', names), 'LOCK_CHECK_INTERVAL');
});
