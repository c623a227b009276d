import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { testsOf } from './loaders.ts';

const files = globSync('{src,pageobjects,specs,bench}/**/*.ts');

test('the tests that load a file are found through all that imports it, the nearest first', () => {
  const unit = testsOf(files, false);
  assert.equal(unit('src/codes/extract-code.ts')[0], 'src/codes/extract-code.test.ts');
  assert.equal(unit('src/report/chain.ts')[0], 'src/report/chain.test.ts', 'its own before others as near');
  assert.ok(unit('src/secret.ts').length > 10);
  assert.ok(unit('src/secret.ts').every((file) => !file.endsWith('.live.test.ts')));
});

test('a program of its own is loaded by what starts it', () => {
  assert.ok(testsOf(files, false)('src/store/supervisor.ts').includes('src/store/embedded.whole.test.ts'));
});

test('live tests that run the program load all it loads', () => {
  assert.ok(testsOf(files, true)('src/cli/sign-out.ts').includes('src/cli/sign-out.live.test.ts'));
});

test('what is imported for its types alone is not loaded', () => {
  assert.deepEqual(testsOf(files, false)('src/codes/inbox.ts'), []);
});
