import type { Handset, PhoneFile } from '../handset.ts';

/**
 * The phone's files as paths in one map: folders are implied by what lies in them, or made by mkdir as an
 * entry of their own.
 */

const FILE = 0o100000;
const FOLDER = 0o040000;
const TYPE = 0o170000;

/** Folders every phone has, even empty. */
const FOLDERS = [
  [
    '/',
    '/data',
    '/data/local',
    '/data/local/tmp',
    '/data/app',
    '/system',
    '/system/bin',
    '/storage',
    '/sdcard',
    '/proc',
  ],
  ['Download', 'DCIM', 'Pictures', 'Movies', 'Android', 'Android/data'].map((name) => `/sdcard/${name}`),
].flat();
const ALIASES: [from: RegExp, to: string][] = [
  [/^\/(storage\/emulated\/0|storage\/self\/primary|mnt\/sdcard)(?=\/|$)/, '/sdcard'],
];

export type Files = ReadonlyMap<string, PhoneFile>;

/** One name per file: no double slashes, no dots, no alias of the shared storage. */
export function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return ALIASES.reduce((name, [from, to]) => name.replace(from, to), `/${parts.join('/')}`);
}

export function stat(files: Files, path: string): PhoneFile | undefined {
  const name = normal(path);
  const known = files.get(name);
  if (known) return known;
  const inside = name === '/' ? '/' : `${name}/`;
  const implied = FOLDERS.includes(name) || [...files.keys()].some((one) => one.startsWith(inside));
  return implied ? { data: Buffer.alloc(0), mode: FOLDER | 0o771, mtime: 1_230_768_000 } : undefined;
}

export const exists = (files: Files, path: string): boolean => stat(files, path) !== undefined;
/** Only what is shared or temporary belongs to the shell's user. */
export const isWritable = (path: string): boolean => /^\/(sdcard|data\/local\/tmp)(\/|$)/.test(normal(path));
export const isFolder = (file: PhoneFile): boolean => (file.mode & TYPE) === FOLDER;

/** Names in a folder, sorted. */
export function list(files: Files, folder: string): string[] {
  const name = normal(folder);
  const inside = name === '/' ? '/' : `${name}/`;
  const names = [...files.keys(), ...FOLDERS].filter((one) => one.startsWith(inside) && one !== inside);
  return [...new Set(names.map((one) => one.slice(inside.length).split('/')[0] ?? ''))].sort();
}

export function readFile(files: Files, path: string): Buffer | undefined {
  const file = stat(files, path);
  return file && !isFolder(file) ? file.data : undefined;
}

export function writeFile(
  phone: Handset,
  path: string,
  data: Buffer,
  mode = 0o660,
  mtime = Math.floor(phone.clock.now() / 1000),
): void {
  phone.files.set(normal(path), { data, mode: FILE | (mode & 0o7777), mtime });
}

export function makeFolder(phone: Handset, path: string): void {
  phone.files.set(normal(path), {
    data: Buffer.alloc(0),
    mode: FOLDER | 0o771,
    mtime: Math.floor(phone.clock.now() / 1000),
  });
}

/** Removes a file, or a folder with all in it. */
export function remove(phone: Handset, path: string): void {
  const name = normal(path);
  for (const one of [...phone.files.keys()])
    if (one === name || one.startsWith(`${name}/`)) phone.files.delete(one);
}

/**
 * The paths a pattern stands for; the pattern itself when there is none, as sh does. Wildcards in the last
 * part only.
 */
export function matching(files: Files, pattern: string): string[] {
  const [, folder = '', last = ''] = /^(.*\/)?([^/]*)$/.exec(pattern) ?? [];
  const wanted = new RegExp(
    `^${last
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  const names = list(files, folder || '/').filter(
    (name) => wanted.test(name) && !(name.startsWith('.') && !last.startsWith('.')),
  );
  return names.length > 0 ? names.map((name) => folder + name) : [pattern];
}
