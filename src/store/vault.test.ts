import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { StoreError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { fileVault } from './vault.ts';

test('a password is in the file before it is submitted, and what became of it after, for its owner only', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-vault-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'new-passwords');
  const vault = fileVault(file);
  const id = await vault.keep('6230001535', new Secret('N3w-password'));
  assert.match(readFileSync(file, 'utf8'), /"N3w-password","state":"unconfirmed"/);
  const other = await fileVault(file).keep('6230001536', new Secret('An0ther-one'));
  await vault.mark(id, 'confirmed');
  await vault.mark(other, 'rejected');
  assert.deepEqual(
    (await fileVault(file).list()).map(({ account, password, state }) => [account, password.reveal(), state]),
    [
      ['6230001535', 'N3w-password', 'confirmed'],
      ['6230001536', 'An0ther-one', 'rejected'],
    ],
  );
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a file that cannot be written is told before anything is asked for', () => {
  assert.throws(
    () => fileVault('/nowhere/at/all'),
    (error) => error instanceof StoreError && /--save-to/.test(error.hint),
  );
});
