import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { maskCodesInLogs, underNpm } from '../config.ts';
import { endWithNpm } from '../end-with-npm.ts';
import { formatError, UsageError } from '../errors.ts';
import { benchCommand } from './bench.ts';
import { bulkCommand } from './bulk.ts';
import { codesCommand } from './codes.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { jobsCommand } from './jobs.ts';
import { passwordsCommand } from './passwords.ts';
import { phonesCommand } from './phones.ts';
import { changePasswordCommand, recoverCommand, resetPasswordCommand } from './recovery.ts';
import { reportCommand } from './report.ts';
import { faultOf, notBegun } from './sign-out-result.ts';
import { signOutCommand } from './sign-out.ts';
import { simCommand } from './sim.ts';
import { surveyCommand } from './survey.ts';
import { outliveFullLogs } from './full-logs.ts';
import { say } from './terminal.ts';

maskCodesInLogs();
if (underNpm()) endWithNpm();
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
const signOut = signOutCommand();
const program = new Command('mi-unbind')
  .version(version, '--version', 'say which mi-unbind this is')
  .description('Signs Xiaomi phones out of their Mi Account by driving MIUI Settings over ADB.')
  .addHelpText('after', '\nExit codes: 0 done · 1 refused or cancelled · 2 usage, config or host · 3 needs a person');
const commands = [
  demoCommand(),
  simCommand(),
  phonesCommand(),
  doctorCommand(),
  signOut,
  changePasswordCommand(),
  resetPasswordCommand(),
  recoverCommand(),
  bulkCommand(),
  benchCommand(),
  jobsCommand(),
  passwordsCommand(),
  codesCommand(),
  surveyCommand(),
  reportCommand(),
];
for (const command of commands) program.addCommand(command);
for (const command of [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)]) {
  // What is wrong with a command line is said below, as every error is.
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => undefined });
}

outliveFullLogs();
try {
  await program.parseAsync();
} catch (thrown) {
  const isAnswered = thrown instanceof CommanderError && (thrown.exitCode === 0 || thrown.message === '(outputHelp)');
  if (isAnswered) process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  else fail(thrown instanceof CommanderError ? usageError(thrown) : thrown);
}

// A connection to a phone that hangs must not keep the process alive.
process.stdout.write('', () => process.exit());

/** With `--json` stdout carries one object in every case, for sign-out with all its names. */
function fail(error: unknown): void {
  say(formatError(error));
  if (process.argv.includes('--json')) {
    const { data, via } = signOut.opts<{ data?: string; via?: string }>();
    const serial = signOut.args[0];
    const result = process.argv[2] === signOut.name() ? notBegun(error, { serial, data, via }) : faultOf(error);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  process.exitCode = (error as { exitCode?: number }).exitCode ?? 1;
}

function usageError({ message }: CommanderError): UsageError {
  const called = process.argv.slice(2).reduce<Command[]>(
    (path, word) => {
      const next = path.at(-1)?.commands.find((candidate) => candidate.name() === word);
      return next ? [...path, next] : path;
    },
    [program],
  );
  const words = message.replace(/^error: /, '').replace(/[^.)]$/, '$&.');
  const name = called.map((command) => command.name()).join(' ');
  return new UsageError(`${words.charAt(0).toUpperCase()}${words.slice(1)}`, `see '${name} --help'`);
}
