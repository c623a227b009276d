import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import { paths } from '../store/postmaster.ts';
import type { Store } from '../store/store.ts';
import { hasStore, learn } from './store.ts';

test('two names of one account are remembered; one says nothing, and a store that is gone stops nothing', async () => {
  const opened: string[] = [];
  const gone = () => {
    opened.push('opened');
    return Promise.reject<Store>(new Error('it is gone'));
  };
  await learn(gone, []);
  await learn(gone, ['6230001535']);
  assert.deepEqual(opened, []);
  await learn(gone, ['6230001535', 'lab@example.com']);
  assert.deepEqual(opened, ['opened']);
});

test('there is a store where one is given, or was made in the data folder', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-has-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.equal(hasStore(loadSettings({ DATA_DIR: folder })), false);
  assert.equal(
    hasStore(loadSettings({ DATA_DIR: folder, DATABASE_URL: 'postgres://lab@127.0.0.1/lab' })),
    true,
  );
  mkdirSync(paths(folder).data, { recursive: true });
  assert.equal(hasStore(loadSettings({ DATA_DIR: folder })), true);
});
