import { Command, Option } from 'commander';
import { contactFor, contactsIn, firstWay } from '../account/contact.ts';
import { masked } from '../codes/addresses.ts';
import { loadSettings, type Settings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { sourceNames } from '../runs/code-sources.ts';
import { orderedAccount, orderedContact, orderedPassword } from '../runs/ordered.ts';
import { ACCOUNT_OPTION, ANOTHER_OPTION, STRICT_OPTION } from './run-options.ts';
import type { RecoveryRequest, RecoveryRun } from '../runs/recovery.ts';
import type { RunContext, Station } from '../runs/station.ts';
import { ofVariable } from './given-password.ts';
import { fileToSaveTo } from './save-to.ts';
import { SERIAL_HELP, serialGiven } from './serial-argument.ts';
import { sayEnd } from './sign-out-result.ts';
import { stationHere } from './station-here.ts';
import { KEEP_HELPERS, keeping, LOCK_OFF, NO_GOOGLE } from './run-options.ts';
import { interruption, narrator, printJson } from './terminal.ts';

interface Flags {
  codeSource: string;
  by?: 'phone' | 'email';
  contact?: string[] | undefined;
  newPasswordEnv?: string;
  saveTo?: string;
  evidence?: string;
  json?: boolean;
  proof?: boolean;
  account?: string;
  strictAccount?: boolean;
  anotherAccount?: boolean;
  browser?: string;
  language?: string;
  headed?: boolean;
  keepHelpers?: boolean;
  requireNoGoogle?: boolean;
  requireLockOff?: boolean;
  unproved?: boolean;
  data?: 'keep' | 'delete';
}

/** What every way of recovery is given, and runs a command with it; loaded when it runs. */
type Runner = (station: Station, common: RecoveryRequest, context: RunContext) => Promise<RecoveryRun>;

/** What a command line asks for. */
interface Asked {
  flags: Flags;
  settings: Settings;
  /** Names of the account, which no password may hold. */
  names: readonly string[];
  /** What it is about, for the last line. */
  what: string;
}

export function changePasswordCommand(): Command {
  const command = new Command('change-password')
    .description(
      "change a forgotten password on the phone itself: Account security → Change password, with a code sent to the owner's contact",
    )
    .argument('<serial>', SERIAL_HELP, serialGiven)
    .option(...ACCOUNT_OPTION)
    .option(...STRICT_OPTION)
    .option(...ANOTHER_OPTION)
    .option('--no-proof', 'do not sign in on the account site to prove that the new password is the one');
  return common(command).action(async (serial: string, flags: Flags) => {
    const { settings, account } = orderedAccount(flags, keeping(flags, loadSettings()));
    const prove = flags.proof !== false;
    const asked = { settings, names: account ? [account] : [], what: serial };
    await perform({ ...asked, flags: { ...flags, unproved: !prove } }, async (station, common, context) => {
      const { runChangePassword } = await import('../runs/change-password.ts');
      return runChangePassword(station, { ...common, serial, account, prove }, context);
    });
  });
}

export function resetPasswordCommand(): Command {
  const command = new Command('reset-password')
    .description('reset a forgotten password on account.xiaomi.com, in a browser')
    .argument('<account>', "the account's e-mail address, telephone number or Mi id")
    .addOption(
      new Option('--browser <where>', "'host', or 'phone:SERIAL' for the phone's own Chrome").default('host'),
    )
    .option('--language <tag>', 'language of the pages, e.g. bg_BG', 'en_US')
    .option('--headed', 'show the browser of this computer, for a captcha that is no picture');
  return common(command).action(async (given: string, flags: Flags) => {
    const account = accountOf(given);
    if (flags.language !== undefined && !/^[A-Za-z]{2,3}([_-][A-Za-z]{2,4})*$/.test(flags.language))
      throw new UsageError(`'${flags.language}' is no language.`, 'give --language as bg_BG or zh_CN');
    const where = {
      browser: flags.browser ?? 'host',
      language: flags.language ?? 'en_US',
      headed: flags.headed === true,
    };
    const asked = {
      ...{ settings: keeping(flags, loadSettings()), names: [account], what: masked(account) },
      flags: { ...flags, contact: flags.contact ?? contactOf(account, flags.by) },
    };
    await perform(asked, async (station, common, context) => {
      const { runResetPassword } = await import('../runs/reset-password.ts');
      return runResetPassword(station, { ...common, account, ...where }, context);
    });
  });
}

export function recoverCommand(): Command {
  const command = new Command('recover')
    .description(
      'change a forgotten password, on the phone or else by web, and sign the phone out with the new one',
    )
    .argument('<serial>', SERIAL_HELP, serialGiven)
    .addOption(
      new Option('--data <choice>', 'what becomes of synced data on the phone')
        .choices(['keep', 'delete'])
        .makeOptionMandatory(),
    )
    .option(...ACCOUNT_OPTION)
    .option(...STRICT_OPTION)
    .option(...ANOTHER_OPTION)
    .option(...NO_GOOGLE)
    .option(...LOCK_OFF)
    .option('--no-browser', 'only on the phone, not by web')
    .option('--headed', 'show the browser, for a captcha that is no picture');
  return common(command).action(async (serial: string, flags: Flags) => {
    const { settings, account } = orderedAccount(flags, keeping(flags, loadSettings()));
    const wish = {
      data: flags.data ?? 'keep',
      account,
      web: (flags.browser as unknown) !== false,
      headed: flags.headed === true,
    };
    const asked = { flags, settings, names: account ? [account] : [], what: serial };
    await perform(asked, async (station, common, context) => {
      const { runRecover } = await import('../runs/recover.ts');
      return runRecover(station, { ...common, serial, ...wish }, context);
    });
  });
}

function common(command: Command): Command {
  return command
    .addOption(
      new Option('--code-source <name>', 'where the code is read from')
        .choices(sourceNames)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--by <way>',
        'how the code is sent (default: by e-mail, where there is an address)',
      ).choices(['phone', 'email']),
    )
    .option(
      '--contact <address>',
      'the telephone number or e-mail address the code is sent to; may be given for each of the two',
      (one: string, before: string[] = []) => [...before, ...contactsIn(one)],
    )
    .option(
      '--new-password-env <name>',
      'the new password is in this variable (of the environment or of .env); else one is made up',
    )
    .option(
      '--save-to <file>',
      'file for the new password, for its owner only to read; else the store keeps it, encrypted',
      fileToSaveTo,
    )
    .option('--evidence <folder>', 'folder that gets a folder for this run (default: EVIDENCE_DIR)')
    .option(...KEEP_HELPERS)
    .option('--json', 'one JSON object on stdout');
}

