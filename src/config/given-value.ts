import type { EnvFile } from './env-file.ts';
import { secretFault } from './secret-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Given {
  text?: string | undefined;
  /** Why it is not taken. */
  problem?: string | undefined;
}

/** A variable's value, from the environment or else from `.env`; whole, or with a problem. */
export function givenValue(
  name: string,
  env: Environment,
  file: EnvFile,
  { isSecret = false, keepBlanks = false } = {},
): Given {
  const text = env[name];
  if (text !== undefined) {
    const fault = text === '' ? undefined : isSecret ? secretFault(text, { keepBlanks }) : controlFault(text);
    const way = 'set it anew; where the blank belongs to it, write it into .env, in quotation marks';
    return fault === undefined
      ? { text }
      : { problem: `${name} ${fault}${fault.includes('control') ? '' : `: ${way}`}` };
  }
  const variable = file.variables.get(name);
  if (variable === undefined) return {};
  const { value, whole, quoted, line } = variable;
  const where = `${name} (line ${line} of .env)`;
  const unread = variable.fault ?? (isSecret ? variable.secretFault : undefined);
  if (unread !== undefined) return { problem: `${where}: ${unread}, ${example(name)}` };
  if (!isSecret)
    return value === '' || controlFault(value) === undefined
      ? { text: value }
      : { problem: `${where} ${controlFault(value)}` };
  const fault = whole === '' ? undefined : secretFault(whole, { keepBlanks: keepBlanks || quoted });
  if (fault === undefined) return { text: whole };
  const escaped = quoted
    ? ': in double quotes \\n, \\r and \\t stand for one; write it in single quotes'
    : '';
  return {
    problem: `${where} ${fault}${fault.includes('control') ? escaped : `: where the blank belongs to it, ${example(name)}`}`,
  };
}

const example = (name: string) => `as in ${name}='…'`;

/** No setting holds one; an address would lose it without a word. */
const controlFault = (text: string) =>
  /\p{Cc}/u.test(text) ? secretFault(text, { keepBlanks: true }) : undefined;
