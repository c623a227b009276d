import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileFault } from './file-fault.ts';

const said = (code: string) => fileFault(Object.assign(new Error('as the system says it'), { code }));

test('a common fault of the system is said in a few words, each as what it is', () =>
  assert.deepEqual(
    Object.fromEntries(
      'ENOENT EACCES EPERM EISDIR EEXIST ENOTDIR EROFS EADDRNOTAVAIL ENOTFOUND ENOSPC EDQUOT EIO EMFILE ENFILE ENAMETOOLONG ELOOP EBUSY EINVAL ECONNREFUSED'
        .split(' ')
        .map((code) => [code, said(code)]),
    ),
    {
      ENOENT: 'it does not exist',
      EACCES: 'this user may not',
      EPERM: 'this user may not',
      EISDIR: 'it is a folder',
      EEXIST: 'something else has that name',
      ENOTDIR: 'a part of its path is no folder',
      EROFS: 'its disk is read-only',
      EADDRNOTAVAIL: 'this computer has no such address',
      ENOTFOUND: 'there is no host of that name',
      ENOSPC: 'the disk is full',
      EDQUOT: "this user's quota is used up",
      EIO: 'the disk does not answer',
      EMFILE: 'too many files are open',
      ENFILE: 'too many files are open',
      ENAMETOOLONG: 'its name is too long',
      ELOOP: 'its links lead in a circle',
      EBUSY: 'another program uses it',
      EINVAL: 'it has no name that can be used',
      ECONNREFUSED: 'nothing listens there',
    },
  ));

test('another fault is said in the words of the system', () => {
  assert.equal(said('EXDEV'), 'as the system says it');
  assert.equal(fileFault(new Error('without a code')), 'without a code');
});

test('what this computer itself throws is understood', { skip: process.platform === 'win32' }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'file-fault-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, '');
  symlinkSync('round', join(folder, 'round'));
  const why = (path: string) => {
    try {
      readFileSync(path);
    } catch (error) {
      return fileFault(error);
    }
    return 'it is read';
  };
  assert.deepEqual(
    [
      join(folder, 'gone'),
      folder,
      join(file, 'below'),
      join(folder, 'x'.repeat(300)),
      join(folder, 'round'),
    ].map(why),
    [
      'it does not exist',
      'it is a folder',
      'a part of its path is no folder',
      'its name is too long',
      'its links lead in a circle',
    ],
  );
});
