import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference, mutantsOf, mutated, operators, sample } from './mutate.ts';

const TEXT = `import { a } from './a ts';
type T = 'not run at all' | 5;
export function f(x: number, y: boolean): string {
  if (x < 3 && y) throw new Error('it is too small');
  log(x);
  await save(x);
  return \`it is \${x} here\`;
}
const g = (x: number) => x ?? 7;
`;

test('each operator changes what it names, and types and imports are left alone', () => {
  const changes = mutantsOf('f.ts', TEXT).map((mutant) => [mutant.operator, difference(TEXT, mutant).at(-1)]);
  assert.deepEqual(changes, [
    ['negate', "+ if (!(x < 3 && y)) throw new Error('it is too small');"],
    ['and-or', "+ if (x < 3 || y) throw new Error('it is too small');"],
    ['compare', "+ if (x <= 3 && y) throw new Error('it is too small');"],
    ['number', "+ if (x < 4 && y) throw new Error('it is too small');"],
    ['drop-throw', '+ if (x < 3 && y) ;'],
    ['string', "+ if (x < 3 && y) throw new Error('another text');"],
    ['drop-call', '+ ;'],
    ['drop-call', '+ ;'],
    ['undefined', '+ return undefined;'],
    ['string', '+ return `another text${x} here`;'],
    ['string', '+ return `it is ${x}another text`;'],
    ['undefined', '+ const g = (x: number) => undefined;'],
    ['number', '+ const g = (x: number) => x ?? 8;'],
  ]);
});

test('a mutant changes its place and nothing else', () => {
  const mutant = mutantsOf('f.ts', TEXT).find(({ operator }) => operator === 'drop-throw');
  assert.ok(mutant);
  assert.equal(mutated(TEXT, mutant), TEXT.replace("throw new Error('it is too small');", ';'));
  assert.equal(mutant.line, 4);
});

const manyOf = (text: string) =>
  Array.from({ length: 20 }, (_, at) => text.replace('it is', `it ${at} is`)).join('');

test('a test that runs what stands before an operator runs the operator', () => {
  const text = 'if (a > 0 && b && c) x();';
  const places = mutantsOf('f.ts', text).map(({ operator, runs }) => [operator, runs]);
  assert.deepEqual(places.slice(0, 4), [
    ['negate', 4],
    ['and-or', 4],
    ['and-or', 4],
    ['compare', 4],
  ]);
});

test('the seed decides which are tried, and every operator has its share', () => {
  const text = manyOf(TEXT);
  const all = mutantsOf('f.ts', text);
  const drawn = (count: number, seed: number) => sample(all, count, seed, () => text);
  assert.deepEqual(drawn(40, 7), drawn(40, 7));
  assert.notDeepEqual(drawn(40, 7), drawn(40, 8));
  assert.deepEqual(drawn(40, 7).slice(0, 16), drawn(16, 7), 'a part of a sample is one');
  const tried = drawn(16, 7).map(({ operator }) => operator);
  assert.ok(operators.every((one) => tried.filter((other) => other === one).length === 2));
});

test('a change to another file moves no change to another place', () => {
  const texts = new Map([
    ['a.ts', manyOf(TEXT)],
    ['b.ts', 'if (x) y();'],
  ]);
  const drawn = () => {
    const all = [...texts].flatMap(([file, text]) => mutantsOf(file, text));
    const chosen = sample(all, 500, 7, (file) => texts.get(file) ?? '');
    return operators.map((operator) =>
      chosen.filter((mutant) => mutant.file === 'a.ts' && mutant.operator === operator),
    );
  };
  const before = drawn();
  texts.set('b.ts', 'if (y && z) throw z;\nx(); return 3;');
  assert.deepEqual(drawn(), before);
});
