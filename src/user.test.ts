import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { test } from 'node:test';
import { isRoot, userId, userName } from './user.ts';

const unlessWindows = { skip: process.platform === 'win32' ? 'it has no user ids' : false };

test('root is the user with the id 0, and no other', unlessWindows, (t) => {
  for (const [id, root] of [
    [0, true],
    [1000, false],
  ] as const) {
    const mock = t.mock.method(process as { geteuid: () => number }, 'geteuid', () => id);
    assert.deepEqual([userId(), isRoot()], [id, root]);
    mock.mock.restore();
  }
});

test("a user's name is the one of the system, and empty where a container's user has none", (t) => {
  t.after(() => syncBuiltinESMExports());
  const named = (userInfo: () => object) => {
    const mock = t.mock.method(os, 'userInfo', userInfo as typeof os.userInfo);
    syncBuiltinESMExports();
    const name = userName();
    mock.mock.restore();
    return name;
  };
  assert.equal(
    named(() => ({ username: 'mira' })),
    'mira',
  );
  assert.equal(
    named(() => {
      throw new Error('ENOENT: no such user');
    }),
    '',
  );
});
