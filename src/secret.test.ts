/* eslint-disable @typescript-eslint/restrict-template-expressions, @typescript-eslint/restrict-plus-operands -- printing it in every way is the test */
import assert from 'node:assert/strict';
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret, withoutSecrets } from './secret.ts';

const value = 'correct horse 1';
const secret = new Secret(value);

const paths: Record<string, () => string> = {
  'String()': () => String(secret),
  'toString()': () => secret.toString(),
  'a template': () => `${secret}`,
  concatenation: () => 'password: ' + secret,
  'JSON.stringify': () => JSON.stringify({ secret }),
  'util.inspect': () => inspect({ secret }, { depth: null, showHidden: true }),
  'util.format': () => ['%s', '%o', '%O', '%j', '%d'].map((directive) => format(directive, secret)).join(' '),
  'Object.entries': () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)]),
  'console.log': () => {
    const stream = new PassThrough();
    new Console(stream).log(secret, { secret }, [secret]);
    return String(stream.read());
  },
};

for (const [path, print] of Object.entries(paths)) {
  test(`a secret does not show through ${path}`, () => assert.ok(!print().includes('horse')));
}

test('a secret prints as [hidden]', () => {
  assert.equal(`${secret}`, '[hidden]');
  assert.equal(JSON.stringify({ secret }), '{"secret":"[hidden]"}');
  assert.equal(inspect([secret]), '[ [hidden] ]');
});

test('a secret gives its value when it is asked for it', () => assert.equal(secret.reveal(), value));

test('a foreign text is masked in every form a secret takes in it', () => {
  const secret = new Secret('a"b\\c d');
  const log = `typed a"b\\c d; body {"text":${JSON.stringify(secret.reveal())}}; /find?q=${encodeURIComponent(secret.reveal())}`;
  assert.equal(withoutSecrets(log, [secret]), 'typed [hidden]; body {"text":"[hidden]"}; /find?q=[hidden]');
  assert.equal(withoutSecrets('nothing here', [secret]), 'nothing here');
});
