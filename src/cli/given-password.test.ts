import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { formatError } from '../errors.ts';
import { readPassword } from './given-password.ts';

/** Standard input that stays open when all is written: a program that reads on waits for ever. */
async function* open(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
  await new Promise(() => undefined);
}
async function* closed(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
const stdin = { password: true, passwordStdin: true };
const taken = async (bytes: Uint8Array, flags = {}) =>
  (await readPassword({ ...stdin, ...flags }, closed(bytes)))?.reveal();
const refused = async (bytes: Uint8Array, flags = {}) => {
  const error: unknown = await readPassword({ ...stdin, ...flags }, closed(bytes)).then(
    () => assert.fail('it is taken'),
    (thrown: unknown) => thrown,
  );
  assert.doesNotMatch(formatError(error), /Lab|pass7/);
  return formatError(error);
};

suite('case e4: a password from standard input', () => {
  const utf16 = Buffer.from('\ufeffLab-pass7\r\n', 'utf16le');

  test('is its first line whole, in UTF-8 or in UTF-16 with a mark', async () => {
    for (const text of ['Lab-pass7', '\ufeffLab-pass7\n', 'Lab-pass7\r\nmore'])
      assert.equal(await taken(Buffer.from(text)), 'Lab-pass7', JSON.stringify(text));
    assert.equal(await taken(utf16), 'Lab-pass7');
    assert.equal(await taken(Buffer.from('Lab pass ß')), 'Lab pass ß');
  });

  test('is there when its line has come, although the stream stays open', async () => {
    const bytes = [...utf16].map((byte) => Buffer.from([byte]));
    assert.equal((await readPassword(stdin, open(...bytes)))?.reveal(), 'Lab-pass7');
  });

  test('is refused before it costs a try where it would not be what was meant', async () => {
    assert.match(
      await refused(Buffer.from('Lab-pass7 \n')),
      /ends with a space[^]*nothing was tried with it\. --keep-blanks/,
    );
    assert.match(await refused(Buffer.from('\u00a0Lab-pass7\n')), /begins with a no-break space/);
    assert.match(await refused(Buffer.from('Lab\tpass7\n')), /control character/);
    assert.match(await refused(utf16.subarray(2)), /UTF-16 without a byte order mark/);
    assert.match(await refused(Buffer.from('Lab-p\xe4ss7', 'latin1')), /not in UTF-8/);
    assert.match(await refused(Buffer.from('\n')), /Standard input holds no password/);
  });

  test('keeps its blanks where it is said that they belong to it', async () => {
    assert.equal(await taken(Buffer.from(' Lab-pass7 \n'), { keepBlanks: true }), ' Lab-pass7 ');
    assert.match(await refused(Buffer.from('Lab-pass7\t'), { keepBlanks: true }), /control character/);
  });
});

test('a password given in place of its variable’s name is not repeated', async () => {
  for (const passwordEnv of ['Lab-pass7', 'Labpass7', '$MI_PASSWORD']) {
    const error = await readPassword({ password: true, passwordEnv }, closed()).catch(
      (thrown: unknown) => thrown,
    );
    assert.match(formatError(error), /No variable that is set has the name.*\n→ give the name alone/);
    assert.doesNotMatch(formatError(error), /pass7/);
  }
});
