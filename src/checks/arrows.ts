import { posix } from 'node:path';
import ts from 'typescript';

/**
 * The house rules over one source file. Pure: path (relative to the root, with slashes) and text in,
 * sentences out.
 */

interface Arrows {
  /** Rooms it may import. Its own and the ground are always allowed, except config/config.ts. */
  to: readonly string[];
  /** Rooms of which it may import types only. */
  types?: readonly string[];
}

const arrows: Record<string, Arrows> = {
  ground: { to: [] },
  sim: { to: [] },
  host: { to: [] },
  // A page says which labels and landmarks it needs; the phone answers in that form.
  phone: { to: ['host'], types: ['pageobjects'] },
  pageobjects: { to: [] },
  store: { to: [] },
  codes: { to: [], types: ['store'] },
  lock: { to: [] },
  letters: { to: [] },
  flows: { to: ['pageobjects', 'phone', 'host'], types: ['codes', 'store'] },
  jobs: { to: ['store'] },
  rom: { to: ['phone', 'pageobjects'] },
  report: { to: ['jobs'], types: ['rom'] },
  // The simulated phone is what a newcomer's first run works on.
  runs: {
    to: [
      'flows',
      'jobs',
      'report',
      'phone',
      'codes',
      'lock',
      'letters',
      'store',
      'pageobjects',
      'host',
      'sim',
    ],
  },
  specs: { to: ['flows', 'pageobjects', 'wdio'] },
};

/** Folders of src that are part of the ground: every room may import them. */
const groundRooms = ['config', 'account', 'formats', 'words'];

/** Rooms that wire the others together: they import everything, and they alone read the settings. */
const doors = ['cli', 'library', 'wdio', 'ui', 'live', 'fuzz', 'checks', 'bench', 'root'];

/** Folders inside rooms. What stands in one is of its room for the arrows. */
const walls: Record<string, readonly string[]> = {
  pageobjects: ['web'],
  'src/cli': ['owner', 'rom'],
  'src/codes': ['imap', 'webhook'],
  'src/flows': ['rounds', 'survey', 'web'],
  'src/jobs': ['list'],
  'src/live': ['simulated'],
  'src/phone': ['doctor'],
  'src/runs': ['doctor', 'owner'],
  'src/ui': ['client', 'words'],
  'src/sim': [
    'adb',
    'apk',
    'apps',
    'chrome',
    'phone',
    'played',
    'screen',
    'service',
    'shell',
    'site',
    'strings',
    'uia2',
  ],
};

/** Rooms that are handed the settings: of config.ts they may use all but what reads them. */
const handed = ['runs'];

/** Rooms that ask no terminal and set no exit code: their person is handed in, and they give a result. */
const silent = ['runs', 'flows', 'jobs', 'report', 'rom', 'phone', 'pageobjects'];

/** Live tests and doors: what starts real things, of several rooms. */
const isDoor = (path: string) => doors.includes(roomOf(path)) || path.endsWith('.live.test.ts');

/** Files that are long because they are tables. */
const tables: readonly string[] = [
  'src/errors.ts',
  'src/config/settings.ts',
  'src/store/migrations.ts',
  'src/ui/words/reasons.ts',
  'src/ui/words/setting-help.ts',
];
/** Lines. A test is a table of cases more often than not. */
const longest = { source: 360, test: 580 };

const CONFIG = 'src/config/config.ts';

/** What other programs import. */
const PUBLIC = 'src/index.ts';

const forbiddenNames = ['utils', 'helpers', 'common', 'types', 'index'];

const parsed = new Map<string, ts.SourceFile>();

/** Each text is parsed once for all rules. */
export function parse(path: string, text: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known?.text === text) return known;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  parsed.set(path, source);
  return source;
}

export function violations(path: string, text: string): string[] {
  const source = parse(path, text);
  return [
    ...placeOf(path),
    ...lengthOf(path, text),
    ...importsOf(source).flatMap((imported) => arrowOf(path, imported)),
    ...usesOf(path, source),
    ...markupOf(path, source),
  ];
}

