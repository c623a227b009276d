import { readFileSync, statSync } from 'node:fs';
import { platform } from 'node:os';
import { resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { fileFault } from '../../words/file-fault.ts';
import {
  firstLineOf,
  KEEP_BLANKS,
  secretFault,
  secretFlaw,
  withoutBlanks,
} from '../../config/secret-text.ts';
import { Secret } from '../../secret.ts';
import { type Line, PASSWORDS } from './columns.ts';
import { saying, type Saying } from './sayings.ts';

export interface PasswordOptions {
  /** Folder where paths begin. */
  folder: string;
  /**
   * May take a variable out of the environment. Throws a UsageError where its value would not come in whole.
   */
  takeSecret: (name: string) => Secret | undefined;
  /** Blanks at a password's ends belong to it. */
  keepBlanks: boolean;
}

/** What comes of a file or variable with a password: it, or what to do. */
type Found = { secret: Secret } | { fault: string };

/** Bytes. What is longer is no password's file. */
const LARGEST = 4096;

/** Reads the password of each line. A variable and a file is read once, however many lines name it. */
export function passwords({
  folder,
  takeSecret,
  keepBlanks,
}: PasswordOptions): (line: Line) => Secret | undefined {
  const known = new Map<string, Found>();
  const once = (key: string, find: () => Found): Found => {
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  };
  return (line) => {
    const [column, another] = PASSWORDS.filter(
      (name) => line.raw(name) !== '' && (name === 'password' || line.text(name) !== ''),
    );
    if (column === undefined) return undefined;
    if (another !== undefined) {
      line.problem(another, saying('password-twice', { column }));
      return undefined;
    }
    if (column === 'password') return written(line, keepBlanks);
    const text = line.text(column);
    const found =
      column === 'password_env'
        ? once(`env ${text}`, () => ofVariable(text))
        : once(`file ${text}`, () => ofFile(text));
    if ('secret' in found) return found.secret;
    line.problem(column, saying('password-source', { fault: found.fault }));
    return undefined;
  };

  function ofVariable(name: string): Found {
    try {
      const secret = takeSecret(name);
      return secret ? { secret } : { fault: 'no such variable is set: export it, or put it into .env' };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      // Its name is hidden here, as it may be the password itself.
      return { fault: error.message.replace(/\.$/, '').replace(name, 'the variable') };
    }
  }

  function ofFile(name: string): Found {
    try {
      const file = resolve(folder, name);
      const { mode, size } = statSync(file);
      // Windows keeps no such bits.
      if (platform() !== 'win32' && (mode & 0o077) !== 0)
        return { fault: 'others can read the file: chmod 600 FILE' };
      if (size > LARGEST) return { fault: 'the file is too large to hold a password only' };
      const read = firstLineOf(readFileSync(file));
      if ('fault' in read) return { fault: `the file ${read.fault}` };
      if (read.line === '')
        return { fault: 'the first line of the file is empty: the password belongs there' };
      const fault = secretFault(read.line, { keepBlanks });
      return fault === undefined
        ? { secret: new Secret(read.line) }
        : { fault: `its first line ${fault}${keptBy(fault)}` };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT')
        return { fault: 'there is no such file; a path is taken from where the list is' };
      return { fault: `the file cannot be read: ${fileFault(error)}` };
    }
  }
}

const keptBy = (fault: string) =>
  /blank|space|invisible/.test(fault) ? `: take it out, or give ${KEEP_BLANKS} where it belongs to it` : '';

/** Never with the password: the sign that is wrong alone. */
function flawOf(text: string, keepBlanks: boolean): Saying | undefined {
  const fault = secretFault(text, { keepBlanks });
  const flaw = secretFlaw(text, { keepBlanks });
  if (fault === undefined || !flaw) return undefined;
  const { kind, sign = '', place = 0 } = flaw;
  return saying(`password-${kind}`, { fault: `${fault}${keptBy(fault)}`, sign, place });
}

function written(line: Line, keepBlanks: boolean): Secret | undefined {
  const raw = line.raw('password');
  const text = String(raw);
  const plain = withoutBlanks(text);
  // A cell of blanks is an empty one.
  if (plain === '' && !keepBlanks) return undefined;
  if (typeof raw === 'number') line.warning('password', saying('password-number'));
  const flaw = flawOf(text, keepBlanks);
  if (flaw !== undefined) {
    line.problem('password', flaw);
  } else if (/^\d([.,]\d+)?E\+\d+$/i.test(plain)) {
    line.problem('password', saying('shortened'));
  } else if (/[^\x21-\x7e]/.test(text)) {
    line.warning('password', saying('password-letter'));
  }
  return new Secret(text);
}
