import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { loadSettings, takeSecret } from '../config.ts';
import { UsageError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { ACCOUNT_OPTION, ANOTHER_OPTION, orderedAccount, STRICT_OPTION } from './account-option.ts';
import { tellEnd } from './sign-out-result.ts';
import type { SignOutRequest } from './sign-out-run.ts';
import { interruption, narrator } from './terminal.ts';

interface Flags {
  data: SignOutRequest['data'];
  passwordEnv?: string;
  passwordStdin?: boolean;
  /** False when `--no-password` was given. */
  password: boolean;
  account?: string;
  strictAccount?: boolean;
  anotherAccount?: boolean;
  via: SignOutRequest['via'];
  evidence?: string;
  json?: boolean;
}

export function signOutCommand(): Command {
  return new Command('sign-out')
    .description('sign one attached phone out of its Mi Account')
    .argument('<serial>', "the phone's serial, as 'mi-unbind phones' lists it")
    .addOption(
      new Option('--data <choice>', 'what becomes of synced data on the phone; delete also lets go of what is not in the cloud yet')
        .choices(['keep', 'delete'])
        .makeOptionMandatory(),
    )
    .option(...ACCOUNT_OPTION)
    .option(...STRICT_OPTION)
    .option(...ANOTHER_OPTION)
    .option('--password-env <name>', "the account's password is in this variable (of the environment or of .env)")
    .option('--password-stdin', "the account's password is the first line of standard input")
    .option('--no-password', 'no password is known: press Cancel when the phone asks for it')
    .addOption(new Option('--via <way>', 'the way to the account page').choices(['intent', 'settings']).default('intent'))
    .option('--evidence <folder>', 'folder that gets a folder for this run (default: EVIDENCE_DIR)')
    .option('--json', 'one JSON object on stdout')
    .action(async (serial: string, flags: Flags) => {
      const { settings, account } = orderedAccount(flags, loadSettings());
      const password = await readPassword(flags);
      const { signal, dispose } = interruption();
      const { runSignOut } = await import('./sign-out-run.ts');
      const request = {
        serial,
        account,
        another: flags.anotherAccount,
        data: flags.data,
        via: flags.via,
        evidence: flags.evidence ?? settings.evidenceDir,
        ...(password ? { password } : {}),
      };
      const { result, exit, error } = await runSignOut(request, settings, signal, narrator());
      dispose();
      if (flags.json) process.stdout.write(`${JSON.stringify(result)}\n`);
      tellEnd(result, error);
      process.exitCode = exit;
    });
}

/** Exactly one of the three ways; undefined means that none is known. */
async function readPassword({ passwordEnv, passwordStdin, password }: Flags): Promise<Secret | undefined> {
  const given = [passwordEnv !== undefined && '--password-env', passwordStdin && '--password-stdin', !password && '--no-password'].filter(
    Boolean,
  );
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} exclude each other.`, 'give one of them');
  if (given.length === 0) {
    throw new UsageError('It is not said where the password comes from.', 'give --password-env NAME, --password-stdin or --no-password');
  }
  if (passwordEnv !== undefined) {
    const secret = takeSecret(passwordEnv);
    if (!secret)
      throw new UsageError(
        `The variable '${passwordEnv}' is not set or is empty.`,
        `set it: read -rs ${passwordEnv} && export ${passwordEnv}`,
      );
    return secret;
  }
  if (!passwordStdin) return undefined;
  const line = await firstLine(process.stdin);
  if (line === '')
    throw new UsageError('Standard input holds no password.', 'pipe it in: printf \'%s\' "$PASSWORD" | mi-unbind sign-out …');
  return new Secret(line);
}

/** Does not wait for the end of the stream: whoever writes may keep it open. */
async function firstLine(stream: NodeJS.ReadStream): Promise<string> {
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) return line;
    return '';
  } finally {
    stream.destroy();
  }
}
