import { hostname } from 'node:os';
import { Argument, Command, Option } from 'commander';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { openStation } from '../runs/station.ts';
import type { Secret } from '../secret.ts';
import {
  addOperator,
  audit,
  isOperatorName,
  listOperators,
  removeOperator,
  ROLES,
  setPassword,
  setRole,
  SHORTEST_PASSWORD,
  type Role,
} from '../store/operators.ts';
import type { Store } from '../store/store.ts';
import { userName } from '../user.ts';
import { readPassword } from './given-password.ts';
import { table } from './lines.ts';
import { sayNotice } from './station-here.ts';
import { print, printJson, say, stdoutColumns } from './terminal.ts';

interface PasswordSource {
  passwordEnv?: string;
  passwordStdin?: boolean;
}

/** Who may log in on the page of a station. */
export function operatorCommand(): Command {
  return new Command('operator')
    .description(
      'who may log in on the page: as soon as there is one, everyone has to. look: sees phones and records; operate: also answers, starts and ends; administer: also changes settings',
    )
    .addCommand(listCommand())
    .addCommand(
      withPassword(named(new Command('add').description('add an operator')))
        .addOption(roleOption().makeOptionMandatory())
        .action(async (name: string, { role, ...flags }: PasswordSource & { role: Role }) => {
          if (!isOperatorName(name))
            throw new UsageError(
              `'${name}' is no name for an operator.`,
              'begin with a letter or digit; up to 40 letters, digits, blanks and . _ @ - are taken',
            );
          const password = await newPassword(flags);
          await withStore(async ({ pool }, note) => {
            if (!(await addOperator(pool, { name, role }, password)))
              throw new UsageError(
                `There is an operator '${name}' already.`,
                "'mi-unbind station operator password' gives another password",
              );
            await note('operator-add', { name, role });
            say(`'${name}' may log in, with the role ${role}.`);
          });
        }),
    )
    .addCommand(
      named(new Command('role').description('give an operator another role'))
        .addArgument(new Argument('<role>').choices(ROLES))
        .action((name: string, role: Role) =>
          changed(
            { name, act: 'operator-role', about: { role } },
            (pool) => setRole(pool, { name, role }),
            `'${name}' has the role ${role} now.`,
          ),
        ),
    )
    .addCommand(
      withPassword(
        named(
          new Command('password').description(
            'give an operator another password, and end all logins with the old one',
          ),
        ),
      ).action(async (name: string, flags: PasswordSource) => {
        const password = await newPassword(flags);
        await changed(
          { name, act: 'operator-password' },
          (pool) => setPassword(pool, name, password),
          `'${name}' has another password now.`,
        );
      }),
    )
    .addCommand(
      named(new Command('remove').description('remove an operator and end all logins')).action(
        (name: string) =>
          changed(
            { name, act: 'operator-remove' },
            (pool) => removeOperator(pool, name),
            `'${name}' may log in no more.`,
          ),
      ),
    );
}

const named = (command: Command) => command.argument('<name>', 'the operator');
const roleOption = () => new Option('--role <role>', 'what the operator may do').choices(ROLES);
const withPassword = (command: Command) =>
  command
    .option('--password-env <name>', 'variable that holds the password')
    .option('--password-stdin', 'read the password from standard input, its first line');

function listCommand(): Command {
  return new Command('list')
    .description('all operators, with their roles')
    .option('--json', 'one JSON array on stdout')
    .action(({ json }: { json?: boolean }) =>
      withStore(async ({ pool }) => {
        const operators = await listOperators(pool);
        if (json) return printJson(operators);
        if (operators.length === 0)
          return say(
            "There is no operator: the user of the station's computer uses its page without a login.",
          );
        const rows = operators.map(({ name, role }) => [name, role]);
        for (const line of table(['NAME', 'ROLE'], rows, stdoutColumns())) print(line);
      }),
    );
}

async function newPassword(flags: PasswordSource): Promise<Secret> {
  const password = await readPassword({ ...flags, password: true }, process.stdin);
  if (password === undefined || [...password.reveal()].length < SHORTEST_PASSWORD)
    throw new UsageError(
      `The password is too short: an operator's has at least ${SHORTEST_PASSWORD} characters.`,
      'take several words, or let a password manager make one',
    );
  return password;
}

async function changed(
  { name, act, about = {} }: { name: string; act: string; about?: object },
  change: (pool: Store['pool']) => Promise<boolean>,
  done: string,
): Promise<void> {
  await withStore(async ({ pool }, note) => {
    if (!(await change(pool)))
      throw new UsageError(
        `There is no operator '${name}'.`,
        "'mi-unbind station operator list' shows all operators",
      );
    await note(act, { name, ...about });
    say(done);
  });
}

/** Writes down what this computer's user has changed. */
type Note = (act: string, about: Readonly<Record<string, unknown>>) => Promise<void>;

async function withStore(work: (store: Store, note: Note) => Promise<void>): Promise<void> {
  const settings = loadSettings();
  await using station = openStation(settings, { onNotice: sayNotice });
  const store = await station.store();
  const by = { station: settings.station || hostname(), operator: settings.operator || userName() };
  await work(store, (act, about) => audit(store.pool, { ...by, act, about }));
}
