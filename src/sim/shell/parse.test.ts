import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, ShellSyntaxError } from './parse.ts';

const words = (line: string) =>
  parse(line, () => 'VALUE').map(({ when, pipeline }) => [
    when,
    ...pipeline.map((one) => one.words.map(({ text }) => text)),
  ]);

test('words are split at blanks and kept together by quotes', () => {
  assert.deepEqual(words(`a "b  c" 'd $X' e\\ f ""`), [['always', ['a', 'b  c', 'd $X', 'e f', '']]]);
});

test('variables are filled in outside single quotes', () => {
  assert.deepEqual(words('echo $X ${X}y "$X" \'$X\' $'), [
    ['always', ['echo', 'VALUE', 'VALUEy', 'VALUE', '$X', '$']],
  ]);
});

test('; && || and line ends say when the next command runs', () => {
  assert.deepEqual(words('a; b && c || d\ne'), [
    ['always', ['a']],
    ['always', ['b']],
    ['succeeded', ['c']],
    ['failed', ['d']],
    ['always', ['e']],
  ]);
});

test('operators need no blanks around them', () => {
  assert.deepEqual(words('a|b&&c;'), [
    ['always', ['a'], ['b']],
    ['succeeded', ['c']],
  ]);
});

test('redirections are reported from arguments', () => {
  const [step] = parse('ls /x 2>&1 >out 2>>err <in a2', () => '');
  const [command] = step?.pipeline ?? [];
  assert.deepEqual(
    command?.words.map(({ text }) => text),
    ['ls', '/x', 'a2'],
  );
  assert.deepEqual(
    command?.redirects.map(({ from, to }) => [
      from,
      'stream' in to ? to.stream : `${to.append ? '>>' : ''}${to.file.text}`,
    ]),
    [
      ['stderr', 'stdout'],
      ['stdout', 'out'],
      ['stderr', '>>err'],
      ['stdin', 'in'],
    ],
  );
});

test('a star is a pattern only without quotes', () => {
  const [step] = parse(`rm /a/* '/b/*'`, () => '');
  assert.deepEqual(
    step?.pipeline[0]?.words.map(({ pattern }) => pattern),
    [false, true, false],
  );
});

for (const [line, reason] of [
  ['echo "open', 'no closing quote'],
  ["echo 'open", 'no closing quote'],
  ['a &&', "unexpected 'newline'"],
  ['| a', "unexpected '|'"],
  ['a > ', "unexpected 'newline'"],
  ['(a)', "unexpected '('"],
  ['a &', "unexpected '&'"],
  ['echo $(id)', 'command substitution'],
] as const) {
  test(`${line} is refused: ${reason}`, () => {
    assert.throws(
      () => parse(line, () => ''),
      (error) => error instanceof ShellSyntaxError && error.message.includes(reason),
    );
  });
}
