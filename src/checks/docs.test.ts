import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { openProgram } from '../cli/program.ts';
import { table } from '../config/settings.ts';
import { knownReasons } from '../reasons.ts';
import { WORDS } from '../ui/words/language.ts';
import { ERROR_WORDS, REASON_WORDS } from '../ui/words/reasons.ts';
import { anchorsOf, blocksOf, codeOf, linksOf, proseOf, readPages } from './docs-page.ts';
import { withSettings } from './docs-settings.ts';

const pages = readPages();
const blocks = pages.flatMap(blocksOf);
const text = (path: string) => pages.find((page) => page.path === path)?.text ?? '';

test('README is read in five minutes, and its first commands set a checkout up', () => {
  const readme = text('README.md');
  assert.ok(readme.trimEnd().split('\n').length <= 150);
  const [first] = blocks.filter(({ page }) => page === 'README.md');
  assert.match(first?.text ?? '', /^npm ci && npm run demo .*\nnpm ci && npm test /);
});

test('each relative link leads to a file, and each anchor to a heading of it', () => {
  const lost = pages.flatMap((page) =>
    linksOf(page)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const path = file === '' ? page.path : posix.join(posix.dirname(page.path), file);
        if (!existsSync(path)) return true;
        const target = pages.find((one) => one.path === path);
        return anchor !== undefined && !(target && anchorsOf(target).has(anchor));
      })
      .map((link) => `${page.path}: ${link}`),
  );
  assert.ok(pages.flatMap(linksOf).length > 80, 'links are read');
  assert.deepEqual(lost, []);
});

test('each block of commands is run, or says why it is not', () => {
  const shell = blocks.filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language));
  const silent = shell.filter(
    ({ language, words }) =>
      language !== 'sh' || !(words.has('run') || (words.get('not-run') ?? '').length > 5),
  );
  assert.ok(shell.filter(({ words }) => words.has('run')).length > 15, 'blocks are read');
  assert.deepEqual(
    silent.map(({ page, line }) => `${page}:${line}`),
    [],
  );
  // A command is no quotation: a block that holds one says that it is one.
  const hidden = blocks.filter(
    ({ language, text: said }) => language !== 'sh' && /^(npx |)mi-unbind /m.test(said),
  );
  assert.deepEqual(hidden, []);
});

const KNOWN_WORDS = ['run', 'nightly', 'until', 'shows', 'exit', 'not-run', 'file', 'from'];

test('a block that shows a file is that file', () => {
  const shown = blocks.filter(({ words }) => words.has('from'));
  assert.ok(shown.length > 0, 'blocks are read');
  for (const { words, text: said } of shown)
    assert.equal(said, readFileSync(words.get('from') ?? '', 'utf8').trim());
});

test('a block has no word that its reader does not know', () => {
  const odd = blocks.flatMap(({ page, line, words }) =>
    [...words.keys()].filter((word) => !KNOWN_WORDS.includes(word)).map((word) => `${page}:${line}: ${word}`),
  );
  assert.deepEqual(odd, []);
});

const { command: program } = await openProgram(() => undefined);
const allCommands = (command: Command): Command[] => [command, ...command.commands.flatMap(allCommands)];
const optionsOf = (command: Command): string[] =>
  command.options.flatMap(({ long, short }) => [long, short]).flatMap((name) => name ?? []);
const options = new Set([...allCommands(program).flatMap(optionsOf), '--help', '--version']);

const hiddenIn = (parent: Command, command: Command): boolean =>
  !parent.createHelp().visibleCommands(parent).includes(command);

/** What is wrong with a command line of ours, in words. */
function faultsOf(line: string): string[] {
  const [, ...words] = line.trim().split(/\s+/);
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
  }
  const [first = ''] = words;
  if (command === program && /^[a-z]/.test(first) && first !== 'help')
    return [`no command '${first}': ${line}`];
  const known = [...optionsOf(command), '--help', '--version'];
  return words
    .flatMap((word) => /^--?[a-z][\w-]*/.exec(word)?.[0] ?? [])
    .filter((option) => !known.includes(option))
    .map((option) => `no option '${option}': ${line}`);
}

