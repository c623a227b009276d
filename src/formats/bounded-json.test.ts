import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundedJson } from './bounded-json.ts';

const LIMITS = { values: 10, depth: 3 };
const read = (json: string) => boundedJson(Buffer.from(json), LIMITS);

test('JSON within its bounds is what it says, whatever stands in its strings', () => {
  for (const json of ['1', 'null', '{"a":[1,2,{"b":"[[[[,,,,,,,,,,,,{{{{\\"[[[["}]}', '"\\\\"', '[[],[],[]]'])
    assert.deepEqual(read(json), JSON.parse(json));
});

test('JSON with more values or more lists one in another than allowed is refused before it is parsed', () => {
  assert.throws(() => read(`[${'1,'.repeat(9)}1]`), /^RangeError: has more than 10 values$/);
  assert.throws(() => read('[[[[]]]]'), /^RangeError: has more than 3 lists one in another$/);
  assert.throws(() => read('['.repeat(5_000_000)), /^RangeError: has more than 3 lists one in another$/);
  assert.throws(() => read('{"a":'), SyntaxError);
  assert.throws(() => read(''), SyntaxError);
});