/**
 * `sim` for src/sim/adb/x.ts, `ground` for src/x.ts and the ground's own folders, `pageobjects` for
 * pageobjects/web/x.ts, `root` for wdio.conf.ts.
 */
export function roomOf(path: string): string {
  if (path === PUBLIC) return 'library';
  const [first = '', second = '', ...rest] = path.split('/');
  if (second === '') return 'root';
  if (first !== 'src') return first;
  return rest.length === 0 || groundRooms.includes(second) ? 'ground' : second;
}

function placeOf(path: string): string[] {
  const name = posix.basename(path).split('.')[0] ?? '';
  return [
    ...(forbiddenNames.includes(name) && path !== PUBLIC
      ? [`${path}: a file is named after what it holds, not '${name}'. Rename it.`]
      : []),
    ...wallOf(posix.dirname(path)),
  ];
}

function wallOf(folder: string): string[] {
  const parts = folder.split('/');
  const depth = parts[0] === 'src' ? 2 : 1;
  if (parts.length <= depth) return [];
  const room = parts.slice(0, depth).join('/');
  const wall = parts.slice(depth).join('/');
  if (walls[room]?.includes(wall)) return [];
  return [
    `${folder}: ${room} has no folder '${wall}'. Move the file up into ${room}/, or add the folder to 'walls' in src/checks/arrows.ts.`,
  ];
}

function lengthOf(path: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  const most = path.endsWith('.test.ts') ? longest.test : longest.source;
  if (lines <= most || tables.includes(path)) return [];
  return [
    `${path}: ${lines} lines, and ${most} is the most. Split it by what it does; if it is a table, add it to 'tables' in src/checks/arrows.ts.`,
  ];
}

export interface Import {
  to: string;
  typeOnly: boolean;
  /** By `import()`, when it is needed. */
  isLazy: boolean;
}

const imports = new WeakMap<ts.SourceFile, readonly Import[]>();

/** Of each source they are collected once for all rules. */
export function importsOf(source: ts.SourceFile): readonly Import[] {
  const known = imports.get(source) ?? collectImports(source);
  imports.set(source, known);
  return known;
}

function collectImports(source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) note(node.moduleSpecifier, node.importClause?.isTypeOnly === true);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      note(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      note(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      note(node.arguments[0], false, true);
    ts.forEachChild(node, visit);
  };
  const note = (specifier: ts.Node | undefined, typeOnly: boolean, isLazy = false) => {
    if (specifier && ts.isStringLiteralLike(specifier)) found.push({ to: specifier.text, typeOnly, isLazy });
  };
  visit(source);
  return found;
}

function arrowOf(path: string, { to, typeOnly }: Import): string[] {
  const room = roomOf(path);
  if (to === '@wdio/globals') return room === 'specs' ? [] : [globalsOnlyInSpecs(path, to)];
  if (!to.startsWith('.')) return [];
  const target = posix.join(posix.dirname(path), to);
  if (
    target === CONFIG &&
    !handed.includes(room) &&
    !isDoor(path) &&
    !/^src\/config\/[\w-]+\.test\.ts$/.test(path)
  ) {
    return [
      `${path} imports ${target}: only doors (${doors.join(', ')}) read the settings. Take the value as a parameter.`,
    ];
  }
  const targetRoom = roomOf(target);
  if (isDoor(path) || targetRoom === room || targetRoom === 'ground') return [];
  // What live tests start, unit tests may start too.
  if (targetRoom === 'live' && path.endsWith('.test.ts')) return [];
  const allowed = arrows[room];
  if (!allowed)
    return [
      `${path}: the room '${room}' is not in the table of arrows. Add it to src/checks/arrows.ts, or move the file.`,
    ];
  if (allowed.to.includes(targetRoom)) return [];
  if (allowed.types?.includes(targetRoom)) {
    return typeOnly
      ? []
      : [
          `${path} imports ${target}: ${room} may import types only from ${targetRoom}. Write 'import type', or take the value as a parameter.`,
        ];
  }
  const may = ['the ground', ...allowed.to].join(', ');
  return [
    `${path} imports ${target}: ${room} may import ${may}. Take what you need as a parameter, or move what both need to src/.`,
  ];
}

