/**
 * The part of mksh's grammar that hosts send: quoting, `;` `&&` `||` `|`, redirections, variables, patterns.
 */

interface Word {
  text: string;
  /** Holds an unquoted `*` or `?`, so it may stand for several file names. */
  pattern: boolean;
}

interface Redirect {
  from: 'stdin' | 'stdout' | 'stderr';
  /** A file, or the stream that is joined. */
  to: { file: Word; append: boolean } | { stream: 'stdout' | 'stderr' };
}

export interface SimpleCommand {
  words: Word[];
  redirects: Redirect[];
}

/** A pipeline and when it runs, judged by the exit code before it. */
export interface ShellStep {
  when: 'always' | 'succeeded' | 'failed';
  pipeline: SimpleCommand[];
}

export class ShellSyntaxError extends Error {}

type Token = { word: Word } | { operator: string };

const OPERATORS = [
  '2>&1',
  '1>&2',
  '>&2',
  '2>>',
  '2>',
  '1>',
  '>>',
  '>',
  '<',
  '&&',
  '||',
  ';',
  '\n',
  '|',
  '&',
  '(',
  ')',
];
const JOINS: Record<string, ShellStep['when']> = {
  ';': 'always',
  '\n': 'always',
  '&&': 'succeeded',
  '||': 'failed',
};

export function parse(line: string, variable: (name: string) => string): ShellStep[] {
  const tokens = tokenize(line, variable);
  const steps: ShellStep[] = [];
  let when: ShellStep['when'] = 'always';
  let pipeline: SimpleCommand[] = [];
  let command: SimpleCommand = { words: [], redirects: [] };

  const isEmpty = () => command.words.length === 0 && command.redirects.length === 0;
  const endCommand = (operator: string) => {
    if (isEmpty()) throw new ShellSyntaxError(`syntax error: unexpected '${operator}'`);
    pipeline.push(command);
    command = { words: [], redirects: [] };
  };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token) break;
    if ('word' in token) command.words.push(token.word);
    else if (token.operator === '|') endCommand('|');
    else if (token.operator in JOINS) {
      const blank = isEmpty() && pipeline.length === 0;
      if (blank && token.operator === '\n') continue;
      if (blank && token.operator === ';' && steps.length > 0 && at === tokens.length - 1) continue;
      endCommand(token.operator);
      steps.push({ when, pipeline });
      pipeline = [];
      when = JOINS[token.operator] ?? 'always';
    } else if (token.operator === '&' || token.operator === '(' || token.operator === ')') {
      throw new ShellSyntaxError(`syntax error: unexpected '${token.operator}'`);
    } else if (token.operator.endsWith('&1') || token.operator.endsWith('&2')) {
      const to = token.operator.endsWith('1') ? 'stdout' : 'stderr';
      command.redirects.push({ from: to === 'stdout' ? 'stderr' : 'stdout', to: { stream: to } });
    } else {
      const target = tokens[++at];
      if (!target || !('word' in target)) throw new ShellSyntaxError("syntax error: unexpected 'newline'");
      const from = token.operator === '<' ? 'stdin' : token.operator.startsWith('2') ? 'stderr' : 'stdout';
      command.redirects.push({ from, to: { file: target.word, append: token.operator.endsWith('>>') } });
    }
  }
  if (!isEmpty()) {
    pipeline.push(command);
    steps.push({ when, pipeline });
  } else if (pipeline.length > 0 || when !== 'always')
    throw new ShellSyntaxError("syntax error: unexpected 'newline'");
  return steps;
}

function tokenize(line: string, variable: (name: string) => string): Token[] {
  const tokens: Token[] = [];
  let word: Word | undefined;
  const add = (text: string, pattern = false) => {
    word ??= { text: '', pattern: false };
    word.text += text;
    word.pattern ||= pattern;
  };
  const flush = () => {
    if (word) tokens.push({ word });
    word = undefined;
  };
  for (let at = 0; at < line.length;) {
    const rest = line.slice(at);
    const char = rest[0] ?? '';
    // A digit belongs to a redirection only at the start of a word: `echo a2>x` writes "a2".
    const operator = OPERATORS.find((one) => rest.startsWith(one) && !(word && /^\d/.test(one)));
    if (operator) {
      flush();
      tokens.push({ operator });
      at += operator.length;
    } else if (/\s/.test(char)) {
      flush();
      at++;
    } else if (char === '#' && !word) {
      at += rest.indexOf('\n') < 0 ? rest.length : rest.indexOf('\n');
    } else if (char === "'") {
      const end = rest.indexOf("'", 1);
      if (end < 0) throw new ShellSyntaxError('no closing quote');
      add(rest.slice(1, end));
      at += end + 1;
    } else if (char === '"') {
      const [text, length] = doubleQuoted(rest, variable);
      add(text);
      at += length;
    } else if (char === '\\') {
      add(rest[1] ?? '');
      at += 2;
    } else if (char === '$' || char === '`') {
      const [text, length] = expand(rest, variable);
      if (text || length === 1) add(text);
      at += length;
    } else {
      add(char, '*?'.includes(char));
      at++;
    }
  }
  flush();
  return tokens;
}

function doubleQuoted(rest: string, variable: (name: string) => string): [text: string, length: number] {
  let text = '';
  for (let at = 1; at < rest.length;) {
    const char = rest[at] ?? '';
    if (char === '"') return [text, at + 1];
    if (char === '\\' && '"\\$`'.includes(rest[at + 1] ?? ' ')) {
      text += rest[at + 1];
      at += 2;
    } else if (char === '$' || char === '`') {
      const [value, length] = expand(rest.slice(at), variable);
      text += value;
      at += length;
    } else {
      text += char;
      at++;
    }
  }
  throw new ShellSyntaxError('no closing quote');
}

/** `$NAME`, `${NAME}`, `$?`. Command substitution is not offered: hosts do that on their own side. */
function expand(rest: string, variable: (name: string) => string): [text: string, length: number] {
  const found = /^\$(?:\{(\w+)\}|(\w+|[?$]))/.exec(rest);
  if (found) return [variable(found[1] ?? found[2] ?? ''), found[0].length];
  if (rest.startsWith('$(') || rest.startsWith('`'))
    throw new ShellSyntaxError('command substitution is not available');
  return ['$', 1];
}
