import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareAccount, NO_PHONE, NONE_NAMED, NONE_ON_PHONE, NOT_REACHED, type ShownName } from './match.ts';

const list = (text: string): ShownName => ({ text, where: 'account list' });
const verdict = (named: string, ...shown: ShownName[]) => compareAccount(named, shown, 'the list has');

test('an account is the one named as far as the phone shows it, and how far is said', () => {
  const cases: [named: string, shown: string, how: string][] = [
    ['6230001535', '6230001535', 'all of it'],
    ['6230001535', '6230***535', 'matches in 7 of 10 digits'],
    ['6230001535', '62******35', 'matches in 4 of 10 digits'],
    ['6230001535', '6230•••535', 'matches in 7 of 10 digits'],
    ['6230001535', '\u202A6230***535\u202C', 'matches in 7 of 10 digits'],
    ['6230001535', '٦٢٣٠***٥٣٥', 'matches in 7 of 10 digits'],
    ['6230001535', '６２３０***５３５', 'matches in 7 of 10 digits'],
    ['6230001535', '***01535', 'matches in 5 of 10 digits'],
    ['6230001535', '623000153*', 'matches in 9 of 10 digits'],
    ['123456789', '123***789', 'matches in 6 of 9 digits'],
    ["'6230001535", ' 6230***535 ', 'matches in 7 of 10 digits'],
    ['Lab+17@Example.com', 'lab+17@example.COM', 'all of it'],
    ['lab17@gmail.com', 'l***7@g***.com', 'matches in 7 of 14 characters'],
    ['lab17@gmail.com', 'l.a.b.17@googlemail.com', 'all of it'],
    ['l.ab17@gmail.com', 'la***7@gmail.com', 'matches in 12 of 14 characters'],
    ['lab17@gmail.com', 'l.a***7@gmail.com', 'matches in 12 of 14 characters'],
    ['exampleuser12@gmail.com', 'exampleuse***@gmail.com', 'matches in 19 of 22 characters'],
    ['abcde@x.com', 'abcd***.com', 'matches in 8 of 10 characters'],
    ['ab@example.com', 'ab***@example.com', 'all of it'],
    ['+359 88 123-4567', '+35988****567', 'matches in 8 of 12 digits'],
    ['0881234567', '+35988****567', 'matches in 5 of 9 digits'],
    ['+359881234567', '088****567', 'matches in 5 of 9 digits'],
    ['00359881234567', '+359881234567', 'all of it'],
    ['+44 (0)20 7946 0958', '+442079460958', 'all of it'],
    ['359881234567', '+359881234567', 'all of it'],
    ['13812341234', '138****1234', 'matches in 7 of 11 digits'],
    ['+8613812341234', '138****1234', 'matches in 7 of 11 digits'],
    ['13812341234', '+86 138****1234', 'matches in 7 of 11 digits'],
    ['+8613812341234', '+86*********34', 'matches in 4 of 13 digits'],
    ['359881234567', '088****567', 'matches in 5 of 9 digits'],
    ['+3591234567', '01234567', 'all of it'],
  ];
  for (const [named, shown, how] of cases)
    assert.deepEqual(
      verdict(named, list(shown)),
      { verdict: 'same', words: `the account named: ${how} (account list)` },
      `${named} ${shown}`,
    );
});

test('an account is another one where a name of the same kind differs in what is seen', () => {
  const cases: [named: string, shown: string][] = [
    ['6230001535', '6230001536'],
    ['6230001535', '6230***536'],
    ['6230001535', '6231***535'],
    ['6230001535', '6230535'],
    ['6230001535', '6***6'],
    ['6230001535', '6230****536'],
    ['6230001535', '6230********536'],
    ['1380001535', '1380****536'],
    ['lab17@gmail.com', 'lab18@gmail.com'],
    ['lab17@gmail.com', 'lab17@example.com'],
    ['lab17@gmail.com', 'l***8@g***.com'],
    ['lab17@gmail.com', 'l***7@e***.com'],
    ['lab+1@example.com', 'lab@example.com'],
    ['l.ab@example.com', 'lab@example.com'],
    ['+359881234567', '+35988****568'],
    ['+359881234567', '+44770****567'],
    ['+12015550123', '+8612015550123'],
    ['+359123456', '0123456'],
  ];
  for (const [named, shown] of cases)
    assert.deepEqual(
      verdict(named, list(shown)),
      { verdict: 'different', words: 'another account than the one named (account list)' },
      `${named} ${shown}`,
    );
});

