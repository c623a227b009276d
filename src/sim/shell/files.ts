import { buffer } from 'node:stream/consumers';
import type { Handset, PhoneFile } from '../handset.ts';
import {
  fail,
  lines,
  options,
  unknown,
  type CommandTable,
  type Context,
  type CommandResult,
} from './command.ts';
import {
  exists,
  isFolder,
  isWritable,
  list,
  makeFolder,
  normal,
  readFile,
  remove,
  stat,
  writeFile,
} from './filesystem.ts';

const missing = (verb: string, path: string) => `${verb}: ${path}: No such file or directory\n`;
const denied = (verb: string, path: string) => `${verb}: ${path}: Permission denied\n`;

/** For each path: an error line, or nothing when it worked. Exit code 1 as soon as one failed. */
function each(paths: readonly string[], act: (path: string) => string | undefined): CommandResult {
  const stderr = paths.map((path) => act(path) ?? '').join('');
  return { stderr, exitCode: stderr ? 1 : 0 };
}

export const fileCommands: CommandTable = {
  async cat(argv, context) {
    if (argv.length === 0 || argv[0] === '-') return { stdout: await buffer(context.stdin) };
    const parts = argv.map((path) => generated(context.phone, path) ?? readFile(context.phone.files, path));
    const stderr = argv
      .filter((_path, at) => !parts[at])
      .map((path) => missing('cat', path))
      .join('');
    return {
      stdout: Buffer.concat(parts.filter((part) => part !== undefined)),
      stderr,
      exitCode: stderr ? 1 : 0,
    };
  },

  ls(argv, context) {
    const { found, rest, strange } = options(argv, {
      flags: ['-l', '-a', '-la', '-al', '-1', '-t', '-d', '-R', '-A', '-ld', '-lA'],
    });
    if (strange.length > 0)
      return unknown(
        context,
        `ls ${argv.join(' ')}`,
        fail(`ls: Unknown option '${strange[0]?.slice(1)}' (see "ls --help")`),
      );
    const has = (letter: string) => [...found.keys()].some((flag) => flag.includes(letter));
    const { files } = context.phone;
    const row = (name: string, file: PhoneFile) => (has('l') ? `${long(file)} ${name}` : name);
    let stdout = '';
    let stderr = '';
    for (const path of rest.length > 0 ? rest : ['/']) {
      const file = stat(files, path);
      if (!file) stderr += missing('ls', path);
      else if (!isFolder(file) || has('d')) stdout += lines([row(path, file)]);
      else {
        const at = (name: string) => stat(files, `${path}/${name}`);
        const names = list(files, path).filter((name) => has('a') || has('A') || !name.startsWith('.'));
        if (has('t')) names.sort((a, b) => (at(b)?.mtime ?? 0) - (at(a)?.mtime ?? 0));
        if (rest.length > 1) stdout += `${path}:\n`;
        if (has('l')) stdout += `total ${names.length}\n`;
        stdout += lines(
          names.flatMap((name) => at(name) ?? []).map((one, index) => row(names[index] ?? '', one)),
        );
      }
    }
    return { stdout, stderr, exitCode: stderr ? 1 : 0 };
  },

  mkdir(argv, { phone }) {
    const { found, rest } = options(
      argv.filter((word) => word !== '--'),
      { flags: ['-p'], valued: ['-m'] },
    );
    return each(rest, (path) => {
      const file = stat(phone.files, path);
      if (file && isFolder(file) && found.has('-p')) return undefined;
      if (file) return `mkdir: '${path}': File exists\n`;
      if (!isWritable(path)) return `mkdir: '${path}': Permission denied\n`;
      makeFolder(phone, path);
      return undefined;
    });
  },

  rm(argv, { phone }) {
    const { found, rest } = options(
      argv.filter((word) => word !== '--'),
      { flags: ['-f', '-r', '-rf', '-fr', '-R'] },
    );
    const force = [...found.keys()].some((flag) => flag.includes('f'));
    const deep = [...found.keys()].some((flag) => /r/i.test(flag));
    return each(rest, (path) => {
      const file = stat(phone.files, path);
      if (!file) return force ? undefined : missing('rm', path);
      if (!isWritable(path)) return denied('rm', path);
      if (isFolder(file) && !deep) return `rm: ${path}: is directory\n`;
      remove(phone, path);
      return undefined;
    });
  },

  touch(argv, { phone }) {
    const { rest } = options(argv, { flags: ['-a', '-m', '-am', '-c'] });
    return each(rest, (path) => {
      if (!isWritable(path)) return `touch: '${path}': Permission denied\n`;
      const file = stat(phone.files, path);
      if (!file || !isFolder(file)) writeFile(phone, path, file?.data ?? Buffer.alloc(0), file?.mode);
      return undefined;
    });
  },

  cp: (argv, context) => transfer('cp', argv, context, false),
  mv: (argv, context) => transfer('mv', argv, context, true),
  chmod: (argv, { phone }) =>
    each(argv.slice(1), (path) => (exists(phone.files, path) ? undefined : missing('chmod', path))),
  readlink: (argv) => lines(argv.filter((word) => !word.startsWith('-')).map(normal)),
  sync: () => '',

  stat(argv, context) {
    const format = argv[0] === '-c' ? argv[1] : undefined;
    const path = argv.at(-1) ?? '';
    const file = stat(context.phone.files, path);
    if (!file) return fail(missing('stat', `'${path}'`));
    if (format !== '%s')
      return unknown(context, `stat ${argv.join(' ')}`, fail("stat: Needs 1 argument (see 'stat --help')"));
    return `${file.data.length}\n`;
  },

  '[': (argv, context) =>
    argv.at(-1) === ']' ? test(argv.slice(0, -1), context) : fail("sh: [: missing ']'", 2),
  test: (argv, context) => test(argv, context),
};

