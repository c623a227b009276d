import { takeSecret, variableMeant } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { firstLineOf, holdsLine, KEEP_BLANKS, secretFault } from '../config/secret-text.ts';
import { Secret } from '../secret.ts';

export interface PasswordFlags {
  passwordEnv?: string;
  passwordStdin?: boolean;
  /** False when `--no-password` was given. */
  password: boolean;
  keepBlanks?: boolean;
}

export const KEEP_BLANKS_HELP =
  'take a password that begins or ends with a blank as it is; else it is refused';

/** Exactly one of the three ways; undefined means that none is known. */
export async function readPassword(
  flags: PasswordFlags,
  stdin: AsyncIterable<Uint8Array>,
): Promise<Secret | undefined> {
  const { passwordEnv, passwordStdin, password, keepBlanks = false } = flags;
  const given = [
    passwordEnv !== undefined && '--password-env',
    passwordStdin && '--password-stdin',
    !password && '--no-password',
  ].filter(Boolean);
  if (given.length > 1)
    throw new UsageError(`${given.join(' and ')} exclude each other.`, 'give one of them');
  if (given.length === 0) {
    throw new UsageError(
      'It is not said where the password comes from.',
      'give --password-env NAME, --password-stdin or --no-password',
    );
  }
  if (passwordEnv !== undefined) return ofVariable(passwordEnv, { keepBlanks });
  return passwordStdin ? ofStdin(stdin, keepBlanks) : undefined;
}

/** Throws a UsageError where the variable is not set, or its value would not come in whole. */
export function ofVariable(name: string, { keepBlanks = false } = {}): Secret {
  const secret = takeSecret(name, { keepBlanks });
  if (secret) return secret;
  // It may be the password itself, given in place of the variable's name.
  if (!/^[A-Z_][A-Z\d_]*$/.test(name))
    throw new UsageError(
      'No variable that is set has the name that was given; it is not repeated here, as it may be a password.',
      'give the name alone, as in --password-env MI_PASSWORD',
    );
  const meant = variableMeant(name);
  throw new UsageError(
    `The variable '${name}' is not set or is empty.`,
    `${meant ? `did you mean ${meant}? Else ` : ''}set it: read -rs ${name} && export ${name}`,
  );
}

async function ofStdin(stdin: AsyncIterable<Uint8Array>, keepBlanks: boolean): Promise<Secret> {
  const read = firstLineOf(await firstBytes(stdin));
  if ('fault' in read)
    throw new UsageError(`What standard input holds ${read.fault}.`, 'nothing was tried with it');
  const { line } = read;
  if (line === '')
    throw new UsageError(
      'Standard input holds no password.',
      'pipe it in: printf \'%s\' "$PASSWORD" | mi-unbind sign-out …',
    );
  const fault = secretFault(line, { keepBlanks });
  if (fault !== undefined)
    throw new UsageError(
      `The password from standard input ${fault}.`,
      `pipe it in without it; nothing was tried with it. ${KEEP_BLANKS} takes blanks at its ends`,
    );
  return new Secret(line);
}

/** Does not wait for the end of the stream: the writer may keep it open. */
async function firstBytes(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let bytes = Buffer.alloc(0);
  // Leaving the loop destroys the stream.
  for await (const chunk of stream) {
    bytes = Buffer.concat([bytes, chunk]);
    if (holdsLine(bytes)) break;
  }
  return bytes;
}
