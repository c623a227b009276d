import { readFileSync, statSync } from 'node:fs';
import { platform } from 'node:os';
import { resolve } from 'node:path';
import { Secret } from '../secret.ts';
import { type Line, PASSWORDS } from './list-columns.ts';

/** What comes of a file with a password: it, or what to do. */
type Found = { secret: Secret } | { fault: string };

/** Bytes. What is longer is no password's file. */
const LARGEST = 4096;

/**
 * Reads the password of each line. `folder`: where paths begin. `takeSecret` may take a variable out of the environment, so each is taken
 * once, however many lines name it.
 */
export function passwords(folder: string, takeSecret: (name: string) => Secret | undefined): (line: Line) => Secret | undefined {
  const known = new Map<string, Found>();
  const once = (key: string, find: () => Found): Found => {
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  };
  return (line) => {
    const [column, another] = PASSWORDS.filter((name) => line.text(name) !== '');
    if (column === undefined) return undefined;
    if (another !== undefined) {
      line.problem(another, `${column} is filled in too: leave one of them`);
      return undefined;
    }
    const text = line.text(column);
    if (column === 'password') return written(line, text);
    const found = column === 'password_env' ? once(`env ${text}`, () => ofVariable(text)) : once(`file ${text}`, () => ofFile(text));
    if ('secret' in found) return found.secret;
    line.problem(column, found.fault);
    return undefined;
  };

  function ofVariable(name: string): Found {
    const secret = takeSecret(name);
    return secret ? { secret } : { fault: 'no such variable is set: export it, or put it into .env' };
  }

  function ofFile(name: string): Found {
    try {
      const file = resolve(folder, name);
      const { mode, size } = statSync(file);
      // Windows keeps no such bits.
      if (platform() !== 'win32' && (mode & 0o077) !== 0) return { fault: 'others can read the file: chmod 600 FILE' };
      if (size > LARGEST) return { fault: 'the file is too large to hold a password only' };
      const [first = ''] = readFileSync(file, 'utf8').split(/\r?\n/);
      return first === '' ? { fault: 'the first line of the file is empty: the password belongs there' } : { secret: new Secret(first) };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return { fault: 'there is no such file; a path is taken from where the list is' };
      return { fault: `the file cannot be read (${code ?? 'unknown fault'})` };
    }
  }
}

function written(line: Line, text: string): Secret {
  const raw = line.raw('password');
  if (typeof raw === 'number') {
    line.warning('password', 'it is a number, which loses the zeros it begins with: format the column as Text if it has any');
  } else if (raw !== text) {
    line.warning('password', 'spaces or invisible marks around it were left out');
  }
  if (/^\d[.,]\d+E\+\d+$/i.test(text)) {
    line.problem('password', 'a spreadsheet shortened a number: format the column as Text and enter it anew');
  } else if (/[^\x21-\x7e]/.test(text)) {
    line.warning('password', 'it holds a space or a letter Xiaomi takes in no password: see whether it is right');
  }
  return new Secret(text);
}