function transfer(verb: string, argv: readonly string[], { phone }: Context, move: boolean): CommandResult {
  const { rest } = options(argv, { flags: ['-f', '-p'] });
  const to = rest.at(-1) ?? '';
  const target = stat(phone.files, to);
  return each(rest.slice(0, -1), (from) => {
    const data = readFile(phone.files, from);
    if (!data) return missing(verb, from);
    if (!isWritable(to)) return denied(verb, to);
    writeFile(phone, target && isFolder(target) ? `${to}/${from.split('/').at(-1)}` : to, data);
    if (move) remove(phone, from);
    return undefined;
  });
}

function test(argv: readonly string[], context: Context): CommandResult {
  if (argv[0] === '!') {
    const inner = test(argv.slice(1), context);
    const code = typeof inner === 'string' ? 0 : (inner.exitCode ?? 0);
    return code > 1 ? inner : { exitCode: 1 - code };
  }
  const truth = judge(argv, context.phone);
  if (truth === undefined)
    return unknown(
      context,
      `test ${argv.join(' ')}`,
      fail(`sh: test: ${argv[1] ?? ''}: unexpected operator/operand`, 2),
    );
  return { exitCode: truth ? 0 : 1 };
}

function judge([first = '', second, third]: readonly string[], phone: Handset): boolean | undefined {
  if (third !== undefined) {
    if (second === '=' || second === '==') return first === third;
    if (second === '!=') return first !== third;
    return undefined;
  }
  if (second === undefined) return first !== '';
  const file = stat(phone.files, second);
  switch (first) {
    case '-e':
      return file !== undefined;
    case '-f':
      return file !== undefined && !isFolder(file);
    case '-d':
      return file !== undefined && isFolder(file);
    case '-s':
      return file !== undefined && file.data.length > 0;
    case '-n':
      return second !== '';
    case '-z':
      return second === '';
    default:
      return undefined;
  }
}

function long({ data, mode, mtime }: PhoneFile): string {
  const bits = [...'rwxrwxrwx'].map((letter, at) => ((mode >> (8 - at)) & 1 ? letter : '-')).join('');
  const at = new Date(mtime * 1000).toISOString();
  return `${isFolder({ data, mode, mtime }) ? 'd' : '-'}${bits} 1 shell shell ${data.length} ${at.slice(0, 10)} ${at.slice(11, 16)}`;
}

/** Files the kernel makes up. Chrome's sockets are looked for in /proc/net/unix. */
function generated(phone: Handset, path: string): Buffer | undefined {
  if (normal(path) === '/proc/net/unix') {
    const names = [...phone.services.keys()]
      .filter((key) => key.startsWith('localabstract:'))
      .map((key) => key.slice('localabstract:'.length));
    const rows = names.map(
      (name, at) => `0000000000000000: 00000002 00000000 00010000 0001 01 ${20_000 + at} @${name}`,
    );
    return Buffer.from(lines(['Num       RefCount Protocol Flags    Type St Inode Path', ...rows]));
  }
  if (normal(path) === '/proc/uptime') return Buffer.from('86412.31 512044.12\n');
  return undefined;
}
