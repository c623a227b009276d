import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

for (const [place, main, words] of [
  [
    'a checkout without the Node that npm ci installs',
    'src/cli/mi-unbind.ts',
    /^mi-unbind needs Node 24 or newer, and this is v\S+\n→ run 'npm ci' in its folder, which installs one; after 'npm ci --ignore-scripts', run 'npm rebuild node'\n$/,
  ],
  [
    'the installed package',
    'dist/src/cli/mi-unbind.js',
    /^mi-unbind needs Node 22\.18 or newer, and this is v\S+\n→ install Node 24 from https:\/\/nodejs\.org, or put 'npx --yes --package node@24 --' before the command: npm brings one\n$/,
  ],
] as const)
  test(`an old Node in ${place} says what to do`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'launcher-'));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const name of ['bin', dirname(main)]) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, main), "console.log('it runs')");
    const copy = join(folder, 'bin/mi-unbind.js');
    copyFileSync(launcher, copy);
    const { status, stderr } = launch('20.19.0', copy, '--help');
    assert.match(stderr, words);
    assert.equal(status, 2);
    const least = main.startsWith('dist') ? '22.18.0' : '24.0.0';
    assert.equal(launch(least, copy).stdout, 'it runs\n');
  });
