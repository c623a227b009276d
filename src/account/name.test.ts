import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAccount, keysOf, mailbox, nameOf, namesIn } from './name.ts';

const shares = (one: string, other: string) =>
  keysOf(one).names.some((key) => keysOf(other).names.includes(key));
/** Whether a phone that shows `mask` may have the account `name`. */
const mayShow = (name: string, mask: string) =>
  keysOf(mask).shown.every((key) => keysOf(name).masks.includes(key));

test('one account has one key, however it is written', () => {
  for (const [one, other] of [
    ['6230001535', ' 6230001535 '],
    ['Lab+1@Example.com', 'lab+1@example.com'],
    ['l.a.b@gmail.com', 'lab@googlemail.com'],
    ['+359 88 123 4567', '0881234567'],
    ['00359881234567', '+359881234567'],
    ['13812341234', '+86 138-1234-1234'],
  ] as const)
    assert.ok(shares(one, other), `${one} ${other}`);
  for (const [one, other] of [
    ['6230001535', '6230001536'],
    ['lab+1@example.com', 'lab@example.com'],
    ['l.ab@example.com', 'lab@example.com'],
    ['+359881234567', '+359881234568'],
    ['881234567', '+359881234567'],
  ] as const)
    assert.ok(!shares(one, other), `${one} ${other}`);
});

test('a mask has no key of a name, and is found among the masks of each name it fits', () => {
  assert.deepEqual(keysOf('6230***535').names, []);
  for (const mask of ['6230***535', '6230*****535', '6230•••535', '62****0153', '***01535', '623000153*'])
    assert.equal(mayShow('6230001535', mask), !mask.endsWith('0153'), mask);
  assert.ok(!mayShow('6230001536', '6230***535'));
  assert.ok(mayShow('lab17@gmail.com', 'l***7@gmail.com'));
  assert.ok(mayShow('exampleuser12@gmail.com', 'exampleuse***@gmail.com'));
  assert.ok(!mayShow('6230001535', '6***5'), 'too many accounts look like that');
});

test('it is known whether a name is the Mi id', () => {
  assert.deepEqual(
    ['6230001535', '6230***535', 'lab@example.com', '+359881234567'].map((name) => keysOf(name).isId),
    [true, false, false, false],
  );
});

test('what digits can be is seen from how many they are and how they are written', () => {
  const cases: [written: string, kinds: string[], text?: string][] = [
    ['6230001535', ['id']],
    ['62300015351', ['id', 'phone']],
    ['623000153512', ['id', 'phone']],
    ['6230001535123', ['phone']],
    ['0881234567', ['phone']],
    ['+359881234567', ['phone']],
    ['088 123 4567', ['phone'], '0881234567'],
    ['+44 (0)20-7946.0958', ['phone'], '+442079460958'],
    ['6230***535', ['id']],
    ['138****1234', ['id', 'phone']],
    ['128****1234', ['id']],
    ['138***1234', ['id']],
    ['Lab@Example.com', ['email'], 'lab@example.com'],
    ['Mira', [], 'mira'],
  ];
  for (const [written, kinds, text = written] of cases)
    assert.deepEqual(nameOf(written), { kinds, text, masked: written.includes('*') }, written);
});

test('an address is the mailbox to which its host delivers', () => {
  assert.equal(mailbox('l.a.b@googlemail.com'), 'lab@gmail.com');
  assert.equal(mailbox('l.ab@gmail.com'), 'lab@gmail.com');
  assert.equal(mailbox('l.ab@notgmail.com'), 'l.ab@notgmail.com');
  assert.equal(mailbox('"a@b"@gmail.com'), '"a@b"@gmail.com');
});

test('the masks of a name are those that leave four digits, or that pages show of an address', () => {
  const masksOf = (name: string) => keysOf(name).masks.toSorted();
  assert.deepEqual(masksOf('12345'), ['mask:*2345', 'mask:1*345', 'mask:12*45', 'mask:123*5', 'mask:1234*']);
  assert.deepEqual(masksOf('ab@x.yz'), ['mask:*b@x.yz', 'mask:a*@x.yz', 'mask:ab*yz']);
  assert.deepEqual(masksOf('ab@xx.yz'), ['mask:*b@xx.yz', 'mask:a*@xx.yz', 'mask:ab@*yz']);
  const long = masksOf('abcdefgh@x.yz');
  assert.equal(long.length, 16);
  for (const mask of ['abc*fgh@x.yz', '*fgh@x.yz', 'abc*@x.yz', 'abcde*@x.yz'])
    assert.ok(long.includes(`mask:${mask}`), mask);
  assert.deepEqual(keysOf('+35988****567').shown, ['mask:35988*567']);
  assert.deepEqual(keysOf('Mira'), { names: ['mira'], masks: [], shown: [], isId: false });
});

test('numbers are one by their last nine digits, and a number that may be an id is both', () => {
  assert.deepEqual(keysOf('+359881234567').names, ['tel:881234567']);
  assert.deepEqual(keysOf('13812341234').names, ['13812341234', 'tel:812341234']);
});

test('the whole name of an account is an address, or 5 to 15 digits', () => {
  for (const name of ['12345', '+123456789012345', '123456789012345', '088 123 4567', 'lab@example.com'])
    assert.ok(isAccount(name), name);
  for (const name of ['1234', '1234567890123456', 'Mira', '6230***535', 'l***b@example.com', ''])
    assert.ok(!isAccount(name), name);
});

test('the names in a text are its addresses, else its digits of at least five places', () => {
  const cases: [text: string, names: string[]][] = [
    ['Sent to lab@example.com, then +359881234567', ['lab@example.com']],
    ['帐号：6230***535（已登录）', ['6230***535']],
    ['Mi id 6230001535; number +359 88 123 4567', ['6230001535', '+359 88 123 4567']],
    ['code 1234', []],
    ['code 12345', ['12345']],
    ['hidden *****', []],
    ['hidden ****5', ['****5']],
    ['none', []],
  ];
  for (const [text, names] of cases) assert.deepEqual(namesIn(text), names, text);
});