test('each command and option of mi-unbind that is named exists', () => {
  const scripts = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => block.text.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => /(?:^|[\s(])mi-unbind( [^#|>&)]*)/.exec(line.replace(/\s#.*$/, ''))?.[1] ?? []);
  const spans = pages.flatMap(codeOf).flatMap((code) => {
    if (/^(npx )?mi-unbind /.test(code)) return [code.replace(/^npx /, '').replace(/^mi-unbind/, '')];
    const isOurs = program.commands.some((command) => code.startsWith(`${command.name()} `));
    return isOurs ? [` ${code}`] : [];
  });
  const lines = [...scripts, ...spans].map((line) => `mi-unbind${line}`);
  assert.ok(lines.length > 60, 'command lines are read');
  assert.deepEqual(lines.flatMap(faultsOf), []);
  const alone = pages.flatMap(codeOf).flatMap((code) => /^--[a-z][\w-]*/.exec(code)?.[0] ?? []);
  // Of `npm ci`, of wdio and of the scripts below bench.
  const others = ['--ignore-scripts', '--suite', '--live', '--seed', '--pace', '--appium'];
  assert.deepEqual(
    alone.filter((option) => !options.has(option) && !others.includes(option)),
    [],
  );
});

test('each command of mi-unbind is named in the docs', () => {
  const said = pages.filter(({ path }) => path !== 'CHANGELOG.md').map((page) => page.text);
  const names = program.commands
    .filter((command) => !hiddenIn(program, command))
    .map((command) => command.name());
  const unnamed = names.filter((name) => !said.some((text) => new RegExp(`mi-unbind ${name}\\b`).test(text)));
  assert.ok(names.length > 15);
  assert.deepEqual(unnamed, []);
});

test('each option of mi-unbind is on a page for its users', () => {
  const said = pages.filter(({ path }) => path.startsWith('docs/')).map((page) => page.text);
  const names = [...options].filter((name) => name.startsWith('--'));
  assert.ok(names.length > 50);
  const unsaid = names.filter((name) => !said.some((text) => new RegExp(`${name}(?![\\w-])`).test(text)));
  assert.deepEqual(unsaid, []);
});

test('each script of npm that is named exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) =>
    [...page.text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name ?? ''),
  );
  assert.ok(named.length > 10, 'names are read');
  assert.deepEqual(
    named.filter((name) => !Object.hasOwn(scripts, name)),
    [],
  );
});

test('the list of settings is that of the table', () => {
  const page = text('docs/settings.md');
  assert.equal(page, withSettings(page), "run 'npm run docs:settings'");
});

/** Variables of other programs, of CI, and examples that a reader names as they like. */
const OTHER_VARIABLES =
  /^(MI_PASSWORD(_\d)?|PHONE_PASSWORD(_.*)?|PHONE_ACCOUNT_.*|HTTP_PROXY|ALL_PROXY|NO_PROXY|XDG_DATA_HOME|MO_JSON_2|INBOX|SERIAL_\d|NODE_.*)$/;

test('each setting that is named is on the page of settings', () => {
  const known = new Set(Object.values(table).map(({ env }) => env));
  const prose = pages.filter(({ path }) => !/^docs\/decisions|CHANGELOG/.test(path)).flatMap(codeOf);
  const inBlocks = blocks
    .filter(({ language }) => ['sh', 'ini'].includes(language))
    .flatMap((block) =>
      [...block.text.matchAll(/(?:^|\s)([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name),
    );
  const inProse = prose.flatMap((code) => /^([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=.*)?$/.exec(code)?.[1] ?? []);
  const named = [...inBlocks, ...inProse];
  assert.ok(named.length > 60, 'names are read');
  assert.deepEqual(
    [...new Set(named)].filter((name) => !known.has(name) && !OTHER_VARIABLES.test(name)),
    [],
  );
});

/** Codes of the errors that the program throws, by the classes and by the places that give one of their own. */
function errorCodes(): string[] {
  const sources = globSync('{src,pageobjects}/**/*.ts').filter((file) => !file.endsWith('.test.ts'));
  return sources.flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    const pattern =
      file === 'src/errors.ts'
        ? /super\(\s*'([a-z-]+)',|readonly code = '([a-z-]+)'/g
        : /new MiUnbindError\(\s*'([a-z-]+)'/g;
    return [...source.matchAll(pattern)].map(([, thrown, own]) => thrown ?? own ?? '');
  });
}

test('troubleshooting has a line for each error code and each reason', () => {
  const codes = errorCodes();
  assert.ok(
    codes.length > 25 && codes.includes('code-source-busy') && codes.includes('browser'),
    'codes are read',
  );
  const lines = new Set(
    [...text('docs/troubleshooting.md').matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, code]) => code),
  );
  const wanted = [...codes, ...knownReasons(), 'interrupted', 'unexpected'];
  assert.deepEqual(
    wanted.filter((code) => !lines.has(code)),
    [],
  );
  const own = new Set(wanted);
  assert.deepEqual(
    [...lines].filter((code) => !own.has(code ?? '')),
    [],
    'lines for codes that there are not',
  );
});

test('the pages for operators say the same in each language', () => {
  const shape = (path: string) =>
    text(path)
      .split('\n')
      .flatMap((line) => /^(#+ |\d\. |- |\| |```|!\[| {3}!\[|<!--)/.exec(line)?.[1] ?? []);
  const english = shape('docs/operators.md');
  assert.ok(english.length > 40, 'lines are read');
  for (const language of ['bg', 'zh'])
    assert.deepEqual(shape(`docs/${language}/operators.md`), english, language);
});

test('the pages and cards for operators use the words of the station’s page', () => {
  const wordsOf = (at: number): Set<string> =>
    new Set(
      [
        ...Object.values(WORDS),
        ...Object.values(REASON_WORDS).map(({ what }) => what),
        ...Object.values(ERROR_WORDS).map(({ what }) => what),
      ].map((line) => line[at] ?? ''),
    );
  const cells = (folder: string): string[] => {
    const card = readFileSync(`${folder}/bench-card.html`, 'utf8');
    return [
      ...text(`${folder}/operators.md`).matchAll(/^\| ([^|`]+?) +\|/gm),
      ...card.matchAll(/<tr[^>]*>\s*<td>([^<]+)<\/td>/g),
    ].flatMap(([, cell = '']) => cell.split(' · '));
  };
  const heads = /^(-+|the station says|reason|станцията казва|причина|工位显示|原因)$/;
  for (const [at, folder] of ['docs', 'docs/bg', 'docs/zh'].entries()) {
    const said = cells(folder).filter((cell) => !heads.test(cell));
    assert.ok(said.length > 30, folder);
    assert.deepEqual(
      said.filter((cell) => !wordsOf(at).has(cell)),
      [],
      folder,
    );
    const states = Object.entries(WORDS).filter(([name]) => name.startsWith('state.'));
    assert.ok(states.length > 10);
    assert.deepEqual(
      states.flatMap(([name, words]) => (said.includes(words[at] ?? '') ? [] : [name])),
      [],
      `${folder} says what each state of a tile means`,
    );
  }
});

test('a card for the bench is one page in each language', () => {
  const pdf = (folder: string) => readFileSync(`${folder}/bench-card.pdf`, 'latin1');
  const count = (folder: string) => pdf(folder).match(/\/Type \/Page$/gm)?.length;
  assert.deepEqual(['docs', 'docs/bg', 'docs/zh'].map(count), [1, 1, 1]);
});

test('words that are hard to read are in no page', () => {
  const odd = /\b(whoever|nobody|somebody|comes along|lets go of|is no place for)\b/i;
  const found = pages
    .filter(({ path }) => !path.startsWith('docs/decisions/'))
    .flatMap((page) => (odd.test(proseOf(page)) ? [`${page.path}: ${odd.exec(proseOf(page))?.[0]}`] : []));
  assert.deepEqual(found, []);
});
