import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UsageError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { acceptedInFile, exportPasswords, fileVault } from './vault.ts';

const whose = { contact: 'lab+1@example.com', serial: 'd1e2' };

test('a password is in the file before it is submitted, and what became of it after, for its owner only', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-vault-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'new-passwords');
  const vault = fileVault(file, whose);
  const id = await vault.keep('6230001535', new Secret('N3w-password'));
  assert.match(readFileSync(file, 'utf8'), /"N3w-password","state":"unconfirmed"/);
  const other = await fileVault(file, whose).keep('6230001536', new Secret('An0ther-one'));
  await vault.mark(id, 'confirmed');
  await vault.mark(other, 'rejected');
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  assert.deepEqual(
    lines.map(({ account, password, contact, serial, state }) => [account, password, contact, serial, state]),
    [
      ['6230001535', 'N3w-password', 'lab+1@example.com', 'd1e2', 'unconfirmed'],
      ['6230001536', 'An0ther-one', 'lab+1@example.com', 'd1e2', 'unconfirmed'],
      [undefined, undefined, undefined, undefined, 'confirmed'],
      [undefined, undefined, undefined, undefined, 'rejected'],
    ],
  );
  assert.deepEqual(
    lines.slice(2).map(({ id }) => id),
    [id, other],
  );
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('what is known of a password is read back from the file: the newest whose fate is known, where it was accepted', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-vault-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'new-passwords');
  const accepted = (...names: string[]) => acceptedInFile(file, names)?.password.reveal();
  assert.equal(accepted('6230001535'), undefined);
  writeFileSync(
    file,
    'a note of mine\n\nnull\n{"id":"7","contact":"lab+1@example.com","account":"6230001535","state":"confirmed"}\n',
  );
  assert.equal(acceptedInFile(file, ['6230001535']), undefined);
  const vault = fileVault(file, whose);
  const keep = async (password: string, state?: 'confirmed' | 'rejected') => {
    const id = await vault.keep('6230001535', new Secret(password));
    if (state) await vault.mark(id, state);
  };
  await keep('First-0ne', 'confirmed');
  await keep('Sec0nd-one');
  assert.deepEqual(
    [accepted('6230001535'), accepted('lab+1@example.com'), accepted('another')],
    ['First-0ne', 'First-0ne', undefined],
  );
  await keep('Th1rd-one', 'rejected');
  assert.equal(accepted('6230001535'), undefined);
});

test('a file that cannot be written is reported before anything is asked for', () => {
  assert.throws(
    () => fileVault('/nowhere/at/all', whose),
    (error) =>
      error instanceof UsageError &&
      /its folder does not exist/.test(error.message) &&
      /--save-to/.test(error.hint),
  );
});

test('an export holds each password once, in place of what was in the file, for its owner only', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-export-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'passwords');
  const rest = { ...whose, account: '6230***535', state: 'confirmed', keptAt: '2026-01-01' } as const;
  const one = { ...rest, id: '1', password: new Secret('N3w-password') };
  for (let times = 0; times < 2; times++) exportPasswords(file, [one]);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { ...rest, password: 'N3w-password' });
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.throws(() => exportPasswords(folder, [one]), /it is a folder/);
});
