import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { StoreError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { readKey, Seal } from './sealing.ts';

const key = randomBytes(32);
const base64 = key.toString('base64');
const seal = new Seal(key);

test('what is sealed is opened with the same key only', async () => {
  const sealed = await seal.close('код 123456');
  assert.doesNotMatch(sealed, /123456/);
  assert.equal(await new Seal(key).open(sealed), 'код 123456');
  await assert.rejects(new Seal(randomBytes(32)).open(sealed), /encrypted with another key/);
});

test('a changed letter is noticed', async () => {
  const sealed = await seal.close('secret');
  // Not the last one: of its bits base64 uses two.
  const at = sealed.lastIndexOf('.') + 1;
  const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
  await assert.rejects(seal.open(changed), StoreError);
});

test('the same text looks different each time it is sealed, and has one digest, which needs the key', async () => {
  assert.notEqual(await seal.close('x'), await seal.close('x'));
  assert.equal(seal.digest('123456'), new Seal(key).digest('123456'));
  assert.notEqual(seal.digest('123456'), new Seal(randomBytes(32)).digest('123456'));
});

test('a key is taken from the setting, from a file, or made in a file of its own that only the owner reads', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-key-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'given');
  writeFileSync(file, `${base64}\n`);
  assert.deepEqual(Buffer.from(readKey({ key: new Secret(base64), keyFile: '/none' })), key);
  assert.deepEqual(Buffer.from(readKey({ keyFile: file })), key);
  const ownFile = join(folder, 'own');
  const made = readKey({ ownFile });
  assert.equal(made.length, 32);
  assert.deepEqual(readKey({ ownFile }), made);
  assert.equal(readFileSync(ownFile, 'utf8').trim(), Buffer.from(made).toString('base64'));
  if (process.platform !== 'win32') assert.equal(statSync(ownFile).mode & 0o777, 0o600);
});

const wrong: [what: string, places: Parameters<typeof readKey>[0], says: RegExp, hint: RegExp][] = [
  ['no key at all', {}, /there is no key/, /openssl rand -base64 32/],
  ['a key that is too short', { key: new Secret('abc') }, /the key in STORE_KEY is not 32 bytes/, /openssl/],
  [
    'a file that is not there',
    { keyFile: '/nowhere/key' },
    /'\/nowhere\/key' cannot be read/,
    /STORE_KEY_FILE/,
  ],
];
for (const [what, places, says, hint] of wrong) {
  test(`${what} is refused with what to do`, () => {
    assert.throws(
      () => readKey(places),
      (error) => error instanceof StoreError && says.test(error.message) && hint.test(error.hint),
    );
  });
}
