import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { ownProgram, ownVersion, programFolder } from './own-files.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

test('the version is that of package.json, which lies in the folder of the program', () => {
  assert.equal(ownVersion(), manifest.version);
  assert.ok(existsSync(join(programFolder, 'bin/mi-unbind.js')));
});

test('each program that is started by its path is there, and goes into the package', () => {
  const texts = globSync('src/**/*.ts', { exclude: ['**/*.test.ts'] }).map((file) =>
    readFileSync(file, 'utf8'),
  );
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\bownProgram\('([^']+)'\)/g)].map(([, name = '']) => name),
  );
  const programs = [...new Set(names)].filter((name) => name !== '').sort();
  assert.ok(programs.length >= 4, 'the programs are found');
  const build = readFileSync('tsconfig.build.json', 'utf8');
  for (const name of programs) {
    assert.ok(existsSync(fileURLToPath(ownProgram(name))), name);
    assert.ok(build.includes(`"src/${name}.ts"`), `${name} is in tsconfig.build.json`);
  }
});

test('no file is looked for beside the one that needs it, where the package may not have it', () => {
  const own = globSync('{src,pageobjects}/**/*.ts', {
    exclude: ['**/*.test.ts', 'src/{checks,live}/**'],
  }).filter((file) =>
    /import\.meta\.(?:url|dirname)\s*[,)]/.test(
      readFileSync(file, 'utf8').replace(/createRequire\(import\.meta\.url\)/g, ''),
    ),
  );
  assert.deepEqual(own.sort(), ['src/host/end-with-parent.ts', 'src/own-files.ts']);
});
