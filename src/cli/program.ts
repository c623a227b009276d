import { Command, CommanderError } from 'commander';
import { settingsWarnings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { commanderWords, secretOnCommandLine, unknownHelp, unknownOption } from './command-line.ts';
import { ownVersion } from '../own-files.ts';
import { print } from './terminal.ts';

/**
 * The commands in the order of the help, each loaded when a command line names it: loading all of them takes
 * longer than most of them work.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand(),
  sim: async () => (await import('./sim.ts')).simCommand(),
  phones: async () => (await import('./phones.ts')).phonesCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  'sign-out': async () => (await import('./sign-out.ts')).signOutCommand(),
  'change-password': async () => (await import('./recovery.ts')).changePasswordCommand(),
  'reset-password': async () => (await import('./recovery.ts')).resetPasswordCommand(),
  recover: async () => (await import('./recovery.ts')).recoverCommand(),
  bulk: async () => (await import('./bulk.ts')).bulkCommand(),
  station: async () => (await import('./station.ts')).stationCommand(),
  jobs: async () => (await import('./jobs.ts')).jobsCommand(),
  lock: async () => (await import('./owner/lock.ts')).lockCommand(),
  letter: async () => (await import('./owner/letter.ts')).letterCommand(),
  passwords: async () => (await import('./passwords.ts')).passwordsCommand(),
  codes: async () => (await import('./codes.ts')).codesCommand(),
  survey: async () => (await import('./survey.ts')).surveyCommand(),
  rom: async () => (await import('./rom/rom.ts')).romCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  runs: async () => (await import('./runs.ts')).runsCommand(),
  matrix: async () => (await import('./runs.ts')).matrixCommand(),
  backup: async () => (await import('./backup.ts')).backupCommand(),
  restore: async () => (await import('./backup.ts')).restoreCommand(),
  bench: async () => (await import('./station.ts')).formerStationCommand(),
};
/** What `station` was called before. It still works, and no help shows it. */
const FORMER = 'bench';

export interface Program {
  /**
   * Runs a command line. Resolves with the exit code where the answer is help or the version; throws what
   * went wrong.
   */
  run(words: readonly string[]): Promise<number | undefined>;
  /** The whole program, with the commands that are loaded. */
  command: Command;
}

/**
 * `warn`: gets what is odd about the settings, before a command runs. `words`: the command line; only the
 * command that it names is loaded, or all of them where it names none.
 */
export async function openProgram(
  warn: (what: string) => void,
  words: readonly string[] = [],
): Promise<Program> {
  const program = new Command('mi-unbind')
    .version(ownVersion(), '--version', 'say which mi-unbind this is')
    .description('Signs Xiaomi phones out of their Mi Account by driving MIUI Settings over ADB.')
    .addHelpText(
      'after',
      '\nExit codes: 0 done · 1 refused or cancelled · 2 usage, settings or this computer · 3 needs a person',
    )
    .hook('preAction', () => settingsWarnings().forEach(warn));
  for (const name of namedBy(words)) program.addCommand(await COMMANDS[name]!(), { hidden: name === FORMER });
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

  return { run, command: program };
}

function namedBy([first = '']: readonly string[]): readonly string[] {
  return Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS);
}
