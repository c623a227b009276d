import { Command, Option } from 'commander';
import { loadSettings } from '../config/config.ts';
import { KEEP_BLANKS } from '../config/secret-text.ts';
import { orderedAccount } from '../runs/ordered.ts';
import { ACCOUNT_OPTION, ANOTHER_OPTION, STRICT_OPTION } from './run-options.ts';
import { KEEP_BLANKS_HELP, type PasswordFlags, readPassword } from './given-password.ts';
import { SERIAL_HELP, serialGiven } from './serial-argument.ts';
import { KEEP_HELPERS, keeping, LOCK_OFF, NO_GOOGLE, type RunFlags } from './run-options.ts';
import { sayEnd } from './sign-out-result.ts';
import { stationHere } from './station-here.ts';
import type { SignOutRequest } from '../runs/sign-out.ts';
import { interruption, narrator, printJson } from './terminal.ts';

interface Flags extends PasswordFlags, RunFlags {
  data: SignOutRequest['data'];
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
    .argument('<serial>', SERIAL_HELP, serialGiven)
    .addOption(
      new Option(
        '--data <choice>',
        'what becomes of synced data on the phone; delete also permanently deletes what is not yet in the cloud',
      )
        .choices(['keep', 'delete'])
        .makeOptionMandatory(),
    )
    .option(...ACCOUNT_OPTION)
    .option(...STRICT_OPTION)
    .option(...ANOTHER_OPTION)
    .option(...NO_GOOGLE)
    .option(...LOCK_OFF)
    .option(
      '--password-env <name>',
      "the account's password is in this variable (of the environment or of .env)",
    )
    .option('--password-stdin', "the account's password is the first line of standard input")
    .option('--no-password', 'no password is known: press Cancel when the phone asks for it')
    .option(KEEP_BLANKS, KEEP_BLANKS_HELP)
    .addOption(
      new Option('--via <way>', 'the way to the account page')
        .choices(['intent', 'settings'])
        .default('intent'),
    )
    .option('--evidence <folder>', 'folder that gets a folder for this run (default: EVIDENCE_DIR)')
    .option(...KEEP_HELPERS)
    .option('--json', 'one JSON object on stdout')
    .action(async (serial: string, flags: Flags) => {
      const { settings, account } = orderedAccount(flags, keeping(flags, loadSettings()));
      const password = await readPassword(flags, process.stdin);
      using interrupted = interruption();
      await using station = stationHere(settings);
      await station.begin();
      const { runSignOut } = await import('../runs/sign-out.ts');
      const request = {
        serial,
        account,
        another: flags.anotherAccount,
        data: flags.data,
        via: flags.via,
        evidence: flags.evidence ?? settings.evidenceDir,
        ...(password ? { password } : {}),
      };
      const context = { signal: interrupted.signal, onEvent: narrator() };
      const { result, exit, error } = await runSignOut(station, request, context);
      if (flags.json) printJson(result);
      sayEnd(result, error);
      process.exitCode = exit;
    });
}