test('names of different kinds are not compared, and it is said why', () => {
  const cases: [named: string, shown: ShownName[], why: string][] = [
    ['lab@example.com', [list('6230***535')], 'the list has an address, the phone shows a Mi id'],
    ['+359881234567', [list('6230001535')], 'the list has a number, the phone shows a Mi id'],
    ['6230001535', [list('l***@example.com')], 'the list has a Mi id, the phone shows an address'],
    ['6230001535', [list('+35988****567')], 'the list has a Mi id, the phone shows a number'],
    ['6230001535', [], 'the list has a Mi id, the phone shows no account'],
    [
      'lab@example.com',
      [list('6230***535'), { text: '+35988****567', as: 'phone', where: 'x' }],
      'the list has an address, the phone shows a Mi id and a number',
    ],
    ['6230001535', [list('6***5')], 'the phone hides too much of it'],
    ['6230001535', [list('62***5')], 'the phone hides too much of it'],
    ['6230001535', [list('Mira')], 'the list has a Mi id, the phone shows a name'],
    ['13812341234', [list('0812341234')], 'the list has a Mi id, the phone shows a number'],
    ['6230001535', [list('***')], 'the phone hides too much of it'],
  ];
  for (const [named, shown, why] of cases)
    assert.deepEqual(
      verdict(named, ...shown),
      { verdict: 'not-compared', words: `account not compared: ${why}` },
      named,
    );
});

test('digits that may be an id or a number are another account only where they are neither', () => {
  const phone = (text: string): ShownName => ({ text, as: 'phone', where: 'Account security' });
  assert.equal(verdict('13812341234', list('6230***535')).verdict, 'not-compared');
  assert.equal(verdict('13812341234', list('6230***535'), phone('138****1234')).verdict, 'same');
  assert.equal(verdict('13812341234', list('6230***535'), phone('139****1234')).verdict, 'different');
  assert.equal(verdict('62300015351', list('6230***5351'), phone('139****1234')).verdict, 'same');
  assert.equal(verdict('+8613812341234', list('13900001111')).verdict, 'not-compared');
});

test('what differs outweighs what fits, and a name that its owner chose proves only what it is', () => {
  const dialog = (text: string): ShownName => ({ text, where: 'password dialog' });
  const nickname = (text: string): ShownName => ({ text, free: true, where: 'account page' });
  assert.deepEqual(verdict('6230001535', list('6230***535'), dialog('6230777535')), {
    verdict: 'different',
    words: 'another account than the one named (password dialog)',
  });
  assert.equal(
    verdict('6230001535', list('6230***535'), dialog('6230001535')).words,
    'the account named: all of it (password dialog)',
  );
  assert.equal(
    verdict('lab@example.com', list('6230***535'), nickname('other@example.com')).verdict,
    'not-compared',
  );
  assert.equal(verdict('lab@example.com', list('6230***535'), nickname('Lab@Example.com')).verdict, 'same');
  assert.equal(verdict('6230001535', list('6230***535'), nickname('Mira')).verdict, 'same');
});

test('of two that fit whole the longer one is said, and of two masks the one that shows more', () => {
  const at = (text: string, where: string): ShownName => ({ text, where });
  const words = (named: string, ...shown: ShownName[]) => verdict(named, ...shown).words;
  assert.equal(
    words('+8613812341234', at('13812341234', 'first'), at('+8613812341234', 'second')),
    'the account named: all of it (second)',
  );
  assert.equal(
    words('6230001535', at('62******35', 'first'), at('6230***535', 'second')),
    'the account named: matches in 7 of 10 digits (second)',
  );
});

test('who named the account stands in what is not compared', () => {
  const by = (named: 'the list has' | '--account is' | 'PHONE_ACCOUNT is') =>
    compareAccount('lab@example.com', [list('6230001535')], named).words;
  assert.equal(by('--account is'), 'account not compared: --account is an address, the phone shows a Mi id');
  assert.equal(
    by('PHONE_ACCOUNT is'),
    'account not compared: PHONE_ACCOUNT is an address, the phone shows a Mi id',
  );
});

test('each end that compares nothing says why', () => {
  assert.deepEqual(
    [NONE_NAMED, NOT_REACHED, NONE_ON_PHONE, NO_PHONE].map(({ verdict: one, words }) => [one, words]),
    [
      ['not-compared', 'account not compared: none was named'],
      ['not-compared', "account not compared: the phone's account list was not read"],
      ['not-compared', 'nothing to compare: no Mi Account was on the phone'],
      ['not-compared', 'nothing to compare: the site was given the account'],
    ],
  );
});