async function perform({ flags, settings, names, what }: Asked, run: Runner): Promise<void> {
  const { codeSource, contact: contacts = [], saveTo, evidence, json } = flags;
  const by = flags.by ?? firstWay(contacts) ?? 'email';
  const contact = orderedContact(by, contactFor(by, contacts));
  const variable = flags.newPasswordEnv;
  const given = variable === undefined ? undefined : ofVariable(variable);
  const others = otherContacts({ by, contacts, codeSource });
  const newPassword = orderedPassword(given, [...names, contact, ...others]);
  using interrupted = interruption();
  const request: RecoveryRequest = {
    codeSource,
    by,
    contact,
    others,
    newPassword,
    unproved: flags.unproved === true,
    ...(saveTo === undefined ? {} : { saveTo }),
    evidence: evidence ?? settings.evidenceDir,
    another: flags.anotherAccount,
  };
  await using station = stationHere(settings);
  const context = { signal: interrupted.signal, onEvent: narrator() };
  const { result, exit, error } = await run(station, request, context);
  if (json) printJson(result);
  sayEnd(result, error, what);
  process.exitCode = exit;
}

/** For a second code: what comes to the other contact is read by a person alone, by whom both can be. */
function otherContacts({
  by,
  contacts,
  codeSource,
}: Pick<RecoveryRequest, 'by' | 'codeSource'> & { contacts: readonly string[] }): string[] {
  const other = contacts.find((one) => one.includes('@') !== (by === 'email'));
  if (other === undefined || codeSource !== 'person') return [];
  return [orderedContact(by === 'email' ? 'phone' : 'email', other)];
}

function accountOf(given: string): string {
  if (given.trim() === '')
    throw new UsageError('The account is empty.', 'give its e-mail address, telephone number or Mi id');
  return given.trim();
}

/** An account that is itself what the code is sent to. */
function contactOf(account: string, by: Flags['by']): string[] {
  if (by !== 'phone' && account.includes('@')) return [account];
  return by !== 'email' && account.startsWith('+') ? [account] : [];
}
