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
