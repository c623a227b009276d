import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Silence } from './silence.ts';

function arrange(ms: number) {
  let now = 0;
  const silence = new Silence(ms, { elapsed: () => now });
  const hear = (at: number, ...words: [claim: string, said: string][]) => {
    now = at;
    return silence.of(words.map(([claim, said]) => ({ claim, said })));
  };
  return hear;
}

test('a claim that says something new is not silent, however old it says to be', () => {
  const hear = arrange(15_000);
  assert.deepEqual(hear(0, ['a', '10:00']), []);
  assert.deepEqual(hear(10_000, ['a', '10:10']), []);
  assert.deepEqual(hear(20_000, ['a', '12:20']), []);
});

test('one that says the same for so long is', () => {
  const hear = arrange(15_000);
  hear(0, ['a', '10:00'], ['b', '10:00']);
  assert.deepEqual(hear(10_000, ['a', '10:00'], ['b', '10:10']), []);
  assert.deepEqual(hear(20_000, ['a', '10:00'], ['b', '10:10']), ['a']);
});

test('one that was gone and is back is heard of anew', () => {
  const hear = arrange(15_000);
  hear(0, ['a', '10:00']);
  hear(10_000);
  assert.deepEqual(hear(20_000, ['a', '10:00']), []);
});

test('without patience, one look is enough', () => assert.deepEqual(arrange(0)(0, ['a', '10:00']), ['a']));
