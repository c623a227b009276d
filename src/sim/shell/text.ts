import { buffer } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fail, lines, options, unknown, type CommandTable, type Context } from './command.ts';
import { readFile } from './filesystem.ts';

const DEFAULT_LINES = 10;

/** What is fed by a pipe or by files. Line by line where the reader may leave before the writer does. */
export const textCommands: CommandTable = {
  echo(argv) {
    const bare = argv[0] === '-n';
    return bare ? argv.slice(1).join(' ') : `${argv.join(' ')}\n`;
  },
  printf: ([format = '', ...values]) => {
    const unescaped = format.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
    return unescaped.replace(/%[sd]/g, () => values.shift() ?? '').replaceAll('%%', '%');
  },
  true: () => '',
  false: () => ({ exitCode: 1 }),
  ':': () => '',

  async grep(argv, context) {
    const flags = ['-i', '-v', '-c', '-E', '-F', '-q', '-o', '-iE', '-Ei', '-w', '-n'];
    const { found, rest, strange } = options(argv, { flags, valued: ['-e', '-m'] });
    const pattern = found.get('-e') ?? rest.shift();
    if (strange.length > 0 || pattern === undefined) {
      return unknown(
        context,
        `grep ${argv.join(' ')}`,
        fail(`grep: Unknown option '${strange[0]?.slice(1) ?? ''}' (see "grep --help")`, 2),
      );
    }
    const has = (letter: string) => [...found.keys()].some((flag) => flag.includes(letter));
    const literal = has('F')
      ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      : basicPattern(pattern, has('E'));
    const wanted = new RegExp(has('w') ? `\\b(?:${literal})\\b` : literal, has('i') ? 'i' : '');
    let hits = 0;
    let number = 0;
    for await (const line of eachLine(rest, context)) {
      number++;
      const match = wanted.exec(line);
      if ((match === null) !== has('v')) continue;
      hits++;
      if (has('q')) break;
      if (!has('c')) context.print(`${has('n') ? `${number}:` : ''}${has('o') ? match?.[0] : line}\n`);
      if (found.has('-m') && hits >= Number(found.get('-m'))) break;
    }
    return { stdout: has('c') ? `${hits}\n` : '', exitCode: hits > 0 ? 0 : 1 };
  },

  async head(argv, context) {
    const { count, files } = lineCount(argv);
    let left = count;
    if (left > 0) {
      for await (const line of eachLine(files, context)) {
        context.print(`${line}\n`);
        if (--left === 0) break;
      }
    }
    return '';
  },

  async tail(argv, context) {
    const { count, files } = lineCount(argv);
    const kept: string[] = [];
    for await (const line of eachLine(files, context)) {
      kept.push(line);
      if (kept.length > count) kept.shift();
    }
    return lines(kept);
  },

  async wc(argv, context) {
    const { found, rest } = options(argv, { flags: ['-l', '-w', '-c'] });
    const files = rest.map((path) => readFile(context.phone.files, path) ?? Buffer.alloc(0));
    const content = rest.length > 0 ? Buffer.concat(files) : await buffer(context.stdin);
    const counts: [flag: string, count: number][] = [
      ['-l', content.toString('latin1').split('\n').length - 1],
      ['-w', content.toString('latin1').split(/\s+/).filter(Boolean).length],
      ['-c', content.length],
    ];
    const asked = counts.filter(([flag]) => found.size === 0 || found.has(flag));
    return `${[...asked.map(([, count]) => count), ...rest].join(' ')}\n`;
  },

  async sort(argv, context) {
    const sorted: string[] = [];
    for await (const line of eachLine(
      argv.filter((word) => !word.startsWith('-')),
      context,
    ))
      sorted.push(line);
    sorted.sort();
    if (argv.includes('-r')) sorted.reverse();
    return lines(argv.includes('-u') ? new Set(sorted) : sorted);
  },
};

async function* eachLine(files: readonly string[], context: Context): AsyncGenerator<string> {
  if (files.length === 0) yield* linesOf(context.stdin);
  for (const path of files) {
    const rows = (readFile(context.phone.files, path)?.toString() ?? '').split('\n');
    if (rows.at(-1) === '') rows.pop();
    yield* rows;
  }
}

async function* linesOf(input: Readable): AsyncGenerator<string> {
  yield* createInterface({ input, crlfDelay: Infinity });
}

function lineCount(argv: readonly string[]): { count: number; files: string[] } {
  const short = argv.find((word) => /^-\d+$/.test(word));
  const { found, rest } = options(
    argv.filter((word) => word !== short),
    { valued: ['-n'] },
  );
  return { count: Number(found.get('-n') ?? short?.slice(1) ?? DEFAULT_LINES), files: rest };
}

/**
 * In a basic expression `\|`, `\(`, `\+` … are special and the bare signs are not; JavaScript has it the
 * other way round.
 */
function basicPattern(pattern: string, extended: boolean): string {
  return extended
    ? pattern
    : pattern.replace(/\\?[|(){}+?]/g, (sign) => (sign.startsWith('\\') ? sign.slice(1) : `\\${sign}`));
}
