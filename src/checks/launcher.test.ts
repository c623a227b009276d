import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pretend } from '../live/program.ts';

const launcher = join(import.meta.dirname, '../../bin/mi-unbind.js');

/** Runs the launcher as the given Node would see itself. */
function launch(version: string, file: string, ...args: string[]) {
  return spawnSync(process.execPath, ['--import', pretend(version), file, ...args], { encoding: 'utf8' });
}

for (const version of ['20.19.0', '22.18.0', '23.11.1', '24.0.0']) {
  test(`the command runs from Node ${version} and hands on what it prints and its exit code`, () => {
    const help = launch(version, launcher, '--help');
    assert.match(help.stdout, /^Usage: mi-unbind /);
    assert.equal(help.status, 0);
    const unknown = launch(version, launcher, 'no-such-command');
    assert.equal(unknown.stdout, '');
    assert.equal(unknown.status, 2);
  });
}

test('an old Node without the one that comes as a dependency says what to do', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'launcher-'));
  t.after(() => rmSync(folder, { recursive: true }));
  copyFileSync(launcher, join(folder, 'mi-unbind.mjs'));
  const { status, stderr } = launch('20.19.0', join(folder, 'mi-unbind.mjs'), '--help');
  assert.match(
    stderr,
    /^mi-unbind needs Node 24 or newer, and this is v\S+\n→ run 'npm ci' in its folder, which installs one; after 'npm ci --ignore-scripts', run 'npm rebuild node'\n$/,
  );
  assert.equal(status, 2);
});
