import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readEnvFile, type EnvFile } from './env-file.ts';
import { givenValue } from './given-value.ts';

const file = (text: string): EnvFile => {
  const read = readEnvFile(Buffer.from(text));
  assert.ok(!('fault' in read));
  return read;
};
const EMPTY = file('');
const ANEW = 'set it anew; where the blank belongs to it, write it into .env, in quotation marks';

suite('a variable of the environment', () => {
  const of = (text: string, options: Parameters<typeof givenValue>[3] = {}) =>
    givenValue('NAME', { NAME: text }, file("NAME='of the file'"), options);

  test('wins over the file, also where it is empty', () => {
    assert.deepEqual(of('x'), { text: 'x' });
    for (const isSecret of [true, false]) assert.deepEqual(of('', { isSecret }), { text: '' });
  });

  test('that is a secret comes in whole or not at all; any other may have blanks at its ends', () => {
    assert.deepEqual(of(' x ', { isSecret: true }), {
      problem: `NAME begins and ends with a space: ${ANEW}`,
    });
    assert.deepEqual(of(' x ', { isSecret: true, keepBlanks: true }), { text: ' x ' });
    assert.deepEqual(of(' x '), { text: ' x ' });
  });

  test('with a control character is refused, whatever it is, without the words about blanks', () => {
    for (const isSecret of [true, false])
      assert.deepEqual(of('x\ty', { isSecret }), {
        problem: 'NAME holds a control character (U+0009 at place 2)',
      });
  });
});

suite('a variable of .env', () => {
  const of = (text: string, options: Parameters<typeof givenValue>[3] = {}) =>
    givenValue('NAME', {}, file(`# first\n${text}`), options);
  const secret = { isSecret: true };

  test('counts where the environment has none, and none is none', () => {
    assert.deepEqual(givenValue('NAME', {}, EMPTY), {});
    assert.deepEqual(of('NAME=x'), { text: 'x' });
    assert.deepEqual(of('NAME='), { text: '' });
    assert.deepEqual(of('NAME=', secret), { text: '' });
  });

  test('that is a setting is without the blanks and the comment behind it', () => {
    assert.deepEqual(of('NAME= x # of the lab'), { text: 'x' });
    const problem = (of('NAME= x # of the lab', secret) as { problem: string }).problem;
    assert.match(problem, /^NAME \(line 2 of \.env\): a '#' stands in it.*, as in NAME='…'$/);
  });

  test('with a control character is refused with its line, and said how it is written', () => {
    const where = 'NAME (line 2 of .env) holds a control character (U+0009 at place 2)';
    assert.deepEqual(of('NAME="x\\ty"'), { problem: where });
    assert.deepEqual(of('NAME=x\ty'), { problem: where });
    assert.deepEqual(of('NAME="x\\ty"', secret), {
      problem: `${where}: in double quotes \\n, \\r and \\t stand for one; write it in single quotes`,
    });
    assert.deepEqual(of('NAME=x\ty', secret), { problem: where });
  });

  test('that is a secret may have blanks at its ends in quotation marks, or where they are kept', () => {
    assert.deepEqual(of("NAME=' x'", secret), { text: ' x' });
    assert.deepEqual(of('NAME=x ', { ...secret, keepBlanks: true }), { text: 'x ' });
    assert.deepEqual(of('NAME=x ', secret), {
      problem: "NAME (line 2 of .env) ends with a space: where the blank belongs to it, as in NAME='…'",
    });
  });

  test('whose quotation mark is not closed is refused, a secret or not', () => {
    for (const isSecret of [true, false])
      assert.match(
        (of('NAME="x', { isSecret }) as { problem: string }).problem,
        /^NAME \(line 2 of \.env\): its quotation mark is opened and not closed: .*, as in NAME='…'$/,
      );
  });
});