/**
 * What only some files may touch: the environment, the terminal, the browser global, expect; and what none
 * may: a pause.
 */
function usesOf(path: string, source: ts.SourceFile): string[] {
  const declared = new Set<string>();
  const collect = (node: ts.Node): void => {
    const name = (node as ts.NamedDeclaration).name;
    if (name && ts.isIdentifier(name) && !ts.isPropertyAccessExpression(node)) declared.add(name.text);
    ts.forEachChild(node, collect);
  };
  collect(source);

  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (
      ts.isPropertyAccessExpression(node) ||
      ts.isElementAccessExpression(node) ||
      ts.isCallExpression(node)
    ) {
      const { expression } = node;
      if (
        ts.isIdentifier(expression) &&
        wdioGlobals.includes(expression.text) &&
        !declared.has(expression.text) &&
        roomOf(path) !== 'specs'
      ) {
        found.add(globalsOnlyInSpecs(path, expression.text));
      }
    }
    if (ts.isPropertyAccessExpression(node)) {
      const text = node.getText();
      if (text === 'process.env' && !/^src\/config\/config(\.test)?\.ts$/.test(path)) {
        found.add(
          `${path} reads process.env: only ${CONFIG} does. Add a row to its table and take the value as a parameter.`,
        );
      }
      if (/^process\.std(out|err)\.write$|^console\./.test(text) && !writers.includes(path) && isOurs(path)) {
        found.add(
          `${path} writes to the terminal: only src/cli/terminal.ts does, which lets no text of others act on it. Use say, print or printJson.`,
        );
      }
      const isSilent = silent.includes(roomOf(path)) && !path.endsWith('.test.ts');
      if (isSilent && /^process\.(stdin|exitCode)$/.test(text)) {
        found.add(
          `${path} uses ${text}: only doors ask and end. Take the person as a parameter, and give a result.`,
        );
      }
      if (/\b(browser|driver)\.pause$/.test(text)) {
        found.add(
          `${path} pauses: wait for what the phone shows, with the clock where time itself is meant.`,
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found];
}

/** Rooms that write pages and mails. JUnit files are XML, pictures SVG. */
const writesHtml = (path: string) =>
  /^src\/(report|ui|sim\/(site|service))\b/.test(path) &&
  !/^src\/report\/(batch-files|rom-junit)\.ts$/.test(path);

/** HTML is made by the one template that escapes. */
function markupOf(path: string, source: ts.SourceFile): string[] {
  if (path.endsWith('.test.ts') || !writesHtml(path)) return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isTagged = ts.isTaggedTemplateExpression(node.parent) && node.parent.tag.getText() === 'html';
    if (ts.isTemplateExpression(node) && !isTagged && /^`(?!<svg)[^]*<\/?[a-z]+[\s>]/i.test(node.getText())) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(
        `${path}:${line + 1} puts values into HTML that does not escape. Write html\`…\`, of src/formats/html.ts.`,
      );
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

/** What may write to the terminal itself: the door, the flush at the end, an installer's own lines. */
const writers: readonly string[] = ['src/cli/terminal.ts', 'src/cli/mi-unbind.ts', 'src/host/tools.ts'];
const isOurs = (path: string) =>
  path.startsWith('src/') && !['checks', 'live'].includes(roomOf(path)) && !path.endsWith('.test.ts');

const wdioGlobals = ['browser', 'driver', 'expect', '$', '$$'];

function globalsOnlyInSpecs(path: string, name: string): string {
  return `${path} uses ${name}: only specs use the browser global and expect. Take the browser as a parameter.`;
}
