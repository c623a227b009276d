import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { privateFolder, privateLog, writePrivate } from './private-files.ts';

const unlessWindows = { skip: process.platform === 'win32' ? 'it has other rights' : false };
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mi-unbind-private-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const rights = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('what is made is for its user alone: folders, those above them, and files', unlessWindows, () => {
  const inner = join(folder, 'a', 'b');
  privateFolder(inner);
  assert.deepEqual([join(folder, 'a'), inner].map(rights), ['700', '700']);
  const file = join(inner, 'page.xml');
  writePrivate(file, 'one');
  assert.equal(rights(file), '600');
  writePrivate(file, Buffer.from('two'), { flush: true });
  assert.equal(readFileSync(file, 'utf8'), 'two');
});

test('a folder that is there keeps its rights, as it may be shared on purpose', unlessWindows, () => {
  chmodSync(folder, 0o750);
  privateFolder(folder);
  assert.equal(rights(folder), '750');
});

test('the log of WebdriverIO is made before it writes there, and keeps what it holds', unlessWindows, () => {
  const log = join(folder, 'wdio.log');
  assert.equal(privateLog(folder), folder);
  assert.deepEqual([readFileSync(log, 'utf8'), rights(log)], ['', '600']);
  writeFileSync(log, 'a page');
  privateLog(folder);
  assert.equal(readFileSync(log, 'utf8'), 'a page');
});

test('a log that cannot be made stops nothing', () => {
  const missing = join(folder, 'none');
  assert.equal(privateLog(missing), missing);
  assert.ok(!existsSync(missing));
});
