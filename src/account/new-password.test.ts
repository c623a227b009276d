import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatePassword, isWeak, passwordProblem } from './new-password.ts';

test('a new password fits the rules, can be read off, and holds nothing of the account', () => {
  const own = ['6230001535', 'mira.petrova@example.com', '+359 888 123 456'];
  const made = new Set(Array.from({ length: 2000 }, () => generatePassword(own).reveal()));
  assert.equal(made.size, 2000);
  for (const password of made) {
    assert.equal(passwordProblem(password, own), undefined);
    assert.match(password, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{14}$/);
    assert.doesNotMatch(password, /[0Oo1lIi]/);
  }
  for (const kind of [/^[a-z]/, /^[A-Z]/, /^\d/])
    assert.ok(
      [...made].some((password) => kind.test(password)),
      `some begin with ${kind}`,
    );
});

const refused: [password: string, why: RegExp][] = [
  ['Ab3', /3 characters/],
  ['Abcdefgh234567890', /17 characters/],
  ['onlyletters', /at least two of/],
  ['4826195037', /at least two of/],
  ['Парола-48kz', /neither a letter from A to Z/],
  ['x with space 1', /neither a letter/],
  ['k-petrova-48', /own id, address or number/],
  ['k6230001535', /own id, address or number/],
  ['kz-123456-q', /own id, address or number/],
  ['kz888123456', /own id, address or number/],
  ['aaa-48-kzq', /easily guessed/],
  ['kz-4321-qq', /easily guessed/],
];
for (const [password, why] of refused) {
  test(`'${password}' is refused before anything is asked for`, () => {
    assert.match(
      passwordProblem(password, ['6230001535', 'mira.petrova@example.com', '+359888123456']) ?? '',
      why,
    );
  });
}

test('a symbol and digits are enough', () =>
  assert.equal(passwordProblem('48-26-19!73', ['6230001535']), undefined));

test('each refusal says which rule it is', () => {
  const own = ['6230001535', 'mir@exa.com', '12345'];
  const cases: [password: string, why: string | undefined][] = [
    ['Abcdef7', 'it has 7 characters, and 8 to 16 are taken'],
    ['Axcdxf78', undefined],
    ['Axcyez6789qwrtuv', 'it holds a row that is easily guessed, such as aaa, 1234 or abcd'],
    ['Axcyez7809qwrtuv', undefined],
    ['Axcyez7809qwrtuvx', 'it has 17 characters, and 8 to 16 are taken'],
    [
      'axcy\u00e9z780',
      'it holds a character that is neither a letter from A to Z, a digit nor a common symbol',
    ],
    ['axcyezgh', 'it needs at least two of letters, digits and symbols'],
    ['kz-001535', "it holds a part of the account's own id, address or number"],
    ['kz-01535-q', undefined],
    ['mir-exa-7', undefined],
    ['kz-12345', "it holds a part of the account's own id, address or number"],
    ['kz-abcd-48', 'it holds a row that is easily guessed, such as aaa, 1234 or abcd'],
    ['kz-ABCd-48', 'it holds a row that is easily guessed, such as aaa, 1234 or abcd'],
    ['bdfh-hfdb-7', undefined],
    ['axcd-abxd-9', undefined],
    ['abc-cba-48', undefined],
    ['aa-bb-4488', undefined],
  ];
  for (const [password, why] of cases) assert.equal(passwordProblem(password, own), why, password);
});

test('the published rules tell a weak password', () => {
  assert.deepEqual(['abcdefgh', '12345678', 'a1b2c3', `a1${'x'.repeat(15)}`].map(isWeak), [
    true,
    true,
    true,
    true,
  ]);
  assert.deepEqual(['abcdefg1', 'пароль-паролев', '1234567!'].map(isWeak), [false, false, false]);
  assert.deepEqual([`a1${'x'.repeat(14)}`, 'abcde-7'].map(isWeak), [false, true]);
});
