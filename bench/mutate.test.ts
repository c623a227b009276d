import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference, mutantsOf, mutated, sample } from './mutate.ts';

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

test('the seed decides which are tried, and every operator has its share', () => {
  const all = mutantsOf('f.ts', TEXT.repeat(20));
  assert.deepEqual(sample(all, 40, 7), sample(all, 40, 7));
  assert.notDeepEqual(sample(all, 40, 7), sample(all, 40, 8));
  const operators = sample(all, 16, 7).map(({ operator }) => operator);
  assert.equal(new Set(operators).size, 8);
  assert.ok([...new Set(operators)].every((one) => operators.filter((other) => other === one).length === 2));
});
