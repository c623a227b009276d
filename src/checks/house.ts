import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { importsOf, parse, roomOf } from './arrows.ts';

/** The house rules over all sources together. Pure: texts by path in, sentences out. */
export type Sources = ReadonlyMap<string, string>;

/** The most files in one folder, and on the ground floor (src/*.ts); tests not counted. */
const FULL = { folder: 40, ground: 14 };

const isTest = (path: string) => path.endsWith('.test.ts');

/** Circles of imports by value: a module that runs before what it imports. Types may go round. */
export function circles(sources: Sources, allowed: readonly string[] = []): string[] {
  const edges = new Map<string, string[]>();
  for (const [path, text] of sources) {
    const targets = importsOf(parse(path, text))
      .filter(({ to, typeOnly, isLazy }) => to.startsWith('.') && !typeOnly && !isLazy)
      .map(({ to }) => posix.join(posix.dirname(path), to));
    edges.set(path, targets);
  }
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, way: string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) {
      found.add(circleInWords(way.slice(at)));
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return [...found].filter((circle) => !allowed.includes(circle));
}

/** Begins with the first of its files in the alphabet, so that a circle has one name. */
function circleInWords(way: readonly string[]): string {
  const first = way.indexOf([...way].sort()[0] ?? '');
  const turned = [...way.slice(first), ...way.slice(0, first)];
  return [...turned, turned[0]].join(' → ');
}

/** Which of these packages a program loads as it starts, each with the files on the way to it. */
export function loadedAtOnce(sources: Sources, start: string, packages: readonly string[]): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const text = sources.get(path);
    if (text === undefined || seen.has(path)) return;
    seen.add(path);
    for (const { to, typeOnly, isLazy } of importsOf(parse(path, text))) {
      if (typeOnly || isLazy) continue;
      if (to.startsWith('.')) visit(posix.join(posix.dirname(path), to), [...way, path]);
      else if (packages.includes(to)) found.push([...way, path, to].join(' → '));
    }
  };
  visit(start, []);
  return found;
}

/** Packages that a source imports and package.json does not declare. */
export function undeclared(sources: Sources, declared: readonly string[]): string[] {
  const found = new Set<string>();
  for (const [path, text] of sources) {
    for (const { to } of importsOf(parse(path, text))) {
      if (to.startsWith('.') || to.startsWith('node:') || builtinModules.includes(to)) continue;
      const name = to
        .split('/')
        .slice(0, to.startsWith('@') ? 2 : 1)
        .join('/');
      if (!declared.includes(name))
        found.add(`${path} imports ${name}: add it to package.json ('npm install ${name}').`);
    }
  }
  return [...found];
}

/** Types of one name that two rooms export for different things. A type that is exported again is one thing. */
export function doubleNames(sources: Sources): string[] {
  const homes = new Map<string, string[]>();
  for (const [path, text] of sources) {
    if (isTest(path)) continue;
    for (const statement of parse(path, text).statements) {
      const isType =
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement) ||
        ts.isClassDeclaration(statement);
      if (!isType || !statement.name) continue;
      if (!statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
      homes.set(statement.name.text, [...(homes.get(statement.name.text) ?? []), path]);
    }
  }
  return [...homes]
    .filter(([, paths]) => new Set(paths.map(roomOf)).size > 1)
    .map(([name, paths]) => `${name} is exported by ${paths.join(' and ')}: give each its own name.`);
}

/** Folders with more source files than one can look over. */
export function fullFolders(sources: Sources): string[] {
  const counts = new Map<string, number>();
  for (const path of sources.keys()) {
    if (!isTest(path)) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  }
  return [...counts].flatMap(([folder, count]) => {
    const most = folder === 'src' ? FULL.ground : FULL.folder;
    return count > most
      ? [`${folder} holds ${count} files, and ${most} is the most. Make a folder of some.`]
      : [];
  });
}
