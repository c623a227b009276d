import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isImei, isSound } from './imei.ts';

test('an IMEI has 15 digits and a check digit that fits', () => {
  for (const imei of ['356938035643809', '867320210670604', '490154203237518'])
    assert.equal(isImei(imei), true, imei);
  for (const other of [
    '356938035643808',
    '35693803564380',
    '3569380356438090',
    '35693803564380x',
    ' 356938035643809',
    '356938035643809\n',
    '',
  ])
    assert.equal(isImei(other), false, JSON.stringify(other));
});

test('the check digit is the last one, whatever the length', () => {
  assert.equal(isSound('79927398713'), true);
  assert.equal(isSound('79927398710'), false);
});
