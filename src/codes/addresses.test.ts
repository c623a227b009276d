import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFor, masked, sameNumber } from './addresses.ts';

const cases: [to: string[], address: string, is: boolean | undefined][] = [
  [[], 'lab@example.com', undefined],
  [['Lab@Example.com'], 'lab@example.COM', true],
  [['a@example.com', 'lab@example.com'], 'lab@example.com', true],
  [['lab+1@example.com'], 'lab@example.com', false],
  [['lab@example.com'], 'lab+1@example.com', false],
  [['lab+1@example.com'], 'lab+2@example.com', false],
  [['lab+1@example.com'], 'LAB+1@example.com', true],
  [['lab@example.com'], 'lab@example.com.evil.example', false],
  [['lab+1@xn--e1afmkfd.example'], 'Lab+1@Пример.example', true],
  [['lab@xn--e1afmkfd.example'], 'lab@примера.example', false],
  [['"lab+1"@example.com'], 'lab+1@example.com', true],
  [['"lab@example.com"@evil.example'], 'lab@example.com', false],
  [['lab@not a domain'], 'lab@not a domain', true],
  [['xlab@example.com'], 'lab@example.com', false],
  [['+359888123456'], '+359 888 123-456', true],
  [['0888123456'], '+359888123456', true],
  [['00359888123456'], '+359888123456', true],
  [['359888123456'], '0888 12 34 56', true],
  [['888123456'], '+359888123456', true],
  [['+8613812345678'], '138 1234 5678', true],
  [['+359888123457'], '+359888123456', false],
  [['+359888123456'], '+86888123456', false],
  [['123456'], '+359888123456', false],
  [['10690'], '10690', true],
  [['10690'], '10691', false],
  [['Xiaomi'], 'Mi', false],
  [['8881234@example.com'], '8881234', false],
  [['8881234'], '8881234@example.com', false],
];
for (const [to, address, is] of cases) {
  test(`a message to [${to.join(', ')}] is ${is === undefined ? 'perhaps' : is ? '' : 'not '}for ${address}`, () => {
    assert.equal(isFor(to, address), is);
  });
}

test('two numbers are the same whichever is written longer', () => {
  assert.ok(sameNumber('+359888123456', '0888123456'));
  assert.ok(sameNumber('0888123456', '+359888123456'));
  assert.ok(!sameNumber('', ''));
});

const masks: [address: string, shown: string][] = [
  ['ivan.petrov@example.com', 'i***@example.com'],
  ['i@example.com', 'i***@example.com'],
  ['иван@example.com', 'и***@example.com'],
  ['+359 888 123 456', '+35* *** *** *56'],
  ['13812345678', '*********78'],
  ['1069', '****'],
  ['', ''],
];
for (const [address, shown] of masks)
  test(`'${address}' is shown as '${shown}'`, () => assert.equal(masked(address), shown));
