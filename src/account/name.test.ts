import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysOf } from './name.ts';

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
