import { Command, CommanderError } from 'commander';
import { settingsWarnings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { bulkCommand } from './bulk.ts';
import { codesCommand } from './codes.ts';
import { commanderWords, secretOnCommandLine, unknownHelp, unknownOption } from './command-line.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { jobsCommand } from './jobs.ts';
import { letterCommand } from './owner/letter.ts';
import { lockCommand } from './owner/lock.ts';
import { ownVersion } from '../own-files.ts';
import { passwordsCommand } from './passwords.ts';
import { phonesCommand } from './phones.ts';
import { changePasswordCommand, recoverCommand, resetPasswordCommand } from './recovery.ts';
import { reportCommand } from './report.ts';
import { romCommand } from './rom/rom.ts';
import { matrixCommand, runsCommand } from './runs.ts';
import { signOutCommand } from './sign-out.ts';
import { simCommand } from './sim.ts';
import { print } from './terminal.ts';
import { formerStationCommand, stationCommand } from './station.ts';
import { surveyCommand } from './survey.ts';

export interface Program {
  /**
   * Runs a command line. Resolves with the exit code where the answer is help or the version; throws what
   * went wrong.
   */
  run(words: readonly string[]): Promise<number | undefined>;
  signOut: Command;
}

/** `warn`: gets what is odd about the settings, before a command runs. */
export function openProgram(warn: (what: string) => void): Program {
  const signOut = signOutCommand();
  const program = new Command('mi-unbind')
    .version(ownVersion(), '--version', 'say which mi-unbind this is')
    .description('Signs Xiaomi phones out of their Mi Account by driving MIUI Settings over ADB.')
    .addHelpText(
      'after',
      '\nExit codes: 0 done · 1 refused or cancelled · 2 usage, settings or this computer · 3 needs a person',
    )
    .hook('preAction', () => settingsWarnings().forEach(warn));
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
    stationCommand(),
    jobsCommand(),
    lockCommand(),
    letterCommand(),
    passwordsCommand(),
    codesCommand(),
    surveyCommand(),
    romCommand(),
    reportCommand(),
    runsCommand(),
    matrixCommand(),
    backupCommand(),
    restoreCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  program.addCommand(formerStationCommand(), { hidden: true });
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((command) => command.commands),
  ]) {
    // What is wrong with a command line is thrown, as every error is.
    command
      .exitOverride()
      .showSuggestionAfterError()
      .configureOutput({ outputError: () => undefined, writeOut: (text) => print(text.replace(/\n$/, '')) });
  }

  /** The commands a line names, the whole program first. */
  const calledBy = (words: readonly string[]) =>
    words.reduce<Command[]>(
      (path, word) => {
        const next = path.at(-1)?.commands.find((candidate) => candidate.name() === word);
        return next ? [...path, next] : path;
      },
      [program],
    );

  async function run(words: readonly string[]): Promise<number | undefined> {
    const called = calledBy(words);
    const fault = secretOnCommandLine(words, called) ?? unknownHelp(words, program);
    if (fault) throw fault;
    try {
      await program.parseAsync(words, { from: 'user' });
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof CommanderError)) throw thrown;
      if (thrown.exitCode === 0 || thrown.message === '(outputHelp)') return thrown.exitCode === 0 ? 0 : 2;
      const hint = `see '${called.map((command) => command.name()).join(' ')} --help'`;
      // A misspelt option may be the one that is missed.
      const unknown =
        thrown.code === 'commander.missingMandatoryOptionValue' ? unknownOption(words, called) : undefined;
      throw new UsageError(unknown ?? commanderWords(thrown.message), hint);
    }
  }

  return { run, signOut };
}
