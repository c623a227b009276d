import { markOf, textOf, withoutBlanks } from './secret-text.ts';

/**
 * `.env` as it is written: `NAME=value` a line, `export` before it or not, `#` comments, values in single,
 * double or back quotes, which may go on over lines. In double quotes \n, \r, \t, \", \\, \$ and \` stand for
 * one character; in the others every character for itself. What could be read in two ways is a fault of that
 * variable, and is raised when it is asked for: other programs read this file too.
 */
interface Variable {
  name: string;
  /** From 1. */
  line: number;
  /** What is given to a setting: without the blanks around and a comment behind it. */
  value: string;
  /** What a secret is read from: as it stands behind the `=`. The same where it is quoted. */
  whole: string;
  quoted: boolean;
  /** Why it is not taken, whatever it is. */
  fault?: string;
  /** Why it is not taken as a secret: a comment may be a part of it. */
  secretFault?: string;
}

export interface EnvFile {
  /** The last of each name. */
  variables: ReadonlyMap<string, Variable>;
  /** Names that stand more than once, with the lines. */
  twice: readonly { name: string; lines: readonly number[] }[];
  /** Lines that are neither empty nor a comment nor give a variable. */
  odd: readonly number[];
}

/** `NAME: value` is taken too, as by other readers of such files. */
const START = /^\s*(?:export\s+)?([\w.-]+)(?:(\s*)=|(:)(?=\s))(.*)$/s;
const EMPTY = /^\s*(?:#|$)/;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  $: '$',
  '`': '`',
};

/** Reads the bytes of `.env`; `fault`: why the whole of it cannot be read. */
export function readEnvFile(bytes: Uint8Array): EnvFile | { fault: string } {
  const mark = markOf(bytes);
  const decoded = textOf(bytes);
  if (mark === 'utf-16le' || mark === 'utf-16be' || ('fault' in decoded && decoded.fault.includes('UTF-16')))
    return {
      fault:
        "it is in UTF-16, as PowerShell's '>' writes it: save it anew in UTF-8 (in PowerShell: Set-Content -Encoding utf8)",
    };
  if ('fault' in decoded) return { fault: `it ${decoded.fault}` };
  // A CR alone is a line end of no system of today, and may be a part of a secret.
  const lines = decoded.text.replaceAll('\r\n', '\n').split('\n');
  const found: Variable[] = [];
  const odd: number[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, name, before = '', colon = '', rest = ''] = START.exec(line) ?? [];
    if (name === undefined) {
      if (!EMPTY.test(line)) odd.push(at + 1);
      continue;
    }
    const { variable, used } = valueOf(rest, before + colon !== '', lines.slice(at + 1));
    found.push({ name, line: at + 1, ...variable });
    at += used;
  }
  const variables = new Map(found.map((one) => [one.name, one]));
  const twice = [...Map.groupBy(found, ({ name }) => name)].filter(([, all]) => all.length > 1);
  return {
    variables,
    odd,
    twice: twice.map(([name, all]) => ({ name, lines: all.map(({ line }) => line) })),
  };
}

type Read = { variable: Omit<Variable, 'name' | 'line'>; used: number };

/** `spaced`: a blank stands before the `=`, so one behind it is style. `following`: the lines behind it. */
function valueOf(rest: string, spaced: boolean, following: readonly string[]): Read {
  const text = rest.replace(/^[^\S\n]+/, '');
  const quote = text.charAt(0);
  if (quote !== '' && `'"\``.includes(quote)) return quotedOf(quote, text, following);
  const whole = spaced && rest.startsWith(' ') ? rest.slice(1) : rest;
  return { variable: unquotedOf(whole, rest), used: 0 };
}

function unquotedOf(whole: string, rest: string): Omit<Variable, 'name' | 'line'> {
  const hash = rest.indexOf('#');
  if (hash < 0)
    return { value: withoutBlanks(rest), whole: withoutBlanks(rest) === '' ? '' : whole, quoted: false };
  const say = "a '#' stands in it, which begins a comment there: put the value in quotation marks";
  const value = withoutBlanks(rest.slice(0, hash));
  // Behind nothing at all or a blank it is the comment of a setting.
  const isComment = /\s/.test(rest.charAt(hash - 1));
  if (!isComment) return { value, whole, quoted: false, fault: say };
  return value === ''
    ? { value, whole: '', quoted: false }
    : { value, whole, quoted: false, secretFault: say };
}

function quotedOf(quote: string, text: string, following: readonly string[]): Read {
  let read = text;
  let used = 0;
  let end = endOf(read, quote);
  while (end < 0 && used < following.length) {
    read += `\n${following[used] ?? ''}`;
    used += 1;
    end = endOf(read, quote);
  }
  const behind = read.slice(end + 1);
  const isClosed = end >= 0 && /^\s*$|^\s+#/.test(behind);
  // What closes it on a later line, before more text, opens the value of another variable.
  if (end < 0 || (!isClosed && used > 0)) {
    const fault = `its quotation mark is opened and not closed: close it, or write ${quote === "'" ? `"'…"` : `'${quote}…'`} where it is a part of the value`;
    return { variable: { value: '', whole: '', quoted: true, fault }, used: 0 };
  }
  const inside = read.slice(1, end);
  const value =
    quote === '"'
      ? inside.replace(/\\([nrt"\\$`])/g, (_, letter: string) => ESCAPES[letter] ?? letter)
      : inside;
  if (isClosed) return { variable: { value, whole: value, quoted: true }, used };
  const fault =
    'text stands behind its closing quotation mark: put all of the value in quotation marks of another kind';
  return { variable: { value, whole: value, quoted: true, fault }, used };
}

/** Where the quotation mark is closed, or -1. */
function endOf(text: string, quote: string): number {
  for (let at = 1; at < text.length; at++) {
    if (quote === '"' && text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === quote) return at;
  }
  return -1;
}
