import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type EnvFile, readEnvFile } from './env-file.ts';

function read(text: string | Uint8Array): EnvFile {
  const file = readEnvFile(typeof text === 'string' ? Buffer.from(text) : text);
  assert.ok(!('fault' in file), JSON.stringify(file));
  return file;
}
const variable = (text: string, name = 'A') => read(text).variables.get(name);

suite('a line of .env', () => {
  for (const [line, value] of [
    ['A=lab', 'lab'],
    ['export A=lab', 'lab'],
    ['  A = lab  ', 'lab'],
    ['A: lab', 'lab'],
    ['A=lab # a comment', 'lab'],
    ['A= # a comment', ''],
    ['A=', ''],
    ['A="lab # no comment"', 'lab # no comment'],
    ["A='la\\nb' # a comment", 'la\\nb'],
    ['A="la\\nb\\t\\"c\\\\d\\$"', 'la\nb\t"c\\d$'],
    ['A="C:\\dir"', 'C:\\dir'],
    ['A=`it\'s "it"`', 'it\'s "it"'],
    ["A='ends with \\'", 'ends with \\'],
    ['A=pa"ss\\word$1', 'pa"ss\\word$1'],
    ['A=a=b==', 'a=b=='],
  ] as const)
    test(`${line} gives ${JSON.stringify(value)}`, () => {
      const { fault, value: given } = variable(line) ?? {};
      assert.deepEqual([given, fault], [value, undefined]);
    });

  test('may go on over lines in quotation marks, and lines are counted as they stand', () => {
    const { variables } = read('A="one\r\ntwo"\r\n\r\nB=three\r\n');
    assert.equal(variables.get('A')?.value, 'one\ntwo');
    assert.deepEqual([variables.get('B')?.value, variables.get('B')?.line], ['three', 4]);
  });

  for (const line of [
    'A=Lab#pass7',
    'A=#lab',
    'A=Lab#pass # note',
    'A="lab"pass',
    "A='lab' 7",
    'A="lab',
    "A='lab",
    'A="lab\\"',
  ])
    test(`${line} can be read in two ways, and is not read in one`, () =>
      assert.notEqual(variable(line)?.fault, undefined));

  test('A=lab pass # 7 is a setting with a comment, and no secret', () => {
    const { fault, secretFault } = variable('A=lab pass # 7') ?? {};
    assert.equal(fault, undefined);
    assert.match(secretFault ?? '', /'#' stands in it/);
  });

  test('that is not closed takes no other variable with it', () => {
    const { variables } = read('A="lab\nB="other"\nC=1');
    assert.deepEqual([...variables.keys()], ['A', 'B', 'C']);
    assert.match(variables.get('A')?.fault ?? '', /opened and not closed/);
  });

  test('is reported where it gives nothing, and where its name stands twice', () => {
    const { odd, twice } = read('# a comment\nIMAP_PASSWORD lab\n\nset A=1\nB=1\nB=2\n');
    assert.deepEqual(odd, [2, 4]);
    assert.deepEqual(twice, [{ name: 'B', lines: [5, 6] }]);
  });
});

test('a .env in UTF-8 may begin with a byte order mark', () =>
  assert.equal(variable('\ufeffA=lab')?.value, 'lab'));

test('case e5: a .env in UTF-16 is refused in words, with what has written it', () => {
  const text = Buffer.from('\ufeffA=lab\r\n', 'utf16le');
  for (const bytes of [text, Buffer.from(text).swap16(), text.subarray(2)])
    assert.match(
      JSON.stringify(readEnvFile(bytes)),
      /in UTF-16, as PowerShell's '>' writes it: save it anew in UTF-8/,
    );
  assert.match(JSON.stringify(readEnvFile(Buffer.from('A=\xe9t\xe9', 'latin1'))), /not in UTF-8/);
});
